//! Event tables: where the messages of handlers end.
//! <https://docs.snowflake.com/en/developer-guide/logging-tracing/event-table-setting-up>
//!
//! A [`Source`] is one function or procedure at work. It knows which event table its messages are for and from which level
//! on they are wanted, as the parameters EVENT_TABLE and LOG_LEVEL say. What it takes waits in the account's [`Events`]
//! until the statement ends, and is then committed by itself: what a transaction rolls back was logged all the same.
//! Messages without an event table go to the program's own log.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use jiff::Timestamp;
use parking_lot::Mutex;

use super::account::Account;
use super::context::Context;
use super::names::Names;
use super::rows::{Cell, Rows};
use crate::catalog::object::Column;
use crate::catalog::{Fact, Object, ObjectId, ObjectKind, OptionValue, Options, Routine, Snapshot};
use crate::error::Result;
use crate::script::log::{Level, Log, Message, ProgramLog};
use crate::sql::{Property, PropertyValue, QualifiedName};
use crate::storage::{MicroPartition, TableDelta};
use crate::types::cast::{CastMode, cast};
use crate::types::{SnowType, TypeContext};

/// The parameter that names an event table.
pub(super) const EVENT_TABLE: &str = "EVENT_TABLE";

/// The parameter of the least severe messages that are wanted.
pub(super) const LOG_LEVEL: &str = "LOG_LEVEL";

/// The most messages that wait.
const MOST_WAITING: usize = 100_000;

/// The columns of every event table.
/// <https://docs.snowflake.com/en/developer-guide/logging-tracing/event-table-columns>
const COLUMNS: [(&str, SnowType); 13] = [
    ("TIMESTAMP", SnowType::TIMESTAMP_NTZ),
    ("START_TIMESTAMP", SnowType::TIMESTAMP_NTZ),
    ("OBSERVED_TIMESTAMP", SnowType::TIMESTAMP_NTZ),
    ("TRACE", SnowType::Object),
    ("RESOURCE", SnowType::Object),
    ("RESOURCE_ATTRIBUTES", SnowType::Object),
    ("SCOPE", SnowType::Object),
    ("SCOPE_ATTRIBUTES", SnowType::Object),
    ("RECORD_TYPE", SnowType::VARCHAR),
    ("RECORD", SnowType::Object),
    ("RECORD_ATTRIBUTES", SnowType::Object),
    ("VALUE", SnowType::Variant),
    ("EXEMPLARS", SnowType::Array),
];

/// The columns of a new event table.
pub(super) fn columns() -> Vec<Column> {
    let column = |((name, data_type), id): (&(&str, SnowType), u32)| Column::plain(id, *name, *data_type);
    COLUMNS.iter().zip(1..).map(column).collect()
}

/// The value of EVENT_TABLE: the full name of an event table.
///
/// # Errors
/// 002003 for a table that is not there; 001008 for one that is no event table.
pub(super) fn named(names: &Names<'_>, property: &Property) -> Result<OptionValue> {
    let name = match &property.value {
        PropertyValue::Word(name) => Some(name.clone()),
        other => other.as_text().and_then(QualifiedName::parse),
    };
    let name = name.ok_or_else(|| property.invalid())?;
    let table = names.require(ObjectKind::Table, &name)?;
    match table.as_table().is_some_and(|table| table.events) {
        true => Ok(OptionValue::Text(names.full_name(&table))),
        false => Err(property.invalid()),
    }
}

/// The messages that wait for their tables.
#[derive(Debug, Default)]
pub(super) struct Events {
    waiting: Mutex<Vec<Event>>,
}

#[derive(Debug)]
struct Event {
    table: ObjectId,
    at: Timestamp,
    /// RESOURCE_ATTRIBUTES, as JSON.
    resource: Arc<str>,
    message: Message,
}

impl Events {
    fn push(&self, event: Event) {
        let mut waiting = self.waiting.lock();
        match waiting.len() < MOST_WAITING {
            true => waiting.push(event),
            false => tracing::warn!("more than {MOST_WAITING} messages of one statement: the rest is lost"),
        }
    }

    /// Writes what waits into the event tables.
    pub(super) fn flush(&self, account: &Account) {
        let waiting = std::mem::take(&mut *self.waiting.lock());
        let mut tables: BTreeMap<ObjectId, Vec<Event>> = BTreeMap::new();
        for event in waiting {
            tables.entry(event.table).or_default().push(event);
        }
        for (table, events) in tables {
            if let Err(error) = write(account, table, &events) {
                tracing::warn!(%error, "{} messages did not get into their event table", events.len());
            }
        }
    }
}

/// Appends messages to an event table.
fn write(account: &Account, table: ObjectId, events: &[Event]) -> Result<()> {
    let snapshot = account.catalog().snapshot();
    let live = snapshot
        .object(table)
        .is_some_and(|object| snapshot.is_live(object));
    if !live {
        // It was dropped meanwhile.
        return Ok(());
    }
    let mut rows = Rows::with_columns(
        COLUMNS
            .iter()
            .map(|(name, data_type)| match data_type {
                SnowType::TimestampNtz { .. } => ((*name).to_string(), SnowType::TIMESTAMP_LTZ),
                other => ((*name).to_string(), *other),
            })
            .collect(),
    );
    let json = |value: &serde_json::Value| Cell::Text(value.to_string());
    for event in events {
        let message = &event.message;
        rows.push(vec![
            event.at.into(),
            Cell::Null,
            event.at.into(),
            Cell::Null,
            Cell::Null,
            event.resource.as_ref().into(),
            message
                .scope
                .as_ref()
                .map_or(Cell::Null, |scope| json(&serde_json::json!({"name": scope}))),
            Cell::Null,
            "LOG".into(),
            json(&serde_json::json!({"severity_text": message.level.label()})),
            message.attributes.clone().into(),
            json(&serde_json::Value::from(message.text.as_str())),
            Cell::Null,
        ]);
    }
    let batch = rows.batch()?;
    // Moments are told in UTC.
    let types = TypeContext {
        timezone: jiff::tz::TimeZone::UTC,
        ..TypeContext::default()
    };
    let fields: Vec<_> = COLUMNS
        .iter()
        .map(|(name, data_type)| data_type.field(*name, true))
        .collect();
    let arrays = batch
        .columns()
        .iter()
        .zip(&COLUMNS)
        .map(|(array, (_, to))| match to {
            SnowType::TimestampNtz { .. } => {
                cast(array, &SnowType::TIMESTAMP_LTZ, to, CastMode::Strict, &types)
            }
            _ => Ok(Arc::clone(array)),
        });
    let schema = Arc::new(datafusion::arrow::datatypes::Schema::new(fields));
    let batch =
        datafusion::arrow::record_batch::RecordBatch::try_new(schema, arrays.collect::<Result<Vec<_>>>()?)?;
    let ids = (1..).take(COLUMNS.len()).collect();
    let partition = MicroPartition::new(account.catalog().new_partition_id(), ids, batch, None)?;
    let delta = TableDelta {
        table,
        added: vec![Arc::new(partition)],
        ..TableDelta::default()
    };
    account.catalog().commit(vec![Fact::Rows(delta)], &[]).map(|_| ())
}

/// A function or procedure that may log messages.
#[derive(Debug)]
pub(super) struct Source {
    account: Weak<Account>,
    /// The event table, if there is one.
    table: Option<ObjectId>,
    /// The least severe level that is wanted; none for OFF.
    least: Option<Level>,
    resource: Arc<str>,
    program: ProgramLog,
}

/// What kind of code logs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Executable<'a> {
    /// A procedure or function, with its object unless it is one of WITH … CALL.
    Routine(&'a Routine, Option<&'a Object>),
    /// A block by itself.
    Block,
}

impl Source {
    /// The source that code at work in a session is.
    pub(super) fn new(
        account: &Arc<Account>,
        snapshot: &Snapshot,
        context: &Context,
        executable: Executable<'_>,
    ) -> Self {
        let object = match executable {
            Executable::Routine(_, object) => object,
            Executable::Block => None,
        };
        let home = object.and_then(|object| snapshot.home(object));
        let scopes = Scopes::of(snapshot, context, home.clone());
        let own = match executable {
            Executable::Routine(routine, _) => Some(&routine.options),
            Executable::Block => None,
        };
        let name = match executable {
            Executable::Routine(routine, _) => format!("{}:{}", routine.described(), routine.returns),
            Executable::Block => "anonymous block".to_string(),
        };
        Self {
            account: Arc::downgrade(account),
            table: scopes.event_table(snapshot, context),
            least: wanted(context, own, &scopes),
            resource: resource(context, executable, &name, home).into(),
            program: ProgramLog { handler: name },
        }
    }
}

impl Log for Source {
    fn least(&self) -> Option<Level> {
        match self.table {
            Some(_) => self.least,
            None => Some(Level::Warn),
        }
    }

    fn note(&self, message: Message) {
        let (Some(table), Some(account)) = (self.table, self.account.upgrade()) else {
            return self.program.note(message);
        };
        if self.least.is_some_and(|least| message.level >= least) {
            account.events().push(Event {
                table,
                at: account.clock().now(),
                resource: Arc::clone(&self.resource),
                message,
            });
        }
    }
}

/// The options of all that code lives in, the innermost first.
struct Scopes {
    schema: Option<Options>,
    database: Option<Options>,
    account: Options,
}

impl Scopes {
    fn of(snapshot: &Snapshot, context: &Context, home: Option<(String, String)>) -> Self {
        let (database, schema) = match home {
            Some((database, schema)) => (Some(database), Some(schema)),
            None => (context.database.clone(), context.schema.clone()),
        };
        let names = Names { snapshot, context };
        let find = |kind, name: &QualifiedName| names.find(kind, name).ok().flatten();
        let quoted = |name: &String| crate::sql::Ident::quoted(name.as_str());
        let found = database
            .as_ref()
            .and_then(|name| find(ObjectKind::Database, &QualifiedName::single(quoted(name))));
        let inner = database
            .iter()
            .zip(&schema)
            .next()
            .and_then(|(database, schema)| QualifiedName::new(vec![quoted(database), quoted(schema)]))
            .and_then(|name| find(ObjectKind::Schema, &name));
        Self {
            schema: inner.and_then(|object| Some(object.as_schema()?.options.clone())),
            database: found.and_then(|object| Some(object.as_database()?.options.clone())),
            account: snapshot.account_options().clone(),
        }
    }

    /// What a parameter is set to in the innermost of them.
    fn parameter(&self, name: &str) -> Option<String> {
        [self.schema.as_ref(), self.database.as_ref(), Some(&self.account)]
            .into_iter()
            .flatten()
            .find_map(|options| options.get(name)?.text())
    }

    /// The event table; one that is no longer there is none.
    fn event_table(&self, snapshot: &Snapshot, context: &Context) -> Option<ObjectId> {
        let name = QualifiedName::parse(&self.parameter(EVENT_TABLE)?)?;
        let names = Names { snapshot, context };
        let table = names.find(ObjectKind::Table, &name).ok().flatten()?;
        table.as_table()?.events.then_some(table.id)
    }
}

/// The least severe level that is wanted: the more verbose of the session's and the code's.
fn wanted(context: &Context, own: Option<&Options>, scopes: &Scopes) -> Option<Level> {
    let session = context.parameters.get(LOG_LEVEL).cloned();
    let code = own
        .and_then(|own| own.get(LOG_LEVEL)?.text())
        .or_else(|| scopes.parameter(LOG_LEVEL));
    [session, code]
        .into_iter()
        .flatten()
        .filter_map(|name| Level::parse(&name))
        .min()
}

/// RESOURCE_ATTRIBUTES.
fn resource(
    context: &Context,
    executable: Executable<'_>,
    name: &str,
    home: Option<(String, String)>,
) -> String {
    let (kind, language) = match executable {
        Executable::Routine(routine, object) => (
            match object.map(Object::kind) {
                Some(ObjectKind::Function) => "FUNCTION",
                _ => "PROCEDURE",
            },
            routine.language.label().to_lowercase(),
        ),
        Executable::Block => ("SQL", "sql".to_string()),
    };
    let (database, schema) = match home {
        Some((database, schema)) => (Some(database), Some(schema)),
        None => (context.database.clone(), context.schema.clone()),
    };
    let all = [
        ("db.user", Some(serde_json::Value::from(context.user.as_str()))),
        ("snow.database.name", database.map(Into::into)),
        ("snow.executable.name", Some(name.into())),
        ("snow.executable.type", Some(kind.into())),
        ("snow.query.id", Some(context.query_id.as_ref().into())),
        ("snow.schema.name", schema.map(Into::into)),
        ("snow.session.id", Some(context.session.into())),
        (
            "snow.session.role.primary.name",
            Some(context.role.as_str().into()),
        ),
        ("snow.warehouse.name", context.warehouse.clone().map(Into::into)),
        ("telemetry.sdk.language", Some(language.into())),
    ];
    let present = all
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_string(), value?)));
    serde_json::Value::Object(present.collect()).to_string()
}

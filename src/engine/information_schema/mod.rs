//! INFORMATION_SCHEMA of every database: views over the catalog, and table functions over its history.
//! <https://docs.snowflake.com/en/sql-reference/info-schema>
//!
//! A view is an entry of [`VIEWS`]: its columns and the function that fills its rows. A table function is an entry of the
//! match in [`table_function`]. A view is filled when a query that reads it is planned, from that statement's snapshot.

mod columns;
mod constraints;
mod dynamic_tables;
mod external_tables;
mod functions;
mod loads;
mod nested;
mod objects;
mod privileges;
mod queries;
mod relations;
mod routines;
mod tags;
mod task_graphs;
mod tasks;

use std::sync::Arc;

use datafusion::logical_expr::TableSource;

use super::environment::StatementEnvironment;
use super::query_functions::of_rows;
use super::rows::{Cell, Columns, Rows};
use super::show::Lister;
use crate::catalog::{Object, ObjectKind};
use crate::error::{Error, Result};
use crate::plan::NamedArgument;
use crate::sql::quote_if_needed;
use crate::types::SnowType;

/// The schema's name.
pub(in crate::engine) const NAME: &str = "INFORMATION_SCHEMA";

/// Its comment, in every database.
pub(in crate::engine) const COMMENT: &str = "Views describing the contents of schemas in this database";

/// Text, number, time and truth columns, for the tables of columns.
const TEXT: SnowType = SnowType::VARCHAR;
const NUMBER: SnowType = SnowType::INTEGER;
const TIME: SnowType = SnowType::TimestampLtz { scale: 3 };

/// A view: its name, its columns, and what fills its rows.
struct View {
    name: &'static str,
    columns: Columns,
    fill: fn(&Scope<'_>, &mut Rows),
}

/// What a view is filled from.
struct Scope<'a> {
    lister: Lister<'a>,
    database: &'a Object,
}

/// All views.
const VIEWS: &[View] = &[
    View {
        name: "APPLICABLE_ROLES",
        columns: privileges::APPLICABLE_ROLES,
        fill: privileges::applicable_roles,
    },
    View {
        name: "COLUMNS",
        columns: columns::COLUMNS,
        fill: columns::fill,
    },
    View {
        name: "DATABASES",
        columns: objects::DATABASES,
        fill: objects::databases,
    },
    View {
        name: "ELEMENT_TYPES",
        columns: nested::ELEMENT_TYPES,
        fill: nested::element_types,
    },
    View {
        name: "ENABLED_ROLES",
        columns: privileges::ENABLED_ROLES,
        fill: privileges::enabled_roles,
    },
    View {
        name: "EXTERNAL_TABLES",
        columns: external_tables::EXTERNAL_TABLES,
        fill: external_tables::external_tables,
    },
    View {
        name: "FIELDS",
        columns: nested::FIELDS,
        fill: nested::fields,
    },
    View {
        name: "FILE_FORMATS",
        columns: objects::FILE_FORMATS,
        fill: objects::file_formats,
    },
    View {
        name: "FUNCTIONS",
        columns: routines::FUNCTIONS,
        fill: routines::functions,
    },
    View {
        name: "INFORMATION_SCHEMA_CATALOG_NAME",
        columns: objects::CATALOG_NAME,
        fill: objects::catalog_name,
    },
    View {
        name: "LOAD_HISTORY",
        columns: loads::LOAD_HISTORY,
        fill: loads::load_history,
    },
    View {
        name: "OBJECT_PRIVILEGES",
        columns: privileges::OBJECT_PRIVILEGES,
        fill: privileges::object_privileges,
    },
    View {
        name: "PIPES",
        columns: objects::PIPES,
        fill: objects::pipes,
    },
    View {
        name: "PROCEDURES",
        columns: routines::PROCEDURES,
        fill: routines::procedures,
    },
    View {
        name: "REFERENTIAL_CONSTRAINTS",
        columns: constraints::REFERENTIAL_CONSTRAINTS,
        fill: constraints::referential_constraints,
    },
    View {
        name: "SCHEMATA",
        columns: objects::SCHEMATA,
        fill: objects::schemata,
    },
    View {
        name: "SEQUENCES",
        columns: objects::SEQUENCES,
        fill: objects::sequences,
    },
    View {
        name: "STAGES",
        columns: objects::STAGES,
        fill: objects::stages,
    },
    View {
        name: "TABLES",
        columns: relations::TABLES,
        fill: relations::tables,
    },
    View {
        name: "TABLE_CONSTRAINTS",
        columns: constraints::TABLE_CONSTRAINTS,
        fill: constraints::table_constraints,
    },
    View {
        name: "TABLE_PRIVILEGES",
        columns: privileges::TABLE_PRIVILEGES,
        fill: privileges::table_privileges,
    },
    View {
        name: "USAGE_PRIVILEGES",
        columns: privileges::OBJECT_PRIVILEGES,
        fill: privileges::usage_privileges,
    },
    View {
        name: "VIEWS",
        columns: relations::VIEWS,
        fill: relations::views,
    },
];

/// Views that Snowflake documents and that are not there.
const ABSENT: &[&str] = &[
    "CHECK_CONSTRAINTS",
    "EVENT_TABLES",
    "HYBRID_TABLES",
    "INDEXES",
    "INDEX_COLUMNS",
    "PACKAGES",
    "REPLICATION_DATABASES",
    "REPLICATION_GROUPS",
    "SEMANTIC_VIEWS",
    "SERVICES",
    "SHARES",
    "TABLE_STORAGE_METRICS",
    "TYPES",
];

impl Scope<'_> {
    /// The objects of a kind in the database's schemas, by schema and name.
    fn all(&self, kind: ObjectKind) -> Vec<Arc<Object>> {
        let names = &self.lister.names;
        let schemas = names
            .snapshot
            .children(self.database.id, ObjectKind::Schema, names.context.session);
        schemas
            .iter()
            .flat_map(|schema| names.snapshot.children(schema.id, kind, names.context.session))
            .collect()
    }

    /// Database, schema and name of an object, as three cells.
    fn place(&self, object: &Object) -> [Cell; 3] {
        let (database, schema) = self.lister.place(object);
        [database.into(), schema.into(), object.name.as_str().into()]
    }
}

/// When an object's definition was last changed.
fn altered(object: &Object) -> Cell {
    object.altered.unwrap_or(object.created).into()
}

/// `YES` or `NO`.
fn yes(value: bool) -> Cell {
    if value { "YES" } else { "NO" }.into()
}

/// The database of a name whose schema part is INFORMATION_SCHEMA, and the name's last part.
fn split<'a>(environment: &StatementEnvironment, name: &'a [String]) -> Option<(Option<&'a str>, &'a str)> {
    match name {
        [database, schema, last] if schema == NAME => Some((Some(database), last)),
        [schema, last] if schema == NAME => Some((None, last)),
        [last] if environment.context.schema.as_deref() == Some(NAME) => Some((None, last)),
        _ => None,
    }
}

/// The view of a name whose schema part is INFORMATION_SCHEMA; `None` for every other name.
pub(super) fn relation(
    environment: &StatementEnvironment,
    name: &[String],
) -> Option<Result<Arc<dyn TableSource>>> {
    let (database, last) = split(environment, name)?;
    Some(view(environment, database, last))
}

fn view(
    environment: &StatementEnvironment,
    database: Option<&str>,
    name: &str,
) -> Result<Arc<dyn TableSource>> {
    let names = environment.names();
    let database = names.database(database)?;
    if ABSENT.contains(&name) {
        return Err(Error::unsupported(format!("{NAME}.{name}")));
    }
    let view = VIEWS.iter().find(|view| view.name == name).ok_or_else(|| {
        Error::not_found(
            "Object",
            format!(
                "{}.{NAME}.{}",
                quote_if_needed(&database.name),
                quote_if_needed(name)
            ),
        )
    })?;
    let lister = Lister {
        names,
        now: environment.context.types.now,
    };
    let mut rows = Rows::new(view.columns);
    (view.fill)(
        &Scope {
            lister,
            database: &database,
        },
        &mut rows,
    );
    of_rows(&rows)
}

/// The table function of a name whose schema part is INFORMATION_SCHEMA; `None` for every other name.
pub(super) fn table_function(
    environment: &StatementEnvironment,
    name: &[String],
    arguments: &[NamedArgument],
) -> Option<Result<Arc<dyn TableSource>>> {
    let (database, last) = split(environment, name)?;
    // The database is where names in arguments are looked up; the function's own answer is the account's.
    if let Some(database) = database
        && let Err(error) = environment.names().database(Some(database))
        && database != "SNOWFLAKE"
    {
        return Some(Err(error));
    }
    let rows = match last {
        "COPY_HISTORY" => loads::copy_history(environment, arguments),
        "TASK_HISTORY" => tasks::task_history(environment, arguments),
        "DYNAMIC_TABLE_REFRESH_HISTORY" => dynamic_tables::refresh_history(environment, arguments),
        "EXTERNAL_TABLE_FILES" => external_tables::files(environment, arguments),
        "EXTERNAL_TABLE_FILE_REGISTRATION_HISTORY" => external_tables::history(environment, arguments),
        "TAG_REFERENCES" => tags::references(environment, arguments),
        "TAG_REFERENCES_ALL_COLUMNS" => tags::references_of_columns(environment, arguments),
        "TASK_DEPENDENTS" => tasks::task_dependents(environment, arguments),
        "COMPLETE_TASK_GRAPHS" => task_graphs::complete(environment, arguments),
        "CURRENT_TASK_GRAPHS" => task_graphs::current(environment, arguments),
        "QUERY_HISTORY" => queries::history(environment, "QUERY_HISTORY", arguments),
        "QUERY_HISTORY_BY_SESSION" => queries::history(environment, "QUERY_HISTORY_BY_SESSION", arguments),
        "QUERY_HISTORY_BY_USER" => queries::history(environment, "QUERY_HISTORY_BY_USER", arguments),
        "QUERY_HISTORY_BY_WAREHOUSE" => {
            queries::history(environment, "QUERY_HISTORY_BY_WAREHOUSE", arguments)
        }
        "PIPE_USAGE_HISTORY"
        | "LOGIN_HISTORY"
        | "WAREHOUSE_LOAD_HISTORY"
        | "WAREHOUSE_METERING_HISTORY"
        | "VALIDATE_PIPE_LOAD"
        | "STAGE_STORAGE_USAGE_HISTORY"
        | "SERVERLESS_TASK_HISTORY"
        | "NOTIFICATION_HISTORY" => Err(Error::unsupported(format!("{NAME}.{last}"))),
        _ => return None,
    };
    Some(rows.and_then(|rows| of_rows(&rows)))
}

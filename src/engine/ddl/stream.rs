//! CREATE STREAM. <https://docs.snowflake.com/en/sql-reference/sql/create-stream>

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{self, Visit, Visitor};

use super::common::{created, existed, exists_already, fault, new_object};
use crate::catalog::object::{Stream, StreamMode, View};
use crate::catalog::{Object, ObjectBody, ObjectId, ObjectKind, Snapshot};
use crate::engine::context::Context;
use crate::engine::names::Names;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::{CreateStream, StreamSource, TimeTravel, TravelPoint};
use crate::sql::{self, Ident, QualifiedName};
use crate::stream::{supported, travel};

/// Runs CREATE STREAM. Its offset is the newest commit, or the one that AT or BEFORE names.
pub(in crate::engine) fn create(work: &mut Work<'_>, create: CreateStream) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::Stream, &create.header)? {
        return Ok(result);
    }
    let properties = &create.properties;
    let insert_only = properties.bool("INSERT_ONLY")? == Some(true);
    let external = matches!(create.source, StreamSource::ExternalTable(_));
    if insert_only != external && !matches!(create.source, StreamSource::Clone(_)) {
        let message = match external {
            true => "a stream on an external table needs INSERT_ONLY = TRUE",
            false => "INSERT_ONLY streams are for external tables",
        };
        return Err(fault(2_232, "0A000", message));
    }
    let mut new = new_object(&create.header, properties)?;
    new.copy_grants = create.copy_grants;
    let source = match &create.source {
        StreamSource::Table(name) | StreamSource::ExternalTable(name) => {
            let object = work.names().require(ObjectKind::Table, name)?;
            if object.as_external().is_some() != external {
                let wanted = if external { "EXTERNAL TABLE" } else { "TABLE" };
                return Err(fault(
                    2_203,
                    "42710",
                    format!("'{name}' is not of type '{wanted}'."),
                ));
            }
            object
        }
        StreamSource::View(name) => work.names().require(ObjectKind::View, name)?,
        StreamSource::Stage(_) => return Err(Error::unsupported("CREATE STREAM … ON STAGE")),
        StreamSource::Clone(name) => {
            let original = work.names().require(ObjectKind::Stream, name)?;
            // A clone has its original's offset.
            let body = original.body.clone();
            return match work.create(&new, body)? {
                Some(_) => created(ObjectKind::Stream, create.header.name.object()),
                None => existed(create.header.name.object()),
            };
        }
    };
    let offset = match &create.at {
        None => work.snapshot().seq,
        Some(at) => offset_at(work, &source, at)?,
    };
    match &source.body {
        ObjectBody::Table(_) => track(work, source.id)?,
        ObjectBody::View(view) => {
            track_view(work, view)?;
        }
        _ => return Err(Error::internal("a stream on something without rows")),
    }
    let body = Stream {
        source: source.id,
        source_name: work.names().full_name(&source),
        mode: match properties.bool("APPEND_ONLY")? {
            Some(true) => StreamMode::AppendOnly,
            _ if external => StreamMode::InsertOnly,
            _ => StreamMode::Default,
        },
        show_initial_rows: properties.bool("SHOW_INITIAL_ROWS")?.unwrap_or(false),
        offset,
        consumed: false,
    };
    match work.create(&new, ObjectBody::Stream(body))? {
        Some(_) => created(ObjectKind::Stream, create.header.name.object()),
        None => existed(create.header.name.object()),
    }
}

/// The commit that AT or BEFORE names.
fn offset_at(work: &Work<'_>, source: &Object, at: &TimeTravel) -> Result<u64> {
    let (_, environment) = work.planner();
    if let TravelPoint::Stream(expr) = &at.point {
        // The offset itself, not the version it falls on: on a view, it concerns several tables.
        let text = expr.to_string();
        let name = text.trim_matches('\'');
        let name = QualifiedName::parse(name).ok_or_else(|| Error::not_found("Stream", name))?;
        let stream = work.names().require(ObjectKind::Stream, &name)?;
        let offset = stream.as_stream().map_or(0, |stream| stream.offset);
        return Ok(if at.before {
            offset.saturating_sub(1)
        } else {
            offset
        });
    }
    match work.snapshot().table(source.id) {
        Some(history) => Ok(travel::resolve(&environment, source, history, at)?.seq),
        None => Err(Error::unsupported(
            "CREATE STREAM … ON VIEW with AT or BEFORE other than STREAM",
        )),
    }
}

/// Turns on change tracking of a table.
fn track(work: &mut Work<'_>, id: ObjectId) -> Result<()> {
    let tracked = work
        .snapshot()
        .object(id)
        .and_then(|object| object.as_table())
        .is_none_or(|t| t.change_tracking);
    if tracked {
        return Ok(());
    }
    work.alter(id, |object| {
        if let Some(table) = object.as_table_mut() {
            table.change_tracking = true;
        }
        Ok(())
    })
}

/// Turns on change tracking of the tables below a view.
///
/// # Errors
/// A refusal of views that changes cannot be followed through; those of [`Work::alter`].
pub(super) fn track_view(work: &mut Work<'_>, view: &View) -> Result<()> {
    let (_, environment) = work.planner();
    let plan = crate::engine::view::plan(&environment, &view.context, &*sql::parse_query(&view.query)?)?;
    supported::check(&plan)?;
    let tables = tables_below(work.snapshot(), work.context, view);
    tables.into_iter().try_for_each(|id| track(work, id))
}

/// The tables that a view reads, also through other views. A query that no longer parses reads none.
pub(in crate::engine) fn tables_below(
    snapshot: &Snapshot,
    context: &Context,
    view: &View,
) -> BTreeSet<ObjectId> {
    let mut tables = BTreeSet::new();
    let mut seen = BTreeSet::new();
    collect(snapshot, context, view, &mut tables, &mut seen);
    tables
}

fn collect(
    snapshot: &Snapshot,
    context: &Context,
    view: &View,
    tables: &mut BTreeSet<ObjectId>,
    seen: &mut BTreeSet<ObjectId>,
) {
    let Ok(query) = sql::parse_query(&view.query) else {
        return;
    };
    let mut relations = Relations(Vec::new());
    let _ = query.visit(&mut relations);
    let mut context = context.clone();
    context.database = Some(view.context.0.clone());
    context.schema = Some(view.context.1.clone());
    let names = Names {
        snapshot,
        context: &context,
    };
    for name in relations.0 {
        // What is not there is the name of a WITH clause.
        let Ok(object) = names.relation(&name) else {
            continue;
        };
        match &object.body {
            ObjectBody::Table(_) => {
                tables.insert(object.id);
            }
            ObjectBody::View(inner) if seen.insert(object.id) => {
                collect(snapshot, &context, inner, tables, seen)
            }
            _ => {}
        }
    }
}

/// The names of a query's relations.
struct Relations(Vec<QualifiedName>);

impl Visitor for Relations {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &ast::ObjectName) -> ControlFlow<()> {
        let parts: Option<Vec<Ident>> = relation
            .0
            .iter()
            .map(|part| Some(Ident::quoted(part.as_ident()?.value.as_str())))
            .collect();
        self.0.extend(parts.and_then(QualifiedName::new));
        ControlFlow::Continue(())
    }
}

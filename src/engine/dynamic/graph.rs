//! What a dynamic table reads, and what reads it.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use datafusion::logical_expr::LogicalPlan;

use crate::catalog::dynamic::Dynamic;
use crate::catalog::{Object, ObjectId, ObjectKind};
use crate::engine::Work;
use crate::engine::ddl::fault;
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};
use crate::plan::Planner;
use crate::sql;

/// A dynamic table's query, planned.
pub struct Planned {
    pub plan: LogicalPlan,
    pub planner: Planner,
    pub environment: Arc<StatementEnvironment>,
    /// The tables that it reads, also through views and functions.
    pub inputs: BTreeSet<ObjectId>,
    /// A mark of the plan: it is another one when a view, a function or a column below has changed.
    pub mark: u64,
}

/// How a definition is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To know what it gives and reads.
    Look,
    /// To run it: dynamic tables below have to have rows.
    Run,
}

/// Plans a query as its owner, in a database and schema.
///
/// # Errors
/// Whatever is wrong with the query; a refusal of streams, which a refresh would consume.
pub fn plan(
    work: &Work<'_>,
    owner: &str,
    context: &(String, String),
    query: &str,
    purpose: Purpose,
) -> Result<Planned> {
    let (_, environment) = work.planner();
    let mut inner = environment.inside(context)?;
    inner.context.role = owner.to_string();
    inner.context.task = None;
    if purpose == Purpose::Look {
        inner = inner.looking();
    }
    let inner = Arc::new(inner);
    let mut planner = Planner::new(
        Arc::clone(&inner) as _,
        inner.account.base_state(),
        &inner.context.types,
    );
    if work.context.describing {
        planner = planner.describing();
    }
    let plan = planner.query(&*sql::parse_query(query)?)?;
    if !inner.streams_read().is_empty() {
        return Err(Error::unsupported("a stream in the query of a dynamic table"));
    }
    let inputs: BTreeSet<ObjectId> = inner.tables_read().into_iter().collect();
    let mut hasher = DefaultHasher::new();
    plan.display_indent_schema().to_string().hash(&mut hasher);
    inputs.hash(&mut hasher);
    Ok(Planned {
        plan,
        planner,
        environment: inner,
        inputs,
        mark: hasher.finish(),
    })
}

/// The dynamic tables among some tables.
pub fn dynamic_of(work: &Work<'_>, inputs: &BTreeSet<ObjectId>) -> Vec<Arc<Object>> {
    let objects = inputs.iter().filter_map(|id| work.snapshot().object(*id));
    objects
        .filter(|object| object.as_dynamic().is_some())
        .cloned()
        .collect()
}

/// The dynamic tables that a dynamic table reads directly; none when its query does not compile any more.
fn upstream(work: &Work<'_>, object: &Object, dynamic: &Dynamic) -> Vec<Arc<Object>> {
    let planned = plan(
        work,
        &object.owner,
        &dynamic.context,
        &dynamic.query,
        Purpose::Look,
    );
    planned.map_or_else(|_| Vec::new(), |planned| dynamic_of(work, &planned.inputs))
}

/// A table to refresh, with the dynamic tables that it reads directly.
pub struct Step {
    pub id: ObjectId,
    pub upstream: Vec<ObjectId>,
}

/// Some dynamic tables and all upstream of them, upstream first. What is not scheduled keeps its own time: it is not
/// refreshed for the sake of another, nor is anything for its sake when it is the only one asked for.
///
/// # Errors
/// When a table depends on itself.
pub fn in_order(work: &Work<'_>, roots: &[ObjectId]) -> Result<Vec<Step>> {
    let mut order = Vec::new();
    let mut open = Vec::new();
    for root in roots {
        visit(work, *root, roots, &mut open, &mut order)?;
    }
    Ok(order)
}

fn visit(
    work: &Work<'_>,
    id: ObjectId,
    roots: &[ObjectId],
    open: &mut Vec<ObjectId>,
    order: &mut Vec<Step>,
) -> Result<()> {
    if order.iter().any(|step| step.id == id) {
        return Ok(());
    }
    let Some(object) = work.snapshot().object(id).cloned() else {
        return Ok(());
    };
    let Some(dynamic) = object.as_dynamic() else {
        return Ok(());
    };
    if open.contains(&id) {
        return Err(cycle(&object.name));
    }
    open.push(id);
    let upstream = upstream(work, &object, dynamic);
    for above in &upstream {
        let disabled = |object: &Object| {
            object
                .as_dynamic()
                .is_some_and(|dynamic| dynamic.scheduler == Some(false))
        };
        let listed = roots.contains(&above.id);
        if listed || !(disabled(above) || disabled(&object)) {
            visit(work, above.id, roots, open, order)?;
        }
    }
    open.pop();
    order.push(Step {
        id,
        upstream: upstream.iter().map(|object| object.id).collect(),
    });
    Ok(())
}

/// Whether a table is among some tables or upstream of them.
pub fn reaches(work: &Work<'_>, inputs: &BTreeSet<ObjectId>, wanted: ObjectId) -> Result<bool> {
    if inputs.contains(&wanted) {
        return Ok(true);
    }
    let roots: Vec<ObjectId> = inputs.iter().copied().collect();
    let order = in_order(work, &roots)?;
    Ok(order
        .iter()
        .any(|step| step.id == wanted || step.upstream.contains(&wanted)))
}

/// The live dynamic tables that depend on one, directly or not.
pub fn downstream(work: &Work<'_>, id: ObjectId) -> Vec<ObjectId> {
    let snapshot = work.snapshot();
    let reads: Vec<(ObjectId, Vec<ObjectId>)> = snapshot
        .all(ObjectKind::Table)
        .filter_map(|object| {
            let upstream = upstream(work, object, object.as_dynamic()?);
            Some((object.id, upstream.iter().map(|above| above.id).collect()))
        })
        .collect();
    let mut found = vec![id];
    let mut at = 0;
    while let Some(above) = found.get(at).copied() {
        for (below, upstream) in &reads {
            if upstream.contains(&above) && !found.contains(below) {
                found.push(*below);
            }
        }
        at += 1;
    }
    found.retain(|found| *found != id);
    found
}

/// A table that would depend on itself.
pub fn cycle(name: &str) -> Error {
    fault(
        2_738,
        "42601",
        format!("Dynamic table '{name}' depends on itself."),
    )
}

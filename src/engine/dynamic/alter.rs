//! ALTER DYNAMIC TABLE. <https://docs.snowflake.com/en/sql-reference/sql/alter-dynamic-table>

use std::collections::BTreeSet;
use std::sync::Arc;

use super::graph::{self, Purpose};
use super::properties;
use super::refresh::{self, Trigger};
use crate::catalog::dynamic::{Dynamic, TargetLag};
use crate::catalog::{Object, ObjectId, ObjectKind};
use crate::engine::ddl::{self, fault};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::{AlterDynamicTable, DynamicTableAction};
use crate::sql::{Properties, QualifiedName};

/// Runs ALTER DYNAMIC TABLE. A refresh that fails leaves what it could refresh, and its history, behind.
pub(in crate::engine) async fn run(work: &mut Work<'_>, alter: AlterDynamicTable) -> Result<StatementResult> {
    use DynamicTableAction as A;
    let mut objects: Vec<Arc<Object>> = Vec::with_capacity(alter.names.len());
    for name in &alter.names {
        let object = match find(work, name) {
            Err(error) if alter.if_exists && error.code() == 2003 => continue,
            found => found?,
        };
        if objects.iter().any(|known| known.id == object.id) {
            return Err(fault(
                2_008,
                "42601",
                format!("Duplicate Dynamic Table: {}", object.name),
            ));
        }
        objects.push(object);
    }
    let Some(object) = objects.first().cloned() else {
        return ddl::done();
    };
    match alter.action {
        A::Refresh => {
            let trigger = match work.context.refreshes {
                true => Trigger::Scheduled,
                false => Trigger::Manual,
            };
            let roots: Vec<ObjectId> = objects.iter().map(|object| object.id).collect();
            if let Some(error) = refresh::run(work, &roots, trigger, None).await? {
                work.commit_before_failing()?;
                return Err(error);
            }
        }
        A::Suspend => refresh::suspend(work, object.id)?,
        A::Resume => refresh::resume(work, object.id)?,
        A::Rename(to) => ddl::rename_object(work, &object, &to)?,
        A::Swap(other) => {
            let other = find(work, &other)?;
            ddl::swap_objects(work, &object, &other)?;
        }
        A::Set(given) => set(work, &object, &given)?,
        A::Unset(names) => work.alter(object.id, |object| {
            for name in &names {
                match name.as_str() {
                    "COMMENT" => object.comment = None,
                    "INITIALIZATION_WAREHOUSE" => {
                        if let Some(dynamic) = object.as_dynamic_mut() {
                            dynamic.options.unset(name);
                        }
                    }
                    name => {
                        if let Some(table) = object.as_table_mut() {
                            if name == "DATA_RETENTION_TIME_IN_DAYS" {
                                table.retention_days = None;
                            }
                            table.options.unset(name);
                        }
                    }
                }
            }
            Ok(())
        })?,
    }
    ddl::done()
}

/// The dynamic table of a name.
///
/// # Errors
/// 002003 when there is none.
fn find(work: &Work<'_>, name: &QualifiedName) -> Result<Arc<Object>> {
    let object = work.names().require(ObjectKind::Table, name)?;
    match object.as_dynamic() {
        Some(_) => Ok(object),
        None => Err(Error::not_found(
            "Dynamic table",
            work.names().shown(ObjectKind::Table, name),
        )),
    }
}

fn set(work: &mut Work<'_>, object: &Object, given: &Properties) -> Result<()> {
    let mut changed = object.clone();
    if let Some(text) = given.text("COMMENT")? {
        changed.comment = Some(text.to_string());
    }
    if let Some(table) = changed.as_table_mut() {
        ddl::apply_table_properties(table, given)?;
    }
    if let Some(dynamic) = changed.as_dynamic_mut() {
        properties::apply(work, dynamic, given)?;
        if given.get("TARGET_LAG").is_some()
            && let Ok(planned) = graph::plan(
                work,
                &object.owner,
                &dynamic.context,
                &dynamic.query,
                Purpose::Look,
            )
        {
            check_lag(work, dynamic, &planned.inputs)?;
        }
    }
    work.replace(changed)
}

/// A table cannot be fresher than what it reads.
///
/// # Errors
/// When a dynamic table among its inputs has a longer lag.
pub fn check_lag(work: &Work<'_>, dynamic: &Dynamic, inputs: &BTreeSet<ObjectId>) -> Result<()> {
    let Some(TargetLag::Seconds(own)) = dynamic.lag else {
        return Ok(());
    };
    for above in graph::dynamic_of(work, inputs) {
        if let Some(TargetLag::Seconds(lag)) = above.as_dynamic().and_then(|above| above.lag)
            && lag > own
        {
            let message = format!(
                "Invalid target lag: {} is shorter than the {} of the dynamic table '{}' that it reads.",
                properties::shown(TargetLag::Seconds(own)),
                properties::shown(TargetLag::Seconds(lag)),
                above.name
            );
            return Err(fault(2_740, "22023", message));
        }
    }
    Ok(())
}

//! ALTER EXTERNAL TABLE, and what ALTER TABLE does to an external table: its columns, its name, its comment.
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-external-table>

use super::refresh::{self, Extent};
use super::{check, create};
use crate::catalog::{Object, ObjectKind};
use crate::engine::ddl::{self, done, fault};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::Ident;
use crate::sql::statement::{AlterExternalTable, ExternalTableAction, TableAction};

/// The longest name of a user-specified partition column, in characters.
const LONGEST_PARTITION_COLUMN: usize = 32;

/// Runs ALTER EXTERNAL TABLE.
pub(in crate::engine) async fn run(
    work: &mut Work<'_>,
    alter: AlterExternalTable,
) -> Result<StatementResult> {
    use ExternalTableAction as A;
    let object = match work.names().require(ObjectKind::Table, &alter.name) {
        Err(error) if alter.if_exists && error.code() == 2003 => return done(),
        found => found?,
    };
    let Some(external) = object.as_external() else {
        let message = "Object found is of type 'TABLE', not specified type 'EXTERNAL TABLE'.";
        return Err(fault(2_203, "42710", message));
    };
    let by_user = matches!(alter.action, A::AddPartition(..) | A::DropPartition(_));
    if by_user != external.user_partitions {
        let message = match by_user {
            true => "partitions are added and dropped by hand with PARTITION_TYPE = USER_SPECIFIED only",
            false => "this is not supported with PARTITION_TYPE = USER_SPECIFIED",
        };
        return Err(fault(2, "0A000", message));
    }
    let extent = match alter.action {
        A::Refresh(path) => Extent::Below(path.unwrap_or_default()),
        A::AddFiles(files) => Extent::Added(files),
        A::RemoveFiles(files) => Extent::Removed(files),
        A::AddPartition(values, path) => Extent::Partition(path, partition(&external.partition_by, &values)?),
        A::DropPartition(path) => Extent::Dropped(path),
        A::Set(properties) => {
            let auto_refresh = properties.bool("AUTO_REFRESH")?;
            work.alter(object.id, |object| {
                if let (Some(external), Some(auto_refresh)) = (object.as_external_mut(), auto_refresh) {
                    external.auto_refresh = auto_refresh;
                }
                Ok(())
            })?;
            return done();
        }
    };
    let changed = refresh::run(work, object.id, &extent).await?;
    match by_user {
        true => done(),
        false => refresh::result(&changed),
    }
}

/// The values of a partition's columns as METADATA$EXTERNAL_TABLE_PARTITION has them.
fn partition(columns: &[String], values: &[(Ident, String)]) -> Result<String> {
    let mut object = serde_json::Map::new();
    for (column, value) in values {
        let name = &column.value;
        if !columns.contains(name) {
            return Err(Error::invalid_identifier(name));
        }
        if name.chars().count() > LONGEST_PARTITION_COLUMN {
            let message =
                format!("the name of a partition column has at most {LONGEST_PARTITION_COLUMN} characters");
            return Err(fault(1_003, "42601", message));
        }
        object.insert(name.clone(), value.as_str().into());
    }
    if let Some(missing) = columns.iter().find(|column| !object.contains_key(*column)) {
        let message = format!("the partition has no value for column '{missing}'");
        return Err(fault(1_003, "42601", message));
    }
    Ok(serde_json::Value::Object(object).to_string())
}

/// ALTER TABLE of an external table.
///
/// # Errors
/// A refusal of what external tables do not have; those of the changes.
pub(in crate::engine) fn table(
    work: &mut Work<'_>,
    object: &Object,
    action: TableAction,
) -> Result<StatementResult> {
    let body = |object: &Object| {
        let table = object.as_table().cloned();
        table.ok_or_else(|| Error::internal("a table without a body"))
    };
    match action {
        TableAction::Rename(to) => ddl::rename_object(work, object, &to)?,
        TableAction::AddColumns {
            if_not_exists,
            columns,
            constraints,
        } => {
            if !constraints.is_empty() {
                return Err(Error::unsupported(
                    "ADD COLUMN with a constraint of an external table",
                ));
            }
            let mut table = body(object)?;
            let there = |name: &str| table.columns.iter().any(|column| column.name == name);
            let mut columns = columns;
            if if_not_exists {
                columns.retain(|column| !there(&column.name.value));
            }
            create::add_columns(&mut table.columns, &columns, table.next_column_id)?;
            table.next_column_id += columns.len() as u32;
            let home = work.snapshot().home(object);
            let home = home.ok_or_else(|| Error::internal("a table outside a schema"))?;
            check(work, &home, &table.columns)?;
            ddl::change_table(work, object.id, |old| *old = table)?;
            let given = columns.iter();
            let given = given.map(|column| (column.name.value.as_str(), column.tags.as_slice()));
            ddl::tag::set_on_columns(work, object.id, given)?;
        }
        TableAction::DropColumns { if_exists, columns } => {
            let value = columns.iter().find(|column| column.value == super::VALUE);
            if value.is_some() {
                return Err(fault(2, "0A000", "the column VALUE of an external table stays"));
            }
            ddl::alter_columns::drop(work, object.id, if_exists, &columns)?;
        }
        TableAction::RenameColumn { from, to } => {
            if from.value == super::VALUE {
                return Err(fault(
                    2,
                    "0A000",
                    "the column VALUE of an external table keeps its name",
                ));
            }
            ddl::alter_columns::rename(work, object.id, &from, &to)?;
        }
        TableAction::Set(properties) if properties.iter().all(|property| property.name == "COMMENT") => {
            let comment = properties.text("COMMENT")?.map(str::to_string);
            work.alter(object.id, |object| {
                object.comment = comment;
                Ok(())
            })?;
        }
        _ => return Err(Error::unsupported("this ALTER TABLE of an external table")),
    }
    done()
}

//! ALTER TABLE: columns added, dropped, renamed and changed.
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-table-column>

use std::sync::Arc;

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::Decimal128Type;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::datasource::provider_as_source;

use super::alter_table::{change, table};
use super::columns;
use super::common::fault;
use crate::catalog::object::{Column, ConstraintKind, Table};
use crate::catalog::{ObjectId, ObjectKind};
use crate::engine::Work;
use crate::error::{Error, Result};
use crate::plan::{VersionedTable, execute};
use crate::sql;
use crate::sql::statement::{ColumnAction, ColumnDef, TableConstraint};
use crate::sql::{Ident, quote_if_needed};
use crate::types::cast::{CastMode, cast_scalar};
use crate::types::{SnowType, TypeContext};

/// ADD COLUMN. Rows that are there already get the default, which must then be a constant.
///
/// # Errors
/// 001430 for a name that is taken; when rows that are there cannot have a value.
pub fn add(
    work: &mut Work<'_>,
    id: ObjectId,
    if_not_exists: bool,
    definitions: &[ColumnDef],
    constraints: &[TableConstraint],
) -> Result<()> {
    let mut changed = table(work, id)?;
    let is_empty = work.snapshot().rows(id).rows() == 0;
    for definition in definitions {
        let name = &definition.name.value;
        if changed.columns.iter().any(|column| column.name == *name) {
            if if_not_exists {
                continue;
            }
            return Err(fault(1430, "42601", format!("column '{name}' already exists")));
        }
        let data_type = definition
            .data_type
            .ok_or_else(|| Error::internal("a column without a type"))?;
        let mut column = columns::column(work, definition, changed.next_column_id, data_type, true)?;
        if column.identity.is_some() && !is_empty {
            let message = format!("Cannot add identity column '{name}' to a table that is not empty");
            return Err(fault(2_242, "0A000", message));
        }
        column.initial = initial(work, &column, is_empty)?;
        if !column.nullable && column.initial.is_none() && !is_empty {
            let message = format!(
                "Non-nullable column '{name}' cannot be added to non-empty table '{}' unless it has a non-null default \
                 value.",
                table_name(work, id)
            );
            return Err(fault(2_240, "22000", message));
        }
        changed.next_column_id += 1;
        changed.columns.push(column);
        let before = std::iter::repeat_n(None, changed.columns.len() - 1);
        let given = before.chain([definition.masking.as_ref()]);
        super::masking::mask_columns(work, &mut changed.columns, given)?;
    }
    let full_name = table_name(work, id);
    columns::constraints(work, &mut changed, &full_name, constraints)?;
    change(work, id, |old| *old = changed)?;
    let given = definitions.iter();
    let given = given.map(|column| (column.name.value.as_str(), column.tags.as_slice()));
    super::tag::set_on_columns(work, id, given)
}

fn table_name(work: &Work<'_>, id: ObjectId) -> String {
    work.snapshot()
        .object(id)
        .map_or_else(String::new, |object| work.names().full_name(object))
}

/// The value, as text, that rows from before a column have in it: its default.
fn initial(work: &Work<'_>, column: &Column, is_empty: bool) -> Result<Option<String>> {
    let Some(text) = &column.default else {
        return Ok(None);
    };
    // Nothing is there that would have a value, so none is computed.
    if is_empty {
        return Ok(None);
    }
    let constant = !text.to_uppercase().ends_with(".NEXTVAL");
    if !constant || column.data_type.is_encoded() {
        let message = format!("Invalid column default expression [{text}]: it is no constant");
        return Err(fault(2_262, "22000", message));
    }
    let (planner, _) = work.planner();
    let planned = planner.expression(&sql::parse_expr(text)?, &DFSchema::empty())?;
    let value =
        execute::constant(planned, planner.state().config_options()).map_err(crate::plan::translate)?;
    let from = SnowType::from_arrow(&value.data_type()).unwrap_or(SnowType::VARCHAR);
    let value = cast_scalar(
        &value,
        &from,
        &column.data_type,
        CastMode::Strict,
        &work.context.types,
    )?;
    // The text must read back as the same value, to the last digit.
    let mut exact = TypeContext::default();
    for (name, format) in [
        ("TIME_OUTPUT_FORMAT", "HH24:MI:SS.FF9"),
        ("TIMESTAMP_NTZ_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI:SS.FF9"),
        ("TIMESTAMP_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI:SS.FF9 TZHTZM"),
    ] {
        exact.set(name, format)?;
    }
    match cast_scalar(
        &value,
        &column.data_type,
        &SnowType::VARCHAR,
        CastMode::Strict,
        &exact,
    )? {
        ScalarValue::Utf8(text) => Ok(text),
        _ => Err(Error::internal("a text that is none")),
    }
}

/// DROP COLUMN. Constraints of the column go with it.
///
/// # Errors
/// 000904 for a column that is not there; when none would be left, or the clustering key needs it.
pub fn drop(work: &mut Work<'_>, id: ObjectId, if_exists: bool, names: &[Ident]) -> Result<()> {
    let mut changed = table(work, id)?;
    for name in names {
        let name = &name.value;
        if !changed.columns.iter().any(|column| column.name == *name) {
            if if_exists {
                continue;
            }
            return Err(missing(name));
        }
        refuse_in_clustering_key(&changed, name)?;
        refuse_in_policy(&changed, name)?;
        changed.columns.retain(|column| column.name != *name);
        changed
            .constraints
            .retain(|constraint| !constraint.columns.contains(name));
    }
    if changed.columns.is_empty() {
        return Err(fault(
            2_117,
            "0A000",
            format!("Cannot drop the last column of table '{}'", table_name(work, id)),
        ));
    }
    for name in names {
        for_references(work, id, |columns| {
            (!columns.contains(&name.value)).then_some(columns)
        })?;
    }
    change(work, id, |old| *old = changed)
}

fn missing(name: &str) -> Error {
    fault(2_003, "42S22", format!("column '{name}' does not exist"))
}

/// A column that a row access policy or the masking policy of another takes stays.
fn refuse_in_policy(table: &Table, name: &str) -> Result<()> {
    let id = table
        .columns
        .iter()
        .find(|column| column.name == name)
        .map(|column| column.id);
    let filters = table.row_access.as_ref().zip(id);
    if filters.is_some_and(|(access, id)| access.columns.contains(&id)) {
        let message = format!("column '{name}' is an argument of the table's row access policy");
        return Err(fault(3_544, "0A000", message));
    }
    let taken = table.columns.iter().any(|column| {
        let mask = column.masking.as_ref().filter(|_| column.name != name);
        mask.zip(id).is_some_and(|(mask, id)| mask.using.contains(&id))
    });
    match taken {
        true => Err(fault(
            3_544,
            "0A000",
            format!("column '{name}' is a condition of another column's masking policy"),
        )),
        false => Ok(()),
    }
}

fn refuse_in_clustering_key(table: &Table, name: &str) -> Result<()> {
    let shown = quote_if_needed(name);
    let in_key = table.cluster_by.as_ref().is_some_and(|key| {
        key.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '"')))
            .any(|word| word == shown)
    });
    match in_key {
        true => Err(fault(
            2_118,
            "0A000",
            format!("column '{name}' is part of the clustering key"),
        )),
        false => Ok(()),
    }
}

/// RENAME COLUMN. Constraints, also of other tables, follow.
///
/// # Errors
/// 000904 for a column that is not there, 002025 for a name that is taken.
pub fn rename(work: &mut Work<'_>, id: ObjectId, from: &Ident, to: &Ident) -> Result<()> {
    let mut changed = table(work, id)?;
    if from == to {
        return Ok(());
    }
    if changed.columns.iter().any(|column| column.name == to.value) {
        return Err(columns::duplicate_column(&to.value));
    }
    refuse_in_clustering_key(&changed, &from.value)?;
    let renamed = |columns: Vec<String>| -> Vec<String> {
        columns
            .into_iter()
            .map(|name| {
                if name == from.value {
                    to.value.clone()
                } else {
                    name
                }
            })
            .collect()
    };
    let column = changed
        .columns
        .iter_mut()
        .find(|column| column.name == from.value);
    column.ok_or_else(|| missing(&from.value))?.name = to.value.clone();
    for constraint in &mut changed.constraints {
        constraint.columns = renamed(std::mem::take(&mut constraint.columns));
    }
    change(work, id, |old| *old = changed)?;
    for_references(work, id, |columns| Some(renamed(columns)))
}

/// Changes the columns to which foreign keys refer in a table; a key whose answer is `None` goes.
fn for_references(
    work: &mut Work<'_>,
    id: ObjectId,
    follow: impl Fn(Vec<String>) -> Option<Vec<String>>,
) -> Result<()> {
    let tables: Vec<Arc<crate::catalog::Object>> = work.snapshot().all(ObjectKind::Table).cloned().collect();
    for object in tables {
        let Some(body) = object.as_table() else { continue };
        let refers = |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey { table, .. } if *table == id || (*table == 0 && object.id == id));
        if !body.constraints.iter().any(|constraint| refers(&constraint.kind)) {
            continue;
        }
        let mut constraints = Vec::new();
        for mut constraint in body.constraints.clone() {
            if refers(&constraint.kind)
                && let ConstraintKind::ForeignKey { columns, .. } = &mut constraint.kind
            {
                match follow(std::mem::take(columns)) {
                    Some(followed) => *columns = followed,
                    None => continue,
                }
            }
            constraints.push(constraint);
        }
        change(work, object.id, |table| table.constraints = constraints)?;
    }
    Ok(())
}

/// ALTER COLUMN.
///
/// # Errors
/// 000904 for a column that is not there; when the change, or the rows that are there, do not allow it.
pub async fn alter(work: &mut Work<'_>, id: ObjectId, name: &Ident, action: ColumnAction) -> Result<()> {
    let present = table(work, id)?;
    let at = present
        .columns
        .iter()
        .position(|column| column.name == name.value);
    let at = at.ok_or_else(|| missing(&name.value))?;
    let mut column = present
        .columns
        .get(at)
        .cloned()
        .ok_or_else(|| missing(&name.value))?;
    match action {
        ColumnAction::Comment(text) => column.comment = Some(text).filter(|text| !text.is_empty()),
        ColumnAction::UnsetComment => column.comment = None,
        ColumnAction::SetPolicy(policy, force) => {
            return super::masking::set(work, id, &name.value, Some((&policy, force)));
        }
        ColumnAction::UnsetPolicy => return super::masking::set(work, id, &name.value, None),
        ColumnAction::DropNotNull => {
            let key = present.constraints.iter().any(|constraint| {
                constraint.kind == ConstraintKind::PrimaryKey && constraint.columns.contains(&column.name)
            });
            if key {
                return Err(fault(
                    2_214,
                    "22000",
                    format!("column '{}' is part of the primary key", column.name),
                ));
            }
            column.nullable = true;
        }
        ColumnAction::SetNotNull => {
            if column.data_type.is_encoded() && work.snapshot().rows(id).rows() > 0 {
                return Err(Error::unsupported(format!(
                    "SET NOT NULL of the {} column '{}' of a table with rows",
                    column.data_type, column.name
                )));
            }
            refuse_null(work, id, &column.name).await?;
            column.nullable = false;
        }
        ColumnAction::DropDefault => {
            if column.initial.is_some() {
                let message = format!(
                    "the default of column '{}', which was added to the table, stays",
                    column.name
                );
                return Err(fault(2_263, "0A000", message));
            }
            column.default = None;
        }
        ColumnAction::SetDefault(default) => {
            let is_sequence = |text: &str| text.to_uppercase().ends_with(".NEXTVAL");
            let text = columns::default_text(work, &default, &column.name, &column.data_type)?;
            if !column.default.as_deref().is_some_and(is_sequence) || !is_sequence(&text) {
                let message = format!(
                    "Unsupported feature 'Alter Column Set Default' of column '{}': only a sequence can follow a sequence",
                    column.name
                );
                return Err(Error::new(2, "0A000", message));
            }
            column.default = Some(text);
        }
        ColumnAction::SetType(to) => {
            check_type(work, id, &column, &to).await?;
            column.data_type = to;
        }
    }
    change(work, id, |table| {
        if let Some(slot) = table.columns.get_mut(at) {
            *slot = column;
        }
    })
}

/// Whether a column's type may change: longer texts, numbers of more digits, and of fewer when all values fit.
async fn check_type(work: &mut Work<'_>, id: ObjectId, column: &Column, to: &SnowType) -> Result<()> {
    use SnowType::{Number, Varchar};
    let (from, name) = (column.data_type, &column.name);
    match (from, *to) {
        _ if from == *to => Ok(()),
        (Varchar { length: old }, Varchar { length: new }) if new >= old => Ok(()),
        (Varchar { .. }, Varchar { .. }) => {
            let message = format!(
                "cannot change column {name} from type {from} to {to} because reducing the byte-length of a varchar is not supported"
            );
            Err(fault(40_052, "22000", message))
        }
        (
            Number {
                precision: old,
                scale: left,
            },
            Number {
                precision: new,
                scale: right,
            },
        ) if left == right => {
            if new < old {
                let digits = u32::from(new.saturating_sub(right));
                let bound = 10_i128.checked_pow(digits).unwrap_or(i128::MAX);
                let column = quote_if_needed(name);
                if count(work, id, &format!("ABS({column}) >= {bound}")).await? > 0 {
                    let message =
                        format!("cannot change column {name} from type {from} to {to}: values do not fit");
                    return Err(fault(40_053, "22000", message));
                }
            }
            Ok(())
        }
        _ => Err(fault(
            2_108,
            "22000",
            format!("cannot change column {name} from type {from} to {to}"),
        )),
    }
}

/// Fails when a column holds NULL.
///
/// # Errors
/// 100072 when it does.
pub async fn refuse_null(work: &mut Work<'_>, id: ObjectId, name: &str) -> Result<()> {
    match count(work, id, &format!("{} IS NULL", quote_if_needed(name))).await? {
        0 => Ok(()),
        _ => Err(Error::null_in_not_null(name)),
    }
}

/// How many rows satisfy a condition.
async fn count(work: &mut Work<'_>, id: ObjectId, condition: &str) -> Result<i128> {
    // The rows as they are, whatever policies show of them.
    let query = sql::parse_query(&format!("SELECT COUNT(*) FROM \"$ROWS\" WHERE {condition}"))?;
    let (planner, environment) = work.planner();
    let rows = VersionedTable::new(work.snapshot().rows(id), table(work, id)?.scan_columns()?);
    environment.provide_local("$ROWS".to_string(), provider_as_source(Arc::new(rows)));
    let (_, batches) = execute::collect(planner.query(&query)?, planner.state()).await?;
    let counted = batches
        .iter()
        .filter(|batch| batch.num_rows() > 0)
        .find_map(|batch| {
            let column = batch.columns().first()?;
            let integers = column.as_primitive_opt::<datafusion::arrow::datatypes::Int64Type>();
            let decimals = column.as_primitive_opt::<Decimal128Type>();
            integers
                .map(|array| i128::from(array.value(0)))
                .or_else(|| decimals.map(|array| array.value(0)))
        });
    counted.ok_or_else(|| Error::internal("a count without a row"))
}

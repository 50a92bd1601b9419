//! Columns and constraints of CREATE TABLE and ALTER TABLE, checked and brought into the catalog's form.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-table>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-table-constraint>

use datafusion::common::DFSchema;
use datafusion::logical_expr::ExprSchemable;
use datafusion::sql::sqlparser::ast::Expr;

use super::added_default;
use super::common::fault;
use crate::catalog::object::{Column, Constraint, ConstraintKind, Table};
use crate::catalog::{Object, ObjectKind};
use crate::engine::Work;
use crate::error::{Error, Result};
use crate::sql::statement::{self, ColumnDef, ColumnDefault, TableConstraint};
use crate::sql::{Ident, Properties, QualifiedName, quote_if_needed};
use crate::types::{SnowType, coerce};

/// Columns from their definitions, with ids from `first_id` on.
///
/// # Errors
/// 002025 for a name that is there twice; whatever is wrong with a default.
pub fn columns(work: &Work<'_>, definitions: &[ColumnDef], first_id: u32) -> Result<Vec<Column>> {
    let mut columns: Vec<Column> = Vec::with_capacity(definitions.len());
    for (id, definition) in (first_id..).zip(definitions) {
        let data_type = definition
            .data_type
            .ok_or_else(|| Error::internal("a column without a type"))?;
        let column = column(work, definition, id, data_type, false)?;
        if columns.iter().any(|other| other.name == column.name) {
            return Err(duplicate_column(&column.name));
        }
        columns.push(column);
    }
    Ok(columns)
}

/// A column of a type; `added` when ALTER TABLE adds it.
///
/// # Errors
/// As [`columns`].
pub fn column(
    work: &Work<'_>,
    definition: &ColumnDef,
    id: u32,
    data_type: SnowType,
    added: bool,
) -> Result<Column> {
    let name = definition.name.value.clone();
    if definition.expression.is_some() {
        return Err(Error::unsupported("virtual column"));
    }
    if definition.identity.is_some() && !matches!(data_type, SnowType::Number { .. }) {
        let message = format!("Invalid data type [{data_type}] for identity column '{name}'");
        return Err(fault(2_091, "42601", message));
    }
    if definition.identity.is_some_and(|identity| identity.step == 0) {
        return Err(Error::invalid_property("INCREMENT", 0));
    }
    let default = match &definition.default {
        Some(_) if definition.identity.is_some() => {
            let message = format!("column '{name}' cannot have both a default and an identity");
            return Err(fault(1003, "42601", message));
        }
        Some(default) if added && sequence_of(&default.expr).is_none() => {
            added_default::check(&default.expr, &name, &data_type)?;
            Some(default.text.clone())
        }
        Some(default) => Some(default_text(work, default, &name, &data_type)?),
        None => None,
    };
    Ok(Column {
        nullable: !definition.not_null,
        default,
        identity: definition
            .identity
            .map(|identity| (identity.start, identity.step)),
        identity_ordered: definition
            .identity
            .and_then(|identity| identity.order)
            .unwrap_or(false),
        comment: definition.comment.clone(),
        ..Column::plain(id, name, data_type)
    })
}

/// Structured types are not for tables of every kind
/// (<https://docs.snowflake.com/en/sql-reference/data-types-structured>).
///
/// # Errors
/// For a column of such a type.
pub(in crate::engine) fn refuse_structured(kind: &str, columns: &[Column]) -> Result<()> {
    match columns.iter().find(|column| column.data_type.is_structured()) {
        Some(column) => Err(Error::compilation(format!(
            "column '{}' of type {} in a table that is {kind}: structured types are not supported there",
            column.name, column.data_type
        ))),
        None => Ok(()),
    }
}

/// A default's text, after planning it once: it must be there, and go into the column. A sequence is named in full, so
/// that the default means the same wherever rows are inserted from.
///
/// # Errors
/// 002023 when the type does not fit; whatever is wrong with the expression.
pub fn default_text(
    work: &Work<'_>,
    default: &ColumnDefault,
    name: &str,
    data_type: &SnowType,
) -> Result<String> {
    let (planner, _) = work.planner();
    let planned = planner.expression(&default.expr, &DFSchema::empty())?;
    let (_, field) = planned
        .to_field(&DFSchema::empty())
        .map_err(crate::plan::translate)?;
    if planner.calls_user_function() {
        return Err(Error::unsupported("user-defined functions in DEFAULT"));
    }
    let is_null = matches!(field.data_type(), datafusion::arrow::datatypes::DataType::Null);
    if let Some(from) = SnowType::from_field(&field)
        && !is_null
        && !coerce::can_coerce(&from, data_type)
    {
        let message = format!(
            "Expression type does not match column data type, expecting {data_type} but got {from} for column {name}"
        );
        return Err(fault(2023, "22000", message));
    }
    match sequence_of(&default.expr) {
        Some(sequence) => {
            let object = work.names().require(ObjectKind::Sequence, &sequence)?;
            Ok(format!("{}.NEXTVAL", work.names().full_name(&object)))
        }
        None => Ok(default.text.clone()),
    }
}

/// The sequence whose NEXTVAL an expression is.
fn sequence_of(expr: &Expr) -> Option<QualifiedName> {
    let Expr::CompoundIdentifier(parts) = expr else {
        return None;
    };
    let (last, name) = parts.split_last()?;
    if last.value != "NEXTVAL" {
        return None;
    }
    QualifiedName::new(
        name.iter()
            .map(|part| Ident::quoted(part.value.as_str()))
            .collect(),
    )
}

/// Constraints in the catalog's form, names made where none were given. `table` has its columns already.
///
/// # Errors
/// When a column or a referenced table is not there, or there is a second primary key.
pub fn constraints(
    work: &Work<'_>,
    table: &mut Table,
    full_name: &str,
    given: &[TableConstraint],
) -> Result<()> {
    for constraint in given {
        if constraint.comment.is_some() {
            return Err(Error::unsupported("COMMENT of a constraint"));
        }
        // Words that promise enforcement, which Snowflake refuses as well.
        if let Some(option) = constraint.options.iter().find(|option| *option == "ENFORCED") {
            return Err(Error::unsupported(format!("constraint {option}")));
        }
        let columns = known(&table.columns, &constraint.columns)?;
        let kind = match &constraint.kind {
            statement::ConstraintKind::PrimaryKey => {
                if table
                    .constraints
                    .iter()
                    .any(|other| other.kind == ConstraintKind::PrimaryKey)
                {
                    return Err(fault(1415, "42601", "primary key already exists for table"));
                }
                for column in table
                    .columns
                    .iter_mut()
                    .filter(|column| columns.contains(&column.name))
                {
                    column.nullable = false;
                }
                ConstraintKind::PrimaryKey
            }
            statement::ConstraintKind::Unique => ConstraintKind::Unique,
            statement::ConstraintKind::ForeignKey {
                table: name,
                columns: targets,
            } => foreign_key(work, table, full_name, name, targets, columns.len())?,
        };
        let name = match &constraint.name {
            Some(name) => name.value.clone(),
            None => made_name(work),
        };
        if table.constraints.iter().any(|other| other.name == name) {
            return Err(Error::already_exists(name));
        }
        table.constraints.push(Constraint {
            name,
            kind,
            columns,
            rely: constraint.options.iter().any(|o| o == "RELY"),
        });
    }
    Ok(())
}

fn foreign_key(
    work: &Work<'_>,
    own: &Table,
    own_name: &str,
    name: &QualifiedName,
    targets: &[Ident],
    count: usize,
) -> Result<ConstraintKind> {
    let found = work.names().find(ObjectKind::Table, name)?;
    // A table may refer to itself before it is there.
    let itself = found.is_none() && work.names().shown(ObjectKind::Table, name) == own_name;
    let (referenced, id) = match &found {
        Some(object) => (table_of(object)?, object.id),
        None if itself => (own, 0),
        None => {
            work.names().require(ObjectKind::Table, name)?;
            return Err(Error::internal("a table that is there and is not"));
        }
    };
    let columns = match targets {
        [] => referenced
            .constraints
            .iter()
            .find(|constraint| constraint.kind == ConstraintKind::PrimaryKey)
            .map(|constraint| constraint.columns.clone())
            .ok_or_else(|| {
                fault(
                    2_270,
                    "42000",
                    format!("Table '{name}' has no primary key to refer to"),
                )
            })?,
        targets => known(&referenced.columns, targets)?,
    };
    if columns.len() != count {
        return Err(fault(
            2_271,
            "42000",
            "a foreign key and the key it refers to differ in their number of columns",
        ));
    }
    Ok(ConstraintKind::ForeignKey { table: id, columns })
}

/// Names of columns that are there.
fn known(columns: &[Column], names: &[Ident]) -> Result<Vec<String>> {
    let find = |name: &Ident| match columns.iter().any(|column| column.name == name.value) {
        true => Ok(name.value.clone()),
        false => Err(Error::invalid_identifier(quote_if_needed(&name.value))),
    };
    names.iter().map(find).collect()
}

/// A name for a constraint that has none: unique in the account, and the same in every run.
fn made_name(work: &Work<'_>) -> String {
    let number = work.account.catalog().new_object_id();
    format!(
        "SYS_CONSTRAINT_{:08x}-{:04x}-4000-8000-{:012x}",
        number >> 16,
        number & 0xffff,
        number
    )
}

/// Whether a constraint's name was made up.
pub fn is_made_name(name: &str) -> bool {
    name.starts_with("SYS_CONSTRAINT_")
}

/// 002025: a column name that is there twice.
pub fn duplicate_column(name: &str) -> Error {
    fault(2025, "42S21", format!("duplicate column name '{name}'"))
}

/// DEFAULT_DDL_COLLATION: only the binary one is there.
///
/// # Errors
/// A refusal of any collation.
pub fn check_collation(properties: &Properties) -> Result<()> {
    match properties.text("DEFAULT_DDL_COLLATION")? {
        Some(text) if !text.is_empty() && !text.eq_ignore_ascii_case("utf8") => {
            Err(Error::unsupported(format!("DEFAULT_DDL_COLLATION = '{text}'")))
        }
        _ => Ok(()),
    }
}

/// The table in an object.
///
/// # Errors
/// When it is none: a mistake of the caller.
pub fn table_of(object: &Object) -> Result<&Table> {
    object
        .as_table()
        .ok_or_else(|| Error::internal("a table without a body"))
}

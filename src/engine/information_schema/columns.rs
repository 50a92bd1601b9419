//! COLUMNS. <https://docs.snowflake.com/en/sql-reference/info-schema/columns>

use super::nested::identifier;
use super::{NUMBER, Scope, TEXT, yes};
use crate::catalog::object::Column;
use crate::catalog::{ObjectBody, ObjectKind};
use crate::engine::rows::{Cell, Columns, Rows};
use crate::engine::show;
use crate::types::SnowType;

pub const COLUMNS: Columns = &[
    ("TABLE_CATALOG", TEXT),
    ("TABLE_SCHEMA", TEXT),
    ("TABLE_NAME", TEXT),
    ("COLUMN_NAME", TEXT),
    ("ORDINAL_POSITION", NUMBER),
    ("COLUMN_DEFAULT", TEXT),
    ("IS_NULLABLE", TEXT),
    ("DATA_TYPE", TEXT),
    ("CHARACTER_MAXIMUM_LENGTH", NUMBER),
    ("CHARACTER_OCTET_LENGTH", NUMBER),
    ("NUMERIC_PRECISION", NUMBER),
    ("NUMERIC_PRECISION_RADIX", NUMBER),
    ("NUMERIC_SCALE", NUMBER),
    ("DATETIME_PRECISION", NUMBER),
    ("INTERVAL_TYPE", TEXT),
    ("INTERVAL_PRECISION", NUMBER),
    ("CHARACTER_SET_CATALOG", TEXT),
    ("CHARACTER_SET_SCHEMA", TEXT),
    ("CHARACTER_SET_NAME", TEXT),
    ("COLLATION_CATALOG", TEXT),
    ("COLLATION_SCHEMA", TEXT),
    ("COLLATION_NAME", TEXT),
    ("DOMAIN_CATALOG", TEXT),
    ("DOMAIN_SCHEMA", TEXT),
    ("DOMAIN_NAME", TEXT),
    ("UDT_CATALOG", TEXT),
    ("UDT_SCHEMA", TEXT),
    ("UDT_NAME", TEXT),
    ("SCOPE_CATALOG", TEXT),
    ("SCOPE_SCHEMA", TEXT),
    ("SCOPE_NAME", TEXT),
    ("MAXIMUM_CARDINALITY", NUMBER),
    ("DTD_IDENTIFIER", TEXT),
    ("IS_SELF_REFERENCING", TEXT),
    ("IS_IDENTITY", TEXT),
    ("IDENTITY_GENERATION", TEXT),
    ("IDENTITY_START", TEXT),
    ("IDENTITY_INCREMENT", TEXT),
    ("IDENTITY_MAXIMUM", TEXT),
    ("IDENTITY_MINIMUM", TEXT),
    ("IDENTITY_CYCLE", TEXT),
    ("IDENTITY_ORDERED", TEXT),
    ("SCHEMA_EVOLUTION_RECORD", TEXT),
    ("COMMENT", TEXT),
    ("DATA_TYPE_ALIAS", TEXT),
    ("EXPRESSION", TEXT),
    ("KIND", TEXT),
];

pub fn fill(scope: &Scope<'_>, rows: &mut Rows) {
    for kind in [ObjectKind::Table, ObjectKind::View] {
        for object in scope.all(kind) {
            let columns = match &object.body {
                ObjectBody::Table(table) => &table.columns,
                ObjectBody::View(view) => &view.columns,
                _ => continue,
            };
            for (column, position) in columns.iter().zip(1_u64..) {
                let nested = (kind == ObjectKind::Table).then(|| identifier(&object, column));
                rows.push(row(scope.place(&object), column, position, nested.flatten()));
            }
        }
    }
}

/// A type's name without its arguments, as this view has it.
pub(super) fn type_name(data_type: &SnowType) -> &'static str {
    match data_type {
        SnowType::Varchar { .. } => "TEXT",
        other => other.name(),
    }
}

/// The lengths and digits of a type.
pub(super) struct Sizes {
    /// In characters and in bytes.
    length: Option<(u64, u64)>,
    /// Precision and scale.
    number: Option<(u64, u64)>,
}

impl Sizes {
    pub(super) fn of(data_type: &SnowType) -> Self {
        let length = match *data_type {
            SnowType::Varchar { length } => Some((u64::from(length), u64::from(show::octets(length)))),
            SnowType::Binary { length } => Some((u64::from(length), u64::from(length))),
            _ => None,
        };
        let number = match *data_type {
            SnowType::Number { precision, scale } => Some((u64::from(precision), u64::from(scale))),
            _ => None,
        };
        Self { length, number }
    }

    /// CHARACTER_MAXIMUM_LENGTH, CHARACTER_OCTET_LENGTH, NUMERIC_PRECISION, NUMERIC_PRECISION_RADIX, NUMERIC_SCALE.
    pub(super) fn cells(&self) -> [Cell; 5] {
        [
            self.length.map(|(characters, _)| characters).into(),
            self.length.map(|(_, bytes)| bytes).into(),
            self.number.map(|(precision, _)| precision).into(),
            self.number.map(|_| 10_u64).into(),
            self.number.map(|(_, scale)| scale).into(),
        ]
    }
}

fn row(place: [Cell; 3], column: &Column, position: u64, nested: Option<String>) -> Vec<Cell> {
    let fraction = match column.data_type {
        SnowType::Time { scale }
        | SnowType::TimestampNtz { scale }
        | SnowType::TimestampLtz { scale }
        | SnowType::TimestampTz { scale } => Some(u64::from(scale)),
        _ => None,
    };
    let identity = column.identity;
    let mut row: Vec<Cell> = place.into();
    row.extend([
        column.name.as_str().into(),
        position.into(),
        column.default.clone().into(),
        yes(column.nullable),
        type_name(&column.data_type).into(),
    ]);
    row.extend(Sizes::of(&column.data_type).cells());
    row.push(fraction.into());
    // What does not apply here, up to DTD_IDENTIFIER.
    row.resize(32, Cell::Null);
    row.extend([
        nested.into(),
        "NO".into(),
        yes(identity.is_some()),
        identity.map(|_| "BY DEFAULT").into(),
        identity.map(|(start, _)| start.to_string()).into(),
        identity.map(|(_, step)| step.to_string()).into(),
        Cell::Null,
        Cell::Null,
        identity.map(|_| "NO").into(),
        identity
            .map(|_| if column.identity_ordered { "YES" } else { "NO" })
            .into(),
        Cell::Null,
        column.comment.clone().into(),
        Cell::Null,
        Cell::Null,
        "COLUMN".into(),
    ]);
    row
}

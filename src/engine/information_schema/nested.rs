//! ELEMENT_TYPES and FIELDS: the types inside the structured types of columns.
//! <https://docs.snowflake.com/en/sql-reference/info-schema/element_types>,
//! <https://docs.snowflake.com/en/sql-reference/info-schema/fields>
//!
//! A structured type has an identifier by which the views are joined, with COLUMNS and with each other: the table's
//! number, the column's, and the places of the types inside.

use super::columns::{Sizes, type_name};
use super::{NUMBER, Scope, TEXT};
use crate::catalog::object::Column;
use crate::catalog::{Object, ObjectBody, ObjectKind};
use crate::engine::rows::{Cell, Columns, Rows};
use crate::types::SnowType;
use crate::types::structured::Definition;

/// The columns of both views behind the type, which say nothing here.
const NOT_APPLICABLE: usize = 16;

/// The columns of a view: what it has of its own, between the object and the type.
macro_rules! view {
    ($($own:expr),*) => {
        &[
            ("OBJECT_CATALOG", TEXT),
            ("OBJECT_SCHEMA", TEXT),
            ("OBJECT_NAME", TEXT),
            ("OBJECT_TYPE", TEXT),
            $($own,)*
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
            ("UDT_CATALOG", TEXT),
            ("UDT_SCHEMA", TEXT),
            ("UDT_NAME", TEXT),
            ("SCOPE_CATALOG", TEXT),
            ("SCOPE_SCHEMA", TEXT),
            ("SCOPE_NAME", TEXT),
            ("MAXIMUM_CARDINALITY", NUMBER),
            ("DTD_IDENTIFIER", TEXT),
        ]
    };
}

pub const ELEMENT_TYPES: Columns = view!(("COLLECTION_TYPE_IDENTIFIER", TEXT));

pub const FIELDS: Columns = view!(
    ("ROW_IDENTIFIER", TEXT),
    ("FIELD_NAME", TEXT),
    ("ORDINAL_POSITION", NUMBER)
);

/// One type inside another.
struct Part {
    /// The identifier of the type it is in.
    outer: String,
    /// Its own, if it is structured.
    inner: String,
    /// Its key, in an OBJECT or MAP.
    name: Option<String>,
    position: u64,
    data_type: SnowType,
}

/// The identifier of a column's type; nothing where it is not structured.
pub(super) fn identifier(object: &Object, column: &Column) -> Option<String> {
    column
        .data_type
        .definition()
        .map(|_| format!("{}/{}", object.id, column.id))
}

pub fn element_types(scope: &Scope<'_>, rows: &mut Rows) {
    each_part(scope, |place, part| {
        if part.name.is_none() {
            let mut row = begin(place, &part);
            end(&mut row, part);
            rows.push(row);
        }
    });
}

pub fn fields(scope: &Scope<'_>, rows: &mut Rows) {
    each_part(scope, |place, part| {
        if let Some(name) = part.name.clone() {
            let mut row = begin(place, &part);
            row.extend([name.into(), part.position.into()]);
            end(&mut row, part);
            rows.push(row);
        }
    });
}

fn begin(place: [Cell; 3], part: &Part) -> Vec<Cell> {
    let mut row: Vec<Cell> = place.into();
    row.extend(["TABLE".into(), part.outer.clone().into()]);
    row
}

fn end(row: &mut Vec<Cell>, part: Part) {
    row.push(type_name(&part.data_type).into());
    row.extend(Sizes::of(&part.data_type).cells());
    row.resize(row.len() + NOT_APPLICABLE, Cell::Null);
    row.push(part.data_type.definition().map(|_| part.inner).into());
}

fn each_part(scope: &Scope<'_>, mut take: impl FnMut([Cell; 3], Part)) {
    for object in scope.all(ObjectKind::Table) {
        let ObjectBody::Table(table) = &object.body else {
            continue;
        };
        for column in &table.columns {
            let Some(outer) = identifier(&object, column) else {
                continue;
            };
            let mut open = vec![(outer, column.data_type)];
            while let Some((outer, data_type)) = open.pop() {
                for part in parts(&outer, &data_type) {
                    open.push((part.inner.clone(), part.data_type));
                    take(scope.place(&object), part);
                }
            }
        }
    }
}

fn parts(outer: &str, data_type: &SnowType) -> Vec<Part> {
    let part = |name: Option<&str>, position: u64, data_type: SnowType| Part {
        outer: outer.to_string(),
        inner: format!("{outer}/{position}"),
        name: name.map(str::to_string),
        position,
        data_type,
    };
    match data_type.definition() {
        Some(Definition::Array(element)) => vec![part(None, 1, element.data_type)],
        Some(Definition::Object(fields)) => {
            let numbered = fields.iter().zip(1..);
            numbered
                .map(|(field, position)| part(Some(&field.key), position, field.value.data_type))
                .collect()
        }
        Some(Definition::Map { key, value }) => {
            vec![
                part(Some("KEY"), 1, *key),
                part(Some("VALUE"), 2, value.data_type),
            ]
        }
        None => Vec::new(),
    }
}

//! [`Lister`]: what the rows of SHOW, DESCRIBE and INFORMATION_SCHEMA are made from.

use jiff::Timestamp;

use crate::catalog::object::Column;
use crate::catalog::{Object, ObjectId, ObjectKind};
use crate::engine::names::Names;
use crate::engine::rows::Cell;
use crate::types::SnowType;
use crate::types::structured::{Definition, Element, Structured};

/// The account through a session's eyes, at a moment.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Lister<'a> {
    /// Snapshot and session.
    pub names: Names<'a>,
    /// The statement's start.
    pub now: Timestamp,
}

impl Lister<'_> {
    /// The database and schema that an object lives in.
    pub fn place(&self, object: &Object) -> (Option<String>, Option<String>) {
        let mut path = self.names.snapshot.path(object);
        path.pop();
        let mut path = path.into_iter();
        (path.next(), path.next())
    }

    /// Full names of objects, as a JSON array.
    pub fn full_names(&self, ids: &[ObjectId]) -> String {
        let names = ids.iter().filter_map(|id| self.names.snapshot.object(*id));
        let names: Vec<serde_json::Value> = names.map(|object| self.names.full_name(object).into()).collect();
        serde_json::Value::Array(names).to_string()
    }

    /// The days of time travel of an object: its own, or those of what it lives in; 1 where nothing is said.
    pub fn retention_days(&self, object: &Object) -> u32 {
        self.names.snapshot.retention_days(object)
    }

    /// The rows and bytes of a table.
    pub fn size(&self, id: ObjectId) -> (u64, u64) {
        let version = self.names.snapshot.rows(id);
        let bytes: usize = version.entries.iter().map(|entry| entry.partition.memory()).sum();
        (version.rows() as u64, bytes as u64)
    }

    /// The tables that a view reads, also through other views, by full name.
    pub fn tables_below(&self, object: &Object) -> Vec<String> {
        let Some(view) = object.as_view() else {
            return Vec::new();
        };
        let ids = crate::engine::ddl::tables_below(self.names.snapshot, self.names.context, view);
        let objects = ids.iter().filter_map(|id| self.names.snapshot.object(*id));
        objects.map(|object| self.names.full_name(object)).collect()
    }

    /// Whether the session may see a routine's definition: that of a secure one is for roles that own it.
    pub fn sees_definition(&self, object: &Object) -> bool {
        let names = &self.names;
        !object.as_routine().is_some_and(|routine| routine.secure)
            || crate::engine::ddl::inherited_roles(names.snapshot, &names.context.role)
                .contains(&object.owner)
    }

    /// Whether a name is the session's current one of a kind.
    pub fn is_current(&self, object: &Object) -> bool {
        let context = self.names.context;
        let same = |current: &Option<String>| current.as_ref() == Some(&object.name);
        match object.kind() {
            ObjectKind::Database => same(&context.database),
            ObjectKind::Schema => same(&context.schema) && self.place(object).0 == context.database,
            ObjectKind::Warehouse => same(&context.warehouse),
            ObjectKind::Role => context.role == object.name,
            _ => false,
        }
    }
}

/// A comment, or nothing as an empty text.
pub fn blank(text: &Option<String>) -> Cell {
    text.clone().unwrap_or_default().into()
}

/// `Y` or `N`.
pub fn yes(value: bool) -> Cell {
    if value { "Y" } else { "N" }.into()
}

/// `true` or `false`, as text.
pub fn truth(value: bool) -> Cell {
    if value { "true" } else { "false" }.into()
}

/// `ON` or `OFF`.
pub fn switch(value: bool) -> Cell {
    if value { "ON" } else { "OFF" }.into()
}

/// `IDENTITY START 1 INCREMENT 1 NOORDER`, for an AUTOINCREMENT column.
pub(in crate::engine) fn identity_text(column: &Column) -> Option<String> {
    let (start, step) = column.identity?;
    let order = if column.identity_ordered {
        "ORDER"
    } else {
        "NOORDER"
    };
    Some(format!("IDENTITY START {start} INCREMENT {step} {order}"))
}

/// A type as SHOW COLUMNS gives it.
pub(in crate::engine) fn data_type_json(data_type: &SnowType, nullable: bool) -> String {
    use SnowType as T;
    let numbers = |name: &str, precision: u8, scale: u8| {
        format!(r#"{{"type":"{name}","precision":{precision},"scale":{scale},"nullable":{nullable}}}"#)
    };
    let plain = |name: &str| format!(r#"{{"type":"{name}","nullable":{nullable}}}"#);
    match *data_type {
        T::Number { precision, scale } => numbers("FIXED", precision, scale),
        T::Float => plain("REAL"),
        T::Varchar { length } => {
            let bytes = octets(length);
            format!(
                r#"{{"type":"TEXT","length":{length},"byteLength":{bytes},"nullable":{nullable},"fixed":false}}"#
            )
        }
        T::Binary { length } => {
            format!(
                r#"{{"type":"BINARY","length":{length},"byteLength":{length},"nullable":{nullable},"fixed":true}}"#
            )
        }
        T::Boolean => plain("BOOLEAN"),
        T::Date => plain("DATE"),
        T::Time { scale } => numbers("TIME", 0, scale),
        T::TimestampNtz { scale } => numbers("TIMESTAMP_NTZ", 0, scale),
        T::TimestampLtz { scale } => numbers("TIMESTAMP_LTZ", 0, scale),
        T::TimestampTz { scale } => numbers("TIMESTAMP_TZ", 0, scale),
        T::Variant => plain("VARIANT"),
        T::Object => plain("OBJECT"),
        T::Array => plain("ARRAY"),
        T::Structured(structured) => structured_json(structured, nullable),
        T::Vector { integer, dimension } => {
            let element = if integer { "FIXED" } else { "REAL" };
            format!(
                r#"{{"type":"VECTOR","dimension":{dimension},"elementType":{{"type":"{element}"}},"nullable":{nullable}}}"#
            )
        }
    }
}

/// A structured type with the types inside it.
fn structured_json(structured: Structured, nullable: bool) -> String {
    let of = |element: &Element| data_type_json(&element.data_type, element.nullable);
    let inner = match structured.definition() {
        Definition::Array(element) => format!(r#""elementType":{}"#, of(element)),
        Definition::Map { key, value } => {
            format!(
                r#""keyType":{},"valueType":{}"#,
                data_type_json(key, false),
                of(value)
            )
        }
        Definition::Object(fields) => {
            let fields = fields.iter().map(|field| {
                let key = serde_json::Value::from(field.key.as_str());
                format!(r#"{{"fieldName":{key},"fieldType":{}}}"#, of(&field.value))
            });
            format!(r#""fields":[{}]"#, fields.collect::<Vec<_>>().join(","))
        }
    };
    format!(
        r#"{{"type":"{}",{inner},"nullable":{nullable}}}"#,
        structured.name()
    )
}

/// The most bytes of a text of so many characters: four each, up to what one value may hold.
pub fn octets(length: u32) -> u32 {
    length.saturating_mul(4).min(16_777_216)
}

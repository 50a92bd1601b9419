//! What a reply says of a result's columns.

use serde::Serialize;

use crate::engine::ResultColumn;
use crate::sql::statement::StatementKind;
use crate::types::{MAX_BINARY, MAX_VARCHAR, SnowType};

/// The most bytes a text column may say it holds.
const MAX_TEXT_BYTES: u32 = 16_777_216;

/// The digits that the time types are said to have, and the types without digits.
const NO_PRECISION: Option<u8> = None;

/// A type in the protocol's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WireType<'a> {
    /// Its name, lower case.
    #[serde(rename = "type")]
    pub name: &'a str,
    /// Digits in all.
    pub precision: Option<u8>,
    /// Digits after the point.
    pub scale: Option<u8>,
    /// In characters; for BINARY in bytes.
    pub length: Option<u32>,
    /// In bytes.
    pub byte_length: Option<u32>,
}

impl WireType<'static> {
    /// A type in the protocol's terms.
    pub fn of(data_type: &SnowType) -> Self {
        let plain = |name| Self {
            name,
            precision: NO_PRECISION,
            scale: None,
            length: None,
            byte_length: None,
        };
        let timed = |name, scale: u8| Self {
            precision: Some(0),
            scale: Some(scale),
            ..plain(name)
        };
        match *data_type {
            SnowType::Number { precision, scale } => Self {
                precision: Some(precision),
                scale: Some(scale),
                ..plain("fixed")
            },
            SnowType::Float => plain("real"),
            SnowType::Varchar { length } => Self {
                length: Some(length),
                byte_length: Some(length.saturating_mul(4).min(MAX_TEXT_BYTES)),
                ..plain("text")
            },
            SnowType::Binary { length } => Self {
                length: Some(length),
                byte_length: Some(length),
                ..plain("binary")
            },
            SnowType::Boolean => plain("boolean"),
            SnowType::Date => plain("date"),
            SnowType::Time { scale } => timed("time", scale),
            SnowType::TimestampNtz { scale } => timed("timestamp_ntz", scale),
            SnowType::TimestampLtz { scale } => timed("timestamp_ltz", scale),
            SnowType::TimestampTz { scale } => timed("timestamp_tz", scale),
            SnowType::Variant => plain("variant"),
            SnowType::Object => plain("object"),
            SnowType::Array => plain("array"),
            // Clients that do not ask for more get the values as semi-structured ones.
            SnowType::Structured(structured) => Self::of(&structured.semi_structured()),
            SnowType::Vector { .. } => plain("vector"),
        }
    }
}

impl WireType<'_> {
    /// The type that is meant; `None` for one that is not known here, or without what it needs.
    pub fn snow_type(&self) -> Option<SnowType> {
        let scale = self.scale.filter(|scale| *scale <= 9);
        Some(match self.name.to_ascii_lowercase().as_str() {
            "fixed" => {
                let (precision, scale) = (self.precision?, self.scale?);
                let fits = (1..=38).contains(&precision) && scale <= precision.min(37);
                fits.then_some(SnowType::Number { precision, scale })?
            }
            "real" => SnowType::Float,
            "text" => SnowType::Varchar {
                length: self.length.unwrap_or(MAX_VARCHAR),
            },
            "binary" => SnowType::Binary {
                length: self.length.unwrap_or(MAX_BINARY),
            },
            "boolean" => SnowType::Boolean,
            "date" => SnowType::Date,
            "time" => SnowType::Time { scale: scale? },
            "timestamp_ntz" => SnowType::TimestampNtz { scale: scale? },
            "timestamp_ltz" => SnowType::TimestampLtz { scale: scale? },
            "timestamp_tz" => SnowType::TimestampTz { scale: scale? },
            "variant" => SnowType::Variant,
            "object" => SnowType::Object,
            "array" => SnowType::Array,
            _ => return None,
        })
    }
}

/// The columns of a result as the protocol types them: row counts are NUMBER(19,0) NOT NULL.
pub fn columns(columns: &[ResultColumn], kind: StatementKind) -> Vec<ResultColumn> {
    let mut columns = columns.to_vec();
    if kind.counts_rows() {
        for column in &mut columns {
            column.nullable = false;
            column.data_type = SnowType::Number {
                precision: 19,
                scale: 0,
            };
        }
    }
    columns
}

/// What a reply says of a column.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry<'a> {
    name: &'a str,
    database: &'a str,
    schema: &'a str,
    table: &'a str,
    nullable: bool,
    #[serde(flatten)]
    wire: WireType<'static>,
    collation: Option<&'static str>,
    #[serde(flatten)]
    vector: Option<Vector>,
}

/// What only a VECTOR has.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    vector_dimension: u16,
    fields: [Element; 1],
}

/// The type of a VECTOR's elements.
#[derive(Debug, Serialize)]
struct Element {
    name: &'static str,
    nullable: bool,
    #[serde(flatten)]
    wire: WireType<'static>,
}

/// The list of columns.
pub fn rowtype(columns: &[ResultColumn]) -> Vec<Entry<'_>> {
    columns.iter().map(entry).collect()
}

fn entry(column: &ResultColumn) -> Entry<'_> {
    let [database, schema, table] = match &column.origin {
        Some(origin) => origin.each_ref().map(String::as_str),
        None => [""; 3],
    };
    let vector = match column.data_type {
        SnowType::Vector { integer, dimension } => Some(Vector {
            vector_dimension: dimension,
            fields: [Element {
                name: "",
                nullable: false,
                wire: WireType::of(match integer {
                    true => &SnowType::INTEGER,
                    false => &SnowType::Float,
                }),
            }],
        }),
        _ => None,
    };
    Entry {
        name: &column.name,
        database,
        schema,
        table,
        nullable: column.nullable,
        wire: WireType::of(&column.data_type),
        collation: None,
        vector,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn column(data_type: SnowType) -> Value {
        let column = ResultColumn {
            name: "C".to_owned(),
            data_type,
            nullable: true,
            origin: None,
        };
        serde_json::to_value(entry(&column)).unwrap()
    }

    #[test]
    fn every_entry_has_every_key() {
        for data_type in [
            SnowType::INTEGER,
            SnowType::Float,
            SnowType::Variant,
            SnowType::TIME,
        ] {
            let entry = column(data_type);
            for key in [
                "name",
                "type",
                "nullable",
                "length",
                "byteLength",
                "precision",
                "scale",
                "collation",
            ] {
                assert!(entry.get(key).is_some(), "{key} of {data_type}");
            }
        }
    }

    #[test]
    fn what_is_said_of_a_type_is_understood() {
        for name in [
            "NUMBER(1,0)",
            "NUMBER(38,37)",
            "FLOAT",
            "VARCHAR(7)",
            "BINARY(3)",
            "BOOLEAN",
            "DATE",
            "TIME(0)",
            "TIMESTAMP_NTZ(9)",
            "TIMESTAMP_LTZ(3)",
            "TIMESTAMP_TZ(6)",
            "VARIANT",
            "OBJECT",
            "ARRAY",
        ] {
            let data_type = SnowType::parse(name).unwrap();
            assert_eq!(WireType::of(&data_type).snow_type(), Some(data_type));
        }
        let mut odd = WireType::of(&SnowType::INTEGER);
        odd.precision = Some(39);
        assert_eq!(odd.snow_type(), None);
        odd.name = "geography";
        assert_eq!(odd.snow_type(), None);
    }

    #[test]
    fn lengths_and_scales_are_as_snowflake_gives_them() {
        let text = column(SnowType::Varchar { length: 5 });
        assert_eq!((&text["length"], &text["byteLength"]), (&json!(5), &json!(20)));
        let text = column(SnowType::VARCHAR);
        assert_eq!(text["byteLength"], 16_777_216);
        let time = column(SnowType::Time { scale: 3 });
        assert_eq!((&time["precision"], &time["scale"]), (&json!(0), &json!(3)));
    }
}

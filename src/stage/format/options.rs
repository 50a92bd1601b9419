//! The table of format options: one entry per option and type, in the order of DESCRIBE FILE FORMAT.
//!
//! A new option is one entry here and one line in [`super::typed`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{FileType, PropertyValue, decode_delimiter, show_text};
use crate::error::{Error, Result};
use crate::stage::encoding::Encoding;

/// The longest delimiter, in characters.
const MAX_DELIMITER: usize = 20;

/// An option's value in normal form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum OptionValue {
    /// NONE, or nothing.
    None,
    /// Text, escape notations already decoded; a keyword in upper case.
    Text(String),
    /// TRUE or FALSE.
    Boolean(bool),
    /// A count.
    Integer(u64),
    /// A list of strings.
    List(Vec<String>),
}

impl OptionValue {
    /// The value as DESCRIBE shows it.
    pub fn show(&self) -> String {
        match self {
            Self::None => "NONE".to_string(),
            Self::Text(text) => show_text(text),
            Self::Boolean(boolean) => if *boolean { "TRUE" } else { "FALSE" }.to_string(),
            Self::Integer(integer) => integer.to_string(),
            Self::List(items) => {
                format!(
                    "[{}]",
                    items
                        .iter()
                        .map(|item| show_text(item))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            }
        }
    }
}

/// A row of DESCRIBE FILE FORMAT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedOption {
    /// The option's name.
    pub property: &'static str,
    /// `String`, `Integer`, `Boolean` or `List`.
    pub property_type: &'static str,
    /// The value in effect.
    pub property_value: String,
    /// The type's default.
    pub property_default: String,
}

/// What values an option takes.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Boolean(bool),
    /// A count, with its default.
    Integer(u64),
    /// One of some keywords, the first being the default.
    Keyword(&'static [&'static str]),
    /// A delimiter of one or several characters, or NONE.
    Delimiter(&'static str),
    /// A single-byte character or NONE.
    Character(Option<&'static str>),
    /// A quote character or NONE.
    Quote,
    /// A date, time or timestamp format, or AUTO.
    Pattern,
    /// Free text, by default none.
    FileExtension,
    /// A character set.
    CharacterSet,
    /// NULL_IF; whether `\N` is in effect unless something else is said.
    NullIf(bool),
}

/// One option of one type.
#[derive(Debug, Clone, Copy)]
pub(super) struct OptionSpec {
    name: &'static str,
    kind: Kind,
}

const fn option(name: &'static str, kind: Kind) -> OptionSpec {
    OptionSpec { name, kind }
}

const COMPRESSIONS: &[&str] = &[
    "AUTO",
    "GZIP",
    "BZ2",
    "BROTLI",
    "ZSTD",
    "DEFLATE",
    "RAW_DEFLATE",
    "NONE",
];
// GZIP is not in the documentation, but what the Python connector says of the files that it loads; it counts as AUTO.
const PARQUET_COMPRESSIONS: &[&str] = &["AUTO", "SNAPPY", "NONE", "LZO", "GZIP"];
const AVRO_COMPRESSIONS: &[&str] = &["AUTO", "GZIP", "BROTLI", "ZSTD", "DEFLATE", "RAW_DEFLATE", "NONE"];
const BINARY_FORMATS: &[&str] = &["HEX", "BASE64", "UTF8", "UTF-8"];

static CSV: &[OptionSpec] = &[
    option("RECORD_DELIMITER", Kind::Delimiter("\n")),
    option("FIELD_DELIMITER", Kind::Delimiter(",")),
    option("FILE_EXTENSION", Kind::FileExtension),
    option("SKIP_HEADER", Kind::Integer(0)),
    option("PARSE_HEADER", Kind::Boolean(false)),
    option("DATE_FORMAT", Kind::Pattern),
    option("TIME_FORMAT", Kind::Pattern),
    option("TIMESTAMP_FORMAT", Kind::Pattern),
    option("BINARY_FORMAT", Kind::Keyword(BINARY_FORMATS)),
    option("ESCAPE", Kind::Character(None)),
    option("ESCAPE_UNENCLOSED_FIELD", Kind::Character(Some("\\"))),
    option("TRIM_SPACE", Kind::Boolean(false)),
    option("FIELD_OPTIONALLY_ENCLOSED_BY", Kind::Quote),
    option("NULL_IF", Kind::NullIf(true)),
    option("COMPRESSION", Kind::Keyword(COMPRESSIONS)),
    option("ERROR_ON_COLUMN_COUNT_MISMATCH", Kind::Boolean(true)),
    option("VALIDATE_UTF8", Kind::Boolean(true)),
    option("SKIP_BLANK_LINES", Kind::Boolean(false)),
    option("REPLACE_INVALID_CHARACTERS", Kind::Boolean(false)),
    option("EMPTY_FIELD_AS_NULL", Kind::Boolean(true)),
    option("SKIP_BYTE_ORDER_MARK", Kind::Boolean(true)),
    option("ENCODING", Kind::CharacterSet),
    option("MULTI_LINE", Kind::Boolean(true)),
];

static JSON: &[OptionSpec] = &[
    option("FILE_EXTENSION", Kind::FileExtension),
    option("DATE_FORMAT", Kind::Pattern),
    option("TIME_FORMAT", Kind::Pattern),
    option("TIMESTAMP_FORMAT", Kind::Pattern),
    option("BINARY_FORMAT", Kind::Keyword(BINARY_FORMATS)),
    option("TRIM_SPACE", Kind::Boolean(false)),
    option("NULL_IF", Kind::NullIf(false)),
    option("COMPRESSION", Kind::Keyword(COMPRESSIONS)),
    option("ENABLE_OCTAL", Kind::Boolean(false)),
    option("ALLOW_DUPLICATE", Kind::Boolean(false)),
    option("STRIP_OUTER_ARRAY", Kind::Boolean(false)),
    option("STRIP_NULL_VALUES", Kind::Boolean(false)),
    option("IGNORE_UTF8_ERRORS", Kind::Boolean(false)),
    option("REPLACE_INVALID_CHARACTERS", Kind::Boolean(false)),
    option("SKIP_BYTE_ORDER_MARK", Kind::Boolean(true)),
    option("MULTI_LINE", Kind::Boolean(true)),
];

static PARQUET: &[OptionSpec] = &[
    option("TRIM_SPACE", Kind::Boolean(false)),
    option("NULL_IF", Kind::NullIf(false)),
    option("COMPRESSION", Kind::Keyword(PARQUET_COMPRESSIONS)),
    option("SNAPPY_COMPRESSION", Kind::Boolean(true)),
    option("BINARY_AS_TEXT", Kind::Boolean(true)),
    option("REPLACE_INVALID_CHARACTERS", Kind::Boolean(false)),
    option("USE_LOGICAL_TYPE", Kind::Boolean(false)),
    option("USE_VECTORIZED_SCANNER", Kind::Boolean(false)),
];

static AVRO: &[OptionSpec] = &[
    option("TRIM_SPACE", Kind::Boolean(false)),
    option("NULL_IF", Kind::NullIf(false)),
    option("COMPRESSION", Kind::Keyword(AVRO_COMPRESSIONS)),
    option("REPLACE_INVALID_CHARACTERS", Kind::Boolean(false)),
];

static ORC: &[OptionSpec] = &[
    option("TRIM_SPACE", Kind::Boolean(false)),
    option("NULL_IF", Kind::NullIf(false)),
    option("REPLACE_INVALID_CHARACTERS", Kind::Boolean(false)),
];

static XML: &[OptionSpec] = &[
    option("COMPRESSION", Kind::Keyword(COMPRESSIONS)),
    option("IGNORE_UTF8_ERRORS", Kind::Boolean(false)),
    option("PRESERVE_SPACE", Kind::Boolean(false)),
    option("STRIP_OUTER_ELEMENT", Kind::Boolean(false)),
    option("DISABLE_SNOWFLAKE_DATA", Kind::Boolean(false)),
    option("DISABLE_AUTO_CONVERT", Kind::Boolean(false)),
    option("REPLACE_INVALID_CHARACTERS", Kind::Boolean(false)),
    option("SKIP_BYTE_ORDER_MARK", Kind::Boolean(true)),
];

fn specs(file_type: FileType) -> &'static [OptionSpec] {
    match file_type {
        FileType::Csv => CSV,
        FileType::Json => JSON,
        FileType::Parquet => PARQUET,
        FileType::Avro => AVRO,
        FileType::Orc => ORC,
        FileType::Xml => XML,
    }
}

/// The entry of an option, by its upper-case name.
pub(super) fn find(file_type: FileType, name: &str) -> Option<&'static OptionSpec> {
    specs(file_type).iter().find(|spec| spec.name == name)
}

/// All options of a type with their values.
pub(super) fn describe(file_type: FileType, given: &BTreeMap<String, OptionValue>) -> Vec<DescribedOption> {
    let mut rows = vec![DescribedOption {
        property: "TYPE",
        property_type: "String",
        property_value: file_type.name().to_string(),
        property_default: "CSV".to_string(),
    }];
    rows.extend(specs(file_type).iter().map(|spec| DescribedOption {
        property: spec.name,
        property_type: spec.type_name(),
        property_value: spec.show(given.get(spec.name).unwrap_or(&spec.initial())),
        property_default: spec.show(&spec.documented_default()),
    }));
    rows
}

impl OptionSpec {
    /// The value in effect when the option is not given.
    pub(super) fn initial(&self) -> OptionValue {
        match self.kind {
            Kind::NullIf(false) => OptionValue::List(Vec::new()),
            _ => self.documented_default(),
        }
    }

    fn documented_default(&self) -> OptionValue {
        match self.kind {
            Kind::Boolean(value) => OptionValue::Boolean(value),
            Kind::Integer(value) => OptionValue::Integer(value),
            Kind::Keyword(words) => OptionValue::Text(words.first().copied().unwrap_or_default().to_string()),
            Kind::Delimiter(text) | Kind::Character(Some(text)) => OptionValue::Text(text.to_string()),
            Kind::Character(None) | Kind::Quote | Kind::FileExtension => OptionValue::None,
            Kind::Pattern => OptionValue::Text("AUTO".to_string()),
            Kind::CharacterSet => OptionValue::Text("UTF8".to_string()),
            Kind::NullIf(_) => OptionValue::List(vec!["\\N".to_string()]),
        }
    }

    fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Boolean(_) => "Boolean",
            Kind::Integer(_) => "Integer",
            Kind::NullIf(_) => "List",
            _ => "String",
        }
    }

    fn show(&self, value: &OptionValue) -> String {
        match (self.kind, value) {
            (Kind::FileExtension, OptionValue::None) => String::new(),
            _ => value.show(),
        }
    }

    /// Checks a given value and brings it to normal form.
    pub(super) fn check(&self, value: &PropertyValue) -> Result<OptionValue> {
        self.accept(value)
            .ok_or_else(|| Error::invalid_property_value(self.name, value))
    }

    fn accept(&self, value: &PropertyValue) -> Option<OptionValue> {
        use PropertyValue::{Boolean, List, Number, Text};
        let none = |text: &str| text.eq_ignore_ascii_case("NONE");
        match (self.kind, value) {
            (Kind::Boolean(_), Boolean(boolean)) => Some(OptionValue::Boolean(*boolean)),
            (Kind::Boolean(_), Text(text)) => match text.to_ascii_uppercase().as_str() {
                "TRUE" => Some(OptionValue::Boolean(true)),
                "FALSE" => Some(OptionValue::Boolean(false)),
                _ => None,
            },
            (Kind::Integer(_), Number(number)) => u64::try_from(*number).ok().map(OptionValue::Integer),
            (Kind::Integer(_), Text(text)) => text.trim().parse().ok().map(OptionValue::Integer),
            (Kind::Keyword(words), Text(text)) => {
                let word = text.to_ascii_uppercase();
                words
                    .contains(&word.as_str())
                    .then(|| OptionValue::Text(word.replace("UTF-8", "UTF8")))
            }
            (Kind::Delimiter(_) | Kind::Character(_) | Kind::Quote, Text(text)) if none(text) => {
                Some(OptionValue::None)
            }
            (Kind::Delimiter(_), Text(_) | Number(_)) => {
                let decoded = decode(value)?;
                let length = decoded.chars().count();
                (1..=MAX_DELIMITER)
                    .contains(&length)
                    .then_some(OptionValue::Text(decoded))
            }
            (Kind::Character(_), Text(_) | Number(_)) => {
                let decoded = decode(value)?;
                (decoded.len() == 1).then_some(OptionValue::Text(decoded))
            }
            (Kind::Quote, Text(_)) => {
                let decoded = decode(value)?;
                matches!(decoded.as_str(), "'" | "\"").then_some(OptionValue::Text(decoded))
            }
            (Kind::Pattern, Text(text)) => Some(OptionValue::Text(if text.eq_ignore_ascii_case("AUTO") {
                "AUTO".to_string()
            } else {
                text.clone()
            })),
            (Kind::FileExtension, Text(text)) if none(text) || text.is_empty() => Some(OptionValue::None),
            (Kind::FileExtension, Text(text)) => Some(OptionValue::Text(text.clone())),
            (Kind::CharacterSet, Text(text)) => {
                Encoding::is_documented(text).then(|| OptionValue::Text(Encoding::normal_name(text)))
            }
            (Kind::NullIf(_), List(items)) => Some(OptionValue::List(items.clone())),
            (Kind::NullIf(_), Text(text)) => Some(OptionValue::List(vec![text.clone()])),
            _ => None,
        }
    }
}

fn decode(value: &PropertyValue) -> Option<String> {
    String::from_utf8(decode_delimiter(&value.to_string())?).ok()
}

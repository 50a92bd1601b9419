//! File formats: the options of CREATE FILE FORMAT, checked once and stored in the catalog.
//!
//! A [`FileFormat`] is its type and the options that were given, validated and in one normal form; everything else
//! is a default of the table in [`options`]. The readers and the writer do not look options up by name: they take
//! one of the views of [`typed`] ([`CsvFormat`], [`JsonFormat`], [`ParquetFormat`], [`AvroFormat`], [`OrcFormat`],
//! [`XmlFormat`]).
//!
//! Accepted, kept and shown, but without effect when loading: COMPRESSION of Parquet, whose columns say themselves how
//! they are compressed; SNAPPY_COMPRESSION; FILE_EXTENSION; and VALIDATE_UTF8 = TRUE, which is how text is always read.
//! Parquet is not written with COMPRESSION = GZIP, only read.
//! Refused by name: the type CUSTOM, LZO compression, ENABLE_OCTAL = TRUE, VALIDATE_UTF8 = FALSE,
//! REPLACE_INVALID_CHARACTERS = TRUE of ORC, and the character sets that [`super::encoding`] does not list.
//!
//! See <https://docs.snowflake.com/en/sql-reference/sql/create-file-format>.

mod escape;
mod options;
mod typed;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

pub use escape::{decode_delimiter, show_text};
pub use options::{DescribedOption, OptionValue};
pub use typed::{AvroFormat, CsvFormat, InputFormats, JsonFormat, OrcFormat, ParquetFormat, XmlFormat};

/// The value of a property as the statement wrote it.
#[derive(Debug, Clone, PartialEq)]
pub enum PropertyValue {
    /// A string literal, or a bare word such as `GZIP` or `NONE`.
    Text(String),
    /// A number.
    Number(i64),
    /// TRUE or FALSE.
    Boolean(bool),
    /// A parenthesised list of strings.
    List(Vec<String>),
}

impl fmt::Display for PropertyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Boolean(boolean) => f.write_str(if *boolean { "TRUE" } else { "FALSE" }),
            Self::List(items) => write!(f, "({})", items.join(", ")),
        }
    }
}

/// The type of a file format that can be read here; CSV, JSON and Parquet are also written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FileType {
    /// Delimited text.
    Csv,
    /// JSON documents.
    Json,
    /// Apache Parquet.
    Parquet,
    /// Apache Avro.
    Avro,
    /// Apache ORC.
    Orc,
    /// XML documents.
    Xml,
}

impl FileType {
    /// Reads a type's name in any letter case.
    ///
    /// # Errors
    /// Types that Snowflake has and this house does not are refused by name; others are invalid values.
    pub fn parse(name: &str) -> Result<Self> {
        match name.to_ascii_uppercase().as_str() {
            "CSV" => Ok(Self::Csv),
            "JSON" => Ok(Self::Json),
            "PARQUET" => Ok(Self::Parquet),
            "AVRO" => Ok(Self::Avro),
            "ORC" => Ok(Self::Orc),
            "XML" => Ok(Self::Xml),
            known @ "CUSTOM" => Err(Error::unsupported(format_args!("FILE FORMAT TYPE = {known}"))),
            _ => Err(Error::invalid_property_value("TYPE", name)),
        }
    }

    /// The type's name as SHOW FILE FORMATS gives it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Parquet => "PARQUET",
            Self::Avro => "AVRO",
            Self::Orc => "ORC",
            Self::Xml => "XML",
        }
    }

    /// The file extension, without the compression's.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => ".csv",
            Self::Json => ".json",
            Self::Parquet => ".parquet",
            Self::Avro => ".avro",
            Self::Orc => ".orc",
            Self::Xml => ".xml",
        }
    }
}

impl fmt::Display for FileType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A file format: its type and the options that differ from the type's defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFormat {
    file_type: FileType,
    given: BTreeMap<String, OptionValue>,
}

impl Default for FileFormat {
    /// Snowflake's default: CSV with every default option.
    fn default() -> Self {
        Self::of(FileType::Csv)
    }
}

impl FileFormat {
    /// A format of this type with its default options.
    pub fn of(file_type: FileType) -> Self {
        Self {
            file_type,
            given: BTreeMap::new(),
        }
    }

    /// Builds a format from the properties of CREATE FILE FORMAT or of an inline `FILE_FORMAT = ( … )`, in their
    /// order. TYPE may stand anywhere among them; without it the type is CSV.
    ///
    /// # Errors
    /// Unknown names, values that a property does not take, duplicates and contradictions.
    pub fn from_properties(properties: &[(String, PropertyValue)]) -> Result<Self> {
        let mut file_type = None;
        for (name, value) in properties {
            if name.eq_ignore_ascii_case("TYPE") {
                let this = FileType::parse(&value.to_string())?;
                if file_type.is_some_and(|other| other != this) {
                    return Err(Error::duplicate_property("TYPE"));
                }
                file_type = Some(this);
            }
        }
        Self::of(file_type.unwrap_or(FileType::Csv)).with_properties(properties)
    }

    /// This format with further options set, as ALTER FILE FORMAT … SET does, or as an inline format does that
    /// names another one by FORMAT_NAME.
    ///
    /// # Errors
    /// Like [`from_properties`](Self::from_properties); also when TYPE is given and differs.
    pub fn with_properties(&self, properties: &[(String, PropertyValue)]) -> Result<Self> {
        let mut format = self.clone();
        let mut seen: BTreeMap<String, &PropertyValue> = BTreeMap::new();
        for (name, value) in properties {
            let name = name.to_ascii_uppercase();
            match seen.insert(name.clone(), value) {
                Some(earlier) if earlier == value => continue,
                Some(_) => return Err(Error::duplicate_property(&name)),
                None => {}
            }
            if name == "TYPE" {
                if FileType::parse(&value.to_string())? != self.file_type {
                    return Err(Error::compilation("File format type cannot be changed."));
                }
                continue;
            }
            let Some(spec) = options::find(self.file_type, &name) else {
                return Err(Error::invalid_property_name(&name, "FILE_FORMAT"));
            };
            format.given.insert(name, spec.check(value)?);
        }
        typed::check(&format)?;
        Ok(format)
    }

    /// The type.
    pub fn file_type(&self) -> FileType {
        self.file_type
    }

    /// The options that were given, in alphabetical order, as text for SHOW and GET_DDL.
    pub fn given(&self) -> impl Iterator<Item = (&str, String)> {
        self.given
            .iter()
            .map(|(name, value)| (name.as_str(), value.show()))
    }

    /// Every option of the type for DESCRIBE FILE FORMAT, in Snowflake's order, TYPE first.
    pub fn describe(&self) -> Vec<DescribedOption> {
        options::describe(self.file_type, &self.given)
    }

    /// The options as the CSV reader and writer take them; the defaults when this is another type.
    ///
    /// # Errors
    /// When an option asks for what this house cannot do.
    pub fn csv(&self) -> Result<CsvFormat> {
        CsvFormat::of(self)
    }

    /// The options as the JSON reader and writer take them.
    ///
    /// # Errors
    /// When an option asks for what this house cannot do.
    pub fn json(&self) -> Result<JsonFormat> {
        JsonFormat::of(self)
    }

    /// The options as the Parquet reader and writer take them.
    ///
    /// # Errors
    /// When an option asks for what this house cannot do.
    pub fn parquet(&self) -> Result<ParquetFormat> {
        ParquetFormat::of(self)
    }

    /// The options as the Avro reader takes them.
    ///
    /// # Errors
    /// When an option asks for what this house cannot do.
    pub fn avro(&self) -> Result<AvroFormat> {
        AvroFormat::of(self)
    }

    /// The options as the ORC reader takes them.
    ///
    /// # Errors
    /// When an option asks for what this house cannot do.
    pub fn orc(&self) -> Result<OrcFormat> {
        OrcFormat::of(self)
    }

    /// The options as the XML reader takes them.
    ///
    /// # Errors
    /// When an option asks for what this house cannot do.
    pub fn xml(&self) -> Result<XmlFormat> {
        XmlFormat::of(self)
    }

    fn value(&self, name: &str) -> OptionValue {
        self.given
            .get(name)
            .cloned()
            .or_else(|| options::find(self.file_type, name).map(|spec| spec.initial()))
            .unwrap_or(OptionValue::None)
    }
}

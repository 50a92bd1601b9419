//! The options of a format as the readers and the writer take them.

use super::{FileFormat, FileType, OptionValue};
use crate::error::{Error, Result};
use crate::stage::compression::Compression;
use crate::stage::encoding::Encoding;
use crate::variant::XmlOptions;

/// The formats of dates, times and binary text; `None` stands for AUTO.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputFormats {
    /// DATE_FORMAT.
    pub date: Option<String>,
    /// TIME_FORMAT.
    pub time: Option<String>,
    /// TIMESTAMP_FORMAT.
    pub timestamp: Option<String>,
    /// BINARY_FORMAT: `HEX`, `BASE64` or `UTF8`.
    pub binary: String,
}

/// The options of a CSV format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvFormat {
    /// COMPRESSION.
    pub compression: Compression,
    /// RECORD_DELIMITER; `None` makes the whole file one record. A newline also takes a carriage return before it.
    pub record_delimiter: Option<Vec<u8>>,
    /// FIELD_DELIMITER; `None` makes each record one field.
    pub field_delimiter: Option<Vec<u8>>,
    /// MULTI_LINE: whether an enclosed field may contain the record delimiter.
    pub multi_line: bool,
    /// FILE_EXTENSION.
    pub file_extension: Option<String>,
    /// PARSE_HEADER: the first record names the columns.
    pub parse_header: bool,
    /// SKIP_HEADER: how many lines to skip.
    pub skip_header: u64,
    /// SKIP_BLANK_LINES.
    pub skip_blank_lines: bool,
    /// DATE_FORMAT and kin.
    pub formats: InputFormats,
    /// ESCAPE: the escape character of enclosed fields.
    pub escape: Option<u8>,
    /// ESCAPE_UNENCLOSED_FIELD.
    pub escape_unenclosed: Option<u8>,
    /// TRIM_SPACE.
    pub trim_space: bool,
    /// FIELD_OPTIONALLY_ENCLOSED_BY.
    pub enclosed_by: Option<u8>,
    /// NULL_IF.
    pub null_if: Vec<String>,
    /// ERROR_ON_COLUMN_COUNT_MISMATCH.
    pub error_on_column_count_mismatch: bool,
    /// REPLACE_INVALID_CHARACTERS.
    pub replace_invalid_characters: bool,
    /// EMPTY_FIELD_AS_NULL.
    pub empty_field_as_null: bool,
    /// SKIP_BYTE_ORDER_MARK.
    pub skip_byte_order_mark: bool,
    /// ENCODING.
    pub encoding: Encoding,
}

/// The options of a JSON format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonFormat {
    /// COMPRESSION.
    pub compression: Compression,
    /// FILE_EXTENSION.
    pub file_extension: Option<String>,
    /// DATE_FORMAT and kin, for values that are loaded into separate columns.
    pub formats: InputFormats,
    /// TRIM_SPACE, for strings that are loaded into separate columns.
    pub trim_space: bool,
    /// NULL_IF, for strings that are loaded into separate columns.
    pub null_if: Vec<String>,
    /// ALLOW_DUPLICATE.
    pub allow_duplicate: bool,
    /// STRIP_OUTER_ARRAY.
    pub strip_outer_array: bool,
    /// STRIP_NULL_VALUES.
    pub strip_null_values: bool,
    /// REPLACE_INVALID_CHARACTERS or its synonym IGNORE_UTF8_ERRORS.
    pub replace_invalid_characters: bool,
    /// SKIP_BYTE_ORDER_MARK.
    pub skip_byte_order_mark: bool,
    /// MULTI_LINE: whether a document may contain a newline.
    pub multi_line: bool,
}

/// The options of a Parquet format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParquetFormat {
    /// Whether columns are compressed with Snappy when unloading.
    pub snappy: bool,
    /// Whether the format says GZIP, which files are read with and not written.
    pub gzip: bool,
    /// TRIM_SPACE, for strings that are loaded into separate columns.
    pub trim_space: bool,
    /// NULL_IF, for strings that are loaded into separate columns.
    pub null_if: Vec<String>,
    /// BINARY_AS_TEXT: binary columns without a logical type are text.
    pub binary_as_text: bool,
    /// USE_LOGICAL_TYPE.
    pub use_logical_type: bool,
    /// REPLACE_INVALID_CHARACTERS.
    pub replace_invalid_characters: bool,
    /// USE_VECTORIZED_SCANNER: objects show their NULL entries, and maps are objects of their keys.
    pub vectorized: bool,
}

/// The options of an Avro format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvroFormat {
    /// COMPRESSION of the file as a whole; blocks say themselves how they are compressed.
    pub compression: Compression,
    /// TRIM_SPACE, for strings that are loaded into separate columns.
    pub trim_space: bool,
    /// NULL_IF, for strings that are loaded into separate columns.
    pub null_if: Vec<String>,
    /// REPLACE_INVALID_CHARACTERS.
    pub replace_invalid_characters: bool,
}

/// The options of an ORC format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrcFormat {
    /// TRIM_SPACE, for strings that are loaded into separate columns.
    pub trim_space: bool,
    /// NULL_IF, for strings that are loaded into separate columns.
    pub null_if: Vec<String>,
}

/// The options of an XML format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlFormat {
    /// COMPRESSION.
    pub compression: Compression,
    /// REPLACE_INVALID_CHARACTERS or its synonym IGNORE_UTF8_ERRORS.
    pub replace_invalid_characters: bool,
    /// SKIP_BYTE_ORDER_MARK.
    pub skip_byte_order_mark: bool,
    /// PRESERVE_SPACE, STRIP_OUTER_ELEMENT, DISABLE_SNOWFLAKE_DATA and DISABLE_AUTO_CONVERT.
    pub reading: XmlOptions,
}

/// Checks what no single option can: contradictions, and requests for what is not there.
pub(super) fn check(format: &FileFormat) -> Result<()> {
    match format.file_type() {
        FileType::Csv => CsvFormat::of(format).map(drop),
        FileType::Json => JsonFormat::of(format).map(drop),
        FileType::Parquet => ParquetFormat::of(format).map(drop),
        FileType::Avro => AvroFormat::of(format).map(drop),
        FileType::Orc => OrcFormat::of(format).map(drop),
        FileType::Xml => XmlFormat::of(format).map(drop),
    }
}

impl FileFormat {
    fn boolean(&self, name: &str) -> bool {
        self.value(name) == OptionValue::Boolean(true)
    }

    fn text(&self, name: &str) -> Option<String> {
        match self.value(name) {
            OptionValue::Text(text) => Some(text),
            _ => None,
        }
    }

    fn list(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            OptionValue::List(items) => items,
            _ => Vec::new(),
        }
    }

    fn byte(&self, name: &str) -> Option<u8> {
        self.text(name).and_then(|text| text.bytes().next())
    }

    fn compression(&self) -> Compression {
        self.text("COMPRESSION")
            .and_then(|name| Compression::parse(&name))
            .unwrap_or(Compression::Auto)
    }

    fn input_formats(&self) -> InputFormats {
        let pattern = |name: &str| self.text(name).filter(|text| text != "AUTO");
        InputFormats {
            date: pattern("DATE_FORMAT"),
            time: pattern("TIME_FORMAT"),
            timestamp: pattern("TIMESTAMP_FORMAT"),
            binary: self.text("BINARY_FORMAT").unwrap_or_else(|| "HEX".to_string()),
        }
    }
}

impl CsvFormat {
    pub(super) fn of(format: &FileFormat) -> Result<Self> {
        let bytes = |name: &str| format.text(name).map(String::into_bytes);
        let skip_header = match format.value("SKIP_HEADER") {
            OptionValue::Integer(lines) => lines,
            _ => 0,
        };
        let encoding = match format.text("ENCODING") {
            Some(name) => Encoding::parse(&name)?,
            None => Encoding::Utf8,
        };
        let csv = Self {
            compression: format.compression(),
            record_delimiter: bytes("RECORD_DELIMITER"),
            field_delimiter: bytes("FIELD_DELIMITER"),
            multi_line: format.boolean("MULTI_LINE"),
            file_extension: format.text("FILE_EXTENSION"),
            parse_header: format.boolean("PARSE_HEADER"),
            skip_header,
            skip_blank_lines: format.boolean("SKIP_BLANK_LINES"),
            formats: format.input_formats(),
            escape: format.byte("ESCAPE"),
            escape_unenclosed: format.byte("ESCAPE_UNENCLOSED_FIELD"),
            trim_space: format.boolean("TRIM_SPACE"),
            enclosed_by: format.byte("FIELD_OPTIONALLY_ENCLOSED_BY"),
            null_if: format.list("NULL_IF"),
            error_on_column_count_mismatch: format.boolean("ERROR_ON_COLUMN_COUNT_MISMATCH"),
            replace_invalid_characters: format.boolean("REPLACE_INVALID_CHARACTERS"),
            empty_field_as_null: format.boolean("EMPTY_FIELD_AS_NULL"),
            skip_byte_order_mark: format.boolean("SKIP_BYTE_ORDER_MARK"),
            encoding,
        };
        if format.file_type() == FileType::Csv && !format.boolean("VALIDATE_UTF8") {
            return Err(Error::unsupported("VALIDATE_UTF8 = FALSE"));
        }
        if csv.parse_header && csv.skip_header > 0 {
            return Err(Error::compilation(
                "SKIP_HEADER is not supported with PARSE_HEADER = TRUE",
            ));
        }
        if let (Some(record), Some(field)) = (&csv.record_delimiter, &csv.field_delimiter)
            && (contains(record, field) || contains(field, record))
        {
            return Err(Error::compilation(
                "FIELD_DELIMITER and RECORD_DELIMITER must not contain each other",
            ));
        }
        Ok(csv)
    }
}

impl JsonFormat {
    pub(super) fn of(format: &FileFormat) -> Result<Self> {
        if format.boolean("ENABLE_OCTAL") {
            return Err(Error::unsupported("ENABLE_OCTAL = TRUE"));
        }
        Ok(Self {
            compression: format.compression(),
            file_extension: format.text("FILE_EXTENSION"),
            formats: format.input_formats(),
            trim_space: format.boolean("TRIM_SPACE"),
            null_if: format.list("NULL_IF"),
            allow_duplicate: format.boolean("ALLOW_DUPLICATE"),
            strip_outer_array: format.boolean("STRIP_OUTER_ARRAY"),
            strip_null_values: format.boolean("STRIP_NULL_VALUES"),
            replace_invalid_characters: format.boolean("REPLACE_INVALID_CHARACTERS")
                || format.boolean("IGNORE_UTF8_ERRORS"),
            skip_byte_order_mark: format.boolean("SKIP_BYTE_ORDER_MARK"),
            multi_line: format.boolean("MULTI_LINE"),
        })
    }
}

impl ParquetFormat {
    pub(super) fn of(format: &FileFormat) -> Result<Self> {
        let snappy = match format.text("COMPRESSION").as_deref() {
            Some("LZO") => return Err(Error::unsupported("COMPRESSION = LZO")),
            Some("NONE") => false,
            Some("SNAPPY") => true,
            _ => format.boolean("SNAPPY_COMPRESSION"),
        };
        // The vectorized scanner reads logical types, whatever the other two options say.
        let vectorized = format.boolean("USE_VECTORIZED_SCANNER");
        Ok(Self {
            snappy,
            gzip: format.text("COMPRESSION").as_deref() == Some("GZIP"),
            trim_space: format.boolean("TRIM_SPACE"),
            null_if: format.list("NULL_IF"),
            binary_as_text: format.boolean("BINARY_AS_TEXT") && !vectorized,
            use_logical_type: format.boolean("USE_LOGICAL_TYPE") || vectorized,
            replace_invalid_characters: format.boolean("REPLACE_INVALID_CHARACTERS"),
            vectorized,
        })
    }
}

impl AvroFormat {
    pub(super) fn of(format: &FileFormat) -> Result<Self> {
        Ok(Self {
            compression: format.compression(),
            trim_space: format.boolean("TRIM_SPACE"),
            null_if: format.list("NULL_IF"),
            replace_invalid_characters: format.boolean("REPLACE_INVALID_CHARACTERS"),
        })
    }
}

impl OrcFormat {
    pub(super) fn of(format: &FileFormat) -> Result<Self> {
        if format.boolean("REPLACE_INVALID_CHARACTERS") {
            return Err(Error::unsupported("REPLACE_INVALID_CHARACTERS = TRUE of ORC"));
        }
        Ok(Self {
            trim_space: format.boolean("TRIM_SPACE"),
            null_if: format.list("NULL_IF"),
        })
    }
}

impl XmlFormat {
    pub(super) fn of(format: &FileFormat) -> Result<Self> {
        Ok(Self {
            compression: format.compression(),
            replace_invalid_characters: format.boolean("REPLACE_INVALID_CHARACTERS")
                || format.boolean("IGNORE_UTF8_ERRORS"),
            skip_byte_order_mark: format.boolean("SKIP_BYTE_ORDER_MARK"),
            reading: XmlOptions {
                preserve_space: format.boolean("PRESERVE_SPACE"),
                disable_auto_convert: format.boolean("DISABLE_AUTO_CONVERT"),
                disable_snowflake_data: format.boolean("DISABLE_SNOWFLAKE_DATA"),
                strip_outer_element: format.boolean("STRIP_OUTER_ELEMENT"),
            },
        })
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

//! What loading reports: file formats, stages and the form of records.

use std::fmt;

use super::Error;

/// File formats, stages and loading: what COPY INTO reports about a file or a record.
impl Error {
    /// 001008 (22023): a property with a value that it does not take.
    pub fn invalid_property_value(name: impl fmt::Display, value: impl fmt::Display) -> Self {
        Self::new(
            1008,
            "22023",
            format!("SQL compilation error:\ninvalid value '{value}' for property '{name}'"),
        )
    }

    /// 001420 (42601): a property that an object kind does not have.
    pub fn invalid_property_name(name: impl fmt::Display, kind: impl fmt::Display) -> Self {
        Self::new(
            1420,
            "42601",
            format!("SQL compilation error:\ninvalid property '{name}' for '{kind}'"),
        )
    }

    /// 002004 (42601): a property given twice with different values.
    pub fn duplicate_property(name: impl fmt::Display) -> Self {
        Self::new(
            2004,
            "42601",
            format!("SQL compilation error:\nduplicate property '{name}';"),
        )
    }

    /// 002019 (0A000): a semi-structured file into other than one semi-structured column.
    pub fn one_semi_structured_column(file_type: impl fmt::Display) -> Self {
        let message = format!(
            "SQL compilation error:\n{file_type} file format can produce one and only one column of type variant, \
             object, or array. Load data into separate columns using the MATCH_BY_COLUMN_NAME copy option or copy \
             with transformation."
        );
        Self::new(2019, "0A000", message)
    }

    /// 100183 (22000): compressed bytes that do not decompress; `cause` says why.
    pub fn decompression(
        file: impl fmt::Display,
        compression: impl fmt::Display,
        cause: impl fmt::Display,
    ) -> Self {
        let message = format!(
            "Invalid data encountered during decompression for file: '{file}',compression type used: \
             '{compression}', cause: '{cause}'"
        );
        Self::new(100_183, "22000", message)
    }

    /// 100082 (22000): a value larger than any column holds.
    pub fn lob_size(limit: usize, actual: usize) -> Self {
        let message = format!("Max LOB size ({limit}) exceeded, actual size of parsed column is {actual}");
        Self::new(100_082, "22000", message)
    }

    /// 100074 (54000): loaded text longer than its column.
    pub fn character_length(limit: u32, text: impl fmt::Display) -> Self {
        Self::new(
            100_074,
            "54000",
            format!("User character length limit ({limit}) exceeded by string '{text}'"),
        )
    }

    /// 100144 (22000): bytes that are not UTF-8; `shown` has the bad bytes in hexadecimal.
    pub fn invalid_utf8(shown: impl fmt::Display) -> Self {
        Self::new(
            100_144,
            "22000",
            format!("Invalid UTF8 detected in string '{shown}'"),
        )
    }

    /// 100145 (22000): a staged file that its reader cannot make sense of as a whole.
    pub fn unreadable_file(
        file_type: impl fmt::Display,
        file: impl fmt::Display,
        cause: impl fmt::Display,
    ) -> Self {
        Self::new(
            100_145,
            "22000",
            format!("Error parsing the {file_type} file: {cause}. File '{file}'"),
        )
    }
}

/// Stages and their locations.
impl Error {
    /// 003127 (42601): a location that a storage integration does not open.
    pub fn location_not_allowed(location: impl fmt::Display, integration: impl fmt::Display) -> Self {
        let message = format!(
            "SQL compilation error:\nLocation '{location}' is not allowed by integration '{integration}'. Please use \
             DESC INTEGRATION to check out allowed and blocked locations."
        );
        Self::new(3127, "42601", message)
    }

    /// 003115 (42601): a storage integration whose ENABLED is FALSE.
    pub fn integration_disabled(integration: impl fmt::Display) -> Self {
        let message = format!("SQL compilation error:\nIntegration '{integration}' is not enabled.");
        Self::new(3115, "42601", message).with_hint(format!(
            "ALTER STORAGE INTEGRATION {integration} SET ENABLED = TRUE;"
        ))
    }
}

/// The form of CSV records, in the words of COPY INTO.
impl Error {
    /// 100072 (22000): NULL loaded into a NOT NULL column; COPY names the column beside the message.
    pub fn null_loaded() -> Self {
        Self::new(100_072, "22000", "NULL result in a non-nullable column")
    }

    /// 100080 (22000): a first record of another width than the table.
    pub fn column_count(file: usize, table: usize) -> Self {
        let message = format!(
            "Number of columns in file ({file}) does not match that of the corresponding table ({table}), use file \
             format option error_on_column_count_mismatch=false to ignore this error"
        );
        Self::new(100_080, "22000", message)
    }

    /// 100080 (22000): a record of another width than the header.
    pub fn header_count(header: usize, data: usize) -> Self {
        let message = if data > header {
            format!(
                "Error with CSV header: header defined ({header}) columns while data contains more columns"
            )
        } else {
            format!(
                "Error with CSV header: header defined {header} columns while data contains {data} columns."
            )
        };
        Self::new(100_080, "22000", message)
    }

    /// 100016 (22000): a record with more fields than the table has columns.
    pub fn expected_record_end(field: impl fmt::Display, record: impl fmt::Display) -> Self {
        let message = format!("Field delimiter '{field}' found while expecting record delimiter '{record}'");
        Self::new(100_016, "22000", message)
    }

    /// 100068 (22000): a record with fewer fields than the table has columns.
    pub fn early_record_end(column: impl fmt::Display) -> Self {
        let message = format!("End of record reached while expected to parse column '{column}'");
        Self::new(100_068, "22000", message)
    }

    /// 100066 (22000): text between a closing quote and the next field.
    pub fn instead_of_field_delimiter(found: char, delimiter: impl fmt::Display) -> Self {
        Self::new(
            100_066,
            "22000",
            format!("Found character '{found}' instead of field delimiter '{delimiter}'"),
        )
    }

    /// 100065 (22000): text between a closing quote and the record's end.
    pub fn instead_of_record_delimiter(found: char, delimiter: impl fmt::Display) -> Self {
        Self::new(
            100_065,
            "22000",
            format!("Found character '{found}' instead of record delimiter '{delimiter}'"),
        )
    }

    /// 100067 (22000): a field whose closing quote is missing at the end of the `what` (file or record).
    pub fn unclosed_enclosure(quote: char, what: &str) -> Self {
        Self::new(
            100_067,
            "22000",
            format!("matching enclosing character '{quote}' not found before end of {what}"),
        )
    }
}

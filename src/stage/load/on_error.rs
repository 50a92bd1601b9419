//! ON_ERROR: what becomes of a file with errors.

use super::FileLoad;
use crate::error::{Error, Result};
use crate::stage::record::Records;

/// ON_ERROR.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OnError {
    /// Load the good records.
    Continue,
    /// Skip a file with this many bad records or more; SKIP_FILE is one.
    SkipFile(u64),
    /// Skip a file with a higher percentage of bad records.
    SkipFilePercent(f64),
    /// End the statement.
    AbortStatement,
}

/// STATUS of a file in COPY's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadStatus {
    /// Without an error.
    Loaded,
    /// With errors, its good records loaded.
    PartiallyLoaded,
    /// Nothing loaded.
    LoadFailed,
}

impl LoadStatus {
    /// The name in COPY's output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loaded => "LOADED",
            Self::PartiallyLoaded => "PARTIALLY_LOADED",
            Self::LoadFailed => "LOAD_FAILED",
        }
    }
}

impl OnError {
    /// Reads the option's value.
    ///
    /// # Errors
    /// Values it does not take.
    pub fn parse(text: &str) -> Result<Self> {
        let upper = text.trim().to_ascii_uppercase();
        let refused = || Error::invalid_property_value("ON_ERROR", text);
        Ok(match upper.as_str() {
            "CONTINUE" => Self::Continue,
            "SKIP_FILE" => Self::SkipFile(1),
            "ABORT_STATEMENT" => Self::AbortStatement,
            other => {
                let number = other.strip_prefix("SKIP_FILE_").ok_or_else(refused)?;
                match number.strip_suffix('%') {
                    Some(percent) => {
                        let percent: f64 = percent.trim().parse().map_err(|_| refused())?;
                        if !(0.0..=100.0).contains(&percent) {
                            return Err(refused());
                        }
                        Self::SkipFilePercent(percent)
                    }
                    None => Self::SkipFile(number.parse().map_err(|_| refused())?),
                }
            }
        })
    }

    /// ERROR_LIMIT of a file.
    pub fn error_limit(self, rows_parsed: u64) -> u64 {
        match self {
            Self::Continue => rows_parsed,
            Self::SkipFile(errors) => errors,
            Self::SkipFilePercent(percent) => (rows_parsed as f64 * percent / 100.0) as u64,
            Self::AbortStatement => 1,
        }
    }

    /// Whether a file with so many bad records is skipped.
    fn skips(self, errors: u64, rows_parsed: u64) -> bool {
        match self {
            Self::Continue | Self::AbortStatement => false,
            Self::SkipFile(limit) => errors >= limit,
            Self::SkipFilePercent(percent) => {
                // A file that cannot be read at all has an error and no record.
                errors as f64 * 100.0 > percent * rows_parsed as f64
            }
        }
    }

    /// Applies the option to what a file yields.
    ///
    /// # Errors
    /// With ABORT_STATEMENT, the first error.
    pub fn settle(self, file: &str, records: Records) -> Result<FileLoad> {
        if self == Self::AbortStatement
            && let Some(first) = records.errors.first()
        {
            return Err(first.abort(file));
        }
        let skipped = self.skips(records.errors_seen, records.rows_parsed);
        let rows_loaded = if skipped { 0 } else { records.rows_loaded() };
        let status = match (rows_loaded, records.errors_seen) {
            (0, errors) if errors > 0 || skipped => LoadStatus::LoadFailed,
            (_, 0) => LoadStatus::Loaded,
            _ => LoadStatus::PartiallyLoaded,
        };
        let (batches, row_numbers) = if skipped {
            (Vec::new(), Vec::new())
        } else {
            (records.batches, records.row_numbers)
        };
        Ok(FileLoad {
            file: file.to_string(),
            status,
            rows_parsed: records.rows_parsed,
            rows_loaded,
            error_limit: self.error_limit(records.rows_parsed),
            errors_seen: records.errors_seen,
            errors: records.errors,
            batches,
            row_numbers,
        })
    }
}

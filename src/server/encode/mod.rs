//! Results in the two forms that clients read: [`json`] text cells, and [`arrow`] streams.

pub mod arrow;
pub mod json;
mod vectors;

/// How a client wants rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text cells.
    Json,
    /// Arrow's stream format.
    Arrow,
}

impl Format {
    /// The name in replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Arrow => "arrow",
        }
    }
}

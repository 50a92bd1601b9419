//! Integration tests: one binary, one file per theme.

mod cases;
mod laws;

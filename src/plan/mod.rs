//! Statements to DataFusion plans.

mod table;
pub use table::{ROW_ADDRESS, VersionedTable};

//! Numbers by which clients know what kind of statement a result is of, as far as the server looks at them;
//! [`StatementKind::type_id`](crate::sql::statement::StatementKind::type_id) gives them.

/// SELECT.
pub const SELECT: u32 = 0x1000;
/// Several statements in one request.
pub const MULTI: u32 = 0xA000;

/// Whether the result is one row of row counts.
pub fn counts_rows(type_id: u32) -> bool {
    matches!(type_id, 0x3100 | 0x3200 | 0x3300 | 0x3400 | 0x3500)
}

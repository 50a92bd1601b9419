//! Errors of scripts, procedures and functions.

use std::fmt;

use super::Error;

/// Errors of scripts and procedures.
impl Error {
    /// 090239 (24000): FETCH or CLOSE of a cursor that is not open.
    pub fn cursor_not_open(name: impl fmt::Display) -> Self {
        Self::new(90_239, "24000", format!("CURSOR {name} is not open."))
    }

    /// 090238 (24000): OPEN of a cursor that is open.
    pub fn cursor_open(name: impl fmt::Display) -> Self {
        Self::new(90_238, "24000", format!("CURSOR {name} is already open."))
    }

    /// 100072 (22000): a routine with RETURNS … NOT NULL that gave NULL; `routine` is for instance `function F`.
    pub fn null_result(routine: impl fmt::Display) -> Self {
        Self::new(
            100_072,
            "22000",
            format!("NULL result in a non-nullable {routine}"),
        )
    }

    /// 090237 (P0000): INTO of a statement with several rows.
    pub fn into_wants_one_row(rows: usize) -> Self {
        let message = format!("\nA SELECT INTO statement expects exactly 1 returned row, but got {rows}.");
        Self::new(90_237, "P0000", message)
    }

    /// 090231 (22000): COMMIT, ROLLBACK or DDL in a procedure while a transaction of its caller's is open.
    pub fn transaction_of_other_scope() -> Self {
        let message = "Modifying a transaction that has started at a different scope is not allowed.";
        Self::new(90_231, "22000", message)
    }

    /// 090232 (22000): a procedure that ends with its transaction open.
    pub fn transaction_left_open() -> Self {
        let message = "Scoped transaction started in stored procedure is incomplete and it was rolled back.";
        Self::new(90_232, "22000", message)
    }

    /// 090236 (42601): a statement that a procedure with owner's rights must not run.
    pub fn not_in_procedure(statement: impl fmt::Display) -> Self {
        let message = format!("Stored procedure execution error: Unsupported statement type '{statement}'.");
        Self::new(90_236, "42601", message)
    }
}

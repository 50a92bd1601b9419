//! Session variables (<https://docs.snowflake.com/en/sql-reference/session-variables>) as the parser sees them.

/// Gives the values of session variables while a statement is read.
pub trait Variables {
    /// Whether variables are resolved at all; where not, `$name` stays a placeholder in the tree.
    fn are_known(&self) -> bool {
        true
    }

    /// The value of a variable as SQL text (`42`, `'text'`, `'2024-01-01'::DATE`); `name` is in upper case, without `$`.
    fn literal(&self, name: &str) -> Option<String>;
}

/// No session: `$name` is left in the tree.
impl Variables for () {
    fn are_known(&self) -> bool {
        false
    }

    fn literal(&self, _name: &str) -> Option<String> {
        None
    }
}

impl<F: Fn(&str) -> Option<String>> Variables for F {
    fn literal(&self, name: &str) -> Option<String> {
        self(name)
    }
}

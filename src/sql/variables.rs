//! Session variables (<https://docs.snowflake.com/en/sql-reference/session-variables>) and bind variables as the parser
//! sees them.

use crate::types::SnowType;

/// Gives the values of session variables and bind variables while a statement is read.
pub trait Variables {
    /// Whether variables are resolved at all; where not, `$name` stays a placeholder in the tree.
    fn are_known(&self) -> bool {
        true
    }

    /// The value of a variable as SQL text (`42`, `'text'`, `'2024-01-01'::DATE`); `name` is in upper case, without `$`.
    fn literal(&self, name: &str) -> Option<String>;

    /// Whether variables are resolved in `IDENTIFIER($name)`, even where they stay in the tree otherwise.
    fn are_known_in_names(&self) -> bool {
        self.are_known()
    }

    /// QUOTED_IDENTIFIERS_IGNORE_CASE: whether names in double quotes are folded to upper case, too.
    fn fold_quoted(&self) -> bool {
        false
    }

    /// The type that TIMESTAMP means in a definition (TIMESTAMP_TYPE_MAPPING).
    fn timestamp(&self) -> SnowType {
        SnowType::TIMESTAMP_NTZ
    }

    /// Whether bind variables stay in the tree whatever the text begins with: in an expression by itself.
    fn binds_stay(&self) -> bool {
        false
    }

    /// The value of a bind variable as SQL text; `name` is `1`, `2`, … or a name in upper case.
    fn bind(&self, _name: &str) -> Option<String> {
        None
    }
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

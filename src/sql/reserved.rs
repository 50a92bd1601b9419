//! Reserved words (<https://docs.snowflake.com/en/sql-reference/reserved-keywords>). sqlparser takes most of them as
//! names; Snowflake does not unless they are quoted.

/// Words that no unquoted name may be.
const RESERVED: &[&str] = &[
    "ALL",
    "ALTER",
    "AND",
    "ANY",
    "AS",
    "BETWEEN",
    "BY",
    "CHECK",
    "COLUMN",
    "CONNECT",
    "CREATE",
    "CURRENT",
    "DELETE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "EXISTS",
    "FOLLOWING",
    "FOR",
    "FROM",
    "GRANT",
    "GROUP",
    "HAVING",
    "ILIKE",
    "IN",
    "INCREMENT",
    "INSERT",
    "INTERSECT",
    "INTO",
    "IS",
    "LIKE",
    "MINUS",
    "NOT",
    "NULL",
    "OF",
    "ON",
    "OR",
    "ORDER",
    "QUALIFY",
    "REGEXP",
    "REVOKE",
    "RLIKE",
    "ROW",
    "ROWS",
    "SAMPLE",
    "SELECT",
    "SET",
    "SOME",
    "START",
    "TABLE",
    "TABLESAMPLE",
    "THEN",
    "TO",
    "TRIGGER",
    "UNION",
    "UNIQUE",
    "UPDATE",
    "VALUES",
    "WHENEVER",
    "WHERE",
    "WITH",
];

/// Words that no unquoted table name or alias in FROM may be.
const NOT_IN_FROM: &[&str] = &[
    "CROSS", "FULL", "INNER", "JOIN", "LATERAL", "LEFT", "NATURAL", "RIGHT", "USING",
];

/// Words that are no column reference in an expression.
const NOT_A_VALUE: &[&str] = &["CASE", "CAST", "TRY_CAST", "WHEN"];

/// Words that no new column may be called.
const NOT_A_COLUMN: &[&str] = &[
    "CONSTRAINT",
    "CURRENT_DATE",
    "CURRENT_ROLE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "CURRENT_USER",
    "LOCALTIME",
    "LOCALTIMESTAMP",
];

/// Whether a folded word is no name at all.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok()
}

/// Whether a folded word is no table name or alias in FROM.
pub(crate) fn is_reserved_in_from(word: &str) -> bool {
    is_reserved(word) || NOT_IN_FROM.contains(&word)
}

/// Whether a folded word is no column reference.
pub(crate) fn is_reserved_as_value(word: &str) -> bool {
    is_reserved(word) || NOT_A_VALUE.contains(&word)
}

/// Whether a folded word is no name for a new column.
pub(crate) fn is_reserved_as_column(word: &str) -> bool {
    is_reserved(word) || NOT_A_COLUMN.contains(&word)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_is_sorted_for_its_search() {
        assert!(super::RESERVED.is_sorted());
    }
}

//! The functions that a COPY's query may call:
//! <https://docs.snowflake.com/en/user-guide/data-load-transform#supported-functions>.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Function, Query, Visit, Visitor};

use crate::error::{Error, Result};
use crate::functions;

/// Those that are listed by name; conversions, tests of a VARIANT's type and functions of the session are let through
/// by their families.
const ALLOWED: &[&str] = &[
    "ARRAY_CONSTRUCT",
    "ARRAY_SIZE",
    "ASCII",
    "CHAR",
    "CHECK_JSON",
    "CHECK_XML",
    "CHR",
    "CONCAT",
    "CONVERT_TIMEZONE",
    "DATE",
    "ENDSWITH",
    "EQUAL_NULL",
    "GET",
    "GET_PATH",
    "HEX_DECODE_STRING",
    "HEX_ENCODE",
    "IFF",
    "IFNULL",
    "IS_NULL_VALUE",
    "LEN",
    "LENGTH",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "LPAD",
    "LTRIM",
    "MD5",
    "MD5_HEX",
    "NULLIF",
    "NVL",
    "NVL2",
    "OBJECT_CONSTRUCT",
    "PARSE_IP",
    "PARSE_JSON",
    "PARSE_URL",
    "PARSE_XML",
    "RANDOM",
    "REGEXP_REPLACE",
    "REGEXP_SUBSTR",
    "REPLACE",
    "REVERSE",
    "RPAD",
    "RTRIM",
    "SPLIT",
    "SPLIT_PART",
    "STARTSWITH",
    "STRIP_NULL_VALUE",
    "SUBSTR",
    "SUBSTRING",
    "SYSDATE",
    "SYSTIMESTAMP",
    "TIME",
    "TRIM",
    "UNICODE",
    "UUID_STRING",
    "XMLGET",
];

/// Families of functions by the beginning of their names.
const FAMILIES: &[&str] = &["TO_", "TRY_TO_", "TRY_HEX_", "TRY_PARSE_", "IS_", "CURRENT_"];

/// Refuses calls of other functions, and arithmetic.
///
/// # Errors
/// A refusal that names the function or the operator.
pub fn check(query: &Query) -> Result<()> {
    match query.visit(&mut Check) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Check;

impl Visitor for Check {
    type Break = Error;

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Error> {
        match expr {
            Expr::Function(function) => call(function),
            Expr::BinaryOp {
                op:
                    op @ (BinaryOperator::Plus
                    | BinaryOperator::Minus
                    | BinaryOperator::Multiply
                    | BinaryOperator::Divide
                    | BinaryOperator::Modulo),
                ..
            } => ControlFlow::Break(refused(&op.to_string())),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn call(function: &Function) -> ControlFlow<Error> {
    let name = function.name.to_string();
    // Who calls what is not there is told so by the planner.
    let is_known =
        functions::registry().scalar(&name).is_some() || functions::registry().aggregate(&name).is_some();
    let allowed = ALLOWED.contains(&name.as_str()) || FAMILIES.iter().any(|family| name.starts_with(family));
    if is_known && !allowed {
        return ControlFlow::Break(refused(&name));
    }
    ControlFlow::Continue(())
}

fn refused(name: &str) -> Error {
    let message = format!("SQL compilation error:\nFunction '{name}' not supported within a COPY.");
    Error::new(2_095, "42601", message)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::sql::parse_query;

    fn refusal(query: &str) -> Option<String> {
        let query = parse_query(query).unwrap();
        check(&query).err().map(|error| error.message().to_string())
    }

    #[test]
    fn casts_and_listed_functions_pass() {
        for query in [
            "SELECT $1::INT, TO_DATE($2, 'YYYY'), CURRENT_TIMESTAMP() FROM @s",
            "SELECT CASE WHEN $1 > 1 AND $2 LIKE 'a%' THEN $1 || '-' ELSE NVL($2, '') END FROM @s",
            "SELECT $1:a.b[0]::VARCHAR, IS_OBJECT($1), -1, NO_SUCH_FUNCTION($1) FROM @s",
        ] {
            assert_eq!(refusal(query), None, "{query}");
        }
    }

    #[test]
    fn others_and_arithmetic_are_refused_by_name() {
        for (query, name) in [
            ("SELECT LOWER($1) FROM @s", "LOWER"),
            ("SELECT NVL(COALESCE($1, $2), 'x') FROM @s", "COALESCE"),
            ("SELECT DATEADD(DAY, 1, $1) FROM @s", "DATEADD"),
            ("SELECT MAX($1) FROM @s", "MAX"),
            ("SELECT $1 - 1 FROM @s", "-"),
        ] {
            let refusal = refusal(query).unwrap_or_default();
            assert!(
                refusal.contains(&format!("'{name}' not supported within a COPY")),
                "{query}: {refusal}"
            );
        }
    }
}

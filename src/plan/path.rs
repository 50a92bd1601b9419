//! Paths into VARIANT values in the syntax tree: `v:a.b[0]`, `v['a'][i]`.
//! <https://docs.snowflake.com/en/user-guide/querying-semistructured>

use datafusion::sql::sqlparser::ast::{AccessExpr, Expr, JsonPath, JsonPathElem, Subscript, Value};

use super::expression::{call, text};
use crate::error::{Error, Result};

/// `value:a.b[0]` becomes one GET_PATH with a constant path, as long as every step is constant.
pub fn json_access(value: Expr, path: JsonPath) -> Result<Expr> {
    let mut expr = value;
    let mut steps = String::new();
    for step in path.path {
        match step {
            JsonPathElem::Dot { key, .. } => push_key(&mut steps, &key),
            JsonPathElem::Bracket { key } | JsonPathElem::ColonBracket { key } => match constant_step(&key) {
                Some(Step::Index(index)) => steps.push_str(&format!("[{index}]")),
                Some(Step::Key(key)) => push_key(&mut steps, &key),
                None => {
                    expr = call("GET", vec![get_path(expr, std::mem::take(&mut steps)), key]);
                }
            },
        }
    }
    Ok(get_path(expr, steps))
}

/// `value['a'][0]` on an expression that is no path yet.
pub fn field_access(root: Expr, chain: Vec<AccessExpr>) -> Result<Expr> {
    let mut expr = root;
    for access in chain {
        expr = match access {
            AccessExpr::Subscript(Subscript::Index { index }) => call("GET", vec![expr, index]),
            AccessExpr::Subscript(Subscript::Slice { .. }) => return Err(Error::unsupported("array slices")),
            AccessExpr::Dot(Expr::Identifier(key)) => {
                let mut path = String::new();
                push_key(&mut path, &key.value);
                get_path(expr, path)
            }
            AccessExpr::Dot(other) => return Err(Error::syntax(1, 0, format!("unexpected '{other}'"))),
        };
    }
    Ok(expr)
}

fn get_path(expr: Expr, path: String) -> Expr {
    if path.is_empty() {
        expr
    } else {
        call("GET_PATH", vec![expr, text(path)])
    }
}

fn push_key(path: &mut String, key: &str) {
    path.push_str("[\"");
    path.push_str(&key.replace('\\', "\\\\").replace('"', "\\\""));
    path.push_str("\"]");
}

enum Step {
    Index(u64),
    Key(String),
}

fn constant_step(key: &Expr) -> Option<Step> {
    let Expr::Value(value) = key else { return None };
    match &value.value {
        Value::Number(digits, _) => digits.parse().ok().map(Step::Index),
        Value::SingleQuotedString(key) => Some(Step::Key(key.clone())),
        _ => None,
    }
}

//! Expressions and SQL statements inside a block.
//!
//! Both stay text until they run; here their syntax is checked and the variables that they may name are found.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::sql::sqlparser::ast::{Expr, Query, Value, Visit, Visitor};

use super::Parser;
use super::reader::{Piece, Reader};
use crate::error::{Error, Result};
use crate::script::tree::{Child, ChildStatement, Expression, Source};
use crate::sql;

/// Words that begin a statement which may stand in brackets behind `:=`.
const STATEMENTS: &[&str] = &[
    "SELECT", "WITH", "CALL", "EXECUTE", "SHOW", "DESCRIBE", "DESC", "LIST", "LS", "INSERT", "UPDATE",
    "DELETE", "MERGE", "COPY", "VALUES", "CREATE", "ALTER", "DROP", "TRUNCATE",
];

/// Words that begin statements whose bind variables stay in the tree.
const WITH_BINDS: &[&str] = &["SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "MERGE"];

/// Numbers expressions.
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

/// A piece with so many line ends and blanks before it that errors tell its place in the whole text.
pub(super) fn padded(piece: Piece<'_>) -> String {
    let mut text = "\n".repeat(piece.place.line.saturating_sub(1) as usize);
    text.push_str(&" ".repeat(piece.place.position as usize));
    text.push_str(piece.text);
    text
}

/// Variables whose values are not known yet: each stands for its own name.
struct Unknown {
    binds_stay: bool,
}

impl sql::Variables for Unknown {
    fn are_known(&self) -> bool {
        false
    }

    fn literal(&self, name: &str) -> Option<String> {
        Some(format!("'{name}'"))
    }

    fn binds_stay(&self) -> bool {
        self.binds_stay
    }

    fn bind(&self, name: &str) -> Option<String> {
        Some(format!("'{name}'"))
    }
}

/// An expression's text with its tree.
fn expression(piece: Piece<'_>) -> Result<Expression> {
    let unknown = Unknown { binds_stay: true };
    let tree = sql::parse_expr_with(&padded(piece), &unknown)?;
    let mut found = Found::default();
    let _ = tree.visit(&mut found);
    let mut names = found.names;
    names.extend(Reader::new(piece.text).names_behind_colons());
    names.sort();
    names.dedup();
    Ok(Expression {
        id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
        place: piece.place,
        text: piece.text.to_string(),
        tree: Arc::new(tree),
        names,
        has_query: found.has_query,
    })
}

/// What an expression's tree holds.
#[derive(Default)]
struct Found {
    /// Names outside of queries: `X`, `ROW.COLUMN`.
    names: Vec<String>,
    has_query: bool,
    depth: usize,
}

impl Visitor for Found {
    type Break = ();

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.has_query = true;
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(name) if self.depth == 0 => self.names.push(name.value.clone()),
            Expr::CompoundIdentifier(parts) if self.depth == 0 => {
                if let [row, column] = parts.as_slice() {
                    self.names.push(format!("{}.{}", row.value, column.value));
                }
            }
            Expr::Value(value) => {
                if let Value::Placeholder(name) = &value.value
                    && let Some(name) = name.strip_prefix(':')
                {
                    self.names.push(name.to_string());
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// USING and the expressions in its brackets; none without it.
pub(super) fn using(reader: &mut Reader<'_>) -> Result<Vec<Expression>> {
    match reader.take("USING") {
        true => in_brackets(reader),
        false => Ok(Vec::new()),
    }
}

/// The expressions in brackets, at least one.
pub(super) fn in_brackets(reader: &mut Reader<'_>) -> Result<Vec<Expression>> {
    let piece = reader.bracketed()?;
    let mut inner = reader.within(piece);
    let mut expressions = vec![expression(inner.until_or_end(&[","])?)?];
    while inner.take_marks(",") {
        expressions.push(expression(inner.until_or_end(&[","])?)?);
    }
    Ok(expressions)
}

impl Parser<'_> {
    /// An expression up to the first of these words or marks, which is left.
    pub(super) fn expression_until(&mut self, ends: &[&str]) -> Result<Expression> {
        expression(self.reader.until(ends)?)
    }

    /// What stands behind `:=`, up to the `;`, which is left: a statement in brackets, or an expression.
    pub(super) fn source(&mut self) -> Result<Source> {
        let statement = self.reader.ahead(|reader| {
            reader.take("ASYNC");
            reader.take_marks("(") && reader.sees_one_of(STATEMENTS)
        });
        let alone = statement
            && self.reader.ahead(|reader| {
                reader.take("ASYNC");
                reader.bracketed().is_ok() && reader.sees_marks(";")
            });
        match alone {
            true => self.child_in_brackets().map(Source::Statement),
            false => self.expression_until(&[";"]).map(Source::Expression),
        }
    }

    /// A SQL statement up to its `;`, which is left.
    pub(super) fn child(&mut self) -> Result<Child> {
        if self
            .reader
            .ahead(|reader| reader.take("ASYNC") && reader.sees_marks("("))
        {
            return self.child_in_brackets();
        }
        let piece = self.reader.statement();
        self.child_of(piece)
    }

    /// `( statement )`, maybe behind ASYNC.
    pub(super) fn child_in_brackets(&mut self) -> Result<Child> {
        let asynchronous = self.reader.take("ASYNC");
        let piece = self.reader.bracketed()?;
        let mut child = self.child_of(piece)?;
        child.asynchronous = asynchronous;
        Ok(child)
    }

    fn child_of(&mut self, piece: Piece<'_>) -> Result<Child> {
        let mut inner = Reader::new(piece.text);
        let mut into = Vec::new();
        let statement = if inner.take("EXECUTE IMMEDIATE") && !inner.sees("FROM") {
            self.immediate(piece)?
        } else if inner.ahead(|inner| inner.take("CALL") && inner.name_is_followed_by("(")) {
            let (call, variables) = self.call(piece)?;
            into = variables;
            call
        } else {
            let text = match inner.ahead(|inner| inner.sees_one_of(&["SELECT", "WITH", "CALL"])) {
                true => {
                    let (text, variables) = without_into(piece.text)?;
                    into = variables;
                    text
                }
                false => piece.text.to_string(),
            };
            let names = Reader::new(&text).names_behind_colons();
            check(&text, piece, names.is_empty())?;
            ChildStatement::Sql { text, names }
        };
        Ok(Child {
            place: self.at,
            statement,
            asynchronous: false,
            into,
        })
    }

    /// EXECUTE IMMEDIATE.
    fn immediate(&mut self, piece: Piece<'_>) -> Result<ChildStatement> {
        let whole = padded(piece);
        let mut inner = Reader::new(&whole);
        inner.expect("EXECUTE IMMEDIATE")?;
        let text = expression(inner.until_or_end(&["USING"])?)?;
        let using = using(&mut inner)?;
        match inner.at_end() {
            true => Ok(ChildStatement::Immediate { text, using }),
            false => inner.unexpected(),
        }
    }

    /// CALL of a name of one part, and the variables of its INTO.
    fn call(&mut self, piece: Piece<'_>) -> Result<(ChildStatement, Vec<String>)> {
        let whole = padded(piece);
        let mut inner = Reader::new(&whole);
        inner.expect("CALL")?;
        let name = inner.name()?;
        let bracketed = inner.bracketed()?;
        let end = inner.byte();
        let into = match inner.take("INTO") {
            true => inner.variables()?,
            false => Vec::new(),
        };
        if !inner.at_end() {
            return inner.unexpected();
        }
        let text = whole.get(..end).unwrap_or(&whole).trim().to_string();
        let mut values = inner.within(bracketed);
        let mut arguments = Vec::new();
        while !values.at_end() {
            let named = match values.name_is_followed_by("=>") {
                true => {
                    let name = values.name()?;
                    values.expect_marks("=>")?;
                    Some(name)
                }
                false => None,
            };
            arguments.push((named, expression(values.until_or_end(&[","])?)?));
            if !values.take_marks(",") {
                break;
            }
        }
        let names = Reader::new(&text).names_behind_colons();
        let call = ChildStatement::Call {
            name,
            arguments,
            text,
            names,
        };
        Ok((call, into))
    }
}

/// The text of a query or of a CALL with blanks where its INTO was, and the variables of that.
fn without_into(text: &str) -> Result<(String, Vec<String>)> {
    let mut reader = Reader::new(text);
    if !reader.go_to("INTO") {
        return Ok((text.to_string(), Vec::new()));
    }
    let start = reader.byte();
    reader.expect("INTO")?;
    let variables = reader.variables()?;
    let end = reader.byte();
    let blank = " ".repeat(end - start);
    let (before, after) = (text.get(..start), text.get(end..));
    let text = format!(
        "{}{blank}{}",
        before.unwrap_or_default(),
        after.unwrap_or_default()
    );
    Ok((text, variables))
}

/// Finds syntax errors of a statement, or of a block.
pub(super) fn check_syntax(piece: Piece<'_>) -> Result<()> {
    check(
        piece.text,
        piece,
        Reader::new(piece.text).names_behind_colons().is_empty(),
    )
}

/// Finds syntax errors of a statement. Values behind bind variables may decide what else is right.
fn check(text: &str, piece: Piece<'_>, without_binds: bool) -> Result<()> {
    if !without_binds && !Reader::new(text).sees_one_of(WITH_BINDS) {
        return Ok(());
    }
    let place = piece.place;
    let parsed = sql::parse_with(&padded(Piece { text, place }), &Unknown { binds_stay: false });
    match parsed {
        Err(error) if is_syntax(&error) => Err(error),
        _ => Ok(()),
    }
}

fn is_syntax(error: &Error) -> bool {
    error.code() == 1003
}

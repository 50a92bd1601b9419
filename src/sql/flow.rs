//! The flow operator `->>`: statements of which each can read what those before it gave
//! (<https://docs.snowflake.com/en/sql-reference/operators-flow>).
//!
//! In FROM, `$1` is the result of the statement before, `$2` that of the one before that; there such a name is read as the
//! quoted name of a table ([`is_reference`]).

use super::scan::{Lexeme, LexemeKind, Scanner};
use super::split::block_start;
use super::statement::{StatementKind, registry};
use super::variables::Variables;
use super::{Cursor, Statement};
use crate::error::{Error, Result};

/// The most statements of a chain.
const MOST_STATEMENTS: usize = 1_000;

/// Statements chained by `->>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// The texts of the statements, two at least.
    pub statements: Vec<String>,
    /// The kind of the last one, whose result is that of the chain.
    pub last: StatementKind,
}

/// The number of `$1`, if a table's name is such a reference.
pub fn is_reference(name: &str) -> Option<usize> {
    name.strip_prefix('$')?.parse().ok().filter(|number| *number > 0)
}

/// The pieces between the operators of a text, as bytes; `None` without one.
fn pieces(text: &str) -> Option<Vec<(usize, usize)>> {
    if !text.contains("->>") || block_start(text).is_some() {
        return None;
    }
    let lexemes: Vec<Lexeme> = Scanner::new(text).collect();
    let is = |lexeme: &Lexeme, mark: &str| {
        lexeme.kind == LexemeKind::Mark && text.get(lexeme.start..lexeme.end) == Some(mark)
    };
    let mut found = Vec::new();
    let mut start = 0;
    for window in lexemes.windows(3) {
        if let [first, second, third] = window
            && is(first, "-")
            && is(second, ">")
            && is(third, ">")
        {
            found.push((start, first.start));
            start = third.end;
        }
    }
    if found.is_empty() {
        return None;
    }
    found.push((start, text.len()));
    Some(found)
}

/// The chain that a text is, if it is one. The syntax of all its statements is checked.
///
/// # Errors
/// 001003 at the place in the whole text; a refusal of bind variables.
pub(super) fn read(text: &str, variables: &dyn Variables) -> Result<Option<Flow>> {
    let Some(pieces) = pieces(text) else {
        return Ok(None);
    };
    if pieces.len() > MOST_STATEMENTS {
        let message = format!("more than {MOST_STATEMENTS} statements chained by ->>");
        return Err(Error::compilation(message));
    }
    let mut statements = Vec::with_capacity(pieces.len());
    let mut last = StatementKind::Unknown;
    for (start, end) in pieces {
        let own = text.get(start..end).unwrap_or_default();
        // Blanks stand for what is before, so that errors tell places of the whole text.
        let before = text.get(..start).unwrap_or_default();
        let blank = before.chars().map(|c| if c == '\n' { '\n' } else { ' ' });
        let padded: String = blank.chain(own.chars()).collect();
        let (statement, binds): (Statement, usize) = Cursor::read(&padded, variables, |cursor| {
            let statement = registry::statement(cursor)?;
            Ok((statement, cursor.binds()))
        })?;
        if binds > 0 {
            return Err(Error::unsupported("bind variables in statements chained by ->>"));
        }
        last = statement.kind();
        statements.push(own.trim().trim_end_matches(';').to_string());
    }
    Ok(Some(Flow { statements, last }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_cut_at_its_operators_and_nowhere_else() {
        let cut = |text: &str| read(text, &()).unwrap().map(|flow| flow.statements);
        assert_eq!(
            cut("SHOW TABLES ->> SELECT * FROM $1\n->>SELECT 1 FROM $2;"),
            Some(vec![
                "SHOW TABLES".to_string(),
                "SELECT * FROM $1".to_string(),
                "SELECT 1 FROM $2".to_string()
            ])
        );
        assert_eq!(cut("SELECT '->>' -- ->>\n, \"a->>b\" FROM t"), None);
        assert_eq!(cut("BEGIN SELECT 1 ->> SELECT 2 FROM $1; END"), None);
        let error = read("SELECT 1\n ->> SELEKT 2", &()).unwrap_err();
        assert!(error.message().contains("line 2 at position 5"), "{error}");
        assert_eq!(
            (is_reference("$12"), is_reference("$0"), is_reference("$A")),
            (Some(12), None, None)
        );
    }
}

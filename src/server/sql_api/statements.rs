//! What statements may be in a request, and how several of one request fail.
//! <https://docs.snowflake.com/en/developer-guide/sql-api/intro>

use serde_json::{Map, Value};

use crate::error::{Error, Result};
use crate::sql::ScriptStatement;
use crate::sql::statement::{Statement, StatementKind, TableKind};

/// So much of a failed statement stands in the message, in characters.
const SHOWN: usize = 30;

/// Fails for a statement that this protocol does not have, or, when it is `alone` in its request, for one whose effect
/// would end with the request.
///
/// # Errors
/// A refusal.
pub fn check(statement: &Statement, alone: bool) -> Result<()> {
    use StatementKind as K;
    let kind = statement.kind();
    if matches!(kind, K::Put | K::Get) {
        let word = if kind == K::Put { "PUT" } else { "GET" };
        return Err(Error::unsupported(format_args!("{word} in the SQL API")));
    }
    let of_session = match statement {
        Statement::CreateTable(create) if create.kind == TableKind::Temporary => {
            Some("CREATE TEMPORARY TABLE")
        }
        Statement::CreateStage(create) if create.temporary => Some("CREATE TEMPORARY STAGE"),
        _ => match kind {
            K::Begin => Some("BEGIN"),
            K::Commit => Some("COMMIT"),
            K::Rollback => Some("ROLLBACK"),
            K::Use(_) => Some("USE"),
            K::AlterSession => Some("ALTER SESSION"),
            K::Set => Some("SET"),
            K::Unset => Some("UNSET"),
            _ => None,
        },
    };
    match of_session.filter(|_| alone) {
        Some(word) => Err(Error::unsupported(format_args!(
            "{word} as the only statement of a request to the SQL API"
        ))),
        None => Ok(()),
    }
}

/// Fails when there are values of placeholders, which several statements of one request cannot have.
///
/// # Errors
/// A refusal.
pub fn check_binds(bindings: &Map<String, Value>) -> Result<()> {
    match bindings.is_empty() {
        true => Ok(()),
        false => Err(Error::unsupported(
            "bind variables in a request of several statements to the SQL API",
        )),
    }
}

/// The error of a request of several statements, of which one failed: 100132, which tells which. One that was cancelled
/// or ran out of time is the request's own end.
pub fn child_failed(piece: &ScriptStatement, error: Error) -> Error {
    if matches!(error.code(), 604 | 630) {
        return error;
    }
    let mut shown: String = piece.text.chars().take(SHOWN).collect();
    if shown.len() < piece.text.len() {
        shown.push_str("...");
    }
    let message = format!(
        "JavaScript execution error: Uncaught Execution of multiple statements failed on statement \"{shown}\" (at line \
         {}, position {}).\n{} in SYSTEM$MULTISTMT at '    throw `Execution of multiple statements failed on statement \
         {{0}} (at line {{1}}, position {{2}}).`.replace('{{1}}', LINES[i])' position 4\nstackstrace: \n\
         SYSTEM$MULTISTMT line: 10",
        piece.line,
        piece.column.saturating_sub(1),
        error.message(),
    );
    Error::new(100_132, "P0000", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql;

    #[test]
    fn statements_of_a_session_need_others_beside_them() {
        for text in [
            "BEGIN",
            "COMMIT",
            "ROLLBACK",
            "USE ROLE r",
            "USE d.s",
            "ALTER SESSION SET QUERY_TAG = 'x'",
            "SET a = 1",
            "UNSET a",
            "CREATE TEMPORARY TABLE t (n INT)",
            "CREATE TEMPORARY STAGE s",
        ] {
            let statement = sql::parse(text).unwrap();
            assert_eq!(check(&statement, true).unwrap_err().sqlstate(), "0A000", "{text}");
            assert!(check(&statement, false).is_ok(), "{text}");
        }
        for text in [
            "SELECT 1",
            "CREATE TABLE t (n INT)",
            "CREATE STAGE s",
            "SHOW TABLES",
        ] {
            assert!(check(&sql::parse(text).unwrap(), true).is_ok(), "{text}");
        }
    }

    #[test]
    fn files_are_not_moved() {
        for text in ["PUT file:///tmp/x @s", "GET @s file:///tmp/"] {
            let statement = sql::parse(text).unwrap();
            for alone in [true, false] {
                assert!(check(&statement, alone).is_err(), "{text}");
            }
        }
    }

    #[test]
    fn a_failure_among_several_statements_tells_which() {
        let script = "create or replace table table1 (i int); insert into table1 (i) values (1); \
                      insert into table1 (i) values ('This is not a valid integer.'); select 1";
        let pieces = sql::split(script);
        let error = child_failed(&pieces[2], Error::not_numeric("x"));
        assert_eq!((error.code(), error.sqlstate()), (100_132, "P0000"));
        let start = "JavaScript execution error: Uncaught Execution of multiple statements failed on statement \"insert \
                     into table1 (i) values ...\" (at line 1, position 75).\n";
        assert!(error.message().starts_with(start), "{}", error.message());
        assert_eq!(child_failed(&pieces[3], Error::cancelled()), Error::cancelled());
    }
}

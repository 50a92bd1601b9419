//! [`ParsedStatements`]: short queries and changes of rows that were read before.
//!
//! Clients, tasks and loops of procedures send the same few texts over and over, and reading one takes a good part of
//! the time that a small statement takes. What was read depends on the text and two parameters, unless it has asked for
//! a variable's or a bind's value. Nothing is kept of statements that may hold secrets.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::error::Result;
use crate::sql::{self, Parsed, Statement, Variables};
use crate::types::SnowType;

/// The longest text that is kept, in bytes.
const LONGEST: usize = 1 << 10;
/// The most texts that are kept. With one more, keeping begins anew.
const MOST: usize = 256;

/// What an account's sessions have read.
#[derive(Debug, Default)]
pub(super) struct ParsedStatements(Mutex<HashMap<String, Arc<Kept>>>);

#[derive(Debug)]
struct Kept {
    parameters: (bool, SnowType),
    parsed: Parsed,
}

impl ParsedStatements {
    /// Reads one statement, or remembers it.
    ///
    /// # Errors
    /// Those of [`sql::parse_bound`].
    pub(super) fn parse(&self, text: &str, variables: &dyn Variables) -> Result<Parsed> {
        let parameters = (variables.fold_quoted(), variables.timestamp());
        let known = self.0.lock().get(text).cloned();
        if let Some(known) = known.filter(|known| known.parameters == parameters) {
            return Ok(known.parsed.clone());
        }
        let watched = Watched {
            variables,
            asked: Cell::new(false),
        };
        let parsed = sql::parse_bound(text, &watched)?;
        if text.len() <= LONGEST && !watched.asked.get() && is_kept(&parsed.statement) {
            let kept = Kept {
                parameters,
                parsed: parsed.clone(),
            };
            let mut all = self.0.lock();
            if all.len() >= MOST {
                all.clear();
            }
            all.insert(text.to_owned(), Arc::new(kept));
        }
        Ok(parsed)
    }
}

fn is_kept(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::Query(_)
            | Statement::Insert(_)
            | Statement::Update(_)
            | Statement::Delete(_)
            | Statement::Merge(_)
    )
}

/// Variables, and whether a value of one was asked for.
struct Watched<'a> {
    variables: &'a dyn Variables,
    asked: Cell<bool>,
}

impl Variables for Watched<'_> {
    fn are_known(&self) -> bool {
        self.variables.are_known()
    }

    fn literal(&self, name: &str) -> Option<String> {
        self.asked.set(true);
        self.variables.literal(name)
    }

    fn are_known_in_names(&self) -> bool {
        self.variables.are_known_in_names()
    }

    fn fold_quoted(&self) -> bool {
        self.variables.fold_quoted()
    }

    fn timestamp(&self) -> SnowType {
        self.variables.timestamp()
    }

    fn binds_stay(&self) -> bool {
        self.variables.binds_stay()
    }

    fn bind(&self, name: &str) -> Option<String> {
        self.asked.set(true);
        self.variables.bind(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A session whose variable T names a table, or with other parameters.
    struct Session(&'static str, bool);

    impl Variables for Session {
        fn are_known(&self) -> bool {
            false
        }

        fn are_known_in_names(&self) -> bool {
            true
        }

        fn literal(&self, _: &str) -> Option<String> {
            Some(format!("'{}'", self.0))
        }

        fn fold_quoted(&self) -> bool {
            self.1
        }
    }

    fn same(text: &str, sessions: [Session; 2]) {
        let statements = ParsedStatements::default();
        for session in sessions.iter().chain(&sessions) {
            let parsed = statements.parse(text, session).unwrap();
            assert_eq!(parsed, sql::parse_bound(text, session).unwrap(), "{text}");
        }
    }

    #[test]
    fn what_is_remembered_is_what_would_be_read() {
        same("SELECT 1", [Session("A", false), Session("B", false)]);
        same(
            "SELECT * FROM IDENTIFIER($T)",
            [Session("A", false), Session("B", false)],
        );
        same("SELECT \"a\" FROM T", [Session("A", false), Session("A", true)]);
    }

    #[test]
    fn little_is_kept() {
        let statements = ParsedStatements::default();
        let session = Session("A", false);
        let long = format!("SELECT '{}'", "x".repeat(LONGEST));
        for text in [
            "CREATE STAGE S CREDENTIALS = (AWS_KEY_ID = 'k' AWS_SECRET_KEY = 's')",
            long.as_str(),
        ] {
            statements.parse(text, &session).unwrap();
            assert!(statements.0.lock().is_empty(), "{text}");
        }
        for number in 0..=MOST {
            statements.parse(&format!("SELECT {number}"), &session).unwrap();
        }
        assert_eq!(statements.0.lock().len(), 1);
    }
}

//! Every function that Snowflake's reference lists (<https://docs.snowflake.com/en/sql-reference/functions-all>), and
//! whether it is here.
//!
//! The list is data: `list.tsv`, a function a line, its columns separated by tabs: the name as SQL writes it, the family as
//! the reference groups it, and `done` or `refused`. Behind `refused` stands why; behind `done` stands a statement that
//! uses the function, where it is no entry of a table of [`registry`](super::registry) but a form of SQL, a table function
//! or one that the planner or the engine answers. A function that is called and refused here is refused by its name, one
//! that stands nowhere is unknown.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::error::Error;

/// One function of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// As SQL writes it: `ABS`, `LIKE ANY`, `SNOWFLAKE.CORTEX.COMPLETE`.
    pub name: &'static str,
    /// As the reference groups it.
    pub family: &'static str,
    /// Whether it is here.
    pub state: State,
}

/// Whether a function is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is in the registry.
    Registered,
    /// This statement runs.
    Statement(&'static str),
    /// It is not here, for this reason.
    Refused(&'static str),
}

static LIST: LazyLock<Vec<Entry>> =
    LazyLock::new(|| include_str!("list.tsv").lines().filter_map(entry).collect());

static REFUSED: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let refused = LIST.iter().filter_map(|entry| match entry.state {
        State::Refused(reason) => Some((entry.name, reason)),
        _ => None,
    });
    refused.collect()
});

fn entry(line: &'static str) -> Option<Entry> {
    let mut columns = line.splitn(4, '\t');
    let (name, family, state) = (columns.next()?, columns.next()?, columns.next()?);
    let note = columns.next().unwrap_or_default();
    let state = match (state, note) {
        ("done", "") => State::Registered,
        ("done", statement) => State::Statement(statement),
        ("refused", reason) => State::Refused(reason),
        _ => return None,
    };
    Some(Entry { name, family, state })
}

/// The functions in the order of the list: by family, and by name in it.
pub fn entries() -> &'static [Entry] {
    &LIST
}

/// 000002 for a function that is Snowflake's and not here; `None` for any other name.
pub fn refusal(name: &str) -> Option<Error> {
    let reason = REFUSED.get(name)?;
    Some(Error::unsupported(format!("function {name}")).with_hint(*reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_an_entry_and_no_name_comes_twice() {
        let lines = include_str!("list.tsv").lines().count();
        assert_eq!(entries().len(), lines);
        let mut names: Vec<&str> = entries().iter().map(|entry| entry.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), lines);
        assert!(entries().is_sorted_by_key(|entry| (entry.family, entry.name)));
        for entry in entries() {
            assert!(
                entry.state != State::Refused(""),
                "{} is refused without a reason",
                entry.name
            );
        }
    }

    #[test]
    fn what_is_refused_says_its_name() {
        let error = refusal("ST_AREA").unwrap();
        assert_eq!((error.code(), error.sqlstate()), (2, "0A000"));
        assert!(error.message().contains("ST_AREA"));
        assert!(refusal("ABS").is_none());
        assert!(refusal("NO_SUCH").is_none());
    }
}

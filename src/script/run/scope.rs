//! Names in scope, innermost block first
//! (<https://docs.snowflake.com/en/developer-guide/snowflake-scripting/variables>).

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Place;
use crate::script::host::{JobId, Outcome};
use crate::script::tree::{CursorSource, NestedProcedure};
use crate::script::value::Value;

/// An exception that a block declared. Two of one name are two.
#[derive(Debug)]
pub(super) struct Exception {
    pub(super) name: String,
    pub(super) code: i32,
    pub(super) message: String,
}

/// What a RESULTSET points to.
#[derive(Debug, Clone)]
pub(super) enum ResultSet {
    /// Nothing yet.
    Unset,
    /// The rows of a statement that ended.
    Ready(Arc<Outcome>),
    /// A child job that was not awaited, and where its statement stands.
    Running(JobId, Place),
}

/// A cursor's query, and the rows when it is open.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    pub(super) source: CursorSource,
    pub(super) open: Option<OpenCursor>,
}

/// The rows of an open cursor, and the row that FETCH gives next.
#[derive(Debug, Clone)]
pub(super) struct OpenCursor {
    pub(super) rows: Arc<Outcome>,
    pub(super) next: usize,
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    Variable(Value),
    Cursor(Cursor),
    ResultSet(ResultSet),
    Exception(Arc<Exception>),
    /// The current row of a loop.
    Row(Arc<Outcome>, usize),
    /// A nested procedure, and how many scopes it sees.
    Procedure(Arc<NestedProcedure>, usize),
}

/// The names that one block or loop declares.
pub(super) type Scope = HashMap<String, Entry>;

/// All scopes, the outermost first.
#[derive(Debug, Default)]
pub(super) struct Scopes(Vec<Scope>);

impl Scopes {
    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    pub(super) fn push(&mut self) {
        self.0.push(Scope::new());
    }

    /// Forgets all but so many.
    pub(super) fn truncate(&mut self, depth: usize) {
        self.0.truncate(depth);
    }

    /// Takes away all but so many, to be put back.
    pub(super) fn hide(&mut self, depth: usize) -> Vec<Scope> {
        match depth < self.0.len() {
            true => self.0.split_off(depth),
            false => Vec::new(),
        }
    }

    /// Puts back what was taken away.
    pub(super) fn restore(&mut self, hidden: Vec<Scope>) {
        self.0.extend(hidden);
    }

    /// Declares a name in the innermost scope.
    pub(super) fn declare(&mut self, name: &str, entry: Entry) {
        if let Some(scope) = self.0.last_mut() {
            scope.insert(name.to_string(), entry);
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Entry> {
        self.0.iter().rev().find_map(|scope| scope.get(name))
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Entry> {
        self.0.iter_mut().rev().find_map(|scope| scope.get_mut(name))
    }

    /// The names of RESULTSETs whose child jobs were not awaited.
    pub(super) fn running(&self) -> Vec<String> {
        let entries = self.0.iter().flatten();
        let running = entries.filter(|(_, entry)| matches!(entry, Entry::ResultSet(ResultSet::Running(..))));
        let mut names: Vec<String> = running.map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }

    /// A variable's value.
    pub(super) fn variable(&self, name: &str) -> Option<&Value> {
        match self.get(name)? {
            Entry::Variable(value) => Some(value),
            _ => None,
        }
    }

    /// The value of a column of a loop's row.
    pub(super) fn column(&self, row: &str, column: &str) -> Option<Value> {
        let Entry::Row(rows, at) = self.get(row)? else {
            return None;
        };
        let fields = rows.schema.fields();
        let index = fields
            .iter()
            .position(|field| field.name() == column)
            .or_else(|| {
                fields
                    .iter()
                    .position(|field| field.name().eq_ignore_ascii_case(column))
            })?;
        rows.cell(*at, index)
    }
}

//! Cursors (<https://docs.snowflake.com/en/developer-guide/snowflake-scripting/cursors>).

use std::sync::Arc;

use super::Interpreter;
use super::exception::Stop;
use super::scope::{Cursor, Entry, OpenCursor};
use crate::error::{Error, Place};
use crate::script::host::Outcome;
use crate::script::tree::{CursorSource, Expression};
use crate::script::value::{Bindings, Value};

type Walked<T> = std::result::Result<T, Stop>;

impl Interpreter<'_> {
    fn cursor(&mut self, name: &str, place: Place) -> Walked<&mut Cursor> {
        match self.scopes.get_mut(name) {
            Some(Entry::Cursor(cursor)) => Ok(cursor),
            _ => Err(Stop::expression(Error::invalid_identifier(name), place)),
        }
    }

    fn opened(&mut self, name: &str, place: Place) -> Walked<&mut OpenCursor> {
        let cursor = self.cursor(name, place)?;
        match &mut cursor.open {
            Some(open) => Ok(open),
            None => Err(Stop::statement(Error::cursor_not_open(name), place)),
        }
    }

    /// OPEN: runs the query, unless the cursor is of a RESULTSET.
    pub(super) async fn open(&mut self, name: &str, using: &[Expression], place: Place) -> Walked<()> {
        let cursor = self.cursor(name, place)?;
        if cursor.open.is_some() {
            return Err(Stop::statement(Error::cursor_open(name), place));
        }
        let rows = match cursor.source.clone() {
            CursorSource::ResultSet(result_set) => self.result_set(&result_set, place)?,
            CursorSource::Query(child) => {
                let mut values = Bindings::new();
                for (index, expression) in using.iter().enumerate() {
                    values.insert((index + 1).to_string(), self.evaluate(expression).await?);
                }
                Arc::new(self.outcome_with(&child, values).await?)
            }
        };
        self.cursor(name, place)?.open = Some(OpenCursor { rows, next: 0 });
        Ok(())
    }

    pub(super) fn close(&mut self, name: &str, place: Place) -> Walked<()> {
        self.opened(name, place)?;
        self.cursor(name, place)?.open = None;
        Ok(())
    }

    /// The next row of an open cursor.
    pub(super) fn advance(&mut self, name: &str, place: Place) -> Walked<Option<(Arc<Outcome>, usize)>> {
        let open = self.opened(name, place)?;
        if open.next >= open.rows.row_count() {
            return Ok(None);
        }
        let row = open.next;
        open.next += 1;
        Ok(Some((Arc::clone(&open.rows), row)))
    }

    /// FETCH: behind the last row, all variables become NULL.
    pub(super) fn fetch(&mut self, name: &str, into: &[String], place: Place) -> Walked<()> {
        let row = self.advance(name, place)?;
        for (column, variable) in into.iter().enumerate() {
            let value = match &row {
                Some((rows, row)) => rows.cell(*row, column),
                None => self
                    .scopes
                    .variable(variable)
                    .map(|held| Value::null(held.data_type)),
            };
            // There may be more variables than columns.
            if let Some(value) = value {
                self.assign(variable, &value, place)?;
            }
        }
        Ok(())
    }

    /// All rows of an open cursor, whatever was fetched.
    pub(super) fn cursor_rows(&mut self, name: &str, place: Place) -> Walked<Arc<Outcome>> {
        self.opened(name, place).map(|open| Arc::clone(&open.rows))
    }

    /// Opens a cursor for a loop, if it is not open; answers whether it did.
    pub(super) async fn open_for_loop(&mut self, name: &str, place: Place) -> Walked<bool> {
        if self.cursor(name, place)?.open.is_some() {
            return Ok(false);
        }
        self.open(name, &[], place).await?;
        Ok(true)
    }

    /// Closes what [`open_for_loop`](Self::open_for_loop) opened, unless the loop did.
    pub(super) fn close_after_loop(&mut self, name: &str) {
        if let Some(Entry::Cursor(cursor)) = self.scopes.get_mut(name) {
            cursor.open = None;
        }
    }
}

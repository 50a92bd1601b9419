//! Searches the rows of a partition for a pattern.
//!
//! Whether a symbol is assigned to a row does not depend on the match, so a place in the program at a row that has once
//! led to no match never does. Each is tried once at most, which keeps backtracking within the size of the program times
//! the number of rows.

use super::pattern::{Instruction, Pattern};
use crate::error::{Error, Result};

/// The most places at rows that are kept track of, one bit each.
const MOST_PLACES: usize = 1 << 31;

/// Where to go on after a match.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Skip {
    /// PAST LAST ROW
    PastLast,
    /// TO NEXT ROW
    ToNext,
    /// TO FIRST symbol, by its place in [`Pattern::symbols`]
    ToFirst(usize),
    /// TO LAST symbol
    ToLast(usize),
}

/// A row of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched {
    /// The row's number in its partition.
    pub row: usize,
    /// Its symbol.
    pub symbol: usize,
    /// Whether it is left out of the output.
    pub excluded: bool,
}

/// What was found in a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where the search for it began.
    pub start: usize,
    /// Its rows; none for an empty match.
    pub rows: Vec<Matched>,
}

/// All matches in so many rows. `assigned` tells whether a symbol is assigned to a row.
///
/// # Errors
/// When there is no row of the symbol to go on at, or it is the match's first one; when the partition is too large.
pub fn all(
    pattern: &Pattern,
    skip: &Skip,
    rows: usize,
    assigned: impl Fn(usize, usize) -> bool,
) -> Result<Vec<Found>> {
    let mut search = Search::new(pattern, rows, assigned)?;
    let mut found = Vec::new();
    let mut start = 0;
    while start < rows {
        let Some(matched) = search.at(start) else {
            start += 1;
            continue;
        };
        let next = match matched.last() {
            None => start + 1,
            Some(last) => match skip {
                Skip::PastLast => last.row + 1,
                Skip::ToNext => start + 1,
                Skip::ToFirst(symbol) => target(matched.iter(), *symbol, start, pattern)?,
                Skip::ToLast(symbol) => target(matched.iter().rev(), *symbol, start, pattern)?,
            },
        };
        found.push(Found { start, rows: matched });
        start = next;
    }
    Ok(found)
}

/// The first of the rows that has a symbol.
fn target<'a>(
    mut rows: impl Iterator<Item = &'a Matched>,
    symbol: usize,
    start: usize,
    pattern: &Pattern,
) -> Result<usize> {
    let name = pattern.symbols.get(symbol).map_or("", String::as_str);
    let place = "AFTER MATCH SKIP TO";
    match rows.find(|matched| matched.symbol == symbol) {
        None => Err(failed(format!(
            "{place} {name}: no row of the match has the symbol"
        ))),
        Some(matched) if matched.row == start => Err(failed(format!(
            "{place} {name} leads to the first row of the match"
        ))),
        Some(matched) => Ok(matched.row),
    }
}

fn failed(what: String) -> Error {
    Error::new(100_351, "22000", what)
}

struct Search<'a, F> {
    pattern: &'a Pattern,
    rows: usize,
    assigned: F,
    /// A bit for each place of the program at each row, the end included: whether it was tried.
    tried: Vec<u64>,
    /// The words of `tried` that are not 0.
    touched: Vec<usize>,
}

impl<'a, F: Fn(usize, usize) -> bool> Search<'a, F> {
    fn new(pattern: &'a Pattern, rows: usize, assigned: F) -> Result<Self> {
        let places = pattern
            .program
            .len()
            .checked_mul(rows + 1)
            .filter(|places| *places <= MOST_PLACES);
        let places = places.ok_or_else(|| Error::unsupported("MATCH_RECOGNIZE over so large a partition"))?;
        Ok(Self {
            pattern,
            rows,
            assigned,
            tried: vec![0; places.div_ceil(64)],
            touched: Vec::new(),
        })
    }

    /// Whether a place was not tried before.
    fn is_new(&mut self, step: usize, row: usize) -> bool {
        let place = step * (self.rows + 1) + row;
        let Some(word) = self.tried.get_mut(place / 64) else {
            return false;
        };
        let bit = 1_u64 << (place % 64);
        if *word & bit != 0 {
            return false;
        }
        if *word == 0 {
            self.touched.push(place / 64);
        }
        *word |= bit;
        true
    }

    /// The match that begins at a row.
    fn at(&mut self, start: usize) -> Option<Vec<Matched>> {
        let mut rows: Vec<Matched> = Vec::new();
        // The ways that are left: a step, a row, and how many rows were matched before.
        let mut ways = vec![(0, start, 0)];
        while let Some((mut step, mut row, matched)) = ways.pop() {
            rows.truncate(matched);
            while self.is_new(step, row) {
                step = match self.pattern.program.get(step) {
                    Some(Instruction::Row { symbol, excluded }) => {
                        if row == self.rows || !(self.assigned)(*symbol, row) {
                            break;
                        }
                        rows.push(Matched {
                            row,
                            symbol: *symbol,
                            excluded: *excluded,
                        });
                        row += 1;
                        step + 1
                    }
                    Some(Instruction::Split(first, second)) => {
                        ways.push((*second, row, rows.len()));
                        *first
                    }
                    Some(Instruction::Jump(to)) => *to,
                    Some(Instruction::Start) if row == 0 => step + 1,
                    Some(Instruction::End) if row == self.rows => step + 1,
                    Some(Instruction::Start | Instruction::End) => break,
                    Some(Instruction::Match) | None => {
                        // What led here may lead here again.
                        for word in self.touched.drain(..) {
                            if let Some(word) = self.tried.get_mut(word) {
                                *word = 0;
                            }
                        }
                        return Some(rows);
                    }
                };
            }
        }
        None
    }
}

//! Text to [`Block`]: one file per part of the grammar.
//!
//! [`reader`] walks the text, [`declaration`] reads what DECLARE and LET hold, [`step`] the statements, and [`child`]
//! expressions and SQL statements, whose syntax is checked here so that CREATE PROCEDURE finds a mistake.

mod child;
mod declaration;
mod reader;
mod step;
#[cfg(test)]
mod tests;

use super::tree::{Block, Handler};
use crate::error::{Error, Place, Result};
use reader::Reader;

/// How deep blocks, branches and loops may nest.
const MAX_DEPTH: usize = 60;

/// Reads a block, `DECLARE … BEGIN … END` with a final `;` or without.
///
/// # Errors
/// 001003 at the place where the text does not fit, and the errors of its expressions.
pub fn parse(text: &str) -> Result<Block> {
    let mut parser = Parser {
        reader: Reader::new(text),
        depth: 0,
        at: Place { line: 1, position: 0 },
    };
    let block = parser.block()?;
    parser.reader.take_marks(";");
    match parser.reader.at_end() {
        true => Ok(block),
        false => parser.reader.unexpected(),
    }
}

/// Finds a syntax error of a statement that begins at a place of a larger text: errors tell the place in that.
///
/// # Errors
/// 001003 at the place where the text does not fit.
pub fn check_statement(text: &str, place: Place) -> Result<()> {
    child::check_syntax(reader::Piece { text, place })
}

/// A parser of blocks.
struct Parser<'a> {
    reader: Reader<'a>,
    depth: usize,
    /// Where the statement or declaration starts that is being read: the place that failures of SQL in it tell.
    at: Place,
}

impl Parser<'_> {
    /// One level deeper, for as long as `parse` takes.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            let place = self.reader.place();
            return Err(Error::compilation("a Snowflake Scripting block nests too deep")
                .at(place.line, place.position));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// A block, at DECLARE or BEGIN, up to its END; a label behind that is taken too.
    fn block(&mut self) -> Result<Block> {
        self.nested(|parser| {
            let mut declarations = Vec::new();
            if parser.reader.take("DECLARE") {
                while !parser.reader.sees("BEGIN") {
                    parser.at = parser.reader.place();
                    declarations.push(parser.declaration()?);
                    parser.reader.expect_marks(";")?;
                }
            }
            parser.reader.expect("BEGIN")?;
            let steps = parser.steps(&["END", "EXCEPTION"])?;
            let mut handlers = Vec::new();
            if parser.reader.take("EXCEPTION") {
                while parser.reader.take("WHEN") {
                    handlers.push(parser.handler()?);
                }
                if handlers.is_empty() {
                    return parser.reader.unexpected();
                }
            }
            parser.reader.expect("END")?;
            Ok(Block {
                declarations,
                steps,
                handlers: handlers.into(),
            })
        })
    }

    /// A handler, after WHEN.
    fn handler(&mut self) -> Result<Handler> {
        let mut exceptions = vec![self.reader.name()?];
        while self.reader.take("OR") {
            exceptions.push(self.reader.name()?);
        }
        if exceptions == ["OTHER"] {
            exceptions.clear();
        }
        let continues = self.reader.take("CONTINUE");
        if !continues {
            self.reader.take("EXIT");
        }
        self.reader.expect("THEN")?;
        let steps = self.steps(&["WHEN", "END"])?;
        Ok(Handler {
            exceptions,
            continues,
            steps,
        })
    }
}

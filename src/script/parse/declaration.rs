//! What DECLARE and LET declare (<https://docs.snowflake.com/en/sql-reference/snowflake-scripting/declare>,
//! <https://docs.snowflake.com/en/sql-reference/snowflake-scripting/let>).

use std::sync::Arc;

use super::Parser;
use crate::error::{Error, Result};
use crate::script::tree::{CursorSource, Declaration, DeclarationKind, NestedProcedure};
use crate::types::SnowType;

/// The numbers that exceptions may have; the last one is the default.
const NUMBERS: std::ops::RangeInclusive<i32> = -20_999..=-20_000;

impl Parser<'_> {
    /// One declaration, without the `;` behind it.
    pub(super) fn declaration(&mut self) -> Result<Declaration> {
        let place = self.at;
        let name = self.reader.name()?;
        let kind = if self.reader.take("CURSOR FOR") {
            DeclarationKind::Cursor(self.cursor_source()?)
        } else if self.reader.take("RESULTSET") {
            let query = match self.takes_value() {
                true => Some(self.child_in_brackets()?),
                false => None,
            };
            DeclarationKind::ResultSet(query)
        } else if self.reader.take("EXCEPTION") {
            self.exception()?
        } else if self.reader.sees("PROCEDURE") {
            self.reader.expect("PROCEDURE")?;
            DeclarationKind::Procedure(Arc::new(self.nested_procedure()?))
        } else {
            let data_type = self.optional_type()?;
            let value = match self.takes_value() {
                true => Some(self.source()?),
                false => None,
            };
            if data_type.is_none() && value.is_none() {
                return self.reader.unexpected();
            }
            DeclarationKind::Variable { data_type, value }
        };
        Ok(Declaration { name, place, kind })
    }

    fn takes_value(&mut self) -> bool {
        self.reader.take("DEFAULT") || self.reader.take_marks(":=")
    }

    /// A variable's type, up to its value or the end.
    fn optional_type(&mut self) -> Result<Option<SnowType>> {
        if self.reader.sees("DEFAULT") || self.reader.sees_marks(":=") || self.reader.sees_marks(";") {
            return Ok(None);
        }
        self.data_type(&["DEFAULT", ":=", ";"]).map(Some)
    }

    /// A type, which ends before one of these.
    fn data_type(&mut self, ends: &[&str]) -> Result<SnowType> {
        let piece = self.reader.until(ends)?;
        crate::sql::parse_type(&super::child::padded(piece))
    }

    fn cursor_source(&mut self) -> Result<CursorSource> {
        if self.reader.name_is_followed_by(";") {
            return self.reader.name().map(CursorSource::ResultSet);
        }
        self.child().map(CursorSource::Query)
    }

    fn exception(&mut self) -> Result<DeclarationKind> {
        let (mut code, mut message) = (*NUMBERS.end(), String::new());
        if self.reader.take_marks("(") {
            let place = self.reader.place();
            code = self.reader.integer()?;
            if !NUMBERS.contains(&code) {
                let text = format!("Exception number {code} is not between -20999 and -20000");
                return Err(Error::compilation(text).at(place.line, place.position));
            }
            if self.reader.take_marks(",") {
                message = self.reader.string()?;
            }
            self.reader.expect_marks(")")?;
        }
        Ok(DeclarationKind::Exception { code, message })
    }

    /// A nested procedure, after PROCEDURE.
    fn nested_procedure(&mut self) -> Result<NestedProcedure> {
        self.reader.expect_marks("(")?;
        let mut arguments = Vec::new();
        while !self.reader.sees_marks(")") {
            let name = self.reader.name()?;
            if self.reader.sees_one_of(&["OUT", "OUTPUT"]) {
                return Err(Error::unsupported("output arguments of nested procedures"));
            }
            let _ = self.reader.take("IN") || self.reader.take("INPUT");
            arguments.push((name, self.data_type(&[",", ")"])?));
            if !self.reader.take_marks(",") {
                break;
            }
        }
        self.reader.expect_marks(")")?;
        self.reader.expect("RETURNS")?;
        let returns = if self.reader.take("TABLE") {
            self.reader.bracketed()?;
            None
        } else {
            Some(self.data_type(&["AS", "LANGUAGE"])?)
        };
        if self.reader.take("LANGUAGE") {
            self.reader.expect("SQL")?;
        }
        self.reader.expect("AS")?;
        let body = self.block()?;
        Ok(NestedProcedure {
            arguments,
            returns,
            body,
        })
    }
}

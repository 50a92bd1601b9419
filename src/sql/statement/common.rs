//! What several CREATE commands share: their heading, cloning, and points in time.

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::tag::TagValue;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::QualifiedName;

/// The words between CREATE and the kind of object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Modifiers {
    pub(crate) or_replace: bool,
    pub(crate) or_alter: bool,
    pub(crate) transient: bool,
    pub(crate) temporary: bool,
    pub(crate) secure: bool,
    pub(crate) recursive: bool,
}

impl Modifiers {
    /// Fails for a modifier that the command does not take.
    pub(crate) fn allow(self, command: &str, allowed: Modifiers) -> Result<()> {
        let refused = [
            (self.transient && !allowed.transient, "TRANSIENT"),
            (self.temporary && !allowed.temporary, "TEMPORARY"),
            (self.secure && !allowed.secure, "SECURE"),
            (self.recursive && !allowed.recursive, "RECURSIVE"),
        ];
        match refused.iter().find(|(present, _)| *present) {
            Some((_, word)) => Err(Error::unsupported(format_args!("CREATE {word} {command}"))),
            None => Ok(()),
        }
    }

    /// No modifier but OR REPLACE and OR ALTER.
    pub(crate) fn none() -> Self {
        Self::default()
    }
}

/// How every CREATE starts: `CREATE [OR REPLACE] … [IF NOT EXISTS] name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateHeader {
    /// OR REPLACE: an object of the name is dropped first.
    pub or_replace: bool,
    /// OR ALTER: an object of the name becomes what the statement says.
    pub or_alter: bool,
    /// IF NOT EXISTS: an object of the name is left as it is.
    pub if_not_exists: bool,
    /// The name.
    pub name: QualifiedName,
    /// WITH TAG: the tags of the new object.
    pub tags: Vec<TagValue>,
}

/// A point in a table's past (<https://docs.snowflake.com/en/sql-reference/constructs/at-before>).
#[derive(Debug, Clone, PartialEq)]
pub struct TimeTravel {
    /// BEFORE: the change at the point itself is left out. Otherwise AT.
    pub before: bool,
    /// The point.
    pub point: TravelPoint,
}

/// How a point in the past is given.
#[derive(Debug, Clone, PartialEq)]
pub enum TravelPoint {
    /// `TIMESTAMP => …`: an instant.
    Timestamp(Expr),
    /// `OFFSET => …`: seconds from now, negative.
    Offset(Expr),
    /// `STATEMENT => …`: the id of a statement.
    Statement(Expr),
    /// `STREAM => …`: the offset of a stream.
    Stream(Expr),
}

/// The source of CLONE (<https://docs.snowflake.com/en/sql-reference/sql/create-clone>).
#[derive(Debug, Clone, PartialEq)]
pub struct CloneSource {
    /// The object to clone.
    pub name: QualifiedName,
    /// The point in its past, now if absent.
    pub at: Option<TimeTravel>,
}

impl Cursor<'_> {
    /// `[IF NOT EXISTS] name`, also with the name first as some commands document it.
    pub(crate) fn create_header(&mut self, modifiers: Modifiers) -> Result<CreateHeader> {
        let if_not_exists = self.take("IF NOT EXISTS");
        let name = self.name()?;
        let if_not_exists = if_not_exists || self.take("IF NOT EXISTS");
        if modifiers.or_replace && if_not_exists {
            let message = "options OR REPLACE and IF NOT EXISTS are incompatible";
            return Err(Error::new(
                2009,
                "42601",
                format!("SQL compilation error:\n{message}."),
            ));
        }
        if modifiers.or_alter && if_not_exists {
            return Err(Error::unsupported("CREATE OR ALTER … IF NOT EXISTS"));
        }
        Ok(CreateHeader {
            or_replace: modifiers.or_replace,
            or_alter: modifiers.or_alter,
            if_not_exists,
            name,
            tags: Vec::new(),
        })
    }

    /// `{AT | BEFORE} ( {TIMESTAMP | OFFSET | STATEMENT | STREAM} => value )` if it comes next.
    pub(crate) fn time_travel(&mut self) -> Result<Option<TimeTravel>> {
        let Some(word) = self.take_one_of(&["AT", "BEFORE"]) else {
            return Ok(None);
        };
        self.expect_token(&Token::LParen)?;
        let Some(kind) = self.take_one_of(&["TIMESTAMP", "OFFSET", "STATEMENT", "STREAM"]) else {
            return self.unexpected();
        };
        self.expect_token(&Token::RArrow)?;
        let value = self.expr()?;
        self.expect_token(&Token::RParen)?;
        let point = match kind {
            "TIMESTAMP" => TravelPoint::Timestamp(value),
            "OFFSET" => TravelPoint::Offset(value),
            "STATEMENT" => TravelPoint::Statement(value),
            _ => TravelPoint::Stream(value),
        };
        Ok(Some(TimeTravel {
            before: word == "BEFORE",
            point,
        }))
    }

    /// `CLONE name [AT | BEFORE (…)]` if it comes next.
    pub(crate) fn clone_source(&mut self) -> Result<Option<CloneSource>> {
        if !self.take("CLONE") {
            return Ok(None);
        }
        let name = self.name()?;
        let at = self.time_travel()?;
        if self.sees("IGNORE") || self.sees("INCLUDE") {
            let words = self.peek_word().unwrap_or_default().to_string();
            return Err(Error::unsupported(format_args!("CLONE … {words} …")));
        }
        Ok(Some(CloneSource { name, at }))
    }

    /// Refuses the governance clauses that are not there, by name, wherever they may stand.
    pub(crate) fn refuse_governance(&mut self) -> Result<()> {
        const CLAUSES: [&str; 8] = [
            "TAG",
            "AGGREGATION POLICY",
            "JOIN POLICY",
            "MASKING POLICY",
            "PROJECTION POLICY",
            "PRIVACY POLICY",
            "CONTACT",
            "STORAGE LIFECYCLE POLICY",
        ];
        let with = self.sees("WITH");
        for clause in CLAUSES {
            let there = if with {
                self.sees(&format!("WITH {clause}"))
            } else {
                self.sees(clause)
            };
            // A property of that name has an equals sign.
            if there && !self.sees_property() {
                return Err(Error::unsupported(format_args!("WITH {clause}")));
            }
        }
        Ok(())
    }
}

//! Data types as written (<https://docs.snowflake.com/en/sql-reference/intro-summary-data-types>) to [`SnowType`].

use datafusion::sql::sqlparser::ast::{DataType, ObjectNamePart};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::lex::types::TYPE_MARK;
pub(crate) use super::lex::types::shown;
use crate::error::{Error, Result};
use crate::types::{SnowType, structured};

/// Types of more than one word.
const WORDS: &[&str] = &[
    "DOUBLE PRECISION",
    "CHAR VARYING",
    "CHARACTER VARYING",
    "NCHAR VARYING",
    "TIMESTAMP WITH TIME ZONE",
    "TIMESTAMP WITH LOCAL TIME ZONE",
    "TIMESTAMP WITHOUT TIME ZONE",
];

/// The type that a CAST in a query names.
///
/// # Errors
/// 002040 for what names no type, 000002 for types that this house does not have.
pub fn snow_type(data_type: &DataType) -> Result<SnowType> {
    match written(data_type) {
        Some((text, None)) => structured::read(text),
        Some((_, Some(change))) => Err(Error::unsupported(format_args!("{} here", change.text()))),
        None => resolve(&data_type.to_string()),
    }
}

/// What a cast changes in a structured OBJECT beside the types of its values
/// (<https://docs.snowflake.com/en/sql-reference/functions/cast>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldChange {
    /// RENAME FIELDS: the keys, in their order.
    Rename,
    /// ADD FIELDS: keys that come to those that there are.
    Add,
}

impl FieldChange {
    /// Its words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Rename => "RENAME FIELDS",
            Self::Add => "ADD FIELDS",
        }
    }

    /// Reads its words.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Rename, Self::Add]
            .into_iter()
            .find(|change| change.text() == text)
    }
}

/// The text of a structured type or VECTOR among the types of the syntax tree, and what a cast to it changes beside.
pub fn written(data_type: &DataType) -> Option<(&str, Option<FieldChange>)> {
    let DataType::Custom(name, _) = data_type else {
        return None;
    };
    let [ObjectNamePart::Identifier(name)] = name.0.as_slice() else {
        return None;
    };
    let text = name.value.strip_prefix(TYPE_MARK)?;
    let change = [FieldChange::Rename, FieldChange::Add]
        .into_iter()
        .find_map(|change| Some((text.strip_suffix(change.text())?.trim_end(), Some(change))));
    Some(change.unwrap_or((text, None)))
}

fn resolve(text: &str) -> Result<SnowType> {
    structured::read(&text.to_uppercase())
}

impl Cursor<'_> {
    /// A data type: one or several words, with arguments in parentheses. TIMESTAMP is the type that the session maps it
    /// to.
    pub(crate) fn snow_type(&mut self) -> Result<SnowType> {
        let place = self.place();
        if let Token::Word(word) = self.peek()
            && let Some(text) = word.value.strip_prefix(TYPE_MARK)
        {
            let read = structured::read(text).map_err(|error| error.at(place.line, place.position));
            self.next();
            return read;
        }
        let mut text = match self.take_one_of(WORDS) {
            Some(words) => words.to_string(),
            None => match self.peek_word().map(str::to_string) {
                Some(word) => {
                    self.next();
                    word
                }
                None => return self.unexpected(),
            },
        };
        if self.take_token(&Token::LParen) {
            let arguments = self.comma_separated(|cursor| match cursor.peek().clone() {
                Token::Number(digits, _) => {
                    cursor.next();
                    Ok(digits)
                }
                // Where a structured type is no type, its words are found here.
                Token::Word(word) => {
                    cursor.next();
                    Ok(word.value)
                }
                _ => cursor.unexpected(),
            })?;
            text = format!("{text}({})", arguments.join(","));
            if !self.take_token(&Token::RParen) {
                resolve(&text)?;
                return self.unexpected();
            }
        }
        if self.take("WITH TIME ZONE") {
            text.push_str(" WITH TIME ZONE");
        }
        let found = resolve(&text).map_err(|error| error.at(place.line, place.position))?;
        let is_bare = text == "TIMESTAMP" || text.starts_with("TIMESTAMP(");
        Ok(match (found, self.timestamp()) {
            (SnowType::TimestampNtz { scale }, SnowType::TimestampLtz { .. }) if is_bare => {
                SnowType::TimestampLtz { scale }
            }
            (SnowType::TimestampNtz { scale }, SnowType::TimestampTz { .. }) if is_bare => {
                SnowType::TimestampTz { scale }
            }
            (found, _) => found,
        })
    }
}

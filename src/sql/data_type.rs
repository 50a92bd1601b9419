//! Data types as written (<https://docs.snowflake.com/en/sql-reference/intro-summary-data-types>) to [`SnowType`].

use datafusion::sql::sqlparser::ast::DataType;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use crate::error::{Error, Result};
use crate::types::SnowType;

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

/// Types that Snowflake has and this house does not.
const ABSENT: &[&str] = &[
    "DECFLOAT",
    "FILE",
    "GEOGRAPHY",
    "GEOMETRY",
    "INTERVAL",
    "MAP",
    "UUID",
    "VECTOR",
];

/// The type that a CAST in a query names.
///
/// # Errors
/// 002040 for what names no type, 000002 for types that this house does not have.
pub fn snow_type(data_type: &DataType) -> Result<SnowType> {
    resolve(&data_type.to_string())
}

fn resolve(text: &str) -> Result<SnowType> {
    let upper = text.to_uppercase();
    let plain = upper.replacen("CHARACTER VARYING", "CHAR VARYING", 1);
    if let Some(found) = SnowType::parse(&plain) {
        return Ok(found);
    }
    let word = upper
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default();
    let structured = matches!(word, "ARRAY" | "OBJECT" | "VARIANT") && word != upper;
    if structured || ABSENT.contains(&word) {
        return Err(Error::unsupported(format_args!("data type {upper}")));
    }
    Err(Error::new(
        2040,
        "42601",
        format!("SQL compilation error:\nUnsupported data type '{upper}'."),
    ))
}

impl Cursor<'_> {
    /// A data type: one or several words, with arguments in parentheses. TIMESTAMP is the type that the session maps it
    /// to.
    pub(crate) fn snow_type(&mut self) -> Result<SnowType> {
        let place = self.place();
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
                // Structured types have types here, and vectors a type and a number.
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

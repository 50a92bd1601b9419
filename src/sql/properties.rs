//! [`Properties`]: the `NAME = value` lists that most commands carry.
//!
//! One parser reads them all. A command names the properties it takes; any other is a syntax error at its place, so
//! nothing is skipped silently. Which values a property takes is for the engine to say.

use std::fmt;

use datafusion::sql::sqlparser::tokenizer::Token;

use super::cursor::Cursor;
use super::name::{Ident, QualifiedName, quote_if_needed};
use crate::error::{Error, Place, Result};

/// Properties that Snowflake documents and this house does not have: refused by name, not as a fault of syntax.
const ABSENT: &[&str] = &[
    "BASE_LOCATION",
    "CATALOG",
    "CATALOG_SYNC",
    "CLASSIFICATION_PROFILE",
    "ERROR_LOGGING",
    "EXTERNAL_VOLUME",
    "ICEBERG_DEFAULT_DDL_COLLATION",
    "REPLACE_INVALID_CHARACTERS",
    "ROW_TIMESTAMP",
    "STORAGE_SERIALIZATION_POLICY",
];

/// Properties that take NULL.
const NULLABLE: &[&str] = &["AUTO_SUSPEND", "RESOURCE_MONITOR"];

/// The value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PropertyValue {
    /// `'text'` or `$$text$$`.
    String(String),
    /// A number as written, with its sign.
    Number(String),
    /// TRUE or FALSE.
    Bool(bool),
    /// A word or a name: `CSV`, `NONE`, `db.schema.format`.
    Word(QualifiedName),
    /// `( value, value, … )`, maybe empty.
    List(Vec<PropertyValue>),
    /// `( NAME = value … )`.
    Nested(Properties),
}

impl PropertyValue {
    /// The text of a string or of a word of one part.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            Self::Word(name) if name.parts().len() == 1 => Some(name.object()),
            _ => None,
        }
    }

    /// A boolean, also written as a string.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Self::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// A whole number.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Self::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A list of texts; one text is a list of one.
    pub fn as_texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::List(items) => items.iter().map(Self::as_text).collect(),
            other => other.as_text().map(|text| vec![text]),
        }
    }

    /// The list inside parentheses; empty parentheses are an empty one.
    pub fn as_nested(&self) -> Option<Properties> {
        match self {
            Self::Nested(properties) => Some(properties.clone()),
            Self::List(items) if items.is_empty() => Some(Properties::default()),
            _ => None,
        }
    }
}

impl fmt::Display for PropertyValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => write!(f, "'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            Self::Number(text) => f.write_str(text),
            Self::Bool(value) => f.write_str(if *value { "TRUE" } else { "FALSE" }),
            Self::Word(name) => name.fmt(f),
            Self::List(items) => {
                f.write_str("(")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Self::Nested(properties) => write!(f, "({properties})"),
        }
    }
}

/// One property.
#[derive(Debug, Clone)]
pub struct Property {
    /// The name, in upper case.
    pub name: String,
    /// The value.
    pub value: PropertyValue,
    /// Where the name stands in the statement.
    pub place: Place,
}

/// Places do not make two properties differ.
impl PartialEq for Property {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.value == other.value
    }
}

impl Eq for Property {}

impl Property {
    /// The error for a value that this property does not take.
    pub fn invalid(&self) -> Error {
        Error::invalid_property(&self.name, &self.value).at(self.place.line, self.place.position)
    }
}

/// An ordered list of properties, each name at most once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties {
    items: Vec<Property>,
}

impl Properties {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// All of them, in the order written.
    pub fn iter(&self) -> impl Iterator<Item = &Property> {
        self.items.iter()
    }

    /// The property of a name (in upper case).
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.items.iter().find(|property| property.name == name)
    }

    /// The value of a name (in upper case).
    pub fn get(&self, name: &str) -> Option<&PropertyValue> {
        self.property(name).map(|property| &property.value)
    }

    /// Takes a property out.
    pub fn remove(&mut self, name: &str) -> Option<Property> {
        let index = self.items.iter().position(|property| property.name == name)?;
        Some(self.items.remove(index))
    }

    /// The text of a property; fails if it has another kind of value.
    pub fn text(&self, name: &str) -> Result<Option<&str>> {
        self.typed(name, PropertyValue::as_text)
    }

    /// The boolean of a property; fails if it has another kind of value.
    pub fn bool(&self, name: &str) -> Result<Option<bool>> {
        self.typed(name, PropertyValue::as_bool)
    }

    /// The whole number of a property; fails if it has another kind of value.
    pub fn i64(&self, name: &str) -> Result<Option<i64>> {
        self.typed(name, PropertyValue::as_i64)
    }

    /// The list of texts of a property; fails if it has another kind of value.
    pub fn texts(&self, name: &str) -> Result<Option<Vec<&str>>> {
        self.typed(name, PropertyValue::as_texts)
    }

    /// The properties inside a property; fails if it has another kind of value.
    pub fn nested(&self, name: &str) -> Result<Option<Properties>> {
        self.typed(name, PropertyValue::as_nested)
    }

    fn typed<'a, T>(
        &'a self,
        name: &str,
        read: impl Fn(&'a PropertyValue) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.property(name) {
            Some(property) => read(&property.value).map(Some).ok_or_else(|| property.invalid()),
            None => Ok(None),
        }
    }

    /// Adds a property; a name given twice is a fault of the statement.
    pub(crate) fn push(&mut self, property: Property) -> Result<()> {
        if self.property(&property.name).is_some() {
            let message = format!("SQL compilation error:\nduplicate property '{}'", property.name);
            return Err(Error::new(1013, "42601", message).at(property.place.line, property.place.position));
        }
        self.items.push(property);
        Ok(())
    }
}

impl FromIterator<(String, PropertyValue)> for Properties {
    /// Properties that were not read from a text.
    fn from_iter<T: IntoIterator<Item = (String, PropertyValue)>>(pairs: T) -> Self {
        let place = Place { line: 1, position: 0 };
        let items = pairs
            .into_iter()
            .map(|(name, value)| Property { name, value, place })
            .collect();
        Self { items }
    }
}

impl fmt::Display for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, property) in self.items.iter().enumerate() {
            let blank = if index == 0 { "" } else { " " };
            write!(
                f,
                "{blank}{} = {}",
                quote_if_needed(&property.name),
                property.value
            )?;
        }
        Ok(())
    }
}

impl Cursor<'_> {
    /// Whether `NAME =` comes next.
    pub(crate) fn sees_property(&self) -> bool {
        matches!(self.peek(), Token::Word(_)) && matches!(self.peek_nth(1), Token::Eq | Token::RArrow)
    }

    /// One `NAME = value`, whatever the name.
    pub(crate) fn property(&mut self) -> Result<Property> {
        let place = self.place();
        let name = self.any_word()?.value;
        if !self.take_token(&Token::Eq) && !self.take_token(&Token::RArrow) {
            return self.unexpected();
        }
        let value = if NULLABLE.contains(&name.as_str()) && self.take("NULL") {
            PropertyValue::Word(QualifiedName::single(Ident::quoted("NULL")))
        } else {
            self.property_value()?
        };
        Ok(Property { name, value, place })
    }

    /// A property if one comes next; its name must be among `known`.
    pub(crate) fn known_property(&mut self, known: &[&str]) -> Result<Option<Property>> {
        if !self.sees_property() {
            return Ok(None);
        }
        match self.peek_word() {
            Some(name) if known.contains(&name) => self.property().map(Some),
            Some(name) if ABSENT.contains(&name) => Err(Error::unsupported(name)),
            _ => self.unexpected(),
        }
    }

    /// All properties to come, separated by blanks or commas; every name must be among `known`.
    pub(crate) fn properties(&mut self, known: &[&str]) -> Result<Properties> {
        let mut properties = Properties::default();
        while let Some(property) = self.known_property(known)? {
            properties.push(property)?;
            let comma =
                matches!(self.peek(), Token::Comma) && matches!(self.peek_nth(2), Token::Eq | Token::RArrow);
            if comma {
                self.next();
            }
        }
        Ok(properties)
    }

    /// All properties to come, at least one, of any name: for objects whose properties the engine knows.
    pub(crate) fn any_properties(&mut self) -> Result<Properties> {
        let mut properties = Properties::default();
        while self.sees_property() {
            let property = self.property()?;
            properties.push(property)?;
            let comma =
                matches!(self.peek(), Token::Comma) && matches!(self.peek_nth(2), Token::Eq | Token::RArrow);
            if comma {
                self.next();
            }
        }
        if properties.is_empty() {
            self.unexpected()
        } else {
            Ok(properties)
        }
    }

    /// A property's value.
    pub(crate) fn property_value(&mut self) -> Result<PropertyValue> {
        if let Some(text) = self.take_string() {
            return Ok(PropertyValue::String(text));
        }
        match self.peek() {
            Token::LParen => self.property_list(),
            Token::Minus | Token::Plus | Token::Number(..) => {
                let sign = if self.take_token(&Token::Minus) { "-" } else { "" };
                self.take_token(&Token::Plus);
                match self.peek().clone() {
                    Token::Number(digits, _) => {
                        self.next();
                        Ok(PropertyValue::Number(format!("{sign}{digits}")))
                    }
                    _ => self.unexpected(),
                }
            }
            Token::Word(_) => Ok(match self.take_one_of(&["TRUE", "FALSE"]) {
                Some(word) => PropertyValue::Bool(word == "TRUE"),
                None => {
                    let name = self.name()?;
                    // ON_ERROR = SKIP_FILE_10% is the one value with a sign at its end.
                    if self.take_token(&Token::Mod) {
                        PropertyValue::String(format!("{name}%"))
                    } else {
                        PropertyValue::Word(name)
                    }
                }
            }),
            _ => self.unexpected(),
        }
    }

    fn property_list(&mut self) -> Result<PropertyValue> {
        self.expect_token(&Token::LParen)?;
        if self.take_token(&Token::RParen) {
            return Ok(PropertyValue::List(Vec::new()));
        }
        let value = if self.sees_property() {
            PropertyValue::Nested(self.any_properties()?)
        } else {
            PropertyValue::List(self.comma_separated(Self::property_value)?)
        };
        self.expect_token(&Token::RParen)?;
        Ok(value)
    }
}

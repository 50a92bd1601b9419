//! Options as the user wrote them: `TYPE = CSV`, `FIELD_DELIMITER = '|'`, `NULL_IF = ('', 'NULL')`.

use serde::{Deserialize, Serialize};

/// An option's value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionValue {
    /// A quoted string.
    Text(String),
    /// A bare word, upper-cased, such as `CSV`, `AUTO` or `NONE`.
    Word(String),
    /// A number, as written.
    Number(String),
    /// TRUE or FALSE.
    Boolean(bool),
    /// A parenthesized list of strings.
    List(Vec<String>),
    /// A parenthesized list of options.
    Nested(Options),
}

impl OptionValue {
    /// The value as plain text; `None` for lists and nested options.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Word(text) | Self::Number(text) => Some(text.clone()),
            Self::Boolean(value) => Some(value.to_string().to_uppercase()),
            Self::List(_) | Self::Nested(_) => None,
        }
    }
}

/// Options in the order written; names upper case, each at most once.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Options(pub Vec<(String, OptionValue)>);

impl Options {
    /// The value of `name` (upper case).
    pub fn get(&self, name: &str) -> Option<&OptionValue> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Sets `name`, in place when it is there.
    pub fn set(&mut self, name: impl Into<String>, value: OptionValue) {
        let name = name.into();
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// Removes `name`; answers whether it was there.
    pub fn unset(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|(key, _)| key != name);
        self.0.len() < before
    }

    /// Whether there is no option.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

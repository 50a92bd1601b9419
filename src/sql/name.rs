//! Names of objects: [`Ident`] and [`QualifiedName`], folded as Snowflake folds them
//! (<https://docs.snowflake.com/en/sql-reference/identifiers-syntax>).

use std::fmt;

use super::scan::is_word;
use crate::types::SnowType;

/// One identifier. An unquoted one is stored in upper case, a quoted one as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ident {
    /// The name as the catalog holds it.
    pub value: String,
    /// Whether it was written in double quotes.
    pub quoted: bool,
}

impl Ident {
    /// An identifier written without quotes.
    pub fn unquoted(text: &str) -> Self {
        Self {
            value: text.to_uppercase(),
            quoted: false,
        }
    }

    /// An identifier written in double quotes; `text` is without them.
    pub fn quoted(text: impl Into<String>) -> Self {
        Self {
            value: text.into(),
            quoted: true,
        }
    }
}

impl fmt::Display for Ident {
    /// The identifier as it must be written in SQL to mean the same: quoted only where needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quote_if_needed(&self.value))
    }
}

/// A stored name as SQL text: bare when it reads back as itself, in double quotes otherwise.
pub fn quote_if_needed(name: &str) -> String {
    let start = name
        .chars()
        .next()
        .is_some_and(|c| c.is_ascii_uppercase() || c == '_');
    if start && name.chars().all(|c| is_word(c) && !c.is_ascii_lowercase()) {
        name.to_string()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A text as a literal of SQL: `'…'`, with its quotes and backslashes escaped.
pub fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// The name of a routine with the types of its arguments: `ADD5(NUMBER)`. Types count without their lengths.
pub fn signature<'a>(name: &str, types: impl IntoIterator<Item = &'a SnowType>) -> String {
    let types: Vec<&str> = types.into_iter().map(SnowType::name).collect();
    format!("{name}({})", types.join(", "))
}

/// A name of one to three parts: `object`, `schema.object` or `database.schema.object`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct QualifiedName {
    parts: Vec<Ident>,
}

impl QualifiedName {
    /// A name from its parts, outermost first; `None` unless there are one to three.
    pub fn new(parts: Vec<Ident>) -> Option<Self> {
        (1..=3).contains(&parts.len()).then_some(Self { parts })
    }

    /// A name of one part.
    pub fn single(part: Ident) -> Self {
        Self { parts: vec![part] }
    }

    /// Reads a name from text such as `db.schema."My Table"`, as IDENTIFIER('…') does; `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        loop {
            let (part, tail) = take_part(rest)?;
            parts.push(part);
            let tail = tail.trim_start();
            if tail.is_empty() {
                return Self::new(parts);
            }
            rest = tail.strip_prefix('.')?.trim_start();
            if let (1, Some(after)) = (parts.len(), rest.strip_prefix('.')) {
                // `db..object` leaves out the schema PUBLIC.
                parts.push(Ident::unquoted("PUBLIC"));
                rest = after.trim_start();
            }
        }
    }

    /// The same name with another last part.
    #[must_use]
    pub fn with_object(&self, object: Ident) -> Self {
        let mut parts = self.parts.clone();
        parts.pop();
        parts.push(object);
        Self { parts }
    }

    /// All parts, outermost first.
    pub fn parts(&self) -> &[Ident] {
        &self.parts
    }

    /// The last part: the object's own name.
    pub fn object(&self) -> &str {
        self.parts.last().map_or("", |part| part.value.as_str())
    }

    /// The schema part, if written.
    pub fn schema(&self) -> Option<&str> {
        self.parts.iter().rev().nth(1).map(|part| part.value.as_str())
    }

    /// The database part, if written.
    pub fn database(&self) -> Option<&str> {
        self.parts.iter().rev().nth(2).map(|part| part.value.as_str())
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            part.fmt(f)?;
        }
        Ok(())
    }
}

/// Takes one identifier from the front of a text; gives it and what is left.
pub(crate) fn take_part(text: &str) -> Option<(Ident, &str)> {
    if let Some(inner) = text.strip_prefix('"') {
        let mut value = String::new();
        let mut rest = inner;
        loop {
            let at = rest.find('"')?;
            value.push_str(rest.get(..at)?);
            rest = rest.get(at + 1..)?;
            match rest.strip_prefix('"') {
                Some(tail) => {
                    value.push('"');
                    rest = tail;
                }
                None => return Some((Ident::quoted(value), rest)),
            }
        }
    }
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let start = word.chars().next()?;
    (start.is_ascii_alphabetic() || start == '_').then(|| (Ident::unquoted(word), rest))
}

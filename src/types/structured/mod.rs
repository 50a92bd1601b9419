//! Structured types: ARRAY(T), OBJECT(key T, …) and MAP(K, V)
//! (<https://docs.snowflake.com/en/sql-reference/data-types-structured>).
//!
//! A [`Structured`] is a handle to its [`Definition`], so that a type stays a small value that is copied freely. Equal
//! definitions are kept once, for the life of the process; because any statement can name new ones, there is a limit to
//! how much is kept, and a type beyond it is refused. [`read`] reads a type's text, which is also how a type is kept in
//! metadata and on disk.
//!
//! The values themselves are held as those of VARIANT are: see [`crate::variant`]. An element that is NULL is
//! `undefined` in an array, and JSON null in an object or map.

mod read;

use std::collections::HashSet;
use std::fmt;
use std::sync::{LazyLock, RwLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{MAX_BINARY, MAX_VARCHAR, SnowType};
use crate::error::{Error, Result};

pub use read::read;

/// The most fields, elements, keys and values that one type may have in all
/// (<https://docs.snowflake.com/en/sql-reference/data-types-structured>).
pub const MAX_PARTS: usize = 1_000;

/// How deep types may nest.
pub const MAX_DEPTH: usize = 100;

/// How many parts and bytes of keys all the definitions of a process may have together.
const MAX_KEPT: usize = 64 << 20;

/// What elements and values of a structured type are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Element {
    /// Their type.
    pub data_type: SnowType,
    /// Whether they can be NULL.
    pub nullable: bool,
}

/// One key of an OBJECT with its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    /// The key, whose letter case counts.
    pub key: String,
    /// The value.
    pub value: Element,
}

/// What a structured type is made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Definition {
    /// ARRAY of elements of one type.
    Array(Element),
    /// OBJECT of given keys, in this order.
    Object(Vec<Field>),
    /// MAP from keys of one type to values of another.
    Map {
        /// VARCHAR, or a NUMBER without scale.
        key: SnowType,
        /// The values.
        value: Element,
    },
}

/// A structured type.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Structured(&'static Definition);

#[derive(Default)]
struct Kept {
    definitions: HashSet<&'static Definition>,
    size: usize,
}

static KEPT: LazyLock<RwLock<Kept>> = LazyLock::new(RwLock::default);

impl Definition {
    /// An ARRAY of a type.
    pub fn array(data_type: SnowType, nullable: bool) -> Self {
        Self::Array(Element { data_type, nullable })
    }

    /// How many elements, keys and values the type has, those of inner types included.
    fn parts(&self) -> usize {
        let inner = |element: &Element| match element.data_type {
            SnowType::Structured(inner) => 1 + inner.definition().parts(),
            _ => 1,
        };
        match self {
            Self::Array(element) => inner(element),
            Self::Object(fields) => fields.iter().map(|field| inner(&field.value)).sum(),
            Self::Map { value, .. } => 1 + inner(value),
        }
    }

    fn depth(&self) -> usize {
        let inner = |element: &Element| match element.data_type {
            SnowType::Structured(inner) => 1 + inner.definition().depth(),
            _ => 1,
        };
        match self {
            Self::Array(element) | Self::Map { value: element, .. } => inner(element),
            Self::Object(fields) => fields.iter().map(|field| inner(&field.value)).max().unwrap_or(1),
        }
    }

    fn size(&self) -> usize {
        let keys = match self {
            Self::Object(fields) => fields
                .iter()
                .map(|field| field.key.len() + size_of::<Field>())
                .sum(),
            _ => 0,
        };
        size_of::<Self>() + keys
    }
}

impl Structured {
    /// The type of a definition.
    ///
    /// # Errors
    /// For a MAP whose keys are neither VARCHAR nor whole numbers, for a key that an OBJECT has twice, for a type with
    /// too many parts or too deep, and when the process holds too many types already.
    pub fn new(definition: Definition) -> Result<Self> {
        if let Some(kept) = find(&definition) {
            return Ok(kept);
        }
        check(&definition)?;
        let full = || Error::unsupported("more structured types in one process");
        let mut kept = KEPT
            .write()
            .map_err(|_| Error::internal("the list of types is lost"))?;
        if let Some(known) = kept.definitions.get(&definition) {
            return Ok(Self(known));
        }
        let size = kept.size.saturating_add(definition.size());
        if size > MAX_KEPT {
            return Err(full());
        }
        let definition: &'static Definition = Box::leak(Box::new(definition));
        kept.size = size;
        kept.definitions.insert(definition);
        Ok(Self(definition))
    }

    /// What the type is made of.
    pub fn definition(&self) -> &'static Definition {
        self.0
    }

    /// ARRAY, OBJECT or MAP.
    pub const fn name(&self) -> &'static str {
        match self.0 {
            Definition::Array(_) => "ARRAY",
            Definition::Object(_) => "OBJECT",
            Definition::Map { .. } => "MAP",
        }
    }

    /// The semi-structured type that its values are of: ARRAY or OBJECT.
    pub const fn semi_structured(&self) -> SnowType {
        match self.0 {
            Definition::Array(_) => SnowType::Array,
            Definition::Object(_) | Definition::Map { .. } => SnowType::Object,
        }
    }
}

fn find(definition: &Definition) -> Option<Structured> {
    let kept = KEPT.read().ok()?;
    kept.definitions.get(definition).map(|known| Structured(known))
}

fn check(definition: &Definition) -> Result<()> {
    if definition.parts() > MAX_PARTS {
        return Err(Error::compilation(format!(
            "a structured type has at most {MAX_PARTS} parts"
        )));
    }
    if definition.depth() > MAX_DEPTH {
        return Err(Error::compilation(format!(
            "structured types nest at most {MAX_DEPTH} deep"
        )));
    }
    match definition {
        Definition::Array(_) => Ok(()),
        Definition::Object(fields) => {
            let mut seen = HashSet::new();
            match fields.iter().find(|field| !seen.insert(field.key.as_str())) {
                Some(twice) => Err(Error::compilation(format!(
                    "duplicate key '{}' in OBJECT",
                    twice.key
                ))),
                None => Ok(()),
            }
        }
        Definition::Map { key, .. } => match key {
            SnowType::Varchar { .. } | SnowType::Number { scale: 0, .. } => Ok(()),
            other => Err(Error::compilation(format!(
                "the keys of a MAP are VARCHAR or NUMBER of scale 0, not {other}"
            ))),
        },
    }
}

impl fmt::Debug for Structured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Structured {
    /// The type as SYSTEM$TYPEOF and DESCRIBE show it: `OBJECT(city VARCHAR, zip NUMBER(38,0) NOT NULL)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        f.write_str("(")?;
        match self.0 {
            Definition::Array(element) => write!(f, "{element}")?,
            Definition::Object(fields) => {
                for (at, field) in fields.iter().enumerate() {
                    f.write_str(if at > 0 { ", " } else { "" })?;
                    write!(f, "{} {}", Key(&field.key), field.value)?;
                }
            }
            Definition::Map { key, value } => write!(f, "{}, {value}", Inner(key))?,
        }
        f.write_str(")")
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Inner(&self.data_type))?;
        f.write_str(if self.nullable { "" } else { " NOT NULL" })
    }
}

/// A type inside another, where the longest text has no length.
struct Inner<'a>(&'a SnowType);

impl fmt::Display for Inner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            SnowType::Varchar { length: MAX_VARCHAR } | SnowType::Binary { length: MAX_BINARY } => {
                f.write_str(self.0.name())
            }
            other => write!(f, "{other}"),
        }
    }
}

/// A key as it can be written in a type.
struct Key<'a>(&'a str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if read::is_plain_key(self.0) {
            return f.write_str(self.0);
        }
        write!(f, "\"{}\"", self.0.replace('"', "\"\""))
    }
}

impl Serialize for Structured {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Structured {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match read(&text) {
            Ok(SnowType::Structured(found)) => Ok(found),
            Ok(_) => Err(serde::de::Error::custom(format!("{text} is no structured type"))),
            Err(error) => Err(serde::de::Error::custom(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        for text in [
            "ARRAY(NUMBER(38,0))",
            "ARRAY(VARCHAR NOT NULL)",
            "OBJECT()",
            "OBJECT(city VARCHAR(20), \"zip code\" NUMBER(10,2) NOT NULL, \"1\" DATE, \"a\"\"b\" BINARY)",
            "MAP(NUMBER(10,0), ARRAY(OBJECT(a VARIANT, b TIMESTAMP_NTZ(3))) NOT NULL)",
            "OBJECT(v VECTOR(FLOAT, 3))",
        ] {
            let found = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(found.to_string(), text);
            assert_eq!(read(text).unwrap(), found);
        }
    }

    #[test]
    fn synonyms_and_blanks_are_taken() {
        for (given, text) in [
            ("array ( int not null )", "ARRAY(NUMBER(38,0) NOT NULL)"),
            ("Map(string,double precision)", "MAP(VARCHAR, FLOAT)"),
            (
                "object(\n not VARCHAR, null INT  NOT  NULL)",
                "OBJECT(not VARCHAR, null NUMBER(38,0) NOT NULL)",
            ),
            ("array(character varying (3))", "ARRAY(VARCHAR(3))"),
        ] {
            assert_eq!(
                SnowType::parse(given).map(|t| t.to_string()).as_deref(),
                Some(text)
            );
        }
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in [
            "ARRAY(",
            "ARRAY()",
            "ARRAY(INT, INT)",
            "ARRAY(NOT NULL)",
            "MAP(VARCHAR)",
            "MAP(FLOAT, INT)",
            "MAP(NUMBER(3,1), INT)",
            "MAP(VARCHAR NOT NULL, INT)",
            "OBJECT(a)",
            "OBJECT(a INT, a INT)",
            "OBJECT(a INT,)",
            "OBJECT(a THING)",
            "VARIANT(INT)",
            "VECTOR(STRING, 3)",
            "VECTOR(INT, 0)",
            "VECTOR(INT, 4097)",
            "VECTOR(INT, -1)",
            "ARRAY(INT) x",
        ] {
            assert_eq!(SnowType::parse(text), None, "{text}");
        }
        let deep = format!("{}INT{}", "ARRAY(".repeat(101), ")".repeat(101));
        assert!(read(&deep).is_err());
        let keys: Vec<String> = (0..1001).map(|key| format!("k{key} INT")).collect();
        assert!(read(&format!("OBJECT({})", keys.join(", "))).is_err());
        assert!(read(&"ARRAY(".repeat(100_000)).is_err());
    }
}

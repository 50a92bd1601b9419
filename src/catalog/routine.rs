//! [`Routine`]: what the account remembers of a user-defined function or a stored procedure.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-function>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-procedure>
//!
//! Routines of one name differ by the types of their arguments, so the name of a routine's object is its signature,
//! `ADD5(NUMBER)`; [`Routine::name`] is what is written in a call. Names in a routine's body are looked up in the schema
//! that it lives in ([`Snapshot::home`](super::Snapshot::home)).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::options::Options;
use crate::sql::{quote_if_needed, signature};
use crate::types::SnowType;
use crate::types::coerce;

/// A user-defined function or a stored procedure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Routine {
    /// Its name without the types of its arguments.
    pub name: String,
    /// In order; those with a default stand behind those without.
    pub arguments: Vec<Argument>,
    /// RETURNS.
    pub returns: Returns,
    /// LANGUAGE, with what the language needs besides the body.
    pub language: Language,
    /// The text behind AS; empty when the handler lies on a stage.
    pub body: String,
    /// RETURNS NULL ON NULL INPUT or STRICT: a call with a NULL gives NULL and runs nothing. SQL has no part in it.
    #[serde(default)]
    pub strict: bool,
    /// IMMUTABLE: the same arguments always give the same result. Otherwise VOLATILE.
    #[serde(default)]
    pub immutable: bool,
    /// SECURE: the body is for the owner's eyes only.
    #[serde(default)]
    pub secure: bool,
    /// MEMOIZABLE.
    #[serde(default)]
    pub memoizable: bool,
    /// EXECUTE AS; of procedures only.
    #[serde(default)]
    pub execute_as: ExecuteAs,
    /// LOG_LEVEL, TRACE_LEVEL and others that have no effect here, as written.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
}

/// An argument of a routine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: SnowType,
    /// DEFAULT, as SQL text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// OUT: the caller gets its last value back.
    #[serde(default)]
    pub output: bool,
}

/// What a routine gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Returns {
    /// One value.
    Scalar {
        /// Its type.
        data_type: SnowType,
        /// NOT NULL.
        not_null: bool,
    },
    /// Rows of these columns; a procedure without columns says what they are when it runs.
    Table(Vec<(String, SnowType)>),
}

/// The language of a routine's body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Language {
    /// An expression, a query or a Snowflake Scripting block.
    Sql,
    /// JavaScript.
    JavaScript,
    /// Python.
    Python(Handler),
}

/// What a handler needs besides its text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Handler {
    /// HANDLER: the function or class that is called, with its module when it lies on a stage.
    pub name: String,
    /// RUNTIME_VERSION.
    pub runtime_version: String,
    /// PACKAGES.
    #[serde(default)]
    pub packages: Vec<String>,
    /// IMPORTS.
    #[serde(default)]
    pub imports: Vec<String>,
}

/// Whose rights and session a procedure runs with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExecuteAs {
    /// The owner's, in the procedure's own schema.
    #[default]
    Owner,
    /// The caller's, in the caller's session.
    Caller,
    /// The caller's, as far as they were granted to the owner.
    RestrictedCaller,
}

impl fmt::Display for Returns {
    /// As DESCRIBE shows it: `NUMBER(38,0)`, `TABLE (MSG VARCHAR)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar { data_type, .. } => data_type.fmt(f),
            Self::Table(columns) => {
                f.write_str("TABLE (")?;
                for (index, (name, data_type)) in columns.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{} {}", quote_if_needed(name), data_type.in_signature())?;
                }
                f.write_str(")")
            }
        }
    }
}

impl ExecuteAs {
    /// The words behind EXECUTE AS.
    pub fn label(self) -> &'static str {
        match self {
            Self::Owner => "OWNER",
            Self::Caller => "CALLER",
            Self::RestrictedCaller => "RESTRICTED CALLER",
        }
    }
}

impl Language {
    /// The word behind LANGUAGE.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Sql => "SQL",
            Self::JavaScript => "JAVASCRIPT",
            Self::Python(_) => "PYTHON",
        }
    }

    /// The handler of a language that has one.
    pub fn handler(&self) -> Option<&Handler> {
        match self {
            Self::Python(handler) => Some(handler),
            _ => None,
        }
    }
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// `A` of `A => 1`.
    pub name: Option<String>,
    /// The type of its value; none for NULL, which has every type.
    pub data_type: Option<SnowType>,
}

/// Why a call does not fit a routine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// More arguments than the routine has.
    TooMany,
    /// This argument has no value and no default.
    Missing(String),
    /// No argument has this name, or it is given twice.
    Name(String),
}

impl Routine {
    /// How many arguments a call must give.
    pub fn required(&self) -> usize {
        self.arguments
            .iter()
            .take_while(|argument| argument.default.is_none())
            .count()
    }

    /// The name of the object: `ADD5(NUMBER)`.
    pub fn signature(&self) -> String {
        signature(
            &self.name,
            self.arguments.iter().map(|argument| &argument.data_type),
        )
    }

    /// For each argument of the routine the place of its value in a call, or nothing where its default stands.
    /// `names` are those of the call's arguments, positional ones before named ones.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn bind(&self, names: &[Option<&str>]) -> Result<Vec<Option<usize>>, Misfit> {
        let mut bound = vec![None; self.arguments.len()];
        for (at, name) in names.iter().enumerate() {
            let slot = match name {
                None => bound.get_mut(at).ok_or(Misfit::TooMany)?,
                Some(name) => {
                    let position = self.arguments.iter().position(|argument| argument.name == *name);
                    let slot = position.and_then(|position| bound.get_mut(position));
                    slot.filter(|slot| slot.is_none())
                        .ok_or_else(|| Misfit::Name((*name).to_string()))?
                }
            };
            *slot = Some(at);
        }
        let missing = self
            .arguments
            .iter()
            .zip(&bound)
            .find(|(argument, bound)| bound.is_none() && argument.default.is_none());
        match missing {
            Some((argument, _)) => Err(Misfit::Missing(argument.name.clone())),
            None => Ok(bound),
        }
    }

    /// Whether a call could mean either of two routines of one name and different signatures, because only arguments
    /// with defaults tell them apart.
    pub fn is_ambiguous_with(&self, other: &Self) -> bool {
        let least = self.required().max(other.required());
        let most = self.arguments.len().min(other.arguments.len());
        let same = |count: usize| {
            let pairs = self.arguments.iter().zip(&other.arguments).take(count);
            pairs
                .into_iter()
                .all(|(a, b)| coerce::same_kind(&a.data_type, &b.data_type))
        };
        self.signature() != other.signature() && (least..=most).any(same)
    }

    /// Its name with the names and types of its arguments: `ADD5(N NUMBER)`.
    pub fn described(&self) -> String {
        let arguments = self
            .arguments
            .iter()
            .map(|argument| format!("{} {}", argument.name, argument.data_type.in_signature()));
        format!("{}({})", self.name, arguments.collect::<Vec<_>>().join(", "))
    }

    /// The columns of a table that it gives; `None` for one value.
    pub fn columns(&self) -> Option<&[(String, SnowType)]> {
        match &self.returns {
            Returns::Table(columns) => Some(columns),
            Returns::Scalar { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routine(arguments: &[(&str, SnowType, Option<&str>)]) -> Routine {
        let arguments = arguments.iter().map(|(name, data_type, default)| Argument {
            name: (*name).to_string(),
            data_type: *data_type,
            default: default.map(str::to_string),
            output: false,
        });
        Routine {
            name: "F".to_string(),
            arguments: arguments.collect(),
            returns: Returns::Scalar {
                data_type: SnowType::Boolean,
                not_null: false,
            },
            language: Language::Sql,
            body: "TRUE".to_string(),
            strict: false,
            immutable: false,
            secure: false,
            memoizable: false,
            execute_as: ExecuteAs::Owner,
            options: Options::default(),
        }
    }

    #[test]
    fn named_arguments_find_their_places_and_defaults_fill_the_rest() {
        let three = routine(&[
            ("A", SnowType::Float, None),
            ("B", SnowType::Float, Some("1")),
            ("C", SnowType::Float, Some("2")),
        ]);
        assert_eq!(three.bind(&[None]), Ok(vec![Some(0), None, None]));
        assert_eq!(
            three.bind(&[Some("C"), Some("A")]),
            Ok(vec![Some(1), None, Some(0)])
        );
        assert_eq!(three.bind(&[None, Some("C")]), Ok(vec![Some(0), None, Some(1)]));
        assert_eq!(three.bind(&[None, Some("A")]), Err(Misfit::Name("A".to_string())));
        assert_eq!(three.bind(&[Some("X")]), Err(Misfit::Name("X".to_string())));
        assert_eq!(three.bind(&[]), Err(Misfit::Missing("A".to_string())));
        assert_eq!(three.bind(&[None; 4]), Err(Misfit::TooMany));
    }

    #[test]
    fn defaults_do_not_tell_routines_apart() {
        let none = routine(&[]);
        let optional = routine(&[("A", SnowType::Float, Some("0"))]);
        let one = routine(&[("A", SnowType::Float, None)]);
        let text = routine(&[("A", SnowType::VARCHAR, None)]);
        assert!(none.is_ambiguous_with(&optional) && optional.is_ambiguous_with(&none));
        assert!(!none.is_ambiguous_with(&one) && !one.is_ambiguous_with(&text));
        assert!(!one.is_ambiguous_with(&one));
        assert_eq!(optional.signature(), "F(FLOAT)");
    }
}

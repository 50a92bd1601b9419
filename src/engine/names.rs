//! From names to objects, as one session sees them.
//! <https://docs.snowflake.com/en/sql-reference/name-resolution>

use std::sync::Arc;

use super::context::Context;
use crate::catalog::object::{ACCOUNT, Level};
use crate::catalog::{Object, ObjectId, ObjectKind, Snapshot};
use crate::error::{Error, Result};
use crate::sql::{QualifiedName, quote_if_needed};

/// A snapshot through the eyes of a session.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The state of the account.
    pub snapshot: &'a Snapshot,
    /// The session.
    pub context: &'a Context,
}

impl Names<'_> {
    /// The database of a name, the current one without a name.
    pub fn database(&self, name: Option<&str>) -> Result<Arc<Object>> {
        let Some(name) = name.or(self.context.database.as_deref()) else {
            return Err(no_database());
        };
        let found = self
            .snapshot
            .find(ACCOUNT, ObjectKind::Database, name, self.context.session);
        found
            .cloned()
            .ok_or_else(|| Error::not_found("Database", quote_if_needed(name)))
    }

    /// The schema of a name, the current one without names.
    pub fn schema(&self, database: Option<&str>, name: Option<&str>) -> Result<Arc<Object>> {
        let parent = self.database(database)?;
        let name = match (name, database) {
            (Some(name), _) => name,
            // `db..object` and a database without a schema mean PUBLIC.
            (None, Some(_)) => "PUBLIC",
            (None, None) => match self.context.schema.as_deref() {
                Some(name) => name,
                None => return Err(no_schema()),
            },
        };
        let found = self
            .snapshot
            .find(parent.id, ObjectKind::Schema, name, self.context.session);
        found.cloned().ok_or_else(|| {
            let full = format!("{}.{}", quote_if_needed(&parent.name), quote_if_needed(name));
            Error::not_found("Schema", full)
        })
    }

    /// Where an object of a kind and name lives or would live: its parent's id, and its own name.
    pub fn place(&self, kind: ObjectKind, name: &QualifiedName) -> Result<(ObjectId, String)> {
        let own = name.object().to_string();
        match (kind.traits().level, name.parts().len()) {
            (Level::Account, 1) => Ok((ACCOUNT, own)),
            (Level::Database, 1) => Ok((self.database(None)?.id, own)),
            // A schema's name has its database where a table's has its schema.
            (Level::Database, 2) => Ok((self.database(name.schema())?.id, own)),
            (Level::Schema, _) => Ok((self.schema(name.database(), name.schema())?.id, own)),
            _ => {
                let message = format!("SQL compilation error:\nObject name '{name}' has too many parts.");
                Err(Error::new(1003, "42000", message))
            }
        }
    }

    /// The object of a kind and name, if it is there.
    ///
    /// # Errors
    /// When a database or schema that is part of the name is not there.
    pub fn find(&self, kind: ObjectKind, name: &QualifiedName) -> Result<Option<Arc<Object>>> {
        let (parent, own) = self.place(kind, name)?;
        let found = self.snapshot.find(parent, kind, &own, self.context.session);
        Ok(found.filter(|object| object.kind() == kind).cloned())
    }

    /// The object of a kind and name.
    ///
    /// # Errors
    /// 002003 when it is not there.
    pub fn require(&self, kind: ObjectKind, name: &QualifiedName) -> Result<Arc<Object>> {
        self.find(kind, name)?
            .ok_or_else(|| Error::not_found(kind.traits().label, self.shown(kind, name)))
    }

    /// A table or view.
    ///
    /// # Errors
    /// 002003 when there is neither.
    pub fn relation(&self, name: &QualifiedName) -> Result<Arc<Object>> {
        let (parent, own) = self.place(ObjectKind::Table, name)?;
        let found = self
            .snapshot
            .find(parent, ObjectKind::Table, &own, self.context.session);
        found
            .cloned()
            .ok_or_else(|| Error::not_found("Object", self.shown(ObjectKind::Table, name)))
    }

    /// A name as messages show it: with the schema and database that it was looked up in, as far as they are known.
    pub fn shown(&self, kind: ObjectKind, name: &QualifiedName) -> String {
        let mut parts: Vec<String> = name.parts().iter().map(|part| part.value.clone()).collect();
        if kind.traits().level == Level::Schema && parts.len() == 1 && self.context.schema.is_some() {
            parts.splice(0..0, self.context.schema.clone());
        }
        if kind.traits().level != Level::Account && parts.len() < 3 && self.context.database.is_some() {
            let wanted = if kind.traits().level == Level::Schema {
                2
            } else {
                1
            };
            if parts.len() == wanted {
                parts.splice(0..0, self.context.database.clone());
            }
        }
        let own = parts.pop().map(|own| shown_part(kind, &own));
        let outer = parts.iter().map(|part| quote_if_needed(part));
        outer.chain(own).collect::<Vec<_>>().join(".")
    }

    /// An object's full name, quoted where it needs to be.
    pub fn full_name(&self, object: &Object) -> String {
        let mut path = self.snapshot.path(object);
        if let (Some(routine), Some(own)) = (object.as_routine(), path.last_mut()) {
            *own = format!("{}:{}", routine.described(), routine.returns);
        }
        path.iter()
            .map(|part| quote_if_needed(part))
            .collect::<Vec<_>>()
            .join(".")
    }
}

/// The last part of an object's name as messages show it: of a routine's signature the name is quoted where it has to be,
/// and the types are not.
pub(super) fn shown_part(kind: ObjectKind, own: &str) -> String {
    match (kind, own.rfind('(').and_then(|at| own.split_at_checked(at))) {
        (ObjectKind::Function | ObjectKind::Procedure, Some((name, types))) => {
            format!("{}{types}", quote_if_needed(name))
        }
        _ => quote_if_needed(own),
    }
}

fn no_database() -> Error {
    let message = "Cannot perform this operation. This session does not have a current database. Call 'USE DATABASE', \
         or use a qualified name.";
    Error::new(90_105, "22000", message)
        .with_hint("USE DATABASE <name>; or write the name as <database>.<schema>.<object>")
}

fn no_schema() -> Error {
    let message = "Cannot perform this operation. This session does not have a current schema. Call 'USE SCHEMA', or \
         use a qualified name.";
    Error::new(90_106, "22000", message)
        .with_hint("USE SCHEMA <name>; or write the name as <database>.<schema>.<object>")
}

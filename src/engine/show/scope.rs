//! IN: where SHOW looks.

use std::sync::Arc;

use super::Lister;
use crate::catalog::object::{ACCOUNT, Level};
use crate::catalog::{Object, ObjectKind};
use crate::error::{Error, Result};
use crate::sql::statement::{Show, ShowScope};
use crate::sql::{Ident, QualifiedName};

/// What SHOW looks through.
pub enum Scope {
    /// Everything.
    Account,
    /// One database.
    Database(Arc<Object>),
    /// One schema.
    Schema(Arc<Object>),
}

/// The scope of a statement for objects of a level. Without IN it is the current schema, the
/// current database where none is in use, or all of the account.
///
/// # Errors
/// 002043 when the database or schema is not there.
pub fn scope(lister: &Lister<'_>, show: &Show, level: Level) -> Result<Scope> {
    named_scope(lister, show, level).map_err(Error::or_cannot_be_performed)
}

fn named_scope(lister: &Lister<'_>, show: &Show, level: Level) -> Result<Scope> {
    let names = &lister.names;
    let current_database = || match &names.context.database {
        Some(_) => names.database(None).map(Scope::Database),
        None => Ok(Scope::Account),
    };
    let current_schema = || match (&names.context.database, &names.context.schema) {
        (Some(_), Some(_)) => names.schema(None, None).map(Scope::Schema),
        _ => current_database(),
    };
    if level == Level::Account {
        return Ok(Scope::Account);
    }
    match &show.scope {
        None if level == Level::Schema => current_schema(),
        None => current_database(),
        Some(ShowScope::Account) => Ok(Scope::Account),
        Some(ShowScope::Database(None)) => current_database(),
        Some(ShowScope::Database(Some(name))) => {
            names.require(ObjectKind::Database, name).map(Scope::Database)
        }
        Some(ShowScope::Schema(None)) => current_schema(),
        Some(ShowScope::Schema(Some(name))) => names.require(ObjectKind::Schema, name).map(Scope::Schema),
        Some(ShowScope::Name(name)) if level == Level::Database => {
            names.require(ObjectKind::Database, name).map(Scope::Database)
        }
        // A bare name is a schema of the current database, or else a database.
        Some(ShowScope::Name(name)) => match names.find(ObjectKind::Schema, name) {
            Ok(Some(schema)) => Ok(Scope::Schema(schema)),
            _ if name.parts().len() == 1 => names.require(ObjectKind::Database, name).map(Scope::Database),
            _ => names.require(ObjectKind::Schema, name).map(Scope::Schema),
        },
        Some(ShowScope::Object(_, None)) => current_schema(),
        Some(ShowScope::Object(kind, Some(_))) => Err(Error::unsupported(format!("SHOW … IN {kind}"))),
        Some(ShowScope::Session) => Err(Error::unsupported("SHOW … IN SESSION")),
    }
}

/// The objects of a kind in a statement's scope, with HISTORY also dropped ones.
///
/// # Errors
/// As [`scope`].
pub fn objects(lister: &Lister<'_>, kind: ObjectKind, show: &Show) -> Result<Vec<Arc<Object>>> {
    let snapshot = lister.names.snapshot;
    let session = lister.names.context.session;
    let level = kind.traits().level;
    let databases = |scope: &Scope| match scope {
        Scope::Database(database) => vec![Arc::clone(database)],
        _ => snapshot.children(ACCOUNT, ObjectKind::Database, session),
    };
    let scope = named_scope(lister, show, level).map_err(|error| missing(error, kind))?;
    let parents: Vec<u64> = match (level, &scope) {
        (Level::Account, _) => vec![ACCOUNT],
        (Level::Database, scope) => databases(scope).iter().map(|database| database.id).collect(),
        (Level::Schema, Scope::Schema(schema)) => vec![schema.id],
        (Level::Schema, scope) => {
            let schemas =
                |database: &Arc<Object>| snapshot.children(database.id, ObjectKind::Schema, session);
            databases(scope)
                .iter()
                .flat_map(schemas)
                .map(|schema| schema.id)
                .collect()
        }
    };
    let mut found = Vec::new();
    for parent in parents {
        found.extend(snapshot.children(parent, kind, session));
        if show.history {
            found.extend(snapshot.dropped(parent, kind));
        }
    }
    Ok(found)
}

/// The refusal of a scope that is not there: most kinds name it.
fn missing(error: Error, kind: ObjectKind) -> Error {
    match kind {
        ObjectKind::Table | ObjectKind::View | ObjectKind::Stage | ObjectKind::FileFormat => {
            error.or_cannot_be_performed()
        }
        _ => error,
    }
}

/// Tables and, where wanted, views, for statements that may also name one of them.
///
/// # Errors
/// 002003 when what is named is not there.
pub fn relations(lister: &Lister<'_>, show: &Show, views: bool) -> Result<Vec<Arc<Object>>> {
    let single = match &show.scope {
        Some(ShowScope::Object(_, Some(name))) => Some(name),
        Some(ShowScope::Name(name)) if scope(lister, show, Level::Schema).is_err() => Some(name),
        _ => None,
    };
    if let Some(name) = single {
        return lister.names.relation(name).map(|object| vec![object]);
    }
    let mut found = objects(lister, ObjectKind::Table, show)?;
    if views {
        found.extend(objects(lister, ObjectKind::View, show)?);
    }
    Ok(found)
}

/// A name of one part.
pub fn bare(name: &str) -> QualifiedName {
    QualifiedName::single(Ident::quoted(name))
}

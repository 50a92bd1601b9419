//! SHOW SCHEMAS. <https://docs.snowflake.com/en/sql-reference/sql/show-schemas>

use std::sync::Arc;

use super::lister::{blank, yes};
use super::{KindListing, Lister, TEXT, TIME, scope};
use crate::catalog::object::{ACCOUNT, Level, Schema};
use crate::catalog::{Object, ObjectBody, ObjectKind};
use crate::engine::information_schema;
use crate::engine::rows::Cell;
use crate::error::Result;
use crate::sql::statement::Show;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Schema,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("is_default", TEXT),
        ("is_current", TEXT),
        ("database_name", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("options", TEXT),
        ("retention_time", TEXT),
        ("dropped_on", TIME),
        ("owner_role_type", TEXT),
        ("object_visibility", TEXT),
        ("is_nested", TEXT),
    ],
    row,
    terse_kind: None,
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let schema = object.as_schema();
    let options: Vec<&str> = [
        schema
            .is_some_and(|schema| schema.transient)
            .then_some("TRANSIENT"),
        schema
            .is_some_and(|schema| schema.managed_access)
            .then_some("MANAGED ACCESS"),
    ]
    .into_iter()
    .flatten()
    .collect();
    vec![
        object.created.into(),
        object.name.as_str().into(),
        "N".into(),
        yes(lister.is_current(object)),
        lister.place(object).0.into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        options.join(", ").into(),
        lister.retention_days(object).to_string().into(),
        object.dropped.into(),
        if object.owner.is_empty() { "" } else { "ROLE" }.into(),
        Cell::Null,
        "N".into(),
    ]
}

/// INFORMATION_SCHEMA of the databases in scope, which is no object of the catalog.
///
/// # Errors
/// As [`scope::scope`].
pub fn information(lister: &Lister<'_>, show: &Show) -> Result<Vec<Arc<Object>>> {
    let databases = match scope::scope(lister, show, Level::Database)? {
        scope::Scope::Database(database) => vec![database],
        _ => lister
            .names
            .snapshot
            .children(ACCOUNT, ObjectKind::Database, lister.names.context.session),
    };
    let schema = |database: &Arc<Object>| {
        Arc::new(Object {
            id: 0,
            parent: database.id,
            name: information_schema::NAME.to_string(),
            owner: String::new(),
            comment: Some(information_schema::COMMENT.to_string()),
            created: lister.now,
            altered: None,
            dropped: None,
            session: None,
            body: ObjectBody::Schema(Schema::default()),
        })
    };
    Ok(databases.iter().map(schema).collect())
}

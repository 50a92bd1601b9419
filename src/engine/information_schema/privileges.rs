//! Roles and privileges. <https://docs.snowflake.com/en/sql-reference/info-schema/object_privileges>,
//! <https://docs.snowflake.com/en/sql-reference/info-schema/table_privileges>,
//! <https://docs.snowflake.com/en/sql-reference/info-schema/applicable_roles>

use super::{Scope, TEXT, TIME, yes};
use crate::catalog::fact::{Grant, GrantOn};
use crate::catalog::{Object, ObjectKind};
use crate::engine::ddl::SYSTEM_ROLES;
use crate::engine::rows::{Cell, Columns, Rows};

pub const ENABLED_ROLES: Columns = &[("ROLE_NAME", TEXT), ("ROLE_OWNER", TEXT)];

/// Every role: each may be used.
pub fn enabled_roles(scope: &Scope<'_>, rows: &mut Rows) {
    SYSTEM_ROLES
        .iter()
        .for_each(|role| rows.push(vec![(*role).into(), Cell::Null]));
    for role in scope.lister.names.snapshot.all(ObjectKind::Role) {
        rows.push(vec![role.name.as_str().into(), role.owner.as_str().into()]);
    }
}

pub const APPLICABLE_ROLES: Columns = &[
    ("GRANTEE", TEXT),
    ("ROLE_NAME", TEXT),
    ("ROLE_OWNER", TEXT),
    ("IS_GRANTABLE", TEXT),
];

pub fn applicable_roles(scope: &Scope<'_>, rows: &mut Rows) {
    let snapshot = scope.lister.names.snapshot;
    for grant in snapshot.grants() {
        let GrantOn::Role(role) = &grant.on else { continue };
        let owner = snapshot
            .all(ObjectKind::Role)
            .find(|object| object.name == *role)
            .map(|role| role.owner.clone());
        rows.push(vec![
            grant.to_name.as_str().into(),
            role.as_str().into(),
            owner.into(),
            yes(grant.grant_option),
        ]);
    }
}

pub const OBJECT_PRIVILEGES: Columns = &[
    ("GRANTOR", TEXT),
    ("GRANTEE", TEXT),
    ("GRANTED_TO", TEXT),
    ("OBJECT_CATALOG", TEXT),
    ("OBJECT_SCHEMA", TEXT),
    ("OBJECT_NAME", TEXT),
    ("OBJECT_TYPE", TEXT),
    ("PRIVILEGE_TYPE", TEXT),
    ("IS_GRANTABLE", TEXT),
    ("CREATED", TIME),
];

pub fn object_privileges(scope: &Scope<'_>, rows: &mut Rows) {
    objects(scope, rows, |_| true);
}

pub fn usage_privileges(scope: &Scope<'_>, rows: &mut Rows) {
    objects(scope, rows, |grant| grant.privilege == "USAGE");
}

/// The grants on live objects of the database and of the account, with their objects.
fn grants<'a>(scope: &'a Scope<'_>) -> impl Iterator<Item = (&'a Grant, &'a Object)> {
    let snapshot = scope.lister.names.snapshot;
    snapshot.grants().filter_map(move |grant| {
        let GrantOn::Object(id) = grant.on else {
            return None;
        };
        let object = snapshot.object(id).filter(|object| snapshot.is_live(object))?;
        let path = snapshot.path(object);
        let here = path.len() == 1 || path.first() == Some(&scope.database.name);
        here.then_some((grant, object.as_ref()))
    })
}

fn objects(scope: &Scope<'_>, rows: &mut Rows, wanted: impl Fn(&Grant) -> bool) {
    for (grant, object) in grants(scope).filter(|(grant, _)| wanted(grant)) {
        let [database, schema, name] = scope.place(object);
        rows.push(vec![
            grant.by.as_str().into(),
            grant.to_name.as_str().into(),
            grant.to_kind.as_str().into(),
            database,
            schema,
            name,
            object.kind().traits().sql.into(),
            grant.privilege.as_str().into(),
            yes(grant.grant_option),
            grant.created.into(),
        ]);
    }
}

pub const TABLE_PRIVILEGES: Columns = &[
    ("GRANTOR", TEXT),
    ("GRANTEE", TEXT),
    ("GRANTED_TO", TEXT),
    ("TABLE_CATALOG", TEXT),
    ("TABLE_SCHEMA", TEXT),
    ("TABLE_NAME", TEXT),
    ("PRIVILEGE_TYPE", TEXT),
    ("IS_GRANTABLE", TEXT),
    ("WITH_HIERARCHY", TEXT),
    ("CREATED", TIME),
];

pub fn table_privileges(scope: &Scope<'_>, rows: &mut Rows) {
    let relation = |object: &Object| matches!(object.kind(), ObjectKind::Table | ObjectKind::View);
    for (grant, object) in grants(scope).filter(|(_, object)| relation(object)) {
        let [database, schema, name] = scope.place(object);
        rows.push(vec![
            grant.by.as_str().into(),
            grant.to_name.as_str().into(),
            grant.to_kind.as_str().into(),
            database,
            schema,
            name,
            grant.privilege.as_str().into(),
            yes(grant.grant_option),
            "YES".into(),
            grant.created.into(),
        ]);
    }
    let owned = [ObjectKind::Table, ObjectKind::View]
        .into_iter()
        .flat_map(|kind| scope.all(kind));
    for object in owned {
        let [database, schema, name] = scope.place(&object);
        rows.push(vec![
            object.owner.as_str().into(),
            object.owner.as_str().into(),
            "ROLE".into(),
            database,
            schema,
            name,
            "OWNERSHIP".into(),
            "YES".into(),
            "YES".into(),
            object.created.into(),
        ]);
    }
}

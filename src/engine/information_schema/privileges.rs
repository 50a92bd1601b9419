//! Roles and privileges. <https://docs.snowflake.com/en/sql-reference/info-schema/object_privileges>,
//! <https://docs.snowflake.com/en/sql-reference/info-schema/table_privileges>,
//! <https://docs.snowflake.com/en/sql-reference/info-schema/applicable_roles>

use std::collections::BTreeSet;

use super::{Scope, TEXT, TIME, yes};
use crate::catalog::fact::{Grant, GrantOn};
use crate::catalog::{Object, ObjectKind};
use crate::engine::context::DEFAULT_ROLE;
use crate::engine::ddl::inherited_roles;
use crate::engine::rows::{Cell, Columns, Rows};

pub const ENABLED_ROLES: Columns = &[("ROLE_NAME", TEXT), ("ROLE_OWNER", TEXT)];

/// The current role, and the roles that it has.
pub fn enabled_roles(scope: &Scope<'_>, rows: &mut Rows) {
    let names = &scope.lister.names;
    for role in inherited_roles(names.snapshot, &names.context.role) {
        rows.push(vec![role.as_str().into(), owner(scope, &role).into()]);
    }
}

/// The owner of a role; system roles have none.
fn owner(scope: &Scope<'_>, role: &str) -> Option<String> {
    let mut roles = scope.lister.names.snapshot.all(ObjectKind::Role);
    let found = roles.find(|object| object.name == role);
    found.map(|role| role.owner.clone())
}

pub const APPLICABLE_ROLES: Columns = &[
    ("GRANTEE", TEXT),
    ("ROLE_NAME", TEXT),
    ("ROLE_OWNER", TEXT),
    ("IS_GRANTABLE", TEXT),
];

/// The grants of roles by which the user has what roles there are for it.
pub fn applicable_roles(scope: &Scope<'_>, rows: &mut Rows) {
    let names = &scope.lister.names;
    let snapshot = names.snapshot;
    let user = &names.context.user;
    let own = snapshot.grants().filter_map(|grant| match &grant.on {
        GrantOn::Role(role) if grant.to_kind == "USER" && grant.to_name == *user => Some(role.as_str()),
        _ => None,
    });
    let roles: BTreeSet<String> = own
        .chain([DEFAULT_ROLE])
        .flat_map(|role| inherited_roles(snapshot, role))
        .collect();
    for grant in snapshot.grants() {
        let GrantOn::Role(role) = &grant.on else { continue };
        let applies = match grant.to_kind.as_str() {
            "USER" => grant.to_name == *user,
            _ => roles.contains(&grant.to_name),
        };
        if !applies {
            continue;
        }
        rows.push(vec![
            grant.to_name.as_str().into(),
            role.as_str().into(),
            owner(scope, role).into(),
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

/// The privileges on all objects of the account.
pub fn object_privileges(scope: &Scope<'_>, rows: &mut Rows) {
    let snapshot = scope.lister.names.snapshot;
    for (grant, object) in grants(scope) {
        rows.push(privilege_row(scope, object, Some(grant)));
    }
    for kind in ObjectKind::ALL {
        for object in snapshot.all(kind).filter(|object| snapshot.is_live(object)) {
            rows.push(privilege_row(scope, object, None));
        }
    }
}

/// The privileges on the sequences of the database, as the standard has this view.
pub fn usage_privileges(scope: &Scope<'_>, rows: &mut Rows) {
    let sequences = |(_, object): &(&Grant, &Object)| {
        object.kind() == ObjectKind::Sequence
            && scope.lister.place(object).0.as_ref() == Some(&scope.database.name)
    };
    for (grant, object) in grants(scope).filter(sequences) {
        rows.push(privilege_row(scope, object, Some(grant)));
    }
    for object in scope.all(ObjectKind::Sequence) {
        rows.push(privilege_row(scope, &object, None));
    }
}

/// The grants on live objects, with their objects.
fn grants<'a>(scope: &'a Scope<'_>) -> impl Iterator<Item = (&'a Grant, &'a Object)> {
    let snapshot = scope.lister.names.snapshot;
    snapshot.grants().filter_map(move |grant| {
        let GrantOn::Object(id) = grant.on else {
            return None;
        };
        let object = snapshot.object(id).filter(|object| snapshot.is_live(object))?;
        Some((grant, object.as_ref()))
    })
}

/// A grant on an object, or what its owner has.
fn privilege_row(scope: &Scope<'_>, object: &Object, grant: Option<&Grant>) -> Vec<Cell> {
    let [database, schema, name] = scope.place(object);
    vec![
        grant.map_or(&object.owner, |grant| &grant.by).as_str().into(),
        grant
            .map_or(&object.owner, |grant| &grant.to_name)
            .as_str()
            .into(),
        grant.map_or("ROLE", |grant| grant.to_kind.as_str()).into(),
        database,
        schema,
        name,
        object.kind().traits().sql.into(),
        grant.map_or("OWNERSHIP", |grant| grant.privilege.as_str()).into(),
        yes(grant.is_none_or(|grant| grant.grant_option)),
        grant.map_or(object.created, |grant| grant.created).into(),
    ]
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
    let relation = |object: &Object| {
        matches!(object.kind(), ObjectKind::Table | ObjectKind::View)
            && scope.lister.place(object).0.as_ref() == Some(&scope.database.name)
    };
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

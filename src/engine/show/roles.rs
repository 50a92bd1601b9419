//! SHOW ROLES. <https://docs.snowflake.com/en/sql-reference/sql/show-roles>

use std::sync::Arc;

use jiff::Timestamp;

use super::lister::{blank, yes};
use super::{KindListing, Lister, Listing, NUMBER, TEXT, TIME, leave_out};
use crate::catalog::fact::GrantOn;
use crate::catalog::object::{ACCOUNT, Role};
use crate::catalog::{Object, ObjectBody, ObjectKind};
use crate::engine::context::DEFAULT_ROLE;
use crate::engine::ddl::{SYSTEM_GRANTS, SYSTEM_ROLES, inherited_roles};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Role,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("is_default", TEXT),
        ("is_current", TEXT),
        ("is_inherited", TEXT),
        ("assigned_to_users", NUMBER),
        ("granted_to_roles", NUMBER),
        ("granted_roles", NUMBER),
        ("owner", TEXT),
        ("comment", TEXT),
        ("is_from_organization_user_group", TEXT),
    ],
    row,
    terse_kind: None,
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let on = GrantOn::Role(object.name.clone());
    let grants = || lister.names.snapshot.grants();
    let to = |kind: &str| {
        grants()
            .filter(|grant| grant.on == on && grant.to_kind == kind)
            .count() as u64
    };
    let has = grants().filter(|grant| {
        matches!(grant.on, GrantOn::Role(_)) && grant.to_kind == "ROLE" && grant.to_name == object.name
    });
    let current = &lister.names.context.role;
    let inherited =
        *current != object.name && inherited_roles(lister.names.snapshot, current).contains(&object.name);
    let system = |at: fn(&(&'static str, &'static str)) -> &'static str| {
        SYSTEM_GRANTS
            .iter()
            .filter(|grant| at(grant) == object.name)
            .count() as u64
    };
    vec![
        object.created.into(),
        object.name.as_str().into(),
        yes(object.name == DEFAULT_ROLE),
        yes(lister.is_current(object)),
        yes(inherited),
        to("USER").into(),
        (to("ROLE") + system(|grant| grant.0)).into(),
        (has.count() as u64 + system(|grant| grant.1)).into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        "N".into(),
    ]
}

/// The roles that every account has, which are no objects of the catalog.
pub fn system() -> Vec<Arc<Object>> {
    let role = |name: &&str| {
        Arc::new(Object {
            id: 0,
            parent: ACCOUNT,
            name: (*name).to_string(),
            owner: String::new(),
            comment: None,
            created: Timestamp::UNIX_EPOCH,
            altered: None,
            dropped: None,
            session: None,
            body: ObjectBody::Role(Role {}),
        })
    };
    SYSTEM_ROLES.iter().map(role).collect()
}

/// SHOW TERSE ROLES has columns of its own.
pub fn terse(mut full: Listing) -> Listing {
    for left_out in [
        "assigned_to_users",
        "granted_to_roles",
        "granted_roles",
        "owner",
        "comment",
    ] {
        leave_out(&mut full, left_out);
    }
    full
}

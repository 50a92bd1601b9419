//! SHOW ROLES. <https://docs.snowflake.com/en/sql-reference/sql/show-roles>

use std::sync::Arc;

use jiff::Timestamp;

use super::lister::{blank, yes};
use super::{KindListing, Lister, Listing, NUMBER, TEXT, TIME};
use crate::catalog::fact::GrantOn;
use crate::catalog::object::{ACCOUNT, Role};
use crate::catalog::{Object, ObjectBody, ObjectKind};
use crate::engine::ddl::SYSTEM_ROLES;
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
    let inherited = grants()
        .any(|grant| grant.on == on && grant.to_kind == "ROLE" && grant.to_name == lister.names.context.role);
    vec![
        object.created.into(),
        object.name.as_str().into(),
        "N".into(),
        yes(lister.is_current(object)),
        yes(inherited),
        to("USER").into(),
        to("ROLE").into(),
        (has.count() as u64).into(),
        object.owner.as_str().into(),
        blank(&object.comment),
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
    const KEPT: std::ops::RangeInclusive<usize> = 0..=4;
    full.columns = full.columns.into_iter().take(KEPT.count()).collect();
    for entry in &mut full.entries {
        entry.cells.truncate(full.columns.len());
    }
    full
}

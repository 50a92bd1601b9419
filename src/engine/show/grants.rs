//! SHOW GRANTS. <https://docs.snowflake.com/en/sql-reference/sql/show-grants>

use super::lister::truth;
use super::scope::bare;
use super::{Entry, Lister, Listing, TEXT, TIME, leave_out};
use crate::catalog::fact::{Grant, GrantOn};
use crate::catalog::{Object, ObjectId};
use crate::engine::ddl;
use crate::engine::rows::{Cell, Columns};
use crate::error::{Error, Result};
use crate::sql::quote_if_needed;
use crate::sql::statement::{ObjectKind, ShowGrants};

const PRIVILEGES: Columns = &[
    ("created_on", TIME),
    ("privilege", TEXT),
    ("granted_on", TEXT),
    ("name", TEXT),
    ("granted_to", TEXT),
    ("grantee_name", TEXT),
    ("grant_option", TEXT),
    ("granted_by_role_type", TEXT),
    ("granted_by", TEXT),
];

const OF_ROLE: Columns = &[
    ("created_on", TIME),
    ("role", TEXT),
    ("granted_to", TEXT),
    ("grantee_name", TEXT),
    ("granted_by", TEXT),
];

const FUTURE: Columns = &[
    ("created_on", TIME),
    ("privilege", TEXT),
    ("grant_on", TEXT),
    ("name", TEXT),
    ("grant_to", TEXT),
    ("grantee_name", TEXT),
    ("grant_option", TEXT),
];

/// The grants that a statement asks for.
pub fn list(lister: &Lister<'_>, show: &ShowGrants) -> Result<Listing> {
    match show {
        ShowGrants::Own => {
            let user = lister.names.context.user.as_str();
            Ok(of_role(lister, |grant| {
                grant.to_kind == "USER" && grant.to_name == user
            }))
        }
        ShowGrants::To(ObjectKind::User, name) => Ok(of_role(lister, |grant| {
            grant.to_kind == "USER" && grant.to_name == name.object()
        })),
        ShowGrants::Of(ObjectKind::Role, name) => {
            require_role(lister, name.object())?;
            Ok(of_role(lister, |grant| {
                grant.on == GrantOn::Role(name.object().to_string())
            }))
        }
        ShowGrants::OnAccount => Ok(privileges(lister, None, |grant| grant.on == GrantOn::Account)),
        ShowGrants::On(ObjectKind::Role, name) => {
            require_role(lister, name.object())?;
            Ok(privileges(lister, None, |grant| {
                grant.on == GrantOn::Role(name.object().to_string())
            }))
        }
        ShowGrants::On(kind, name) => {
            let object = lister.names.require(ddl::kind_of(*kind)?, name)?;
            Ok(privileges(lister, Some(&object), |grant| {
                grant.on == GrantOn::Object(object.id)
            }))
        }
        ShowGrants::To(ObjectKind::Role, name) => {
            let role = name.object();
            require_role(lister, role)?;
            let mut listing = privileges(lister, None, |grant| {
                grant.to_kind == "ROLE" && grant.to_name == role
            });
            for kind in crate::catalog::ObjectKind::ALL {
                let owned = lister
                    .names
                    .snapshot
                    .all(kind)
                    .filter(|object| object.owner == role);
                listing
                    .entries
                    .extend(owned.map(|object| ownership(lister, object)));
            }
            // Only ON says what kind of role granted.
            leave_out(&mut listing, "granted_by_role_type");
            Ok(listing)
        }
        ShowGrants::FutureIn(kind, name) => {
            let container = lister.names.require(ddl::kind_of(*kind)?, name)?.id;
            Ok(future(lister, |_, inside| inside == container))
        }
        ShowGrants::FutureTo(name) => {
            require_role(lister, name.object())?;
            Ok(future(lister, |grant, _| {
                grant.to_kind == "ROLE" && grant.to_name == name.object()
            }))
        }
        ShowGrants::To(kind, _) | ShowGrants::Of(kind, _) => {
            Err(Error::unsupported(format!("SHOW GRANTS for a {kind}")))
        }
    }
}

fn require_role(lister: &Lister<'_>, role: &str) -> Result<()> {
    if !ddl::SYSTEM_ROLES.contains(&role) {
        lister
            .names
            .require(crate::catalog::ObjectKind::Role, &bare(role))?;
    }
    Ok(())
}

/// The grants with their objects still there, in their order.
fn live<'a>(lister: &'a Lister<'_>) -> impl Iterator<Item = &'a Grant> {
    let snapshot = lister.names.snapshot;
    let there = move |id: ObjectId| snapshot.object(id).is_some_and(|object| snapshot.is_live(object));
    snapshot.grants().filter(move |grant| match &grant.on {
        GrantOn::Object(id) | GrantOn::Future { container: id, .. } => there(*id),
        GrantOn::Account | GrantOn::Role(_) => true,
    })
}

fn entry(name: &str, cells: Vec<Cell>) -> Entry {
    Entry {
        database: None,
        schema: None,
        name: name.to_string(),
        cells,
    }
}

fn privileges(lister: &Lister<'_>, owned: Option<&Object>, wanted: impl Fn(&Grant) -> bool) -> Listing {
    let mut listing = Listing::new(PRIVILEGES);
    listing.ordered = true;
    listing
        .entries
        .extend(owned.map(|object| ownership(lister, object)));
    for grant in live(lister).filter(|grant| wanted(grant)) {
        let (kind, name) = match &grant.on {
            GrantOn::Account => ("ACCOUNT".to_string(), "SNOWGLOBE".to_string()),
            GrantOn::Role(role) => ("ROLE".to_string(), quote_if_needed(role)),
            GrantOn::Future { .. } => continue,
            GrantOn::Object(id) => match lister.names.snapshot.object(*id) {
                Some(object) => (
                    object.kind().traits().sql.replace(' ', "_"),
                    lister.names.full_name(object),
                ),
                None => continue,
            },
        };
        let cells = vec![
            grant.created.into(),
            grant.privilege.as_str().into(),
            kind.into(),
            name.clone().into(),
            grant.to_kind.as_str().into(),
            grant.to_name.as_str().into(),
            truth(grant.grant_option),
            "ROLE".into(),
            grant.by.as_str().into(),
        ];
        listing.entries.push(entry(&name, cells));
    }
    listing
}

/// OWNERSHIP, which every object gives its owner.
fn ownership(lister: &Lister<'_>, object: &Object) -> Entry {
    let name = lister.names.full_name(object);
    let cells = vec![
        object.created.into(),
        "OWNERSHIP".into(),
        object.kind().traits().sql.replace(' ', "_").into(),
        name.clone().into(),
        "ROLE".into(),
        object.owner.as_str().into(),
        truth(true),
        "ROLE".into(),
        object.owner.as_str().into(),
    ];
    entry(&name, cells)
}

/// Roles that were granted.
fn of_role(lister: &Lister<'_>, wanted: impl Fn(&Grant) -> bool) -> Listing {
    let mut listing = Listing::new(OF_ROLE);
    listing.ordered = true;
    for grant in live(lister).filter(|grant| wanted(grant)) {
        let GrantOn::Role(role) = &grant.on else { continue };
        let cells = vec![
            grant.created.into(),
            role.as_str().into(),
            grant.to_kind.as_str().into(),
            grant.to_name.as_str().into(),
            grant.by.as_str().into(),
        ];
        listing.entries.push(entry(role, cells));
    }
    listing
}

fn future(lister: &Lister<'_>, wanted: impl Fn(&Grant, ObjectId) -> bool) -> Listing {
    let mut listing = Listing::new(FUTURE);
    listing.ordered = true;
    for grant in live(lister) {
        let GrantOn::Future { kind, container } = &grant.on else {
            continue;
        };
        if !wanted(grant, *container) {
            continue;
        }
        let Some(object) = lister.names.snapshot.object(*container) else {
            continue;
        };
        let name = format!("{}.<{kind}>", lister.names.full_name(object));
        let cells = vec![
            grant.created.into(),
            grant.privilege.as_str().into(),
            kind.as_str().into(),
            name.clone().into(),
            grant.to_kind.as_str().into(),
            grant.to_name.as_str().into(),
            truth(grant.grant_option),
        ];
        listing.entries.push(entry(&name, cells));
    }
    listing
}

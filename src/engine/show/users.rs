//! SHOW USERS. <https://docs.snowflake.com/en/sql-reference/sql/show-users>
//!
//! Whom CREATE USER made is a user; so is whoever opens a session, and whoever a role is granted to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::lister::truth;
use super::{Entry, Lister, Listing, NUMBER, TEXT, TIME, leave_out};
use crate::catalog::{Object, ObjectKind};
use crate::engine::context::DEFAULT_ROLE;
use crate::engine::rows::{Cell, Columns};
use crate::sql::statement::Show;

const COLUMNS: Columns = &[
    ("name", TEXT),
    ("created_on", TIME),
    ("login_name", TEXT),
    ("display_name", TEXT),
    ("first_name", TEXT),
    ("last_name", TEXT),
    ("email", TEXT),
    ("org_identity", TEXT),
    ("mins_to_unlock", NUMBER),
    ("days_to_expiry", NUMBER),
    ("comment", TEXT),
    ("disabled", TEXT),
    ("must_change_password", TEXT),
    ("snowflake_lock", TEXT),
    ("default_warehouse", TEXT),
    ("default_namespace", TEXT),
    ("default_role", TEXT),
    ("default_secondary_roles", TEXT),
    ("ext_authn_duo", TEXT),
    ("ext_authn_uid", TEXT),
    ("mins_to_bypass_mfa", NUMBER),
    ("owner", TEXT),
    ("last_success_login", TIME),
    ("expires_at_time", TIME),
    ("locked_until_time", TIME),
    ("has_password", TEXT),
    ("has_rsa_public_key", TEXT),
    ("type", TEXT),
    ("has_mfa", TEXT),
    ("has_pat", TEXT),
    ("has_federated_workload_authentication", TEXT),
    ("is_from_organization_user", TEXT),
];

/// The columns of SHOW TERSE USERS.
const TERSE: [&str; 15] = [
    "name",
    "created_on",
    "display_name",
    "first_name",
    "last_name",
    "email",
    "org_identity",
    "comment",
    "has_password",
    "has_rsa_public_key",
    "type",
    "has_mfa",
    "has_pat",
    "has_federated_workload_authentication",
    "is_from_organization_user",
];

pub fn list(lister: &Lister<'_>, show: &Show) -> Listing {
    let mut listing = Listing::new(COLUMNS);
    let granted = lister
        .names
        .snapshot
        .grants()
        .filter(|grant| grant.to_kind == "USER");
    let mut names: BTreeSet<String> = granted.map(|grant| grant.to_name.clone()).collect();
    names.insert(lister.names.context.user.clone());
    let made = lister.names.snapshot.all(ObjectKind::User);
    let made: BTreeMap<&str, &Arc<Object>> = made.map(|object| (object.name.as_str(), object)).collect();
    names.extend(made.keys().map(|name| (*name).to_string()));
    for name in names {
        let cells = COLUMNS.iter().map(|(column, _)| match made.get(name.as_str()) {
            Some(object) => made_cell(column, object),
            None => cell(column, &name),
        });
        let cells = cells.collect();
        listing.entries.push(Entry {
            database: None,
            schema: None,
            name,
            cells,
        });
    }
    for (column, _) in COLUMNS {
        // The organization's name of a user stands in the short form only.
        if TERSE.contains(column) != show.terse && (show.terse || *column == "org_identity") {
            leave_out(&mut listing, column);
        }
    }
    listing
}

/// A cell of a user that CREATE USER made.
fn made_cell(column: &str, object: &Object) -> Cell {
    let Some(user) = object.as_user() else {
        return Cell::Null;
    };
    let given = user
        .options
        .get(&column.to_uppercase())
        .and_then(|value| value.text());
    match (column, given) {
        ("created_on", _) => object.created.into(),
        ("owner", _) => object.owner.as_str().into(),
        ("comment", _) => object.comment.as_deref().map_or(Cell::Null, Into::into),
        ("has_password", _) => truth(user.password.is_some()),
        ("has_rsa_public_key", _) => truth(user.options.get("RSA_PUBLIC_KEY").is_some()),
        ("disabled", given) => truth(given.as_deref() == Some("TRUE")),
        ("default_role", None) => Cell::Null,
        (_, Some(given)) => given.as_str().into(),
        (column, None) => cell(column, &object.name),
    }
}

fn cell(column: &str, name: &str) -> Cell {
    match column {
        "name" | "login_name" | "display_name" => name.into(),
        "created_on" => Timestamp::UNIX_EPOCH.into(),
        "default_role" | "owner" => DEFAULT_ROLE.into(),
        "default_secondary_roles" => "[\"ALL\"]".into(),
        "type" => "PERSON".into(),
        "disabled"
        | "must_change_password"
        | "snowflake_lock"
        | "ext_authn_duo"
        | "has_password"
        | "has_rsa_public_key"
        | "has_mfa"
        | "has_pat"
        | "has_federated_workload_authentication"
        | "is_from_organization_user" => truth(false),
        _ => Cell::Null,
    }
}

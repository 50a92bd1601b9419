//! GRANT and REVOKE: kept and shown, and not enforced. Every role of this account may do everything, so a missing
//! privilege never stands in the way; what a role has been given is there to be seen and to be taken to a real account.
//! <https://docs.snowflake.com/en/sql-reference/sql/grant-privilege>,
//! <https://docs.snowflake.com/en/sql-reference/sql/revoke-privilege>,
//! <https://docs.snowflake.com/en/sql-reference/sql/grant-role>,
//! <https://docs.snowflake.com/en/sql-reference/sql/grant-ownership>

use super::common::{done, fault, kind_of};
use crate::catalog::fact::{Grant, GrantOn};
use crate::catalog::object::Level;
use crate::catalog::{Fact, Object, ObjectKind, Snapshot};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::QualifiedName;
use crate::sql::statement::{self, GrantTarget, Granted};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The roles that every account has.
pub(in crate::engine) const SYSTEM_ROLES: [&str; 6] = [
    "ACCOUNTADMIN",
    "ORGADMIN",
    "PUBLIC",
    "SECURITYADMIN",
    "SYSADMIN",
    "USERADMIN",
];

/// Which system role has which other: the first is granted to the second.
pub(in crate::engine) const SYSTEM_GRANTS: [(&str, &str); 3] = [
    ("SECURITYADMIN", "ACCOUNTADMIN"),
    ("SYSADMIN", "ACCOUNTADMIN"),
    ("USERADMIN", "SECURITYADMIN"),
];

/// A role and all that it has by grants, PUBLIC among them.
pub(in crate::engine) fn inherited_roles(snapshot: &Snapshot, role: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from(["PUBLIC".to_string()]);
    let mut open = vec![role.to_string()];
    while let Some(role) = open.pop() {
        let granted = snapshot.grants().filter_map(|grant| match &grant.on {
            GrantOn::Role(granted) if grant.to_kind == "ROLE" && grant.to_name == role => {
                Some(granted.clone())
            }
            _ => None,
        });
        let system = SYSTEM_GRANTS.iter().filter(|(_, to)| *to == role);
        open.extend(
            granted
                .chain(system.map(|(granted, _)| (*granted).to_string()))
                .filter(|role| !found.contains(role)),
        );
        found.insert(role);
    }
    found
}

/// What ALL stands for, and which privileges there are, by kind.
const PRIVILEGES: &[(ObjectKind, &[&str])] = &[
    (
        ObjectKind::Database,
        &[
            "APPLYBUDGET",
            "CREATE DATABASE ROLE",
            "CREATE SCHEMA",
            "IMPORTED PRIVILEGES",
            "MODIFY",
            "MONITOR",
            "USAGE",
        ],
    ),
    (
        ObjectKind::Schema,
        &[
            "ADD SEARCH OPTIMIZATION",
            "APPLYBUDGET",
            "CREATE ALERT",
            "CREATE DYNAMIC TABLE",
            "CREATE EXTERNAL TABLE",
            "CREATE FILE FORMAT",
            "CREATE FUNCTION",
            "CREATE MASKING POLICY",
            "CREATE MATERIALIZED VIEW",
            "CREATE PIPE",
            "CREATE PROCEDURE",
            "CREATE ROW ACCESS POLICY",
            "CREATE SEQUENCE",
            "CREATE STAGE",
            "CREATE STREAM",
            "CREATE TABLE",
            "CREATE TAG",
            "CREATE TASK",
            "CREATE TEMPORARY TABLE",
            "CREATE VIEW",
            "MODIFY",
            "MONITOR",
            "USAGE",
        ],
    ),
    (
        ObjectKind::Table,
        &[
            "APPLYBUDGET",
            "DELETE",
            "EVOLVE SCHEMA",
            "INSERT",
            "REBUILD",
            "REFERENCES",
            "SELECT",
            "TRUNCATE",
            "UPDATE",
        ],
    ),
    (
        ObjectKind::View,
        &["DELETE", "INSERT", "REFERENCES", "SELECT", "TRUNCATE", "UPDATE"],
    ),
    (ObjectKind::Stage, &["READ", "USAGE", "WRITE"]),
    (ObjectKind::FileFormat, &["USAGE"]),
    (ObjectKind::Sequence, &["USAGE"]),
    (ObjectKind::Stream, &["SELECT"]),
    (ObjectKind::Pipe, &["APPLYBUDGET", "MONITOR", "OPERATE"]),
    (ObjectKind::Task, &["APPLYBUDGET", "MONITOR", "OPERATE"]),
    (
        ObjectKind::Warehouse,
        &["APPLYBUDGET", "MODIFY", "MONITOR", "OPERATE", "USAGE"],
    ),
    (ObjectKind::Integration, &["USAGE", "USE_ANY_ROLE"]),
    (ObjectKind::Role, &["USAGE"]),
    (ObjectKind::Function, &["USAGE"]),
    (ObjectKind::Procedure, &["USAGE"]),
    (ObjectKind::MaskingPolicy, &["APPLY"]),
    (ObjectKind::RowAccessPolicy, &["APPLY"]),
    (ObjectKind::Tag, &["APPLY", "READ"]),
    (ObjectKind::ResourceMonitor, &["MODIFY", "MONITOR"]),
];

/// The privileges on dynamic tables.
const OF_DYNAMIC_TABLES: &[&str] = &["MONITOR", "OPERATE", "SELECT"];

/// Runs GRANT or REVOKE.
pub(in crate::engine) fn run(work: &mut Work<'_>, statement: statement::Grant) -> Result<StatementResult> {
    let to = grantee(work, &statement)?;
    match &statement.granted {
        Granted::Role(statement::ObjectKind::Role, name) => {
            let role = role(work, name)?;
            if !statement.revoke && to.0 == "ROLE" && to.1 == role {
                return Err(fault(
                    3_005,
                    "42601",
                    format!("cannot grant role {role} to itself"),
                ));
            }
            give(work, &statement, &to, "USAGE", GrantOn::Role(role))?;
        }
        Granted::Role(kind, _) => return Err(Error::unsupported(format!("GRANT {kind}"))),
        Granted::Ownership { on, copy_grants } => ownership(work, &statement, &to, on, *copy_grants)?,
        Granted::Privileges { privileges, on } => {
            for (target, kind) in targets(work, on)? {
                for privilege in expanded(privileges, kind, names_dynamic(on))? {
                    give(work, &statement, &to, &privilege, target.clone())?;
                }
            }
        }
    }
    done()
}

/// The grantee's kind and name.
fn grantee(work: &Work<'_>, statement: &statement::Grant) -> Result<(String, String)> {
    let name = &statement.grantee;
    match statement.grantee_kind {
        statement::ObjectKind::Role => Ok(("ROLE".to_string(), role(work, name)?)),
        // Users are no objects here: any name is one.
        statement::ObjectKind::User => Ok(("USER".to_string(), name.object().to_string())),
        kind => Err(Error::unsupported(format!("GRANT … TO {kind}"))),
    }
}

/// A role's name, if there is such a role.
///
/// # Errors
/// 002003 when there is none.
pub(in crate::engine) fn role(work: &Work<'_>, name: &QualifiedName) -> Result<String> {
    if !SYSTEM_ROLES.contains(&name.object()) {
        work.names().require(ObjectKind::Role, name)?;
    }
    Ok(name.object().to_string())
}

/// What a grant is on, each with its kind; no kind for the account.
fn targets(work: &Work<'_>, on: &GrantTarget) -> Result<Vec<(GrantOn, Option<ObjectKind>)>> {
    Ok(match on {
        GrantTarget::Account => vec![(GrantOn::Account, None)],
        GrantTarget::Object(kind, name) => {
            let kind = kind_of(*kind)?;
            vec![(GrantOn::Object(work.names().require(kind, name)?.id), Some(kind))]
        }
        GrantTarget::Many {
            future: true,
            kind,
            container,
            name,
        } => {
            let container = work.names().require(kind_of(*container)?, name)?.id;
            vec![(
                GrantOn::Future {
                    kind: kind.word().to_string(),
                    container,
                },
                Some(kind_of(*kind)?),
            )]
        }
        GrantTarget::Many {
            kind,
            container,
            name,
            ..
        } => {
            let kind = kind_of(*kind)?;
            let container = work.names().require(kind_of(*container)?, name)?;
            let dynamic = names_dynamic(on);
            inside(work, &container, kind)
                .iter()
                .filter(|object| !dynamic || object.as_dynamic().is_some())
                .map(|object| (GrantOn::Object(object.id), Some(kind)))
                .collect()
        }
    })
}

/// The objects of a kind in a database or schema.
fn inside(work: &Work<'_>, container: &Object, kind: ObjectKind) -> Vec<Arc<Object>> {
    if container.kind() == ObjectKind::Database && kind.traits().level == Level::Schema {
        let schemas = work.children(container.id, ObjectKind::Schema);
        return schemas
            .iter()
            .flat_map(|schema| work.children(schema.id, kind))
            .collect();
    }
    work.children(container.id, kind)
}

/// Whether a statement is about dynamic tables, which are tables with privileges of their own.
fn names_dynamic(on: &GrantTarget) -> bool {
    let (GrantTarget::Object(kind, _) | GrantTarget::Many { kind, .. }) = on else {
        return false;
    };
    *kind == statement::ObjectKind::DynamicTable
}

/// The privileges that a statement means; ALL stands for every one that the kind has.
fn expanded(privileges: &[String], kind: Option<ObjectKind>, dynamic: bool) -> Result<Vec<String>> {
    let Some(kind) = kind else {
        // Of the account's privileges there are many, and they change; any is kept.
        return Ok(privileges.to_vec());
    };
    let known = PRIVILEGES
        .iter()
        .find(|(of, _)| *of == kind)
        .map_or(&[][..], |(_, known)| known);
    let known = if dynamic { OF_DYNAMIC_TABLES } else { known };
    let mut all = Vec::new();
    for privilege in privileges {
        if privilege == "ALL" {
            all.extend(known.iter().map(|known| (*known).to_string()));
        } else if known.contains(&privilege.as_str())
            || privilege.starts_with("CREATE ") && is_container(kind)
        {
            all.push(privilege.clone());
        } else {
            let message = format!(
                "Invalid privilege '{privilege}' for object type '{}'.",
                kind.traits().sql
            );
            return Err(fault(3_008, "0LP01", message));
        }
    }
    Ok(all)
}

fn is_container(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Database | ObjectKind::Schema)
}

/// Grants or revokes one privilege.
fn give(
    work: &mut Work<'_>,
    statement: &statement::Grant,
    to: &(String, String),
    privilege: &str,
    on: GrantOn,
) -> Result<()> {
    let grant = Grant {
        privilege: privilege.to_string(),
        on,
        to_kind: to.0.clone(),
        to_name: to.1.clone(),
        grant_option: statement.grant_option,
        by: work.context.role.clone(),
        created: work.now,
    };
    let there = work
        .snapshot()
        .grants()
        .find(|other| other.same_as(&grant))
        .cloned();
    match (there, statement.revoke) {
        (None, true) => Ok(()),
        (None, false) => work.record(Fact::Grant(grant)),
        (Some(there), true) => {
            work.record(Fact::Revoke(there.clone()))?;
            // GRANT OPTION FOR takes the option and leaves the privilege.
            if statement.grant_option {
                work.record(Fact::Grant(Grant {
                    grant_option: false,
                    ..there
                }))?;
            }
            Ok(())
        }
        (Some(there), false) if statement.grant_option && !there.grant_option => {
            work.record(Fact::Revoke(there.clone()))?;
            work.record(Fact::Grant(Grant {
                grant_option: true,
                ..there
            }))
        }
        (Some(_), false) => Ok(()),
    }
}

/// GRANT OWNERSHIP: the object's owner changes.
fn ownership(
    work: &mut Work<'_>,
    statement: &statement::Grant,
    to: &(String, String),
    on: &GrantTarget,
    copy_grants: Option<bool>,
) -> Result<()> {
    if statement.revoke {
        return Err(Error::unsupported("REVOKE OWNERSHIP"));
    }
    if to.0 != "ROLE" {
        return Err(fault(3_009, "42601", "ownership can be granted to a role only"));
    }
    for (target, _) in targets(work, on)? {
        let GrantOn::Object(id) = target else {
            return Err(Error::unsupported("OWNERSHIP of future objects or the account"));
        };
        let grants: Vec<Grant> = work
            .snapshot()
            .grants()
            .filter(|grant| grant.on == GrantOn::Object(id))
            .cloned()
            .collect();
        match copy_grants {
            None if !grants.is_empty() => {
                let message = "Dependent grant of privilege on securable to role exists. It must be revoked first. More \
                     than one dependent grant may exist: use 'SHOW GRANTS' command to view them. To revoke all \
                     dependent grants while transferring object ownership, use convenience command 'GRANT OWNERSHIP ON \
                     <target_objects> TO <target_role> REVOKE CURRENT GRANTS'.";
                return Err(Error::new(
                    3_036,
                    "42501",
                    format!("SQL execution error: {message}"),
                ));
            }
            Some(false) => {
                for grant in grants {
                    work.record(Fact::Revoke(grant))?;
                }
            }
            _ => {}
        }
        let now = work.now;
        work.alter(id, |object| {
            object.owner = to.1.clone();
            if let Some(task) = object.as_task_mut() {
                task.suspend(now, "GRANT_OWNERSHIP");
            }
            Ok(())
        })?;
    }
    Ok(())
}

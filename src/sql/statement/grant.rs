//! GRANT and REVOKE (<https://docs.snowflake.com/en/sql-reference/sql/grant-privilege>,
//! <https://docs.snowflake.com/en/sql-reference/sql/grant-role>).

use super::Statement;
use super::kind::ObjectKind;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::QualifiedName;

/// What privileges are granted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantTarget {
    /// ON ACCOUNT.
    Account,
    /// ON kind name.
    Object(ObjectKind, QualifiedName),
    /// ON {ALL | FUTURE} kinds IN {DATABASE | SCHEMA} name.
    Many {
        /// FUTURE rather than ALL.
        future: bool,
        /// The kind.
        kind: ObjectKind,
        /// DATABASE or SCHEMA.
        container: ObjectKind,
        /// Its name.
        name: QualifiedName,
    },
}

/// What is granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    /// Privileges, in upper case; `ALL` stands for all that the object has.
    Privileges {
        /// The privileges.
        privileges: Vec<String>,
        /// On what.
        on: GrantTarget,
    },
    /// ROLE or DATABASE ROLE.
    Role(ObjectKind, QualifiedName),
    /// OWNERSHIP, with what happens to the grants that exist.
    Ownership {
        /// On what.
        on: GrantTarget,
        /// COPY CURRENT GRANTS (true), REVOKE CURRENT GRANTS (false), or neither.
        copy_grants: Option<bool>,
    },
}

/// GRANT or REVOKE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// REVOKE rather than GRANT.
    pub revoke: bool,
    /// What.
    pub granted: Granted,
    /// ROLE, DATABASE ROLE or USER.
    pub grantee_kind: ObjectKind,
    /// To, or from, whom.
    pub grantee: QualifiedName,
    /// WITH GRANT OPTION, or GRANT OPTION FOR.
    pub grant_option: bool,
    /// RESTRICT (true) or CASCADE (false) of REVOKE.
    pub restrict: Option<bool>,
}

/// GRANT, after the word.
pub(crate) fn grant(cursor: &mut Cursor<'_>) -> Result<Statement> {
    statement(cursor, false)
}

/// REVOKE, after the word.
pub(crate) fn revoke(cursor: &mut Cursor<'_>) -> Result<Statement> {
    statement(cursor, true)
}

fn statement(cursor: &mut Cursor<'_>, revoke: bool) -> Result<Statement> {
    let mut grant_option = revoke && cursor.take("GRANT OPTION FOR");
    let mut granted = granted(cursor)?;
    cursor.expect(if revoke { "FROM" } else { "TO" })?;
    if cursor.sees("SHARE") || cursor.sees("APPLICATION") {
        return Err(Error::unsupported("GRANT to a share or an application"));
    }
    let grantee_kind = [ObjectKind::DatabaseRole, ObjectKind::Role, ObjectKind::User]
        .into_iter()
        .find(|kind| cursor.take(kind.word()))
        .unwrap_or(ObjectKind::Role);
    let grantee = cursor.name()?;
    if !revoke && cursor.take("WITH GRANT OPTION") {
        grant_option = true;
    }
    if let Granted::Ownership { copy_grants, .. } = &mut granted {
        *copy_grants = cursor
            .take_one_of(&["COPY CURRENT GRANTS", "REVOKE CURRENT GRANTS"])
            .map(|words| words.starts_with("COPY"));
    }
    let restrict = if revoke {
        cursor
            .take_one_of(&["RESTRICT", "CASCADE"])
            .map(|word| word == "RESTRICT")
    } else {
        None
    };
    Ok(Statement::Grant(Grant {
        revoke,
        granted,
        grantee_kind,
        grantee,
        grant_option,
        restrict,
    }))
}

fn granted(cursor: &mut Cursor<'_>) -> Result<Granted> {
    for kind in [ObjectKind::DatabaseRole, ObjectKind::Role] {
        if cursor.take(kind.word()) {
            return Ok(Granted::Role(kind, cursor.name()?));
        }
    }
    if cursor.take("OWNERSHIP ON") {
        return Ok(Granted::Ownership {
            on: target(cursor)?,
            copy_grants: None,
        });
    }
    let privileges = cursor.comma_separated(privilege)?;
    cursor.expect("ON")?;
    Ok(Granted::Privileges {
        privileges,
        on: target(cursor)?,
    })
}

/// One privilege: words up to a comma or ON, such as `CREATE FILE FORMAT`.
fn privilege(cursor: &mut Cursor<'_>) -> Result<String> {
    let mut words: Vec<String> = Vec::new();
    while let Some(word) = cursor.peek_word().filter(|word| *word != "ON") {
        words.push(word.to_string());
        cursor.next();
    }
    match words.join(" ") {
        text if text.is_empty() => cursor.unexpected(),
        text if text == "ALL PRIVILEGES" => Ok("ALL".to_string()),
        text => Ok(text),
    }
}

fn target(cursor: &mut Cursor<'_>) -> Result<GrantTarget> {
    if cursor.take("ACCOUNT") {
        return Ok(GrantTarget::Account);
    }
    if let Some(word) = cursor.take_one_of(&["ALL", "FUTURE"]) {
        let Some(kind) = cursor.take_plural() else {
            return cursor.unexpected();
        };
        cursor.expect("IN")?;
        let container = cursor.kind()?;
        if !matches!(container, ObjectKind::Database | ObjectKind::Schema) {
            return cursor.unexpected();
        }
        return Ok(GrantTarget::Many {
            future: word == "FUTURE",
            kind,
            container,
            name: cursor.name()?,
        });
    }
    let kind = cursor.kind()?;
    Ok(GrantTarget::Object(kind, cursor.object_name(kind)?))
}

//! ALTER for the kinds of objects that are renamed, set and unset, and little else: databases, schemas, views, stages,
//! file formats, streams, sequences, functions, procedures, warehouses, roles, users and integrations
//! (<https://docs.snowflake.com/en/sql-reference/sql/alter>). Tables, tasks and pipes have files of their own.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::format::{check_file_format, check_format};
use super::kind::ObjectKind;
use super::masking::{self, ColumnPolicy};
use super::monitor::{self, MonitorSettings};
use super::tag::{self, AllowedValues};
use super::{namespace, routine, simple, stage, view};
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName};
use crate::sql::properties::Properties;

/// ALTER of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alter {
    /// The kind.
    pub kind: ObjectKind,
    /// IF EXISTS.
    pub if_exists: bool,
    /// The name; absent for the current warehouse or user.
    pub name: Option<QualifiedName>,
    /// What to do.
    pub action: AlterAction,
}

/// What ALTER does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlterAction {
    /// RENAME TO.
    Rename(QualifiedName),
    /// SWAP WITH (databases, schemas).
    Swap(QualifiedName),
    /// SET of properties.
    Set(Properties),
    /// UNSET of properties.
    Unset(Vec<String>),
    /// ENABLE (true) or DISABLE MANAGED ACCESS (schemas).
    ManagedAccess(bool),
    /// SET SECURE (true) or UNSET SECURE (views).
    Secure(bool),
    /// ALTER COLUMN … COMMENT (views); nothing for UNSET COMMENT.
    ColumnComment(Ident, Option<String>),
    /// SET BODY (masking and row access policies): the expression behind the arrow.
    SetBody(String),
    /// ADD, DROP and SET ALLOWED_VALUES, SET COMMENT (tags).
    SetTag(Option<AllowedValues>, Properties),
    /// SET and TRIGGERS (resource monitors).
    SetMonitor(MonitorSettings),
    /// ALTER COLUMN … SET MASKING POLICY (views); true for FORCE.
    SetColumnPolicy(Ident, ColumnPolicy, bool),
    /// ALTER COLUMN … UNSET MASKING POLICY (views).
    UnsetColumnPolicy(Ident),
    /// SUSPEND (warehouses).
    Suspend,
    /// RESUME (warehouses).
    Resume {
        /// IF SUSPENDED.
        if_suspended: bool,
    },
    /// EXECUTE AS (procedures): `OWNER`, `CALLER` or `RESTRICTED CALLER`.
    ExecuteAs(&'static str),
    /// ABORT ALL QUERIES (warehouses, users).
    AbortAllQueries,
    /// REFRESH of a stage's directory table, below a path.
    Refresh {
        /// SUBPATH.
        subpath: Option<String>,
    },
}

/// ALTER of one of these kinds, after its word.
fn alter(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Result<Statement> {
    let if_exists = cursor.take("IF EXISTS");
    let current = kind == ObjectKind::Warehouse
        && ["SUSPEND", "RESUME", "SET", "ABORT"]
            .iter()
            .any(|word| cursor.sees(word))
        && !matches!(cursor.peek_nth(1), Token::Word(word) if ["SET", "RENAME", "UNSET", "SUSPEND", "RESUME"].contains(&word.value.as_str()));
    let name = if current {
        None
    } else {
        Some(cursor.object_name(kind)?)
    };
    let action = action(cursor, kind)?;
    Ok(Statement::Alter(Alter {
        kind,
        if_exists,
        name,
        action,
    }))
}

fn action(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Result<AlterAction> {
    use ObjectKind as K;
    match kind {
        K::Schema => {
            if let Some(words) = cursor.take_one_of(&["ENABLE MANAGED ACCESS", "DISABLE MANAGED ACCESS"]) {
                return Ok(AlterAction::ManagedAccess(words.starts_with("ENABLE")));
            }
        }
        K::View => {
            if let Some(words) = cursor.take_one_of(&["SET SECURE", "UNSET SECURE"]) {
                return Ok(AlterAction::Secure(words.starts_with("SET")));
            }
            if cursor.take("ALTER") || cursor.take("MODIFY") {
                return view_column(cursor);
            }
        }
        K::Function | K::Procedure => {
            if let Some(words) = cursor.take_one_of(&["SET SECURE", "UNSET SECURE"]) {
                return Ok(AlterAction::Secure(words.starts_with("SET")));
            }
            if kind == K::Procedure && cursor.take("EXECUTE AS") {
                return Ok(AlterAction::ExecuteAs(routine::execute_as(cursor)?));
            }
        }
        K::Warehouse => {
            if cursor.take("SUSPEND") {
                return Ok(AlterAction::Suspend);
            }
            if cursor.take("RESUME") {
                return Ok(AlterAction::Resume {
                    if_suspended: cursor.take("IF SUSPENDED"),
                });
            }
            if cursor.take("ABORT ALL QUERIES") {
                return Ok(AlterAction::AbortAllQueries);
            }
        }
        K::MaskingPolicy | K::RowAccessPolicy if cursor.take("SET BODY") => {
            return Ok(AlterAction::SetBody(masking::arrow_body(cursor)?));
        }
        K::Tag => {
            if let Some(action) = tag::action(cursor)? {
                return Ok(action);
            }
        }
        K::ResourceMonitor => {
            let set = cursor.take("SET");
            let settings = monitor::settings(cursor)?;
            if settings.properties.is_empty() == set || !set && settings.triggers.is_none() {
                return cursor.unexpected();
            }
            return Ok(AlterAction::SetMonitor(settings));
        }
        K::User if cursor.take("ABORT ALL QUERIES") => return Ok(AlterAction::AbortAllQueries),
        K::Stage if cursor.take("REFRESH") => {
            let properties = cursor.properties(&["SUBPATH"])?;
            return Ok(AlterAction::Refresh {
                subpath: properties.text("SUBPATH")?.map(str::to_string),
            });
        }
        _ => {}
    }
    if matches!(kind, K::Database | K::Schema) && cursor.take("SWAP WITH") {
        return Ok(AlterAction::Swap(cursor.name()?));
    }
    let renames = !matches!(kind, K::Stream | K::Integration);
    if renames && cursor.take("RENAME TO") {
        return Ok(AlterAction::Rename(cursor.name()?));
    }
    if cursor.take("UNSET") {
        let known = known(kind);
        let names = if known.is_empty() {
            cursor.unset_any()?
        } else {
            cursor.unset_list(known)?
        };
        return Ok(AlterAction::Unset(names));
    }
    if cursor.take("SET") || kind == K::Sequence {
        let mut properties = match kind {
            K::Sequence => simple::sequence_properties(cursor)?,
            _ => match known(kind) {
                [] => cursor.any_properties()?,
                known => cursor.properties(known)?,
            },
        };
        if properties.is_empty() {
            return cursor.unexpected();
        }
        match kind {
            K::FileFormat => check_format(&properties)?,
            K::Stage => check_file_format(&mut properties)?,
            _ => {}
        }
        return Ok(AlterAction::Set(properties));
    }
    cursor.unexpected()
}

/// What SET and UNSET take; empty for anything, which the engine judges.
fn known(kind: ObjectKind) -> &'static [&'static str] {
    match kind {
        ObjectKind::Database | ObjectKind::Schema => namespace::PROPERTIES,
        ObjectKind::View => view::PROPERTIES,
        ObjectKind::Stage => stage::PROPERTIES,
        ObjectKind::Function | ObjectKind::Procedure => routine::ALTERED,
        ObjectKind::MaskingPolicy | ObjectKind::RowAccessPolicy => &["COMMENT"],
        ObjectKind::Tag => &["ALLOWED_VALUES", "COMMENT"],
        ObjectKind::Stream => &["APPEND_ONLY", "INSERT_ONLY", "COMMENT"],
        kind => simple::known(kind),
    }
}

/// `[COLUMN] name {COMMENT 'text' | UNSET COMMENT | SET MASKING POLICY … | UNSET MASKING POLICY}`.
fn view_column(cursor: &mut Cursor<'_>) -> Result<AlterAction> {
    let _ = cursor.take("COLUMN");
    let name = cursor.ident()?;
    if cursor.take("UNSET COMMENT") {
        return Ok(AlterAction::ColumnComment(name, None));
    }
    if cursor.take("UNSET MASKING POLICY") {
        return Ok(AlterAction::UnsetColumnPolicy(name));
    }
    if cursor.take("SET MASKING POLICY") {
        let policy = cursor.column_policy()?;
        let force = cursor.take("FORCE");
        return Ok(AlterAction::SetColumnPolicy(name, policy, force));
    }
    if !cursor.sees("COMMENT") {
        return Err(Error::unsupported("ALTER VIEW … ALTER COLUMN"));
    }
    cursor.expect("COMMENT")?;
    cursor.take_token(&Token::Eq);
    Ok(AlterAction::ColumnComment(name, Some(cursor.string()?)))
}

macro_rules! alters {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {
        $($(#[$doc])* pub(crate) fn $name(cursor: &mut Cursor<'_>) -> Result<Statement> {
            alter(cursor, ObjectKind::$kind)
        })*
    };
}

alters! {
    /// ALTER DATABASE (<https://docs.snowflake.com/en/sql-reference/sql/alter-database>).
    alter_database => Database;
    /// ALTER SCHEMA (<https://docs.snowflake.com/en/sql-reference/sql/alter-schema>).
    alter_schema => Schema;
    /// ALTER VIEW (<https://docs.snowflake.com/en/sql-reference/sql/alter-view>).
    alter_view => View;
    /// ALTER STAGE (<https://docs.snowflake.com/en/sql-reference/sql/alter-stage>).
    alter_stage => Stage;
    /// ALTER FILE FORMAT (<https://docs.snowflake.com/en/sql-reference/sql/alter-file-format>).
    alter_file_format => FileFormat;
    /// ALTER STREAM (<https://docs.snowflake.com/en/sql-reference/sql/alter-stream>).
    alter_stream => Stream;
    /// ALTER SEQUENCE (<https://docs.snowflake.com/en/sql-reference/sql/alter-sequence>).
    alter_sequence => Sequence;
    /// ALTER FUNCTION (<https://docs.snowflake.com/en/sql-reference/sql/alter-function>).
    alter_function => Function;
    /// ALTER PROCEDURE (<https://docs.snowflake.com/en/sql-reference/sql/alter-procedure>).
    alter_procedure => Procedure;
    /// ALTER WAREHOUSE (<https://docs.snowflake.com/en/sql-reference/sql/alter-warehouse>).
    alter_warehouse => Warehouse;
    /// ALTER DATABASE ROLE (<https://docs.snowflake.com/en/sql-reference/sql/alter-database-role>).
    alter_database_role => DatabaseRole;
    /// ALTER MASKING POLICY (<https://docs.snowflake.com/en/sql-reference/sql/alter-masking-policy>).
    alter_masking_policy => MaskingPolicy;
    /// ALTER ROW ACCESS POLICY (<https://docs.snowflake.com/en/sql-reference/sql/alter-row-access-policy>).
    alter_row_access_policy => RowAccessPolicy;
    /// ALTER TAG (<https://docs.snowflake.com/en/sql-reference/sql/alter-tag>).
    alter_tag => Tag;
    /// ALTER RESOURCE MONITOR (<https://docs.snowflake.com/en/sql-reference/sql/alter-resource-monitor>).
    alter_resource_monitor => ResourceMonitor;
    /// ALTER ROLE (<https://docs.snowflake.com/en/sql-reference/sql/alter-role>).
    alter_role => Role;
    /// ALTER USER (<https://docs.snowflake.com/en/sql-reference/sql/alter-user>).
    alter_user => User;
    /// ALTER INTEGRATION (<https://docs.snowflake.com/en/sql-reference/sql/alter-integration>).
    alter_integration => Integration;
}

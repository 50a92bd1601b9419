//! The registry: leading words to parse functions. A further command is a further row here and a file beside this one.

use super::common::Modifiers;
use super::{
    Statement, alter, alter_table, copy, dml, dynamic_table, execute, external_table, files, grant, insert,
    masking, merge, monitor, namespace, object, pipe,
};
use super::{routine, row_access, session, show, simple, stage, stream, table, tag, task, view};
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use datafusion::sql::sqlparser::tokenizer::Token;

type Parse = fn(&mut Cursor<'_>) -> Result<Statement>;
type ParseCreate = fn(&mut Cursor<'_>, Modifiers) -> Result<Statement>;

/// Commands that are read from their first word on.
const WHOLE: &[(&str, Parse)] = &[("SELECT", query), ("WITH", execute::with), ("VALUES", query)];

/// Commands that are read after their leading words. Longer words stand before shorter ones.
const COMMANDS: &[(&str, Parse)] = &[
    ("USE", object::use_object),
    ("DROP", object::drop),
    ("UNDROP", object::undrop),
    ("COMMENT", object::comment),
    ("INSERT", insert::insert),
    ("UPDATE", dml::update),
    ("DELETE", dml::delete),
    ("TRUNCATE", dml::truncate),
    ("MERGE", merge::merge),
    ("COPY INTO", copy::copy_into),
    ("LIST", files::list),
    ("LS", files::list),
    ("REMOVE", files::remove),
    ("RM", files::remove),
    ("PUT", files::put),
    ("GET", files::get),
    ("SHOW", show::show),
    ("DESCRIBE", show::describe),
    ("DESC", show::describe),
    ("GRANT", grant::grant),
    ("REVOKE", grant::revoke),
    ("SET", session::set),
    ("UNSET", session::unset),
    ("BEGIN", execute::begin),
    ("START TRANSACTION", execute::start_transaction),
    ("COMMIT", execute::commit),
    ("ROLLBACK", execute::rollback),
    ("EXECUTE TASK", task::execute_task),
    ("EXECUTE IMMEDIATE", execute::execute_immediate),
    ("CALL", execute::call),
    ("EXPLAIN", execute::explain),
    ("ALTER SESSION", session::alter_session),
    ("ALTER ACCOUNT", session::alter_account),
    ("ALTER DYNAMIC TABLE", dynamic_table::alter_dynamic_table),
    ("ALTER EXTERNAL TABLE", external_table::alter_external_table),
    ("ALTER TABLE", alter_table::alter_table),
    ("ALTER TASK", task::alter_task),
    ("ALTER PIPE", pipe::alter_pipe),
    ("ALTER DATABASE ROLE", alter::alter_database_role),
    ("ALTER DATABASE", alter::alter_database),
    ("ALTER SCHEMA", alter::alter_schema),
    ("ALTER VIEW", alter::alter_view),
    ("ALTER STAGE", alter::alter_stage),
    ("ALTER FILE FORMAT", alter::alter_file_format),
    ("ALTER STREAM", alter::alter_stream),
    ("ALTER SEQUENCE", alter::alter_sequence),
    ("ALTER FUNCTION", alter::alter_function),
    ("ALTER PROCEDURE", alter::alter_procedure),
    ("ALTER WAREHOUSE", alter::alter_warehouse),
    ("ALTER ROLE", alter::alter_role),
    ("ALTER USER", alter::alter_user),
    ("ALTER STORAGE INTEGRATION", alter::alter_integration),
    ("ALTER NOTIFICATION INTEGRATION", alter::alter_integration),
    ("ALTER INTEGRATION", alter::alter_integration),
    ("ALTER MASKING POLICY", alter::alter_masking_policy),
    ("ALTER ROW ACCESS POLICY", alter::alter_row_access_policy),
    ("ALTER TAG", alter::alter_tag),
    ("ALTER RESOURCE MONITOR", alter::alter_resource_monitor),
    ("CREATE", create),
];

/// CREATE commands, after `CREATE` and its modifiers.
const CREATES: &[(&str, ParseCreate)] = &[
    ("DATABASE ROLE", simple::create_database_role),
    ("DATABASE", namespace::create_database),
    ("SCHEMA", namespace::create_schema),
    ("DYNAMIC TABLE", dynamic_table::create_dynamic_table),
    ("EVENT TABLE", table::create_event_table),
    ("EXTERNAL TABLE", external_table::create_external_table),
    ("TABLE", table::create_table),
    ("VIEW", view::create_view),
    ("WAREHOUSE", simple::create_warehouse),
    ("ROLE", simple::create_role),
    ("USER", simple::create_user),
    ("FILE FORMAT", simple::create_file_format),
    ("STAGE", stage::create_stage),
    ("STORAGE INTEGRATION", simple::create_storage_integration),
    (
        "NOTIFICATION INTEGRATION",
        simple::create_notification_integration,
    ),
    ("MASKING POLICY", masking::create_masking_policy),
    ("ROW ACCESS POLICY", row_access::create_row_access_policy),
    ("TAG", tag::create_tag),
    ("RESOURCE MONITOR", monitor::create_resource_monitor),
    ("PIPE", pipe::create_pipe),
    ("STREAM", stream::create_stream),
    ("TASK", task::create_task),
    ("SEQUENCE", simple::create_sequence),
    ("FUNCTION", routine::create_function),
    ("PROCEDURE", routine::create_procedure),
];

/// Kinds that CREATE OR ALTER brings to a definition (<https://docs.snowflake.com/en/sql-reference/sql/create-or-alter>).
const ALTERED: &[&str] = &[
    "DATABASE",
    "SCHEMA",
    "TABLE",
    "VIEW",
    "WAREHOUSE",
    "ROLE",
    "FILE FORMAT",
    "STAGE",
    "TASK",
    "FUNCTION",
    "PROCEDURE",
    "MASKING POLICY",
    "ROW ACCESS POLICY",
    "TAG",
];

/// Kinds of objects that Snowflake creates and alters and this house does not have.
const UNSUPPORTED_KINDS: &[&str] = &[
    "AGGREGATE FUNCTION",
    "AGGREGATION POLICY",
    "ALERT",
    "API INTEGRATION",
    "APPLICATION",
    "APPLICATION PACKAGE",
    "AUTHENTICATION POLICY",
    "CATALOG INTEGRATION",
    "COMPUTE POOL",
    "CONNECTION",
    "CORTEX SEARCH SERVICE",
    "DATA METRIC FUNCTION",
    "EXTERNAL ACCESS INTEGRATION",
    "EXTERNAL FUNCTION",
    "EXTERNAL VOLUME",
    "FAILOVER GROUP",
    "GIT REPOSITORY",
    "HYBRID TABLE",
    "ICEBERG TABLE",
    "IMAGE REPOSITORY",
    "INDEX",
    "INTERACTIVE TABLE",
    "JOIN POLICY",
    "MANAGED ACCOUNT",
    "MATERIALIZED VIEW",
    "MODEL",
    "NETWORK POLICY",
    "NETWORK RULE",
    "NOTEBOOK",
    "ORGANIZATION ACCOUNT",
    "PACKAGES POLICY",
    "PASSWORD POLICY",
    "PRIVACY POLICY",
    "PROJECTION POLICY",
    "REPLICATION GROUP",
    "SECRET",
    "SECURITY INTEGRATION",
    "SEMANTIC VIEW",
    "SERVICE",
    "SESSION POLICY",
    "SHARE",
    "SNAPSHOT",
    "STREAMLIT",
    "TYPE",
];

/// Other commands of Snowflake's that this house does not have.
const UNSUPPORTED: &[&str] = &[
    "DROP ALL",
    "EXECUTE ALERT",
    "EXECUTE NOTEBOOK",
    "EXECUTE JOB SERVICE",
    "EXECUTE DBT PROJECT",
    "SHOW ACCOUNTS",
    "SHOW ALERTS",
    "SHOW CHANNELS",
    "SHOW CONNECTIONS",
    "SHOW EXTERNAL FUNCTIONS",
    "SHOW ICEBERG TABLES",
    "SHOW SHARES",
    "SHOW REGIONS",
    "SHOW SECRETS",
];

fn query(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.query().map(Statement::Query)
}

/// One statement; it may stand inside another: the body of a task, the subject of EXPLAIN.
pub(crate) fn statement(cursor: &mut Cursor<'_>) -> Result<Statement> {
    if *cursor.peek() == Token::LParen {
        return query(cursor);
    }
    if let Some(block) = execute::script_block(cursor) {
        return Ok(block);
    }
    if let Some((_, parse)) = WHOLE.iter().find(|(words, _)| cursor.sees(words)) {
        return parse(cursor);
    }
    refuse(cursor)?;
    if cursor.sees("ALTER")
        && let Some(statement) = tag::alter_tags(cursor).or_else(|| row_access::alter_row_access(cursor))
    {
        return statement;
    }
    match COMMANDS.iter().find(|(words, _)| cursor.take(words)) {
        Some((_, parse)) => parse(cursor),
        None => cursor.unexpected(),
    }
}

/// Fails for a command that is Snowflake's but not this house's.
fn refuse(cursor: &Cursor<'_>) -> Result<()> {
    if let Some(words) = UNSUPPORTED.iter().find(|words| cursor.sees(words)) {
        return Err(Error::unsupported(words));
    }
    for verb in ["ALTER", "DROP", "UNDROP", "DESCRIBE", "DESC"] {
        if !cursor.sees(verb) {
            continue;
        }
        // These two can be dropped, or described, by the general commands, which refuse them with their arguments.
        let kind = UNSUPPORTED_KINDS
            .iter()
            .find(|kind| cursor.sees(&format!("{verb} {kind}")));
        if let Some(kind) = kind {
            return Err(Error::unsupported(format_args!("{verb} {kind}")));
        }
    }
    Ok(())
}

/// The words for an object of one session. Snowflake's client libraries write SCOPED for the objects they make on their
/// own account, which live as long as what made them; outside a procedure that is the session.
const SESSION_ONLY: [&str; 5] = ["TEMPORARY", "TEMP", "VOLATILE", "SCOPED TEMPORARY", "SCOPED TEMP"];

/// CREATE, after the word.
fn create(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let mut modifiers = Modifiers {
        or_replace: cursor.take("OR REPLACE"),
        or_alter: cursor.take("OR ALTER"),
        ..Modifiers::none()
    };
    loop {
        if cursor.take("TRANSIENT") {
            modifiers.transient = true;
        } else if SESSION_ONLY.iter().any(|words| cursor.take(words)) {
            modifiers.temporary = true;
        } else if cursor.take("SECURE") {
            modifiers.secure = true;
        } else if cursor.take("RECURSIVE") {
            modifiers.recursive = true;
        } else if !(cursor.take("LOCAL") || cursor.take("GLOBAL")) {
            break;
        }
    }
    if let Some(kind) = UNSUPPORTED_KINDS.iter().find(|kind| cursor.sees(kind)) {
        return Err(Error::unsupported(format_args!("CREATE {kind}")));
    }
    if modifiers.or_alter && !ALTERED.iter().any(|words| cursor.sees(words)) {
        let kind = CREATES.iter().find(|(words, _)| cursor.sees(words));
        let kind = kind.map_or("", |(words, _)| words);
        return Err(Error::unsupported(format_args!("CREATE OR ALTER {kind}")));
    }
    match CREATES.iter().find(|(words, _)| cursor.take(words)) {
        Some((_, parse)) => parse(cursor, modifiers),
        None => cursor.unexpected(),
    }
}

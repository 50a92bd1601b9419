//! CREATE TASK, ALTER TASK and EXECUTE TASK (<https://docs.snowflake.com/en/sql-reference/sql/create-task>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-task>,
//! <https://docs.snowflake.com/en/sql-reference/sql/execute-task>).

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::common::{CreateHeader, Modifiers};
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::QualifiedName;
use crate::sql::properties::Properties;

/// The SQL that a task runs.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskBody {
    /// As written.
    pub text: String,
    /// Parsed.
    pub statement: Box<Statement>,
}

/// A task's condition.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskCondition {
    /// As written.
    pub text: String,
    /// Parsed.
    pub expr: Expr,
}

/// CREATE TASK.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTask {
    /// Heading.
    pub header: CreateHeader,
    /// WAREHOUSE, SCHEDULE, CONFIG, FINALIZE (a name), ALLOW_OVERLAPPING_EXECUTION, session parameters, COMMENT, …
    pub properties: Properties,
    /// AFTER: the tasks that run before.
    pub after: Vec<QualifiedName>,
    /// WHEN.
    pub when: Option<TaskCondition>,
    /// AS.
    pub body: TaskBody,
}

/// What ALTER TASK does.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "held once per statement; a plain expression reads best"
)]
pub enum TaskAction {
    /// RESUME: runs are scheduled from now on.
    Resume,
    /// SUSPEND.
    Suspend,
    /// ADD AFTER.
    AddAfter(Vec<QualifiedName>),
    /// REMOVE AFTER.
    RemoveAfter(Vec<QualifiedName>),
    /// SET of properties, FINALIZE included.
    Set(Properties),
    /// UNSET of properties.
    Unset(Vec<String>),
    /// MODIFY AS.
    ModifyAs(TaskBody),
    /// MODIFY WHEN.
    ModifyWhen(TaskCondition),
    /// REMOVE WHEN.
    RemoveWhen,
}

/// ALTER TASK.
#[derive(Debug, Clone, PartialEq)]
pub struct AlterTask {
    /// IF EXISTS.
    pub if_exists: bool,
    /// The task.
    pub name: QualifiedName,
    /// What to do.
    pub action: TaskAction,
}

/// EXECUTE TASK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecuteTask {
    /// The root task.
    pub name: QualifiedName,
    /// RETRY LAST: go on with the last failed run of the graph.
    pub retry_last: bool,
    /// USING CONFIG.
    pub config: Option<String>,
}

/// A task's own properties; others must be session parameters, which the engine judges.
fn property(cursor: &mut Cursor<'_>) -> Result<Option<crate::sql::properties::Property>> {
    const REFUSED: [&str; 3] = [
        "TARGET_COMPLETION_INTERVAL",
        "SERVERLESS_TASK_MIN_STATEMENT_SIZE",
        "EXECUTE_AS",
    ];
    if !cursor.sees_property() {
        return Ok(None);
    }
    if let Some(name) = cursor.peek_word().filter(|name| REFUSED.contains(name)) {
        return Err(Error::unsupported(name));
    }
    cursor.property().map(Some)
}

/// CREATE TASK, after the word.
pub(crate) fn create_task(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow("TASK", Modifiers::none())?;
    let mut header = cursor.create_header(modifiers)?;
    if cursor.sees("CLONE") {
        return Err(Error::unsupported("CREATE TASK … CLONE"));
    }
    let mut properties = Properties::default();
    let mut after = Vec::new();
    let mut when = None;
    loop {
        cursor.governance(&mut header.tags)?;
        if cursor.sees("EXECUTE AS") {
            return Err(Error::unsupported("CREATE TASK … EXECUTE AS"));
        } else if after.is_empty() && cursor.take("AFTER") {
            after = names(cursor)?;
        } else if when.is_none() && cursor.take("WHEN") {
            when = Some(condition(cursor)?);
        } else if let Some(property) = property(cursor)? {
            properties.push(property)?;
            cursor.take_token(&Token::Comma);
        } else {
            break;
        }
    }
    cursor.expect("AS")?;
    let body = body(cursor)?;
    Ok(Statement::CreateTask(Box::new(CreateTask {
        header,
        properties,
        after,
        when,
        body,
    })))
}

/// `name, name, …`; names may be given as strings.
fn names(cursor: &mut Cursor<'_>) -> Result<Vec<QualifiedName>> {
    cursor.comma_separated(|cursor| match cursor.take_string() {
        Some(text) => QualifiedName::parse(&text).ok_or_else(|| Error::invalid_identifier(text)),
        None => cursor.name(),
    })
}

fn condition(cursor: &mut Cursor<'_>) -> Result<TaskCondition> {
    let from = cursor.location();
    let expr = cursor.expr()?;
    Ok(TaskCondition {
        text: cursor.text_since(from),
        expr,
    })
}

fn body(cursor: &mut Cursor<'_>) -> Result<TaskBody> {
    if cursor.at_end() {
        return cursor.unexpected();
    }
    let from = cursor.location();
    let statement = Box::new(super::registry::statement(cursor)?);
    Ok(TaskBody {
        text: cursor.text_since(from),
        statement,
    })
}

/// ALTER TASK, after the words.
pub(crate) fn alter_task(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let if_exists = cursor.take("IF EXISTS");
    let name = cursor.name()?;
    let action = if cursor.take("RESUME") {
        TaskAction::Resume
    } else if cursor.take("SUSPEND") {
        TaskAction::Suspend
    } else if cursor.take("ADD AFTER") {
        TaskAction::AddAfter(names(cursor)?)
    } else if cursor.take("REMOVE AFTER") {
        TaskAction::RemoveAfter(names(cursor)?)
    } else if cursor.take("REMOVE WHEN") {
        TaskAction::RemoveWhen
    } else if cursor.take("MODIFY AS") {
        TaskAction::ModifyAs(body(cursor)?)
    } else if cursor.take("MODIFY WHEN") {
        TaskAction::ModifyWhen(condition(cursor)?)
    } else if cursor.take("UNSET") {
        cursor.refuse_governance()?;
        TaskAction::Unset(cursor.unset_any()?)
    } else if cursor.take("SET") {
        cursor.refuse_governance()?;
        let mut properties = Properties::default();
        while let Some(property) = property(cursor)? {
            properties.push(property)?;
            cursor.take_token(&Token::Comma);
        }
        if properties.is_empty() {
            return cursor.unexpected();
        }
        TaskAction::Set(properties)
    } else {
        return cursor.unexpected();
    };
    Ok(Statement::AlterTask(Box::new(AlterTask {
        if_exists,
        name,
        action,
    })))
}

/// EXECUTE TASK, after the words.
pub(crate) fn execute_task(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let name = cursor.name()?;
    let retry_last = cursor.take("RETRY LAST");
    let config = if cursor.take("USING CONFIG") {
        cursor.expect_token(&Token::Eq)?;
        Some(cursor.string()?)
    } else {
        None
    };
    Ok(Statement::ExecuteTask(ExecuteTask {
        name,
        retry_last,
        config,
    }))
}

//! CREATE FUNCTION and CREATE PROCEDURE (<https://docs.snowflake.com/en/sql-reference/sql/create-function>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-procedure>), and the names of routines in other commands.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::column::ColumnDefault;
use super::common::{CreateHeader, Modifiers};
use super::{ObjectKind, Statement};
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName, signature};
use crate::sql::properties::Properties;
use crate::types::SnowType;

/// CREATE FUNCTION or CREATE PROCEDURE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateRoutine {
    /// FUNCTION or PROCEDURE.
    pub kind: ObjectKind,
    /// Heading; the name is without the types of the arguments.
    pub header: CreateHeader,
    /// TEMPORARY.
    pub temporary: bool,
    /// SECURE.
    pub secure: bool,
    /// The arguments.
    pub arguments: Vec<RoutineArgument>,
    /// COPY GRANTS.
    pub copy_grants: bool,
    /// RETURNS.
    pub returns: RoutineReturns,
    /// LANGUAGE, in upper case; SQL without one.
    pub language: String,
    /// RETURNS NULL ON NULL INPUT or STRICT (true), CALLED ON NULL INPUT (false), or neither.
    pub strict: Option<bool>,
    /// IMMUTABLE (true), VOLATILE (false), or neither.
    pub immutable: Option<bool>,
    /// MEMOIZABLE.
    pub memoizable: bool,
    /// EXECUTE AS: `OWNER`, `CALLER` or `RESTRICTED CALLER`.
    pub execute_as: Option<&'static str>,
    /// HANDLER, RUNTIME_VERSION, PACKAGES, IMPORTS, COMMENT.
    pub properties: Properties,
    /// The text behind AS; absent for a handler on a stage.
    pub body: Option<String>,
}

/// An argument of a routine.
#[derive(Debug, Clone, PartialEq)]
pub struct RoutineArgument {
    /// Name.
    pub name: Ident,
    /// Type.
    pub data_type: SnowType,
    /// OUT or OUTPUT.
    pub output: bool,
    /// DEFAULT.
    pub default: Option<ColumnDefault>,
}

/// What a routine gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoutineReturns {
    /// One value.
    Scalar {
        /// Its type.
        data_type: SnowType,
        /// NOT NULL.
        not_null: bool,
    },
    /// TABLE, with its columns; none where the routine says them when it runs.
    Table(Vec<(Ident, SnowType)>),
}

/// The properties of routines.
const PROPERTIES: &[&str] = &["COMMENT", "HANDLER", "IMPORTS", "PACKAGES", "RUNTIME_VERSION"];

/// Properties that Snowflake documents and this house does not have.
const REFUSED: &[&str] = &[
    "ARTIFACT_REPOSITORY",
    "AUTO_EVENT_LOGGING",
    "EXTERNAL_ACCESS_INTEGRATIONS",
    "LOG_LEVEL",
    "MAX_BATCH_ROWS",
    "METRIC_LEVEL",
    "RESOURCE_CONSTRAINT",
    "SECRETS",
    "TARGET_PATH",
    "TRACE_LEVEL",
];

/// What ALTER … SET and UNSET take.
pub(crate) const ALTERED: &[&str] = &["COMMENT", "LOG_LEVEL", "METRIC_LEVEL", "TRACE_LEVEL"];

/// The most arguments of a routine.
const MOST_ARGUMENTS: usize = 500;

/// CREATE FUNCTION, after the word.
pub(crate) fn create_function(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    create(cursor, modifiers, ObjectKind::Function)
}

/// CREATE PROCEDURE, after the word.
pub(crate) fn create_procedure(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    if cursor.sees("SCOPED TEMP") || cursor.sees("SCOPED TEMPORARY") {
        return Err(Error::unsupported("tables of one procedure's execution"));
    }
    create(cursor, modifiers, ObjectKind::Procedure)
}

fn create(cursor: &mut Cursor<'_>, modifiers: Modifiers, kind: ObjectKind) -> Result<Statement> {
    let allowed = Modifiers {
        temporary: true,
        secure: true,
        ..Modifiers::none()
    };
    modifiers.allow(kind.word(), allowed)?;
    let header = cursor.create_header(modifiers)?;
    let arguments = arguments(cursor, kind)?;
    let mut create = CreateRoutine {
        kind,
        header,
        temporary: modifiers.temporary,
        secure: modifiers.secure,
        arguments,
        copy_grants: cursor.take("COPY GRANTS"),
        returns: returns(cursor)?,
        language: "SQL".to_string(),
        strict: None,
        immutable: None,
        memoizable: false,
        execute_as: None,
        properties: Properties::default(),
        body: None,
    };
    while clause(cursor, &mut create)? {}
    if cursor.take("AS") {
        create.body = Some(body(cursor)?);
    } else if !cursor.at_end() {
        return cursor.unexpected();
    }
    Ok(Statement::CreateRoutine(Box::new(create)))
}

/// A procedure that is not kept, after `WITH name AS PROCEDURE`. It runs with its caller's rights.
pub(crate) fn anonymous_procedure(cursor: &mut Cursor<'_>, name: Ident) -> Result<CreateRoutine> {
    let kind = ObjectKind::Procedure;
    let mut create = CreateRoutine {
        kind,
        header: CreateHeader {
            name: QualifiedName::single(name),
            or_replace: false,
            or_alter: false,
            if_not_exists: false,
            tags: Vec::new(),
        },
        temporary: true,
        secure: false,
        arguments: arguments(cursor, kind)?,
        copy_grants: false,
        returns: returns(cursor)?,
        language: "SQL".to_string(),
        strict: None,
        immutable: None,
        memoizable: false,
        execute_as: Some("CALLER"),
        properties: Properties::default(),
        body: None,
    };
    while clause(cursor, &mut create)? {}
    if cursor.take("AS") {
        create.body = Some(cursor.string()?);
    }
    Ok(create)
}

/// `( [name [IN | OUT] type [DEFAULT value], …] )`.
fn arguments(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Result<Vec<RoutineArgument>> {
    cursor.expect_token(&Token::LParen)?;
    if cursor.take_token(&Token::RParen) {
        return Ok(Vec::new());
    }
    let arguments = cursor.comma_separated(|cursor| argument(cursor, kind))?;
    cursor.expect_token(&Token::RParen)?;
    if arguments.len() > MOST_ARGUMENTS {
        let message = format!("{kind} has more than {MOST_ARGUMENTS} arguments");
        return Err(Error::compilation(message));
    }
    Ok(arguments)
}

fn argument(cursor: &mut Cursor<'_>, kind: ObjectKind) -> Result<RoutineArgument> {
    let name = cursor.ident()?;
    let mode = match kind {
        ObjectKind::Procedure => cursor.take_one_of(&["INPUT", "IN", "OUTPUT", "OUT"]),
        _ => None,
    };
    let data_type = cursor.snow_type()?;
    if cursor.sees("NOT NULL") {
        return Err(Error::unsupported("NOT NULL arguments"));
    }
    let default = if cursor.take("DEFAULT") {
        let from = cursor.location();
        let expr = cursor.expr()?;
        Some(ColumnDefault {
            expr,
            text: cursor.text_since(from),
        })
    } else {
        None
    };
    Ok(RoutineArgument {
        name,
        data_type,
        output: mode.is_some_and(|mode| mode.starts_with("OUT")),
        default,
    })
}

/// `RETURNS {type | TABLE ( [name type, …] )} [[NOT] NULL]`.
fn returns(cursor: &mut Cursor<'_>) -> Result<RoutineReturns> {
    cursor.expect("RETURNS")?;
    let mut returns = if cursor.take("TABLE") {
        cursor.expect_token(&Token::LParen)?;
        let mut columns = Vec::new();
        if *cursor.peek() != Token::RParen {
            columns = cursor.comma_separated(|cursor| Ok((cursor.ident()?, cursor.snow_type()?)))?;
        }
        cursor.expect_token(&Token::RParen)?;
        RoutineReturns::Table(columns)
    } else {
        RoutineReturns::Scalar {
            data_type: cursor.snow_type()?,
            not_null: false,
        }
    };
    let given = cursor.take_one_of(&["NOT NULL", "NULL"]);
    if let RoutineReturns::Scalar { not_null, .. } = &mut returns {
        *not_null = given == Some("NOT NULL");
    }
    Ok(returns)
}

/// One clause between RETURNS and AS, in any order; false when there is none to come.
fn clause(cursor: &mut Cursor<'_>, create: &mut CreateRoutine) -> Result<bool> {
    const NULL_INPUT: [&str; 3] = ["CALLED ON NULL INPUT", "RETURNS NULL ON NULL INPUT", "STRICT"];
    cursor.governance(&mut create.header.tags)?;
    let procedure = create.kind == ObjectKind::Procedure;
    if cursor.take("LANGUAGE") {
        create.language = cursor.any_word()?.value.to_uppercase();
    } else if create.strict.is_none() && NULL_INPUT.iter().any(|words| cursor.sees(words)) {
        create.strict = cursor
            .take_one_of(&NULL_INPUT)
            .map(|words| !words.starts_with("CALLED"));
    } else if let Some(word) = cursor.take_one_of(&["VOLATILE", "IMMUTABLE"]) {
        create.immutable = Some(word == "IMMUTABLE");
    } else if !procedure && cursor.take("MEMOIZABLE") {
        create.memoizable = true;
    } else if !create.copy_grants && cursor.take("COPY GRANTS") {
        create.copy_grants = true;
    } else if procedure && cursor.take("EXECUTE AS") {
        create.execute_as = Some(execute_as(cursor)?);
    } else if let Some(name) = cursor.peek_word().filter(|name| REFUSED.contains(name)) {
        return Err(Error::unsupported(name));
    } else if let Some(property) = cursor.known_property(PROPERTIES)? {
        create.properties.push(property)?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// The rights after EXECUTE AS.
pub(crate) fn execute_as(cursor: &mut Cursor<'_>) -> Result<&'static str> {
    match cursor.take_one_of(&["OWNER", "CALLER", "RESTRICTED CALLER"]) {
        Some(words) => Ok(words),
        None => cursor.unexpected(),
    }
}

/// The text behind AS: a string, or a Snowflake Scripting block as it is, which is a string among the tokens.
fn body(cursor: &mut Cursor<'_>) -> Result<String> {
    cursor.string()
}

impl Cursor<'_> {
    /// The name of an object of a kind. That of a function or procedure has the types of its arguments behind it, which
    /// become part of the name: `ADD5(NUMBER)`.
    pub(crate) fn object_name(&mut self, kind: ObjectKind) -> Result<QualifiedName> {
        let name = self.name()?;
        if !matches!(kind, ObjectKind::Function | ObjectKind::Procedure) {
            return Ok(name);
        }
        if !self.take_token(&Token::LParen) {
            let message = format!(
                "Argument types of function '{}' must be specified.",
                name.object()
            );
            return Err(Error::new(90_208, "42601", message));
        }
        let mut types = Vec::new();
        if *self.peek() != Token::RParen {
            types = self.comma_separated(Self::snow_type)?;
        }
        self.expect_token(&Token::RParen)?;
        Ok(name.with_object(Ident::quoted(signature(name.object(), &types))))
    }
}

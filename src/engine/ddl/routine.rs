//! CREATE FUNCTION and CREATE PROCEDURE, and what ALTER changes of routines alone.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-function>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-procedure>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-function>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-procedure>
//!
//! Routines of one name live side by side as long as their arguments differ in number or types. What has no effect here
//! (IMMUTABLE, MEMOIZABLE, LOG_LEVEL and its kin) is kept and shown. EXECUTE AS tells a procedure's schema and session;
//! rights are not enforced.

use std::collections::HashSet;
use std::sync::Arc;

use super::common::{check_word, created, existed, exists_already, fault, new_object};
use super::rename;
use crate::catalog::routine::{Argument, ExecuteAs, Handler, Language, Returns, Routine};
use crate::catalog::{Object, ObjectBody, ObjectId, ObjectKind};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::functions;
use crate::script::javascript::names;
use crate::sql::statement::{self, CreateHeader, CreateRoutine, RoutineReturns};
use crate::sql::{Ident, Properties, PropertyValue, QualifiedName};
use crate::types::SnowType;

/// The longest body, in bytes.
const LONGEST_BODY: usize = 1_048_576;

/// Runs CREATE FUNCTION and CREATE PROCEDURE.
pub(in crate::engine) fn create(work: &mut Work<'_>, create: CreateRoutine) -> Result<StatementResult> {
    let kind = super::common::kind_of(create.kind)?;
    let routine = routine(&create)?;
    if kind == ObjectKind::Procedure && routine.language == Language::Sql {
        crate::script::check(&routine.body)?;
    }
    let base = routine.name.clone();
    let header = CreateHeader {
        name: with_signature(&create.header.name, &routine),
        ..create.header.clone()
    };
    if exists_already(work, kind, &header)?.is_some() {
        return existed(&base);
    }
    if kind == ObjectKind::Function && functions::registry().has(&base) {
        let message =
            format!("Function '{base}' cannot be created: a system-defined function has this name.");
        return Err(fault(2_002, "42710", message));
    }
    let (parent, own) = work.names().place(kind, &header.name)?;
    refuse_ambiguous(work, kind, parent, &routine)?;
    // A temporary routine does not hide another.
    let taken = work.snapshot().find(parent, kind, &own, work.context.session);
    if taken.is_some_and(|taken| taken.session.is_some() != create.temporary) {
        return Err(Error::already_exists(work.names().shown(kind, &header.name)));
    }
    if kind == ObjectKind::Function {
        crate::engine::routine::check(work, &home(work, &header.name)?, &routine)?;
    }
    let mut new = new_object(&header, &create.properties)?;
    new.temporary = create.temporary;
    new.copy_grants = create.copy_grants;
    let body = match kind {
        ObjectKind::Procedure => ObjectBody::Procedure(routine),
        _ => ObjectBody::Function(routine),
    };
    match work.create(&new, body)? {
        Some(_) => created(kind, &base),
        None => existed(&base),
    }
}

/// RENAME TO: the types of the arguments stay part of the object's name.
///
/// # Errors
/// 002002 when the name is taken; 000949 when calls could mean another routine of that name.
pub(super) fn rename(work: &mut Work<'_>, object: &Arc<Object>, to: &QualifiedName) -> Result<()> {
    let Some(routine) = object.as_routine() else {
        return Err(Error::internal("renaming what is no routine"));
    };
    let renamed = Routine {
        name: to.object().to_string(),
        ..routine.clone()
    };
    let to = with_signature(to, &renamed);
    let (parent, _) = work.names().place(object.kind(), &to)?;
    refuse_ambiguous(work, object.kind(), parent, &renamed)?;
    rename::rename(work, object, &to)?;
    work.alter(object.id, |object| {
        if let Some(routine) = object.as_routine_mut() {
            routine.name = renamed.name;
        }
        Ok(())
    })
}

/// The rights that EXECUTE AS names.
pub(super) fn execute_as(words: &str) -> ExecuteAs {
    match words {
        "CALLER" => ExecuteAs::Caller,
        "RESTRICTED CALLER" => ExecuteAs::RestrictedCaller,
        _ => ExecuteAs::Owner,
    }
}

/// Checks LOG_LEVEL and its kin.
///
/// # Errors
/// 001008 for a value that a property does not take.
pub(super) fn check_levels(properties: &Properties) -> Result<()> {
    let levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"];
    check_word(properties, "LOG_LEVEL", &levels)?;
    check_word(properties, "METRIC_LEVEL", &["ALL", "NONE"])?;
    check_word(
        properties,
        "TRACE_LEVEL",
        &["ALWAYS", "ON_EVENT", "PROPAGATE", "OFF"],
    )
}

/// The database and schema of a name.
fn home(work: &Work<'_>, name: &QualifiedName) -> Result<(String, String)> {
    let schema = work.names().schema(name.database(), name.schema())?;
    let database = work.snapshot().object(schema.parent);
    let database = database.ok_or_else(|| Error::internal("a schema outside a database"))?;
    Ok((database.name.clone(), schema.name.clone()))
}

fn with_signature(name: &QualifiedName, routine: &Routine) -> QualifiedName {
    name.with_object(Ident::quoted(routine.signature()))
}

/// Fails when calls could mean the routine as well as another of its name.
fn refuse_ambiguous(work: &Work<'_>, kind: ObjectKind, parent: ObjectId, routine: &Routine) -> Result<()> {
    let others = work.children(parent, kind);
    let clash = others
        .iter()
        .filter_map(|other| other.as_routine())
        .any(|other| other.name == routine.name && other.is_ambiguous_with(routine));
    if clash {
        let kind = kind.traits().sql;
        let message = format!(
            "Cannot overload {kind} '{}' as it would cause ambiguous {kind} overloading.",
            routine.name
        );
        return Err(fault(949, "42723", message));
    }
    Ok(())
}

/// The routine that a statement describes.
pub(in crate::engine) fn routine(create: &CreateRoutine) -> Result<Routine> {
    let language = language(create)?;
    let procedure = create.kind == statement::ObjectKind::Procedure;
    let body = create.body.clone().unwrap_or_default();
    let staged = language
        .handler()
        .is_some_and(|handler| !handler.imports.is_empty());
    if create.body.is_none() && !staged {
        return Err(fault(2_029, "42601", "Missing option(s): [AS]."));
    }
    if body.len() > LONGEST_BODY {
        return Err(fault(1_003, "42000", "the definition is longer than 1 MB"));
    }
    let sql = language == Language::Sql;
    if create.memoizable && !sql {
        return Err(Error::unsupported(format!(
            "MEMOIZABLE functions in {}",
            language.label()
        )));
    }
    if create.strict == Some(true) && sql && !procedure {
        return Err(Error::unsupported("STRICT functions in SQL"));
    }
    if matches!(create.returns, RoutineReturns::Table(_)) && procedure && language == Language::JavaScript {
        return Err(Error::unsupported("RETURNS TABLE of a procedure in JAVASCRIPT"));
    }
    let arguments = arguments(create)?;
    let returns = returns(create)?;
    if language == Language::JavaScript {
        check_javascript(create.header.name.object(), &arguments, &returns)?;
    }
    Ok(Routine {
        name: create.header.name.object().to_string(),
        arguments,
        returns,
        language,
        body,
        strict: create.strict == Some(true),
        immutable: create.immutable == Some(true),
        secure: create.secure,
        memoizable: create.memoizable,
        execute_as: create.execute_as.map(execute_as).unwrap_or_default(),
        options: crate::catalog::Options::default(),
    })
}

/// JavaScript has neither exact numbers nor times of day nor structured types and vectors, and a handler is a function of the routine's name.
/// <https://docs.snowflake.com/en/developer-guide/udf-stored-procedure-data-type-mapping>
fn check_javascript(name: &str, arguments: &[Argument], returns: &Returns) -> Result<()> {
    let returned = match returns {
        Returns::Scalar { data_type, .. } => Some(data_type),
        Returns::Table(_) => None,
    };
    let mut types = arguments
        .iter()
        .map(|argument| &argument.data_type)
        .chain(returned);
    let foreign = types.find(|data_type| {
        matches!(data_type, SnowType::Number { .. } | SnowType::Time { .. })
            || data_type.is_structured()
            || data_type.is_vector()
    });
    if let Some(foreign) = foreign {
        let message =
            format!("Language JAVASCRIPT does not support type '{foreign}' for argument or return type.");
        return Err(Error::new(1_003, "42000", message));
    }
    if !names::is_identifier(name) {
        return Err(Error::new(
            1_003,
            "42000",
            format!("Invalid UDF function name: '{name}'"),
        ));
    }
    let wrong = arguments.iter().map(|argument| argument.name.as_str());
    let wrong: Vec<&str> = wrong.filter(|name| !names::is_identifier(name)).collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => {
            let message = format!("Invalid argument name(s): '{}'", wrong.join(", "));
            Err(Error::new(1_003, "42000", message))
        }
    }
}

fn arguments(create: &CreateRoutine) -> Result<Vec<Argument>> {
    let mut names = HashSet::new();
    let mut optional = false;
    let mut arguments = Vec::with_capacity(create.arguments.len());
    for argument in &create.arguments {
        let name = &argument.name.value;
        if !names.insert(name) {
            return Err(fault(1_003, "42000", format!("duplicate argument '{name}'")));
        }
        if optional && argument.default.is_none() {
            let message = format!("required argument '{name}' stands behind an argument with a default");
            return Err(fault(1_003, "42000", message));
        }
        optional |= argument.default.is_some();
        if argument.output && create.language != "SQL" {
            return Err(Error::unsupported(format!(
                "output arguments in {}",
                create.language
            )));
        }
        if argument.output && argument.default.is_some() {
            return Err(fault(
                1_003,
                "42000",
                format!("output argument '{name}' has a default"),
            ));
        }
        arguments.push(Argument {
            name: name.clone(),
            data_type: argument.data_type,
            default: argument.default.as_ref().map(|default| default.text.clone()),
            output: argument.output,
        });
    }
    Ok(arguments)
}

fn returns(create: &CreateRoutine) -> Result<Returns> {
    Ok(match &create.returns {
        RoutineReturns::Scalar { data_type, not_null } => Returns::Scalar {
            data_type: *data_type,
            not_null: *not_null,
        },
        RoutineReturns::Table(columns) => {
            if columns.is_empty() && create.kind == statement::ObjectKind::Function {
                return Err(fault(1_003, "42000", "a table function has at least one column"));
            }
            let mut names = HashSet::new();
            if let Some((name, _)) = columns.iter().find(|(name, _)| !names.insert(&name.value)) {
                return Err(fault(2_025, "42S21", format!("duplicate column name '{name}'")));
            }
            let columns = columns
                .iter()
                .map(|(name, data_type)| (name.value.clone(), *data_type));
            Returns::Table(columns.collect())
        }
    })
}

/// The language, with its handler.
fn language(create: &CreateRoutine) -> Result<Language> {
    let properties = &create.properties;
    let what = create.kind.plural().to_lowercase();
    let language = match create.language.as_str() {
        "SQL" => Language::Sql,
        "JAVASCRIPT" => Language::JavaScript,
        "PYTHON" => Language::Python(handler(properties)?),
        other @ ("JAVA" | "SCALA") => return Err(Error::unsupported(format!("{what} in {other}"))),
        other => return Err(fault(1_003, "42000", format!("unknown language '{other}'"))),
    };
    if language.handler().is_none()
        && let Some(property) = properties.iter().find(|property| property.name != "COMMENT")
    {
        return Err(Error::invalid_property_name(
            &property.name,
            format!("{} in {}", create.kind, language.label()),
        ));
    }
    Ok(language)
}

fn handler(properties: &Properties) -> Result<Handler> {
    let missing = ["HANDLER", "RUNTIME_VERSION"]
        .into_iter()
        .find(|name| properties.get(name).is_none());
    if let Some(missing) = missing {
        return Err(fault(2_029, "42601", format!("Missing option(s): [{missing}].")));
    }
    let texts = |name: &str| -> Result<Vec<String>> {
        let texts = properties.texts(name)?.unwrap_or_default();
        Ok(texts.into_iter().map(str::to_string).collect())
    };
    let runtime_version = match properties.get("RUNTIME_VERSION") {
        Some(PropertyValue::Number(number)) => number.clone(),
        _ => properties
            .text("RUNTIME_VERSION")?
            .unwrap_or_default()
            .to_string(),
    };
    Ok(Handler {
        name: properties.text("HANDLER")?.unwrap_or_default().to_string(),
        runtime_version,
        packages: texts("PACKAGES")?,
        imports: texts("IMPORTS")?,
    })
}

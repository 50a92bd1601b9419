//! GET_DDL: the statement that would make an object again.
//! <https://docs.snowflake.com/en/sql-reference/functions/get_ddl>

use datafusion::common::ScalarValue;

use super::text;
use crate::catalog::object::{Column, ConstraintKind, Table, TableKind, View};
use crate::catalog::routine::{Argument, Returns};
use crate::catalog::{Object, ObjectBody, ObjectKind, Routine};
use crate::engine::ddl::is_made_name;
use crate::engine::environment::StatementEnvironment;
use crate::engine::show::{Lister, identity_text};
use crate::error::{Error, Result};
use crate::sql::{self, quote_if_needed, quote_text};

/// The types of objects that a call may name.
const TYPES: &[(&str, ObjectKind)] = &[
    ("DYNAMIC_TABLE", ObjectKind::Table),
    ("FUNCTION", ObjectKind::Function),
    ("PROCEDURE", ObjectKind::Procedure),
    ("SEQUENCE", ObjectKind::Sequence),
    ("TABLE", ObjectKind::Table),
    ("VIEW", ObjectKind::View),
];

/// `GET_DDL('type', 'name' [, fully qualified])`.
pub fn get_ddl(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    let (kind, name, qualified) = match arguments {
        [ScalarValue::Utf8(Some(kind)), ScalarValue::Utf8(Some(name))] => (kind, name, false),
        [
            ScalarValue::Utf8(Some(kind)),
            ScalarValue::Utf8(Some(name)),
            ScalarValue::Boolean(Some(qualified)),
        ] => (kind, name, *qualified),
        _ => {
            return Err(Error::argument_types(
                "GET_DDL",
                "an object's type and name are wanted",
            ));
        }
    };
    let upper = kind.to_uppercase();
    let known = TYPES.iter().find(|(known, _)| *known == upper);
    let Some((_, kind)) = known else {
        return Err(Error::unsupported(format!("GET_DDL of {upper}")));
    };
    let name = sql::parse_object_name(
        *kind == ObjectKind::Function || *kind == ObjectKind::Procedure,
        name,
    )?;
    let names = environment.names();
    let object = match kind {
        ObjectKind::Table | ObjectKind::View => names.relation(&name)?,
        kind => names.require(*kind, &name)?,
    };
    // Routines and their arguments are always written in quotes.
    let written = match object.as_routine() {
        Some(_) => in_quotes,
        None => quote_if_needed,
    };
    let own = match qualified {
        true => {
            let mut path = environment.snapshot.path(&object);
            path.pop();
            path.push(object.base_name().to_string());
            let parts: Vec<String> = path.iter().map(|part| written(part)).collect();
            parts.join(".")
        }
        false => written(object.base_name()),
    };
    let lister = Lister {
        names,
        now: environment.context.types.now,
    };
    Ok(text(statement(&lister, &object, &own)?))
}

fn statement(lister: &Lister<'_>, object: &Object, name: &str) -> Result<String> {
    let statement = match &object.body {
        ObjectBody::Function(body) | ObjectBody::Procedure(body) => {
            if !lister.sees_definition(object) {
                return Err(Error::not_found(object.kind().traits().label, name));
            }
            routine(object, body, name)
        }
        ObjectBody::Table(Table {
            dynamic: Some(dynamic),
            ..
        }) => format!("{};", dynamic.text),
        ObjectBody::Table(body) => table(lister, object, body, name),
        ObjectBody::View(body) => view(object, body, name),
        ObjectBody::Sequence(body) => {
            let order = if body.ordered { "ORDER" } else { "NOORDER" };
            format!(
                "create or replace sequence {name} start with {} increment by {} {}{};",
                body.start,
                body.increment,
                order.to_lowercase(),
                comment(object, " ")
            )
        }
        _ => {
            return Err(Error::unsupported(format!(
                "GET_DDL of a {}",
                object.kind().traits().label
            )));
        }
    };
    Ok(statement)
}

/// `COMMENT = '…'` behind a blank, if there is a comment.
fn comment(object: &Object, before: &str) -> String {
    let quoted = object.comment.as_deref().map(quote_text);
    quoted.map_or(String::new(), |comment| format!("{before}COMMENT={comment}"))
}

fn in_quotes(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn routine(object: &Object, routine: &Routine, name: &str) -> String {
    let secure = if routine.secure { "SECURE " } else { "" };
    let kind = object.kind().traits().sql;
    let argument = |argument: &Argument| {
        let mode = if argument.output { "OUT " } else { "" };
        let default = argument
            .default
            .as_ref()
            .map(|default| format!(" DEFAULT {default}"));
        let default = default.unwrap_or_default();
        format!(
            "{} {mode}{}{default}",
            in_quotes(&argument.name),
            argument.data_type
        )
    };
    let arguments: Vec<String> = routine.arguments.iter().map(argument).collect();
    let mut lines = vec![format!(
        "CREATE OR REPLACE {secure}{kind} {name}({})",
        arguments.join(", ")
    )];
    lines.push(match &routine.returns {
        Returns::Scalar { data_type, not_null } => {
            format!("RETURNS {data_type}{}", if *not_null { " NOT NULL" } else { "" })
        }
        Returns::Table(columns) => {
            let columns: Vec<String> = columns
                .iter()
                .map(|(name, data_type)| format!("{} {data_type}", in_quotes(name)))
                .collect();
            format!("RETURNS TABLE ({})", columns.join(", "))
        }
    });
    lines.push(format!("LANGUAGE {}", routine.language.label()));
    lines.extend(routine.strict.then(|| "STRICT".to_string()));
    lines.extend(routine.immutable.then(|| "IMMUTABLE".to_string()));
    lines.extend(routine.memoizable.then(|| "MEMOIZABLE".to_string()));
    if let Some(handler) = routine.language.handler() {
        let list = |name: &str, items: &[String]| {
            let items: Vec<String> = items.iter().map(|item| quote_text(item)).collect();
            (!items.is_empty()).then(|| format!("{name} = ({})", items.join(",")))
        };
        lines.push(format!(
            "RUNTIME_VERSION = {}",
            quote_text(&handler.runtime_version)
        ));
        lines.extend(list("PACKAGES", &handler.packages));
        lines.extend(list("IMPORTS", &handler.imports));
        lines.push(format!("HANDLER = {}", quote_text(&handler.name)));
    }
    lines.extend(
        object
            .comment
            .as_ref()
            .map(|comment| format!("COMMENT={}", quote_text(comment))),
    );
    if object.kind() == ObjectKind::Procedure {
        lines.push(format!("EXECUTE AS {}", routine.execute_as.label()));
    }
    lines.push(format!("AS {};", quote_text(&routine.body)));
    lines.join("\n")
}

fn table(lister: &Lister<'_>, object: &Object, table: &Table, name: &str) -> String {
    let kind = match table.kind {
        TableKind::Permanent => "",
        TableKind::Transient => "TRANSIENT ",
        TableKind::Temporary => "TEMPORARY ",
    };
    if table.events {
        // Its columns are what they always are.
        return format!("create or replace EVENT TABLE {name}{};", comment(object, " "));
    }
    let mut lines: Vec<String> = table.columns.iter().map(column).collect();
    for constraint in &table.constraints {
        let names = |columns: &[String]| {
            let columns: Vec<String> = columns.iter().map(|column| quote_if_needed(column)).collect();
            columns.join(", ")
        };
        let what = match &constraint.kind {
            ConstraintKind::PrimaryKey => format!("primary key ({})", names(&constraint.columns)),
            ConstraintKind::Unique => format!("unique ({})", names(&constraint.columns)),
            ConstraintKind::ForeignKey { table, columns } => {
                let referenced = lister.names.snapshot.object(*table);
                let referenced = referenced.map_or(name.to_string(), |table| lister.names.full_name(table));
                let own = names(&constraint.columns);
                format!("foreign key ({own}) references {referenced}({})", names(columns))
            }
        };
        // Names that were made up are not written.
        let made_up = is_made_name(&constraint.name);
        let named = (!made_up).then(|| format!("constraint {} ", quote_if_needed(&constraint.name)));
        lines.push(format!("{}{what}", named.unwrap_or_default()));
    }
    let cluster = table
        .cluster_by
        .as_deref()
        .and_then(|key| key.strip_prefix("LINEAR"));
    let cluster = cluster.map_or(String::new(), |key| format!(" cluster by {key}"));
    format!(
        "create or replace {kind}TABLE {name}{cluster} (\n\t{}\n){};",
        lines.join(",\n\t"),
        comment(object, "")
    )
}

fn column(column: &Column) -> String {
    let not_null = if column.nullable { "" } else { " NOT NULL" };
    let default = column
        .default
        .as_ref()
        .map(|default| format!(" DEFAULT {default}"));
    let numbered = identity_text(column).map(|identity| {
        let identity = identity.to_lowercase();
        format!(
            " autoincrement{}",
            identity.strip_prefix("identity").unwrap_or(&identity)
        )
    });
    let comment = column
        .comment
        .as_ref()
        .map(|comment| format!(" COMMENT {}", quote_text(comment)));
    format!(
        "{} {}{not_null}{}{}{}",
        quote_if_needed(&column.name),
        column.data_type,
        default.unwrap_or_default(),
        numbered.unwrap_or_default(),
        comment.unwrap_or_default()
    )
}

fn view(object: &Object, view: &View, name: &str) -> String {
    let secure = if view.secure { "secure " } else { "" };
    let columns: Vec<String> = view
        .columns
        .iter()
        .map(|column| {
            let comment = column
                .comment
                .as_ref()
                .map(|comment| format!(" COMMENT {}", quote_text(comment)));
            format!("{}{}", quote_if_needed(&column.name), comment.unwrap_or_default())
        })
        .collect();
    format!(
        "create or replace {secure}view {name}(\n\t{}\n){} as {};",
        columns.join(",\n\t"),
        comment(object, " "),
        view.query
    )
}

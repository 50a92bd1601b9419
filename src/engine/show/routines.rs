//! SHOW FUNCTIONS and SHOW PROCEDURES, each also with USER: the account's own; functions that come with the house are no
//! objects and are not listed. <https://docs.snowflake.com/en/sql-reference/sql/show-user-functions>,
//! <https://docs.snowflake.com/en/sql-reference/sql/show-user-procedures>

use super::lister::yes;
use super::{KindListing, Lister, NUMBER, TEXT, TIME};
use crate::catalog::routine::{Argument, Returns};
use crate::catalog::{Object, ObjectKind, Routine};
use crate::engine::rows::Cell;

pub const FUNCTIONS: KindListing = KindListing {
    kind: ObjectKind::Function,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("schema_name", TEXT),
        ("is_builtin", TEXT),
        ("is_aggregate", TEXT),
        ("is_ansi", TEXT),
        ("min_num_arguments", NUMBER),
        ("max_num_arguments", NUMBER),
        ("arguments", TEXT),
        ("description", TEXT),
        ("catalog_name", TEXT),
        ("is_table_function", TEXT),
        ("valid_for_clustering", TEXT),
        ("is_secure", TEXT),
        ("secrets", TEXT),
        ("external_access_integrations", TEXT),
        ("is_external_function", TEXT),
        ("language", TEXT),
        ("is_memoizable", TEXT),
        ("is_data_metric", TEXT),
    ],
    row: function,
    terse_kind: None,
    terse_extra: None,
};

pub const PROCEDURES: KindListing = KindListing {
    kind: ObjectKind::Procedure,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("schema_name", TEXT),
        ("is_builtin", TEXT),
        ("is_aggregate", TEXT),
        ("is_ansi", TEXT),
        ("min_num_arguments", NUMBER),
        ("max_num_arguments", NUMBER),
        ("arguments", TEXT),
        ("description", TEXT),
        ("catalog_name", TEXT),
        ("is_table_function", TEXT),
        ("valid_for_clustering", TEXT),
        ("is_secure", TEXT),
        ("secrets", TEXT),
        ("external_access_integrations", TEXT),
    ],
    row: procedure,
    terse_kind: None,
    terse_extra: None,
};

fn function(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(routine) = object.as_function() else {
        return Vec::new();
    };
    let mut row = common(lister, object, routine, "user-defined function");
    row.extend([
        yes(false),
        routine.language.label().into(),
        yes(routine.memoizable),
        yes(false),
    ]);
    row
}

fn procedure(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    match object.as_procedure() {
        Some(routine) => common(lister, object, routine, "user-defined procedure"),
        None => Vec::new(),
    }
}

fn common(lister: &Lister<'_>, object: &Object, routine: &Routine, description: &str) -> Vec<Cell> {
    let (database, schema) = lister.place(object);
    vec![
        object.created.into(),
        routine.name.as_str().into(),
        schema.into(),
        yes(false),
        yes(false),
        yes(false),
        (routine.required() as u64).into(),
        (routine.arguments.len() as u64).into(),
        arguments(routine).into(),
        object.comment.as_deref().unwrap_or(description).into(),
        database.into(),
        yes(routine.columns().is_some()),
        yes(false),
        yes(routine.secure),
        "".into(),
        "".into(),
    ]
}

/// `ADD5(NUMBER, DEFAULT VARCHAR) RETURN NUMBER`.
fn arguments(routine: &Routine) -> String {
    let shown = |argument: &Argument| {
        let word = match argument {
            Argument { default: Some(_), .. } => "DEFAULT ",
            Argument { output: true, .. } => "OUT ",
            _ => "",
        };
        format!("{word}{}", argument.data_type.in_signature())
    };
    let arguments: Vec<String> = routine.arguments.iter().map(shown).collect();
    let returns = match &routine.returns {
        Returns::Scalar { data_type, .. } => data_type.in_signature(),
        table @ Returns::Table(_) => table.to_string(),
    };
    format!("{}({}) RETURN {returns}", routine.name, arguments.join(", "))
}

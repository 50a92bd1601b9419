//! FUNCTIONS and PROCEDURES. <https://docs.snowflake.com/en/sql-reference/info-schema/functions>,
//! <https://docs.snowflake.com/en/sql-reference/info-schema/procedures>

use super::{NUMBER, Scope, TEXT, TIME, altered, yes};
use crate::catalog::routine::Returns;
use crate::catalog::{Object, ObjectKind, Routine};
use crate::engine::rows::{Cell, Columns, Rows};
use crate::engine::show;
use crate::types::SnowType;

pub const FUNCTIONS: Columns = &[
    ("FUNCTION_CATALOG", TEXT),
    ("FUNCTION_SCHEMA", TEXT),
    ("FUNCTION_NAME", TEXT),
    ("FUNCTION_OWNER", TEXT),
    ("ARGUMENT_SIGNATURE", TEXT),
    ("DATA_TYPE", TEXT),
    ("CHARACTER_MAXIMUM_LENGTH", NUMBER),
    ("CHARACTER_OCTET_LENGTH", NUMBER),
    ("NUMERIC_PRECISION", NUMBER),
    ("NUMERIC_PRECISION_RADIX", NUMBER),
    ("NUMERIC_SCALE", NUMBER),
    ("FUNCTION_LANGUAGE", TEXT),
    ("FUNCTION_DEFINITION", TEXT),
    ("VOLATILITY", TEXT),
    ("IS_NULL_CALL", TEXT),
    ("IS_SECURE", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("COMMENT", TEXT),
    ("IS_EXTERNAL", TEXT),
    ("API_INTEGRATION", TEXT),
    ("CONTEXT_HEADERS", TEXT),
    ("MAX_BATCH_ROWS", NUMBER),
    ("REQUEST_TRANSLATOR", TEXT),
    ("RESPONSE_TRANSLATOR", TEXT),
    ("COMPRESSION", TEXT),
    ("IMPORTS", TEXT),
    ("HANDLER", TEXT),
    ("TARGET_PATH", TEXT),
    ("RUNTIME_VERSION", TEXT),
    ("PACKAGES", TEXT),
    ("INSTALLED_PACKAGES", TEXT),
    ("IS_MEMOIZABLE", TEXT),
    ("EXTERNAL_ACCESS_INTEGRATIONS", TEXT),
    ("SECRETS", TEXT),
    ("IS_DATA_METRIC", TEXT),
    ("IS_AGGREGATE", TEXT),
    ("ARTIFACT_REPOSITORY", TEXT),
];

pub const PROCEDURES: Columns = &[
    ("PROCEDURE_CATALOG", TEXT),
    ("PROCEDURE_SCHEMA", TEXT),
    ("PROCEDURE_NAME", TEXT),
    ("PROCEDURE_OWNER", TEXT),
    ("ARGUMENT_SIGNATURE", TEXT),
    ("DATA_TYPE", TEXT),
    ("CHARACTER_MAXIMUM_LENGTH", NUMBER),
    ("CHARACTER_OCTET_LENGTH", NUMBER),
    ("NUMERIC_PRECISION", NUMBER),
    ("NUMERIC_PRECISION_RADIX", NUMBER),
    ("NUMERIC_SCALE", NUMBER),
    ("PROCEDURE_LANGUAGE", TEXT),
    ("PROCEDURE_DEFINITION", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("COMMENT", TEXT),
    ("EXTERNAL_ACCESS_INTEGRATIONS", TEXT),
    ("SECRETS", TEXT),
    ("RUNTIME_VERSION", TEXT),
    ("PACKAGES", TEXT),
    ("INSTALLED_PACKAGES", TEXT),
    ("ARTIFACT_REPOSITORY", TEXT),
    ("OWNER_ROLE_TYPE", TEXT),
];

pub fn functions(scope: &Scope<'_>, rows: &mut Rows) {
    for object in scope.all(ObjectKind::Function) {
        let Some(routine) = object.as_function() else {
            continue;
        };
        let mut row = common(scope, &object, routine);
        let handler = Handler::of(scope, &object, routine);
        row.extend([
            if routine.immutable {
                "IMMUTABLE"
            } else {
                "VOLATILE"
            }
            .into(),
            yes(!routine.strict),
            yes(routine.secure),
            object.created.into(),
            altered(&object),
            object.comment.clone().into(),
            yes(false),
        ]);
        // What only external functions have.
        row.extend(std::iter::repeat_n(Cell::Null, 6));
        row.extend([
            handler.imports,
            handler.name,
            Cell::Null,
            handler.runtime_version,
            handler.packages,
            Cell::Null,
            yes(routine.memoizable),
            Cell::Null,
            Cell::Null,
            yes(false),
            yes(false),
            Cell::Null,
        ]);
        rows.push(row);
    }
}

pub fn procedures(scope: &Scope<'_>, rows: &mut Rows) {
    for object in scope.all(ObjectKind::Procedure) {
        let Some(routine) = object.as_procedure() else {
            continue;
        };
        let mut row = common(scope, &object, routine);
        let handler = Handler::of(scope, &object, routine);
        row.extend([
            object.created.into(),
            altered(&object),
            object.comment.clone().into(),
            Cell::Null,
            Cell::Null,
            handler.runtime_version,
            handler.packages,
            Cell::Null,
            Cell::Null,
            "ROLE".into(),
        ]);
        rows.push(row);
    }
}

/// The columns that both views begin with.
fn common(scope: &Scope<'_>, object: &Object, routine: &Routine) -> Vec<Cell> {
    let [database, schema, _] = scope.place(object);
    let described = routine.described();
    let signature = described.get(routine.name.len()..).unwrap_or_default();
    let (length, octets, number) = match &routine.returns {
        Returns::Scalar { data_type, .. } => match *data_type {
            SnowType::Varchar { length } => (Some(length), Some(show::octets(length)), None),
            SnowType::Binary { length } => (Some(length), Some(length), None),
            SnowType::Number { precision, scale } => (None, None, Some((precision, scale))),
            _ => (None, None, None),
        },
        Returns::Table(_) => (None, None, None),
    };
    let visible = scope.lister.sees_definition(object);
    vec![
        database,
        schema,
        routine.name.as_str().into(),
        object.owner.as_str().into(),
        signature.into(),
        routine.returns.to_string().into(),
        length.map(u64::from).into(),
        octets.map(u64::from).into(),
        number.map(|(precision, _)| u64::from(precision)).into(),
        number.map(|_| 10_u64).into(),
        number.map(|(_, scale)| u64::from(scale)).into(),
        routine.language.label().into(),
        visible.then(|| routine.body.clone()).into(),
    ]
}

/// What a language with a handler fills in.
struct Handler {
    imports: Cell,
    name: Cell,
    runtime_version: Cell,
    packages: Cell,
}

impl Handler {
    fn of(scope: &Scope<'_>, object: &Object, routine: &Routine) -> Self {
        let handler = routine.language.handler();
        let runtime_version = handler.map(|handler| handler.runtime_version.clone()).into();
        let handler = handler.filter(|_| scope.lister.sees_definition(object));
        let list = |items: &[String]| format!("[{}]", items.join(", "));
        Self {
            imports: handler.map(|handler| list(&handler.imports)).into(),
            name: handler.map(|handler| handler.name.clone()).into(),
            runtime_version,
            packages: handler.map(|handler| list(&handler.packages)).into(),
        }
    }
}

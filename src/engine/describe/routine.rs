//! DESCRIBE FUNCTION and DESCRIBE PROCEDURE. <https://docs.snowflake.com/en/sql-reference/sql/desc-function>,
//! <https://docs.snowflake.com/en/sql-reference/sql/desc-procedure>

use super::TEXT;
use crate::catalog::routine::{Argument, Language, Returns};
use crate::catalog::{Object, ObjectKind, Routine};
use crate::engine::rows::Rows;
use crate::engine::show::Lister;
use crate::sql::quote_if_needed;

/// The properties of a routine. Of a secure one the definition is for its owner's eyes only.
pub fn rows(lister: &Lister<'_>, object: &Object, routine: &Routine) -> Rows {
    let mut rows = Rows::new(&[("property", TEXT), ("value", TEXT)]);
    let visible = lister.sees_definition(object);
    let mut push = |property: &str, value: Option<String>| rows.push(vec![property.into(), value.into()]);
    push("signature", Some(signature(routine)));
    push("returns", Some(returns(routine)));
    push("language", Some(routine.language.label().to_string()));
    let procedure = object.kind() == ObjectKind::Procedure;
    if procedure || routine.language != Language::Sql {
        let null = if routine.strict {
            "RETURNS NULL ON NULL INPUT"
        } else {
            "CALLED ON NULL INPUT"
        };
        push("null handling", Some(null.to_string()));
        push("volatility", Some(volatility(routine).to_string()));
    }
    if procedure {
        push("execute as", Some(routine.execute_as.label().to_string()));
    }
    push("body", visible.then(|| routine.body.clone()));
    if let Some(handler) = routine.language.handler() {
        let list = |items: &[String]| {
            let quoted: Vec<String> = items.iter().map(|item| format!("'{item}'")).collect();
            format!("[{}]", quoted.join(","))
        };
        push("imports", visible.then(|| list(&handler.imports)));
        push("handler", visible.then(|| handler.name.clone()));
        push("runtime_version", Some(handler.runtime_version.clone()));
        push("packages", visible.then(|| list(&handler.packages)));
    }
    rows
}

/// `VOLATILE` or `IMMUTABLE`.
pub fn volatility(routine: &Routine) -> &'static str {
    if routine.immutable {
        "IMMUTABLE"
    } else {
        "VOLATILE"
    }
}

/// `(A NUMBER(38,0), B VARCHAR(16777216))`.
fn signature(routine: &Routine) -> String {
    let shown = |argument: &Argument| {
        let mode = if argument.output { "OUT " } else { "" };
        format!("{} {mode}{}", quote_if_needed(&argument.name), argument.data_type)
    };
    let arguments: Vec<String> = routine.arguments.iter().map(shown).collect();
    format!("({})", arguments.join(", "))
}

fn returns(routine: &Routine) -> String {
    match &routine.returns {
        Returns::Scalar { data_type, not_null } => {
            format!("{data_type}{}", if *not_null { " NOT NULL" } else { "" })
        }
        table @ Returns::Table(_) => table.to_string(),
    }
}

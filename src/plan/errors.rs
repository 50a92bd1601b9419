//! DataFusion's planning errors in Snowflake's words.

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;

use crate::error::Error;
use crate::functions::reference;

/// The Snowflake error that a failure of planning or running stands for.
pub fn translate(error: DataFusionError) -> Error {
    match error {
        DataFusionError::SchemaError(inner, _) => schema(*inner),
        DataFusionError::Diagnostic(_, inner) | DataFusionError::Context(_, inner) => translate(*inner),
        DataFusionError::Collection(mut all) if !all.is_empty() => translate(all.remove(0)),
        DataFusionError::Plan(message) => plan(&message),
        // A correlation that could not be turned into a join.
        DataFusionError::NotImplemented(message)
            if message.starts_with("Physical plan does not support logical expression")
                && ["ScalarSubquery", "OuterReferenceColumn", "Exists", "InSubquery"]
                    .iter()
                    .any(|kind| message.contains(kind)) =>
        {
            super::subquery::unsupported(None)
        }
        DataFusionError::NotImplemented(message)
            if message.starts_with("Unsupported ast node in sqltorel: Lambda") =>
        {
            Error::compilation("a lambda can only be the last argument of a higher-order function")
        }
        DataFusionError::NotImplemented(message) => Error::unsupported(message),

        DataFusionError::External(inner) => match inner.downcast::<DataFusionError>() {
            Ok(wrapped) => translate(*wrapped),
            Err(other) => DataFusionError::External(other).into(),
        },
        other
            if other
                .to_string()
                .contains("Scalar subquery returned more than one row") =>
        {
            Error::many_rows()
        }
        other => other.into(),
    }
}

fn schema(error: SchemaError) -> Error {
    match error {
        SchemaError::FieldNotFound { field, .. } => Error::invalid_identifier(identifier(&field.flat_name())),
        SchemaError::AmbiguousReference { field } => Error::ambiguous_column(identifier(&field.name)),
        other => Error::compilation(other),
    }
}

/// DataFusion has no type for these, only texts.
fn plan(message: &str) -> Error {
    let quoted = |text: &str| text.split('\'').nth(1).map(str::to_string);
    if message.starts_with("Invalid function") {
        // DataFusion has the name in lower case.
        let name = quoted(message).unwrap_or_default().to_uppercase();
        return reference::refusal(&name).unwrap_or_else(|| Error::unknown_function(name));
    }
    let grouping = [
        "must be part of GROUP BY",
        "must appear in the GROUP BY",
        "could not be resolved from available",
    ];
    if grouping.iter().any(|text| message.contains(text)) {
        let column = message.split('"').nth(1).map(identifier).unwrap_or_default();
        return Error::not_grouped(column);
    }
    Error::new(1003, "42000", format!("SQL compilation error:\n{message}"))
}

/// A DataFusion column name as a user knows it: without quotes and internal suffixes.
fn identifier(name: &str) -> String {
    name.replace('"', "")
        .split(super::select::REPEAT_MARK)
        .next()
        .unwrap_or_default()
        .to_string()
}

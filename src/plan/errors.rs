//! DataFusion's planning errors in Snowflake's words.

use datafusion::common::{Column, SchemaError, TableReference};
use datafusion::error::DataFusionError;

use crate::error::Error;
use crate::functions::reference;
use crate::sql::quote_if_needed;

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
        DataFusionError::NotImplemented(message)
            if message.contains("`retract_batch` is not implemented") =>
        {
            let call = message.rsplit_once("implemented: ").map_or("", |(_, call)| call);
            let name = call.split('(').next().unwrap_or_default();
            let message =
                format!("SQL compilation error:\nSliding window frame unsupported for function {name}");
            Error::new(2_303, "0A000", message)
        }
        DataFusionError::NotImplemented(message) if message.starts_with("Struct not supported") => {
            Error::unsupported("a row of values in this place")
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
        SchemaError::FieldNotFound { field, .. } => Error::invalid_identifier(column(&field)),
        SchemaError::AmbiguousReference { field } => Error::ambiguous_column(identifier(&field.name)),
        // Two relations of one name.
        SchemaError::DuplicateQualifiedField { qualifier, .. } => Error::compilation(format!(
            "duplicate alias '{}'",
            identifier(&qualifier.to_string())
        )),
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
    if let Some(known) = semantic(message) {
        return known;
    }
    Error::new(1003, "42000", format!("SQL compilation error:\n{message}"))
}

/// Faults of meaning, which DataFusion tells in words of its own.
fn semantic(message: &str) -> Option<Error> {
    let number_after = |mark: &str| {
        let rest = message.split_once(mark)?.1;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest.get(..end).map(str::to_string)
    };
    if message.contains("have different number of columns") {
        let message =
            "SQL compilation error:\ninvalid number of result columns for set operator input branches";
        return Some(Error::new(1_789, "42601", message));
    }
    if let Some(place) = number_after("Order by column out of bounds, specified: ") {
        return Some(Error::compilation(format!(
            "[{place}] is not a valid order by expression"
        )));
    }
    if let Some(place) = number_after("Cannot find column with position ") {
        return Some(Error::not_groupable(place));
    }
    if message.starts_with("Too many columns!") {
        return Some(Error::compilation("a subquery that is a value has one column"));
    }
    if message.starts_with("Inconsistent data length across values list") {
        return Some(Error::compilation(
            "the rows of VALUES must all have as many values as the first",
        ));
    }
    if message.starts_with("Source table contains ") {
        let columns = number_after("Source table contains ")?;
        let names = number_after("columns but only ")?;
        return Some(Error::compilation(format!(
            "an alias lists {names} column(s) for a relation of {columns}"
        )));
    }
    if let Some(name) = message.strip_prefix("Invalid qualifier ") {
        return Some(Error::invalid_identifier(name));
    }
    if message.starts_with("could not parse compound identifier from ") {
        let parts = message.split('"').skip(1).step_by(2);
        return Some(Error::invalid_identifier(parts.collect::<Vec<_>>().join(".")));
    }
    if message.starts_with("Invalid window frame") {
        return Some(Error::compilation("a window frame ends before it begins"));
    }
    if message.starts_with("Correlated scalar subquery can only be used in") {
        return Some(super::subquery::unsupported(None));
    }
    if message.starts_with("RANGE requires exactly one ORDER BY column") {
        return Some(Error::compilation("a RANGE frame needs one ORDER BY expression"));
    }
    if let Some(name) = message.strip_prefix("WITH query name ") {
        let name = name.split('"').nth(1).unwrap_or_default();
        return Some(Error::compilation(format!("duplicate alias '{name}'")));
    }
    if let Some(rest) = message.strip_prefix("For SELECT DISTINCT, ORDER BY expressions ") {
        let expr = rest.split(" must appear").next().unwrap_or_default();
        return Some(Error::compilation(format!(
            "[{expr}] is not a valid order by expression"
        )));
    }
    if let Some(rest) = message.strip_prefix("Argument ") {
        let expr = rest.split(" to grouping function").next().unwrap_or_default();
        return Some(Error::not_groupable(expr));
    }
    if message.starts_with("WITHIN GROUP is only supported") {
        return Some(Error::compilation("WITHIN GROUP of a function that takes none"));
    }
    None
}

/// A column as a user writes its name: in quotes where it needs them.
fn column(column: &Column) -> String {
    let relation = column.relation.iter().flat_map(TableReference::to_vec);
    let parts = relation.chain([identifier(&column.name)]);
    let shown = parts.map(|part| match super::is_position(&part) {
        true => part,
        false => quote_if_needed(&part),
    });
    shown.collect::<Vec<_>>().join(".")
}

/// A DataFusion column name as a user knows it: without quotes and internal suffixes.
fn identifier(name: &str) -> String {
    name.replace('"', "")
        .split(super::select::REPEAT_MARK)
        .next()
        .unwrap_or_default()
        .to_string()
}

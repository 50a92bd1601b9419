//! Stages in the FROM clauses of queries: finding them, and how many columns a query wants of them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectNamePart, Query, SelectItem, SetExpr,
    TableFactor, Value, Visit, Visitor,
};

use super::infer;
use crate::error::{Error, Result};
use crate::sql::StageLocation;

/// The most columns that a query may want of a staged file.
const MAX_COLUMNS: usize = 10_000;

/// A stage in a FROM clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageReference {
    /// Where.
    pub location: StageLocation,
    /// FILE_FORMAT, a name.
    pub file_format: Option<String>,
    /// PATTERN.
    pub pattern: Option<String>,
}

/// What a query says about stages.
#[derive(Debug, Default)]
pub struct StageUse {
    /// The stages, by the text under which planning asks for them.
    pub references: BTreeMap<String, StageReference>,
    /// The largest `$n`.
    pub columns: usize,
    /// The arguments of calls of INFER_SCHEMA.
    pub inferences: Vec<Vec<FunctionArg>>,
}

/// Finds the stages of a query or a part of one, and the largest `$n` if there are any.
///
/// # Errors
/// A reference that is none; a stage read in two ways at once; `SELECT *` from a stage.
pub fn find(query: &impl Visit) -> Result<StageUse> {
    let mut finder = Finder::default();
    match query.visit(&mut finder) {
        ControlFlow::Break(error) => Err(error),
        ControlFlow::Continue(()) => Ok(finder.found),
    }
}

#[derive(Default)]
struct Finder {
    found: StageUse,
}

impl Visitor for Finder {
    type Break = Error;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Error> {
        if let SetExpr::Select(select) = query.body.as_ref() {
            let of_stage = select.from.iter().any(|item| {
                let mut relations =
                    std::iter::once(&item.relation).chain(item.joins.iter().map(|join| &join.relation));
                relations.any(|relation| text_of(relation).is_some())
            });
            if of_stage
                && select
                    .projection
                    .iter()
                    .any(|item| matches!(item, SelectItem::Wildcard(_)))
            {
                return ControlFlow::Break(
                    Error::unsupported("SELECT * from a stage")
                        .with_hint("name the columns: SELECT $1, $2 FROM @stage"),
                );
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Error> {
        if let Some(arguments) = inference(factor) {
            self.found.inferences.push(arguments.to_vec());
            return ControlFlow::Continue(());
        }
        let Some(text) = text_of(factor) else {
            return ControlFlow::Continue(());
        };
        let reference = match reference(&text, factor) {
            Ok(reference) => reference,
            Err(error) => return ControlFlow::Break(error),
        };
        match self.found.references.insert(text, reference.clone()) {
            Some(other) if other != reference => ControlFlow::Break(Error::unsupported(
                "one stage with two formats or patterns in a query",
            )),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Error> {
        let name = match expr {
            Expr::Identifier(name) => Some(name),
            Expr::CompoundIdentifier(parts) => parts.last(),
            _ => None,
        };
        let column = name
            .filter(|name| name.quote_style.is_none())
            .and_then(|name| name.value.strip_prefix('$'))
            .and_then(|digits| digits.parse::<usize>().ok());
        let placeholder = match expr {
            Expr::Value(value) => match &value.value {
                Value::Placeholder(text) => text.strip_prefix('$').and_then(|digits| digits.parse().ok()),
                _ => None,
            },
            _ => None,
        };
        if let Some(column) = column.or(placeholder) {
            if column == 0 || column > MAX_COLUMNS {
                return ControlFlow::Break(Error::invalid_identifier(format!("${column}")));
            }
            self.found.columns = self.found.columns.max(column);
        }
        ControlFlow::Continue(())
    }
}

/// The arguments of INFER_SCHEMA, if that is what stands in FROM.
fn inference(factor: &TableFactor) -> Option<&[FunctionArg]> {
    let (name, arguments) = match factor {
        TableFactor::TableFunction {
            expr: Expr::Function(function),
            ..
        } => match &function.args {
            FunctionArguments::List(list) => (&function.name, list.args.as_slice()),
            _ => return None,
        },
        TableFactor::Function { name, args, .. } => (name, args.as_slice()),
        TableFactor::Table {
            name,
            args: Some(args),
            ..
        } => (name, args.args.as_slice()),
        _ => return None,
    };
    let [ObjectNamePart::Identifier(name)] = name.0.as_slice() else {
        return None;
    };
    name.value.eq_ignore_ascii_case(infer::NAME).then_some(arguments)
}

/// The text of a stage reference, as planning asks for it.
fn text_of(factor: &TableFactor) -> Option<String> {
    let TableFactor::Table { name, .. } = factor else {
        return None;
    };
    crate::sql::staged_name(name).map(str::to_string)
}

fn reference(text: &str, factor: &TableFactor) -> Result<StageReference> {
    let invalid = || Error::compilation(format!("invalid stage reference '{text}'"));
    let location = StageLocation::parse(text).ok_or_else(invalid)?;
    let mut reference = StageReference {
        location,
        file_format: None,
        pattern: None,
    };
    let TableFactor::Table { args: Some(args), .. } = factor else {
        return Ok(reference);
    };
    for argument in &args.args {
        let (name, value) = match argument {
            FunctionArg::Named {
                name,
                arg: FunctionArgExpr::Expr(value),
                ..
            } => (name.value.to_uppercase(), value),
            FunctionArg::ExprNamed {
                name,
                arg: FunctionArgExpr::Expr(value),
                ..
            } => (name.to_string().to_uppercase(), value),
            other => return Err(Error::unsupported(format!("the stage argument {other}"))),
        };
        let value = literal(value).ok_or_else(|| Error::invalid_property_value(&name, value))?;
        match name.as_str() {
            "FILE_FORMAT" => reference.file_format = Some(value),
            "PATTERN" => reference.pattern = Some(value),
            other => return Err(Error::invalid_property_name(other, "STAGE")),
        }
    }
    Ok(reference)
}

/// A string, or a name as text.
fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(value) => value.value.clone().into_string(),
        Expr::Identifier(name) => Some(crate::sql::quote_if_needed(&name.value)),
        Expr::CompoundIdentifier(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| crate::sql::quote_if_needed(&part.value))
                .collect();
            Some(parts.join("."))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::parse_query;

    #[test]
    fn stages_are_found_wherever_a_query_reads_them() {
        let query = "SELECT t.$3:a, (SELECT MAX($1) FROM @~/x (PATTERN => '.*')) FROM @db.s.st/a.csv (FILE_FORMAT => ff) t";
        let found = find(&parse_query(query).unwrap()).unwrap();
        assert_eq!(found.columns, 3);
        let references: Vec<_> = found.references.values().collect();
        assert_eq!(references.len(), 2);
        assert_eq!(references[0].file_format.as_deref(), Some("FF"));
        assert_eq!(references[1].pattern.as_deref(), Some(".*"));
    }

    #[test]
    fn a_star_says_nothing_about_a_file() {
        assert_eq!(
            find(&parse_query("SELECT * FROM @st").unwrap())
                .unwrap_err()
                .code(),
            2
        );
        assert!(find(&parse_query("SELECT * FROM (SELECT $1 FROM @st)").unwrap()).is_ok());
    }
}

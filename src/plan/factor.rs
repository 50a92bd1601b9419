//! Relations of the syntax tree, put in the place of others.

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, SetExpr, TableAlias, TableFactor, Value,
};

use crate::error::{Error, Result};
use crate::sql::QualifiedName;

/// A relation in the place of one that is being rewritten.
pub fn nothing() -> TableFactor {
    TableFactor::TableFunction {
        expr: Expr::Value(Value::Null.into()),
        alias: None,
    }
}

/// Whether a table function stands for the subquery that is its argument: see [`crate::sql::ROWS`].
pub fn is_subquery_of_rows(name: &ObjectName) -> bool {
    matches!(name.0.as_slice(), [part] if part.as_ident().is_some_and(|own| own.value == crate::sql::ROWS))
}

/// Puts the subquery in the place of the function.
///
/// # Errors
/// When there is no subquery.
pub fn subquery_of_rows(factor: &mut TableFactor) -> Result<()> {
    let TableFactor::Table {
        args: Some(args),
        alias,
        ..
    } = factor
    else {
        return Ok(());
    };
    let (mut args, alias) = (std::mem::take(&mut args.args), alias.take());
    let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(subquery)))) = args.pop() else {
        return Err(Error::internal("rows of no subquery"));
    };
    *factor = TableFactor::Derived {
        lateral: false,
        subquery,
        alias,
        sample: None,
    };
    Ok(())
}

/// Makes a subquery of a common table expression that is sampled, so that nothing of its name is sampled instead.
///
/// # Errors
/// Those of parsing.
pub fn sample_of_query(factor: &mut TableFactor) -> Result<()> {
    let TableFactor::Table {
        name, alias, sample, ..
    } = factor
    else {
        return Ok(());
    };
    let own = name.0.last().and_then(|part| part.as_ident()).cloned();
    let own = own.map(|name| TableAlias {
        explicit: false,
        name,
        columns: Vec::new(),
        at: None,
    });
    let (alias, sample) = (alias.take().or(own), sample.take());
    let mut subquery = crate::sql::parse_query("SELECT * FROM \"X\"")?;
    if let SetExpr::Select(select) = subquery.body.as_mut()
        && let Some(from) = select.from.first_mut()
    {
        std::mem::swap(&mut from.relation, factor);
    }
    *factor = TableFactor::Derived {
        lateral: false,
        subquery,
        alias,
        sample,
    };
    Ok(())
}

/// A table by name.
///
/// # Errors
/// Those of parsing.
pub fn named_table(name: &QualifiedName, given: Option<TableAlias>) -> Result<TableFactor> {
    let mut query = crate::sql::parse_query("SELECT * FROM \"X\"")?;
    let factor = match query.body.as_mut() {
        SetExpr::Select(select) => select.from.pop().map(|table| table.relation),
        _ => None,
    };
    let Some(mut factor) = factor else {
        return Err(Error::internal("a query without a table"));
    };
    if let TableFactor::Table {
        name: written, alias, ..
    } = &mut factor
    {
        let parts = name
            .parts()
            .iter()
            .map(|part| Ident::with_quote('"', &part.value));
        *written = ObjectName::from(parts.collect::<Vec<_>>());
        *alias = given;
    }
    Ok(factor)
}

//! Expressions of scripts that run in a session.
//!
//! An expression over variables is planned once and computed as often as it is reached ([`compiled`](super::compiled)).
//! What holds a query, or depends on more than its variables, is computed as `SELECT expression` each time.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{Expr, SelectItem, SetExpr};

use super::compiled::{Compiled, as_binds, depends_on_variables_only};
use crate::engine::binds::Binds;
use crate::engine::session::Session;
use crate::engine::work::Work;
use crate::error::{Error, Result};
use crate::plan::execute;
use crate::script::tree::Expression;
use crate::script::{Bindings, Value};
use crate::types::SnowType;

/// Computes an expression.
pub(super) async fn evaluate(
    session: &mut Session,
    compiled: &mut HashMap<u64, Compiled>,
    expression: &Expression,
    variables: &Bindings,
) -> Result<Value> {
    if !expression.has_query && depends_on_variables_only(&expression.tree, variables) {
        if let Some(known) = compiled.get(&expression.id).filter(|known| known.fits(variables)) {
            return known.compute(variables);
        }
        // What wants a constant where a variable stands is left to the query.
        if let Ok(planned) = compile(session, &expression.tree, variables)
            && let Ok(value) = planned.compute(variables)
        {
            compiled.insert(expression.id, planned);
            return Ok(value);
        }
    }
    let binds = Binds::of_values(variables);
    let tree = match expression.has_query {
        true => session.parse_expr(&expression.text, &binds)?,
        false => expression.tree.as_ref().clone(),
    };
    by_query(session, tree, variables).await
}

fn compile(session: &mut Session, tree: &Expr, variables: &Bindings) -> Result<Compiled> {
    let (account, context) = session.parts();
    let work = Work::begin(account, context, Arc::default(), Default::default())?;
    let (planner, _) = work.planner();
    Compiled::new(&planner, tree, variables)
}

/// Computes an expression as a query; names in it are variables.
pub(super) async fn by_query(session: &mut Session, mut tree: Expr, variables: &Bindings) -> Result<Value> {
    as_binds(&mut tree, variables);
    let mut query = crate::sql::parse_query("SELECT NULL")?;
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.projection = vec![SelectItem::UnnamedExpr(tree)];
    }
    if !variables.is_empty() {
        session.context_mut().binds = Arc::new(Binds::of_values(variables));
    }
    let (before, held) = session.open_transaction();
    let (account, context) = session.parts();
    let work = Work::begin(account, context, before, held)?;
    let (planner, _) = work.planner();
    let (schema, batches) = execute::collect(planner.query(&query)?, planner.state()).await?;
    let Some(field) = schema.fields().first() else {
        return Err(Error::internal("an expression without a column"));
    };
    let data_type = SnowType::from_field(field).unwrap_or(SnowType::VARCHAR);
    let array = batches
        .iter()
        .find(|batch| batch.num_rows() > 0)
        .and_then(|batch| batch.columns().first().map(|array| array.slice(0, 1)));
    match array {
        Some(array) => Ok(Value {
            array: crate::types::cast::canonical(&array, &data_type)?,
            data_type,
        }),
        None => Ok(Value::null(data_type)),
    }
}

//! Views as relations: the query is planned anew wherever the view is used.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableSource, TableType};
use datafusion::sql::sqlparser::ast::Query;

use super::environment::StatementEnvironment;
use crate::catalog::Object;
use crate::catalog::object::View;
use crate::error::{Error, Result};
use crate::plan::Planner;
use crate::sql::{self, quote_if_needed};

/// A view's plan as a relation.
struct PlannedView {
    plan: LogicalPlan,
    schema: SchemaRef,
}

impl TableSource for PlannedView {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    fn get_logical_plan(&self) -> Option<Cow<'_, LogicalPlan>> {
        Some(Cow::Borrowed(&self.plan))
    }
}

/// A view as a relation.
///
/// # Errors
/// 002057 when the view no longer fits what it reads; 002037 around whatever is wrong with its query.
pub(super) fn source(
    environment: &StatementEnvironment,
    object: &Object,
    view: &View,
) -> Result<Arc<dyn TableSource>> {
    let query = sql::parse_query(&view.query)?;
    let plan = plan(environment, &view.context, &query).map_err(|error| in_view(error, object))?;
    let produced = plan.schema().fields().len();
    if produced != view.columns.len() {
        let message = format!(
            "SQL compilation error:\nView definition for '{}' declared {} column(s), but view query produces {produced} \
             column(s).",
            environment.names().full_name(object),
            view.columns.len()
        );
        return Err(Error::new(2057, "42601", message));
    }
    from_plan(
        plan,
        view.columns.iter().map(|column| column.name.clone()).collect(),
    )
}

/// 002037 (42601): a view whose query does not compile any more. Other failures stay what they are.
fn in_view(error: Error, object: &Object) -> Error {
    if !error.message().starts_with("SQL compilation error") {
        return error;
    }
    let message = format!(
        "SQL compilation error:\nFailure during expansion of view '{}': {}",
        quote_if_needed(&object.name),
        error.message()
    );
    let outer = Error::new(2037, "42601", message);
    match error.hint() {
        Some(hint) => outer.with_hint(hint),
        None => outer,
    }
}

/// The plan of a view's query, its bare names looked up in a database and schema.
///
/// # Errors
/// Whatever is wrong with the query.
pub(super) fn plan(
    environment: &StatementEnvironment,
    context: &(String, String),
    query: &Query,
) -> Result<LogicalPlan> {
    let inner = Arc::new(environment.inside(context)?);
    let planner = Planner::new(
        Arc::clone(&inner) as _,
        environment.account.base_state(),
        &environment.context.types,
    );
    let plan = planner.query(query)?;
    environment.absorb(&inner);
    Ok(plan)
}

/// A plan as a relation whose columns have these names.
pub(super) fn from_plan(plan: LogicalPlan, names: Vec<String>) -> Result<Arc<dyn TableSource>> {
    let columns = plan.schema().columns();
    if columns.len() != names.len() {
        let message = format!(
            "SQL compilation error:\nView definition declared {} column(s), but view query produces {} column(s).",
            names.len(),
            columns.len()
        );
        return Err(Error::new(2057, "42601", message));
    }
    let named = columns
        .into_iter()
        .zip(&names)
        .map(|(column, name)| Expr::Column(column).alias(name));
    let plan = LogicalPlanBuilder::from(plan)
        .project(named)
        .and_then(LogicalPlanBuilder::build)
        .map_err(crate::plan::translate)?;
    let fields: Vec<_> = plan.schema().fields().iter().cloned().collect();
    Ok(Arc::new(PlannedView {
        plan,
        schema: Arc::new(Schema::new(fields)),
    }))
}

//! [`Planner`]: one statement's view of names and functions, and its way from syntax tree to logical plan.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::common::TableReference;
use datafusion::config::ConfigOptions;
use datafusion::datasource::cte_worktable::CteWorkTable;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result as DataFusionResult;
use datafusion::execution::SessionState;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::planner::{ContextProvider, ExprPlanner, RelationPlanner};
use datafusion::logical_expr::{
    AggregateUDF, Expr, HigherOrderUDF, LogicalPlan, ScalarUDF, TableSource, WindowUDF,
};
use datafusion::prelude::SessionConfig;
use datafusion::sql::planner::{ParserOptions, PlannerContext, SqlToRel};
use datafusion::sql::sqlparser::ast;

use super::environment::{Environment, RelationSource};
use super::errors::translate;
use super::features::Features;
use super::routine::UserCall;
use super::{
    barrier, cell, coercion, domain, expression, inline, lateral, match_recognize, metric, operator, pivot,
    range_frames, recursion, relation, routine, select, subquery, window_keys,
};
use crate::error::Result;
use crate::functions;
use crate::types::SnowType;
use crate::types::context::TypeContext;

/// The DataFusion state that every statement's own state is a copy of. Making one is costly, copying is not.
pub fn base_state() -> SessionState {
    let mut config = SessionConfig::new()
        .with_target_partitions(available_cores())
        .with_batch_size(8192);
    let options = config.options_mut();
    options.optimizer.prefer_existing_sort = true;
    options.optimizer.enable_round_robin_repartition = false;
    options.optimizer.repartition_file_scans = false;
    options.execution.collect_statistics = false;
    options.sql_parser.map_string_types_to_utf8view = false;
    options.execution.parquet.schema_force_view_types = false;
    SessionStateBuilder::new().with_config(config).build()
}

fn available_cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Plans the queries of one statement.
pub struct Planner {
    environment: Arc<dyn Environment>,
    state: SessionState,
    expr_planners: Vec<Arc<dyn ExprPlanner>>,
    relation_planners: Vec<Arc<dyn RelationPlanner>>,
    /// Whether a user-defined function was called.
    called: AtomicBool,
}

impl fmt::Debug for Planner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planner").finish_non_exhaustive()
    }
}

impl Planner {
    /// A planner for one statement. `base` is [`base_state`]; `types` are the session's type parameters.
    pub fn new(environment: Arc<dyn Environment>, base: &SessionState, types: &TypeContext) -> Self {
        let mut state = base.clone();
        state.config_mut().options_mut().extensions.insert(types.clone());
        // Functions see the options that the execution began with.
        state.mark_start_execution();
        let expr_planners: Vec<Arc<dyn ExprPlanner>> = vec![Arc::new(operator::Operators)];
        let relation_planners: Vec<Arc<dyn RelationPlanner>> =
            vec![Arc::new(relation::Relations::new(Arc::clone(&environment)))];
        Self {
            environment,
            state,
            expr_planners,
            relation_planners,
            called: AtomicBool::new(false),
        }
    }

    /// The same planner for a statement that is only described: its plans give no rows.
    pub fn describing(mut self) -> Self {
        super::execute::describe_only(&mut self.state);
        self
    }

    /// The DataFusion state that plans of this statement run with.
    pub fn state(&self) -> &SessionState {
        &self.state
    }

    /// The session's type parameters.
    pub fn types(&self) -> &TypeContext {
        TypeContext::of(self.state.config_options())
    }

    /// A query's logical plan.
    ///
    /// # Errors
    /// Whatever is wrong with the query, in Snowflake's words.
    pub fn query(&self, query: &ast::Query) -> Result<LogicalPlan> {
        self.query_in(query, &mut PlannerContext::new())
    }

    /// The plan of a function's body, in which bare names that are no columns are the function's parameters.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub fn body(&self, query: &ast::Query, parameters: &[(String, SnowType)]) -> Result<LogicalPlan> {
        let schema = routine::parameter_schema(parameters).map_err(translate)?;
        let mut context = PlannerContext::new();
        context.append_outer_query_schema(Arc::new(schema));
        self.query_in(query, &mut context)
    }

    /// Whether anything that was planned calls a user-defined function.
    pub fn calls_user_function(&self) -> bool {
        self.called.load(Ordering::Relaxed)
    }

    fn query_in(&self, query: &ast::Query, context: &mut PlannerContext) -> Result<LogicalPlan> {
        let mut query = query.clone();
        pivot::settle(&mut query, self)?;
        metric::expand(&mut query)?;
        select::resolve(&mut query, self.environment.as_ref())?;
        expression::rewrite(&mut query, self.environment.as_ref(), self.types())?;
        let planner = SqlToRel::new_with_options(self, parser_options());
        let plan = planner
            .sql_statement_to_plan_with_context(ast::Statement::Query(Box::new(query)), context)
            .map_err(translate)?;
        self.finish(plan)
    }

    /// An expression over a relation's columns, with the casts that Snowflake's rules ask for.
    ///
    /// # Errors
    /// Whatever is wrong with the expression.
    pub fn expression(&self, expr: &ast::Expr, schema: &DFSchema) -> Result<Expr> {
        let mut expr = expr.clone();
        metric::expand(&mut expr)?;
        expression::rewrite(&mut expr, self.environment.as_ref(), self.types())?;
        let planner = SqlToRel::new_with_options(self, parser_options());
        let planned = planner
            .sql_to_expr(expr, schema, &mut PlannerContext::new())
            .map_err(translate)?;
        let planned = match self.calls_user_function() {
            true => inline::expression(planned, schema).map_err(translate)?,
            false => planned,
        };
        coercion::coerce_expr(planned, schema).map_err(translate)
    }

    /// Applies the rewrites that work on logical plans; for plans that were built by hand.
    ///
    /// # Errors
    /// When types do not go together.
    pub fn finish(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        let plan = match self.calls_user_function() {
            true => inline::plan(plan).map_err(translate)?,
            false => plan,
        };
        let has = Features::of(&plan).map_err(translate)?;
        let plan = rewritten(has.subqueries, plan, subquery::scalars)?;
        let plan = rewritten(has.joins, plan, lateral::inline)?;
        let plan = rewritten(has.recursion, plan, recursion::settle)?;
        let plan = rewritten(true, plan, coercion::coerce_plan)?;
        // ANY and ALL have become correlations by now.
        let plan = rewritten(has.correlations || has.subqueries, plan, domain::join_subqueries)?;
        let plan = rewritten(has.windows, plan, range_frames::in_nanoseconds)?;
        rewritten(has.windows, plan, window_keys::compute_once)
    }
}

/// A plan after a rewrite that only some plans need.
fn rewritten(
    needed: bool,
    plan: LogicalPlan,
    rewrite: fn(LogicalPlan) -> DataFusionResult<LogicalPlan>,
) -> Result<LogicalPlan> {
    match needed {
        true => rewrite(plan).map_err(translate),
        false => Ok(plan),
    }
}

fn parser_options() -> ParserOptions {
    ParserOptions::new()
        .with_parse_float_as_decimal(true)
        .with_enable_ident_normalization(false)
        .with_map_string_types_to_utf8view(false)
}

impl ContextProvider for Planner {
    fn get_table_source(&self, name: TableReference) -> DataFusionResult<Arc<dyn TableSource>> {
        let parts: Vec<String> = match &name {
            TableReference::Bare { table } => vec![table.to_string()],
            TableReference::Partial { schema, table } => vec![schema.to_string(), table.to_string()],
            TableReference::Full {
                catalog,
                schema,
                table,
            } => {
                vec![catalog.to_string(), schema.to_string(), table.to_string()]
            }
        };
        let source = RelationSource {
            name: &parts,
            version: None,
            arguments: &[],
        };
        Ok(self.environment.relation(source)?)
    }

    fn create_cte_work_table(&self, name: &str, schema: SchemaRef) -> DataFusionResult<Arc<dyn TableSource>> {
        Ok(provider_as_source(Arc::new(CteWorkTable::new(name, schema))))
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        &self.expr_planners
    }

    fn get_relation_planners(&self) -> &[Arc<dyn RelationPlanner>] {
        &self.relation_planners
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        if let Some(sequence) = name.strip_prefix("$NEXTVAL:") {
            let parts: Vec<String> = sequence.split('\u{1f}').map(str::to_string).collect();
            return self.environment.sequence(&parts).ok();
        }
        if let Some((function, arguments)) = routine::called(name) {
            let found = self.environment.user_function(&function).ok()??;
            self.called.store(true, Ordering::Relaxed);
            return Some(Arc::new(ScalarUDF::from(UserCall::new(name, arguments, found))));
        }
        // A value in a struct, so that NULL is told from no value.
        match name {
            "$BOX" => return Some(datafusion::functions::core::named_struct()),
            cell::NAME => return Some(cell::function()),
            barrier::EACH_ROW => return Some(barrier::each_row()),
            "$UNBOX" => return Some(datafusion::functions::core::get_field()),
            _ => {}
        }
        let name = name.to_ascii_uppercase();
        functions::registry()
            .scalar(&name)
            .or_else(|| self.environment.local_function(&name))
    }

    fn get_higher_order_meta(&self, name: &str) -> Option<Arc<HigherOrderUDF>> {
        functions::higher_order::function(&name.to_ascii_uppercase())
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        functions::registry().aggregate(&name.to_ascii_uppercase())
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        if let Some(matches) = match_recognize::Matching::function(name) {
            return Some(matches);
        }
        functions::registry().window(&name.to_ascii_uppercase())
    }

    fn get_variable_type(&self, _: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        self.state.config_options()
    }

    /// DataFusion looks for a name to suggest, and fails in another way when it gets none.
    fn udf_names(&self) -> Vec<String> {
        functions::registry()
            .names()
            .map(|(name, ..)| name.to_string())
            .collect()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn udaf_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn udwf_names(&self) -> Vec<String> {
        Vec::new()
    }
}

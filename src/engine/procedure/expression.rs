//! Expressions of scripts.
//!
//! An expression over variables is planned once, with the variables as columns, and then computed on a batch of one row
//! as often as it is reached: a loop's condition costs microseconds. What holds a query, or depends on more than its
//! variables, is computed as `SELECT expression` each time.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::DFSchema;
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{ColumnarValue, ExprSchemable};
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectNamePart, Query, SelectItem, SetExpr, Value as Literal, Visit, VisitMut, Visitor,
    VisitorMut,
};

use crate::engine::binds::Binds;
use crate::engine::session::Session;
use crate::engine::work::Work;
use crate::error::{Error, Result};
use crate::functions;
use crate::plan::{self, execute};
use crate::script::tree::Expression;
use crate::script::{Bindings, Value};
use crate::types::SnowType;

/// An expression that was planned.
pub(super) struct Compiled {
    /// The variables' types, by which it was planned.
    types: Vec<(String, SnowType)>,
    schema: SchemaRef,
    physical: Arc<dyn PhysicalExpr>,
    data_type: SnowType,
}

/// Computes an expression.
pub(super) async fn evaluate(
    session: &mut Session,
    compiled: &mut HashMap<u64, Compiled>,
    expression: &Expression,
    variables: &Bindings,
) -> Result<Value> {
    if !expression.has_query && depends_on_variables_only(&expression.tree, variables) {
        let same = |known: &Compiled| {
            known.types.len() == variables.len()
                && known
                    .types
                    .iter()
                    .zip(variables)
                    .all(|((name, data_type), (other, value))| name == other && *data_type == value.data_type)
        };
        if let Some(known) = compiled.get(&expression.id).filter(|known| same(known)) {
            return compute(known, variables);
        }
        // What wants a constant where a variable stands is left to the query.
        if let Ok(planned) = compile(session, &expression.tree, variables)
            && let Ok(value) = compute(&planned, variables)
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

fn compute(compiled: &Compiled, variables: &Bindings) -> Result<Value> {
    let columns: Vec<ArrayRef> = variables.values().map(|value| Arc::clone(&value.array)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let batch = RecordBatch::try_new_with_options(Arc::clone(&compiled.schema), columns, &options)?;
    let array = match compiled.physical.evaluate(&batch).map_err(plan::translate)? {
        ColumnarValue::Array(array) => array,
        ColumnarValue::Scalar(value) => value.to_array()?,
    };
    Ok(Value {
        data_type: compiled.data_type,
        array: crate::types::cast::canonical(&array, &compiled.data_type)?,
    })
}

fn compile(session: &mut Session, tree: &Expr, variables: &Bindings) -> Result<Compiled> {
    let mut tree = tree.clone();
    let _ = VisitMut::visit(&mut tree, &mut AsColumns(variables));
    let fields = variables
        .iter()
        .map(|(name, value)| value.data_type.field(name, true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let columns = DFSchema::try_from(Arc::clone(&schema))?;
    let (account, context) = session.parts();
    let work = Work::begin(account, context, Arc::default(), Default::default())?;
    let (planner, _) = work.planner();
    let planned = planner.expression(&tree, &columns)?;
    let (_, field) = planned.to_field(&columns).map_err(plan::translate)?;
    let mut properties = ExecutionProps::new();
    properties.mark_start_execution(Arc::new(planner.state().config_options().as_ref().clone()));
    let planning = PhysicalPlanningContext::default();
    let physical =
        create_physical_expr(&planned, &columns, &properties, &planning).map_err(plan::translate)?;
    Ok(Compiled {
        types: variables
            .iter()
            .map(|(name, value)| (name.clone(), value.data_type))
            .collect(),
        schema,
        physical,
        data_type: SnowType::from_field(&field).unwrap_or(SnowType::VARCHAR),
    })
}

/// Computes an expression as a query; names in it are variables.
pub(super) async fn by_query(session: &mut Session, mut tree: Expr, variables: &Bindings) -> Result<Value> {
    let _ = VisitMut::visit(&mut tree, &mut AsBinds { variables, depth: 0 });
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

/// The variable that an expression names, if it does no more than that.
fn variable<'v>(expr: &Expr, variables: &'v Bindings) -> Option<&'v str> {
    let name = match expr {
        Expr::Identifier(name) => name.value.clone(),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [row, column] => format!("{}.{}", row.value, column.value),
            _ => return None,
        },
        Expr::Value(value) => match &value.value {
            Literal::Placeholder(name) => name.strip_prefix(':')?.to_string(),
            _ => return None,
        },
        _ => return None,
    };
    variables.get_key_value(&name).map(|(name, _)| name.as_str())
}

/// Whether an expression's value follows from its variables alone: every name in it is one, and its functions are built
/// in and always give the same.
fn depends_on_variables_only(tree: &Expr, variables: &Bindings) -> bool {
    struct Check<'a>(&'a Bindings);
    impl Visitor for Check<'_> {
        type Break = ();

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            let known = match expr {
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) => variable(expr, self.0).is_some(),
                Expr::Value(value) => match &value.value {
                    Literal::Placeholder(_) => variable(expr, self.0).is_some(),
                    _ => true,
                },
                Expr::Function(function) => match function.name.0.as_slice() {
                    [ObjectNamePart::Identifier(name)] => {
                        functions::registry().scalar(&name.value).is_some_and(|known| {
                            known.signature().volatility == datafusion::logical_expr::Volatility::Immutable
                        })
                    }
                    _ => false,
                },
                _ => true,
            };
            match known {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            }
        }
    }
    tree.visit(&mut Check(variables)).is_continue()
}

/// Puts a column for each variable.
struct AsColumns<'a>(&'a Bindings);

impl VisitorMut for AsColumns<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Some(name) = variable(expr, self.0) {
            *expr = Expr::Identifier(Ident::with_quote('"', name));
        }
        ControlFlow::Continue(())
    }
}

/// Puts a bind variable for each variable outside of queries, whose names are columns.
struct AsBinds<'a> {
    variables: &'a Bindings,
    depth: usize,
}

impl VisitorMut for AsBinds<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.depth == 0
            && let Some(name) = variable(expr, self.variables)
        {
            *expr = Expr::value(Literal::Placeholder(format!(":{name}")));
        }
        ControlFlow::Continue(())
    }
}

/// The type of an expression without columns, if it can be planned.
pub(super) fn type_of(planner: &plan::Planner, expr: &Expr) -> Option<SnowType> {
    let planned = planner.expression(expr, &DFSchema::empty()).ok()?;
    let (_, field) = planned.to_field(&DFSchema::empty()).ok()?;
    SnowType::from_field(&field)
}

//! [`Compiled`]: an expression of a script over variables, planned once with the variables as columns.
//!
//! It is then computed on a batch of one row as often as it is reached: a loop's condition costs microseconds.

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
    Expr, Ident, ObjectNamePart, Value as Literal, Visit, VisitMut, Visitor, VisitorMut,
};

use crate::error::Result;
use crate::functions;
use crate::plan;
use crate::script::{Bindings, Value};
use crate::sql::outside_queries;
use crate::types::SnowType;

/// An expression that was planned.
#[derive(Debug)]
pub(in crate::engine) struct Compiled {
    /// The variables' types, by which it was planned.
    types: Vec<(String, SnowType)>,
    schema: SchemaRef,
    physical: Arc<dyn PhysicalExpr>,
    data_type: SnowType,
}

impl Compiled {
    /// Plans an expression over variables of these types.
    ///
    /// # Errors
    /// Whatever is wrong with the expression.
    pub(in crate::engine) fn new(planner: &plan::Planner, tree: &Expr, variables: &Bindings) -> Result<Self> {
        let mut tree = tree.clone();
        let _ = VisitMut::visit(&mut tree, &mut AsColumns(variables));
        let fields = variables
            .iter()
            .map(|(name, value)| value.data_type.field(name, true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let columns = DFSchema::try_from(Arc::clone(&schema))?;
        let planned = planner.expression(&tree, &columns)?;
        let (_, field) = planned.to_field(&columns).map_err(plan::translate)?;
        let mut properties = ExecutionProps::new();
        properties.mark_start_execution(Arc::new(planner.state().config_options().as_ref().clone()));
        let planning = PhysicalPlanningContext::default();
        let physical =
            create_physical_expr(&planned, &columns, &properties, &planning).map_err(plan::translate)?;
        Ok(Self {
            types: variables
                .iter()
                .map(|(name, value)| (name.clone(), value.data_type))
                .collect(),
            schema,
            physical,
            data_type: SnowType::from_field(&field).unwrap_or(SnowType::VARCHAR),
        })
    }

    /// Whether it was planned for variables of these names and types.
    pub(in crate::engine) fn fits(&self, variables: &Bindings) -> bool {
        self.types.len() == variables.len()
            && self
                .types
                .iter()
                .zip(variables)
                .all(|((name, data_type), (other, value))| name == other && *data_type == value.data_type)
    }

    /// Its value.
    ///
    /// # Errors
    /// Whatever computing it fails with.
    pub(in crate::engine) fn compute(&self, variables: &Bindings) -> Result<Value> {
        let columns: Vec<ArrayRef> = variables.values().map(|value| Arc::clone(&value.array)).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(1));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        let array = match self.physical.evaluate(&batch).map_err(plan::translate)? {
            ColumnarValue::Array(array) => array,
            ColumnarValue::Scalar(value) => value.to_array()?,
        };
        Ok(Value {
            data_type: self.data_type,
            array: crate::types::cast::canonical(&array, &self.data_type)?,
        })
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
pub(super) fn depends_on_variables_only(tree: &Expr, variables: &Bindings) -> bool {
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
pub(in crate::engine) fn as_binds(tree: &mut Expr, variables: &Bindings) {
    outside_queries(tree, |expr| {
        if let Some(name) = variable(expr, variables) {
            *expr = Expr::value(Literal::Placeholder(format!(":{name}")));
        }
    });
}

/// The type of an expression without columns, if it can be planned.
pub(super) fn type_of(planner: &plan::Planner, expr: &Expr) -> Option<SnowType> {
    let planned = planner.expression(expr, &DFSchema::empty()).ok()?;
    let (_, field) = planned.to_field(&DFSchema::empty()).ok()?;
    SnowType::from_field(&field)
}

//! Table functions OVER partitions: `TABLE(f(t.a) OVER (PARTITION BY t.b ORDER BY t.c))`.
//! <https://docs.snowflake.com/en/developer-guide/udf/udf-calling-sql#table-functions-and-partitions>
//!
//! The rows that the function is joined to are grouped by the keys, each group as one list in the order that is asked for.
//! The function makes of such a list the rows that it gives for the partition, each with the row beside which it stands;
//! unnesting them gives the join. A row that comes of the partition's end stands beside none: of the rows' columns it has
//! only those that are keys.
//!
//! In the syntax tree OVER travels as named arguments ([`encode`], [`Over::take`]), and in the plan as a call of
//! [`PartitionedCall`], until [`lateral`](super::lateral) knows the rows.

use std::any::Any;
use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Column;
use datafusion::error::Result;
use datafusion::functions::core::expr_fn::{get_field, named_struct};
use datafusion::functions_aggregate::array_agg::array_agg_udaf;
use datafusion::logical_expr::expr::{AggregateFunction, Sort};
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, LogicalPlanBuilder, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility, lit,
};
use datafusion::sql::sqlparser::ast::{
    self, FunctionArg, FunctionArgExpr, FunctionArgOperator, Ident, WindowType,
};

use super::relation::{FLATTENED, unnest_options};
use crate::error::Error;

/// The column of a partition's rows.
const ROWS: &str = "$ROWS";

/// What the names of the members of a row begin with: columns that it has, and arguments of the function.
pub const KEPT: &str = "k";
/// See [`KEPT`].
pub const ARGUMENT: &str = "a";

/// The names of the arguments that OVER becomes.
const OVER: &str = "$OVER";
const PARTITION: &str = "$PARTITION";
const ORDER: &str = "$ORDER";

/// Makes a table function over partitions.
pub trait Partitions: Debug + Send + Sync {
    /// The function that takes the list of a partition's rows and gives the list of the rows that come of it.
    ///
    /// A row is a struct of the function's arguments (`a0`, `a1`, …) and of the columns beside which its rows are to
    /// stand (`k0`, `k1`, …); what is given is a struct of the latter and of the function's own columns.
    fn function(&self, kept: Vec<Kept>) -> ScalarUDF;
}

/// A column that the rows of a table function are to stand beside.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its field.
    pub field: FieldRef,
    /// Whether all rows of a partition have the same value.
    pub key: bool,
}

/// OVER.
#[derive(Debug)]
pub struct Over<T> {
    /// PARTITION BY.
    keys: Vec<T>,
    /// ORDER BY.
    orders: Vec<(T, Direction)>,
}

/// How rows are ordered by a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Direction {
    ascending: bool,
    nulls_first: bool,
}

/// Adds OVER to the arguments of a call.
///
/// # Errors
/// A refusal of named windows and frames.
pub fn encode(over: WindowType, arguments: &mut Vec<FunctionArg>) -> crate::error::Result<()> {
    let WindowType::WindowSpec(window) = over else {
        return Err(Error::unsupported("a named window of a table function"));
    };
    if window.window_frame.is_some() || window.window_name.is_some() {
        return Err(Error::unsupported("a window frame of a table function"));
    }
    let mut add = |name: String, value: ast::Expr| {
        arguments.push(FunctionArg::Named {
            name: Ident::with_quote('"', name),
            arg: FunctionArgExpr::Expr(value),
            operator: FunctionArgOperator::RightArrow,
        });
    };
    add(
        OVER.to_string(),
        ast::Expr::Value(ast::Value::Boolean(true).into()),
    );
    for key in window.partition_by {
        add(PARTITION.to_string(), key);
    }
    for order in window.order_by {
        let ascending = order.options.asc.unwrap_or(true);
        // As everywhere, NULL counts as the greatest value.
        let nulls_first = order.options.nulls_first.unwrap_or(!ascending);
        let word = |yes: bool| if yes { "Y" } else { "N" };
        add(
            format!("{ORDER}{}{}", word(ascending), word(nulls_first)),
            order.expr,
        );
    }
    Ok(())
}

impl Over<ast::Expr> {
    /// Takes OVER out of the arguments of a call, if it is there.
    pub fn take(arguments: &mut Vec<FunctionArg>) -> Option<Self> {
        let mut over = None;
        arguments.retain(|argument| {
            let FunctionArg::Named {
                name,
                arg: FunctionArgExpr::Expr(value),
                ..
            } = argument
            else {
                return true;
            };
            let found = || Self {
                keys: Vec::new(),
                orders: Vec::new(),
            };
            match name.value.as_str() {
                OVER => over = Some(found()),
                PARTITION => over.get_or_insert_with(found).keys.push(value.clone()),
                name => match name.strip_prefix(ORDER) {
                    Some(flags) => {
                        let direction = Direction {
                            ascending: flags.starts_with('Y'),
                            nulls_first: flags.ends_with('Y'),
                        };
                        over.get_or_insert_with(found)
                            .orders
                            .push((value.clone(), direction));
                    }
                    None => return true,
                },
            }
            false
        });
        over
    }

    /// The same with its expressions planned.
    ///
    /// # Errors
    /// Those of `plan`.
    pub fn planned(self, mut plan: impl FnMut(ast::Expr) -> Result<Expr>) -> Result<Over<Expr>> {
        Ok(Over {
            keys: self.keys.into_iter().map(&mut plan).collect::<Result<_>>()?,
            orders: self
                .orders
                .into_iter()
                .map(|(expr, direction)| Ok((plan(expr)?, direction)))
                .collect::<Result<_>>()?,
        })
    }
}

impl Over<Expr> {
    /// Whether its expressions satisfy a condition.
    pub fn any(&self, mut holds: impl FnMut(&Expr) -> bool) -> bool {
        self.keys
            .iter()
            .chain(self.orders.iter().map(|(expr, _)| expr))
            .any(&mut holds)
    }

    /// The call that stands for a table function over partitions until the rows are known.
    pub fn call(self, rows: Arc<ScalarUDF>, partitions: Arc<dyn Partitions>, values: Vec<Expr>) -> Expr {
        let (orders, directions): (Vec<_>, Vec<_>) = self.orders.into_iter().unzip();
        let call = PartitionedCall {
            name: format!("{OVER}:{}", rows.name()),
            arguments: values.len(),
            keys: self.keys.len(),
            directions,
            rows,
            partitions,
            signature: Signature::user_defined(Volatility::Volatile),
        };
        let all = values.into_iter().chain(self.keys).chain(orders);
        ScalarUDF::from(call).call(all.collect())
    }
}

/// A call of a table function over partitions: its arguments, the keys, and what rows are ordered by.
#[derive(Debug)]
pub struct PartitionedCall {
    name: String,
    arguments: usize,
    keys: usize,
    directions: Vec<Direction>,
    /// The function over single rows, which tells what is given.
    rows: Arc<ScalarUDF>,
    partitions: Arc<dyn Partitions>,
    signature: Signature,
}

impl PartitionedCall {
    /// The call that an expression is, with what it is called with.
    pub fn of(expr: &Expr) -> Option<(&Self, &[Expr])> {
        let Expr::ScalarFunction(function) = expr else {
            return None;
        };
        let inner: &dyn Any = function.func.inner().as_ref();
        Some((inner.downcast_ref()?, &function.args))
    }

    /// The rows of a relation beside those that the function gives for its partitions; the latter are structs in the
    /// column [`FLATTENED`]. The first expressions to be taken of them are answered too: the relation's columns.
    ///
    /// # Errors
    /// When keys cannot be grouped by.
    pub fn join(&self, left: LogicalPlan, given: Vec<Expr>) -> Result<(LogicalPlanBuilder, Vec<Expr>)> {
        let mut given = given.into_iter();
        let arguments: Vec<Expr> = given.by_ref().take(self.arguments).collect();
        let keys: Vec<Expr> = given.by_ref().take(self.keys).collect();
        let orders = given.zip(&self.directions).map(|(expr, direction)| Sort {
            expr,
            asc: direction.ascending,
            nulls_first: direction.nulls_first,
        });
        let orders: Vec<Sort> = orders.collect();
        let columns = left.schema().columns();
        let kept = columns
            .iter()
            .zip(left.schema().fields())
            .map(|(column, field)| Kept {
                field: Arc::clone(field),
                key: keys
                    .iter()
                    .any(|key| matches!(key, Expr::Column(key) if key == column)),
            });
        let function = Arc::new(self.partitions.function(kept.collect()));
        let members = numbered(KEPT, columns.iter().cloned().map(Expr::Column))
            .chain(numbered(ARGUMENT, arguments.into_iter()))
            .flat_map(|(name, value)| [lit(name), value]);
        let row = named_struct(members.collect());
        let collected = AggregateFunction::new_udf(array_agg_udaf(), vec![row], false, None, orders, None);
        let keys = numbered("$KEY", keys.into_iter()).map(|(name, key)| key.alias(name));
        let rows = LogicalPlanBuilder::from(left)
            .aggregate(keys, [Expr::AggregateFunction(collected).alias(ROWS)])?
            .project([function
                .call(vec![Expr::Column(Column::from_name(ROWS))])
                .alias(FLATTENED)])?
            .unnest_column_with_options(Column::from_name(FLATTENED), unnest_options())?;
        let kept = numbered(KEPT, columns.into_iter()).map(|(name, column)| {
            let row = Expr::Column(Column::from_name(FLATTENED));
            get_field(row, name).alias_qualified(column.relation, column.name)
        });
        Ok((rows, kept.collect()))
    }
}

/// Values with names that count them.
fn numbered<T>(prefix: &str, values: impl Iterator<Item = T>) -> impl Iterator<Item = (String, T)> {
    values
        .enumerate()
        .map(move |(at, value)| (format!("{prefix}{at}"), value))
}

impl PartialEq for PartitionedCall {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.directions) == (&other.name, &other.directions)
    }
}

impl Eq for PartitionedCall {}

impl Hash for PartitionedCall {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.name, &self.directions).hash(state);
    }
}

impl ScalarUDFImpl for PartitionedCall {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(arg_types.to_vec())
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.rows.return_type(arg_types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.rows.return_field_from_args(args)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Err(Error::unsupported("OVER of a table function in this place").into())
    }
}

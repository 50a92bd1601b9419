//! Dynamic PIVOT: the values of `IN (ANY)` and `IN (SELECT …)`, found by a query of their own before the statement is
//! planned, since they say what columns it has.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::arrow::array::Array;
use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    Cte, Expr, ExprWithAlias, Ident, OrderBy, OrderByExpr, OrderByKind, PivotValueSource, Query, SelectItem,
    SetExpr, TableFactor, Visit, VisitMut, Visitor, VisitorMut,
};

use crate::error::{Error, Result};
use crate::plan::execute;
use crate::plan::provider::Planner;
use crate::sql;
use crate::types::SnowType;
use crate::types::cast::{CastMode, cast_scalar};

/// How many columns a dynamic PIVOT may make.
const MOST_VALUES: usize = 10_000;

/// Puts lists of values in the place of ANY and subqueries in every PIVOT of a query.
///
/// # Errors
/// Whatever is wrong with the queries that find the values.
pub fn settle(query: &mut Query, planner: &Planner) -> Result<()> {
    if Visit::visit(query, &mut Find).is_continue() {
        return Ok(());
    }
    settle_in(query, &[], planner)
}

/// Whether there is a dynamic PIVOT, which is rare.
struct Find;

impl Visitor for Find {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Pivot {
                value_source: PivotValueSource::Any(_) | PivotValueSource::Subquery(_),
                ..
            } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn settle_in(query: &mut Query, outer: &[Cte], planner: &Planner) -> Result<()> {
    let mut common = outer.to_vec();
    if let Some(with) = &mut query.with {
        for table in &mut with.cte_tables {
            settle_in(&mut table.query, &common, planner)?;
            common.push(table.clone());
        }
    }
    let mut pivots = Pivots {
        common: &common,
        planner,
        depth: 0,
    };
    match VisitMut::visit(&mut query.body, &mut pivots) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// The PIVOTs of one query; those of queries inside it see their own common tables as well.
struct Pivots<'a> {
    common: &'a [Cte],
    planner: &'a Planner,
    depth: usize,
}

impl VisitorMut for Pivots<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Error> {
        self.depth += 1;
        if self.depth == 1
            && let Err(error) = settle_in(query, self.common, self.planner)
        {
            return ControlFlow::Break(error);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Error> {
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        if let TableFactor::Pivot {
            table,
            value_column,
            value_source,
            ..
        } = factor
        {
            let found = match value_source {
                PivotValueSource::List(_) => return ControlFlow::Continue(()),
                PivotValueSource::Any(order) => self.distinct(table, value_column, order),
                PivotValueSource::Subquery(query) => self.values(query.as_ref().clone()),
            };
            match found {
                Ok(values) => *value_source = PivotValueSource::List(values),
                Err(error) => return ControlFlow::Break(error),
            }
        }
        ControlFlow::Continue(())
    }
}

impl Pivots<'_> {
    /// The different values of a relation's column; without ORDER BY in their own order, so that runs are alike.
    fn distinct(
        &self,
        table: &TableFactor,
        column: &[Expr],
        order: &[OrderByExpr],
    ) -> Result<Vec<ExprWithAlias>> {
        let [column] = column else {
            return Err(Error::compilation("PIVOT takes one column after FOR"));
        };
        let mut query = sql::parse_query("SELECT DISTINCT X FROM X ORDER BY X")?;
        if let SetExpr::Select(select) = query.body.as_mut()
            && let Some(from) = select.from.first_mut()
        {
            from.relation = table.clone();
            select.projection = vec![SelectItem::UnnamedExpr(column.clone())];
        }
        if let Some(OrderBy {
            kind: OrderByKind::Expressions(keys),
            ..
        }) = &mut query.order_by
        {
            match order {
                [] => keys.iter_mut().for_each(|key| key.expr = column.clone()),
                given => *keys = given.to_vec(),
            }
        }
        self.values(*query)
    }

    /// The different values that a query gives, in its order.
    fn values(&self, mut query: Query) -> Result<Vec<ExprWithAlias>> {
        if !self.common.is_empty() {
            let mut with = sql::parse_query("WITH X AS (SELECT 1) SELECT 1")?.with;
            if let Some(with) = &mut with {
                with.cte_tables = self.common.to_vec();
                if let Some(own) = query.with.take() {
                    with.recursive = own.recursive;
                    with.cte_tables.extend(own.cte_tables);
                }
            }
            query.with = with;
        }
        let plan = self.planner.query(&query)?;
        if plan.schema().fields().len() != 1 {
            return Err(Error::compilation("the subquery of PIVOT must give one column"));
        }
        let data_type = SnowType::from_field(plan.schema().field(0)).unwrap_or(SnowType::VARCHAR);
        let batches = execute::run_now(plan, self.planner.state())?;
        let mut seen = HashSet::new();
        let mut values = Vec::new();
        for batch in &batches {
            let column = batch.column(0);
            for row in 0..column.len() {
                let value = ScalarValue::try_from_array(column, row)?;
                if !seen.insert(value.clone()) {
                    continue;
                }
                if values.len() == MOST_VALUES {
                    return Err(Error::unsupported(format!(
                        "a dynamic PIVOT with more than {MOST_VALUES} values"
                    )));
                }
                values.push(self.literal(&value, &data_type)?);
            }
        }
        Ok(values)
    }

    /// A value as it could be written, under the name that its column has: numbers plain, everything else in quotes.
    fn literal(&self, value: &ScalarValue, data_type: &SnowType) -> Result<ExprWithAlias> {
        let types = self.planner.types();
        let text = match cast_scalar(value, data_type, &SnowType::VARCHAR, CastMode::Strict, types)? {
            ScalarValue::Utf8(Some(text)) => text,
            _ => {
                let alias = Some(Ident::with_quote('"', "NULL"));
                let expr = sql::parse_expr("NULL")?;
                return Ok(ExprWithAlias { expr, alias });
            }
        };
        let quoted = format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
        let (written, name) = match data_type {
            SnowType::Number { .. } | SnowType::Boolean => (text.clone(), text),
            SnowType::Varchar { .. } => (quoted, format!("'{text}'")),
            SnowType::Float => (format!("{quoted}::FLOAT"), text),
            other => (format!("{quoted}::{other}"), format!("'{text}'")),
        };
        Ok(ExprWithAlias {
            expr: sql::parse_expr(&written)?,
            alias: Some(Ident::with_quote('"', name)),
        })
    }
}

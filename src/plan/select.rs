//! Snowflake's rules for the columns of a SELECT: names of unnamed columns, and aliases that later parts of the same
//! SELECT use.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Distinct, Expr, Fetch, GroupByExpr, Ident, LimitClause, ObjectName, Query, Select, SelectItem, SetExpr,
    SetOperator, SetQuantifier, TableFactor, TableWithJoins, TopQuantity, Value, VisitMut, VisitorMut,
};

use super::aliases::Aliases;
use super::asof;
use super::cell;
use super::columns;
use super::condition;
use super::environment::Environment;
use super::expression::is_call;
use super::factor::{is_subquery_of_rows, named_table, nothing, sample_of_query, subquery_of_rows};
use super::hierarchy;
use super::joins::{constraint, join_table_functions, join_without_condition};
use super::match_recognize;
use super::partition;
use super::pivot;
use super::places;
use super::plus_join;
use super::pseudo;
use super::recursion;
use super::row_object;
use super::sample;
use super::scope::{self, CommonTables};
use super::subquery;
use super::wildcard;
use crate::error::{Error, Result};
use crate::sql::{QualifiedName, written_items};

/// Separates a result column's name from the number that keeps repeated names apart inside DataFusion; results show
/// only what stands before it.
pub const REPEAT_MARK: char = '\u{1}';

/// Applies the rules to a query and everything in it.
pub fn resolve(query: &mut Query, environment: &dyn Environment) -> Result<()> {
    Resolver { environment }.query(query, &CommonTables::new())
}

/// The names that Snowflake gives the unnamed columns of a SELECT, in their order: a column's own name, else the
/// expression's text as it was written, in upper case.
pub fn column_names(select: &Select) -> Vec<String> {
    let unnamed = select.projection.iter().filter_map(|item| match item {
        SelectItem::UnnamedExpr(expr) => Some(expr),
        _ => None,
    });
    let mut written = written_items(select);
    unnamed
        .map(|expr| match (written.next(), expr) {
            (Some(text), expr) if !is_named(expr) => text.to_uppercase(),
            _ => column_name(expr),
        })
        .collect()
}

/// Whether a query has a column that takes its name from the text of what computes it. A new table or view takes no such
/// name. <https://docs.snowflake.com/en/sql-reference/sql/create-table#label-ctas-syntax>
pub fn has_unnamed_column(query: &Query) -> bool {
    fn of_body(body: &SetExpr) -> bool {
        match body {
            SetExpr::Select(select) => select.projection.iter().any(|item| {
                matches!(item, SelectItem::UnnamedExpr(expr)
                    if !is_named(expr) && !matches!(expr, Expr::Value(value)
                        if matches!(&value.value, Value::Placeholder(_))))
            }),
            SetExpr::Query(query) => of_body(&query.body),
            SetExpr::SetOperation { left, .. } => of_body(left),
            _ => false,
        }
    }
    of_body(&query.body)
}

fn is_named(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Prefixed { .. }
    )
}

/// The name of an unnamed column whose text is not known.
pub fn column_name(expr: &Expr) -> String {
    match expr {
        Expr::Identifier(name) => name.value.clone(),
        Expr::CompoundIdentifier(parts) => parts.last().map(|part| part.value.clone()).unwrap_or_default(),
        // CONNECT_BY_ROOT before a column.
        Expr::Prefixed { value, .. } => column_name(value),
        expr => shown(expr),
    }
}

/// An expression's text in upper case, but for what stands in quotes. Bind variables lose their numbers.
fn shown(expr: &Expr) -> String {
    let mut out = String::new();
    let mut quote = None;
    for c in expr.to_string().chars() {
        if quote.is_none() && c.is_ascii_digit() && out.ends_with('?') {
            continue;
        }
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            _ => {}
        }
        if quote.is_none() {
            out.extend(c.to_uppercase())
        } else {
            out.push(c)
        }
    }
    out
}

struct Resolver<'a> {
    environment: &'a dyn Environment,
}

impl Resolver<'_> {
    fn query(&self, query: &mut Query, outer: &CommonTables) -> Result<()> {
        let mut common = outer.clone();
        if let Some(with) = &mut query.with {
            recursion::mark(with)?;
            for table in &mut with.cte_tables {
                let name = table.alias.name.value.clone();
                if with.recursive {
                    let columns = table
                        .alias
                        .columns
                        .iter()
                        .map(|c| c.name.value.clone())
                        .collect::<Vec<_>>();
                    let columns = match columns.is_empty() {
                        true => scope::output(&table.query, &common, self.environment),
                        false => Some(columns),
                    };
                    common.insert(name.clone(), columns);
                }
                self.query(&mut table.query, &common)?;
                let columns = match table.alias.columns.as_slice() {
                    [] => scope::output(&table.query, &common, self.environment),
                    named => Some(named.iter().map(|c| c.name.value.clone()).collect()),
                };
                common.insert(name, columns);
            }
        }
        self.body(&mut query.body, &common)?;
        if let Some(fetch) = query.fetch.take() {
            limit_by_fetch(query, fetch)?;
        }
        if let SetExpr::Select(select) = query.body.as_mut()
            && let Some(top) = select.top.take()
        {
            let limit = match top.quantity {
                Some(TopQuantity::Constant(count)) => {
                    Expr::Value(Value::Number(count.to_string(), false).into())
                }
                Some(TopQuantity::Expr(expr)) => expr,
                None => return Err(Error::unsupported("TOP without a number")),
            };
            if query.limit_clause.is_some() {
                return Err(Error::unsupported("TOP together with LIMIT"));
            }
            query.limit_clause = Some(LimitClause::LimitOffset {
                limit: Some(limit),
                offset: None,
                limit_by: Vec::new(),
            });
        }
        Ok(())
    }

    fn body(&self, body: &mut SetExpr, common: &CommonTables) -> Result<()> {
        match body {
            SetExpr::Select(select) => self.select(select, common),
            SetExpr::Query(query) => self.query(query, common),
            SetExpr::Values(values) => {
                cell::settle_types(values);
                named_values(body);
                Ok(())
            }
            SetExpr::SetOperation {
                op,
                left,
                right,
                set_quantifier,
            } => {
                let by_name = matches!(
                    set_quantifier,
                    SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName
                );
                if let (false, Some((expected, branches)), Some((given, _))) =
                    (by_name, width(left), width(right))
                    && expected != given
                {
                    let branch = branches + 1;
                    return Err(Error::branch_width(expected, given, branch));
                }
                // Two words for the same. <https://docs.snowflake.com/en/sql-reference/operators-query>
                if *op == SetOperator::Minus {
                    *op = SetOperator::Except;
                }
                self.body(left, common)?;
                self.body(right, common)
            }
            _ => Ok(()),
        }
    }

    fn select(&self, select: &mut Select, common: &CommonTables) -> Result<()> {
        if !select.connect_by.is_empty() {
            name_columns(select);
            hierarchy::expand(select, common, self.environment)?;
        }
        refuse(select)?;
        plus_join::rewrite(select, common, self.environment)?;
        join_table_functions(&mut select.from);
        for table in &mut select.from {
            self.relation(&mut table.relation, common)?;
            for join in &mut table.joins {
                self.relation(&mut join.relation, common)?;
                join_without_condition(&join.relation, &mut join.join_operator)?;
            }
        }
        subquery::check(select, common, self.environment)?;
        asof::nest(&mut select.from);
        pseudo::leave_out(select, common, self.environment);
        wildcard::expand(select, common, self.environment)?;
        name_columns(select);
        columns::resolve(select, common, self.environment);
        row_object::expand(select, common, self.environment)?;
        self.substitute_aliases(select, common)?;
        places::check(select)?;
        condition::convert(select);
        self.expand_group_by_all(select);
        self.nested(select, common)
    }

    fn relation(&self, factor: &mut TableFactor, common: &CommonTables) -> Result<()> {
        match factor {
            TableFactor::Derived {
                sample: Some(kind), ..
            } if sample::wants_table(kind) => Err(sample::not_a_table(kind)),
            TableFactor::Derived { subquery, .. } => self.query(subquery, common),
            TableFactor::Table {
                name,
                sample: Some(kind),
                ..
            } if common.contains_key(&name.to_string()) => {
                if sample::wants_table(kind) {
                    return Err(sample::not_a_table(kind));
                }
                sample_of_query(factor)?;
                self.relation(factor, common)
            }
            TableFactor::Table {
                name, args: Some(_), ..
            } if is_subquery_of_rows(name) => {
                subquery_of_rows(factor)?;
                self.relation(factor, common)
            }
            TableFactor::Pivot {
                table,
                aggregate_functions,
                value_source,
                ..
            } => {
                pivot::name_values(aggregate_functions, value_source);
                self.relation(table, common)
            }
            TableFactor::Unpivot { table, .. } => self.relation(table, common),
            TableFactor::MatchRecognize { .. } => {
                *factor = match_recognize::expand(std::mem::replace(factor, nothing()))?;
                self.relation(factor, common)
            }
            TableFactor::NestedJoin { table_with_joins, .. } => {
                let TableWithJoins { relation, joins } = table_with_joins.as_mut();
                self.relation(relation, common)?;
                joins
                    .iter_mut()
                    .try_for_each(|join| self.relation(&mut join.relation, common))?;
                if !asof::is_asof(table_with_joins) {
                    asof::nest(std::slice::from_mut(table_with_joins));
                }
                Ok(())
            }
            TableFactor::TableFunction {
                expr: Expr::Function(function),
                alias,
            } => {
                use datafusion::sql::sqlparser::ast::FunctionArguments;
                let mut args = match &mut function.args {
                    FunctionArguments::List(list) => std::mem::take(&mut list.args),
                    _ => Vec::new(),
                };
                if let Some(over) = function.over.take() {
                    partition::encode(over, &mut args)?;
                }
                let name = std::mem::replace(&mut function.name, ObjectName(Vec::new()));
                let alias = alias.take();
                *factor = TableFactor::Function {
                    lateral: true,
                    name,
                    args,
                    with_ordinality: false,
                    alias,
                };
                Ok(())
            }
            TableFactor::TableFunction {
                expr: Expr::Value(text),
                alias,
            } => {
                let alias = alias.take();
                let name = match &text.value {
                    Value::SingleQuotedString(name) => QualifiedName::parse(name),
                    _ => None,
                };
                let Some(name) = name else {
                    return Err(Error::unsupported(format!("TABLE({text})")));
                };
                *factor = named_table(&name, alias)?;
                Ok(())
            }
            TableFactor::TableFunction { expr, .. } => Err(Error::unsupported(format!("TABLE({expr})"))),
            TableFactor::Function { lateral, .. } => {
                *lateral = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Replaces bare names that are no columns of the FROM clause but aliases of the SELECT list by what they stand for.
    fn substitute_aliases(&self, select: &mut Select, common: &CommonTables) -> Result<()> {
        let has_alias = select
            .projection
            .iter()
            .any(|item| matches!(item, SelectItem::ExprWithAlias { .. }));
        if !has_alias {
            return Ok(());
        }
        let columns = scope::visible(&select.from, common, self.environment).unwrap_or_default();
        let mut aliases = Aliases::over(columns);
        for item in &mut select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => aliases.apply(expr),
                SelectItem::ExprWithAlias { expr, alias } => {
                    aliases.apply(expr);
                    aliases.learn(alias, expr);
                }
                _ => {}
            }
        }
        let clauses = [&mut select.selection, &mut select.having, &mut select.qualify];
        clauses
            .into_iter()
            .flatten()
            .for_each(|clause| aliases.apply(clause));
        if let GroupByExpr::Expressions(expressions, _) = &mut select.group_by {
            expressions.iter_mut().for_each(|expr| aliases.apply(expr));
        }
        for table in &mut select.from {
            for join in &mut table.joins {
                if let Some(constraint) = constraint(&mut join.join_operator) {
                    aliases.apply(constraint);
                }
            }
        }
        Ok(())
    }

    /// GROUP BY ALL: the columns of the SELECT list that hold no aggregate.
    fn expand_group_by_all(&self, select: &mut Select) {
        let GroupByExpr::All(modifiers) = &select.group_by else {
            return;
        };
        let expressions = select
            .projection
            .iter()
            .filter_map(|item| match item {
                SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
                _ => None,
            })
            .filter(|expr| !holds_aggregate(expr))
            .cloned()
            .collect();
        select.group_by = GroupByExpr::Expressions(expressions, modifiers.clone());
    }

    /// Queries inside the SELECT's expressions.
    fn nested(&self, select: &mut Select, common: &CommonTables) -> Result<()> {
        let mut inner = Nested {
            resolver: self,
            common,
            depth: 0,
        };
        let mut visit = |expr: &mut Expr| match expr.visit(&mut inner) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(error) => Err(error),
        };
        for item in &mut select.projection {
            if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
                visit(expr)?;
            }
        }
        let clauses = [&mut select.selection, &mut select.having, &mut select.qualify];
        clauses.into_iter().flatten().try_for_each(&mut visit)?;
        for table in &mut select.from {
            for join in &mut table.joins {
                constraint(&mut join.join_operator).map_or(Ok(()), &mut visit)?;
            }
        }
        Ok(())
    }
}

/// `OFFSET m ROWS FETCH NEXT n ROWS ONLY` as LIMIT n OFFSET m.
/// <https://docs.snowflake.com/en/sql-reference/constructs/limit>
fn limit_by_fetch(query: &mut Query, fetch: Fetch) -> Result<()> {
    let Some(quantity) = fetch.quantity else {
        return Err(Error::syntax(1, 0, "unexpected 'ROWS'"));
    };
    if fetch.percent || fetch.with_ties {
        return Err(Error::unsupported("FETCH with PERCENT or WITH TIES"));
    }
    let offset = match query.limit_clause.take() {
        None => None,
        Some(LimitClause::LimitOffset {
            limit: None, offset, ..
        }) => offset,
        Some(_) => return Err(Error::syntax(1, 0, "unexpected 'FETCH'")),
    };
    query.limit_clause = Some(LimitClause::LimitOffset {
        limit: Some(quantity),
        offset,
        limit_by: Vec::new(),
    });
    Ok(())
}

/// How many columns a query has, where its text alone tells, and of how many branches of set operators it is.
fn width(body: &SetExpr) -> Option<(usize, usize)> {
    match body {
        SetExpr::Select(select) => {
            let counts = |item: &SelectItem| {
                matches!(
                    item,
                    SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. }
                )
            };
            select
                .projection
                .iter()
                .all(counts)
                .then_some((select.projection.len(), 1))
        }
        SetExpr::Values(values) => Some((values.rows.first()?.content.len(), 1)),
        SetExpr::Query(query) => Some((width(&query.body)?.0, 1)),
        SetExpr::SetOperation { left, right, .. } => {
            let (columns, branches) = width(left)?;
            Some((columns, branches + width(right).map_or(1, |(_, more)| more)))
        }
        _ => None,
    }
}

/// `VALUES …` as a SELECT from it, so that its columns are called COLUMN1, COLUMN2, ….
fn named_values(body: &mut SetExpr) {
    let SetExpr::Values(values) = body else { return };
    let count = values.rows.first().map_or(0, |row| row.content.len());
    let names: Vec<String> = (1..=count).map(|n| format!("COLUMN{n}")).collect();
    let text = format!("SELECT * FROM (VALUES (1)) AS \"VALUES\"({})", names.join(", "));
    let Ok(mut query) = crate::sql::parse_query(&text) else {
        return;
    };
    if let SetExpr::Select(select) = query.body.as_mut()
        && let Some(TableWithJoins {
            relation: TableFactor::Derived { subquery, .. },
            ..
        }) = select.from.first_mut()
    {
        std::mem::swap(subquery.body.as_mut(), body);
        std::mem::swap(body, query.body.as_mut());
    }
}

/// Clauses that DataFusion would pass over without a word.
fn refuse(select: &Select) -> Result<()> {
    let refused = [
        (!select.lateral_views.is_empty(), "LATERAL VIEW"),
        (select.into.is_some(), "SELECT INTO"),
        (select.prewhere.is_some(), "PREWHERE"),
        (
            !select.cluster_by.is_empty() || !select.distribute_by.is_empty(),
            "CLUSTER BY",
        ),
        (!select.sort_by.is_empty(), "SORT BY"),
        (matches!(select.distinct, Some(Distinct::On(_))), "DISTINCT ON"),
    ];
    match refused.iter().find(|(present, _)| *present) {
        Some((_, what)) => Err(Error::unsupported(what)),
        None => Ok(()),
    }
}

/// Gives unnamed columns their Snowflake names, and keeps repeated names apart.
fn name_columns(select: &mut Select) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut unnamed = column_names(select).into_iter();
    for item in &mut select.projection {
        let name = match item {
            SelectItem::UnnamedExpr(_) => unnamed.next().unwrap_or_default(),
            SelectItem::ExprWithAlias { alias, .. } => alias.value.clone(),
            _ => continue,
        };
        let count = seen.entry(name.clone()).or_insert(0);
        *count += 1;
        let is_column = matches!(
            item,
            SelectItem::UnnamedExpr(expr @ (Expr::Identifier(_) | Expr::CompoundIdentifier(_))) if !is_call(expr)
        ) && !columns::is_position(&name);
        if *count == 1 && is_column {
            continue;
        }
        let unique = if *count == 1 {
            name
        } else {
            format!("{name}{REPEAT_MARK}{count}")
        };
        match item {
            SelectItem::ExprWithAlias { alias, .. } if *count > 1 => alias.value = unique,
            SelectItem::UnnamedExpr(expr) => {
                let expr = std::mem::replace(expr, Expr::Value(Value::Null.into()));
                *item = SelectItem::ExprWithAlias {
                    expr,
                    alias: Ident::with_quote('"', unique),
                };
            }
            _ => {}
        }
    }
}

/// Whether an expression calls an aggregate function.
pub fn holds_aggregate(expr: &Expr) -> bool {
    use datafusion::sql::sqlparser::ast::{Visit, Visitor};
    struct Find;
    impl Visitor for Find {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            if let Expr::Function(function) = expr
                && function.over.is_none()
                && crate::functions::registry()
                    .aggregate(&function.name.to_string())
                    .is_some()
            {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }
    expr.visit(&mut Find).is_break()
}

/// Resolves the queries inside an expression, outermost first.
struct Nested<'a> {
    resolver: &'a Resolver<'a>,
    common: &'a CommonTables,
    depth: usize,
}

impl VisitorMut for Nested<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Error> {
        self.depth += 1;
        if self.depth == 1
            && let Err(error) = self.resolver.query(query, self.common)
        {
            return ControlFlow::Break(error);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

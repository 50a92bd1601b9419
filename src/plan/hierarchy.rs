//! CONNECT BY, written as a recursive WITH: <https://docs.snowflake.com/en/sql-reference/constructs/connect-by>.
//!
//! ```sql
//! SELECT id, LEVEL FROM t WHERE w START WITH s CONNECT BY pid = PRIOR id
//! -- becomes
//! SELECT id, LEVEL FROM (
//!   WITH RECURSIVE source AS (SELECT * FROM t), tree AS (
//!     SELECT source.*, 1 AS LEVEL FROM source WHERE s
//!     UNION ALL
//!     SELECT source.*, tree.LEVEL + 1 FROM source JOIN tree ON source.pid = tree.id)
//!   SELECT * FROM tree) WHERE w
//! ```
//!
//! CONNECT_BY_ROOT and SYS_CONNECT_BY_PATH are columns that the recursion carries along. Conditions of WHERE that join
//! tables belong to the source; the others filter the finished tree.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, ConnectByKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, GroupByExpr, Ident, JoinConstraint, JoinOperator, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableFactor, VisitMut, VisitorMut,
};

use super::environment::Environment;
use super::scope::{self, CommonTables};
use super::select::column_name;
use crate::error::{Error, Result};
use crate::sql;

/// The rows that are connected.
const SOURCE: &str = "$SOURCE";
/// The rows with their places in the hierarchy.
const TREE: &str = "$TREE";
const LEVEL: &str = "LEVEL";

/// Rewrites a SELECT with CONNECT BY into one without. Its columns have their names already.
///
/// # Errors
/// For NOCYCLE and what else Snowflake does not have; when the columns of FROM cannot be told.
pub fn expand(select: &mut Select, common: &CommonTables, environment: &dyn Environment) -> Result<()> {
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(expressions, _) => !expressions.is_empty(),
    };
    if grouped || select.having.is_some() {
        let message = "GROUP BY and HAVING cannot be in one SELECT with CONNECT BY";
        return Err(Error::compilation(message).with_hint("put the hierarchy into a subquery"));
    }
    let (start, connect) = clauses(select)?;
    let source = Source::of(select, common, environment)?;
    let mut carried = Carried {
        source: &source,
        columns: Vec::new(),
        depth: 0,
    };
    let joining = joining_conditions(select, &source);
    carried.rewrite_select(select)?;
    let columns = carried.columns;

    let mut query = sql::parse_query(&format!(
        "WITH RECURSIVE \"{SOURCE}\" AS (SELECT 1 FROM \"X\"), \"{TREE}\" AS (SELECT 1 FROM \"{SOURCE}\" UNION ALL \
         SELECT 1 FROM \"{SOURCE}\" JOIN \"{TREE}\" ON TRUE) SELECT * FROM \"{TREE}\""
    ))?;
    let lost = || Error::internal("a query lost a part");
    let with = query.with.as_mut().ok_or_else(lost)?;
    let [rows, tree] = with.cte_tables.as_mut_slice() else {
        return Err(lost());
    };
    let inner = select_of(rows.query.body.as_mut())?;
    inner.projection = source.named_columns();
    inner.from = std::mem::take(&mut select.from);
    inner.selection = joining;
    let SetExpr::SetOperation { left, right, .. } = tree.query.body.as_mut() else {
        return Err(lost());
    };
    let first = select_of(left)?;
    first.projection = source.inner_columns(SOURCE);
    first.projection.push(item(level(number("1")), LEVEL));
    first.selection = start.map(|start| source.over(start, SOURCE)).transpose()?;
    let next = select_of(right)?;
    next.projection = source.inner_columns(SOURCE);
    let deeper = binary(of(TREE, LEVEL), BinaryOperator::Plus, number("1"));
    next.projection.push(item(level(deeper), LEVEL));
    for column in columns {
        let name = column.name.clone();
        first.projection.push(item(column.at_root(&source)?, &name));
        next.projection.push(item(column.below(&source)?, &name));
    }
    let join = next
        .from
        .first_mut()
        .and_then(|table| table.joins.first_mut())
        .ok_or_else(lost)?;
    join.join_operator = JoinOperator::Inner(JoinConstraint::On(source.connection(connect)?));

    let mut outer = sql::parse_query("SELECT * FROM (SELECT 1) AS \"X\"")?;
    let mut from = std::mem::take(&mut select_of(outer.body.as_mut())?.from);
    if let Some(TableFactor::Derived { subquery, alias, .. }) =
        from.first_mut().map(|table| &mut table.relation)
    {
        *subquery = query;
        // ORDER BY may qualify a column with the name of the one relation.
        match source.only_relation() {
            Some(relation) => {
                if let Some(alias) = alias {
                    alias.name = name(relation);
                }
            }
            None => *alias = None,
        }
    }
    select.from = from;
    Ok(())
}

/// The conditions of START WITH and CONNECT BY, taken out of a SELECT.
fn clauses(select: &mut Select) -> Result<(Option<Expr>, Expr)> {
    let (mut start, mut connect) = (None, None);
    for clause in std::mem::take(&mut select.connect_by) {
        match clause {
            ConnectByKind::ConnectBy { nocycle: true, .. } => return Err(Error::unsupported("NOCYCLE")),
            ConnectByKind::ConnectBy { relationships, .. } => {
                connect = relationships
                    .into_iter()
                    .reduce(|all, next| binary(all, BinaryOperator::And, next));
            }
            ConnectByKind::StartWith { condition, .. } => start = Some(*condition),
        }
    }
    match connect {
        Some(connect) => Ok((start, connect)),
        None => Err(Error::compilation("START WITH without CONNECT BY")),
    }
}

fn select_of(body: &mut SetExpr) -> Result<&mut Select> {
    match body {
        SetExpr::Select(select) => Ok(select),
        _ => Err(Error::internal("a query without a SELECT")),
    }
}

fn name(text: &str) -> Ident {
    Ident::with_quote('"', text)
}

fn of(relation: &str, column: &str) -> Expr {
    Expr::CompoundIdentifier(vec![name(relation), name(column)])
}

fn item(expr: Expr, alias: &str) -> SelectItem {
    SelectItem::ExprWithAlias {
        expr,
        alias: name(alias),
    }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(Expr::Nested(Box::new(left))),
        op,
        right: Box::new(Expr::Nested(Box::new(right))),
    }
}

fn number(digits: &str) -> Expr {
    use datafusion::sql::sqlparser::ast::Value;
    Expr::Value(Value::Number(digits.to_string(), false).into())
}

/// A cast, so that both halves of the recursion have the same type.
fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr),
        data_type,
        array: false,
        format: None,
    }
}

fn level(expr: Expr) -> Expr {
    cast(expr, DataType::Integer(None))
}

fn text(expr: Expr) -> Expr {
    cast(expr, DataType::Varchar(None))
}

/// A column of the source.
struct Column {
    relation: Option<String>,
    name: String,
    /// Its name in the source and the tree, where every name is there once.
    inner: String,
}

/// The columns that FROM offers.
struct Source {
    columns: Vec<Column>,
}

impl Source {
    fn of(select: &Select, common: &CommonTables, environment: &dyn Environment) -> Result<Self> {
        let mut columns: Vec<Column> = Vec::new();
        // LEVEL is the hierarchy's own column, also where the source has one of that name.
        let mut taken = HashSet::from([LEVEL.to_string()]);
        for (relation, names) in scope::relations(&select.from, common, environment) {
            let names =
                names.ok_or_else(|| Error::unsupported("CONNECT BY over a relation of unknown columns"))?;
            for name in names {
                let mut inner = name.clone();
                while !taken.insert(inner.clone()) {
                    inner = format!("{name}${}", columns.len());
                }
                columns.push(Column {
                    relation: relation.clone(),
                    name,
                    inner,
                });
            }
        }
        Ok(Self { columns })
    }

    /// The name of the relation that all columns come from.
    fn only_relation(&self) -> Option<&String> {
        let relation = self.columns.first()?.relation.as_ref();
        let same = self
            .columns
            .iter()
            .all(|column| column.relation.as_ref() == relation);
        relation.filter(|_| same)
    }

    /// The columns under their inner names.
    fn named_columns(&self) -> Vec<SelectItem> {
        let reference = |column: &Column| match &column.relation {
            Some(relation) => of(relation, &column.name),
            None => Expr::Identifier(name(&column.name)),
        };
        self.columns
            .iter()
            .map(|column| item(reference(column), &column.inner))
            .collect()
    }

    /// The columns of a relation that has them under their inner names.
    fn inner_columns(&self, relation: &str) -> Vec<SelectItem> {
        self.columns
            .iter()
            .map(|column| item(of(relation, &column.inner), &column.inner))
            .collect()
    }

    /// The column that an identifier means: the only one of its name, or that of a relation.
    fn find(&self, expr: &Expr) -> Option<&Column> {
        let mut found = match expr {
            Expr::Identifier(ident) => self
                .columns
                .iter()
                .filter(|column| column.name == ident.value)
                .collect::<Vec<_>>(),
            Expr::CompoundIdentifier(parts) => {
                let [.., relation, ident] = parts.as_slice() else {
                    return None;
                };
                self.columns
                    .iter()
                    .filter(|column| {
                        column.name == ident.value && column.relation.as_ref() == Some(&relation.value)
                    })
                    .collect()
            }
            _ => return None,
        };
        match found.len() {
            1 => found.pop(),
            _ => None,
        }
    }

    /// An expression over the source as one over a relation with the inner names.
    fn over(&self, mut expr: Expr, relation: &'static str) -> Result<Expr> {
        let mut references = References {
            source: self,
            relation,
            level: None,
            prior: 0,
            depth: 0,
        };
        match expr.visit(&mut references) {
            ControlFlow::Continue(()) => Ok(expr),
            ControlFlow::Break(error) => Err(error),
        }
    }

    /// The condition of CONNECT BY as that of the join: PRIOR is the tree, the rest is the source.
    fn connection(&self, mut expr: Expr) -> Result<Expr> {
        let deeper = binary(of(TREE, LEVEL), BinaryOperator::Plus, number("1"));
        let mut references = References {
            source: self,
            relation: SOURCE,
            level: Some(deeper),
            prior: 0,
            depth: 0,
        };
        match expr.visit(&mut references) {
            ControlFlow::Continue(()) => Ok(expr),
            ControlFlow::Break(error) => Err(error),
        }
    }
}

/// Whether an identifier is the pseudo-column LEVEL.
fn is_level(expr: &Expr, source: &Source) -> bool {
    match expr {
        Expr::Identifier(ident) => ident.value == LEVEL,
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [relation, ident] => {
                ident.value == LEVEL
                    && source
                        .columns
                        .iter()
                        .any(|column| column.relation.as_ref() == Some(&relation.value))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Replaces references to columns by references to those of a relation, and below PRIOR to those of the tree.
struct References<'a> {
    source: &'a Source,
    relation: &'static str,
    /// What LEVEL means here.
    level: Option<Expr>,
    prior: usize,
    depth: usize,
}

impl VisitorMut for References<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if matches!(expr, Expr::Prior(_)) {
            self.prior += 1;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if let Expr::Prior(inner) = expr {
            self.prior -= 1;
            let inner = std::mem::replace(inner.as_mut(), number("0"));
            *expr = Expr::Nested(Box::new(inner));
            return ControlFlow::Continue(());
        }
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        if is_level(expr, self.source) {
            if self.prior > 0 {
                *expr = of(TREE, LEVEL);
                return ControlFlow::Continue(());
            }
            if let Some(level) = &self.level {
                *expr = Expr::Nested(Box::new(level.clone()));
                return ControlFlow::Continue(());
            }
        }
        if let Some(column) = self.source.find(expr) {
            let relation = if self.prior > 0 { TREE } else { self.relation };
            *expr = of(relation, &column.inner);
        }
        ControlFlow::Continue(())
    }
}

/// What the recursion carries from the root downwards besides LEVEL.
struct CarriedColumn {
    name: String,
    expr: Expr,
    /// Of SYS_CONNECT_BY_PATH: what stands before each element.
    separator: Option<Expr>,
}

impl CarriedColumn {
    fn at_root(&self, source: &Source) -> Result<Expr> {
        let expr = source.over(self.expr.clone(), SOURCE)?;
        Ok(match &self.separator {
            None => expr,
            Some(separator) => text(binary(
                separator.clone(),
                BinaryOperator::StringConcat,
                text(expr),
            )),
        })
    }

    fn below(&self, source: &Source) -> Result<Expr> {
        let above = of(TREE, &self.name);
        Ok(match &self.separator {
            None => above,
            Some(separator) => {
                let element = text(source.over(self.expr.clone(), SOURCE)?);
                let element = binary(separator.clone(), BinaryOperator::StringConcat, element);
                text(binary(above, BinaryOperator::StringConcat, element))
            }
        })
    }
}

/// Collects what a SELECT asks of the hierarchy, and makes its references those of the tree.
struct Carried<'a> {
    source: &'a Source,
    columns: Vec<CarriedColumn>,
    depth: usize,
}

impl Carried<'_> {
    fn rewrite_select(&mut self, select: &mut Select) -> Result<()> {
        let items = std::mem::take(&mut select.projection);
        for mut entry in items {
            match &mut entry {
                SelectItem::UnnamedExpr(expr) => {
                    let shown = column_name(expr);
                    self.rewrite(expr)?;
                    let expr = std::mem::replace(expr, number("0"));
                    select.projection.push(item(expr, &shown));
                }
                SelectItem::ExprWithAlias { expr, .. } => {
                    self.rewrite(expr)?;
                    select.projection.push(entry);
                }
                SelectItem::Wildcard(_) => self.wildcard(None, select),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    let wanted = name.0.last().and_then(|part| part.as_ident());
                    let wanted = wanted.map(|ident| ident.value.clone());
                    self.wildcard(wanted.as_deref(), select);
                }
                _ => return Err(Error::unsupported(format!("{entry} with CONNECT BY"))),
            }
        }
        let clauses = [&mut select.selection, &mut select.qualify];
        clauses
            .into_iter()
            .flatten()
            .try_for_each(|clause| self.rewrite(clause))
    }

    /// The source's columns, of one relation or all, under the names that they have there.
    fn wildcard(&self, relation: Option<&str>, select: &mut Select) {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for column in &self.source.columns {
            if relation.is_some() && column.relation.as_deref() != relation {
                continue;
            }
            let count = seen.entry(&column.name).or_default();
            *count += 1;
            let shown = match *count {
                1 => column.name.clone(),
                count => format!("{}{}{count}", column.name, super::select::REPEAT_MARK),
            };
            select
                .projection
                .push(item(Expr::Identifier(name(&column.inner)), &shown));
        }
    }

    fn rewrite(&mut self, expr: &mut Expr) -> Result<()> {
        match expr.visit(self) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(error) => Err(error),
        }
    }

    /// A column for an expression of the root or a path; the same expression has one column.
    fn carry(&mut self, expr: Expr, separator: Option<Expr>) -> Expr {
        let known = self
            .columns
            .iter()
            .find(|column| column.expr == expr && column.separator == separator);
        let inner = match known {
            Some(column) => column.name.clone(),
            None => {
                let inner = format!("$CARRIED{}", self.columns.len());
                self.columns.push(CarriedColumn {
                    name: inner.clone(),
                    expr,
                    separator,
                });
                inner
            }
        };
        Expr::Identifier(name(&inner))
    }
}

impl VisitorMut for Carried<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        match expr {
            Expr::Prefixed { prefix, value } if prefix.value == "CONNECT_BY_ROOT" => {
                let value = std::mem::replace(value.as_mut(), number("0"));
                *expr = self.carry(value, None);
            }
            Expr::Function(function) if function.name.to_string() == "SYS_CONNECT_BY_PATH" => {
                match path_arguments(function) {
                    Some((value, separator)) => *expr = self.carry(value, Some(separator)),
                    None => {
                        return ControlFlow::Break(Error::argument_types(
                            "SYS_CONNECT_BY_PATH",
                            "it takes a column and a separator",
                        ));
                    }
                }
            }
            Expr::Identifier(ident)
                if matches!(ident.value.as_str(), "CONNECT_BY_ISLEAF" | "CONNECT_BY_ISCYCLE")
                    && self.source.find(&Expr::Identifier(ident.clone())).is_none() =>
            {
                return ControlFlow::Break(Error::unsupported(&ident.value));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if self.depth == 0 {
            if is_level(expr, self.source) {
                *expr = Expr::Identifier(name(LEVEL));
            } else if let Some(column) = self.source.find(expr) {
                *expr = Expr::Identifier(name(&column.inner));
            }
        }
        ControlFlow::Continue(())
    }
}

fn path_arguments(function: &Function) -> Option<(Expr, Expr)> {
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let [
        FunctionArg::Unnamed(FunctionArgExpr::Expr(value)),
        FunctionArg::Unnamed(FunctionArgExpr::Expr(separator)),
    ] = list.args.as_slice()
    else {
        return None;
    };
    Some((value.clone(), separator.clone()))
}

/// Takes out of WHERE the parts that join relations with one another.
fn joining_conditions(select: &mut Select, source: &Source) -> Option<Expr> {
    struct Relations<'a> {
        source: &'a Source,
        seen: HashSet<Option<String>>,
        level: bool,
    }
    impl VisitorMut for Relations<'_> {
        type Break = ();
        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            self.level |= is_level(expr, self.source);
            if let Some(column) = self.source.find(expr) {
                self.seen.insert(column.relation.clone());
            }
            ControlFlow::Continue(())
        }
    }
    let mut open: Vec<Expr> = select.selection.take().into_iter().collect();
    let (mut joining, mut filters) = (None, None);
    while let Some(mut part) = open.pop() {
        if let Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } = part
        {
            open.push(*right);
            open.push(*left);
            continue;
        }
        let mut relations = Relations {
            source,
            seen: HashSet::new(),
            level: false,
        };
        let _ = part.visit(&mut relations);
        let joins = relations.seen.len() > 1 && !relations.level;
        let slot = if joins { &mut joining } else { &mut filters };
        *slot = Some(match slot.take() {
            Some(all) => binary(all, BinaryOperator::And, part),
            None => part,
        });
    }
    select.selection = filters;
    joining
}

//! What sqlparser reads although Snowflake has no such clause or operator, or this house does not: refused by name.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Ident, ObjectName, OrderByExpr, OrderByKind, Query, Select, SelectItem, TableAlias,
    TableFactor, TableVersion, Visit, VisitMut, Visitor, VisitorMut, WindowFrameUnits, WindowType,
};

use super::precedence::Precedence;
use super::reserved::{is_reserved, is_reserved_as_value, is_reserved_in_from};
use super::source::syntax;
use crate::error::{Error, Result};

/// Makes a tree what the rest of the house expects, then checks it.
pub(crate) fn settle<T: Visit + VisitMut>(tree: &mut T) -> Result<()> {
    let _ = tree.visit(&mut OrderByAll);
    let _ = tree.visit(&mut Precedence);
    check(tree)
}

/// sqlparser's Snowflake dialect takes ORDER BY ALL for a column of that name.
struct OrderByAll;

impl VisitorMut for OrderByAll {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if let Some(order_by) = &mut query.order_by {
            let options = match &order_by.kind {
                OrderByKind::Expressions(items) => match items.as_slice() {
                    [
                        OrderByExpr {
                            expr: Expr::Identifier(name),
                            options,
                            ..
                        },
                    ] if name.value == "ALL" && name.quote_style.is_none() => Some(*options),
                    _ => None,
                },
                OrderByKind::All(_) => None,
            };
            if let Some(options) = options {
                order_by.kind = OrderByKind::All(options);
            }
        }
        ControlFlow::Continue(())
    }
}

/// Fails for a clause that no planner would look at, an operator Snowflake lacks, or a reserved word for a name.
fn check<T: Visit>(tree: &T) -> Result<()> {
    match tree.visit(&mut Check) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Check;

fn refuse(clauses: &[(bool, &str)]) -> ControlFlow<Error> {
    match clauses.iter().find(|(present, _)| *present) {
        Some((_, name)) => ControlFlow::Break(Error::unsupported(name)),
        None => ControlFlow::Continue(()),
    }
}

/// An identifier must not be text in single quotes, nor a word that is reserved where it stands.
fn name(ident: &Ident, reserved: fn(&str) -> bool) -> ControlFlow<Error> {
    match ident.quote_style {
        Some('\'') => ControlFlow::Break(syntax(ident.span.start, &format!("'{}'", ident.value))),
        None if reserved(&ident.value) => ControlFlow::Break(syntax(ident.span.start, &ident.value)),
        _ => ControlFlow::Continue(()),
    }
}

fn alias(alias: &Option<TableAlias>) -> ControlFlow<Error> {
    match alias {
        Some(alias) => name(&alias.name, is_reserved_in_from),
        None => ControlFlow::Continue(()),
    }
}

impl Visitor for Check {
    type Break = Error;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Error> {
        if let Some(with) = &query.with {
            for table in &with.cte_tables {
                name(&table.alias.name, is_reserved_in_from)?;
            }
        }
        refuse(&[
            (query.for_clause.is_some(), "FOR XML / FOR JSON"),
            (query.settings.is_some(), "SETTINGS"),
            (query.format_clause.is_some(), "FORMAT"),
            (!query.pipe_operators.is_empty(), "|> (pipe operator)"),
            (!query.locks.is_empty(), "SELECT … FOR UPDATE"),
        ])
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Error> {
        for item in &select.projection {
            if let SelectItem::ExprWithAlias { alias, .. } = item {
                name(alias, is_reserved)?;
            }
        }
        refuse(&[
            (select.into.is_some(), "SELECT … INTO"),
            (!select.lateral_views.is_empty(), "LATERAL VIEW"),
            (select.prewhere.is_some(), "PREWHERE"),
            (!select.cluster_by.is_empty(), "CLUSTER BY in a query"),
            (!select.distribute_by.is_empty(), "DISTRIBUTE BY"),
            (!select.sort_by.is_empty(), "SORT BY"),
            (!select.named_window.is_empty(), "WINDOW clause"),
            (select.value_table_mode.is_some(), "SELECT AS VALUE / STRUCT"),
        ])
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<Error> {
        for part in &relation.0 {
            if let Some(ident) = part.as_ident() {
                name(ident, is_reserved_in_from)?;
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Error> {
        use BinaryOperator as B;
        match expr {
            Expr::Identifier(ident) => name(ident, is_reserved_as_value),
            Expr::Function(function) => match &function.over {
                Some(WindowType::WindowSpec(window)) => {
                    let frame = window.window_frame.as_ref();
                    let groups = frame.is_some_and(|frame| frame.units == WindowFrameUnits::Groups);
                    refuse(&[(groups, "GROUPS of a window frame")])
                }
                _ => ControlFlow::Continue(()),
            },
            Expr::BinaryOp { op, .. } => match op {
                B::Plus | B::Minus | B::Multiply | B::Divide | B::Modulo | B::StringConcat => {
                    ControlFlow::Continue(())
                }
                B::Gt | B::Lt | B::GtEq | B::LtEq | B::Eq | B::NotEq => ControlFlow::Continue(()),
                B::And | B::Or | B::Regexp => ControlFlow::Continue(()),
                other => ControlFlow::Break(Error::unsupported(format_args!("operator {other}"))),
            },
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Error> {
        match factor {
            TableFactor::Table {
                version,
                with_hints,
                with_ordinality,
                alias: given,
                ..
            } => {
                alias(given)?;
                let known = matches!(
                    version,
                    None | Some(TableVersion::Function(_) | TableVersion::Changes { .. })
                );
                refuse(&[
                    (!known, "AS OF in a table reference"),
                    (!with_hints.is_empty(), "table hints"),
                    (*with_ordinality, "WITH ORDINALITY"),
                ])
            }
            TableFactor::Function {
                with_ordinality,
                alias: given,
                ..
            } => {
                alias(given)?;
                refuse(&[(*with_ordinality, "WITH ORDINALITY")])
            }
            TableFactor::Derived { alias: given, .. } | TableFactor::TableFunction { alias: given, .. } => {
                alias(given)
            }
            TableFactor::JsonTable { .. } => refuse(&[(true, "JSON_TABLE")]),
            TableFactor::OpenJsonTable { .. } => refuse(&[(true, "OPENJSON")]),
            TableFactor::XmlTable { .. } => refuse(&[(true, "XMLTABLE")]),
            TableFactor::SemanticView { .. } => refuse(&[(true, "SEMANTIC_VIEW")]),
            _ => ControlFlow::Continue(()),
        }
    }
}

//! What sqlparser reads in a query although Snowflake has no such clause, or this house does not: refused by name.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Ident, Query, Select, SelectItem, TableFactor, TableVersion, Visit, Visitor,
};

use crate::error::{Error, Result};

/// Fails for a clause that no planner would look at.
pub(crate) fn check_query<T: Visit>(tree: &T) -> Result<()> {
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

/// Snowflake takes no text in single quotes where a name is meant.
fn quoted_as_text(ident: &Ident) -> ControlFlow<Error> {
    match (ident.quote_style, ident.span.start) {
        (Some('\''), start) => {
            ControlFlow::Break(super::source::syntax(start, &format!("'{}'", ident.value)))
        }
        _ => ControlFlow::Continue(()),
    }
}

impl Visitor for Check {
    type Break = Error;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Error> {
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
                quoted_as_text(alias)?;
            }
        }
        refuse(&[
            (select.into.is_some(), "SELECT … INTO"),
            (!select.lateral_views.is_empty(), "LATERAL VIEW"),
            (select.prewhere.is_some(), "PREWHERE"),
            (!select.cluster_by.is_empty(), "CLUSTER BY in a query"),
            (!select.distribute_by.is_empty(), "DISTRIBUTE BY"),
            (!select.sort_by.is_empty(), "SORT BY"),
            (select.value_table_mode.is_some(), "SELECT AS VALUE / STRUCT"),
        ])
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Error> {
        if let TableFactor::Table {
            version,
            with_hints,
            with_ordinality,
            ..
        } = factor
        {
            let other = !matches!(
                version,
                None | Some(TableVersion::Function(_)) | Some(TableVersion::Changes { .. })
            );
            return refuse(&[
                (other, "AS OF in a table reference"),
                (!with_hints.is_empty(), "table hints"),
                (*with_ordinality, "WITH ORDINALITY"),
            ]);
        }
        refuse(&[
            (matches!(factor, TableFactor::UNNEST { .. }), "UNNEST"),
            (matches!(factor, TableFactor::JsonTable { .. }), "JSON_TABLE"),
            (matches!(factor, TableFactor::OpenJsonTable { .. }), "OPENJSON"),
            (matches!(factor, TableFactor::XmlTable { .. }), "XMLTABLE"),
            (
                matches!(factor, TableFactor::SemanticView { .. }),
                "SEMANTIC_VIEW",
            ),
        ])
    }
}

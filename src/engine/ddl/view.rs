//! CREATE VIEW. <https://docs.snowflake.com/en/sql-reference/sql/create-view>
//!
//! Bare names in the query are looked up in the view's own schema, as documented. CHANGE_TRACKING marks the tables
//! below, as a stream on the view does.

use datafusion::logical_expr::{Distinct, Expr, JoinType, LogicalPlan};

use super::columns::duplicate_column;
use super::common::{alters, created, existed, exists_already, fault, home, new_object};
use crate::catalog::object::{Column, View};
use crate::catalog::{ObjectBody, ObjectKind};
use crate::engine::{StatementResult, Work, view};
use crate::error::{Error, Result};
use crate::plan::execute;
use crate::sql::statement::CreateView;
use crate::types::SnowType;

/// Runs CREATE VIEW: the query is planned once, which tells the columns.
pub(in crate::engine) fn create(work: &mut Work<'_>, create: CreateView) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::View, &create.header)? {
        return Ok(result);
    }
    if create.recursive {
        return Err(Error::unsupported("CREATE RECURSIVE VIEW"));
    }
    let name = &create.header.name;
    let context = home(work, name)?;
    if create.columns.iter().any(|column| !column.tags.is_empty())
        && alters(work, ObjectKind::View, &create.header)?
    {
        return Err(Error::unsupported("CREATE OR ALTER that changes tags"));
    }
    let columns = columns(work, &create, &context)?;
    let mut new = new_object(&create.header, &create.properties)?;
    new.temporary = create.temporary;
    new.copy_grants = create.copy_grants;
    let body = View {
        query: create.query_text,
        text: create.text,
        columns,
        secure: create.secure,
        context,
        row_access: None,
    };
    if create.properties.bool("CHANGE_TRACKING")? == Some(true) {
        super::stream::track_view(work, &body)?;
    }
    let names: Vec<String> = body.columns.iter().map(|column| column.name.clone()).collect();
    match work.create(&new, ObjectBody::View(body))? {
        Some(id) => {
            let given = names.iter().zip(&create.columns);
            let given = given.map(|(name, column)| (name.as_str(), column.tags.as_slice()));
            super::tag::set_on_columns(work, id, given)?;
            if let Some(clause) = &create.row_access {
                super::row_access::add(work, id, clause)?;
            }
            created(ObjectKind::View, name.object())
        }
        None => existed(name.object()),
    }
}

fn columns(work: &Work<'_>, create: &CreateView, context: &(String, String)) -> Result<Vec<Column>> {
    if create.columns.is_empty() && crate::plan::has_unnamed_column(&create.query) {
        return Err(Error::unnamed_column());
    }
    let (_, environment) = work.planner();
    let plan = view::plan(&environment, context, &create.query)?;
    let schema = execute::shown_schema(plan.schema());
    if !create.columns.is_empty() && create.columns.len() != schema.fields().len() {
        let message = format!(
            "Invalid column definition list: the view declares {} column(s), its query produces {}",
            create.columns.len(),
            schema.fields().len()
        );
        return Err(fault(2026, "42601", message));
    }
    let mut columns: Vec<Column> = Vec::with_capacity(schema.fields().len());
    for ((at, field), id) in schema.fields().iter().enumerate().zip(1..) {
        let given = create.columns.get(at);
        let name = given.map_or_else(|| field.name().clone(), |column| column.name.value.clone());
        if columns.iter().any(|other| other.name == name) {
            return Err(duplicate_column(&name));
        }
        columns.push(Column {
            nullable: !not_null(&plan, at),
            comment: given.and_then(|column| column.comment.clone()),
            ..Column::plain(id, name, SnowType::from_field(field).unwrap_or(SnowType::VARCHAR))
        });
    }
    let policies = create.columns.iter().map(|column| column.masking.as_ref());
    super::masking::mask_columns(work, &mut columns, policies)?;
    Ok(columns)
}

/// Whether a column of a plan is a NOT NULL column of a table, as it stands. An expression over such a column and the
/// result of a set operator take NULL, whatever they are made of.
fn not_null(plan: &LogicalPlan, at: usize) -> bool {
    use LogicalPlan as P;
    let column_of = |expr: &Expr, input: &LogicalPlan| match expr.clone().unalias() {
        Expr::Column(column) => input.schema().maybe_index_of_column(&column),
        _ => None,
    };
    match plan {
        P::Projection(node) => node
            .expr
            .get(at)
            .and_then(|expr| column_of(expr, &node.input))
            .is_some_and(|at| not_null(&node.input, at)),
        P::Aggregate(node) => node
            .group_expr
            .get(at)
            .and_then(|expr| column_of(expr, &node.input))
            .is_some_and(|at| not_null(&node.input, at)),
        P::SubqueryAlias(node) => not_null(&node.input, at),
        P::Filter(node) => not_null(&node.input, at),
        P::Sort(node) => not_null(&node.input, at),
        P::Limit(node) => not_null(&node.input, at),
        P::Distinct(Distinct::All(input)) => not_null(input, at),
        P::Window(node) => at < node.input.schema().fields().len() && not_null(&node.input, at),
        P::Join(join) => {
            let left = join.left.schema().fields().len();
            match join.join_type {
                JoinType::Inner | JoinType::Left if at < left => not_null(&join.left, at),
                JoinType::Inner | JoinType::Right if at >= left => not_null(&join.right, at - left),
                _ => false,
            }
        }
        P::TableScan(scan) => match scan.source.get_logical_plan() {
            Some(view) => {
                let at = match &scan.projection {
                    Some(columns) => columns.get(at).copied(),
                    None => Some(at),
                };
                at.is_some_and(|at| not_null(&view, at))
            }
            None => scan
                .projected_schema
                .fields()
                .get(at)
                .is_some_and(|field| !field.is_nullable()),
        },
        _ => false,
    }
}

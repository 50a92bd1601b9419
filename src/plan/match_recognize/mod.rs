//! MATCH_RECOGNIZE: <https://docs.snowflake.com/en/sql-reference/constructs/match_recognize>.
//!
//! ```sql
//! FROM t MATCH_RECOGNIZE (PARTITION BY p ORDER BY o MEASURES FINAL LAST(x) AS m PATTERN (a b+) DEFINE b AS x > LAG(x))
//! -- becomes, from the inside outwards
//! SELECT *, p, o, x > LAG(x) OVER (PARTITION BY p ORDER BY o) AS d FROM t                 -- 1. conditions
//! SELECT *, $MATCH(d) OVER (PARTITION BY p ORDER BY o) AS matches FROM …                  -- 2. matches
//! SELECT *, LAST_VALUE(x) OVER (PARTITION BY p, number ORDER BY sequence …) AS m          -- 3. measures
//!   FROM … t, the unnested matches
//! SELECT … FROM … WHERE …                                                                 -- 4. rows that are asked for
//! ```
//!
//! No condition depends on what was matched before, as Snowflake allows in DEFINE only what does not; so all of them are
//! computed before the search, and [`search`] looks at truth values alone. [`pattern`] reads the pattern, [`rows`] is the
//! window function `$MATCH`, [`expressions`] rewrites DEFINE and MEASURES.

mod expressions;
pub mod pattern;
pub mod rows;
pub mod search;

#[cfg(test)]
mod tests;

use datafusion::sql::sqlparser::ast::{
    AfterMatchSkip, EmptyMatchesMode, Expr, FunctionArg, FunctionArgExpr, Ident, MatchRecognizePattern,
    MatchRecognizeSymbol, ObjectName, OrderByExpr, Query, RowsPerMatch, Select, SelectItem, SetExpr,
    TableAlias, TableFactor, TableWithJoins, Value, WindowSpec, WindowType,
};

use super::expression::call;
use super::scope::exposed_name;
use super::select::column_name;
use crate::error::{Error, Result};
use crate::sql;
use expressions::{Define, Measures};
pub use rows::{MATCH_COLUMNS, Matching};

/// The table function that unnests what `$MATCH` gives.
pub const ROWS_OF_MATCHES: &str = "$ROWS_OF_MATCHES";

const PARTITION: &str = "$P";
const ORDER: &str = "$O";
const CONDITION: &str = "$D";
const AHEAD: &str = "$N";
const MEASURE: &str = "$X";
const MATCHES: &str = "$MATCHES";
const RELATION: &str = "$R";

/// A column by its name.
fn column(name: impl Into<String>) -> Expr {
    Expr::Identifier(Ident::with_quote('"', name))
}

fn item(expr: Expr, alias: impl Into<String>) -> SelectItem {
    SelectItem::ExprWithAlias {
        expr,
        alias: Ident::with_quote('"', alias),
    }
}

/// `"$P0", "$P1", …`
fn numbered(prefix: &str, count: usize) -> impl Iterator<Item = String> {
    (0..count).map(move |at| format!("{prefix}{at}"))
}

/// A SELECT of all columns of a relation and some more.
fn all_of(relation: TableFactor, more: Vec<SelectItem>) -> Result<Box<Query>> {
    let mut query = sql::parse_query("SELECT * FROM X")?;
    let select = select_of(&mut query)?;
    select.projection.extend(more);
    if let Some(from) = select.from.first_mut() {
        from.relation = relation;
    }
    Ok(query)
}

fn select_of(query: &mut Query) -> Result<&mut Select> {
    match query.body.as_mut() {
        SetExpr::Select(select) => Ok(select),
        _ => Err(Error::internal("a query without a SELECT")),
    }
}

fn derived(subquery: Box<Query>, name: &str) -> TableFactor {
    TableFactor::Derived {
        lateral: false,
        subquery,
        alias: Some(TableAlias {
            explicit: false,
            name: Ident::with_quote('"', name),
            columns: Vec::new(),
            at: None,
        }),
        sample: None,
    }
}

/// A relation with MATCH_RECOGNIZE as a subquery without it.
///
/// # Errors
/// When the pattern is none; for what DEFINE and MEASURES do not take; when there are no columns to show.
pub fn expand(factor: TableFactor) -> Result<TableFactor> {
    let TableFactor::MatchRecognize {
        table,
        partition_by,
        order_by,
        measures,
        rows_per_match,
        after_match_skip,
        pattern,
        symbols,
        alias,
    } = factor
    else {
        return Err(Error::internal("a MATCH_RECOGNIZE that is none"));
    };
    let rows_per_match = rows_per_match.unwrap_or(RowsPerMatch::OneRow);
    let matching = Matching {
        pattern: text_of(&pattern)?,
        skip: skip(after_match_skip),
        defined: symbols.iter().map(|symbol| symbol.symbol.value.clone()).collect(),
    };
    for (at, symbol) in matching.defined.iter().enumerate() {
        if matching.defined.iter().take(at).any(|known| known == symbol) {
            return Err(Error::compilation(format!(
                "the symbol {symbol} is defined twice"
            )));
        }
    }
    let compiled = rows::Compiled::of(&matching)?;
    if compiled.pattern.excludes
        && rows_per_match == RowsPerMatch::AllRows(Some(EmptyMatchesMode::WithUnmatched))
    {
        return Err(Error::compilation(
            "WITH UNMATCHED ROWS cannot be used with exclusions in the pattern",
        ));
    }
    let mut known = compiled.pattern.symbols;
    known.extend(matching.defined.iter().cloned());

    // 1. Conditions.
    let relation = exposed_name(&table)
        .cloned()
        .unwrap_or_else(|| RELATION.to_string());
    let define = Define {
        symbols: &known,
        partition_by: &partition_by,
        order_by: &order_by,
    };
    let mut more = Vec::new();
    for (name, expr) in numbered(PARTITION, partition_by.len()).zip(&partition_by) {
        more.push(item(expr.clone(), name));
    }
    for (name, key) in numbered(ORDER, order_by.len()).zip(&order_by) {
        more.push(item(key.expr.clone(), name));
    }
    for (name, symbol) in numbered(CONDITION, symbols.len()).zip(&symbols) {
        let condition = define.rewrite(symbol.definition.clone())?;
        more.push(item(call("$CAST", vec![condition, text("BOOLEAN")]), name));
    }
    let mut rewritten = Measures::new(
        &known,
        matches!(rows_per_match, RowsPerMatch::OneRow),
        measure_window(partition_by.len()),
    );
    let mut measured = Vec::with_capacity(measures.len());
    for (name, measure) in numbered(MEASURE, measures.len()).zip(measures) {
        let expr = rewritten.rewrite(measure.expr)?;
        measured.push((name, expr, measure.alias.value));
    }
    let ahead = rewritten.ahead.len();
    for (name, function) in numbered(AHEAD, ahead).zip(std::mem::take(&mut rewritten.ahead)) {
        more.push(item(define.windowed(function), name));
    }
    let conditions = all_of(*table, more)?;

    // 2. Matches.
    let arguments = numbered(CONDITION, symbols.len()).map(column).collect();
    let mut search = call(&matching.function_name(), arguments);
    if let Expr::Function(function) = &mut search {
        let keys = numbered(ORDER, order_by.len()).zip(&order_by);
        function.over = Some(WindowType::WindowSpec(WindowSpec {
            window_name: None,
            partition_by: numbered(PARTITION, partition_by.len()).map(column).collect(),
            order_by: keys
                .map(|(name, key)| OrderByExpr {
                    expr: column(name),
                    ..key.clone()
                })
                .collect(),
            window_frame: None,
        }));
    }
    let matches = all_of(derived(conditions, RELATION), vec![item(search, MATCHES)])?;

    // 3. Measures.
    let shown = rows_per_match != RowsPerMatch::AllRows(Some(EmptyMatchesMode::WithUnmatched));
    let more = measured.iter().map(|(name, expr, _)| {
        let expr = match shown {
            true => expr.clone(),
            // Of a row in no match nothing is measured.
            false => expressions::case(is_kind(&[rows::MATCHED, rows::EMPTY]), expr.clone()),
        };
        item(expr, name)
    });
    let mut measuring = all_of(derived(matches, &relation), more.collect())?;
    let list = Expr::CompoundIdentifier(vec![
        Ident::with_quote('"', &relation),
        Ident::with_quote('"', MATCHES),
    ]);
    select_of(&mut measuring)?.from.push(TableWithJoins {
        relation: TableFactor::Function {
            lateral: true,
            name: ObjectName::from(vec![Ident::with_quote('"', ROWS_OF_MATCHES)]),
            args: vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(list))],
            with_ordinality: false,
            alias: None,
        },
        joins: Vec::new(),
    });

    // 4. The rows and columns that are asked for.
    let mut output = all_of(derived(measuring, RELATION), Vec::new())?;
    let select = select_of(&mut output)?;
    let own = measured.iter().map(|(name, _, alias)| item(column(name), alias));
    match &rows_per_match {
        RowsPerMatch::OneRow => {
            select.projection = numbered(PARTITION, partition_by.len())
                .zip(&partition_by)
                .map(|(name, expr)| item(column(name), column_name(expr)))
                .chain(own)
                .collect();
            if select.projection.is_empty() {
                let message = "SQL compilation error:\nSELECT with no columns";
                return Err(Error::new(1080, "42601", message));
            }
            select.selection = Some(column("$LAST"));
        }
        RowsPerMatch::AllRows(mode) => {
            let hidden = numbered(PARTITION, partition_by.len())
                .chain(numbered(ORDER, order_by.len()))
                .chain(numbered(CONDITION, symbols.len()))
                .chain(numbered(AHEAD, ahead))
                .chain(numbered(MEASURE, measured.len()))
                .chain(MATCH_COLUMNS.into_iter().map(str::to_string))
                .chain([MATCHES.to_string()]);
            exclude(select, hidden);
            select.projection.extend(own);
            let kinds: &[&str] = match mode {
                Some(EmptyMatchesMode::Omit) => &[rows::MATCHED],
                None | Some(EmptyMatchesMode::Show) => &[rows::MATCHED, rows::EMPTY],
                Some(EmptyMatchesMode::WithUnmatched) => &[rows::MATCHED, rows::EMPTY, rows::UNMATCHED],
            };
            let condition = "NOT X";
            let mut kept = sql::parse_expr(condition)?;
            if let Expr::UnaryOp { expr, .. } = &mut kept {
                **expr = column("$EXCLUDED");
            }
            select.selection = Some(Expr::BinaryOp {
                left: Box::new(is_kind(kinds)),
                op: datafusion::sql::sqlparser::ast::BinaryOperator::And,
                right: Box::new(kept),
            });
        }
    }
    Ok(TableFactor::Derived {
        lateral: false,
        subquery: output,
        alias,
        sample: None,
    })
}

fn text(value: &str) -> Expr {
    Expr::Value(Value::SingleQuotedString(value.to_string()).into())
}

/// Whether a row is of one of some kinds.
fn is_kind(kinds: &[&str]) -> Expr {
    Expr::InList {
        expr: Box::new(column("$KIND")),
        list: kinds.iter().map(|kind| text(kind)).collect(),
        negated: false,
    }
}

/// Takes columns out of a SELECT's star.
fn exclude(select: &mut Select, hidden: impl Iterator<Item = String>) {
    use datafusion::sql::sqlparser::ast::ExcludeSelectItem;
    let names = hidden.map(|name| ObjectName::from(vec![Ident::with_quote('"', name)]));
    if let Some(SelectItem::Wildcard(options)) = select.projection.first_mut() {
        options.opt_exclude = Some(ExcludeSelectItem::Multiple(names.collect()));
    }
}

/// The window of a match's rows.
fn measure_window(partitions: usize) -> WindowSpec {
    let keys = numbered(PARTITION, partitions).map(column);
    WindowSpec {
        window_name: None,
        partition_by: keys.chain([column("$MATCH_NUMBER")]).collect(),
        order_by: vec![OrderByExpr {
            expr: column("$SEQUENCE"),
            options: Default::default(),
            with_fill: None,
        }],
        window_frame: None,
    }
}

/// The text that the lexer makes of a pattern.
fn text_of(pattern: &MatchRecognizePattern) -> Result<String> {
    match pattern {
        MatchRecognizePattern::Symbol(MatchRecognizeSymbol::Named(text)) => Ok(text.value.clone()),
        _ => Err(Error::internal("a pattern that was read already")),
    }
}

fn skip(skip: Option<AfterMatchSkip>) -> (String, String) {
    let (kind, symbol) = match skip {
        None | Some(AfterMatchSkip::PastLastRow) => ("PAST", None),
        Some(AfterMatchSkip::ToNextRow) => ("NEXT", None),
        Some(AfterMatchSkip::ToFirst(symbol)) => ("FIRST", Some(symbol)),
        Some(AfterMatchSkip::ToLast(symbol)) => ("LAST", Some(symbol)),
    };
    (
        kind.to_string(),
        symbol.map(|symbol| symbol.value).unwrap_or_default(),
    )
}

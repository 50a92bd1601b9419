//! The expressions of DEFINE and MEASURES, as expressions over the rows and the matches.
//!
//! | in MEASURES | becomes |
//! | --- | --- |
//! | `MATCH_NUMBER()`, `MATCH_SEQUENCE_NUMBER()`, `CLASSIFIER()` | columns of the matches |
//! | `FIRST(x)`, `LAST(x)`, aggregates | windows over the match, up to the row (RUNNING) or all of it (FINAL) |
//! | `PREV(x)`, `LAG(x)` | LAG over the match |
//! | `NEXT(x)`, `LEAD(x)` | LEAD over the partition, which goes on behind the match; with FINAL over the match |
//! | `LAST(a.x)` | the same over the rows with the symbol `a` |

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
    NullTreatment, ObjectName, OrderByExpr, Query, Value, VisitMut, VisitorMut, WindowFrame,
    WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType,
};

use super::rows::MATCHED;
use super::{AHEAD, column, text};
use crate::error::{Error, Result};
use crate::functions;
use crate::plan::expression::call;
use crate::sql::{FINAL, RUNNING, try_outside_queries};

/// `CASE WHEN condition THEN value END`
pub(super) fn case(condition: Expr, value: Expr) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen {
            condition,
            result: value,
        }],
        else_result: None,
    }
}

fn equals(name: &str, value: &str) -> Expr {
    Expr::BinaryOp {
        left: Box::new(column(name)),
        op: BinaryOperator::Eq,
        right: Box::new(text(value)),
    }
}

fn frame(end: WindowFrameBound) -> Option<WindowFrame> {
    Some(WindowFrame {
        units: WindowFrameUnits::Rows,
        start_bound: WindowFrameBound::Preceding(None),
        end_bound: Some(end),
    })
}

fn rename(function: &mut Function, name: &str) {
    function.name = ObjectName::from(vec![Ident::new(name)]);
}

fn is_window_function(name: &str) -> bool {
    functions::registry().aggregate(name).is_some() || functions::registry().window(name).is_some()
}

/// A function's name without FINAL or RUNNING, and which of the two was there.
fn semantics(function: &Function) -> (String, Option<bool>) {
    let name = match function.name.0.as_slice() {
        [part] => part.as_ident().map_or_else(String::new, |own| own.value.clone()),
        _ => function.name.to_string(),
    };
    match (name.strip_prefix(FINAL), name.strip_prefix(RUNNING)) {
        (Some(own), _) => (own.to_string(), Some(true)),
        (_, Some(own)) => (own.to_string(), Some(false)),
        _ => (name, None),
    }
}

/// Functions of matches, which have no other meaning.
const OF_MATCHES: [&str; 3] = ["MATCH_NUMBER", "MATCH_SEQUENCE_NUMBER", "CLASSIFIER"];

fn outcome(flow: ControlFlow<Error>) -> Result<()> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// Rewrites conditions of DEFINE, over the rows of a partition.
pub(super) struct Define<'a> {
    pub(super) symbols: &'a [String],
    pub(super) partition_by: &'a [Expr],
    pub(super) order_by: &'a [OrderByExpr],
}

impl Define<'_> {
    /// A condition whose functions have their windows.
    pub(super) fn rewrite(&self, mut condition: Expr) -> Result<Expr> {
        try_outside_queries(&mut condition, |expr| self.rewrite_part(expr))?;
        Ok(condition)
    }

    fn rewrite_part(&self, expr: &mut Expr) -> Result<()> {
        match expr {
            Expr::CompoundIdentifier(parts) => {
                if let [symbol, _] = parts.as_slice()
                    && self.symbols.contains(&symbol.value)
                {
                    return Err(Error::compilation(format!(
                        "'{expr}': a symbol before a column cannot be used in DEFINE"
                    )));
                }
            }
            Expr::Function(function) => {
                if let Some(replaced) = self.function(function)? {
                    *expr = replaced;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A function over the partition.
    pub(super) fn windowed(&self, mut function: Function) -> Expr {
        self.set_window(&mut function);
        Expr::Function(function)
    }

    fn set_window(&self, function: &mut Function) {
        let window_frame = match function.over.take() {
            Some(WindowType::WindowSpec(spec)) => spec.window_frame,
            _ => None,
        };
        function.over = Some(WindowType::WindowSpec(WindowSpec {
            window_name: None,
            partition_by: self.partition_by.to_vec(),
            order_by: self.order_by.to_vec(),
            window_frame,
        }));
    }

    fn function(&self, function: &mut Function) -> Result<Option<Expr>> {
        let (name, is_final) = semantics(function);
        if is_final == Some(true) {
            return Err(Error::compilation("FINAL cannot be used in DEFINE"));
        }
        if is_final.is_some() {
            rename(function, &name);
        }
        if ["PREV", "FIRST"].contains(&name.as_str()) || OF_MATCHES.contains(&name.as_str()) {
            return Err(Error::compilation(format!("{name} cannot be used in DEFINE")));
        }
        match name.as_str() {
            // Up to the current row, the last one is the current row.
            "LAST" => return only_argument(function).map(Some),
            "NEXT" => rename(function, "LEAD"),
            "LAG" | "LEAD" => {}
            "FIRST_VALUE" | "LAST_VALUE" => {}
            name if is_window_function(name) => {
                let framed = matches!(&function.over, Some(WindowType::WindowSpec(spec)) if spec.window_frame.is_some());
                if !framed {
                    return Err(Error::compilation(format!(
                        "{name} in DEFINE wants a frame: OVER (ROWS BETWEEN …)"
                    )));
                }
            }
            _ => return Ok(None),
        }
        self.set_window(function);
        Ok(None)
    }
}

fn only_argument(function: &Function) -> Result<Expr> {
    if let FunctionArguments::List(list) = &function.args
        && let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] = list.args.as_slice()
    {
        return Ok(argument.clone());
    }
    Err(Error::compilation(format!("{function} takes one argument")))
}

/// Rewrites measures, over the rows of matches.
pub(super) struct Measures<'a> {
    symbols: &'a [String],
    /// Whether FINAL is the default.
    is_final: bool,
    window: WindowSpec,
    /// Functions that look beyond the match, to be computed over the partition.
    pub(super) ahead: Vec<Function>,
    depth: usize,
}

impl<'a> Measures<'a> {
    pub(super) fn new(symbols: &'a [String], is_final: bool, window: WindowSpec) -> Self {
        Self {
            symbols,
            is_final,
            window,
            ahead: Vec::new(),
            depth: 0,
        }
    }

    /// A measure as an expression over the rows of matches.
    pub(super) fn rewrite(&mut self, mut measure: Expr) -> Result<Expr> {
        outcome(measure.visit(self))?;
        Ok(measure)
    }

    /// The symbol before the columns in a function's arguments, which is taken off there.
    fn symbol(&self, arguments: &mut FunctionArguments) -> Result<Option<String>> {
        let mut columns = Columns {
            symbols: self.symbols,
            found: Vec::new(),
        };
        if let FunctionArguments::List(list) = arguments {
            for argument in &mut list.args {
                if let FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name)) = argument
                    && let [part] = name.0.as_slice()
                    && let Some(own) = part.as_ident().filter(|own| self.symbols.contains(&own.value))
                {
                    columns.found.push(Some(own.value.clone()));
                    *argument = FunctionArg::Unnamed(FunctionArgExpr::Wildcard);
                }
            }
        }
        let _ = arguments.visit(&mut columns);
        columns.found.dedup();
        match columns.found.as_slice() {
            [] | [None] => Ok(None),
            [Some(symbol)] => Ok(Some(symbol.clone())),
            _ => Err(Error::compilation(
                "the columns in a function of MEASURES must have the same symbol, or all none",
            )),
        }
    }

    /// What a function over the rows of a match becomes; `None` for any other function.
    fn function(&mut self, function: &mut Function) -> Result<Option<Expr>> {
        let (name, given) = semantics(function);
        match name.as_str() {
            "MATCH_NUMBER" => return Ok(Some(column("$MATCH_NUMBER"))),
            "MATCH_SEQUENCE_NUMBER" => return Ok(Some(column("$SEQUENCE"))),
            "CLASSIFIER" => return Ok(Some(column("$SYMBOL"))),
            _ => {}
        }
        let navigates = ["PREV", "NEXT", "FIRST", "LAST"].contains(&name.as_str());
        if !navigates && !is_window_function(&name) {
            return Ok(None);
        }
        let is_final = given.unwrap_or(self.is_final);
        let symbol = self.symbol(&mut function.args)?;
        let written = name.clone();
        let name = match name.as_str() {
            "PREV" => "LAG",
            "NEXT" => "LEAD",
            "FIRST" => "FIRST_VALUE",
            "LAST" => "LAST_VALUE",
            other => other,
        };
        rename(function, name);
        let aggregates = functions::registry().aggregate(name).is_some();
        let positions = ["FIRST_VALUE", "LAST_VALUE"].contains(&name);
        if let Some(symbol) = &symbol
            && !aggregates
            && !(positions && is_final)
        {
            return Err(Error::compilation(format!(
                "{written} in MEASURES does not take columns of the symbol {symbol}{}",
                if positions { " unless it is FINAL" } else { "" }
            )));
        }
        if name == "LEAD" && !is_final {
            self.ahead.push(function.clone());
            let found = column(format!("{AHEAD}{}", self.ahead.len() - 1));
            return Ok(Some(case(equals("$KIND", MATCHED), found)));
        }
        let mut of_rows = equals("$KIND", MATCHED);
        if let Some(symbol) = &symbol {
            of_rows = Expr::BinaryOp {
                left: Box::new(of_rows),
                op: BinaryOperator::And,
                right: Box::new(equals("$SYMBOL", symbol)),
            };
        }
        if positions && symbol.is_some() {
            // A row's value may be NULL and is found all the same, so it goes into a box.
            let value = only_argument(function)?;
            let boxed = call("$BOX", vec![text("v"), value]);
            function.args = arguments(vec![case(of_rows, boxed)]);
            function.null_treatment = Some(NullTreatment::IgnoreNulls);
            self.set_window(function, is_final);
            let found = Expr::Function(function.clone());
            return Ok(Some(call("$UNBOX", vec![found, text("v")])));
        }
        if let FunctionArguments::List(list) = &mut function.args
            && let Some(first) = list.args.first_mut()
        {
            let value = match first {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) => value.clone(),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => {
                    Expr::Value(Value::Number("1".to_string(), false).into())
                }
                other => return Err(Error::unsupported(format!("{other} in MEASURES"))),
            };
            *first = FunctionArg::Unnamed(FunctionArgExpr::Expr(case(of_rows, value)));
        }
        self.set_window(function, is_final);
        Ok(None)
    }

    fn set_window(&self, function: &mut Function, is_final: bool) {
        let given = match function.over.take() {
            Some(WindowType::WindowSpec(spec)) => spec.window_frame,
            _ => None,
        };
        let end = match is_final {
            true => WindowFrameBound::Following(None),
            false => WindowFrameBound::CurrentRow,
        };
        function.over = Some(WindowType::WindowSpec(WindowSpec {
            window_frame: given.or_else(|| frame(end)),
            ..self.window.clone()
        }));
    }

    /// Whether a function has its window from here already.
    fn is_done(&self, function: &Function) -> bool {
        matches!(&function.over, Some(WindowType::WindowSpec(spec)) if spec.order_by == self.window.order_by)
    }
}

fn arguments(list: Vec<Expr>) -> FunctionArguments {
    match call("$", list) {
        Expr::Function(function) => function.args,
        _ => FunctionArguments::None,
    }
}

impl VisitorMut for Measures<'_> {
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
        // Outside of functions, `a.x` is the last of the match's values.
        if let Expr::CompoundIdentifier(parts) = expr
            && let [symbol, _] = parts.as_slice()
            && self.symbols.contains(&symbol.value)
        {
            *expr = call("LAST_VALUE", vec![expr.clone()]);
        }
        if let Expr::Function(function) = expr
            && !self.is_done(function)
        {
            match self.function(function) {
                Ok(None) => {}
                Ok(Some(replaced)) => *expr = replaced,
                Err(error) => return ControlFlow::Break(error),
            }
        }
        ControlFlow::Continue(())
    }
}

/// Takes symbols off columns, and notes them.
struct Columns<'a> {
    symbols: &'a [String],
    /// For each column its symbol, if it has one.
    found: Vec<Option<String>>,
}

impl VisitorMut for Columns<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(_) => self.found.push(None),
            Expr::CompoundIdentifier(parts) => {
                if let [symbol, name] = parts.as_slice()
                    && self.symbols.contains(&symbol.value)
                {
                    self.found.push(Some(symbol.value.clone()));
                    *expr = Expr::Identifier(name.clone());
                } else {
                    self.found.push(None);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

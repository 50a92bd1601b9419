//! Snowflake's forms of expressions, rewritten into function calls before DataFusion plans them.
//!
//! Functions whose names begin with `$` are the planner's own (see [`crate::functions`]); no user can spell them.

use std::ops::ControlFlow;

use datafusion::logical_expr::{Expr as Planned, lit};
use datafusion::sql::sqlparser::ast::{
    CastKind, DataType, DateTimeField, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArgumentList, FunctionArguments, Ident, ObjectName, ObjectNamePart,
    OrderByExpr, TrimWhereField, UnaryOperator, Value, VisitMut, VisitorMut, WindowType,
};
use datafusion::sql::sqlparser::tokenizer::Span;

use super::barrier::EACH_ROW;
use super::constants::{constant, context_value, literal_arguments};
use super::environment::{Bound, Environment};
use super::frames::set_frame;
use super::path::{field_access, json_access};
use super::{
    call_form, condition, count, interval, lambda, like, percentile, several_by, spread, tuple, user_call,
    window_call,
};
use crate::error::{Error, Result};
use crate::functions;
use crate::functions::datetime::part::Part;
use crate::sql::data_type::written;
use crate::types::context::{BinaryFormat, TypeContext};
use crate::types::number::literal_digits;
use crate::types::{SnowType, structured};

/// Functions whose argument at an index is a date part that may be written as a bare word.
const DATE_PARTS: &[(&str, usize)] = &[
    ("DATEADD", 0),
    ("TIMEADD", 0),
    ("TIMESTAMPADD", 0),
    ("DATEDIFF", 0),
    ("TIMEDIFF", 0),
    ("TIMESTAMPDIFF", 0),
    ("DATE_PART", 0),
    ("DATE_TRUNC", 0),
    ("TRUNC", 1),
    ("LAST_DAY", 1),
    ("TIME_SLICE", 2),
];

/// Rewrites every expression below a node of the syntax tree.
pub fn rewrite<N: VisitMut>(node: &mut N, environment: &dyn Environment, types: &TypeContext) -> Result<()> {
    let mut rewriter = Rewriter { environment, types };
    match node.visit(&mut rewriter) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// A planned cast to a type, by the house's own rules.
pub fn cast_call(expr: Planned, to: &SnowType) -> Planned {
    match crate::functions::registry().scalar("$CAST") {
        Some(cast) => cast.call(vec![expr, lit(to.to_string())]),
        None => expr,
    }
}

/// The planned cast of a value that goes into a column of a table.
pub fn store_call(expr: Planned, to: &SnowType, table: &str, column: &str) -> Planned {
    match crate::functions::registry().scalar("$STORE") {
        Some(store) => store.call(vec![expr, lit(to.to_string()), lit(table), lit(column)]),
        None => expr,
    }
}

struct Rewriter<'a> {
    environment: &'a dyn Environment,
    types: &'a TypeContext,
}

impl VisitorMut for Rewriter<'_> {
    type Break = Error;

    /// Calls are still as they were written.
    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        match spread::expand(expr, self.environment).and_then(|()| check_call(expr)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        let taken = std::mem::replace(expr, Expr::Value(Value::Null.into()));
        match self.replace(taken) {
            Ok(replaced) => {
                *expr = replaced;
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    }
}

impl Rewriter<'_> {
    fn replace(&self, expr: Expr) -> Result<Expr> {
        Ok(match expr {
            Expr::Cast {
                kind,
                expr,
                data_type,
                array: false,
                format: None,
            } => {
                let name = if matches!(kind, CastKind::TryCast | CastKind::SafeCast) {
                    "$TRY_CAST"
                } else {
                    "$CAST"
                };
                let to = self.type_of(&data_type)?;
                let mut arguments = vec![*expr, text(to.to_string())];
                if let Some((_, Some(change))) = written(&data_type) {
                    arguments.push(text(change.text()));
                }
                call(name, arguments)
            }
            Expr::TypedString(typed) => {
                let to = self.type_of(&typed.data_type)?;
                call("$CAST", vec![Expr::Value(typed.value), text(to.to_string())])
            }
            Expr::JsonAccess { value, path } => json_access(*value, path)?,
            Expr::CompoundFieldAccess { root, access_chain } => field_access(*root, access_chain)?,
            Expr::Extract { field, expr, .. } => {
                let part = match field {
                    DateTimeField::Custom(name) => name.value,
                    other => other.to_string(),
                };
                call("DATE_PART", vec![text(part), *expr])
            }
            Expr::Position { expr, r#in } => call("POSITION", vec![*expr, *r#in]),
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                ..
            } => {
                let from = substring_from.map_or_else(|| number(1), |from| *from);
                let mut arguments = vec![*expr, from];
                arguments.extend(substring_for.map(|length| *length));
                call("SUBSTR", arguments)
            }
            Expr::Trim {
                trim_where,
                trim_what,
                expr,
                trim_characters,
            } => {
                let name = match trim_where {
                    Some(TrimWhereField::Leading) => "LTRIM",
                    Some(TrimWhereField::Trailing) => "RTRIM",
                    Some(TrimWhereField::Both) | None => "TRIM",
                };
                let mut arguments = vec![*expr];
                arguments.extend(trim_what.map(|what| *what));
                arguments.extend(trim_characters.unwrap_or_default());
                call(name, arguments)
            }
            Expr::BinaryOp { left, op, right } => match (left.as_ref(), right.as_ref()) {
                (Expr::Tuple(left), Expr::Tuple(right)) => tuple::comparison(left, &op, right)?,
                _ => match interval::added(&left, &op, &right)? {
                    Some(sum) => sum,
                    None => Expr::BinaryOp { left, op, right },
                },
            },
            Expr::InList { expr, list, negated } => match expr.as_ref() {
                Expr::Tuple(members) => tuple::in_list(members, &list, negated)?,
                _ => Expr::InList { expr, list, negated },
            },
            Expr::InSubquery {
                expr,
                subquery,
                negated,
            } => match expr.as_ref() {
                Expr::Tuple(members) => tuple::in_subquery(members, subquery, negated)?,
                _ => Expr::InSubquery {
                    expr,
                    subquery,
                    negated,
                },
            },
            Expr::RLike {
                negated,
                expr,
                pattern,
                ..
            } => negate_if(negated, call("REGEXP_LIKE", vec![*expr, *pattern])),
            expr @ (Expr::Like { .. } | Expr::ILike { .. }) => like::rewrite(expr)?,
            Expr::Dictionary(fields) => {
                let pairs = fields
                    .into_iter()
                    .flat_map(|field| [text(field.key.value), *field.value]);
                call("OBJECT_CONSTRUCT", pairs.collect())
            }
            Expr::Array(array) => call("ARRAY_CONSTRUCT", array.elem),
            Expr::UnaryOp {
                op: UnaryOperator::Minus,
                expr,
            } => match *expr {
                // A negative literal stays a literal.
                expr if is_number(&expr) => Expr::UnaryOp {
                    op: UnaryOperator::Minus,
                    expr: Box::new(expr),
                },
                expr => call("$NEG", vec![expr]),
            },
            Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr,
            } => Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: Box::new(condition::as_boolean(*expr)),
            },
            Expr::UnaryOp {
                op: UnaryOperator::Plus,
                expr,
            } => match *expr {
                expr if is_number(&expr) => expr,
                expr => call("$POS", vec![expr]),
            },
            Expr::Nested(inner) => match *inner {
                inner @ (Expr::Function(_) | Expr::Identifier(_)) => inner,
                inner => Expr::Nested(Box::new(inner)),
            },
            Expr::Value(value) => match &value.value {
                Value::Placeholder(placeholder) => self.placeholder(placeholder, value.span)?,
                // More than a NUMBER holds.
                Value::Number(digits, _) if literal_digits(digits).is_none() => {
                    call("TO_DOUBLE", vec![text(digits)])
                }
                Value::HexStringLiteral(digits) => {
                    crate::types::cast::read_binary(digits, BinaryFormat::Hex, &mut Vec::new())?;
                    Expr::Value(value)
                }
                _ => Expr::Value(value),
            },
            Expr::Identifier(name) => self.identifier(name)?,
            Expr::CompoundIdentifier(parts) => self.compound(parts)?,
            Expr::Function(function) => self.function(function)?,
            Expr::AtTimeZone { .. } => return Err(Error::unsupported("AT TIME ZONE")),
            // The collation that there is without one.
            Expr::Collate { expr, collation } => {
                let name = collation.to_string();
                match name.trim_matches(['\'', '"']).to_ascii_lowercase().as_str() {
                    "" | "utf8" => *expr,
                    _ => return Err(Error::unsupported(format!("COLLATE {name}"))),
                }
            }
            Expr::Lambda(mut lambda) => {
                lambda::typed(&mut lambda, |data_type| Ok(self.type_of(data_type)?.to_string()))?;
                Expr::Lambda(lambda)
            }
            // Without a hierarchy each row is its own root.
            Expr::Prefixed { prefix, value } if prefix.value == "CONNECT_BY_ROOT" => *value,
            Expr::Prior(_) => return Err(Error::unsupported("CONNECT BY")),
            Expr::Overlay { .. } => return Err(Error::unknown_function("OVERLAY")),
            other => other,
        })
    }

    fn type_of(&self, data_type: &DataType) -> Result<SnowType> {
        if let Some((text, _)) = written(data_type) {
            return structured::read(text);
        }
        let shown = data_type.to_string();
        // TIMESTAMP without a kind means what the session's TIMESTAMP_TYPE_MAPPING says.
        let bare = shown.trim().to_ascii_uppercase();
        if let Some(rest) = bare.strip_prefix("TIMESTAMP")
            && (rest.is_empty() || rest.starts_with('('))
        {
            let parsed = SnowType::parse(&format!("TIMESTAMP_NTZ{rest}"));
            if let Some(SnowType::TimestampNtz { scale }) = parsed {
                return Ok(self.types.timestamp(scale));
            }
        }
        structured::read(&shown)
    }

    fn identifier(&self, name: Ident) -> Result<Expr> {
        if name.quote_style.is_none() {
            if let Some(variable) = name.value.strip_prefix('$')
                && variable.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            {
                let value = self.environment.variable(variable)?;
                return Ok(constant(&value));
            }
            if let Some(value) = self.environment.context_function(&name.value, &[])
                && BARE_CONTEXT.contains(&name.value.as_str())
            {
                return Ok(context_value(&value?));
            }
            if BARE_TIME.contains(&name.value.as_str()) {
                return Ok(call(&name.value, Vec::new()));
            }
        }
        Ok(Expr::Identifier(name))
    }

    /// `$1` is a column by position, `$NAME` a session variable; others are bind variables.
    fn placeholder(&self, placeholder: &str, span: Span) -> Result<Expr> {
        match placeholder.strip_prefix('$') {
            Some(position) if position.chars().all(|c| c.is_ascii_digit()) => {
                Ok(Expr::Identifier(Ident::with_quote('"', placeholder)))
            }
            Some(variable) => Ok(constant(&self.environment.variable(variable)?)),
            None => match self.environment.bind(placeholder) {
                Some(Bound::Value(value)) => Ok(constant(&value)),
                Some(Bound::Function(name)) => Ok(call(&name, Vec::new())),
                Some(Bound::Column(name)) => Ok(Expr::Identifier(Ident::with_quote('"', name))),
                None => Err(crate::sql::bind_not_set(placeholder, span)),
            },
        }
    }

    /// `sequence.NEXTVAL` becomes a call; everything else stays.
    fn compound(&self, parts: Vec<Ident>) -> Result<Expr> {
        Ok(match parts.split_last() {
            Some((last, name)) if last.quote_style.is_none() && last.value == "NEXTVAL" => {
                let name: Vec<String> = name.iter().map(|part| part.value.clone()).collect();
                match self.environment.sequence(&name) {
                    Ok(_) => call(&format!("$NEXTVAL:{}", name.join("\u{1f}")), vec![]),
                    Err(error) if error.code() == 2003 => {
                        return Err(Error::invalid_identifier(format!("{}.NEXTVAL", name.join("."))));
                    }
                    Err(error) => return Err(error),
                }
            }
            _ => Expr::CompoundIdentifier(parts),
        })
    }

    fn function(&self, function: Function) -> Result<Expr> {
        let mut function = call_form::rewrite(function)?;
        let name = function.name.to_string();
        if let FunctionArguments::List(list) = &mut function.args {
            let part = DATE_PARTS.iter().find(|(known, _)| *known == name);
            if let Some((_, index)) = part
                && let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))) = list.args.get_mut(*index)
                && let Expr::Identifier(word) = argument
                // TRUNC takes numbers, too, and their scale may be a column.
                && (name != "TRUNC" || Part::parse(&word.value).is_some())
            {
                let word = word.value.clone();
                *argument = text(word);
            }
        }
        // The session's TIMESTAMP_TYPE_MAPPING says which of the three TO_TIMESTAMP is.
        if let Some((_, prefix)) = [("TO_TIMESTAMP", ""), ("TRY_TO_TIMESTAMP", "TRY_")]
            .iter()
            .find(|(n, _)| *n == name)
        {
            let kind = match self.types.timestamp(9) {
                SnowType::TimestampLtz { .. } => "LTZ",
                SnowType::TimestampTz { .. } => "TZ",
                _ => "NTZ",
            };
            function.name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new(format!(
                "{prefix}TO_TIMESTAMP_{kind}"
            )))]);
        }
        window_call::settle(&mut function)?;
        if let Some(WindowType::WindowSpec(window)) = &mut function.over
            && !window.order_by.is_empty()
        {
            set_frame(&name, &mut window.window_frame);
        }
        percentile::as_arguments(&mut function)?;
        // These take their order as DataFusion writes it; it keeps WITHIN GROUP for percentiles.
        if !function.within_group.is_empty()
            && matches!(name.as_str(), "LISTAGG" | "ARRAY_AGG" | "ARRAYAGG")
            && let FunctionArguments::List(list) = &mut function.args
        {
            distinct_order(list, &function.within_group)?;
            list.clauses.push(FunctionArgumentClause::OrderBy(std::mem::take(
                &mut function.within_group,
            )));
        }
        if function.over.is_none()
            && let Some(arguments) = literal_arguments(&function)
            && let Some(value) = self.environment.context_function(&name, &arguments)
        {
            return Ok(context_value(&value?));
        }
        count::single_argument(&mut function);
        each_row(&name, &mut function)?;
        if let Some(replaced) = lambda::rewrite(&function)? {
            return Ok(replaced);
        }
        if let Some(replaced) = several_by::rewrite(&function)? {
            return Ok(replaced);
        }
        match user_call::rewrite(&mut function, self.environment)? {
            Some(call) => Ok(call),
            None => Ok(Expr::Function(function)),
        }
    }
}

/// Numbers of rows and random numbers differ by row, also where their argument is a constant.
fn each_row(name: &str, function: &mut Function) -> Result<()> {
    if !matches!(name, "RANDOM" | "SEQ1" | "SEQ2" | "SEQ4" | "SEQ8") {
        return Ok(());
    }
    let FunctionArguments::List(list) = &mut function.args else {
        return Ok(());
    };
    match list.args.len() {
        0 => {}
        1 => {
            let each = FunctionArgExpr::Expr(call(EACH_ROW, Vec::new()));
            list.args.push(FunctionArg::Unnamed(each));
        }
        given => return Err(Error::too_many_arguments(format!("{name}({list})"), 1, given)),
    }
    Ok(())
}

/// Different values have no order but their own.
fn distinct_order(list: &FunctionArgumentList, order: &[OrderByExpr]) -> Result<()> {
    let value = match list.args.first() {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(value)))
            if list.duplicate_treatment == Some(DuplicateTreatment::Distinct) =>
        {
            value
        }
        _ => return Ok(()),
    };
    match order.iter().find(|key| key.expr != *value) {
        Some(other) => Err(Error::compilation(format!(
            "[{}] is not a valid order by expression",
            other.expr
        ))),
        None => Ok(()),
    }
}

fn is_number(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(value.value, Value::Number(..)))
}

/// Checks how many arguments a call has.
fn check_call(expr: &Expr) -> Result<()> {
    let Expr::Function(function) = expr else {
        return Ok(());
    };
    let FunctionArguments::List(list) = &function.args else {
        return Ok(());
    };
    let is_plain =
        |argument: &FunctionArg| matches!(argument, FunctionArg::Unnamed(FunctionArgExpr::Expr(_)));
    if !function.within_group.is_empty() || !list.args.iter().all(is_plain) {
        return Ok(());
    }
    let name = function.name.to_string();
    let call = || format!("{name}({list})");
    functions::registry().check_arguments(&name, list.args.len(), call)
}

/// Whether a column's name is none: a function that is called without parentheses, a sequence's next value.
pub fn is_call(expr: &Expr) -> bool {
    match expr {
        Expr::Identifier(name) => {
            name.quote_style.is_none()
                && (BARE_CONTEXT.contains(&name.value.as_str()) || BARE_TIME.contains(&name.value.as_str()))
        }
        Expr::CompoundIdentifier(parts) => parts
            .last()
            .is_some_and(|last| last.quote_style.is_none() && last.value == "NEXTVAL"),
        _ => false,
    }
}

/// Context functions that may be written without parentheses.
const BARE_CONTEXT: &[&str] = &["CURRENT_USER"];

/// Functions of the present time that may be written without parentheses.
const BARE_TIME: &[&str] = &[
    "CURRENT_TIMESTAMP",
    "CURRENT_DATE",
    "CURRENT_TIME",
    "LOCALTIMESTAMP",
    "LOCALTIME",
];

/// A call of a function by name.
pub fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let args = arguments
        .into_iter()
        .map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg)))
        .collect();
    Expr::Function(Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(Ident::with_quote('"', name))]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args,
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// A text as a literal.
pub fn text(value: impl Into<String>) -> Expr {
    Expr::Value(Value::SingleQuotedString(value.into()).into())
}

pub fn number(value: i64) -> Expr {
    Expr::Value(Value::Number(value.to_string(), false).into())
}

fn negate_if(negated: bool, expr: Expr) -> Expr {
    if negated {
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: Box::new(expr),
        }
    } else {
        expr
    }
}

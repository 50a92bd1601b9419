//! Blocks that are the body of a function.
//! <https://docs.snowflake.com/en/developer-guide/udf/sql/udf-sql-procedural-functions>
//!
//! Such a block computes: it has variables, branches, loops and exceptions, and it runs no statements. What it may not
//! hold is found when the function is made.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Function, ObjectNamePart, Query, Visit, Visitor};

use super::parse;
use super::tree::{
    Action, Block, Branch, Declaration, DeclarationKind, Expression, ForRange, ReturnValue, Source, Step,
};
use crate::error::{Error, Place, Result};
use crate::functions;

/// Reads a block that is a function's body.
///
/// # Errors
/// 001003 with the place in the text; a refusal of what functions may not hold.
pub fn parse_function(text: &str) -> Result<Block> {
    let block = parse(text)?;
    check_block(&block)?;
    Ok(block)
}

fn refused(what: &str, place: Place) -> Error {
    Error::unsupported(format!("{what} in a function in Snowflake Scripting")).at(place.line, place.position)
}

fn check_block(block: &Block) -> Result<()> {
    block.declarations.iter().try_for_each(check_declaration)?;
    check_steps(&block.steps)?;
    block
        .handlers
        .iter()
        .try_for_each(|handler| check_steps(&handler.steps))
}

fn check_declaration(declaration: &Declaration) -> Result<()> {
    let what = match &declaration.kind {
        DeclarationKind::Variable { value, .. } => return value.as_ref().map_or(Ok(()), check_source),
        DeclarationKind::Exception { .. } => return Ok(()),
        DeclarationKind::Cursor(_) => "a cursor",
        DeclarationKind::ResultSet(_) => "a RESULTSET",
        DeclarationKind::Procedure(_) => "a nested procedure",
    };
    Err(refused(what, declaration.place))
}

fn check_source(source: &Source) -> Result<()> {
    match source {
        Source::Expression(expression) => check_expression(expression),
        Source::Statement(child) => Err(refused("a SQL statement", child.place)),
    }
}

fn check_steps(steps: &[Step]) -> Result<()> {
    steps.iter().try_for_each(check_step)
}

fn check_branches(branches: &[Branch], otherwise: &[Step]) -> Result<()> {
    for branch in branches {
        check_expression(&branch.condition)?;
        check_steps(&branch.steps)?;
    }
    check_steps(otherwise)
}

fn check_step(step: &Step) -> Result<()> {
    let what = match &step.action {
        Action::Let(declaration) => return check_declaration(declaration),
        Action::Assign { value, .. } => return check_source(value),
        Action::If { branches, otherwise } => return check_branches(branches, otherwise),
        Action::Case {
            subject,
            branches,
            otherwise,
        } => {
            subject.as_ref().map_or(Ok(()), check_expression)?;
            return check_branches(branches, otherwise);
        }
        Action::For(over) => match &over.over {
            ForRange::Counter { start, end, .. } => {
                check_expression(start)?;
                check_expression(end)?;
                return check_steps(&over.body.steps);
            }
            ForRange::Rows(_) => "a loop over rows",
        },
        Action::While { condition, body } => {
            check_expression(condition)?;
            return check_steps(&body.steps);
        }
        Action::Repeat { body, until } => {
            check_expression(until)?;
            return check_steps(&body.steps);
        }
        Action::Loop(body) => return check_steps(&body.steps),
        Action::Return(ReturnValue::Expression(expression)) => return check_expression(expression),
        Action::Block(block) => return check_block(block),
        Action::Break(_) | Action::Continue(_) | Action::Raise(_) | Action::Null => return Ok(()),
        Action::Return(_) => "RETURN TABLE",
        Action::Open { .. } | Action::Fetch { .. } | Action::Close(_) => "a cursor",
        Action::Await(_) | Action::Cancel(_) => "an asynchronous child job",
        Action::Log { .. } => "a message for the log",
        Action::Evaluate(_) => "a call of a system function",
        Action::Run(_) => "a SQL statement",
    };
    Err(refused(what, step.place))
}

fn check_expression(expression: &Expression) -> Result<()> {
    match expression.tree.visit(&mut Check) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(what) => Err(refused(what, expression.place)),
    }
}

/// Finds what an expression may not hold.
struct Check;

impl Visitor for Check {
    type Break = &'static str;

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<Self::Break> {
        ControlFlow::Break("a query")
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Self::Break> {
        match expr {
            Expr::Function(Function { over: Some(_), .. }) => ControlFlow::Break("a window function"),
            Expr::Function(function) if is_aggregate(function) => ControlFlow::Break("an aggregate function"),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn is_aggregate(function: &Function) -> bool {
    match function.name.0.as_slice() {
        [ObjectNamePart::Identifier(name)] => {
            let known = functions::registry();
            known.aggregate(&name.value).is_some() && known.scalar(&name.value).is_none()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_computes_is_read_and_what_runs_statements_is_refused() {
        let fine = "DECLARE x INT DEFAULT 0; e EXCEPTION (-20001, 'no');
            BEGIN FOR i IN 1 TO 3 DO x := x + i; END FOR;
            IF (x > 5) THEN RAISE e; END IF; RETURN x;
            EXCEPTION WHEN e THEN RETURN SQLCODE; END;";
        parse_function(fine).unwrap();
        for (body, what) in [
            ("BEGIN SELECT 1; END", "a SQL statement"),
            ("BEGIN LET x := (SELECT 1); RETURN x; END", "a SQL statement"),
            ("BEGIN RETURN 1 + (SELECT 1); END", "a query"),
            ("BEGIN RETURN SUM(1); END", "an aggregate function"),
            (
                "BEGIN RETURN ROW_NUMBER() OVER (ORDER BY 1); END",
                "a window function",
            ),
            ("DECLARE c CURSOR FOR SELECT 1; BEGIN RETURN 1; END", "a cursor"),
            ("DECLARE r RESULTSET; BEGIN RETURN 1; END", "a RESULTSET"),
            ("BEGIN IF (TRUE) THEN CALL p(); END IF; END", "a SQL statement"),
            ("BEGIN SYSTEM$LOG('info', 'x'); END", "a message for the log"),
            (
                "BEGIN RETURN 1; EXCEPTION WHEN OTHER THEN DELETE FROM t; END",
                "a SQL statement",
            ),
        ] {
            let error = parse_function(body).unwrap_err();
            assert!(error.message().contains(what), "{body}: {error}");
        }
    }
}

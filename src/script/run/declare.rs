//! Declarations, assignments, and calls of nested procedures.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::Expr;

use super::exception::Stop;
use super::scope::{Cursor, Entry, Exception, ResultSet};
use super::{Flow, Interpreter, Returned};
use crate::error::{Error, Place};
use crate::script::tree::{Declaration, DeclarationKind, Expression, NestedProcedure, Source};
use crate::script::value::Value;
use crate::types::SnowType;

type Walked<T> = std::result::Result<T, Stop>;

/// How deep nested procedures may call each other.
const MOST_CALLS: usize = 50;

impl Interpreter<'_> {
    /// Declares a name in the innermost scope.
    pub(super) async fn declare(&mut self, declaration: &Declaration) -> Walked<()> {
        let Declaration { name, place, kind } = declaration;
        let entry = match kind {
            DeclarationKind::Variable { data_type, value } => {
                Entry::Variable(self.first_value(name, *data_type, value.as_ref(), *place).await?)
            }
            DeclarationKind::Cursor(source) => Entry::Cursor(Cursor {
                source: source.clone(),
                open: None,
            }),
            DeclarationKind::ResultSet(query) => Entry::ResultSet(match query {
                Some(child) => self.result_set_of(child).await?,
                None => ResultSet::Unset,
            }),
            DeclarationKind::Exception { code, message } => Entry::Exception(Arc::new(Exception {
                name: name.clone(),
                code: *code,
                message: message.clone(),
            })),
            DeclarationKind::Procedure(procedure) => {
                Entry::Procedure(Arc::clone(procedure), self.scopes.depth())
            }
        };
        self.scopes.declare(name, entry);
        Ok(())
    }

    async fn first_value(
        &mut self,
        name: &str,
        data_type: Option<SnowType>,
        value: Option<&Source>,
        place: Place,
    ) -> Walked<Value> {
        let Some(source) = value else {
            return Ok(Value::null(data_type.unwrap_or(SnowType::VARCHAR)));
        };
        if data_type.is_none()
            && let Source::Expression(expression) = source
            && self.is_of_row(expression)
        {
            let message = format!(
                "SQL compilation error:\nerror line {} at position {} variable '{name}' cannot have its type inferred from initializer",
                place.line, place.position
            );
            let error = Error::new(92_228, "P0000", message);
            return Err(Stop::Fatal(error.at(place.line, place.position)));
        }
        let value = self.source_value(source).await?;
        let data_type = data_type.unwrap_or_else(|| inferred(&value.data_type));
        let cast = self.host.cast(&value, &data_type);
        cast.map_err(|error| Stop::expression(error, place))
    }

    /// Whether an expression's type is that of a row's column, which is not known before the loop runs.
    fn is_of_row(&self, expression: &Expression) -> bool {
        let is_row = |name: &String| {
            name.split_once('.')
                .is_some_and(|(row, _)| matches!(self.scopes.get(row), Some(Entry::Row(..))))
        };
        !matches!(*expression.tree, Expr::Cast { .. }) && expression.names.iter().any(is_row)
    }

    async fn source_value(&mut self, source: &Source) -> Walked<Value> {
        match source {
            Source::Expression(expression) => self.evaluate(expression).await,
            Source::Statement(child) => self.single_value(child).await,
        }
    }

    /// `name := …`.
    pub(super) async fn assign_source(&mut self, target: &str, source: &Source, place: Place) -> Walked<()> {
        if let Some(Entry::ResultSet(_)) = self.scopes.get(target) {
            let rows = match source {
                Source::Statement(child) => self.result_set_of(child).await?,
                Source::Expression(expression) => match &*expression.tree {
                    Expr::Identifier(name) => ResultSet::Ready(self.result_set(&name.value, place)?),
                    _ => {
                        let error = Error::compilation(format!("'{target}' is a RESULTSET"));
                        return Err(Stop::expression(error, place));
                    }
                },
            };
            if let Some(Entry::ResultSet(held)) = self.scopes.get_mut(target) {
                *held = rows;
            }
            return Ok(());
        }
        if self.scopes.variable(target).is_none() {
            return Err(Stop::expression(Error::invalid_identifier(target), place));
        }
        let value = self.source_value(source).await?;
        self.assign(target, &value, place)
    }

    /// A nested procedure of this name, and how many scopes it sees.
    pub(super) fn nested(&self, name: &str) -> Option<(Arc<NestedProcedure>, usize)> {
        match self.scopes.get(name)? {
            Entry::Procedure(procedure, depth) => Some((Arc::clone(procedure), *depth)),
            _ => None,
        }
    }

    /// Calls a nested procedure. It sees its block's names, and not those of the statement that calls it.
    pub(super) async fn call_nested(
        &mut self,
        name: &str,
        (procedure, depth): (Arc<NestedProcedure>, usize),
        arguments: &[(Option<String>, Expression)],
        place: Place,
    ) -> Walked<Returned> {
        if self.calls >= MOST_CALLS {
            let error = Error::compilation(format!(
                "nested procedures call each other more than {MOST_CALLS} deep"
            ));
            return Err(Stop::statement(error, place));
        }
        if arguments.len() != procedure.arguments.len() {
            let error = Error::compilation(format!(
                "procedure {name} takes {} arguments, not {}",
                procedure.arguments.len(),
                arguments.len()
            ));
            return Err(Stop::statement(error, place));
        }
        let mut values = Vec::with_capacity(arguments.len());
        for (index, (named, expression)) in arguments.iter().enumerate() {
            let target = match named {
                Some(named) => procedure.arguments.iter().find(|(name, _)| name == named),
                None => procedure.arguments.get(index),
            };
            let Some((target, data_type)) = target else {
                let shown = named.clone().unwrap_or_default();
                return Err(Stop::statement(Error::invalid_identifier(shown), place));
            };
            let value = self.evaluate(expression).await?;
            let cast = self.host.cast(&value, data_type);
            let value = cast.map_err(|error| Stop::statement(error, expression.place))?;
            values.push((target.clone(), value));
        }
        let hidden = self.scopes.hide(depth);
        let handlers = std::mem::take(&mut self.handlers);
        self.scopes.push();
        for (target, value) in values {
            self.scopes.declare(&target, Entry::Variable(value));
        }
        self.calls += 1;
        let flow = self.block(&procedure.body).await;
        self.calls -= 1;
        self.scopes.truncate(depth);
        self.scopes.restore(hidden);
        self.handlers = handlers;
        match flow? {
            Flow::Return(Returned::Value(value)) => {
                let data_type = procedure.returns.unwrap_or(value.data_type);
                let cast = self.host.cast(&value, &data_type);
                cast.map(Returned::Value)
                    .map_err(|error| Stop::statement(error, place))
            }
            Flow::Return(returned) => Ok(returned),
            _ => Ok(Returned::Nothing),
        }
    }
}

/// The type of a variable that has none but its first value's.
/// <https://docs.snowflake.com/en/developer-guide/snowflake-scripting/variables>
fn inferred(data_type: &SnowType) -> SnowType {
    match data_type {
        SnowType::Number { scale: 0, .. } => SnowType::INTEGER,
        SnowType::Number { .. } => SnowType::Float,
        SnowType::Varchar { .. } => SnowType::VARCHAR,
        SnowType::Binary { .. } => SnowType::BINARY,
        other => *other,
    }
}

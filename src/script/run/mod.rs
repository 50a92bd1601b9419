//! [`run`] walks a block's tree.
//!
//! [`Interpreter`] holds the names in scope ([`scope`]), the exceptions being handled ([`exception`]) and what the last
//! statement did. Blocks and branches are here; [`control`] has loops, [`child`] SQL statements and RESULTSETs,
//! [`cursor`] cursors, [`declare`] declarations and nested procedures.

mod child;
mod control;
mod cursor;
mod declare;
mod exception;
mod scope;

use std::sync::Arc;

use futures::future::BoxFuture;

use super::host::{Host, JobId, Outcome};
use super::log::{Level, Message};
use super::stack::deep;
use super::tree::{Action, Block, Branch, Expression, Handler, LogLevel, ReturnValue, Step};
use super::value::{Bindings, Value};
use crate::error::{Error, Place, Result};
use crate::types::SnowType;
use exception::{Raised, Stop};
use scope::{Entry, Scopes};

/// What a block gives back.
#[derive(Debug, Clone)]
pub enum Returned {
    /// It ended without RETURN.
    Nothing,
    /// The value of an expression.
    Value(Value),
    /// The rows of a statement.
    Table(Arc<Outcome>),
}

/// A block to run, with the values of its arguments.
#[derive(Debug)]
pub struct Script<'a> {
    /// The block.
    pub block: &'a Block,
    /// Its arguments, variables of the outermost scope.
    pub arguments: Vec<(String, Value)>,
}

/// Runs a block. Answers what it returns, and the values that its arguments have in the end.
///
/// # Errors
/// An exception that no handler caught, with its place.
pub async fn run(host: &mut dyn Host, script: Script<'_>) -> Result<(Returned, Bindings)> {
    let mut interpreter = Interpreter {
        host,
        scopes: Scopes::default(),
        handlers: Vec::new(),
        handled: Vec::new(),
        status: Status::default(),
        jobs: Vec::new(),
        calls: 0,
    };
    interpreter.scopes.push();
    let names: Vec<String> = script.arguments.iter().map(|(name, _)| name.clone()).collect();
    for (name, value) in script.arguments {
        interpreter.scopes.declare(&name, Entry::Variable(value));
    }
    let flow = interpreter.block(script.block).await;
    // What was started and not awaited ends with its script.
    for (job, _) in std::mem::take(&mut interpreter.jobs) {
        interpreter.host.cancel(job);
    }
    let returned = match flow.map_err(Stop::into_error)? {
        Flow::Return(returned) => returned,
        _ => Returned::Nothing,
    };
    let value = |name: String| Some((name.clone(), interpreter.scopes.variable(&name)?.clone()));
    Ok((returned, names.into_iter().filter_map(value).collect()))
}

/// How a statement ends.
enum Flow {
    /// The next statement comes.
    Next,
    /// BREAK, of a loop with this label.
    Break(Option<String>),
    /// CONTINUE, of a loop with this label.
    Continue(Option<String>),
    /// RETURN.
    Return(Returned),
}

/// What the last statement did.
#[derive(Debug, Default)]
struct Status {
    /// SQLROWCOUNT.
    affected: Option<u64>,
    /// ACTIVITY_COUNT.
    activity: Option<u64>,
    /// SQLID.
    query_id: Option<Arc<str>>,
}

struct Interpreter<'a> {
    host: &'a mut dyn Host,
    scopes: Scopes,
    /// Of each block whose statements run: its handlers, and how many scopes they see.
    handlers: Vec<(Arc<[Handler]>, usize)>,
    /// The exceptions being handled, the innermost last.
    handled: Vec<Arc<Raised>>,
    status: Status,
    /// Child jobs without a RESULTSET, and where their statements stand.
    jobs: Vec<(JobId, Place)>,
    /// How deep nested procedures call each other.
    calls: usize,
}

type Walk<'w, T> = BoxFuture<'w, std::result::Result<T, Stop>>;

impl Interpreter<'_> {
    fn block<'w>(&'w mut self, block: &'w Block) -> Walk<'w, Flow> {
        deep(Box::pin(async move {
            let outside = self.scopes.depth();
            self.scopes.push();
            let flow = self.block_inside(block).await;
            self.scopes.truncate(outside);
            flow
        }))
    }

    async fn block_inside(&mut self, block: &Block) -> std::result::Result<Flow, Stop> {
        for declaration in &block.declarations {
            self.declare(declaration).await?;
        }
        let declared = self.scopes.depth();
        self.scopes.push();
        self.handlers.push((Arc::clone(&block.handlers), declared));
        let flow = self.steps(&block.steps, true).await;
        self.handlers.pop();
        self.scopes.truncate(declared);
        match flow {
            Err(Stop::Raised(raised)) => {
                let handler = block
                    .handlers
                    .iter()
                    .find(|handler| raised.is_for(handler, &self.scopes));
                match handler {
                    Some(handler) => self.handle(handler, raised).await,
                    None => Err(Stop::Raised(raised)),
                }
            }
            flow => flow,
        }
    }

    /// Runs a handler. Its own failures are not for the block that it belongs to.
    async fn handle(&mut self, handler: &Handler, raised: Arc<Raised>) -> std::result::Result<Flow, Stop> {
        let depth = self.scopes.depth();
        self.scopes.push();
        self.handled.push(raised);
        self.handlers.push((Arc::default(), depth));
        let flow = self.steps(&handler.steps, false).await;
        self.handlers.pop();
        self.handled.pop();
        self.scopes.truncate(depth);
        flow
    }

    /// Runs statements in turn. Where a block's or a loop's own statements run, a CONTINUE handler lets them go on.
    fn steps<'w>(&'w mut self, steps: &'w [Step], resumes: bool) -> Walk<'w, Flow> {
        deep(Box::pin(async move {
            for step in steps {
                let flow = match self.step(step).await {
                    Err(Stop::Raised(raised)) if resumes => self.resume(raised).await?,
                    flow => flow?,
                };
                if !matches!(flow, Flow::Next) {
                    return Ok(flow);
                }
            }
            Ok(Flow::Next)
        }))
    }

    /// Runs the CONTINUE handler of the block, if the first that is for an exception is one.
    async fn resume(&mut self, raised: Arc<Raised>) -> std::result::Result<Flow, Stop> {
        let found = self.handlers.last().and_then(|(handlers, depth)| {
            let is_for = |handler: &Handler| raised.is_for(handler, &self.scopes);
            let at = handlers.iter().position(is_for)?;
            Some((Arc::clone(handlers), at, *depth))
        });
        let Some((handlers, at, depth)) = found else {
            return Err(Stop::Raised(raised));
        };
        let Some(handler) = handlers.get(at).filter(|handler| handler.continues) else {
            return Err(Stop::Raised(raised));
        };
        // What LET declared is not for handlers.
        let hidden = self.scopes.hide(depth);
        let flow = self.handle(handler, raised).await;
        self.scopes.restore(hidden);
        flow
    }

    async fn step(&mut self, step: &Step) -> std::result::Result<Flow, Stop> {
        match &step.action {
            Action::Let(declaration) => self.declare(declaration).await?,
            Action::Assign { target, value } => self.assign_source(target, value, step.place).await?,
            Action::If { branches, otherwise } => {
                for Branch { condition, steps } in branches {
                    if self.holds(condition).await? {
                        return self.scoped(steps).await;
                    }
                }
                return self.scoped(otherwise).await;
            }
            Action::Case {
                subject,
                branches,
                otherwise,
            } => return self.case(subject.as_ref(), branches, otherwise).await,
            Action::For(over) => return self.for_loop(over, step.place).await,
            Action::While { condition, body } => return self.while_loop(condition, body).await,
            Action::Repeat { body, until } => return self.repeat(body, until).await,
            Action::Loop(body) => return self.endless(body).await,
            Action::Break(label) => return Ok(Flow::Break(label.clone())),
            Action::Continue(label) => return Ok(Flow::Continue(label.clone())),
            Action::Return(value) => return self.return_value(value, step.place).await.map(Flow::Return),
            Action::Raise(name) => return Err(self.raise(name.as_deref(), step.place)),
            Action::Open { cursor, using } => self.open(cursor, using, step.place).await?,
            Action::Fetch { cursor, into } => self.fetch(cursor, into, step.place)?,
            Action::Close(cursor) => self.close(cursor, step.place)?,
            Action::Null => {}
            Action::Await(Some(name)) => self.await_result_set(name, step.place).await?,
            Action::Await(None) => self.await_all().await?,
            Action::Cancel(name) => self.cancel(name, step.place)?,
            Action::Block(block) => return self.block(block).await,
            Action::Evaluate(expression) => {
                self.evaluate(expression).await?;
            }
            Action::Log { level, message } => self.log(level, message).await?,
            Action::Run(child) => self.run_child(child).await?,
        }
        Ok(Flow::Next)
    }

    /// SYSTEM$LOG and its kin. A NULL is no message.
    async fn log(&mut self, level: &LogLevel, message: &Expression) -> std::result::Result<(), Stop> {
        let level = match level {
            LogLevel::Fixed(level) => *level,
            LogLevel::Named(name) => {
                let named = self.evaluate(name).await?.as_text().unwrap_or_default();
                Level::parse(&named).ok_or_else(|| {
                    let error = Error::invalid_argument("SYSTEM$LOG", &named, "it takes the name of a level");
                    Stop::expression(error, name.place)
                })?
            }
        };
        let value = self.evaluate(message).await?;
        let text = self.host.cast(&value, &SnowType::VARCHAR);
        let text = text.map_err(|error| Stop::expression(error, message.place))?;
        if let Some(text) = text.as_text() {
            self.host.log(Message {
                level,
                text,
                attributes: None,
                scope: None,
            });
        }
        Ok(())
    }

    /// Statements with a scope of their own.
    async fn scoped(&mut self, steps: &[Step]) -> std::result::Result<Flow, Stop> {
        let depth = self.scopes.depth();
        self.scopes.push();
        let flow = self.steps(steps, false).await;
        self.scopes.truncate(depth);
        flow
    }

    fn raise(&self, name: Option<&str>, place: Place) -> Stop {
        match name {
            None => match self.handled.last() {
                Some(raised) => Stop::Raised(Arc::clone(raised)),
                None => Stop::statement(
                    Error::compilation("RAISE without an exception stands outside of a handler"),
                    place,
                ),
            },
            Some(name) => match self.scopes.get(name) {
                Some(Entry::Exception(exception)) => Stop::declared(exception, place),
                _ => Stop::expression(Error::invalid_identifier(name), place),
            },
        }
    }

    async fn return_value(
        &mut self,
        value: &ReturnValue,
        place: Place,
    ) -> std::result::Result<Returned, Stop> {
        Ok(match value {
            ReturnValue::Expression(expression) => Returned::Value(self.evaluate(expression).await?),
            ReturnValue::ResultSet(name) => Returned::Table(self.result_set(name, place)?),
            ReturnValue::Cursor(name) => Returned::Table(self.cursor_rows(name, place)?),
            ReturnValue::Query(child) => Returned::Table(Arc::new(self.outcome_of(child).await?)),
        })
    }

    // --- expressions ---

    /// What a name stands for in expressions and statements: a variable, a row's column, or what is built in.
    fn value_of(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.scopes.variable(name) {
            return Some(value.clone());
        }
        if let Some((row, column)) = name.split_once('.') {
            return self.scopes.column(row, column);
        }
        if let Some(value) = self.handled.last().and_then(|raised| raised.variable(name)) {
            return Some(value);
        }
        let count = |count: Option<u64>| match count {
            Some(count) => Value::integer(i64::try_from(count).unwrap_or(i64::MAX)),
            None => Value::null(SnowType::INTEGER),
        };
        let found = |wanted: bool| match self.status.affected {
            Some(affected) => Value::boolean((affected > 0) == wanted),
            None => Value::null(SnowType::Boolean),
        };
        Some(match name {
            "SQLROWCOUNT" => count(self.status.affected),
            "ACTIVITY_COUNT" => count(self.status.activity),
            "SQLFOUND" => found(true),
            "SQLNOTFOUND" => found(false),
            "SQLID" => match &self.status.query_id {
                Some(id) => Value::text(id.as_ref()),
                None => Value::null(SnowType::VARCHAR),
            },
            "SQLCODE" => Value::null(SnowType::INTEGER),
            "SQLERRM" | "SQLSTATE" => Value::null(SnowType::VARCHAR),
            _ => return None,
        })
    }

    /// The values of those of these names that have one.
    fn bindings(&self, names: &[String]) -> Bindings {
        let value = |name: &String| Some((name.clone(), self.value_of(name)?));
        names.iter().filter_map(value).collect()
    }

    async fn evaluate(&mut self, expression: &Expression) -> std::result::Result<Value, Stop> {
        let bindings = self.bindings(&expression.names);
        let value = self.host.evaluate(expression, &bindings).await;
        value.map_err(|error| Stop::expression(error, expression.place))
    }

    /// Whether a condition holds.
    async fn holds(&mut self, condition: &Expression) -> std::result::Result<bool, Stop> {
        let value = self.evaluate(condition).await?;
        let value = match value.data_type {
            SnowType::Boolean => value,
            _ => self
                .host
                .cast(&value, &SnowType::Boolean)
                .map_err(|error| Stop::expression(error, condition.place))?,
        };
        value
            .is_true()
            .map_err(|error| Stop::expression(error, condition.place))
    }

    /// A whole number.
    async fn integer(&mut self, expression: &Expression) -> std::result::Result<i64, Stop> {
        let value = self.evaluate(expression).await?;
        let failed = |error| Stop::expression(error, expression.place);
        let value = self.host.cast(&value, &SnowType::INTEGER).map_err(failed)?;
        value
            .as_integer()
            .ok_or_else(|| failed(Error::compilation("a loop's bound is NULL")))
    }

    /// Gives a variable a value, in its own type.
    fn assign(&mut self, name: &str, value: &Value, place: Place) -> std::result::Result<(), Stop> {
        let Some(data_type) = self.scopes.variable(name).map(|old| old.data_type) else {
            return Err(Stop::expression(Error::invalid_identifier(name), place));
        };
        let cast = self.host.cast(value, &data_type);
        let cast = cast.map_err(|error| Stop::expression(error, place))?;
        if let Some(Entry::Variable(held)) = self.scopes.get_mut(name) {
            *held = cast;
        }
        Ok(())
    }
}

//! CASE and loops (<https://docs.snowflake.com/en/developer-guide/snowflake-scripting/loops>).

use super::exception::Stop;
use super::scope::Entry;
use super::{Flow, Interpreter};
use crate::error::Place;
use crate::script::tree::{Branch, Expression, For, ForRange, LoopBody, Step};
use crate::script::value::Value;

type Walked<T> = std::result::Result<T, Stop>;

/// Whether a loop goes on.
enum Turn {
    Again,
    Done(Flow),
}

impl Interpreter<'_> {
    /// CASE: with a subject, a branch's condition is the value that it is compared with.
    pub(super) async fn case(
        &mut self,
        subject: Option<&Expression>,
        branches: &[Branch],
        otherwise: &[Step],
    ) -> Walked<Flow> {
        let subject = match subject {
            Some(subject) => Some(self.evaluate(subject).await?),
            None => None,
        };
        for Branch { condition, steps } in branches {
            let chosen = match &subject {
                None => self.holds(condition).await?,
                Some(subject) => {
                    let value = self.evaluate(condition).await?;
                    self.same(subject, &value, condition.place)?
                }
            };
            if chosen {
                return self.scoped(steps).await;
            }
        }
        self.scoped(otherwise).await
    }

    /// Whether two values are equal and not NULL.
    fn same(&self, subject: &Value, value: &Value, place: Place) -> Walked<bool> {
        if subject.is_null() || value.is_null() {
            return Ok(false);
        }
        let failed = |error| Stop::expression(error, place);
        let value = self.host.cast(value, &subject.data_type).map_err(failed)?;
        Ok(subject.scalar().map_err(failed)? == value.scalar().map_err(failed)?)
    }

    /// One turn of a loop.
    async fn turn(&mut self, body: &LoopBody) -> Walked<Turn> {
        // A loop without statements must still notice that it was cancelled.
        tokio::task::yield_now().await;
        let depth = self.scopes.depth();
        self.scopes.push();
        let flow = self.steps(&body.steps, false).await;
        let flow = match flow {
            Err(Stop::Raised(raised)) => self.resume(raised).await,
            flow => flow,
        };
        self.scopes.truncate(depth);
        let own = |label: &Option<String>| label.is_none() || *label == body.label;
        Ok(match flow? {
            Flow::Next => Turn::Again,
            Flow::Continue(label) if own(&label) => Turn::Again,
            Flow::Break(label) if own(&label) => Turn::Done(Flow::Next),
            flow => Turn::Done(flow),
        })
    }

    pub(super) async fn endless(&mut self, body: &LoopBody) -> Walked<Flow> {
        loop {
            if let Turn::Done(flow) = self.turn(body).await? {
                return Ok(flow);
            }
        }
    }

    pub(super) async fn while_loop(&mut self, condition: &Expression, body: &LoopBody) -> Walked<Flow> {
        while self.holds(condition).await? {
            if let Turn::Done(flow) = self.turn(body).await? {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    pub(super) async fn repeat(&mut self, body: &LoopBody, until: &Expression) -> Walked<Flow> {
        loop {
            if let Turn::Done(flow) = self.turn(body).await? {
                return Ok(flow);
            }
            if self.holds(until).await? {
                return Ok(Flow::Next);
            }
        }
    }

    /// FOR. The loop's variable has a scope of its own.
    pub(super) async fn for_loop(&mut self, over: &For, place: Place) -> Walked<Flow> {
        let depth = self.scopes.depth();
        self.scopes.push();
        let flow = match &over.over {
            ForRange::Counter { start, end, reverse } => self.count(over, start, end, *reverse).await,
            ForRange::Rows(name) => self.rows(over, name, place).await,
        };
        self.scopes.truncate(depth);
        flow
    }

    async fn count(
        &mut self,
        over: &For,
        start: &Expression,
        end: &Expression,
        reverse: bool,
    ) -> Walked<Flow> {
        let (start, end) = (self.integer(start).await?, self.integer(end).await?);
        let mut next = if reverse { end } else { start };
        let step = if reverse { -1 } else { 1 };
        while (start..=end).contains(&next) {
            self.scopes
                .declare(&over.variable, Entry::Variable(Value::integer(next)));
            if let Turn::Done(flow) = self.turn(&over.body).await? {
                return Ok(flow);
            }
            next = match next.checked_add(step) {
                Some(next) => next,
                None => break,
            };
        }
        Ok(Flow::Next)
    }

    /// Over the rows of a cursor, from where it stands, or over all of a RESULTSET.
    async fn rows(&mut self, over: &For, name: &str, place: Place) -> Walked<Flow> {
        if let Some(Entry::ResultSet(_)) = self.scopes.get(name) {
            let rows = self.result_set(name, place)?;
            for row in 0..rows.row_count() {
                self.scopes
                    .declare(&over.variable, Entry::Row(std::sync::Arc::clone(&rows), row));
                if let Turn::Done(flow) = self.turn(&over.body).await? {
                    return Ok(flow);
                }
            }
            return Ok(Flow::Next);
        }
        let opened = self.open_for_loop(name, place).await?;
        let flow = self.cursor_turns(over, name, place).await;
        if opened {
            self.close_after_loop(name);
        }
        flow
    }

    async fn cursor_turns(&mut self, over: &For, name: &str, place: Place) -> Walked<Flow> {
        while let Some((rows, row)) = self.advance(name, place)? {
            self.scopes.declare(&over.variable, Entry::Row(rows, row));
            if let Turn::Done(flow) = self.turn(&over.body).await? {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }
}

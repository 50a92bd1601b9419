//! SQL statements inside a block, RESULTSETs, and child jobs that run beside it
//! (<https://docs.snowflake.com/en/developer-guide/snowflake-scripting/resultsets>,
//! <https://docs.snowflake.com/en/developer-guide/snowflake-scripting/asynchronous-child-jobs>).

use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;

use super::exception::Stop;
use super::scope::{Entry, ResultSet};
use super::{Interpreter, Returned, Status};
use crate::error::{Error, Place};
use crate::script::host::{JobId, Outcome};
use crate::script::tree::{Child, ChildStatement};
use crate::script::value::{Bindings, Value};
use crate::types::SnowType;

type Walked<T> = std::result::Result<T, Stop>;

/// The most child jobs at a time.
const MOST_JOBS: usize = 4_000;

impl Interpreter<'_> {
    /// A statement by itself.
    pub(super) async fn run_child(&mut self, child: &Child) -> Walked<()> {
        if child.asynchronous {
            let job = self.start(child).await?;
            self.jobs.push((job, child.place));
            return Ok(());
        }
        let outcome = self.outcome_of(child).await?;
        if child.into.is_empty() {
            return Ok(());
        }
        self.take_row(child, &outcome)
    }

    /// INTO: the values of the only row, or NULL without one.
    fn take_row(&mut self, child: &Child, outcome: &Outcome) -> Walked<()> {
        let rows = outcome.row_count();
        if rows > 1 {
            return Err(Stop::statement(Error::into_wants_one_row(rows), child.place));
        }
        if outcome.schema.fields().len() != child.into.len() {
            let error = Error::compilation(format!(
                "INTO has {} variables for {} values",
                child.into.len(),
                outcome.schema.fields().len()
            ));
            return Err(Stop::statement(error, child.place));
        }
        for (column, variable) in child.into.iter().enumerate() {
            let value = match outcome.cell(0, column) {
                Some(value) => value,
                None => Value::null(SnowType::VARCHAR),
            };
            self.assign(variable, &value, child.place)?;
        }
        Ok(())
    }

    /// The single value of a statement; NULL when it gives no row.
    pub(super) async fn single_value(&mut self, child: &Child) -> Walked<Value> {
        let outcome = self.outcome_of(child).await?;
        if outcome.is_query && outcome.row_count() > 1 {
            return Err(Stop::expression(Error::many_rows(), child.place));
        }
        Ok(outcome
            .cell(0, 0)
            .unwrap_or_else(|| match outcome.schema.fields().first() {
                Some(field) => Value::null(SnowType::from_field(field).unwrap_or(SnowType::VARCHAR)),
                None => Value::null(SnowType::VARCHAR),
            }))
    }

    /// What a RESULTSET becomes when this statement is assigned to it.
    pub(super) async fn result_set_of(&mut self, child: &Child) -> Walked<ResultSet> {
        if child.asynchronous {
            let job = self.start(child).await?;
            return Ok(ResultSet::Running(job, child.place));
        }
        Ok(ResultSet::Ready(Arc::new(self.outcome_of(child).await?)))
    }

    /// The rows that a RESULTSET points to.
    pub(super) fn result_set(&self, name: &str, place: Place) -> Walked<Arc<Outcome>> {
        match self.scopes.get(name) {
            Some(Entry::ResultSet(ResultSet::Ready(rows))) => Ok(Arc::clone(rows)),
            Some(Entry::ResultSet(ResultSet::Unset)) => Err(Stop::statement(
                Error::compilation(format!("RESULTSET '{name}' has no result")),
                place,
            )),
            Some(Entry::ResultSet(ResultSet::Running(..))) => Err(Stop::statement(
                Error::compilation(format!("RESULTSET '{name}' was not awaited")),
                place,
            )),
            _ => Err(Stop::expression(Error::invalid_identifier(name), place)),
        }
    }

    /// Runs a statement to its end.
    pub(super) async fn outcome_of(&mut self, child: &Child) -> Walked<Outcome> {
        self.outcome_with(child, Bindings::new()).await
    }

    /// As [`outcome_of`](Self::outcome_of), with values for `?`.
    pub(super) async fn outcome_with(&mut self, child: &Child, values: Bindings) -> Walked<Outcome> {
        if let ChildStatement::Call { name, arguments, .. } = &child.statement
            && let Some(nested) = self.nested(name)
        {
            let returned = self.call_nested(name, nested, arguments, child.place).await?;
            return table_of(name, returned).map_err(|error| Stop::statement(error, child.place));
        }
        let (text, mut bindings) = self.statement(child).await?;
        bindings.extend(values);
        let outcome = match child.statement {
            ChildStatement::Immediate { .. } => self.host.immediate(&text, &bindings).await,
            _ => self.host.execute(&text, &bindings).await,
        };
        let outcome = outcome.map_err(|error| Stop::statement(error, child.place))?;
        self.note(&outcome);
        for (name, value) in &outcome.assigned {
            self.assign(name, value, child.place)?;
        }
        Ok(outcome)
    }

    /// What a finished statement leaves in SQLROWCOUNT and its kin.
    fn note(&mut self, outcome: &Outcome) {
        self.status = Status {
            affected: outcome.affected,
            activity: Some(outcome.affected.unwrap_or(outcome.row_count() as u64)),
            query_id: Some(Arc::clone(&outcome.query_id)),
        };
    }

    /// A statement's text, and the values of its bind variables.
    async fn statement(&mut self, child: &Child) -> Walked<(String, Bindings)> {
        match &child.statement {
            ChildStatement::Sql { text, names } | ChildStatement::Call { text, names, .. } => {
                Ok((text.clone(), self.bindings(names)))
            }
            ChildStatement::Immediate { text, using } => {
                let sql = self.evaluate(text).await?;
                let Some(sql) = sql.as_text() else {
                    let error = Error::compilation("EXECUTE IMMEDIATE wants a text");
                    return Err(Stop::statement(error, text.place));
                };
                let mut values = Bindings::new();
                for (index, expression) in using.iter().enumerate() {
                    values.insert((index + 1).to_string(), self.evaluate(expression).await?);
                }
                Ok((sql, values))
            }
        }
    }

    // --- child jobs ---

    async fn start(&mut self, child: &Child) -> Walked<JobId> {
        let failed = |error| Stop::statement(error, child.place);
        if self.jobs.len() >= MOST_JOBS {
            let error = Error::compilation(format!("more than {MOST_JOBS} asynchronous child jobs"));
            return Err(failed(error));
        }
        let (text, bindings) = self.statement(child).await?;
        self.host.start(&text, &bindings).map_err(failed)
    }

    /// AWAIT of a RESULTSET.
    pub(super) async fn await_result_set(&mut self, name: &str, place: Place) -> Walked<()> {
        let (job, started) = match self.scopes.get(name) {
            Some(Entry::ResultSet(ResultSet::Running(job, started))) => (*job, *started),
            Some(Entry::ResultSet(_)) => return Ok(()),
            _ => return Err(Stop::expression(Error::invalid_identifier(name), place)),
        };
        let outcome = self.host.wait(job).await;
        if let Some(Entry::ResultSet(held)) = self.scopes.get_mut(name) {
            *held = ResultSet::Unset;
        }
        let outcome = outcome.map_err(|error| Stop::statement(error, started))?;
        self.note(&outcome);
        if let Some(Entry::ResultSet(held)) = self.scopes.get_mut(name) {
            *held = ResultSet::Ready(Arc::new(outcome));
        }
        Ok(())
    }

    /// AWAIT ALL. All are waited for; the first that failed is what fails.
    pub(super) async fn await_all(&mut self) -> Walked<()> {
        let mut failed = None;
        for (job, place) in std::mem::take(&mut self.jobs) {
            if let Err(error) = self.host.wait(job).await {
                failed.get_or_insert((error, place));
            }
        }
        for name in self.scopes.running() {
            if let Err(Stop::Raised(raised)) =
                self.await_result_set(&name, Place { line: 0, position: 0 }).await
            {
                return Err(Stop::Raised(raised));
            }
        }
        match failed {
            Some((error, place)) => Err(Stop::statement(error, place)),
            None => Ok(()),
        }
    }

    /// CANCEL of a RESULTSET's child job.
    pub(super) fn cancel(&mut self, name: &str, place: Place) -> Walked<()> {
        match self.scopes.get_mut(name) {
            Some(Entry::ResultSet(held)) => {
                if let ResultSet::Running(job, _) = held {
                    self.host.cancel(*job);
                    *held = ResultSet::Unset;
                }
                Ok(())
            }
            _ => Err(Stop::expression(Error::invalid_identifier(name), place)),
        }
    }
}

/// What a procedure returned as a statement's result: one row of one column for a value.
fn table_of(name: &str, returned: Returned) -> crate::error::Result<Outcome> {
    let value = match returned {
        Returned::Table(outcome) => return Ok(Arc::unwrap_or_clone(outcome)),
        Returned::Value(value) => value,
        Returned::Nothing => Value::null(SnowType::VARCHAR),
    };
    let schema = Arc::new(Schema::new(vec![value.data_type.field(name, true)]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![value.array])?;
    Ok(Outcome {
        query_id: Arc::default(),
        schema,
        batches: vec![batch],
        affected: None,
        is_query: false,
        assigned: Bindings::new(),
    })
}

//! The session as scripts see it.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::task::JoinHandle;

use super::compiled::Compiled;
use super::{expression, outcome};
use crate::engine::binds::Binds;
use crate::engine::result::StatementResult;
use crate::engine::session::{CancelHandle, Session};
use crate::error::{Error, Result};
use crate::script::host::JobId;
use crate::script::log::{Log, Message};
use crate::script::tree::Expression;
use crate::script::{Bindings, Host, Outcome, Value};
use crate::sql::statement::StatementKind;
use crate::types::SnowType;

/// A session that runs a script.
pub(super) struct SessionHost<'a> {
    session: &'a mut Session,
    /// Where messages go.
    log: Arc<dyn Log>,
    /// Expressions that were planned once, by their ids.
    compiled: HashMap<u64, Compiled>,
    jobs: HashMap<JobId, Job>,
    next_job: JobId,
}

/// A child job that runs in a session of its own.
struct Job {
    running: JoinHandle<Result<StatementResult>>,
    stop: CancelHandle,
}

impl<'a> SessionHost<'a> {
    pub(super) fn new(session: &'a mut Session, log: Arc<dyn Log>) -> Self {
        Self {
            session,
            log,
            compiled: HashMap::new(),
            jobs: HashMap::new(),
            next_job: 1,
        }
    }
}

impl SessionHost<'_> {
    fn outcome(&mut self, result: StatementResult) -> Result<Outcome> {
        if result.kind == StatementKind::AlterSession {
            // What was planned may depend on the session's parameters.
            self.compiled.clear();
        }
        let assigned = std::mem::take(&mut self.session.context_mut().outputs);
        outcome(result, assigned)
    }
}

impl Drop for SessionHost<'_> {
    fn drop(&mut self) {
        for (_, job) in self.jobs.drain() {
            job.stop.cancel();
            job.running.abort();
        }
    }
}

#[async_trait]
impl Host for SessionHost<'_> {
    async fn execute(&mut self, text: &str, bindings: &Bindings) -> Result<Outcome> {
        let result = self.session.execute_with(text, &Binds::of_values(bindings)).await;
        self.outcome(result?)
    }

    async fn immediate(&mut self, text: &str, bindings: &Bindings) -> Result<Outcome> {
        let result = super::run_text(self.session, text, bindings).await;
        self.outcome(result?)
    }

    async fn evaluate(&mut self, expression: &Expression, variables: &Bindings) -> Result<Value> {
        expression::evaluate(self.session, &mut self.compiled, expression, variables).await
    }

    fn log(&mut self, message: Message) {
        self.log.note(message);
    }

    fn cast(&self, value: &Value, to: &SnowType) -> Result<Value> {
        value.cast(to, &self.session.context().types)
    }

    fn start(&mut self, text: &str, bindings: &Bindings) -> Result<JobId> {
        if self.session.in_transaction() {
            return Err(Error::unsupported("asynchronous child jobs inside a transaction"));
        }
        let mut session = Session::beside(self.session.account(), self.session.context());
        let stop = session.cancel_handle();
        let (text, binds) = (text.to_string(), Binds::of_values(bindings));
        let running = tokio::spawn(async move { session.execute_with(&text, &binds).await });
        let job = self.next_job;
        self.next_job += 1;
        self.jobs.insert(job, Job { running, stop });
        Ok(job)
    }

    async fn wait(&mut self, job: JobId) -> Result<Outcome> {
        let job = self
            .jobs
            .remove(&job)
            .ok_or_else(|| Error::internal("waiting for a child job that is not there"))?;
        let result = job.running.await.map_err(|_| Error::cancelled())??;
        outcome(result, Bindings::new())
    }

    fn cancel(&mut self, job: JobId) {
        if let Some(job) = self.jobs.remove(&job) {
            job.stop.cancel();
        }
    }
}

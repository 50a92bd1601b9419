//! [`Session`]: one connection to the account, and the door that all SQL goes through.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use datafusion::common::{DFSchema, ScalarValue};

use futures::FutureExt;

use super::account::Account;
use super::context::{Context, OpenTransaction};
use super::parameters;
use super::result::StatementResult;
use super::statement::{self, Boundary};
use super::transaction::Transaction;
use super::work::Work;
use crate::catalog::{Fact, ObjectKind, Options};
use crate::error::{Error, Result};
use crate::plan::{self, execute};
use crate::sql;
use crate::sql::statement::Statement;

/// How many query ids a session remembers, for LAST_QUERY_ID.
const REMEMBERED_QUERIES: usize = 256;

/// One connection to the account. Dropping it rolls back its open transaction and drops its temporary objects.
#[derive(Debug)]
pub struct Session {
    account: Arc<Account>,
    context: Context,
    transaction: Option<Transaction>,
}

impl Session {
    pub(super) fn new(account: Arc<Account>, id: u64, user: &str) -> Self {
        Self {
            account,
            context: Context::new(id, user),
            transaction: None,
        }
    }

    /// The account.
    pub fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// The session's state.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The session's state, to set it up from outside (a login's default database, a task's own schema).
    pub fn context_mut(&mut self) -> &mut Context {
        &mut self.context
    }

    /// Sets those of an object's options that are session parameters: a task's, for its statement.
    ///
    /// # Errors
    /// 001008 for a value that a parameter does not take.
    pub fn apply_parameters(&mut self, options: &Options) -> Result<()> {
        for (name, value) in &options.0 {
            if parameters::is_known(name)
                && let Some(value) = value.text()
            {
                parameters::apply(&mut self.context, name, &value)?;
            }
        }
        Ok(())
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// With Snowflake's number. A failed statement changes nothing; an open transaction stays open.
    pub async fn execute(&mut self, text: &str) -> Result<StatementResult> {
        let statement = sql::parse(text)?;
        self.run(statement).await
    }

    /// Runs one parsed statement.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub async fn run(&mut self, statement: Statement) -> Result<StatementResult> {
        let query_id = self.account.new_query_id();
        self.context.query_id.clone_from(&query_id);
        let kind = statement.kind_name();
        // A fault of the house must not take the process with it.
        let outcome = AssertUnwindSafe(self.run_inner(statement)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|fault| Err(Error::internal(fault_text(fault.as_ref()))));
        self.context.query_ids.insert(0, query_id.clone());
        self.context.query_ids.truncate(REMEMBERED_QUERIES);
        let mut result = outcome?;
        result.query_id = query_id;
        result.kind = kind;
        self.context.results.keep(&result);
        Ok(result)
    }

    async fn run_inner(&mut self, statement: Statement) -> Result<StatementResult> {
        match statement::boundary(&statement) {
            Some(Boundary::Begin(name)) => return self.begin(name),
            Some(Boundary::Commit) => return self.commit().await,
            Some(Boundary::Rollback) => return self.rollback(),
            // DDL commits what is open, and stands by itself.
            Some(Boundary::Implicit) if self.transaction.is_some() => {
                self.commit().await?;
            }
            Some(Boundary::Implicit) | None => {}
        }
        if self.transaction.is_none() && !self.autocommit() && statement::opens_transaction(&statement) {
            self.begin(None)?;
        }
        let (before, held) = match &self.transaction {
            Some(open) => (Arc::clone(&open.facts), open.held()),
            None => Default::default(),
        };
        let saved = self.context.clone();
        let mut work = Work::begin(&self.account, &mut self.context, before, held)?;
        let outcome = statement::run(&mut work, statement).await;
        let gathered = work.finish();
        let finished = match outcome {
            Ok(result) => match &mut self.transaction {
                Some(open) => {
                    open.add(gathered);
                    Ok(result)
                }
                None => match self.account.catalog().commit(gathered.facts, &gathered.locks) {
                    Ok(_) => {
                        self.purge(gathered.purge).await;
                        Ok(result)
                    }
                    Err(error) => Err(error),
                },
            },
            Err(error) => Err(error),
        };
        if finished.is_err() {
            self.context = saved;
        }
        finished
    }

    /// The value of an expression without columns, such as a task's WHEN. Nothing is read but the account's state.
    ///
    /// # Errors
    /// Whatever is wrong with the expression.
    pub fn evaluate(&mut self, text: &str) -> Result<ScalarValue> {
        let expr = sql::parse_expr(text)?;
        let work = Work::begin(
            &self.account,
            &mut self.context,
            Arc::default(),
            Default::default(),
        )?;
        let (planner, _) = work.planner();
        let planned = planner.expression(&expr, &DFSchema::empty())?;
        execute::constant(planned, planner.state().config_options()).map_err(plan::translate)
    }

    fn autocommit(&self) -> bool {
        self.context
            .parameters
            .get("AUTOCOMMIT")
            .is_none_or(|value| !value.eq_ignore_ascii_case("false"))
    }

    /// Opens a transaction; one that is open already stays open, as documented.
    fn begin(&mut self, name: Option<String>) -> Result<StatementResult> {
        if self.transaction.is_none() {
            self.context.horizon = Some(self.account.catalog().snapshot().seq);
            self.transaction = Some(Transaction::default());
            let id = self.account.new_transaction_id();
            let made = || format!("{:08x}-{:04x}-4000-8000-{:012x}", id >> 16, id & 0xffff, id);
            self.context.transaction = Some(OpenTransaction {
                id,
                name: name.unwrap_or_else(made),
                started: self.account.clock().now(),
            });
        }
        StatementResult::status("Statement executed successfully.")
    }

    async fn commit(&mut self) -> Result<StatementResult> {
        self.context.horizon = None;
        self.context.transaction = None;
        if let Some(open) = self.transaction.take() {
            let facts = Arc::unwrap_or_clone(open.facts);
            self.account.catalog().commit(facts, &open.locks)?;
            self.purge(open.purge).await;
        }
        StatementResult::status("Statement executed successfully.")
    }

    /// Deletes objects of the storage that a committed transaction has no more use for. As documented for PURGE, a
    /// failure is no error of the statement.
    async fn purge(&self, objects: Vec<(String, String)>) {
        for (bucket, key) in objects {
            if let Err(error) = self.account.storage().delete(&bucket, &key).await {
                tracing::warn!(%error, bucket, key, "a staged file was not purged");
            }
        }
    }

    fn rollback(&mut self) -> Result<StatementResult> {
        self.context.horizon = None;
        self.context.transaction = None;
        self.transaction = None;
        StatementResult::status("Statement executed successfully.")
    }

    /// Whether a transaction is open.
    pub fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// Commits facts that no statement gathers: loads by a pipe, task runs. They are never part of a transaction.
    ///
    /// # Errors
    /// Those of [`crate::catalog::Catalog::commit`].
    pub fn commit_facts(&self, facts: Vec<Fact>) -> Result<()> {
        self.account.catalog().commit(facts, &[]).map(|_| ())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.context.owns_temporary {
            return;
        }
        let snapshot = self.account.catalog().snapshot();
        let own = ObjectKind::ALL.into_iter().flat_map(|kind| snapshot.all(kind));
        let facts: Vec<Fact> = own
            .filter(|object| object.session == Some(self.context.session))
            .map(|o| Fact::Drop(o.id))
            .collect();
        if let Err(error) = self.account.catalog().commit(facts, &[]) {
            tracing::warn!(%error, "temporary objects of a closed session were not dropped");
        }
    }
}

/// What a panic said.
fn fault_text(fault: &(dyn std::any::Any + Send)) -> String {
    let text = fault.downcast_ref::<&str>().map(|text| (*text).to_string());
    text.or_else(|| fault.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown fault".to_string())
}

/// Refuses a text of several statements where one is wanted.
///
/// # Errors
/// 000008 with the number of statements.
pub fn single_statement(text: &str) -> Result<()> {
    match sql::split(text).len() {
        1 => Ok(()),
        0 => Err(Error::new(
            900,
            "42601",
            "SQL compilation error:\nEmpty SQL statement.",
        )),
        count => {
            let message =
                format!("Actual statement count {count} did not match the desired statement count 1.");
            Err(Error::new(8, "0A000", message))
        }
    }
}

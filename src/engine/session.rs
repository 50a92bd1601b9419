//! [`Session`]: one connection to the account, and the door that all SQL goes through.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use datafusion::common::{DFSchema, ScalarValue};
use datafusion::sql::sqlparser::ast::{Expr, Query};

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::account::Account;
use super::binds::Binds;
use super::context::Context;
use super::ddl;
use super::description::{self, Description};
use super::parameters;
use super::procedure;
use super::queries::QueryRecord;
use super::result::StatementResult;
use super::statement::{self, Boundary};
use super::transaction::Scopes;
use super::work::Work;
use crate::catalog::{Fact, ObjectKind, Options};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::plan::{self, execute};
use crate::script::stack::{deep, roomy};
use crate::sql::statement::{Statement, StatementKind, Use};
use crate::sql::{self, Ident, Parsed, QualifiedName, quote_text};
use crate::types::{SnowType, Stop};

/// How often a statement looks whether its time is over.
const TIME_CHECK: Duration = Duration::from_millis(50);

/// One connection to the account. Dropping it rolls back its open transaction and drops its temporary objects.
#[derive(Debug)]
pub struct Session {
    pub(super) account: Arc<Account>,
    pub(super) context: Context,
    pub(super) scopes: Scopes,
    /// The id that the next statement is to have.
    next_query_id: Option<String>,
}

/// Stops what a session runs, from any task. <https://docs.snowflake.com/en/sql-reference/functions/system_cancel_all_queries>
#[derive(Debug, Clone)]
pub struct CancelHandle {
    account: Arc<Account>,
    session: u64,
}

impl CancelHandle {
    /// Stops the session's running statement, which then fails with 000604. Answers whether there was one.
    pub fn cancel(&self) -> bool {
        self.account.queries().cancel_session(self.session)
    }
}

impl Session {
    pub(super) fn new(account: Arc<Account>, id: u64, user: &str) -> Self {
        Self::of_context(account, Context::new(id, user))
    }

    pub(super) fn of_context(account: Arc<Account>, context: Context) -> Self {
        Self {
            account,
            context,
            scopes: Scopes::default(),
            next_query_id: None,
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

    /// Makes a role, a warehouse, a database or a schema of the current database current, as a client that connects
    /// asks for: by its stored name, and without a statement in the history.
    ///
    /// # Errors
    /// 002003 for an object that is not there.
    pub fn make_current(&mut self, kind: sql::statement::ObjectKind, name: &str) -> Result<()> {
        let (before, held) = self.open_transaction();
        let mut work = Work::begin(&self.account, &mut self.context, before, held)?;
        let name = QualifiedName::single(Ident::quoted(name));
        ddl::use_object::switch(&mut work, Use::Object(kind, name))
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// With Snowflake's number. A failed statement changes nothing; an open transaction stays open.
    pub async fn execute(&mut self, text: &str) -> Result<StatementResult> {
        self.execute_with(text, &Binds::new()).await
    }

    /// Runs one statement with values for its bind variables.
    ///
    /// # Errors
    /// As [`execute`](Self::execute); 002049 for a bind without a value.
    pub async fn execute_with(&mut self, text: &str, binds: &Binds) -> Result<StatementResult> {
        let parsed = self.parse(text, binds);
        self.run_with(text, parsed, binds).await
    }

    /// Reads one statement as this session would: [`run_with`](Self::run_with) runs it. Nothing is recorded yet.
    ///
    /// # Errors
    /// Those of [`sql::parse_bound`].
    pub fn parse(&self, text: &str, binds: &Binds) -> Result<Parsed> {
        let variables = SessionValues {
            context: &self.context,
            binds,
        };
        self.account.parsed().parse(text, &variables)
    }

    /// Reads one expression as this session would.
    pub(super) fn parse_expr(&self, text: &str, binds: &Binds) -> Result<Expr> {
        let variables = SessionValues {
            context: &self.context,
            binds,
        };
        sql::parse_expr_with(text, &variables)
    }

    /// What a [`Work`] begins with.
    pub(super) fn parts(&mut self) -> (&Arc<Account>, &mut Context) {
        (&self.account, &mut self.context)
    }

    /// Runs what [`parse`](Self::parse) made of a text, and records it; a text that does not parse is a statement that
    /// fails.
    ///
    /// # Errors
    /// As [`execute_with`](Self::execute_with).
    pub async fn run_with(
        &mut self,
        text: &str,
        parsed: Result<Parsed>,
        binds: &Binds,
    ) -> Result<StatementResult> {
        let account = Arc::clone(&self.account);
        let told = self.next_query_id.take();
        let query_id: Arc<str> = told.unwrap_or_else(|| account.new_query_id()).into();
        let outer_id = std::mem::replace(&mut self.context.query_id, Arc::clone(&query_id));
        let kind = parsed
            .as_ref()
            .map_or(StatementKind::Unknown, |parsed| parsed.statement.kind());
        let start = account.clock().now();
        let record = QueryRecord::begin(&self.context, text, kind, start);
        let mut recorded = Recorded::begin(&account, record);
        let outcome = match parsed {
            Ok(parsed) => {
                let outer = std::mem::replace(&mut self.context.binds, Arc::new(binds.clone()));
                // A fault of the house must not take the process with it.
                let running = self.run_inner(parsed.statement, &recorded.stop);
                let outcome = AssertUnwindSafe(running).catch_unwind().await;
                self.context.binds = outer;
                outcome.unwrap_or_else(|fault| Err(Error::internal(fault_text(fault.as_ref()))))
            }
            Err(error) => Err(error),
        };
        self.context.query_id = outer_id;
        self.context.remember_query(Arc::clone(&query_id));
        let outcome = outcome.map_err(|error| sql::locate(naming_operation(error, &kind.name()), text));
        let outcome = outcome.and_then(|mut result| {
            result.query_id = query_id;
            result.kind = kind;
            if let Some(most) = self.context.most_rows() {
                result.cut(most)?;
            }
            Ok(result)
        });
        recorded.end(outcome.as_ref());
        account.events().flush(&account);
        outcome
    }

    /// What a statement would give back, without running it. The same mistakes are found as when it is run, and it has
    /// no effect on anything. Binds need no values; one without is taken for NULL.
    ///
    /// # Errors
    /// Those of compiling the statement.
    pub async fn describe(&mut self, text: &str, binds: &Binds) -> Result<Description> {
        let parsed = self.parse(text, binds)?;
        let saved = self.context.clone();
        self.context.binds = Arc::new(binds.for_description());
        self.context.describing = true;
        let (before, held) = self.open_transaction();
        let described = async {
            let mut work = Work::begin(&self.account, &mut self.context, before, held)?;
            roomy(description::describe(&mut work, parsed)).await
        };
        let outcome = AssertUnwindSafe(described).catch_unwind().await;
        self.context = saved;
        let outcome = outcome.unwrap_or_else(|fault| Err(Error::internal(fault_text(fault.as_ref()))));
        outcome.map_err(|error| sql::locate(error, text))
    }

    /// Gives the next statement an id that somebody was told already; see [`Account::new_query_id`].
    pub fn set_next_query_id(&mut self, id: String) {
        self.next_query_id = Some(id);
    }

    /// The id of the statement that was run last, whether it went well or not.
    pub fn last_query_id(&self) -> Option<&Arc<str>> {
        self.context.query_ids.last()
    }

    /// A handle that stops what this session runs, from another task.
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle {
            account: Arc::clone(&self.account),
            session: self.context.session,
        }
    }

    async fn run_inner(&mut self, statement: Statement, stop: &CancellationToken) -> Result<StatementResult> {
        if self.context.binds.rows().is_some() && !description::takes_array_binds(&statement) {
            return Err(Error::unsupported(
                "an array bind without INSERT … VALUES of one row",
            ));
        }
        procedure::check_rights(&self.context, &statement)?;
        match statement::boundary(&statement) {
            Some(Boundary::Begin(name)) => return self.begin(name),
            Some(Boundary::Commit) => return self.commit().await,
            Some(Boundary::Rollback) => return self.rollback(),
            // DDL commits what is open, and stands by itself.
            Some(Boundary::Implicit) if self.in_transaction() => {
                self.commit().await?;
            }
            Some(Boundary::Implicit) | None => {}
        }
        if procedure::is_script(&statement) {
            return self.run_script(statement, stop).await;
        }
        if !self.in_transaction() && !self.autocommit() && statement::opens_transaction(&statement) {
            self.begin(None)?;
        }
        let (before, held) = self.open_transaction();
        let saved = self.context.clone();
        let seconds = self.context.statement_timeout();
        self.context.types.stop = Stop::new(stop, self.account.clock(), seconds);
        let mut work = Work::begin(&self.account, &mut self.context, before, held)?;
        let outcome = tokio::select! {
            biased;
            () = stop.cancelled() => Err(Error::cancelled()),
            outcome = roomy(statement::run(&mut work, statement)) => outcome,
            () = passed(self.account.clock().as_ref(), seconds) => Err(Error::statement_timeout(seconds)),
        };
        let gathered = work.finish();
        let commits = !gathered.facts.is_empty();
        let finished = match outcome {
            Ok(result) => match self.scopes.current_mut() {
                Some(open) => {
                    open.add(gathered);
                    Ok(result)
                }
                None => match self.account.catalog().commit(gathered.facts, &gathered.locks) {
                    Ok(snapshot) => {
                        if commits {
                            let queries = self.account.queries();
                            queries.committed(&self.context.query_id, snapshot.seq);
                        }
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

    /// Runs a query as a part of a statement that runs others, which is what ends it.
    pub(super) fn run_query(&mut self, query: Box<Query>) -> BoxFuture<'_, Result<StatementResult>> {
        Box::pin(async move {
            let stop = CancellationToken::new();
            self.run_inner(Statement::Query(query), &stop).await
        })
    }

    /// Runs what runs other statements. These commit for themselves; what a procedure leaves open is rolled back.
    fn run_script<'a>(
        &'a mut self,
        statement: Statement,
        stop: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<StatementResult>> {
        deep(Box::pin(async move {
            let account = Arc::clone(&self.account);
            let seconds = self.context.statement_timeout();
            let depth = self.scopes.depth();
            let entered = procedure::Entered::note(&self.context);
            let (file, flow) = (self.context.file.clone(), self.context.flow.clone());
            let outcome = tokio::select! {
                biased;
                () = stop.cancelled() => Err(Error::cancelled()),
                outcome = procedure::run(self, statement) => outcome,
                () = passed(account.clock().as_ref(), seconds) => Err(Error::statement_timeout(seconds)),
            };
            if self.scopes.depth() > depth {
                // It was stopped inside a procedure.
                self.scopes.leave(depth);
                entered.restore(&mut self.context);
            }
            self.context.file = file;
            self.context.flow = flow;
            self.note_transaction();
            outcome
        }))
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

    /// Whether a transaction is open.
    pub fn in_transaction(&self) -> bool {
        self.scopes.current().is_some()
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
        let beside_others = self.context.lock_owner != self.context.session;
        if !self.context.owns_temporary || beside_others {
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

/// A statement in the account's records; one that is dropped before its end counts as aborted.
struct Recorded<'a> {
    account: &'a Account,
    id: Arc<str>,
    stop: CancellationToken,
    ended: bool,
}

impl<'a> Recorded<'a> {
    fn begin(account: &'a Account, record: QueryRecord) -> Self {
        Self {
            id: Arc::clone(&record.id),
            stop: account.queries().begin(record),
            account,
            ended: false,
        }
    }

    fn end(&mut self, outcome: std::result::Result<&StatementResult, &Error>) {
        let now = self.account.clock().now();
        let seq = self.account.catalog().snapshot().seq;
        self.account.queries().end(&self.id, now, seq, outcome);
        self.ended = true;
    }
}

impl Drop for Recorded<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.end(Err(&Error::cancelled()));
        }
    }
}

/// Session variables and binds, where the parser needs them.
struct SessionValues<'a> {
    context: &'a Context,
    binds: &'a Binds,
}

impl sql::Variables for SessionValues<'_> {
    fn are_known(&self) -> bool {
        false
    }

    fn are_known_in_names(&self) -> bool {
        true
    }

    fn literal(&self, name: &str) -> Option<String> {
        match &self.context.variables.get(name)?.value {
            ScalarValue::Utf8(Some(text)) => Some(quote_text(text)),
            other => Some(other.to_string()),
        }
    }

    fn bind(&self, name: &str) -> Option<String> {
        self.binds.literal(name)
    }

    fn timestamp(&self) -> SnowType {
        self.context.types.timestamp(9)
    }

    fn fold_quoted(&self) -> bool {
        let set = self.context.parameters.get("QUOTED_IDENTIFIERS_IGNORE_CASE");
        set.is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }
}

/// An error about an operation that has no name yet where it arises.
fn naming_operation(error: Error, kind: &str) -> Error {
    match error.message().strip_prefix("Cannot perform this operation.") {
        Some(rest) => {
            let message = format!("Cannot perform {kind}.{rest}");
            error.reworded(message)
        }
        None => error,
    }
}

/// Waits until so many seconds have passed on a clock. A virtual clock moves only when it is told to, so it is looked at
/// again and again.
async fn passed(clock: &dyn Clock, seconds: u64) {
    let start = clock.now();
    loop {
        let gone = clock.now().duration_since(start);
        if gone.as_secs() >= i64::try_from(seconds).unwrap_or(i64::MAX) {
            return;
        }
        tokio::time::sleep(TIME_CHECK).await;
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

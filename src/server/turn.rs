//! Whose turn it is: the engine session on which a request runs.
//!
//! Statements of one session may run at the same time, as on Snowflake: asynchronous ones always do, others when the
//! session is busy with a statement of another thread. Each runs with the session's state as it is when the statement
//! begins; what it changes there (USE, SET, ALTER SESSION) is the session's when it ends. Where a transaction is open, or
//! could be opened, statements run one after the other, in the order in which they come: a session has one transaction
//! at a time. <https://docs.snowflake.com/en/sql-reference/transactions>

use std::ops::{Deref, DerefMut};

use serde_json::{Map, Value};
use tokio::sync::MutexGuard;

use super::Shared;
use super::sessions::ClientSession;
use crate::engine::{Binds, Context, Session, parameters};
use crate::sql::ScriptStatement;
use crate::sql::statement::StatementKind;

/// The engine session of a request, for as long as it runs.
#[derive(Debug)]
pub struct Turn<'a> {
    session: &'a ClientSession,
    engine: Engine<'a>,
    before: Context,
}

#[derive(Debug)]
enum Engine<'a> {
    /// The session itself, which may have a transaction open.
    Own(MutexGuard<'a, Session>),
    /// One for this request alone.
    Beside(Box<Session>),
}

/// What decides whether statements may run beside others.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The statements.
    pub pieces: &'a [ScriptStatement],
    /// The parameters that come with them.
    pub parameters: &'a Map<String, Value>,
    /// Whether the client does not wait for them.
    pub asynchronous: bool,
}

impl<'a> Turn<'a> {
    /// Waits for the turn of some statements, if they have to wait.
    pub async fn take(shared: &Shared, session: &'a ClientSession, wanted: Wanted<'_>) -> Self {
        if !wanted.asynchronous
            && let Ok(own) = session.engine.try_lock()
        {
            return Self::own(session, own);
        }
        let state = session.state.lock().clone();
        let beside = Session::beside(&shared.account, &state);
        if may_run_beside(&beside, wanted) {
            return Self {
                session,
                engine: Engine::Beside(Box::new(beside)),
                before: state,
            };
        }
        Self::own(session, session.engine.lock().await)
    }

    fn own(session: &'a ClientSession, mut own: MutexGuard<'a, Session>) -> Self {
        let before = session.state.lock().clone();
        own.context_mut().clone_from(&before);
        Self {
            session,
            engine: Engine::Own(own),
            before,
        }
    }
}

fn may_run_beside(session: &Session, wanted: Wanted<'_>) -> bool {
    let context = session.context();
    let mut told = wanted.parameters.iter();
    let told = told.find(|(name, _)| name.eq_ignore_ascii_case("AUTOCOMMIT"));
    let commits = match told {
        Some((_, value)) => value.as_bool().unwrap_or(false),
        None => parameters::current(context, "AUTOCOMMIT").is_none_or(|(value, _)| value != "false"),
    };
    let bounds = |piece: &ScriptStatement| {
        let parsed = session.parse(&piece.text, &Binds::new());
        parsed.is_ok_and(|parsed| {
            matches!(
                parsed.statement.kind(),
                StatementKind::Begin | StatementKind::Commit | StatementKind::Rollback
            )
        })
    };
    context.transaction.is_none() && commits && !wanted.pieces.iter().any(bounds)
}

impl Deref for Turn<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        match &self.engine {
            Engine::Own(session) => session,
            Engine::Beside(session) => session,
        }
    }
}

impl DerefMut for Turn<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        match &mut self.engine {
            Engine::Own(session) => session,
            Engine::Beside(session) => session,
        }
    }
}

impl Drop for Turn<'_> {
    /// What the statements changed is the session's from now on.
    fn drop(&mut self) {
        let mut state = self.session.state.lock();
        let after = self.context();
        state.take_over(&self.before, after);
        if matches!(self.engine, Engine::Own(_)) {
            state.transaction = after.transaction;
            state.horizon = after.horizon;
        }
    }
}

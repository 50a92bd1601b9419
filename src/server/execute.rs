//! Running statements: the one place where the server calls the engine.
//!
//! A statement runs in a task of its own, so that it goes on when its client's connection ends, and so that another
//! request can end it; its beginning, up to where it first waits, is spared the way there.
//!
//! What only some statements need is boxed: every statement's task would have room for it, and room is moved and cleared.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::task::{Poll, Waker};

use futures::FutureExt;
use serde_json::{Map, Value};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::jobs::{After, Answer, Job, Outcome, Special};
use super::parameters::{self, Former};
use super::sessions::ClientSession;
use super::sql_api::statements;
use super::transfer::{self, Asker};
use super::turn::{Turn, Wanted};
use super::{Shared, bindings, random, rowtype};
use crate::engine::{Session, StatementResult};
use crate::error::{Error, Result};
use crate::sql::statement::StatementKind;
use crate::sql::{self, ScriptStatement, Statement};
use crate::types::SnowType;

/// Where a request is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begin {
    /// Where it came in: a short query is planned in less time than it takes to hand it on.
    Here,
    /// There too, with the thread's other work handed on: what may compute for a while before it first waits.
    Apart,
    /// On a worker's thread.
    There,
}

impl Begin {
    fn of(request: &Request) -> Self {
        let text = request.text.trim_start();
        let is_query = text
            .get(..6)
            .is_some_and(|word| word.eq_ignore_ascii_case("SELECT"));
        if request.asynchronous || text.len() > SMALL_TEXT {
            Self::There
        } else if is_query && text.len() <= SHORT_QUERY {
            Self::Here
        } else {
            Self::Apart
        }
    }
}

/// A request of at most so many bytes is begun where it came in. Reading and planning a longer one may take a while.
const SMALL_TEXT: usize = 4 << 10;
/// The same for queries.
const SHORT_QUERY: usize = 512;

/// By which protocol a request came: what it lets statements do.
#[derive(Debug)]
pub enum Protocol {
    /// That of drivers, which move the files of PUT and GET themselves.
    Driver {
        /// The server's address, as the client knows it.
        base: String,
    },
    /// The SQL API: one session for one request; see [`statements`].
    SqlApi,
}

/// What a client asks to run.
#[derive(Debug)]
pub struct Request {
    /// One statement or several.
    pub text: String,
    /// Whether it is only to be described.
    pub describe_only: bool,
    /// Parameters for these statements alone.
    pub parameters: Map<String, Value>,
    /// The values of placeholders.
    pub bindings: Map<String, Value>,
    /// Where the values of placeholders lie, when they are too many for the request.
    pub bind_stage: Option<String>,
    /// Whether the client does not wait for it.
    pub asynchronous: bool,
    /// How it came.
    pub protocol: Protocol,
}

/// Starts a job. What ends without waiting for anything, as small statements do, has ended when this returns: handing it
/// to another thread and hearing of its end would take longer than the statement. Anything else goes on in the background.
pub fn start(shared: &Arc<Shared>, session: Arc<ClientSession>, job: &Arc<Job>, request: Request) {
    let (shared, job) = (Arc::clone(shared), Arc::clone(job));
    let tracker = shared.tracker.clone();
    let workers = shared.workers.handle().clone();
    let begin = Begin::of(&request);
    let work = async move {
        let run = AssertUnwindSafe(run(&shared, &session, &job, request)).catch_unwind();
        // A fault of the house must not leave a client waiting.
        let answer = run
            .await
            .unwrap_or_else(|_| Err(Error::internal("a fault while a statement ran")));
        // What ends with a session must be over when its client hears of the statement.
        drop(session);
        finish(&shared, &job, answer);
    };
    let mut work = Box::pin(tracker.track_future(work));
    let mut poll = || {
        // Tasks that the statement starts are the workers'.
        let _entered = workers.enter();
        work.as_mut()
            .poll(&mut std::task::Context::from_waker(Waker::noop()))
    };
    let may_block =
        || Handle::try_current().is_ok_and(|here| here.runtime_flavor() == RuntimeFlavor::MultiThread);
    let begun = match begin {
        Begin::Here => poll(),
        // Other requests of this thread go on elsewhere meanwhile.
        Begin::Apart if may_block() => tokio::task::block_in_place(poll),
        Begin::Apart | Begin::There => Poll::Pending,
    };
    if begun.is_ready() {
        return;
    }
    workers.spawn(work);
}

fn finish(shared: &Shared, job: &Arc<Job>, answer: Result<Answer>) {
    if let Err(error) = &answer {
        tracing::debug!(query = job.id, %error, "a statement failed");
    }
    let ended = shared.account.clock().now();
    shared.jobs.finish(job, Outcome { ended, answer });
}

/// Runs the statements of a request.
async fn run(
    shared: &Arc<Shared>,
    session: &ClientSession,
    job: &Arc<Job>,
    request: Request,
) -> Result<Answer> {
    let pieces = sql::split(&request.text);
    let wanted = Wanted {
        pieces: &pieces,
        parameters: &request.parameters,
        asynchronous: request.asynchronous,
    };
    let mut engine = tokio::select! {
        biased;
        () = job.cancel.cancelled() => return Err(Error::cancelled()),
        turn = Turn::take(shared, session, wanted) => turn,
    };
    let former = Former::replace(engine.context_mut(), &request.parameters)?;
    let count = wanted_count(&engine);
    let mut run = Run {
        shared,
        session,
        engine: &mut engine,
        former,
        request: &request,
    };
    let outcome = match pieces.as_slice() {
        [] => Err(Error::new(
            900,
            "42601",
            "SQL compilation error:\nEmpty SQL statement.",
        )),
        pieces => match count {
            Some(wanted) if wanted != pieces.len() => Err(Error::new(
                8,
                "0A000",
                format!(
                    "Actual statement count {} did not match the desired statement count {wanted}.",
                    pieces.len()
                ),
            )),
            _ => match pieces {
                // The text before the statement stays, so that places in error messages are right.
                [single] => {
                    let end = single.offset + single.text.len();
                    let text = request.text.get(..end).unwrap_or(&single.text);
                    run.one(job, text, true).await
                }
                several => Box::pin(run.many(job, several)).await,
            },
        },
    };
    let Run { former, .. } = run;
    former.restore(engine.context_mut());
    outcome
}

/// How many statements a request must hold; `None` for any number.
fn wanted_count(engine: &Session) -> Option<usize> {
    let wanted = parameters::get(engine.context(), "MULTI_STATEMENT_COUNT");
    match wanted.and_then(|count| count.parse().ok()).unwrap_or(1) {
        0 => None,
        count => Some(count),
    }
}

/// A request whose turn it is.
struct Run<'a> {
    shared: &'a Arc<Shared>,
    session: &'a ClientSession,
    engine: &'a mut Session,
    former: Former,
    request: &'a Request,
}

impl Run<'_> {
    /// Runs several statements; each has a result of its own, and the first that fails is the end.
    async fn many(&mut self, parent: &Arc<Job>, pieces: &[ScriptStatement]) -> Result<Answer> {
        let (shared, session, request) = (self.shared, self.session, self.request);
        if matches!(request.protocol, Protocol::SqlApi) {
            statements::check_binds(&request.bindings)?;
        }
        let mut children = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let id = shared.account.new_query_id();
            let now = shared.account.clock().now();
            let mut child = Job::new(id, session, None, &piece.text, now, random::token()?);
            child.cancel = parent.cancel.clone();
            child.cells = parent.cells;
            let child = Arc::new(child);
            shared.jobs.add(&child);
            let answer = self.one(&child, &piece.text, false).await;
            let failed = answer.as_ref().err().cloned();
            if let Ok(answer) = &answer {
                children.push((child.id.clone(), answer.kind));
            }
            finish(shared, &child, answer);
            if let Some(error) = failed {
                return Err(match request.protocol {
                    Protocol::Driver { .. } => error,
                    Protocol::SqlApi => statements::child_failed(piece, error),
                });
            }
        }
        let mut rows = crate::engine::rows::Rows::new(&[("multiple statement execution", SnowType::VARCHAR)]);
        rows.push(vec!["Multiple statements executed successfully.".into()]);
        let mut answer = answer(
            session,
            self.engine,
            StatementResult::of_rows(&rows)?,
            StatementKind::MultiStatement,
        );
        answer.special = Special::Children(children);
        Ok(answer)
    }

    /// Runs one statement, or describes it; `alone` when it is the request's only one.
    async fn one(&mut self, job: &Job, text: &str, alone: bool) -> Result<Answer> {
        let Self {
            shared,
            session,
            engine,
            former,
            request,
        } = self;
        let binds = match &request.bind_stage {
            Some(location) => {
                let staged = Box::pin(engine.staged_binds(text, location));
                until_cancelled(shared, job, staged).await?
            }
            None => bindings::read(&request.bindings)?,
        };
        if request.describe_only {
            let described = Box::pin(engine.describe(text, &binds));
            let described = until_cancelled(shared, job, described).await?;
            let empty = StatementResult::of_batches(described.schema, Vec::new());
            let mut answer = answer(session, engine, empty, described.kind);
            answer.special = Special::Described {
                binds: described.binds,
                rows_of_binds: described.array_bind_supported,
            };
            return Ok(answer);
        }
        let parsed = engine.parse(text, &binds);
        let kind = parsed
            .as_ref()
            .map_or(StatementKind::Unknown, |parsed| parsed.statement.kind());
        let statement = parsed.as_ref().map(|parsed| &parsed.statement);
        match (&request.protocol, statement) {
            (Protocol::SqlApi, Ok(statement)) => statements::check(statement, alone)?,
            (Protocol::Driver { base }, Ok(statement)) => {
                let asker = Asker {
                    client: &session.client,
                    base,
                    query_id: &job.id,
                };
                let transfer = match statement {
                    Statement::Put(put) => Some(Box::pin(transfer::put(shared, engine, asker, put)).await?),
                    Statement::Get(get) => Some(Box::pin(transfer::get(shared, engine, asker, get)).await?),
                    _ => None,
                };
                if let Some(fields) = transfer {
                    let mut answer = answer(session, engine, StatementResult::status("")?, kind);
                    answer.special = Special::Transfer(fields);
                    return Ok(answer);
                }
            }
            (_, Err(_)) => {}
        }
        if let Ok(Statement::AlterParameters(alter)) = parsed.as_ref().map(|parsed| &parsed.statement) {
            former.alter(alter);
        }
        engine.set_next_query_id(job.id.clone());
        let running = Box::pin(engine.run_with(text, parsed, &binds));
        let result = until_cancelled(shared, job, running).await?;
        Ok(answer(session, engine, result, kind))
    }
}

/// Waits for the engine. When the job is cancelled, the engine is told to stop, which it does at its next pause.
async fn until_cancelled<T>(
    shared: &Shared,
    job: &Job,
    mut work: impl Future<Output = Result<T>> + Unpin,
) -> Result<T> {
    tokio::select! {
        biased;
        () = job.cancel.cancelled() => {}
        done = &mut work => return done,
    }
    match shared.account.queries().cancel(&job.id) {
        true => work.await,
        // Nothing runs that could be told; what has not begun is left.
        false => Err(Error::cancelled()),
    }
}

fn answer(session: &ClientSession, engine: &Session, result: StatementResult, kind: StatementKind) -> Answer {
    let context = engine.context();
    Answer {
        after: After {
            parameters: session.told_parameters.of(context),
            database: context.database.clone(),
            schema: context.schema.clone(),
            warehouse: context.warehouse.clone(),
            role: context.role.clone(),
        },
        types: context.types.clone(),
        kind,
        columns: rowtype::columns(&result.columns(), kind),
        format: session.client.format(context),
        result,
        special: Special::None,
        arrow: OnceLock::new(),
        partitions: OnceLock::new(),
    }
}

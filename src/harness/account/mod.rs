//! A real account as a target: each case has a scratch database there, made for it and dropped after it.
//!
//! * [`scratch`]: the database, which also goes when a case fails, is out of time or is stopped
//! * [`time`]: `@advance` and `@tasks run due`, by EXECUTE TASK in the order of the due moments, or by real waiting
//! * [`safety`]: what reaches beyond the case's own database, which keeps a case from running there
//! * [`origin`]: who answered, for what a recording says of itself
//!
//! What the harness does for itself it does in a session of its own, so that the case's sessions see only the case.

pub mod origin;
pub mod safety;
pub mod scratch;
pub mod time;
mod words;

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::case::{Case, Form};
use super::directive::{Action, Place};
use super::local::put_statement;
use super::script::{Act, Step, beside};
use super::target::{Opener, Target};
use crate::engine::StatementResult;
use crate::error::{Error, Result};
use crate::remote::{Client, ClientOptions, Connection};
use crate::types::TypeContext;
use crate::types::context::PARAMETERS;
use scratch::{Login, Open, Scratch};
use time::Passing;

/// The session that a case begins in.
const MAIN: &str = "MAIN";
/// The schema that a case begins in.
const SCHEMA: &str = "PUBLIC";

/// What a run on an account may do, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `@advance` waits instead of running tasks by hand.
    pub real_time: bool,
    /// Scripts may also reach what is not the case's own.
    pub account_objects: bool,
    /// A run of a task may take so long.
    pub longest_run: Duration,
}

/// Opens scratch databases in an account.
#[derive(Debug)]
pub struct AccountOpener {
    login: Login,
    settings: Settings,
    open: Open,
}

impl AccountOpener {
    /// An opener for an account. Nothing is asked of it yet.
    pub fn new(connection: Connection, mut client: ClientOptions, settings: Settings) -> Self {
        client.session_parameters.extend(pinned());
        Self {
            login: Login { connection, client },
            settings,
            open: Open::default(),
        }
    }

    /// The databases that are there now for the sake of cases.
    pub fn open_databases(&self) -> &Open {
        &self.open
    }
}

/// The session's parameters as a session of Snowglobe's begins with them, whatever the user or the account has set.
fn pinned() -> Map<String, Value> {
    let defaults = TypeContext::default();
    let values = PARAMETERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), Value::from(defaults.get(name)?))));
    let mut pinned: Map<String, Value> = values.collect();
    // A cached result would be that of another case.
    pinned.insert("USE_CACHED_RESULT".to_owned(), Value::from(false));
    pinned.insert("AUTOCOMMIT".to_owned(), Value::from(true));
    pinned.insert("QUERY_TAG".to_owned(), Value::from("snowglobe test"));
    pinned
}

#[async_trait]
impl Opener for AccountOpener {
    fn place(&self) -> Place {
        Place::Snowflake
    }

    fn skips(&self, case: &Case, steps: &[Step]) -> Option<String> {
        if matches!(case.form, Form::Pipeline(_)) {
            return Some("a pipeline needs its own Kafka and S3".to_owned());
        }
        let mut moves = false;
        for step in steps {
            let Step::Act(act) = step else { continue };
            match &act.action {
                Action::S3 { .. } => return Some("@s3 puts files into a bucket of Snowglobe's".to_owned()),
                Action::Kafka { .. } => return Some("@kafka needs Snowglobe's own Kafka".to_owned()),
                Action::Play => return Some("a pipeline needs its own Kafka and S3".to_owned()),
                Action::Advance(_) | Action::RunDue => moves = true,
                Action::Put { to, .. } if !self.settings.account_objects => {
                    if let Some(reach) = safety::reach(&format!("PUT 'file:///f' {to}")) {
                        return Some(safety::told(act.line, &reach));
                    }
                }
                Action::Put { .. } | Action::Session(_) => {}
            }
        }
        for step in steps {
            let Step::Statement(statement) = step else {
                continue;
            };
            if statement.skipped(Place::Snowflake).is_some() {
                continue;
            }
            if moves
                && !self.settings.real_time
                && let Some(what) = time::by_itself(&statement.text)
            {
                return Some(format!(
                    "line {}: {what} works in an account's real time; --real-time waits for it",
                    statement.line
                ));
            }
            if !self.settings.account_objects
                && let Some(reach) = safety::reach(&statement.text)
            {
                return Some(safety::told(statement.line, &reach));
            }
        }
        None
    }

    async fn open(&self, _case: &Case) -> Result<Box<dyn Target>> {
        let scratch = Scratch::make(self.login.clone(), self.open.clone()).await?;
        let mut target = OnAccount {
            sessions: BTreeMap::new(),
            current: MAIN.to_owned(),
            login: self.login.clone(),
            passing: Passing::new(self.settings.longest_run, self.settings.real_time),
            scratch,
        };
        target.login.connection.database = Some(target.scratch.name().to_owned());
        target.login.connection.schema = Some(SCHEMA.to_owned());
        target.begin(MAIN).await?;
        Ok(Box::new(target))
    }
}

/// One case's part of the account.
struct OnAccount {
    sessions: BTreeMap<String, Client>,
    current: String,
    /// For sessions in the scratch database.
    login: Login,
    passing: Passing,
    scratch: Scratch,
}

impl OnAccount {
    /// Goes on in a session, which begins if it is not there.
    async fn begin(&mut self, name: &str) -> Result<()> {
        if !self.sessions.contains_key(name) {
            let client = self.login.client().await?;
            self.sessions.insert(name.to_owned(), client);
        }
        self.current = name.to_owned();
        Ok(())
    }
}

#[async_trait]
impl Target for OnAccount {
    async fn execute(&mut self, text: &str) -> Result<StatementResult> {
        let session = self.sessions.get_mut(&self.current);
        session
            .ok_or_else(|| Error::internal("a case without a session"))?
            .execute(text)
            .await
    }

    fn types(&self) -> TypeContext {
        let session = self.sessions.get(&self.current);
        session.map(|session| session.types().clone()).unwrap_or_default()
    }

    async fn act(&mut self, act: &Act) -> Result<()> {
        match &act.action {
            Action::Advance(span) => self.passing.advance(&mut self.scratch, span.0).await,
            Action::RunDue => self.passing.advance(&mut self.scratch, jiff::Span::new()).await,
            Action::Put { file, to } => {
                let put = put_statement(&beside(&act.source, file), to)?;
                self.execute(&put).await.map(|_| ())
            }
            Action::Session(name) => self.begin(&name.to_uppercase()).await,
            Action::S3 { .. } | Action::Kafka { .. } | Action::Play => Err(Error::configuration(
                "Snowglobe's own Kafka and S3 are not within an account's reach",
            )),
        }
    }

    fn database(&self) -> Option<String> {
        Some(self.scratch.name().to_owned())
    }

    async fn close(&mut self) -> Result<()> {
        for (_, session) in std::mem::take(&mut self.sessions) {
            // The account ends by itself what it is not told to end.
            if let Err(error) = session.close().await {
                tracing::debug!(%error, "a session was not ended");
            }
        }
        self.scratch.close().await
    }
}

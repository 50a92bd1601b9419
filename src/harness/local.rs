//! Snowglobe as a target: each case has an account of its own in memory, under a virtual clock.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{Span, Timestamp};

use super::case::Case;
use super::directive::{Action, Place};
use super::script::{Act, beside};
use super::target::{DATABASE, Opener, Target};
use crate::clock::{Clock, VirtualClock};
use crate::engine::{Account, Session, StatementResult};
use crate::error::{Error, Result};
use crate::task::Scheduler;
use crate::task::passing::{self, Passed};
use crate::types::TypeContext;
use crate::world::s3::{ObjectStorage, PutMode};

/// The moment at which every case begins: 2026-01-01 00:00 UTC.
pub const START: Timestamp = Timestamp::constant(1_767_225_600, 0);
/// Whom CURRENT_USER names.
const USER: &str = "SNOWGLOBE";
/// The session that a case begins in.
const MAIN: &str = "MAIN";

/// An account in memory, its virtual clock, and sessions by name.
pub struct Local {
    account: Arc<Account>,
    scheduler: Scheduler,
    sessions: BTreeMap<String, Session>,
    current: String,
}

impl Local {
    /// A fresh account at [`START`], in the database [`DATABASE`].
    ///
    /// # Errors
    /// Never in practice: those of CREATE DATABASE.
    pub async fn new() -> Result<Self> {
        Self::starting(START).await
    }

    /// A fresh account at a moment.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub async fn starting(moment: Timestamp) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock::new(moment));
        let storage = ObjectStorage::in_memory(Arc::clone(&clock), Default::default());
        let account = Account::in_memory(clock, Arc::new(storage));
        let mut local = Self {
            scheduler: Scheduler::new(Arc::clone(&account)),
            account,
            sessions: BTreeMap::new(),
            current: MAIN.to_owned(),
        };
        local
            .session()
            .execute(&format!("CREATE DATABASE {DATABASE}"))
            .await?;
        Ok(local)
    }

    /// The account.
    pub fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// The current session; a new one begins in the case's database.
    pub fn session(&mut self) -> &mut Session {
        let account = &self.account;
        self.sessions.entry(self.current.clone()).or_insert_with(|| {
            let mut session = account.session(USER);
            // Not there only while it is made.
            let _ = session.make_current(crate::sql::statement::ObjectKind::Database, DATABASE);
            session
        })
    }

    /// Lets time pass; what becomes due on the way runs.
    ///
    /// # Errors
    /// A span beyond the calendar; more runs of tasks than are run at once.
    pub async fn advance(&mut self, by: Span) -> Result<Passed> {
        passing::pass_by(&self.account, &mut self.scheduler, by).await
    }

    /// Puts a local file on a stage, as it is.
    ///
    /// # Errors
    /// Those of PUT.
    pub async fn put(&mut self, file: &Path, to: &str) -> Result<()> {
        self.session()
            .execute(&put_statement(file, to)?)
            .await
            .map(|_| ())
    }
}

/// Puts a local file into a bucket of an account's storage, which is made if need be.
///
/// # Errors
/// A file that cannot be read; a storage that fails.
pub async fn put_object(account: &Account, file: &Path, bucket: &str, key: &str) -> Result<()> {
    let unusable = |error| Error::configuration(format!("{}: {error}", file.display()));
    let bytes = tokio::fs::read(file).await.map_err(unusable)?;
    let storage = account.storage();
    storage.ensure_bucket(bucket).await?;
    storage.put(bucket, key, bytes.into(), PutMode::Overwrite).await?;
    Ok(())
}

/// The PUT of a file as it is.
///
/// # Errors
/// A path that has no absolute form.
pub fn put_statement(file: &Path, to: &str) -> Result<String> {
    let unusable = |error: std::io::Error| Error::configuration(format!("{}: {error}", file.display()));
    let path = std::fs::canonicalize(file).map_err(unusable)?;
    let path = path
        .display()
        .to_string()
        .replace('\\', "\\\\")
        .replace('\'', "\\'");
    Ok(format!(
        "PUT 'file://{path}' '{to}' AUTO_COMPRESS = FALSE OVERWRITE = TRUE"
    ))
}

#[async_trait]
impl Target for Local {
    async fn execute(&mut self, text: &str) -> Result<StatementResult> {
        self.session().execute(text).await
    }

    fn types(&self) -> TypeContext {
        let session = self.sessions.get(&self.current);
        session
            .map(|session| session.context().types.clone())
            .unwrap_or_default()
    }

    async fn act(&mut self, act: &Act) -> Result<()> {
        match &act.action {
            Action::Advance(span) => self.advance(span.0).await.map(|_| ()),
            Action::RunDue => self.advance(Span::new()).await.map(|_| ()),
            Action::Put { file, to } => self.put(&beside(&act.source, file), to).await,
            Action::S3 { file, bucket, key } => {
                let path = beside(&act.source, file);
                put_object(&self.account, &path, bucket, key).await
            }
            Action::Session(name) => {
                self.current = name.to_uppercase();
                self.session();
                Ok(())
            }
            Action::Kafka { .. } | Action::Play => Err(Error::configuration(
                "there is no Kafka in this case: messages belong to a folder with a pipeline.toml, which says \
                 what becomes of a topic",
            )),
        }
    }
}

/// Opens fresh accounts.
#[derive(Debug, Clone, Copy)]
pub struct LocalOpener;

#[async_trait]
impl Opener for LocalOpener {
    fn place(&self) -> Place {
        Place::Emulator
    }

    async fn open(&self, _case: &Case) -> Result<Box<dyn Target>> {
        Ok(Box::new(Local::new().await?))
    }
}

//! [`Scratch`]: a database that lives as long as its case.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::error::{Error, Result};
use crate::remote::{Client, ClientOptions, Connection};
use crate::server::random;

/// How the names of scratch databases begin.
pub const PREFIX: &str = "SNOWGLOBE_TEST_";

/// How sessions are begun.
#[derive(Debug, Clone)]
pub struct Login {
    /// Which account, and as whom.
    pub connection: Connection,
    /// How to talk to it.
    pub client: ClientOptions,
}

impl Login {
    /// A session.
    ///
    /// # Errors
    /// Those of [`Client::connect`].
    pub async fn client(&self) -> Result<Client> {
        Client::connect(&self.connection, self.client.clone()).await
    }
}

/// The databases that there are for the sake of cases; with those that could not be dropped goes the reason.
#[derive(Debug, Clone, Default)]
pub struct Open(Arc<watch::Sender<BTreeMap<String, Option<String>>>>);

impl Open {
    fn add(&self, name: &str) {
        self.0.send_modify(|open| {
            open.insert(name.to_owned(), None);
        });
    }

    fn dropped(&self, name: &str) {
        self.0.send_modify(|open| {
            open.remove(name);
        });
    }

    fn left(&self, name: &str, why: &Error) {
        self.0.send_modify(|open| {
            open.insert(name.to_owned(), Some(why.message().to_owned()));
        });
    }

    /// Waits until every database is dropped or could not be, but no longer than `most`. Answers the names of those that
    /// are left, with the reason.
    pub async fn settle(&self, most: Duration) -> Vec<(String, String)> {
        let mut seen = self.0.subscribe();
        let all = seen.wait_for(|open| open.values().all(Option::is_some));
        // What is still open afterwards is told.
        let _ = tokio::time::timeout(most, all).await.map(|found| found.map(drop));
        let open = self.0.borrow();
        let told = |why: &Option<String>| why.clone().unwrap_or_else(|| "there was no time left".to_owned());
        open.iter().map(|(name, why)| (name.clone(), told(why))).collect()
    }
}

/// A database of a case's own, and the harness's session beside the case's. It goes with [`close`](Self::close), or in the
/// background when it is dropped; [`Open::settle`] waits for that.
#[derive(Debug)]
pub struct Scratch {
    name: String,
    login: Login,
    open: Open,
    /// There until the database is gone.
    client: Option<Client>,
}

impl Scratch {
    /// Makes a database with a name of its own.
    ///
    /// # Errors
    /// When there is no session to be had, or no right to make a database.
    pub async fn make(mut login: Login, open: Open) -> Result<Self> {
        // What the connection names is the user's own.
        login.connection.database = None;
        login.connection.schema = None;
        let name = format!("{PREFIX}{:016X}", u64::from_be_bytes(random::bytes()?));
        let client = login.client().await?;
        let mut scratch = Self {
            name,
            login,
            open,
            client: Some(client),
        };
        scratch.open.add(&scratch.name);
        let create = format!("CREATE DATABASE {}", scratch.name);
        match scratch.client()?.execute(&create).await {
            Ok(_) => Ok(scratch),
            Err(error) => {
                scratch.close().await.ok();
                let message = format!("no scratch database could be made: {}", error.message());
                Err(error.reworded(message))
            }
        }
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The harness's own session.
    ///
    /// # Errors
    /// After the end.
    pub fn client(&mut self) -> Result<&mut Client> {
        self.client
            .as_mut()
            .ok_or_else(|| Error::internal("a scratch database that is gone"))
    }

    /// Drops the database.
    ///
    /// # Errors
    /// When that fails: the database is still there.
    pub async fn close(&mut self) -> Result<()> {
        if let Some(client) = &mut self.client {
            take_away(client, &self.login, &self.name, &self.open).await?;
        }
        match self.client.take() {
            Some(client) => client.close().await,
            None => Ok(()),
        }
    }
}

/// Drops a database; where the session is of no use any more, in a new one.
async fn take_away(client: &mut Client, login: &Login, name: &str, open: &Open) -> Result<()> {
    let text = format!("DROP DATABASE IF EXISTS {name}");
    let mut outcome = client.execute(&text).await.map(|_| ());
    if outcome.is_err() {
        outcome = async {
            let mut client = login.client().await?;
            client.execute(&text).await?;
            client.close().await
        }
        .await;
    }
    match &outcome {
        Ok(()) => open.dropped(name),
        Err(error) => open.left(name, error),
    }
    outcome
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let Some(mut client) = self.client.take() else {
            return;
        };
        let (login, name, open) = (self.login.clone(), self.name.clone(), self.open.clone());
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            // What went wrong stands in the list of what is open.
            if take_away(&mut client, &login, &name, &open).await.is_ok() {
                let _ = client.close().await;
            }
        });
    }
}

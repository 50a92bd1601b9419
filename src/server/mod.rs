//! The server: Snowflake's own clients take it for an account.
//!
//! It speaks the protocol that drivers use between themselves and Snowflake: JSON over HTTP for login and statements,
//! JSON or Arrow for rows. One file per part:
//!
//! * [`http`] is the transport, [`router`] finds what answers, [`envelope`] wraps the answer
//! * [`login`], [`sessions`], [`auth`]: who is there; [`parameters`]: what clients are told of their session
//! * [`query`] starts statements and gives results, [`execute`] runs them in the engine with the values of their
//!   placeholders ([`bindings`]), on threads of their own ([`workers`]) and beside each other ([`turn`]), [`jobs`]
//!   remembers them; [`monitoring`] and
//!   [`abort`] look at them and end them
//! * [`reply`] is the answer to a statement: [`rowtype`] its columns, [`encode`] its rows, [`chunks`] the parts of a
//!   large result
//! * [`transfer`] is PUT and GET: where a client puts and gets files
//! * [`snowpipe`] is Snowpipe's REST API: files are named to a pipe
//! * [`limits`]: what the server bears, and how long it waits
//! * [`sql_api`] is the other protocol, for programs without a driver
//! * [`door`] lets a procedure in Python in
//! * [`clock_door`] moves a virtual clock on

pub mod abort;
pub mod auth;
pub mod bindings;
pub mod chunks;
pub mod clock_door;
pub mod door;
pub mod encode;
pub mod envelope;
pub mod execute;
mod gzip;
pub mod http;
pub mod jobs;
pub mod limits;
pub mod login;
pub mod monitoring;
pub mod parameters;
pub mod query;
pub mod query_string;
pub mod random;
pub mod reply;
pub mod router;
pub mod rowtype;
pub mod sessions;
pub mod snowpipe;
pub mod sql_api;
pub mod transfer;
pub mod turn;
pub mod workers;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::engine::Account;
use crate::error::{Error, Result};
use crate::world::tls::Tls;
use auth::Users;
use clock_door::ClockDoor;
use jobs::Jobs;
use limits::Limits;
use sessions::{Sessions, Validity};
use transfer::Transfers;
use workers::Workers;

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Where to listen, as `HOST:PORT`; port 0 takes a free one.
    pub listen: String,
    /// Who may log in.
    pub users: Users,
    /// How long logins hold.
    pub validity: Validity,
    /// Serves HTTPS with this; HTTP without.
    pub tls: Option<Tls>,
    /// What the server bears.
    pub limits: Limits,
}

impl ServerConfig {
    /// A server for everybody on this machine, over HTTP.
    pub fn new(listen: impl Into<String>) -> Self {
        Self {
            listen: listen.into(),
            users: Users::default(),
            validity: Validity::default(),
            tls: None,
            limits: Limits::default(),
        }
    }
}

/// What all requests share.
#[derive(Debug)]
pub struct Shared {
    /// The account.
    pub account: Arc<Account>,
    /// Who may log in.
    pub users: Users,
    /// Where the server listens.
    pub address: SocketAddr,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// What the server bears.
    pub limits: Limits,
    /// The logged-in clients.
    pub sessions: Sessions,
    /// The statements.
    pub jobs: Jobs,
    /// Room for requests to the SQL API that run at a time.
    pub api_places: Arc<Semaphore>,
    /// What moves the clock, if it is virtual.
    pub clock_door: Option<Arc<ClockDoor>>,
    /// What PUT and GET share.
    pub transfers: Transfers,
    /// The tasks in which statements run.
    pub tracker: TaskTracker,
    /// The threads they run on.
    pub workers: Workers,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Server {
    /// Binds the port and serves from now on.
    ///
    /// # Errors
    /// A port that is taken, a host that is none.
    pub async fn start(account: Arc<Account>, config: ServerConfig) -> Result<Self> {
        let failed = |error| Error::outside(format!("listening on {}: {error}", config.listen));
        let listener = TcpListener::bind(&config.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let limits = config.limits;
        let shared = Arc::new(Shared {
            clock_door: ClockDoor::of(&account),
            account,
            users: config.users,
            address,
            scheme: if config.tls.is_some() { "https" } else { "http" },
            limits,
            sessions: Sessions::new(config.validity, limits.sessions),
            jobs: Jobs::new(limits.jobs, limits.results),
            api_places: Arc::new(Semaphore::new(sql_api::MOST_RUNNING)),
            transfers: Transfers::new()?,
            tracker: TaskTracker::new(),
            workers: Workers::new()?,
        });
        let stop = CancellationToken::new();
        tokio::spawn(sweep(Arc::clone(&shared), stop.clone()));
        let handler = Arc::clone(&shared);
        let serving = http::serve(listener, limits.connections, config.tls, handler, stop.clone());
        let serving = tokio::spawn(serving);
        Ok(Self {
            shared,
            stop,
            serving,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Takes no more connections, lets running statements end (or have time to), and returns.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.shared.tracker.close();
        let _ = tokio::time::timeout(self.shared.limits.grace, self.shared.tracker.wait()).await;
        let _ = self.serving.await;
        self.shared.sessions.clear();
    }
}

/// Ends sessions that nobody uses any more, and forgets what ended long ago.
async fn sweep(shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(shared.limits.sweep) => {}
        }
        shared.jobs.expire(shared.account.clock().now());
        for session in shared.sessions.idle() {
            if shared.jobs.running(session.id).is_empty() {
                tracing::info!(session = session.id, "ended: nobody uses it");
                shared.sessions.expire(&session);
            }
        }
    }
}

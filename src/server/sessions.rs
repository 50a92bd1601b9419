//! Logged-in clients: their sessions in the engine, and the tokens by which they are known.
//!
//! A client has two tokens. The session token goes with every request and is short-lived; the master token buys a new
//! one. An expired session token is still known as such, so that its client is told to renew it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::encode::Format;
use super::envelope::Refusal;
use super::parameters::{self, ToldParameters};
use super::random;
use crate::engine::{Context, Session};
use crate::error::Result;

/// How many session tokens a session may have at a time: the newest, and old ones that requests under way still carry.
const TOKENS: usize = 4;
/// How many tokens of ended sessions are remembered.
const MOST_GONE: usize = 20_000;

/// The program at the other end.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// The name it gives itself, such as `PythonConnector`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether it wants the numbers of stage keys as texts.
    pub key_ids_as_text: bool,
}

impl Client {
    /// The parameter that chooses the form of its results; `None` for a client that reads JSON alone.
    fn format_parameter(&self) -> Option<&'static str> {
        let is = |start: &str| {
            self.name
                .get(..start.len())
                .is_some_and(|name| name.eq_ignore_ascii_case(start))
        };
        if is("Python") {
            Some("PYTHON_CONNECTOR_QUERY_RESULT_FORMAT")
        } else if is("JDBC") {
            Some("JDBC_QUERY_RESULT_FORMAT")
        } else if is("ODBC") {
            Some("ODBC_QUERY_RESULT_FORMAT")
        } else if self.name.eq_ignore_ascii_case("Go") {
            Some("GO_QUERY_RESULT_FORMAT")
        } else if is(".NET") {
            Some("DOTNET_QUERY_RESULT_FORMAT")
        } else {
            None
        }
    }

    /// How it wants the rows of queries.
    pub fn format(&self, context: &Context) -> Format {
        let wanted = self
            .format_parameter()
            .and_then(|name| parameters::get(context, name));
        match wanted {
            Some(wanted) if !wanted.eq_ignore_ascii_case("JSON") => Format::Arrow,
            _ => Format::Json,
        }
    }

    /// Whether it can read Arrow at all.
    pub fn reads_arrow(&self) -> bool {
        self.format_parameter().is_some()
    }
}

/// One logged-in client.
#[derive(Debug)]
pub struct ClientSession {
    /// The session's number.
    pub id: u64,
    /// The user's name.
    pub user: String,
    /// The client.
    pub client: Client,
    /// The session in the engine, for one statement at a time. See [`super::turn`].
    pub engine: tokio::sync::Mutex<Session>,
    /// The session's state as its statements have left it.
    pub state: Mutex<Context>,
    /// The parameters as the client was told them last.
    pub told_parameters: ToldParameters,
    tokens: Mutex<Tokens>,
    /// Given back when the session ends.
    _place: Option<OwnedSemaphorePermit>,
}

impl ClientSession {
    fn new(session: Session, client: Client, tokens: Tokens, place: Option<OwnedSemaphorePermit>) -> Self {
        let state = session.context().clone();
        Self {
            id: state.session,
            user: state.user.clone(),
            state: Mutex::new(state),
            client,
            engine: tokio::sync::Mutex::new(session),
            told_parameters: ToldParameters::default(),
            tokens: Mutex::new(tokens),
            _place: place,
        }
    }

    /// A session that no token stands for, and that ends with its one request; it holds a place among those of its
    /// kind.
    pub fn of_one_request(session: Session, place: OwnedSemaphorePermit) -> Arc<Self> {
        let now = Instant::now();
        let none = Tokens {
            session: Vec::new(),
            master: String::new(),
            master_until: now,
            last_used: now,
        };
        Arc::new(Self::new(session, Client::default(), none, Some(place)))
    }
}

impl Drop for ClientSession {
    /// The session's temporary objects go with it, also those that statements beside others made.
    fn drop(&mut self) {
        let owns = self.state.get_mut().owns_temporary;
        self.engine.get_mut().context_mut().owns_temporary |= owns;
    }
}

#[derive(Debug)]
struct Tokens {
    /// Session tokens, newest last.
    session: Vec<String>,
    master: String,
    master_until: Instant,
    last_used: Instant,
}

/// How long tokens hold.
#[derive(Debug, Clone, Copy)]
pub struct Validity {
    /// A session token.
    pub session: Duration,
    /// A master token, and a session that nobody uses.
    pub master: Duration,
}

impl Default for Validity {
    /// Snowflake's: one hour, four hours.
    fn default() -> Self {
        Self {
            session: Duration::from_secs(3600),
            master: Duration::from_secs(4 * 3600),
        }
    }
}

/// A pair of new tokens.
#[derive(Debug, Clone)]
pub struct TokenPair {
    /// Goes with every request.
    pub session: String,
    /// Buys a new one.
    pub master: String,
}

/// All logged-in clients.
#[derive(Debug)]
pub struct Sessions {
    validity: Validity,
    most: usize,
    index: Mutex<Index>,
}

#[derive(Debug, Default)]
struct Index {
    /// By session token, with the moment until which the token holds.
    by_token: HashMap<String, (Arc<ClientSession>, Instant)>,
    by_master: HashMap<String, Arc<ClientSession>>,
    gone: Gone,
}

/// Why a session is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Its client closed it.
    Closed,
    /// Nobody used it for too long.
    Expired,
}

/// The tokens of sessions that are no more, so that late requests are told why. The oldest are forgotten.
#[derive(Debug, Default)]
struct Gone {
    by_token: HashMap<String, End>,
    order: VecDeque<String>,
}

impl Gone {
    fn add(&mut self, token: &str, end: End) {
        if self.order.len() == MOST_GONE
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_token.remove(&oldest);
        }
        if self.by_token.insert(token.to_owned(), end).is_none() {
            self.order.push_back(token.to_owned());
        }
    }

    /// What to say of a token that no session has: `expired` or `unknown`, or that its session was closed.
    fn refusal(&self, token: &str, expired: Refusal, unknown: Refusal) -> Refusal {
        match self.by_token.get(token) {
            None => unknown,
            Some(End::Expired) => expired,
            Some(End::Closed) => Refusal::new(
                390_111,
                "Session no longer exists. New login required to access the service.",
            ),
        }
    }
}

impl Sessions {
    /// None yet; at most so many at a time.
    pub fn new(validity: Validity, most: usize) -> Self {
        Self {
            validity,
            most,
            index: Mutex::default(),
        }
    }

    /// How long tokens hold.
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.index.lock().by_master.len()
    }

    /// Adds a client that has proved who it is.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn add(&self, session: Session, client: Client) -> Result<(Arc<ClientSession>, TokenPair), Refusal> {
        let pair = TokenPair {
            session: new_token()?,
            master: new_token()?,
        };
        let now = Instant::now();
        let tokens = Tokens {
            session: vec![pair.session.clone()],
            master: pair.master.clone(),
            master_until: now + self.validity.master,
            last_used: now,
        };
        let added = Arc::new(ClientSession::new(session, client, tokens, None));
        let mut index = self.index.lock();
        if index.by_master.len() >= self.most {
            return Err(Refusal::new(390_505, "Too many sessions are open."));
        }
        let until = now + self.validity.session;
        index
            .by_token
            .insert(pair.session.clone(), (Arc::clone(&added), until));
        index.by_master.insert(pair.master.clone(), Arc::clone(&added));
        Ok((added, pair))
    }

    /// The client of a session token.
    ///
    /// # Errors
    /// 390104 for a token that is none, 390112 for one that has expired, 390111 when the session was closed.
    pub fn find(&self, token: &str) -> Result<Arc<ClientSession>, Refusal> {
        let expired = || Refusal::new(390_112, "The session token has expired.");
        let index = self.index.lock();
        let Some((session, until)) = index.by_token.get(token).cloned() else {
            let unknown = Refusal::new(390_104, "The session token is invalid.");
            return Err(index.gone.refusal(token, expired(), unknown));
        };
        drop(index);
        let now = Instant::now();
        if now >= until {
            return Err(expired());
        }
        session.tokens.lock().last_used = now;
        Ok(session)
    }

    /// New tokens for the client of a master token.
    ///
    /// # Errors
    /// 390115 for a token that is none, 390114 for one that has expired, 390111 when the session was closed.
    pub fn renew(&self, master: &str) -> Result<(Arc<ClientSession>, TokenPair), Refusal> {
        let now = Instant::now();
        let pair = TokenPair {
            session: new_token()?,
            master: new_token()?,
        };
        let expired = Refusal::new(
            390_114,
            "Authentication token has expired. The user must authenticate again.",
        );
        let mut index = self.index.lock();
        let Some(session) = index.by_master.get(master).cloned() else {
            let unknown = Refusal::new(390_115, "The master token is invalid.");
            return Err(index.gone.refusal(master, expired, unknown));
        };
        let mut tokens = session.tokens.lock();
        if now >= tokens.master_until {
            return Err(expired);
        }
        index.by_master.remove(master);
        tokens.master.clone_from(&pair.master);
        tokens.master_until = now + self.validity.master;
        tokens.last_used = now;
        tokens.session.push(pair.session.clone());
        while tokens.session.len() > TOKENS {
            let oldest = tokens.session.remove(0);
            index.by_token.remove(&oldest);
        }
        drop(tokens);
        let until = now + self.validity.session;
        index
            .by_token
            .insert(pair.session.clone(), (Arc::clone(&session), until));
        index.by_master.insert(pair.master.clone(), Arc::clone(&session));
        Ok((session, pair))
    }

    /// A sign of life: the master token holds from now on.
    pub fn touch(&self, session: &ClientSession) {
        let mut tokens = session.tokens.lock();
        let now = Instant::now();
        tokens.last_used = now;
        tokens.master_until = now + self.validity.master;
    }

    /// Ends a session because its client wants it: its tokens are worth nothing from now on.
    pub fn remove(&self, session: &ClientSession) {
        self.end(session, End::Closed);
    }

    /// Ends a session that nobody uses any more.
    pub fn expire(&self, session: &ClientSession) {
        self.end(session, End::Expired);
    }

    fn end(&self, session: &ClientSession, end: End) {
        let mut index = self.index.lock();
        let tokens = session.tokens.lock();
        for token in &tokens.session {
            index.by_token.remove(token);
            index.gone.add(token, end);
        }
        index.by_master.remove(&tokens.master);
        index.gone.add(&tokens.master, end);
    }

    /// The sessions that nobody has used for as long as a master token holds.
    pub fn idle(&self) -> Vec<Arc<ClientSession>> {
        let now = Instant::now();
        let index = self.index.lock();
        let old = |session: &&Arc<ClientSession>| {
            now.duration_since(session.tokens.lock().last_used) >= self.validity.master
        };
        index.by_master.values().filter(old).cloned().collect()
    }

    /// Ends all.
    pub fn clear(&self) {
        *self.index.lock() = Index::default();
    }
}

fn new_token() -> Result<String, Refusal> {
    random::token().map_err(|error| Refusal::statement("", &error))
}

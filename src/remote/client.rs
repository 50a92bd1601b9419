//! [`Client`]: a session in an account, and the statements that run in it.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Map, Value, json};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::chunks;
use super::connection::Connection;
use super::decode::Decoder;
use super::door::Door;
use super::parameters::Told;
use super::patience::Retries;
use super::transport::{Request, Transport};
use super::wire::{Envelope, QueryData};
use crate::clock::{Clock, SystemClock};
use crate::engine::{DmlCounts, StatementResult};
use crate::error::{Error, Result};
use crate::server::random;
use crate::sql;
use crate::sql::statement::{Statement, StatementKind};
use crate::types::TypeContext;

/// The path of statements.
const QUERY: &str = "/queries/v1/query-request";
/// An account that answers sooner that a statement still runs is not asked again at once.
const LEAST_POLL: Duration = Duration::from_millis(100);

/// How to talk to an account.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Session parameters from the start; they win over the connection's own.
    pub session_parameters: Map<String, Value>,
    /// A statement that takes longer is ended, with 000630; `None` leaves it to the account.
    pub statement_timeout: Option<Duration>,
    /// How requests are sent again.
    pub retries: Retries,
    /// No attempt to log in begins later than this after the first: a wrong address should soon be told.
    pub login_time: Duration,
    /// A connection has this long to be made.
    pub connect_timeout: Duration,
    /// An answer may stay away, or pause, for so long. An account holds answers back for 45 seconds.
    pub read_timeout: Duration,
    /// The largest body, packed and unpacked, in bytes.
    pub most_bytes: usize,
    /// Certificates, in PEM, of who may vouch for the account besides those that the system trusts.
    pub authorities: Vec<Vec<u8>>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            session_parameters: Map::new(),
            statement_timeout: None,
            retries: Retries::default(),
            login_time: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(30),
            read_timeout: Duration::from_secs(120),
            most_bytes: 256 << 20,
            authorities: Vec::new(),
        }
    }
}

/// What an account tells of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Server {
    /// The release that it runs, for instance `9.30.0`.
    pub version: String,
    /// Its region, as CURRENT_REGION() gives it.
    pub region: Option<String>,
    /// Its edition. An account tells it to its organization's administrators alone, so that it is not known here.
    pub edition: Option<String>,
    /// What answers, where that is no account but an emulator which says so, as Snowglobe's server does.
    pub emulator: Option<String>,
}

/// A session in an account. It ends with [`close`](Self::close), or when it is dropped.
#[derive(Debug)]
pub struct Client {
    door: Arc<Door>,
    options: ClientOptions,
    told: Told,
    database: Option<String>,
    schema: Option<String>,
    server: Server,
    aborts: Aborts,
    open: bool,
}

/// Requests under way that end statements nobody waits for any more.
type Aborts = Arc<Mutex<Vec<JoinHandle<()>>>>;

impl Client {
    /// Logs in.
    ///
    /// # Errors
    /// The account's refusal, with its number (390100 and its like); 000000 (58000) when it does not answer.
    pub async fn connect(connection: &Connection, options: ClientOptions) -> Result<Self> {
        let transport = Transport::new(connection.base(), &options)?;
        let mut parameters = connection.session_parameters.clone();
        parameters.extend(options.session_parameters.clone());
        let (door, data) = Door::open(transport, connection, &parameters, options.login_time).await?;
        let info = data.session_info.unwrap_or_default();
        let mut client = Self {
            door: Arc::new(door),
            options,
            told: Told::default(),
            database: info.database_name,
            schema: info.schema_name,
            server: Server {
                version: data.server_version.unwrap_or_default(),
                emulator: data.emulator,
                ..Server::default()
            },
            aborts: Aborts::default(),
            open: true,
        };
        client.told.note(&data.parameters.unwrap_or_default())?;
        client.server.region = client.value("SELECT CURRENT_REGION()").await;
        Ok(client)
    }

    /// One value, if the account gives it.
    async fn value(&mut self, query: &str) -> Option<String> {
        let result = self.execute(query).await.ok()?;
        let rows = result.to_text(self.types()).ok()?;
        rows.into_iter().next()?.into_iter().next()?
    }

    /// What the account tells of itself.
    pub fn about(&self) -> &Server {
        &self.server
    }

    /// The parameters that results are to be shown with, as the last statement left them.
    pub fn types(&self) -> &TypeContext {
        self.told.types()
    }

    /// The current database and the current schema.
    pub fn place(&self) -> (Option<&str>, Option<&str>) {
        (self.database.as_deref(), self.schema.as_deref())
    }

    /// Runs one statement. When the future is dropped, the statement is ended. PUT and GET move local files.
    ///
    /// # Errors
    /// The statement's failure as the account tells it; 000630 when it takes too long; 000000 (58000) when the account
    /// cannot be reached any more.
    pub async fn execute(&mut self, text: &str) -> Result<StatementResult> {
        let most = self.options.statement_timeout;
        let running = self.run(text);
        match most {
            None => running.await,
            Some(most) => match tokio::time::timeout(most, running).await {
                Ok(done) => done,
                Err(_) => Err(Error::statement_timeout(most.as_secs())),
            },
        }
    }

    async fn run(&mut self, text: &str) -> Result<StatementResult> {
        let mut data = self.ask(text).await?;
        if data.command.is_some() {
            self.note(&mut data)?;
            return self.transfer(text, data).await;
        }
        self.result(text, data).await
    }

    /// Sends a statement and waits until it has ended.
    pub(super) async fn ask(&mut self, text: &str) -> Result<QueryData> {
        let id = random::uuid()?;
        let body = json!({
            "sqlText": text,
            "asyncExec": false,
            "querySubmissionTime": SystemClock.now().as_millisecond(),
        });
        let request = Request {
            method: Method::POST,
            path: QUERY,
            query: &[],
            id: Some(&id),
            token: None,
            body: Some(body.to_string().into()),
        };
        let abandoned = Abandoned {
            door: Arc::clone(&self.door),
            aborts: Arc::clone(&self.aborts),
            text: text.to_owned(),
            request: id.clone(),
        };
        let mut envelope: Envelope<QueryData> = self.door.ask(request).await?;
        while envelope.is_in_progress() {
            envelope = self.poll(&envelope).await?;
        }
        abandoned.settle();
        match (envelope.success, envelope.data.take()) {
            (true, Some(data)) => Ok(data),
            (true, None) => Err(Error::outside("the account answered a statement with nothing")),
            (false, data) => {
                envelope.data = data;
                Err(envelope.statement_failure())
            }
        }
    }

    /// Asks for the result of a statement that still runs.
    async fn poll(&self, started: &Envelope<QueryData>) -> Result<Envelope<QueryData>> {
        let url = started
            .data
            .as_ref()
            .and_then(|data| data.get_result_url.as_deref());
        // Tokens go to the account's own address only.
        let url = url.filter(|url| url.starts_with('/') && !url.starts_with("//"));
        let url = url.ok_or_else(|| Error::outside("the account did not tell where a result will be"))?;
        let asked = Instant::now();
        let request = Request {
            method: Method::GET,
            path: url,
            query: &[],
            id: None,
            token: None,
            body: None,
        };
        let envelope: Envelope<QueryData> = self.door.ask(request).await?;
        if envelope.is_in_progress() && asked.elapsed() < LEAST_POLL {
            tokio::time::sleep(LEAST_POLL).await;
        }
        Ok(envelope)
    }

    /// Takes note of what a statement left behind.
    fn note(&mut self, data: &mut QueryData) -> Result<()> {
        self.database = data.final_database_name.take();
        self.schema = data.final_schema_name.take();
        self.told.note(&data.parameters.take().unwrap_or_default())
    }

    /// The rows of a statement, with what it left behind.
    async fn result(&mut self, text: &str, mut data: QueryData) -> Result<StatementResult> {
        self.note(&mut data)?;
        if let Some(format) = data
            .query_result_format
            .as_deref()
            .filter(|format| *format != "json")
        {
            return Err(Error::unsupported(format_args!("results in the format {format}")));
        }
        let columns = data.rowtype.take().unwrap_or_default();
        let decoder = Decoder::new(&columns)?;
        let rows = chunks::rows(self.door.transport(), &decoder, &mut data).await?;
        let mut result = StatementResult::of_row_set(Arc::clone(decoder.schema()), rows);
        result.query_id = data.query_id.unwrap_or_default().into();
        result.kind = kind(text, data.statement_type_id.unwrap_or_default());
        result.counts = data
            .stats
            .filter(|_| result.kind.counts_rows())
            .map(|stats| DmlCounts {
                inserted: stats.num_rows_inserted.unwrap_or_default(),
                updated: stats.num_rows_updated.unwrap_or_default(),
                deleted: stats.num_rows_deleted.unwrap_or_default(),
            });
        Ok(result)
    }

    /// The way to the account.
    pub(super) fn door(&self) -> Arc<Door> {
        Arc::clone(&self.door)
    }

    /// Ends the session: an open transaction is rolled back, temporary objects go.
    ///
    /// # Errors
    /// When the account does not answer; it ends the session by itself then, later.
    pub async fn close(mut self) -> Result<()> {
        self.open = false;
        let aborts = std::mem::take(&mut *self.aborts.lock());
        for abort in aborts {
            let _ = abort.await;
        }
        farewell(&self.door).await
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let door = Arc::clone(&self.door);
        in_background(async move {
            if let Err(error) = farewell(&door).await {
                tracing::debug!(%error, "a session was not ended");
            }
        });
    }
}

async fn farewell(door: &Door) -> Result<()> {
    door.tell("/session", &[("delete", "true")], &json!({})).await
}

/// Runs what nobody waits for, if there is still something to run it.
fn in_background(work: impl Future<Output = ()> + Send + 'static) -> Option<JoinHandle<()>> {
    let runtime = tokio::runtime::Handle::try_current().ok()?;
    Some(runtime.spawn(work))
}

/// What kind of statement it was: the account's number says less than the text does, but has the last word.
fn kind(text: &str, number: u32) -> StatementKind {
    let family = |number: u32| number & 0xf000;
    let read = sql::parse(text).ok().as_ref().map(Statement::kind);
    match read {
        Some(kind) if kind.type_id() == number => kind,
        Some(kind) if family(kind.type_id()) == family(number) && !kind.counts_rows() => kind,
        _ => StatementKind::of_type_id(number).unwrap_or(StatementKind::Unknown),
    }
}

/// A statement that is ended in the account unless somebody waits until it has ended.
struct Abandoned {
    door: Arc<Door>,
    aborts: Aborts,
    text: String,
    request: String,
}

impl Abandoned {
    /// The statement has ended by itself.
    fn settle(mut self) {
        self.request.clear();
    }
}

impl Drop for Abandoned {
    fn drop(&mut self) {
        if self.request.is_empty() {
            return;
        }
        let door = Arc::clone(&self.door);
        let body = json!({"sqlText": self.text, "requestId": self.request});
        let abort = in_background(async move {
            if let Err(error) = door.tell("/queries/v1/abort-request", &[], &body).await {
                tracing::debug!(%error, "a statement was not ended");
            }
        });
        let mut aborts = self.aborts.lock();
        aborts.retain(|abort| !abort.is_finished());
        aborts.extend(abort);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_and_the_text_tell_the_kind() {
        for (text, number, wanted) in [
            ("SELECT 1", 0x1000, StatementKind::Select),
            ("CALL P()", 0x1000, StatementKind::Call),
            (
                "MERGE INTO T USING S ON A = B WHEN MATCHED THEN DELETE",
                0x3400,
                StatementKind::Merge,
            ),
            ("what this house cannot read", 0x3100, StatementKind::Insert),
            ("what this house cannot read", 0x6101, StatementKind::Unknown),
            ("ROLLBACK", 0x5400, StatementKind::Rollback),
            ("INSERT INTO T VALUES (1)", 0x3300, StatementKind::Delete),
        ] {
            assert_eq!(kind(text, number), wanted, "{text}");
        }
    }
}

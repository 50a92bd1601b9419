//! `snowglobe serve`: the warehouse as a server, for Snowflake's own clients.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use tokio::sync::broadcast::{self, error::RecvError};

use super::data_dir::DataDir;
use super::failure::Failure;
use super::options::{ClockKind, PythonOptions, TlsOptions};
use super::outside::S3AndQueues;
use super::users::UserOptions;
use super::{outside, signal};
use crate::clock::{Clock, SystemClock};
use crate::engine::Account;
use crate::pipe;
use crate::server::sessions::Validity;
use crate::server::{Server, ServerConfig};
use crate::task::Scheduler;
use crate::world::s3::notification;

/// Serves the warehouse to Snowflake's clients, with Kafka and S3 beside it, until Ctrl-C.
///
/// Prints `ready http=HOST:PORT s3=HOST:PORT kafka=HOST:PORT sqs=HOST:PORT` once all take connections, `-` for what is
/// left out. Any user, password and account name is taken, from this machine only, unless users are given.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ServeArgs {
    /// Where Snowflake's clients connect
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    pub host: String,
    /// The port they connect to; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8484)]
    pub port: u16,
    /// Port of the S3 server; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 9000)]
    pub s3_port: u16,
    /// Port of the Kafka broker; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 9092)]
    pub kafka_port: u16,
    /// Port of the queues that S3's notifications go to; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub sqs_port: u16,
    /// Leaves the S3 server and its queues out; stages work all the same
    #[arg(long)]
    pub no_s3: bool,
    /// Leaves Kafka out
    #[arg(long)]
    pub no_kafka: bool,
    /// Keeps everything in this directory and goes on from what is there; without it all is in memory
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Warehouse time: the machine's, or one that stands still but for what statements do
    #[arg(long, value_enum, value_name = "CLOCK", default_value_t = ClockKind::System)]
    pub clock: ClockKind,
    /// Who may log in.
    #[command(flatten)]
    pub users: UserOptions,
    /// What Python runs in.
    #[command(flatten)]
    pub python: PythonOptions,
    /// HTTPS instead of HTTP.
    #[command(flatten)]
    pub tls: TlsOptions,
    /// Seconds that a login's token holds before the client has to renew it
    #[arg(long, value_name = "SECONDS", default_value_t = 3600, hide = true)]
    pub token_seconds: u64,
    /// Seconds that a login holds without a sign of life
    #[arg(long, value_name = "SECONDS", default_value_t = 14_400, hide = true)]
    pub idle_seconds: u64,
}

/// Runs the command.
///
/// # Errors
/// A port that is taken, a certificate or a data directory that cannot be used.
pub async fn command(args: ServeArgs) -> Result<ExitCode, Failure> {
    let stop = signal::stop_requested()?;
    let tls = args.tls.tls()?;
    let data = args.data_dir.as_deref().map(DataDir::open).transpose()?;
    let clock: Arc<dyn Clock> = match args.clock {
        ClockKind::System => Arc::new(SystemClock),
        virtual_clock => virtual_clock.clock(Timestamp::UNIX_EPOCH),
    };
    let storage = outside::storage(None, data.as_ref(), &clock)?;
    let account = match &data {
        Some(data) => Account::open(&data.account(), Arc::clone(&clock), Arc::new(storage.clone()))?,
        None => Account::in_memory(Arc::clone(&clock), Arc::new(storage.clone())),
    };
    args.python.prepare(&account);
    let s3 = match args.no_s3 {
        true => None,
        false => Some(S3AndQueues::start(args.s3_port, args.sqs_port, storage, &clock).await?),
    };
    let kafka = match args.no_kafka {
        true => None,
        false => Some(outside::start_kafka(args.kafka_port, data.as_ref()).await?),
    };
    let config = ServerConfig {
        users: args.users.users()?,
        tls,
        validity: Validity {
            session: Duration::from_secs(args.token_seconds),
            master: Duration::from_secs(args.idle_seconds),
        },
        ..ServerConfig::new(listen_address(&args.host, args.port))
    };
    let server = Server::start(Arc::clone(&account), config).await?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "ready http={} s3={} kafka={} sqs={}",
        server.address(),
        s3.as_ref()
            .map_or("-".to_owned(), |s3| s3.s3.address().to_string()),
        kafka
            .as_ref()
            .map_or("-".to_owned(), |kafka| kafka.bootstrap_servers()),
        s3.as_ref()
            .map_or("-".to_owned(), |s3| s3.sqs.address().to_string()),
    )?;
    out.flush()?;
    drop(out);

    let piping = pipe::run(Arc::clone(&account), stop.cancelled(), |report| {
        tracing::info!(files = report.files(), rows = report.rows(), "pipes loaded");
    });
    let scheduling = async {
        // A clock that stands still makes no task due.
        if args.clock == ClockKind::System
            && let Err(error) = Scheduler::new(Arc::clone(&account)).run(stop.cancelled()).await
        {
            tracing::error!(%error, "tasks are no longer run");
        }
    };
    let hearing = async {
        if let Some(s3) = &s3 {
            hear(&account, s3.queues.listen(), stop.cancelled()).await;
        }
    };
    tokio::join!(stop.cancelled(), piping, scheduling, hearing);
    server.shutdown().await;
    if let Some(s3) = s3 {
        s3.shutdown().await;
    }
    if let Some(kafka) = kafka {
        kafka.shutdown().await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Tells the pipes of what the messages in their queue announce, until `stop`; the messages stay there for others.
async fn hear(account: &Account, mut told: broadcast::Receiver<Arc<str>>, stop: impl Future<Output = ()>) {
    let mut stop = std::pin::pin!(stop);
    loop {
        let body = tokio::select! {
            () = &mut stop => return,
            body = told.recv() => match body {
                Ok(body) => body,
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "announcements came too fast; ALTER PIPE … REFRESH finds their files");
                    continue;
                }
                Err(RecvError::Closed) => return,
            },
        };
        let objects = match notification::objects(&body) {
            Ok(objects) => objects,
            Err(why) => {
                tracing::warn!(why, "a message to the pipes' queue announces nothing");
                continue;
            }
        };
        for (bucket, key) in objects {
            if let Err(error) = pipe::announce(account, &bucket, &key).await {
                tracing::warn!(%error, bucket, key, "an announced object was not taken");
            }
        }
    }
}

/// Host and port as an address to listen on; IPv6 hosts go in brackets.
fn listen_address(host: &str, port: u16) -> String {
    match host.contains(':') && !host.starts_with('[') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    }
}

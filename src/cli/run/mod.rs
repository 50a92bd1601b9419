//! `snowglobe run`: a whole pipeline, from its scripts to the checks by which it proves itself.
//!
//! In the order in which things happen:
//!
//! * [`setup`] starts the world and opens the account, all under one clock
//! * `scripts` runs the folder's SQL through one session
//! * `plan` decides which events are sent, also where an earlier run was interrupted; [`record`] remembers that,
//!   [`source`] gives the events, [`partition`] and [`topic`] tell which of them have arrived already
//! * `channel` is where they go first, `folder` the place of files that a mover carries on
//! * `waves` moves virtual time: send, carry, load, let the tasks run; `live` does all of that at once in real time
//! * `settle` waits until nothing is left to do
//! * [`summary`] gathers what a person wants to see, `render` writes it, `checks` proves the run, some of them by
//!   the `outcome` that the messages must have
//!
//! [`Run`] is the handle, also for tests.

mod channel;
mod checks;
mod folder;
mod live;
mod outcome;
pub mod partition;
mod plan;
mod progress;
pub mod record;
mod render;
mod scripts;
mod settle;
mod setup;
pub mod source;
pub mod summary;
pub mod topic;
mod waves;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use channel::Channel;
pub use progress::Progress;
pub use summary::Summary;

use super::data_dir::DataDir;
use super::failure::Failure;
use super::options::{ClockKind, PythonOptions, S3Options};
use crate::engine::{Account, Session};
use crate::error::Error;
use crate::world::carrier::Carrier;
use crate::world::kafka::Broker;
use crate::world::pipeline::Pipeline;
use crate::world::s3::S3Server;

/// How long Kafka and the bucket may stand still before the run gives up.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Runs a pipeline: a folder of SQL scripts with a pipeline.toml beside them.
///
/// Events go through Kafka and S3 into the warehouse, while virtual time passes. At the end the run shows what was
/// loaded, every task run and the results, and proves itself by the pipeline's checks: the exit status is 0 only if
/// every script ran and every check holds.
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct RunArgs {
    /// The pipeline's folder, for instance sql/customer_events
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// How many events are sent; by default what pipeline.toml says
    #[arg(long, value_name = "N")]
    pub events: Option<u64>,
    /// The seed that everything random comes from
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Events a second; by default they spread evenly over the waves
    #[arg(long, value_name = "R", value_parser = rate)]
    pub rate: Option<f64>,
    /// Sends the lines of this file, unchanged, instead of generated events
    #[arg(long, value_name = "FILE", conflicts_with_all = ["events", "seed"])]
    pub input: Option<PathBuf>,
    /// Keeps everything in this directory and goes on from what is there; without it all is in memory
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The folder that files go through on their way to S3; by default the data directory's, or a temporary one
    #[arg(long, value_name = "DIR")]
    pub inbox: Option<PathBuf>,
    /// Time that jumps from one due moment to the next, or the machine's until Ctrl-C
    #[arg(long, value_enum, value_name = "CLOCK", default_value_t = ClockKind::Virtual)]
    pub clock: ClockKind,
    /// Uses the Kafka at this address instead of the embedded one
    #[arg(long, value_name = "HOST:PORT")]
    pub kafka_brokers: Option<String>,
    /// Port of the embedded Kafka; 0 takes a free one
    #[arg(
        long,
        value_name = "PORT",
        default_value_t = 0,
        conflicts_with = "kafka_brokers"
    )]
    pub kafka_port: u16,
    /// Port of the embedded S3; 0 takes a free one
    #[arg(
        long,
        value_name = "PORT",
        default_value_t = 0,
        conflicts_with = "s3_endpoint"
    )]
    pub s3_port: u16,
    /// What Python runs in.
    #[command(flatten)]
    pub python: PythonOptions,
    /// A real S3 instead of the embedded one.
    #[command(flatten)]
    pub s3: S3Options,
    /// How the summary is written
    #[arg(long, value_enum, default_value_t = SummaryFormat::Text)]
    pub format: SummaryFormat,
}

/// How the summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummaryFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}

impl RunArgs {
    /// A run of a folder with every option left out.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            events: None,
            seed: None,
            rate: None,
            input: None,
            data_dir: None,
            inbox: None,
            clock: ClockKind::Virtual,
            kafka_brokers: None,
            kafka_port: 0,
            s3_port: 0,
            python: PythonOptions::default(),
            s3: S3Options::default(),
            format: SummaryFormat::Text,
        }
    }
}

/// A pipeline that is being run.
pub struct Run {
    args: RunArgs,
    pipeline: Pipeline,
    account: Arc<Account>,
    session: Session,
    /// Where events go first.
    channel: Channel,
    /// What carries them on, in order.
    carriers: Vec<Box<dyn Carrier>>,
    record: record::Record,
    tally: Tally,
    progress: Progress,
    /// The embedded servers, if they are.
    kafka: Option<Broker>,
    s3: Option<S3Server>,
    /// The folder that files go through, if they do; goes with the run if it is a temporary one.
    _folder: Option<folder::Folder>,
    /// Last, so that the directory is free only after everything in it is closed.
    data: Option<DataDir>,
}

/// What happened on the way and is told at the end.
#[derive(Debug, Default)]
struct Tally {
    /// Messages that Kafka did not take, by reason.
    refused: Vec<String>,
    /// Lines of the input that are too long to be sent: number and length.
    too_long: Vec<(u64, u64)>,
    /// What never reached the carriers, in words.
    lost: Vec<String>,
    /// Pipes that could not run when they were run last, and why.
    pipe_errors: BTreeMap<String, String>,
}

impl Run {
    /// The account, to look into.
    pub fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// The session that ran the scripts.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// What shapes the text of values in the session that runs the scripts.
    pub fn types(&self) -> &crate::types::TypeContext {
        &self.session.context().types
    }

    /// Runs everything: scripts, events, and whatever they set in motion.
    ///
    /// # Errors
    /// A failed script; a Kafka or S3 that fails. What was committed by then stays.
    pub async fn play(&mut self) -> Result<(), Failure> {
        self.scripts().await?;
        self.events().await
    }

    /// Sends the events, and runs what they set in motion.
    ///
    /// # Errors
    /// A Kafka or S3 that fails. What was committed by then stays.
    pub async fn events(&mut self) -> Result<(), Failure> {
        self.plan().await?;
        match self.args.clock {
            ClockKind::Virtual => self.waves().await?,
            ClockKind::System => self.live().await?,
        }
        self.progress.finish();
        Ok(())
    }

    /// Ends the embedded servers.
    ///
    /// # Errors
    /// A disk that refuses the last bytes.
    pub async fn stop(self) -> Result<(), Error> {
        let Self { kafka, s3, .. } = self;
        if let Some(server) = s3 {
            server.shutdown().await;
        }
        match kafka {
            Some(broker) => broker.shutdown().await,
            None => Ok(()),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// As [`Run::set_up`] and [`Run::play`].
pub async fn command(args: RunArgs) -> Result<ExitCode, Failure> {
    let format = args.format;
    let mut run = Run::set_up(args, Progress::to_stderr()).await?;
    run.play().await?;
    let summary = run.summary().await?;
    // The state is complete now, whoever reads the summary.
    run.stop().await?;
    let mut out = std::io::stdout().lock();
    match format {
        SummaryFormat::Text => out.write_all(summary.to_string().as_bytes())?,
        SummaryFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &summary).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(if summary.holds() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A positive number.
fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("a number of events a second, more than 0".to_owned()),
    }
}

//! `snowglobe sql`: statements, scripts, or a prompt.

mod output;
mod prompt;

use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::data_dir::DataDir;
use super::failure::Failure;
use super::options::{ClockKind, PythonOptions, S3Options, places};
use super::run::record::Record;
use super::{outside, script};
use crate::engine::Account;
use crate::error::{Error, Result};
use crate::remote::{Client, ClientOptions, Connection, Target};
use crate::sql::quote_if_needed;

pub use output::Format;

/// Runs SQL: statements with -q, scripts with -f, else what standard input holds, or a prompt on a terminal.
#[derive(Debug, Args)]
pub struct SqlArgs {
    /// Runs these statements; may be given several times
    #[arg(short = 'q', long = "query", value_name = "SQL")]
    pub queries: Vec<String>,
    /// Runs this script, up to its first error; may be given several times, and comes before -q
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Runs on the real Snowflake account of this connection in Snowflake's own connections.toml or config.toml
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with_all = ["data_dir", "clock", "python", "s3_endpoint"]
    )]
    pub connection: Option<String>,
    /// Opens the state that `run --data-dir` left, and keeps what changes; without it all is in memory
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// How results are written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// The current database at the start
    #[arg(long, value_name = "NAME")]
    pub database: Option<String>,
    /// The current schema at the start
    #[arg(long, value_name = "NAME")]
    pub schema: Option<String>,
    /// Warehouse time: the machine's, or one that stands still where the data directory's last run ended; by default
    /// that of the last run
    #[arg(long, value_enum, value_name = "CLOCK")]
    pub clock: Option<ClockKind>,
    /// What Python runs in.
    #[command(flatten)]
    pub python: PythonOptions,
    /// A real S3 behind the stages, for a run that used one.
    #[command(flatten)]
    pub s3: S3Options,
}

/// Runs the command.
///
/// # Errors
/// The first failed statement; a file or data directory that cannot be used.
pub async fn command(args: SqlArgs) -> std::result::Result<ExitCode, Failure> {
    let scripts = scripts(&args)?;
    if let Some(name) = &args.connection {
        on_account(name, &args, scripts).await?;
        return Ok(ExitCode::SUCCESS);
    }
    // Kept until the end: it holds the directory's lock.
    let data = args.data_dir.as_deref().map(DataDir::open).transpose()?;
    let mut session = open(&args, data.as_ref())?.session(&user());
    play(&mut session, &args, scripts, data.as_ref()).await?;
    Ok(ExitCode::SUCCESS)
}

/// The same on a real account.
async fn on_account(
    name: &str,
    args: &SqlArgs,
    scripts: Option<Vec<(String, String)>>,
) -> std::result::Result<(), Failure> {
    let connection = Connection::named(Some(name), &places())?;
    let mut client = Client::connect(&connection, ClientOptions::default()).await?;
    let at_prompt = scripts.is_none();
    let interrupted = async {
        // The prompt takes Ctrl-C itself.
        match at_prompt {
            true => std::future::pending().await,
            false => tokio::signal::ctrl_c().await,
        }
    };
    let outcome = tokio::select! {
        outcome = play(&mut client, args, scripts, None) => outcome,
        _ = interrupted => Err(Error::cancelled().into()),
    };
    // Also ends the statement that Ctrl-C has left.
    if let Err(error) = client.close().await {
        tracing::info!(%error, "the session was not ended");
    }
    outcome
}

/// Runs the scripts, or a prompt.
async fn play<T: Target>(
    session: &mut T,
    args: &SqlArgs,
    scripts: Option<Vec<(String, String)>>,
    data: Option<&DataDir>,
) -> std::result::Result<(), Failure> {
    choose_names(session, args).await?;
    let Some(scripts) = scripts else {
        return prompt::run(session, args.format, prompt::history_file(data)).await;
    };
    let mut out = std::io::stdout().lock();
    let mut first = true;
    for (name, text) in scripts {
        let mut start = tokio::time::Instant::now();
        script::run(session, &name, &text, |session, _, result| {
            output::write(
                &mut out,
                &result,
                session.types(),
                args.format,
                std::mem::take(&mut first),
            )?;
            out.flush()?;
            tell_time(start.elapsed());
            start = tokio::time::Instant::now();
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// The account over a data directory or memory.
fn open(args: &SqlArgs, data: Option<&DataDir>) -> Result<Arc<Account>> {
    let record = match data {
        Some(data) => Record::load(&data.runs())?,
        None => Record::default(),
    };
    let kind = args.clock.or(record.clock).unwrap_or(ClockKind::System);
    // The catalog moves a virtual clock on to its last commit.
    let clock = kind.clock(Timestamp::UNIX_EPOCH);
    let login = args.s3.login()?;
    let storage = Arc::new(outside::storage(login.as_ref(), data, &clock)?);
    let account = match data {
        Some(data) => Account::open(&data.account(), clock, storage)?,
        None => Account::in_memory(clock, storage),
    };
    args.python.prepare(&account);
    Ok(account)
}

/// The name CURRENT_USER answers.
pub(super) fn user() -> String {
    "SNOWGLOBE".to_owned()
}

async fn choose_names(session: &mut impl Target, args: &SqlArgs) -> Result<()> {
    for (kind, name) in [("DATABASE", &args.database), ("SCHEMA", &args.schema)] {
        if let Some(name) = name {
            session
                .execute(&format!("USE {kind} {}", as_written(name)))
                .await?;
        }
    }
    Ok(())
}

/// A name from the command line as SQL: like an unquoted one where it can be one, also `DB.SCHEMA`.
fn as_written(name: &str) -> String {
    let plain = |part: &str| {
        let upper = part.to_uppercase();
        if part.starts_with('"') || quote_if_needed(&upper) == upper {
            part.to_owned()
        } else {
            quote_if_needed(part)
        }
    };
    name.split('.').map(plain).collect::<Vec<_>>().join(".")
}

/// The scripts to run, with their names; `None` asks for a prompt.
fn scripts(args: &SqlArgs) -> Result<Option<Vec<(String, String)>>> {
    let mut scripts = Vec::new();
    for file in &args.files {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file)
            .map_err(|error| Error::configuration(format!("the script {name} cannot be read: {error}")))?;
        scripts.push((name, text));
    }
    scripts.extend(
        args.queries
            .iter()
            .map(|query| ("<query>".to_owned(), query.clone())),
    );
    if !scripts.is_empty() {
        return Ok(Some(scripts));
    }
    let mut input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    input
        .read_to_string(&mut text)
        .map_err(|error| Error::configuration(format!("standard input cannot be read: {error}")))?;
    Ok(Some(vec![("<stdin>".to_owned(), text)]))
}

/// How long a statement took, for a person only.
fn tell_time(elapsed: Duration) {
    if std::io::stderr().is_terminal() {
        eprintln!("Time: {:.3} s", elapsed.as_secs_f64());
    }
}

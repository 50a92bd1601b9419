//! `snowglobe test`: scripts with stored results.
//!
//! [`crate::harness`] finds, runs and judges the cases; here are the options, what is shown while it runs, and what is
//! written afterwards. [`account`] runs them on a real account, [`review`] asks about one difference at a time, [`watch`]
//! runs again what was changed.

mod account;
mod pipeline;
mod review;
mod watch;
mod write;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::table::count;
use crate::error::Error;
use crate::harness::case::{self, Case};
use crate::harness::directive::Place;
use crate::harness::report::text::{self, Colours};
use crate::harness::report::{Totals, compat, html, json, junit};
use crate::harness::runner::{self, Options, Report, Verdict};
use crate::harness::snapshot::Origin;
use crate::harness::target::Opener;

pub use pipeline::LocalOrPipeline;

/// The exit status of a run in which something differs.
pub const DIFFERENCES: u8 = 1;
/// The exit status of a run that could not be made as it was asked for.
pub const MISUSE: u8 = 2;

/// Runs SQL scripts and compares what they give with the snapshots beside them.
///
/// A case is a script NAME.sql with its snapshot NAME.snap, a folder of numbered scripts, or a pipeline's folder. Each has
/// a fresh account and a virtual clock of its own. Comments like `-- @advance 5 minutes` drive it; see docs/testing.md.
/// The exit status is 1 where something differs, and 2 where something is wrong with the cases or options themselves.
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct TestArgs {
    /// Scripts, or folders that are searched for cases
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Writes what the cases give as their snapshots
    #[arg(long, conflicts_with = "review")]
    pub update: bool,
    /// Shows one difference at a time and asks whether it is right
    #[arg(long, conflicts_with_all = ["watch", "format"])]
    pub review: bool,
    /// Runs only cases whose name contains this; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub filter: Vec<String>,
    /// Runs again what was changed, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    /// Writes the run as JUnit XML, for CI servers
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Writes the run as one HTML page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// How the run is told on standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub format: Format,
    /// How many cases run at the same time; by default one for each core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// How many seconds a case may take: 60 by default, on an account 900
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub timeout: Option<u32>,
    /// Where the cases run
    #[arg(long, value_enum, value_name = "TARGET", default_value_t = Target::Emulator)]
    pub target: Target,
    /// With --target snowflake: the connection, by its name in Snowflake's connections.toml
    #[arg(long, value_name = "NAME")]
    pub connection: Option<String>,
    /// With --target snowflake: writes what the account says as NAME.snowflake.snap
    #[arg(long)]
    pub record: bool,
    /// With --target snowflake: @advance waits for so long, instead of running tasks by hand
    #[arg(long)]
    pub real_time: bool,
    /// With --target snowflake: also runs scripts that reach beyond their scratch database
    #[arg(long)]
    pub allow_account_objects: bool,
    /// Writes the table of what the cases prove, as Markdown
    #[arg(long, value_name = "FILE", hide = true)]
    pub compat: Option<PathBuf>,
}

/// Where cases run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// In Snowglobe, each in an account of its own
    Emulator,
    /// On a real account, each in a scratch database that is made for it and dropped after it
    Snowflake,
}

impl TestArgs {
    /// Options that do not go together, if there are such.
    fn contradiction(&self) -> Option<&'static str> {
        let account = self.target == Target::Snowflake;
        [
            (
                account && self.update,
                "--update writes what Snowglobe gives; on an account it is --record",
            ),
            (
                account && self.review,
                "--review is about what Snowglobe gives, and not for --target snowflake",
            ),
            (account && self.watch, "--watch is not for --target snowflake"),
            (
                !account && self.connection.is_some(),
                "--connection needs --target snowflake",
            ),
            (
                !account && self.record,
                "--record needs --target snowflake: only an account's word is recorded",
            ),
            (!account && self.real_time, "--real-time needs --target snowflake"),
            (
                !account && self.allow_account_objects,
                "--allow-account-objects needs --target snowflake",
            ),
        ]
        .into_iter()
        .find_map(|(holds, told)| holds.then_some(told))
    }
}

/// How a run is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
}

/// Runs the command.
///
/// # Errors
/// An output that cannot be written; everything else is told and becomes the exit status.
pub async fn command(args: TestArgs) -> Result<ExitCode, Failure> {
    if let Some(told) = args.contradiction() {
        return Ok(misuse(told));
    }
    if args.target == Target::Snowflake {
        return account::run(&args).await;
    }
    let opener: Arc<dyn Opener> = Arc::new(LocalOrPipeline);
    if args.watch {
        return watch::run(&args, opener).await;
    }
    let cases = match cases(&args.paths, &args.filter) {
        Ok(cases) => cases,
        Err(told) => return Ok(misuse(&told)),
    };
    let mut round = Round::new(&args, opener);
    let reports = round.run(cases).await?;
    if args.review {
        return review::run(&reports);
    }
    round.conclude(reports)
}

/// Tells what is wrong with how the program was called.
pub fn misuse(told: &str) -> ExitCode {
    eprintln!("error: {told}");
    ExitCode::from(MISUSE)
}

/// The cases below some paths whose names contain one of some texts, if there are such.
///
/// # Errors
/// Paths without cases; texts that no name contains.
pub fn cases(paths: &[PathBuf], filter: &[String]) -> Result<Vec<Case>, String> {
    let mut cases = case::find(paths).map_err(|misuse| misuse.to_string())?;
    let wanted = |case: &Case| filter.is_empty() || filter.iter().any(|part| case.name.contains(part));
    cases.retain(wanted);
    match cases.is_empty() {
        true => Err(format!(
            "--filter {}: no case has such a name",
            filter.join(" --filter ")
        )),
        false => Ok(cases),
    }
}

/// One run of some cases, and what is told of it.
struct Round<'a> {
    args: &'a TestArgs,
    opener: Arc<dyn Opener>,
    seconds: f64,
    /// Whose word is to be recorded, where one is.
    origin: Option<Origin>,
}

/// Cases run at the same time, if nothing else is asked for.
pub fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get())
}

impl<'a> Round<'a> {
    fn new(args: &'a TestArgs, opener: Arc<dyn Opener>) -> Self {
        Self {
            args,
            opener,
            seconds: 0.0,
            origin: None,
        }
    }

    fn options(&self) -> Options {
        let timeout = self.args.timeout.unwrap_or(match self.args.target {
            Target::Emulator => 60,
            Target::Snowflake => 900,
        });
        Options {
            jobs: self.args.jobs.map_or_else(default_jobs, usize::from),
            timeout: Duration::from_secs(timeout.into()),
            against: &[Place::Emulator, Place::Snowflake],
        }
    }

    /// Runs cases, telling each as it ends.
    async fn run(&mut self, cases: Vec<Case>) -> Result<Vec<Report>, Failure> {
        let start = tokio::time::Instant::now();
        let text = self.args.format == Format::Text;
        let many = cases.len() > MANY_CASES;
        let colours = colours();
        let reports = runner::run(cases, Arc::clone(&self.opener), &self.options(), |report| {
            // Where cases are many, those that pass say nothing.
            if text && (!many || report.fails()) {
                println!("{}", text::line(report, colours));
            }
        })
        .await;
        self.seconds = start.elapsed().as_secs_f64();
        Ok(reports)
    }

    /// Tells the run, and writes what was asked for.
    fn conclude(&self, reports: Vec<Report>) -> Result<ExitCode, Failure> {
        let mut out = std::io::stdout().lock();
        let mut written = 0_u64;
        // What is as it was accepted just now is nothing to tell of.
        let mut settled = BTreeSet::new();
        for report in &reports {
            let wrote = match &self.origin {
                Some(origin) => write::record(report, origin)?,
                None => self.args.update && write::update(report)?,
            };
            written += u64::from(wrote);
            // A recording does not make right what differs from the emulator's snapshot.
            if wrote && (self.origin.is_none() || report.verdict == Verdict::New) {
                settled.insert(report.case.name.clone());
            }
        }
        match self.args.format {
            Format::Json => {
                let value = json::report(&reports, self.seconds);
                serde_json::to_writer_pretty(&mut out, &value).map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
            Format::Text => {
                let told = reports
                    .iter()
                    .filter(|report| report.fails() && !settled.contains(&report.case.name));
                for report in told {
                    write!(out, "\n{}", text::details(report, colours()))?;
                }
                writeln!(out, "\n{}", text::totals(&Totals::of(&reports), self.seconds))?;
                if self.args.update {
                    writeln!(out, "{} written", count(written, "snapshot"))?;
                }
                if self.origin.is_some() {
                    writeln!(out, "{} written", count(written, "recording"))?;
                }
            }
        }
        out.flush()?;
        if let Some(path) = &self.args.junit {
            save(path, &junit::report(&reports, self.seconds)?)?;
        }
        if let Some(path) = &self.args.compat {
            save(path, compat::table(&reports).as_bytes())?;
        }
        if let Some(path) = &self.args.html {
            save(
                path,
                html::page(&reports, "snowglobe test", self.seconds).as_bytes(),
            )?;
        }
        let left: Vec<&Report> = reports
            .iter()
            .filter(|report| !settled.contains(&report.case.name))
            .collect();
        Ok(status(&left))
    }
}

/// Of more cases than this, those that pass are not told one by one.
const MANY_CASES: usize = 200;

fn status(reports: &[&Report]) -> ExitCode {
    if reports
        .iter()
        .any(|report| matches!(report.verdict, Verdict::Misused(_)))
    {
        ExitCode::from(MISUSE)
    } else if reports.iter().any(|report| report.fails()) {
        ExitCode::from(DIFFERENCES)
    } else {
        ExitCode::SUCCESS
    }
}

/// Writes a report.
///
/// # Errors
/// A file that cannot be written.
pub fn save(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes)
        .map_err(|error| Error::outside(format!("{} cannot be written: {error}", path.display())).into())
}

fn colours() -> Colours {
    Colours(std::io::stdout().is_terminal())
}

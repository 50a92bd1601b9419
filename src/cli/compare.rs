//! `snowglobe compare`: the cases in the emulator, held against what an account said (`NAME.snowflake.snap`).

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::failure::Failure;
use super::test::{DIFFERENCES, Format, LocalOrPipeline, MISUSE, cases, default_jobs, misuse, save};
use crate::harness::case::Case;
use crate::harness::directive::Place;
use crate::harness::report::compare::{self, Comparison};
use crate::harness::report::text::Colours;
use crate::harness::runner::{self, Options, Verdict};

/// Compares Snowglobe with recordings of a real account, statement by statement.
///
/// Recordings are made by `snowglobe test --target snowflake --record`. Each case runs in the emulator; told is which of
/// its statements are equal, differ in rows, types, names or error, or are refused, and how many that makes. The exit
/// status is 1 where something differs, and 2 where there is nothing to compare or something is wrong with the cases.
#[derive(Debug, Clone, Args)]
#[command(verbatim_doc_comment)]
pub struct CompareArgs {
    /// Scripts, or folders that are searched for cases
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Compares only cases whose name contains this; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub filter: Vec<String>,
    /// How the comparison is told on standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub format: Format,
    /// Writes the comparison as one HTML page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// How many seconds a case may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub timeout: u32,
}

/// Runs the command.
///
/// # Errors
/// An output that cannot be written; everything else is told and becomes the exit status.
pub async fn command(args: CompareArgs) -> Result<ExitCode, Failure> {
    let found = match cases(&args.paths, &args.filter) {
        Ok(found) => found,
        Err(told) => return Ok(misuse(&told)),
    };
    let recorded = |case: &Case| case.snapshot(Place::Snowflake).is_file();
    let (with, without): (Vec<Case>, Vec<Case>) = found.into_iter().partition(recorded);
    let options = Options {
        jobs: default_jobs(),
        timeout: Duration::from_secs(args.timeout.into()),
        against: &[Place::Snowflake],
    };
    let comparison = Comparison {
        reports: runner::run(with, Arc::new(LocalOrPipeline), &options, |_| {}).await,
        without: without.into_iter().map(|case| case.name).collect(),
    };
    let mut out = std::io::stdout().lock();
    match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &compare::value(&comparison))
                .map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        Format::Text => {
            let colours = Colours(std::io::stdout().is_terminal());
            write!(out, "{}", compare::shown(&comparison, colours))?;
        }
    }
    out.flush()?;
    if let Some(path) = &args.html {
        save(path, compare::written(&comparison).as_bytes())?;
    }
    let misused = |report: &runner::Report| matches!(report.verdict, Verdict::Misused(_));
    if comparison.reports.is_empty() {
        return Ok(misuse(
            "no case has a recording; `snowglobe test --target snowflake --record` makes them",
        ));
    }
    Ok(if comparison.reports.iter().any(misused) {
        ExitCode::from(MISUSE)
    } else if comparison.differs() {
        ExitCode::from(DIFFERENCES)
    } else {
        ExitCode::SUCCESS
    })
}

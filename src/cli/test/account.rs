//! `--target snowflake`: the same cases in scratch databases of a real account, and `--record`.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use super::{Round, TestArgs, cases, misuse};
use crate::cli::failure::Failure;
use crate::cli::options::places;
use crate::cli::signal;
use crate::error::Result;
use crate::harness::account::{AccountOpener, Settings, origin};
use crate::harness::snapshot::Origin;
use crate::harness::target::Opener;
use crate::remote::{Client, ClientOptions, Connection};

/// A run of a task may take so long.
const LONGEST_RUN: Duration = Duration::from_secs(300);
/// Databases that are still there at the end have this long to go.
const LAST_WAIT: Duration = Duration::from_secs(60);
/// The exit status of a run that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Runs the cases on an account.
///
/// # Errors
/// An output that cannot be written.
pub async fn run(args: &TestArgs) -> std::result::Result<ExitCode, Failure> {
    let cases = match cases(&args.paths, &args.filter) {
        Ok(cases) => cases,
        Err(told) => return Ok(misuse(&told)),
    };
    let (connection, origin) = match greet(args).await {
        Ok(prepared) => prepared,
        Err(error) => {
            let hint = error
                .hint()
                .map(|hint| format!("\nhint: {hint}"))
                .unwrap_or_default();
            let code = match error.code() {
                0 => String::new(),
                _ => format!("{} ({}): ", error.shown_code(), error.sqlstate()),
            };
            return Ok(misuse(&format!("{code}{}{hint}", error.message())));
        }
    };
    if args.record && origin == Some(Origin::Snowglobe) {
        eprintln!("note: what answers is Snowglobe, and the recordings say so");
    }
    let settings = Settings {
        real_time: args.real_time,
        account_objects: args.allow_account_objects,
        longest_run: LONGEST_RUN,
    };
    let opener = Arc::new(AccountOpener::new(connection, ClientOptions::default(), settings));
    let stop = signal::stop_requested()?;
    let mut round = Round::new(args, Arc::clone(&opener) as Arc<dyn Opener>);
    round.origin = origin;
    let reports = tokio::select! {
        reports = round.run(cases) => Some(reports?),
        () = stop.cancelled() => None,
    };
    for (name, why) in opener.open_databases().settle(LAST_WAIT).await {
        eprintln!("warning: the scratch database {name} is still there: {why}");
    }
    match reports {
        Some(reports) => round.conclude(reports),
        None => Ok(ExitCode::from(INTERRUPTED)),
    }
}

/// Finds the connection and logs in once, so that one that does not work is told once; and asks who answers, where that
/// is to be recorded.
async fn greet(args: &TestArgs) -> Result<(Connection, Option<Origin>)> {
    let connection = Connection::named(args.connection.as_deref(), &places())?;
    let mut client = Client::connect(&connection, ClientOptions::default()).await?;
    let origin = match args.record {
        true => Some(origin::of(&mut client, &connection).await?),
        false => None,
    };
    client.close().await?;
    Ok((connection, origin))
}

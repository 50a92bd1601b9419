//! The command line: `snowglobe compare`, `snowglobe run`, `snowglobe serve`, `snowglobe sql`, `snowglobe test`, `snowglobe world`.
//!
//! * [`run`] plays a whole pipeline: the scripts, the events, the clock, and the checks by which it proves itself
//! * [`serve`] is the warehouse as a server, for Snowflake's own clients
//! * [`sql`] runs statements and scripts, or opens a prompt, here or on a real account
//! * [`test`] runs scripts and compares what they give with stored results
//! * [`compare`] holds them against what a real account said
//! * [`world`] only starts the embedded Kafka and S3
//! * [`outside`]: the servers and the storage around the account, embedded or real
//! * [`data_dir`]: where each part of the state lies when it is kept
//! * [`script`]: a script through one session; [`failure`]: what a person sees when something fails
//! * [`table`]: results as aligned tables; [`users`]: who may log in to a server
//!
//! Results go to standard output and are the same whenever the same happens; progress, times and errors go to
//! standard error. This room alone reads the environment.

pub mod compare;
pub mod data_dir;
pub mod failure;
pub mod options;
pub mod outside;
pub mod run;
pub mod script;
pub mod serve;
pub mod signal;
pub mod sql;
pub mod table;
pub mod test;
pub mod users;
pub mod world;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{ArgAction, Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use failure::Failure;

/// Most worker threads; more would not make one pipeline faster.
const MOST_WORKERS: usize = 8;
/// Room for deep plans in builds that are not optimized.
const STACK_BYTES: usize = 8 << 20;

/// A whole Snowflake pipeline on one machine: Kafka, S3 and a warehouse with Snowflake's semantics, offline, in one
/// process, under one clock.
#[derive(Debug, Parser)]
#[command(name = "snowglobe", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Tells more on standard error; twice for still more.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    Compare(compare::CompareArgs),
    Run(run::RunArgs),
    Serve(serve::ServeArgs),
    Sql(sql::SqlArgs),
    Test(test::TestArgs),
    World(world::WorldArgs),
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_stderr(cli.verbose);
    let workers = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, MOST_WORKERS));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .thread_stack_size(STACK_BYTES)
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the program cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Compare(args) => compare::command(args).await,
            Command::Run(args) => run::command(args).await,
            Command::Serve(args) => serve::command(args).await,
            Command::Sql(args) => sql::command(args).await,
            Command::Test(args) => test::command(args).await,
            Command::World(args) => world::command(args).await,
        }
    });
    // Whatever still runs is of no use to anybody.
    runtime.shutdown_background();
    match outcome {
        Ok(code) => code,
        Err(Failure::Closed) => ExitCode::SUCCESS,
        Err(failure) => {
            eprint!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr(verbose: u8) {
    // Kafka's client logs what its callers learn as errors anyway, and some that are none.
    let filter = match verbose {
        0 => "warn,librdkafka=off,rdkafka=off,s3s=off",
        1 => "info,librdkafka=error,rdkafka=off",
        2 => "debug",
        _ => "trace",
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_target(verbose > 1)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}

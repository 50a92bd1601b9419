//! `snowglobe world`: the embedded Kafka and S3 alone, for one's own clients.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::data_dir::DataDir;
use super::failure::Failure;
use super::outside::S3AndQueues;
use super::{outside, signal};
use crate::clock::{Clock, SystemClock};

/// Starts only the embedded Kafka and S3, until Ctrl-C.
///
/// Prints `ready s3=HOST:PORT kafka=HOST:PORT sqs=HOST:PORT` once all take connections. S3 and SQS requests are signed with the access
/// key `snowglobe` and the secret key `snowglobe-secret`, in region us-east-1, with path-style addresses.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct WorldArgs {
    /// Port of the S3 server; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub s3_port: u16,
    /// Port of the Kafka broker; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub kafka_port: u16,
    /// Port of the queues that S3's notifications go to; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub sqs_port: u16,
    /// Leaves S3 and its queues out
    #[arg(long, conflicts_with = "no_kafka")]
    pub no_s3: bool,
    /// Leaves Kafka out
    #[arg(long)]
    pub no_kafka: bool,
    /// Keeps topics and objects in this directory; without it they are gone at the end
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// A port that is taken, or a data directory that cannot be used.
pub async fn command(args: WorldArgs) -> Result<ExitCode, Failure> {
    let stop = signal::stop_requested()?;
    let data = args.data_dir.as_deref().map(DataDir::open).transpose()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut ready = "ready".to_owned();
    let mut s3 = None;
    if !args.no_s3 {
        let storage = outside::storage(None, data.as_ref(), &clock)?;
        let server = S3AndQueues::start(args.s3_port, args.sqs_port, storage, &clock).await?;
        ready.push_str(&format!(" s3={}", server.s3.address()));
        s3 = Some(server);
    }
    let mut kafka = None;
    if !args.no_kafka {
        let broker = outside::start_kafka(args.kafka_port, data.as_ref()).await?;
        ready.push_str(&format!(" kafka={}", broker.bootstrap_servers()));
        kafka = Some(broker);
    }
    if let Some(server) = &s3 {
        ready.push_str(&format!(" sqs={}", server.sqs.address()));
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{ready}")?;
    out.flush()?;
    drop(out);
    stop.cancelled().await;
    if let Some(server) = s3 {
        server.shutdown().await;
    }
    if let Some(broker) = kafka {
        broker.shutdown().await?;
    }
    Ok(ExitCode::SUCCESS)
}

//! Starting the world, and opening the account in it.

use std::sync::Arc;

use super::record::Record;
use super::{Progress, Run, RunArgs, TIMEOUT, Tally, source};
use crate::cli::data_dir::DataDir;
use crate::cli::failure::Failure;
use crate::cli::{outside, sql};
use crate::engine::Account;
use crate::error::{Error, Result};
use crate::world::pipeline::Pipeline;
use crate::world::sink::{self, Producer, Sink};

impl Run {
    /// Reads `pipeline.toml`, starts or finds Kafka and S3, makes topic and bucket, and opens the account. A virtual
    /// clock starts where `pipeline.toml` says, or at the last commit of a data directory if that is later.
    ///
    /// # Errors
    /// A pipeline that cannot be read or followed, ports that are taken, services that do not answer, a data
    /// directory that cannot be used or is in use.
    pub async fn set_up(args: RunArgs, progress: Progress) -> std::result::Result<Self, Failure> {
        let mut pipeline = Pipeline::load(&args.folder)?;
        // What is wrong with the folder is told before anything starts.
        pipeline.script_files(&args.folder)?;
        args.input.as_deref().map(source::check).transpose()?;
        pipeline.generator.seed = args.seed.unwrap_or(pipeline.generator.seed);
        pipeline.generator.rate = args.rate.or(pipeline.generator.rate);
        let login = args.s3.login()?;

        progress.doing("opening the state");
        let data = args.data_dir.as_deref().map(DataDir::open).transpose()?;
        let mut record = match &data {
            Some(data) => Record::load(&data.runs())?,
            None => Record::default(),
        };
        record.clock = Some(args.clock);
        let clock = args.clock.clock(pipeline.start);
        let storage = Arc::new(outside::storage(login.as_ref(), data.as_ref(), &clock)?);
        let account = match &data {
            Some(data) => Account::open(&data.account(), clock, Arc::clone(&storage))?,
            None => Account::in_memory(clock, Arc::clone(&storage)),
        };
        args.python.prepare(&account);

        progress.doing("starting Kafka and S3");
        let (s3, login) = match login {
            Some(login) => (None, login),
            None => {
                let server = outside::start_s3(args.s3_port, storage.as_ref().clone()).await?;
                let login = outside::embedded_login(&server);
                (Some(server), login)
            }
        };
        let kafka = match &args.kafka_brokers {
            Some(_) => None,
            None => Some(outside::start_kafka(args.kafka_port, data.as_ref()).await?),
        };
        let brokers = match (&kafka, &args.kafka_brokers) {
            (Some(broker), _) => broker.bootstrap_servers(),
            (None, given) => given.clone().unwrap_or_default(),
        };
        let place = |embedded: bool| if embedded { "embedded" } else { "external" };
        progress.tell(format!(
            "Kafka at {brokers} ({}), S3 at {} ({})",
            place(kafka.is_some()),
            login.endpoint,
            place(s3.is_some())
        ));
        storage
            .ensure_bucket(&pipeline.sink.bucket)
            .await
            .map_err(|error| {
                Error::outside(format!(
                    "the bucket {} cannot be made: {error}",
                    pipeline.sink.bucket
                ))
            })?;
        sink::ensure_topic(
            &brokers,
            &pipeline.kafka.topic,
            pipeline.kafka.partitions,
            TIMEOUT,
        )
        .await?;

        let producer = Producer::new(&brokers, TIMEOUT)?;
        let bucket = outside::bucket(&login, &pipeline.sink.bucket)?;
        let sink = Sink::new(pipeline.sink_config(&brokers, TIMEOUT), bucket)?;
        let session = account.session(&sql::user());
        let mut run = Self {
            args,
            pipeline,
            account,
            session,
            producer,
            sink,
            brokers,
            record,
            tally: Tally::default(),
            progress,
            kafka,
            s3,
            data,
        };
        run.set_parameters().await?;
        Ok(run)
    }

    /// The session parameters that `pipeline.toml` names.
    async fn set_parameters(&mut self) -> Result<()> {
        for (name, value) in &self.pipeline.session {
            self.session
                .execute(&format!("ALTER SESSION SET {name} = {value}"))
                .await
                .map_err(|error| {
                    Error::configuration(format!("pipeline.toml: session.{name}: {}", error.message()))
                })?;
        }
        Ok(())
    }
}

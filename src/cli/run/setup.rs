//! Starting the world, and opening the account in it.

use std::sync::Arc;
use std::time::Duration;

use super::channel::Channel;
use super::folder::Folder;
use super::record::Record;
use super::{Progress, Run, RunArgs, TIMEOUT, Tally, source};
use crate::cli::data_dir::DataDir;
use crate::cli::failure::Failure;
use crate::cli::options::S3Login;
use crate::cli::{outside, sql};
use crate::clock::Clock;
use crate::engine::Account;
use crate::error::{Error, Result};
use crate::world::carrier::Carrier;
use crate::world::files::FileDrop;
use crate::world::kafka::Broker;
use crate::world::mover::Mover;
use crate::world::pipeline::{CarrierPart, Pipeline, SourcePart};
use crate::world::process::Processor;
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
        if args.kafka_brokers.is_some() && !matches!(pipeline.source, SourcePart::Kafka(..)) {
            let what = format!(
                "--kafka-brokers: there is no Kafka in the pipeline {}",
                pipeline.name
            );
            return Err(Error::configuration(what).into());
        }
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
                let server = outside::start_s3(args.s3_port, storage.as_ref().clone(), None).await?;
                let login = outside::embedded_login(&server);
                (Some(server), login)
            }
        };
        for bucket in pipeline.buckets() {
            let failed = |error| Error::outside(format!("the bucket {bucket} cannot be made: {error}"));
            storage.ensure_bucket(bucket).await.map_err(failed)?;
        }
        let has_topic = matches!(pipeline.source, SourcePart::Kafka(..));
        let kafka = match &args.kafka_brokers {
            None if has_topic => Some(outside::start_kafka(args.kafka_port, data.as_ref()).await?),
            _ => None,
        };
        let brokers = kafka.as_ref().map(Broker::bootstrap_servers);
        let brokers = brokers.or(args.kafka_brokers.clone()).unwrap_or_default();
        let place = |embedded: bool| if embedded { "embedded" } else { "external" };
        let mut told = format!("S3 at {} ({})", login.endpoint, place(s3.is_some()));
        if has_topic {
            told = format!("Kafka at {brokers} ({}), {told}", place(kafka.is_some()));
        }
        progress.tell(told);
        let folder = match pipeline.has_folder() {
            true => Some(Folder::find(args.inbox.as_deref(), data.as_ref())?),
            false => None,
        };
        if args.inbox.is_some() && folder.is_none() {
            let what = format!("--inbox: no folder of files is in the pipeline {}", pipeline.name);
            return Err(Error::configuration(what).into());
        }
        let outside = Outside {
            brokers: &brokers,
            login: &login,
            folder: folder.as_ref(),
            clock: account.clock(),
        };
        let (channel, carriers) = world(&pipeline, &outside).await?;
        let session = account.session(&sql::user());
        let mut run = Self {
            args,
            pipeline,
            account,
            session,
            channel,
            carriers,
            record,
            tally: Tally::default(),
            progress,
            kafka,
            s3,
            _folder: folder,
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

/// What the parts of the world are started with.
struct Outside<'a> {
    brokers: &'a str,
    login: &'a S3Login,
    folder: Option<&'a Folder>,
    clock: &'a Arc<dyn Clock>,
}

/// The parts that `pipeline.toml` names, started.
async fn world(pipeline: &Pipeline, outside: &Outside<'_>) -> Result<(Channel, Vec<Box<dyn Carrier>>)> {
    let (brokers, login) = (outside.brokers, outside.login);
    match &pipeline.source {
        SourcePart::Kafka(kafka, carrier) => {
            sink::ensure_topic(brokers, &kafka.topic, kafka.partitions, TIMEOUT).await?;
            let carrier: Box<dyn Carrier> = match carrier {
                CarrierPart::Process(process) => {
                    let config = pipeline.process_config(&kafka.topic, process, brokers, TIMEOUT);
                    let bucket = outside::bucket(login, &process.bucket)?;
                    Box::new(Processor::new(process.spec.clone(), config, bucket)?)
                }
                CarrierPart::Sink(sink) => {
                    let config = pipeline.sink_config(&kafka.topic, sink, brokers, TIMEOUT);
                    Box::new(Sink::new(config, outside::bucket(login, &sink.bucket)?)?)
                }
            };
            let channel = Channel::Topic {
                brokers: brokers.to_owned(),
                topic: kafka.topic.clone(),
                producer: Producer::new(brokers, TIMEOUT)?,
            };
            Ok((channel, vec![carrier]))
        }
        SourcePart::Files(files) => {
            if let (Some(part), Some(folder)) = (&files.mover, outside.folder) {
                let folder = folder.path().to_path_buf();
                let config = pipeline.mover_config(files, part, folder.clone(), TIMEOUT);
                // The mover itself tries again.
                let bucket = outside::impatient_bucket(login, &files.bucket)?;
                let mover = Mover::new(config, bucket, Arc::clone(outside.clock))?;
                let channel = Channel::Folder {
                    inbox: pipeline.inbox(files, folder),
                    patience: Duration::from_secs(files.seconds_per_file),
                };
                return Ok((channel, vec![Box::new(mover)]));
            }
            let bucket = outside::bucket(login, &files.bucket)?;
            let channel = Channel::Files {
                files: FileDrop::new(pipeline.files_config(files), bucket)?,
                place: format!("s3://{}/{}", files.bucket, files.prefix),
                patience: Duration::from_secs(files.seconds_per_file),
            };
            Ok((channel, Vec::new()))
        }
    }
}

//! The running broker: listening, and the handle by which its owner uses it.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::config::BrokerConfig;
use super::connection;
use super::core::Core;
use super::topics::NewTopic;
use super::wire::frame::Allowance;
use crate::error::{Error, Result};

/// A Kafka broker that runs on the current tokio runtime until it is shut down or dropped.
#[derive(Debug)]
pub struct Broker {
    core: Arc<Core>,
    address: SocketAddr,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Broker {
    /// Recovers from the data directory, if there is one, and starts to listen. Fails if the address is taken, or the
    /// directory cannot be used, is damaged, or belongs to a running broker.
    pub async fn start(config: BrokerConfig) -> Result<Self> {
        let failed = |error| Error::io(format_args!("Kafka broker: {error}"));
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let opening = tokio::task::spawn_blocking(move || Core::open(config, address));
        let core = Arc::new(opening.await.map_err(Error::internal)?.map_err(failed)?);
        let broker = Self { core, address, stop: CancellationToken::new(), tasks: TaskTracker::new() };
        let timed = broker.core.clone();
        let stop = broker.stop.clone();
        broker.tasks.spawn(async move { timed.groups.keep_time(stop).await });
        broker.tasks.spawn(accept(broker.core.clone(), listener, broker.tasks.clone(), broker.stop.clone()));
        tracing::info!(%address, "Kafka broker listens");
        Ok(broker)
    }

    /// Where the broker listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `HOST:PORT` as clients' `bootstrap.servers` wants it.
    pub fn bootstrap_servers(&self) -> String {
        format!("{}:{}", self.core.host, self.address.port())
    }

    /// Creates a topic. Fails if it is there already, the name is not legal, or bounds are met.
    pub fn create_topic(&self, name: &str, partitions: i32) -> Result<()> {
        let new = NewTopic { name, partitions: Some(partitions), max_message_bytes: None };
        match self.core.topics.create(&new, false) {
            Ok(_) => Ok(()),
            Err(error) => Err(Error::io(format_args!("Kafka topic {name} cannot be created: {error}"))),
        }
    }

    /// Every topic with its number of partitions, in order of name.
    pub fn topics(&self) -> Vec<(String, i32)> {
        self.core.topics.all().iter().map(|topic| (topic.name.clone(), topic.width())).collect()
    }

    /// The offset that a partition's next record will get; `None` if there is no such partition.
    pub fn end_offset(&self, topic: &str, partition: i32) -> Option<i64> {
        let topic = self.core.topics.get(topic).ok()?;
        topic.partition(partition).ok().map(|log| log.next_offset())
    }

    /// The offset that a consumer group committed for a partition.
    pub fn committed_offset(&self, group: &str, topic: &str, partition: i32) -> Option<i64> {
        self.core.groups.committed(group, topic, partition).map(|committed| committed.offset)
    }

    /// Closes all connections, ends all tasks and brings what was written to the disk itself.
    pub async fn shutdown(self) -> Result<()> {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        let core = self.core.clone();
        let synced = tokio::task::spawn_blocking(move || core.sync()).await.map_err(Error::internal)?;
        synced.map_err(|error| Error::io(format_args!("Kafka broker: {error}")))
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Takes connections until `stop`.
async fn accept(core: Arc<Core>, listener: TcpListener, tasks: TaskTracker, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(core.config.limits.connections));
    let allowance = Allowance::new(core.config.limits.buffered_bytes);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Most often too many open files; a pause lets some close.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            tracing::warn!(%peer, "refused a connection, since there are too many");
            continue;
        };
        let serving = connection::serve(core.clone(), stream, peer, allowance.clone(), stop.clone());
        tasks.spawn(async move {
            serving.await;
            drop(place);
        });
    }
}

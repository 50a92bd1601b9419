//! What all connections share: configuration, topics, groups, ledger.

use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use kafka_protocol::ResponseError;
use parking_lot::Mutex;

use super::config::BrokerConfig;
use super::group::Coordinator;
use super::ledger::{Fact, Ledger};
use super::topics::Topics;

/// Producer ids are made durable this many at a time.
const PRODUCER_BLOCK: i64 = 1000;

/// The broker's state.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) config: BrokerConfig,
    /// Where clients are told to connect.
    pub(crate) host: String,
    address: SocketAddr,
    pub(crate) topics: Topics,
    pub(crate) groups: Coordinator,
    ledger: Arc<Ledger>,
    producers: Mutex<ProducerIds>,
    /// Held while the data directory is ours.
    _lock: Option<File>,
}

/// Producer ids to give away.
#[derive(Debug)]
struct ProducerIds {
    next: i64,
    /// Ids from here on are not durable yet.
    reserved: i64,
}

impl Core {
    /// Opens the data directory, if there is one, and recovers from it.
    pub(crate) fn open(config: BrokerConfig, address: SocketAddr) -> io::Result<Self> {
        let (lock, ledger, folder) = match &config.data_dir {
            Some(folder) => {
                std::fs::create_dir_all(folder)?;
                let lock = File::create(folder.join("lock"))?;
                lock.try_lock().map_err(|error| {
                    io::Error::other(format!("{} is in use by another broker: {error}", folder.display()))
                })?;
                (Some(lock), Ledger::in_file(folder.join("journal"))?, Some(folder.join("topics")))
            }
            None => (None, Ledger::in_memory(), None),
        };
        let ledger = Arc::new(ledger);
        let (topics, largest_producer) = Topics::open(&config, ledger.clone(), folder)?;
        let next = ledger.read(|known| known.next_producer).max(largest_producer.saturating_add(1));
        let groups = Coordinator::new(ledger.clone(), config.limits.clone());
        let host = config.advertised_host.clone().unwrap_or_else(|| match address.ip() {
            ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
            ip => ip.to_string(),
        });
        let producers = Mutex::new(ProducerIds { next, reserved: next });
        Ok(Self { config, host, address, topics, groups, ledger, producers, _lock: lock })
    }

    /// The port that clients are told to connect to.
    pub(crate) fn port(&self) -> i32 {
        i32::from(self.address.port())
    }

    /// An id that no producer has had.
    pub(crate) fn fresh_producer_id(&self) -> Result<i64, ResponseError> {
        let mut ids = self.producers.lock();
        if ids.next >= ids.reserved {
            let below = ids.next.saturating_add(PRODUCER_BLOCK);
            self.ledger.record(Fact::ProducerIds { below }).map_err(|error| {
                tracing::error!(%error, "producer ids could not be written to the data directory");
                ResponseError::KafkaStorageError
            })?;
            ids.reserved = below;
        }
        ids.next += 1;
        Ok(ids.next - 1)
    }

    /// Sees to it that everything is on the disk itself.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.topics.sync()?;
        self.ledger.sync()
    }
}

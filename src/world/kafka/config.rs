//! How a broker is set up, and the bounds it keeps.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// Settings of a [`Broker`](super::Broker). Names in brackets are those of Apache Kafka's broker settings.
#[derive(Debug, Clone)]
pub struct BrokerConfig {
    /// Where to listen; port 0 takes any free one. [`listeners`]
    pub listen: SocketAddr,
    /// The host name that clients are told to connect to; by default the listening address, or the loopback address
    /// if that is unspecified. [`advertised.listeners`]
    pub advertised_host: Option<String>,
    /// Where topics and committed offsets are kept; without it they live in memory. [`log.dirs`]
    pub data_dir: Option<PathBuf>,
    /// Partitions of a topic that is created without a number. [`num.partitions`]
    pub default_partitions: i32,
    /// Whether asking for an unknown topic's metadata creates it, if the client agrees. [`auto.create.topics.enable`]
    pub auto_create_topics: bool,
    /// Largest record batch in bytes, unless a topic sets `max.message.bytes`. [`message.max.bytes`]
    pub max_message_bytes: usize,
    /// The broker's further bounds.
    pub limits: Limits,
}

/// Bounds that keep one client from using up the process.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest request in bytes; a client that announces more is disconnected. [`socket.request.max.bytes`]
    pub request_bytes: usize,
    /// Bytes of unfinished and unanswered requests over all connections; beyond it the asking client is
    /// disconnected. [`queued.max.request.bytes`]
    pub buffered_bytes: usize,
    /// Largest answer to one fetch, save that a single batch is never split. [`fetch.max.bytes`]
    pub fetch_bytes: usize,
    /// Connections at one time. [`max.connections`]
    pub connections: usize,
    /// How long a connection may stand still, also in the middle of a request or answer. [`connections.max.idle.ms`]
    pub idle: Duration,
    /// Topics in the broker.
    pub topics: usize,
    /// Partitions over all topics; each takes up to two open files once it is used.
    pub partitions: usize,
    /// Consumer groups, those that only have committed offsets included.
    pub groups: usize,
    /// Members of one group. [`group.max.size`]
    pub group_members: usize,
    /// Shortest session timeout that a group member may ask for. [`group.min.session.timeout.ms`]
    pub min_session: Duration,
    /// Longest session timeout that a group member may ask for. [`group.max.session.timeout.ms`]
    pub max_session: Duration,
    /// Longest text that a consumer may commit beside an offset, in bytes. [`offset.metadata.max.bytes`]
    pub offset_metadata_bytes: usize,
}

impl Default for BrokerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            advertised_host: None,
            data_dir: None,
            default_partitions: 1,
            auto_create_topics: true,
            max_message_bytes: 1_048_588,
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_bytes: 100 << 20,
            buffered_bytes: 512 << 20,
            fetch_bytes: 55 << 20,
            connections: 1024,
            idle: Duration::from_secs(600),
            topics: 1024,
            partitions: 4096,
            groups: 4096,
            group_members: 1000,
            min_session: Duration::from_millis(100),
            max_session: Duration::from_secs(1800),
            offset_metadata_bytes: 4096,
        }
    }
}

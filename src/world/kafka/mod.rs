//! An embedded Kafka broker: one node that speaks Kafka's protocol on a TCP port to any client.
//!
//! It has topics with partitions, idempotent producers, long polls, lookups by time and consumer groups with committed
//! offsets, in memory or in a data directory that survives a restart and a killed process. It has no transactions, no
//! replication, no retention (records stay until their topic is deleted), no compaction and no authentication; what it
//! does not have it does not offer, or refuses.
//!
//! From the wire inwards:
//!
//! * `connection` reads requests and writes answers in order, [`wire`] bounds and decodes them;
//! * [`api`] holds the table of APIs and a file per group of them;
//! * `topics` knows the topics, [`log`] keeps a partition's batches and judges idempotent producers;
//! * [`group`] runs consumer groups;
//! * `ledger` is the durable journal of topics, committed offsets and producer ids.
//!
//! The broker reads no clock: records carry their producers' times, and groups' timeouts run on tokio's timers.
//!
//! A data directory holds `lock`, `journal` (one checksummed fact a line) and `topics/ID/PARTITION.log`, the batches
//! of a partition as they came, one after the other.
//!
//! ```no_run
//! # async fn example() -> snowglobe::error::Result<()> {
//! use snowglobe::world::kafka::{Broker, BrokerConfig};
//!
//! let broker = Broker::start(BrokerConfig::default()).await?;
//! broker.create_topic("customer-events", 3)?;
//! println!("bootstrap.servers={}", broker.bootstrap_servers());
//! broker.shutdown().await
//! # }
//! ```

mod api;
mod broker;
mod config;
mod connection;
mod core;
mod group;
mod ledger;
mod log;
mod topics;
mod wire;

#[cfg(test)]
mod tests;

pub use broker::Broker;
pub use config::{BrokerConfig, Limits};

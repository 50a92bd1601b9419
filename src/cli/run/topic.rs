//! How far each partition of a topic reaches.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};

use crate::error::{Error, Result};

/// A topic that was just made may take this long to have its leaders.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(100);

/// The offsets that each partition's next message will get, by partition. Since nothing is ever taken out of a topic's
/// numbering, their sum is the number of messages that were ever sent.
///
/// # Errors
/// [`Error::outside`] when Kafka does not answer or knows no such topic.
pub async fn end_offsets(brokers: &str, topic: &str, timeout: Duration) -> Result<Vec<u64>> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let (servers, name) = (brokers.to_owned(), topic.to_owned());
        let asked = tokio::task::spawn_blocking(move || ask(&servers, &name, timeout)).await;
        match asked.map_err(Error::internal)? {
            Ok(offsets) => return Ok(offsets),
            Err(_) if tokio::time::Instant::now() < deadline => tokio::time::sleep(PAUSE).await,
            Err(why) => {
                let what = format!("Kafka at {brokers}: asking how far topic {topic} reaches: {why}");
                return Err(Error::outside(what).with_hint("check that the broker runs and has the topic"));
            }
        }
    }
}

fn ask(brokers: &str, topic: &str, timeout: Duration) -> std::result::Result<Vec<u64>, String> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("client.id", "snowglobe")
        .set("log.connection.close", "false")
        .create()
        .map_err(|error| error.to_string())?;
    let metadata = consumer
        .fetch_metadata(Some(topic), timeout)
        .map_err(|error| error.to_string())?;
    let mut ids: Vec<i32> = match metadata.topics().iter().find(|found| found.name() == topic) {
        Some(found) if found.error().is_none() => found.partitions().iter().map(|p| p.id()).collect(),
        _ => Vec::new(),
    };
    if ids.is_empty() {
        return Err("there is no such topic".to_owned());
    }
    ids.sort_unstable();
    ids.into_iter()
        .map(|id| {
            let (_, high) = consumer
                .fetch_watermarks(topic, id, timeout)
                .map_err(|error| error.to_string())?;
            Ok(u64::try_from(high).unwrap_or(0))
        })
        .collect()
}

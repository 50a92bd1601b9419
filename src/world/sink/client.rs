//! What the producer and the sink share: settings of a Kafka client, its errors, and making sure of a topic.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::error::{Error, Result};

/// The settings of every client.
pub(in crate::world) fn settings(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", brokers)
        .set("client.id", "snowglobe")
        // An idle connection that a broker closes is nothing to tell a user about.
        .set("log.connection.close", "false")
        .set("reconnect.backoff.ms", "50")
        .set("reconnect.backoff.max.ms", "1000");
    config
}

/// A failure of Kafka's as an error of ours.
pub(in crate::world) fn fault(
    brokers: &str,
    doing: impl std::fmt::Display,
    error: impl std::fmt::Display,
) -> Error {
    Error::outside(format!("Kafka at {brokers}: {doing}: {error}"))
        .with_hint("check that the broker runs and that it advertises an address this machine can reach")
}

/// Whether librdkafka goes on trying by itself after this error.
pub(in crate::world) fn passing(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as E;
    matches!(
        code,
        E::BrokerTransportFailure
            | E::AllBrokersDown
            | E::Resolve
            | E::OperationTimedOut
            | E::RequestTimedOut
            | E::NetworkException
            | E::LeaderNotAvailable
            | E::NotLeaderForPartition
            | E::CoordinatorLoadInProgress
            | E::CoordinatorNotAvailable
            | E::NotCoordinator
    )
}

/// Runs one of librdkafka's blocking calls away from the runtime's own threads.
pub(in crate::world) async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(call).await {
        Ok(result) => result,
        Err(error) => Err(Error::internal(format!("a call to Kafka broke off: {error}"))),
    }
}

/// Creates a topic with so many partitions, unless it is there already; then it stays as it is.
///
/// # Errors
/// [`Error::outside`] when the broker cannot be reached within `timeout` or refuses.
pub async fn ensure_topic(brokers: &str, topic: &str, partitions: i32, timeout: Duration) -> Result<()> {
    let doing = format!("creating the topic {topic}");
    let admin: AdminClient<DefaultClientContext> = settings(brokers)
        .create()
        .map_err(|error| fault(brokers, &doing, error))?;
    let options = AdminOptions::new()
        .request_timeout(Some(timeout))
        .operation_timeout(Some(timeout));
    // One replica is what an embedded broker and a single Kafka have; -1 leaves the number to the broker.
    let topics = [NewTopic::new(topic, partitions, TopicReplication::Fixed(-1))];
    let answers = admin.create_topics(&topics, &options).await;
    let answers = answers.map_err(|error: KafkaError| fault(brokers, &doing, error))?;
    for answer in answers {
        match answer {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((_, code)) => return Err(fault(brokers, &doing, code)),
        }
    }
    Ok(())
}

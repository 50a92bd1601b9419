//! Produce and InitProducerId.
//!
//! Every acknowledgement a producer can ask for means the same here: the one replica has the batch, written to the
//! operating system where there is a data directory. Transactions are refused.

use std::sync::Arc;

use bytes::Bytes;
use kafka_protocol::ResponseError;
use kafka_protocol::messages::produce_request::TopicProduceData;
use kafka_protocol::messages::produce_response::{PartitionProduceResponse, TopicProduceResponse};
use kafka_protocol::messages::{
    InitProducerIdRequest, InitProducerIdResponse, ProduceRequest, ProduceResponse, ProducerId,
};

use super::{Call, Outcome, text};
use crate::world::kafka::topics::Topic;

/// Appends record batches.
pub(super) async fn produce(call: &Call<'_>, request: ProduceRequest) -> Outcome<ProduceResponse> {
    let refused = if !matches!(request.acks, -1..=1) {
        Some(ResponseError::InvalidRequiredAcks)
    } else if request.transactional_id.is_some() {
        Some(ResponseError::TransactionalIdAuthorizationFailed)
    } else {
        None
    };
    let mut failed = false;
    let responses = request.topic_data.into_iter().map(|data| {
        let topic = match refused {
            Some(error) => Err(error),
            None => find(call, &data),
        };
        let response = TopicProduceResponse::default().with_name(data.name).with_topic_id(data.topic_id);
        let partitions = data.partition_data.into_iter().map(|p| {
            let response = PartitionProduceResponse::default().with_index(p.index).with_log_append_time_ms(-1);
            match append(call, &topic, p.index, p.records.unwrap_or_default()) {
                Ok(offset) => response.with_base_offset(offset).with_log_start_offset(0),
                Err(error) => {
                    failed = true;
                    tracing::debug!(%error, partition = p.index, client = call.client_id, "refused a batch");
                    let response = response.with_error_code(error.code()).with_base_offset(-1);
                    response.with_error_message(explained(error).map(text)).with_log_start_offset(-1)
                }
            }
        });
        response.with_partition_responses(partitions.collect())
    });
    let responses = responses.collect();
    match request.acks {
        // A producer that wants no answer learns of a failure by the connection's end, as in Kafka.
        0 if failed => Outcome::Close,
        0 => Outcome::Silence,
        _ => Outcome::Reply(ProduceResponse::default().with_responses(responses)),
    }
}

fn find(call: &Call<'_>, data: &TopicProduceData) -> Result<Arc<Topic>, ResponseError> {
    match call.version {
        ..13 => call.core.topics.get(&data.name),
        _ => call.core.topics.by_id(data.topic_id.as_u128()),
    }
}

fn append(
    call: &Call<'_>,
    topic: &Result<Arc<Topic>, ResponseError>,
    partition: i32,
    records: Bytes,
) -> Result<i64, ResponseError> {
    let topic = topic.as_ref().map_err(|error| *error)?;
    let limit = topic.max_message_bytes.unwrap_or(call.core.config.max_message_bytes);
    topic.partition(partition)?.append(&records, limit)
}

/// Words for the refusals whose code alone leaves a user in the dark.
fn explained(error: ResponseError) -> Option<&'static str> {
    match error {
        ResponseError::TransactionalIdAuthorizationFailed | ResponseError::InvalidTxnState => {
            Some("transactions are not supported")
        }
        ResponseError::InvalidRecord => Some("not exactly one sound record batch"),
        ResponseError::InvalidTimestamp => Some("only the producer's own times (CreateTime) are kept"),
        ResponseError::KafkaStorageError => Some("the data directory could not be written"),
        _ => None,
    }
}

/// Gives a producer an id for idempotence.
pub(super) async fn init_producer_id(call: &Call<'_>, request: InitProducerIdRequest) -> InitProducerIdResponse {
    if request.transactional_id.is_some() {
        // The one error that every client takes as final.
        let code = ResponseError::TransactionalIdAuthorizationFailed.code();
        return InitProducerIdResponse::default()
            .with_error_code(code)
            .with_producer_id(ProducerId(-1))
            .with_producer_epoch(-1);
    }
    match call.core.fresh_producer_id() {
        Ok(id) => InitProducerIdResponse::default().with_producer_id(ProducerId(id)).with_producer_epoch(0),
        Err(error) => InitProducerIdResponse::default()
            .with_error_code(error.code())
            .with_producer_id(ProducerId(-1))
            .with_producer_epoch(-1),
    }
}

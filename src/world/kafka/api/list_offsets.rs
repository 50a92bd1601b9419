//! ListOffsets: first, last and by time.

use kafka_protocol::ResponseError;
use kafka_protocol::messages::list_offsets_request::ListOffsetsPartition;
use kafka_protocol::messages::list_offsets_response::{ListOffsetsPartitionResponse, ListOffsetsTopicResponse};
use kafka_protocol::messages::{ListOffsetsRequest, ListOffsetsResponse};

use super::Call;
use crate::world::kafka::log::{Moment, Stamp};
use crate::world::kafka::topics::Topic;

/// Timestamps with a meaning of their own.
const LATEST: i64 = -1;
const EARLIEST: i64 = -2;
const MAX_TIMESTAMP: i64 = -3;
const EARLIEST_LOCAL: i64 = -4;
const LATEST_TIERED: i64 = -5;

/// Looks offsets up.
pub(super) async fn list_offsets(call: &Call<'_>, request: ListOffsetsRequest) -> ListOffsetsResponse {
    let topics = request.topics.into_iter().map(|wanted| {
        let topic = call.core.topics.get(&wanted.name);
        let partitions = wanted.partitions.iter().map(|partition| {
            let topic = topic.as_ref().map_err(|error| *error);
            let response =
                ListOffsetsPartitionResponse::default().with_partition_index(partition.partition_index);
            let (response, epoch) = match topic.and_then(|topic| look_up(topic, partition)) {
                Ok(Some(found)) => {
                    (response.with_offset(found.offset).with_timestamp(found.timestamp), 0)
                }
                Ok(None) => (response.with_offset(-1).with_timestamp(-1), -1),
                Err(error) => {
                    (response.with_error_code(error.code()).with_offset(-1).with_timestamp(-1), -1)
                }
            };
            // Versions before 4 have no leader epoch, which the encoder takes literally.
            response.with_leader_epoch(if call.version >= 4 { epoch } else { -1 })
        });
        let partitions = partitions.collect();
        ListOffsetsTopicResponse::default().with_name(wanted.name).with_partitions(partitions)
    });
    ListOffsetsResponse::default().with_topics(topics.collect())
}

fn look_up(topic: &Topic, wanted: &ListOffsetsPartition) -> Result<Option<Stamp>, ResponseError> {
    let log = topic.partition(wanted.partition_index)?;
    if wanted.current_leader_epoch > 0 {
        return Err(ResponseError::UnknownLeaderEpoch);
    }
    let untimed = |offset| Ok(Some(Stamp { offset, timestamp: -1 }));
    match wanted.timestamp {
        LATEST => untimed(log.next_offset()),
        EARLIEST | EARLIEST_LOCAL => untimed(0),
        MAX_TIMESTAMP => log.find(Moment::Latest),
        LATEST_TIERED => Ok(None), // nothing is tiered
        timestamp if timestamp >= 0 => log.find(Moment::Since(timestamp)),
        _ => Err(ResponseError::UnsupportedVersion),
    }
}

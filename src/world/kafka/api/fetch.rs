//! Fetch: batches from many partitions, with a long poll until enough is there.
//!
//! Fetch sessions are an optimisation that the protocol lets a broker decline: every answer has session id 0, and
//! clients then name all their partitions each time.

use std::sync::Arc;
use std::time::Duration;

use kafka_protocol::ResponseError;
use kafka_protocol::messages::fetch_request::{FetchPartition, FetchTopic};
use kafka_protocol::messages::fetch_response::{FetchableTopicResponse, PartitionData};
use kafka_protocol::messages::{BrokerId, FetchRequest, FetchResponse};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::Call;
use crate::world::kafka::log::PartitionLog;
use crate::world::kafka::topics::Topic;

/// Waits until `min_bytes` are there or `max_wait_ms` are over, then reads.
pub(super) async fn fetch(call: &Call<'_>, request: FetchRequest) -> FetchResponse {
    if request.session_id != 0 {
        return FetchResponse::default().with_error_code(ResponseError::FetchSessionIdNotFound.code());
    }
    let most = usize::try_from(request.max_bytes).unwrap_or(0).min(call.core.config.limits.fetch_bytes);
    let enough = usize::try_from(request.min_bytes).unwrap_or(0).min(most);
    let wait = Duration::from_millis(u64::try_from(request.max_wait_ms).unwrap_or(0));
    let until = Instant::now() + wait;
    let notify = Arc::new(Notify::new());
    let mut registered = false;
    while !ready(call, &request.topics, enough) && !call.gone.is_cancelled() {
        if !registered {
            register(call, &request.topics, &notify);
            registered = true;
            continue; // what came before we were registered tells nobody
        }
        tokio::select! {
            told = timeout_at(until, notify.notified()) => if told.is_err() { break },
            () = call.gone.cancelled() => break,
        }
    }
    read(call, &request.topics, most)
}

fn find(call: &Call<'_>, topic: &FetchTopic) -> Result<Arc<Topic>, ResponseError> {
    match call.version {
        ..13 => call.core.topics.get(&topic.topic),
        _ => call.core.topics.by_id(topic.topic_id.as_u128()),
    }
}

/// The log that a partition of a request means.
fn log<'a>(
    topic: &'a Result<Arc<Topic>, ResponseError>,
    wanted: &FetchPartition,
) -> Result<&'a Arc<PartitionLog>, ResponseError> {
    let log = topic.as_ref().map_err(|error| *error)?.partition(wanted.partition)?;
    // There has been no election, so every leader epoch is 0; clients that know none say -1.
    if wanted.current_leader_epoch > 0 { Err(ResponseError::UnknownLeaderEpoch) } else { Ok(log) }
}

fn partition_most(wanted: &FetchPartition) -> usize {
    usize::try_from(wanted.partition_max_bytes).unwrap_or(0)
}

/// Whether an answer is due: there are enough bytes, or something went wrong.
fn ready(call: &Call<'_>, topics: &[FetchTopic], enough: usize) -> bool {
    let mut bytes = 0_usize;
    for wanted in topics {
        let topic = find(call, wanted);
        for partition in &wanted.partitions {
            let available = log(&topic, partition)
                .and_then(|log| log.available(partition.fetch_offset, partition_most(partition)));
            match available {
                Ok(more) => bytes = bytes.saturating_add(more),
                Err(_) => return true,
            }
        }
    }
    bytes >= enough
}

/// Has `notify` told of appends to any of the partitions.
fn register(call: &Call<'_>, topics: &[FetchTopic], notify: &Arc<Notify>) {
    for wanted in topics {
        let topic = find(call, wanted);
        wanted.partitions.iter().filter_map(|p| log(&topic, p).ok()).for_each(|log| log.wake(notify));
    }
}

/// Reads what is there, up to `most` bytes over all partitions. A single batch that is larger than any bound is given
/// all the same if it comes first, or its consumer could never go on.
fn read(call: &Call<'_>, topics: &[FetchTopic], most: usize) -> FetchResponse {
    let mut left = most;
    let mut empty = true;
    let mut responses = Vec::with_capacity(topics.len());
    for wanted in topics {
        let topic = find(call, wanted);
        let mut partitions = Vec::with_capacity(wanted.partitions.len());
        for partition in &wanted.partitions {
            let bound = left.min(partition_most(partition));
            let chunk = log(&topic, partition).and_then(|log| log.read(partition.fetch_offset, bound, empty));
            let data = PartitionData::default()
                .with_partition_index(partition.partition)
                .with_aborted_transactions(None)
                .with_preferred_read_replica(BrokerId(-1));
            partitions.push(match chunk {
                Ok(chunk) => {
                    empty &= chunk.records.is_empty();
                    left = left.saturating_sub(chunk.records.len());
                    data.with_high_watermark(chunk.high_watermark)
                        .with_last_stable_offset(chunk.high_watermark)
                        .with_log_start_offset(0)
                        .with_records(Some(chunk.records))
                }
                Err(error) => data
                    .with_error_code(error.code())
                    .with_high_watermark(-1)
                    .with_last_stable_offset(-1)
                    .with_log_start_offset(-1)
                    .with_records(Some(Default::default())),
            });
        }
        let response = FetchableTopicResponse::default().with_topic(wanted.topic.clone());
        responses.push(response.with_topic_id(wanted.topic_id).with_partitions(partitions));
    }
    FetchResponse::default().with_responses(responses)
}

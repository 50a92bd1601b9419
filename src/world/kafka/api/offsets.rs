//! OffsetCommit and OffsetFetch.

use kafka_protocol::ResponseError;
use kafka_protocol::messages::offset_commit_request::OffsetCommitRequestPartition;
use kafka_protocol::messages::offset_commit_response::{OffsetCommitResponsePartition, OffsetCommitResponseTopic};
use kafka_protocol::messages::offset_fetch_response::{
    OffsetFetchResponseGroup, OffsetFetchResponsePartition, OffsetFetchResponsePartitions,
    OffsetFetchResponseTopic, OffsetFetchResponseTopics,
};
use kafka_protocol::messages::{
    OffsetCommitRequest, OffsetCommitResponse, OffsetFetchRequest, OffsetFetchResponse, TopicName,
};

use super::{Call, text};
use crate::world::kafka::group::Speaker;
use crate::world::kafka::ledger::{Committed, GroupOffsets};
use crate::world::kafka::topics::Topic;

/// Keeps a group's offsets.
pub(super) async fn commit(call: &Call<'_>, request: OffsetCommitRequest) -> OffsetCommitResponse {
    let who = Speaker {
        member_id: &request.member_id,
        instance_id: request.group_instance_id.as_deref(),
        generation: request.generation_id_or_member_epoch,
    };
    let may = call.core.groups.may_commit(&request.group_id, who);
    let topics = request.topics.into_iter().map(|wanted| {
        let topic = may.and_then(|()| call.core.topics.get(&wanted.name));
        let mut taken = Vec::new();
        let mut partitions: Vec<_> = wanted
            .partitions
            .iter()
            .map(|partition| {
                let checked = topic.as_ref().map_err(|e| *e).and_then(|t| check(call, t, partition));
                let error_code = super::code(&checked);
                taken.extend(checked);
                let response = OffsetCommitResponsePartition::default();
                response.with_partition_index(partition.partition_index).with_error_code(error_code)
            })
            .collect();
        if !taken.is_empty()
            && let Err(error) = call.core.groups.commit(&request.group_id, &wanted.name, taken)
        {
            partitions.iter_mut().filter(|p| p.error_code == 0).for_each(|p| p.error_code = error.code());
        }
        OffsetCommitResponseTopic::default().with_name(wanted.name).with_partitions(partitions)
    });
    OffsetCommitResponse::default().with_topics(topics.collect())
}

fn check(
    call: &Call<'_>,
    topic: &Topic,
    wanted: &OffsetCommitRequestPartition,
) -> Result<(i32, Committed), ResponseError> {
    topic.partition(wanted.partition_index)?;
    let metadata = wanted.committed_metadata.as_deref().unwrap_or_default();
    if metadata.len() > call.core.config.limits.offset_metadata_bytes {
        return Err(ResponseError::OffsetMetadataTooLarge);
    }
    let committed = Committed {
        offset: wanted.committed_offset,
        epoch: wanted.committed_leader_epoch,
        metadata: metadata.to_owned(),
    };
    Ok((wanted.partition_index, committed))
}

/// Answers the offsets of one group, or of several in later versions.
pub(super) async fn fetch(call: &Call<'_>, request: OffsetFetchRequest) -> OffsetFetchResponse {
    if call.version >= 8 {
        let groups = request.groups.into_iter().map(|group| {
            let offsets = call.core.groups.offsets(&group.group_id);
            let wanted = group.topics.map(|topics| {
                topics.into_iter().map(|t| (t.name.to_string(), t.partition_indexes)).collect()
            });
            let topics = select(&offsets, wanted).into_iter().map(|(name, partitions)| {
                let partitions = partitions.into_iter().map(|(index, committed)| {
                    let (offset, epoch, metadata) = parts(committed);
                    OffsetFetchResponsePartitions::default()
                        .with_partition_index(index)
                        .with_committed_offset(offset)
                        .with_committed_leader_epoch(epoch)
                        .with_metadata(Some(text(metadata)))
                });
                let topic = OffsetFetchResponseTopics::default().with_name(TopicName(text(name)));
                topic.with_partitions(partitions.collect())
            });
            let response = OffsetFetchResponseGroup::default().with_topics(topics.collect());
            response.with_group_id(group.group_id)
        });
        return OffsetFetchResponse::default().with_groups(groups.collect());
    }
    let offsets = call.core.groups.offsets(&request.group_id);
    let wanted = request
        .topics
        .map(|topics| topics.into_iter().map(|t| (t.name.to_string(), t.partition_indexes)).collect());
    let topics = select(&offsets, wanted).into_iter().map(|(name, partitions)| {
        let partitions = partitions.into_iter().map(|(index, committed)| {
            let (offset, epoch, metadata) = parts(committed);
            OffsetFetchResponsePartition::default()
                .with_partition_index(index)
                .with_committed_offset(offset)
                .with_committed_leader_epoch(epoch)
                .with_metadata(Some(text(metadata)))
        });
        let topic = OffsetFetchResponseTopic::default().with_name(TopicName(text(name)));
        topic.with_partitions(partitions.collect())
    });
    OffsetFetchResponse::default().with_topics(topics.collect())
}

type Selected<'a> = Vec<(String, Vec<(i32, Option<&'a Committed>)>)>;

/// The wanted partitions with their offsets; all that there are if none are named.
fn select(offsets: &GroupOffsets, wanted: Option<Vec<(String, Vec<i32>)>>) -> Selected<'_> {
    match wanted {
        Some(topics) => topics
            .into_iter()
            .map(|(name, indexes)| {
                let known = offsets.get(&name);
                let find = |index| (index, known.and_then(|partitions| partitions.get(&index)));
                let found = indexes.into_iter().map(find).collect();
                (name, found)
            })
            .collect(),
        None => offsets
            .iter()
            .map(|(name, partitions)| (name.clone(), partitions.iter().map(|(i, c)| (*i, Some(c))).collect()))
            .collect(),
    }
}

/// Offset, epoch and metadata; offset -1 says that nothing was committed.
fn parts(committed: Option<&Committed>) -> (i64, i32, String) {
    committed.map_or((-1, -1, String::new()), |c| (c.offset, c.epoch, c.metadata.clone()))
}

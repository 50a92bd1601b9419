//! CreateTopics, DeleteTopics and CreatePartitions.

use kafka_protocol::ResponseError;
use kafka_protocol::messages::create_partitions_request::CreatePartitionsTopic;
use kafka_protocol::messages::create_partitions_response::CreatePartitionsTopicResult;
use kafka_protocol::messages::create_topics_request::CreatableTopic;
use kafka_protocol::messages::create_topics_response::CreatableTopicResult;
use kafka_protocol::messages::delete_topics_request::DeleteTopicState;
use kafka_protocol::messages::delete_topics_response::DeletableTopicResult;
use kafka_protocol::messages::{
    CreatePartitionsRequest, CreatePartitionsResponse, CreateTopicsRequest, CreateTopicsResponse,
    DeleteTopicsRequest, DeleteTopicsResponse, TopicName,
};

use super::{Call, NODE, configs, text};
use crate::world::kafka::topics::NewTopic;

/// A refusal, with words where the code alone says too little.
type Refusal = (ResponseError, Option<String>);

/// Creates topics.
pub(super) async fn create(call: &Call<'_>, request: CreateTopicsRequest) -> CreateTopicsResponse {
    let dry_run = request.validate_only;
    let named = |name: &TopicName| request.topics.iter().filter(|t| t.name == *name).count();
    let results = request.topics.iter().map(|wanted| {
        let made = match named(&wanted.name) {
            1 => create_one(call, wanted, dry_run),
            _ => Err((ResponseError::InvalidRequest, Some("the topic is named twice".to_owned()))),
        };
        let result = CreatableTopicResult::default().with_name(wanted.name.clone());
        match made {
            Ok((id, partitions)) => result
                .with_topic_id(if dry_run { Default::default() } else { id.parse().unwrap_or_default() })
                .with_num_partitions(partitions)
                .with_replication_factor(1)
                .with_configs(Some(Vec::new())),
            Err((error, message)) => {
                let result = result.with_error_code(error.code()).with_error_message(message.map(text));
                result.with_configs(Some(Vec::new()))
            }
        }
    });
    CreateTopicsResponse::default().with_topics(results.collect())
}

fn create_one(call: &Call<'_>, wanted: &CreatableTopic, dry_run: bool) -> Result<(String, i32), Refusal> {
    let partitions = if wanted.assignments.is_empty() {
        if !matches!(wanted.replication_factor, -1 | 1) {
            return Err((ResponseError::InvalidReplicationFactor, Some("there is one broker".to_owned())));
        }
        (wanted.num_partitions != -1).then_some(wanted.num_partitions)
    } else {
        let mut indexes: Vec<i32> = wanted.assignments.iter().map(|a| a.partition_index).collect();
        indexes.sort_unstable();
        let in_row = indexes.iter().zip(0..).all(|(index, expected)| *index == expected);
        let here = wanted.assignments.iter().all(|a| a.broker_ids.len() == 1 && a.broker_ids.iter().all(|b| b.0 == NODE));
        if !in_row || !here || wanted.num_partitions != -1 || wanted.replication_factor != -1 {
            return Err((ResponseError::InvalidReplicaAssignment, Some(format!("the one broker is {NODE}"))));
        }
        Some(i32::try_from(indexes.len()).unwrap_or(i32::MAX))
    };
    let settings = wanted.configs.iter().map(|c| (c.name.as_str(), c.value.as_deref()));
    let max_message_bytes = configs::accept(settings).map_err(|m| (ResponseError::InvalidConfig, Some(m)))?;
    let new = NewTopic { name: &wanted.name, partitions, max_message_bytes };
    let topic = call.core.topics.create(&new, dry_run).map_err(|error| (error, None))?;
    Ok((topic.hex_id(), partitions.unwrap_or(call.core.config.default_partitions)))
}

/// Deletes topics, named or by id.
pub(super) async fn delete(call: &Call<'_>, request: DeleteTopicsRequest) -> DeleteTopicsResponse {
    let by_name = request.topic_names.into_iter().map(|name| DeleteTopicState::default().with_name(Some(name)));
    let results = request.topics.into_iter().chain(by_name).map(|wanted| {
        let found = match &wanted.name {
            Some(name) => call.core.topics.get(name),
            None => call.core.topics.by_id(wanted.topic_id.as_u128()),
        };
        let result = DeletableTopicResult::default();
        match found.and_then(|topic| call.core.topics.delete(&topic.name).map(|()| topic)) {
            Ok(topic) => result
                .with_name(Some(TopicName(text(&topic.name))))
                .with_topic_id(topic.hex_id().parse().unwrap_or_default()),
            Err(error) => {
                result.with_error_code(error.code()).with_name(wanted.name).with_topic_id(wanted.topic_id)
            }
        }
    });
    DeleteTopicsResponse::default().with_responses(results.collect())
}

/// Gives topics more partitions.
pub(super) async fn widen(call: &Call<'_>, request: CreatePartitionsRequest) -> CreatePartitionsResponse {
    let dry_run = request.validate_only;
    let widened = |wanted: &CreatePartitionsTopic| -> Result<(), ResponseError> {
        let mut assigned = wanted.assignments.iter().flatten();
        if !assigned.all(|a| a.broker_ids.len() == 1 && a.broker_ids.iter().all(|b| b.0 == NODE)) {
            return Err(ResponseError::InvalidReplicaAssignment);
        }
        call.core.topics.widen(&wanted.name, wanted.count, dry_run)
    };
    let results = request.topics.into_iter().map(|wanted| {
        CreatePartitionsTopicResult::default().with_error_code(super::code(&widened(&wanted))).with_name(wanted.name)
    });
    CreatePartitionsResponse::default().with_results(results.collect())
}

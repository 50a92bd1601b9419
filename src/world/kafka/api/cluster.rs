//! Metadata and DescribeCluster: one node, which leads every partition.

use std::sync::Arc;

use kafka_protocol::ResponseError;
use kafka_protocol::messages::describe_cluster_response::DescribeClusterBroker;
use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
use kafka_protocol::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use kafka_protocol::messages::{
    BrokerId, DescribeClusterRequest, DescribeClusterResponse, MetadataRequest, MetadataResponse, TopicName,
};

use super::{CLUSTER, Call, NODE, OPERATIONS_UNKNOWN, text};
use crate::world::kafka::topics::Topic;

/// Names all or some topics, and creates those that are not there if client and broker agree to that.
pub(super) async fn metadata(call: &Call<'_>, request: MetadataRequest) -> MetadataResponse {
    let create = request.allow_auto_topic_creation && call.core.config.auto_create_topics;
    let topics = match request.topics {
        // In the first version no topics meant all.
        Some(topics) if !(topics.is_empty() && call.version == 0) => {
            topics.into_iter().map(|topic| named(call, topic, create)).collect()
        }
        _ => call.core.topics.all().iter().map(known).collect(),
    };
    let broker = MetadataResponseBroker::default()
        .with_node_id(BrokerId(NODE))
        .with_host(text(&call.core.host))
        .with_port(call.core.port());
    MetadataResponse::default()
        .with_brokers(vec![broker])
        .with_cluster_id(Some(text(CLUSTER)))
        .with_controller_id(BrokerId(NODE))
        .with_cluster_authorized_operations(OPERATIONS_UNKNOWN)
        .with_topics(topics)
}

fn named(call: &Call<'_>, wanted: MetadataRequestTopic, create: bool) -> MetadataResponseTopic {
    let found = match &wanted.name {
        Some(name) if create => call.core.topics.get_or_create(name),
        Some(name) => crate::world::kafka::topics::check_name(name).and_then(|()| call.core.topics.get(name)),
        None => call.core.topics.by_id(wanted.topic_id.as_u128()),
    };
    match found {
        Ok(topic) => known(&topic),
        Err(error) => {
            // Versions before 12 have no way of leaving the name out.
            let name = wanted.name.or_else(|| (call.version < 12).then(TopicName::default));
            MetadataResponseTopic::default()
                .with_error_code(error.code())
                .with_name(name)
                .with_topic_id(wanted.topic_id)
                .with_topic_authorized_operations(OPERATIONS_UNKNOWN)
        }
    }
}

fn known(topic: &Arc<Topic>) -> MetadataResponseTopic {
    let partition = |index| {
        MetadataResponsePartition::default()
            .with_partition_index(index)
            .with_leader_id(BrokerId(NODE))
            .with_leader_epoch(0)
            .with_replica_nodes(vec![BrokerId(NODE)])
            .with_isr_nodes(vec![BrokerId(NODE)])
    };
    MetadataResponseTopic::default()
        .with_name(Some(TopicName(text(&topic.name))))
        .with_topic_id(topic.hex_id().parse().unwrap_or_default())
        .with_partitions((0..topic.width()).map(partition).collect())
        .with_topic_authorized_operations(OPERATIONS_UNKNOWN)
}

/// Names the one node.
pub(super) async fn describe(call: &Call<'_>, request: DescribeClusterRequest) -> DescribeClusterResponse {
    // Type 1 asks for brokers, type 2 for controllers, which are no nodes of their own here.
    if call.version >= 1 && request.endpoint_type != 1 {
        return DescribeClusterResponse::default()
            .with_error_code(ResponseError::UnsupportedEndpointType.code())
            .with_endpoint_type(request.endpoint_type);
    }
    let broker = DescribeClusterBroker::default()
        .with_broker_id(BrokerId(NODE))
        .with_host(text(&call.core.host))
        .with_port(call.core.port());
    DescribeClusterResponse::default()
        .with_cluster_id(text(CLUSTER))
        .with_controller_id(BrokerId(NODE))
        .with_brokers(vec![broker])
        .with_cluster_authorized_operations(OPERATIONS_UNKNOWN)
}

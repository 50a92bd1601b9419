//! The outlines of the requests that the broker takes, after the protocol's own message definitions
//! (`clients/src/main/resources/common/message` in Apache Kafka).

use kafka_protocol::messages::ApiKey;

use super::shape::Shape::{Blob, Fixed, Scalars, Structs, Text, Texts};
use super::shape::{Field, all, since, within};

const API_VERSIONS: &[Field] = &[since(3, Text), since(3, Text)];

const METADATA: &[Field] = &[
    all(Structs(&[since(10, Fixed(16)), all(Text)])),
    since(4, Fixed(1)),
    within(8, 10, Fixed(1)),
    since(8, Fixed(1)),
];

const PRODUCE: &[Field] = &[
    all(Text),
    all(Fixed(2 + 4)),
    all(Structs(&[
        within(0, 12, Text),
        since(13, Fixed(16)),
        all(Structs(&[all(Fixed(4)), all(Blob)])),
    ])),
];

const FETCH: &[Field] = &[
    within(0, 14, Fixed(4)),
    all(Fixed(4 + 4 + 4 + 1)),
    since(7, Fixed(4 + 4)),
    all(Structs(&[
        within(0, 12, Text),
        since(13, Fixed(16)),
        all(Structs(&[
            all(Fixed(4)),
            since(9, Fixed(4)),
            all(Fixed(8)),
            since(12, Fixed(4)),
            since(5, Fixed(8)),
            all(Fixed(4)),
        ])),
    ])),
    since(7, Structs(&[within(0, 12, Text), since(13, Fixed(16)), all(Scalars(4))])),
    since(11, Text),
];

const LIST_OFFSETS: &[Field] = &[
    all(Fixed(4)),
    since(2, Fixed(1)),
    all(Structs(&[all(Text), all(Structs(&[all(Fixed(4)), since(4, Fixed(4)), all(Fixed(8))]))])),
    since(10, Fixed(4)),
];

const FIND_COORDINATOR: &[Field] = &[within(0, 3, Text), since(1, Fixed(1)), since(4, Texts)];

const JOIN_GROUP: &[Field] = &[
    all(Text),
    all(Fixed(4)),
    since(1, Fixed(4)),
    all(Text),
    since(5, Text),
    all(Text),
    all(Structs(&[all(Text), all(Blob)])),
    since(8, Text),
];

const SYNC_GROUP: &[Field] = &[
    all(Text),
    all(Fixed(4)),
    all(Text),
    since(3, Text),
    since(5, Text),
    since(5, Text),
    all(Structs(&[all(Text), all(Blob)])),
];

const HEARTBEAT: &[Field] = &[all(Text), all(Fixed(4)), all(Text), since(3, Text)];

const LEAVE_GROUP: &[Field] =
    &[all(Text), within(0, 2, Text), since(3, Structs(&[all(Text), all(Text), since(5, Text)]))];

const OFFSET_COMMIT: &[Field] = &[
    all(Text),
    all(Fixed(4)),
    all(Text),
    since(7, Text),
    within(0, 4, Fixed(8)),
    all(Structs(&[
        all(Text),
        all(Structs(&[all(Fixed(4)), all(Fixed(8)), since(6, Fixed(4)), all(Text)])),
    ])),
];

const OFFSET_FETCH: &[Field] = &[
    within(0, 7, Text),
    within(0, 7, Structs(&[all(Text), all(Scalars(4))])),
    since(
        8,
        Structs(&[
            all(Text),
            since(9, Text),
            since(9, Fixed(4)),
            all(Structs(&[all(Text), all(Scalars(4))])),
        ]),
    ),
    since(7, Fixed(1)),
];

const LIST_GROUPS: &[Field] = &[since(4, Texts), since(5, Texts)];

const DESCRIBE_GROUPS: &[Field] = &[all(Texts), since(3, Fixed(1))];

const DELETE_GROUPS: &[Field] = &[all(Texts)];

const CREATE_TOPICS: &[Field] = &[
    all(Structs(&[
        all(Text),
        all(Fixed(4 + 2)),
        all(Structs(&[all(Fixed(4)), all(Scalars(4))])),
        all(Structs(&[all(Text), all(Text)])),
    ])),
    all(Fixed(4 + 1)),
];

const DELETE_TOPICS: &[Field] =
    &[since(6, Structs(&[all(Text), all(Fixed(16))])), within(0, 5, Texts), all(Fixed(4))];

const CREATE_PARTITIONS: &[Field] = &[
    all(Structs(&[all(Text), all(Fixed(4)), all(Structs(&[all(Scalars(4))]))])),
    all(Fixed(4 + 1)),
];

const INIT_PRODUCER_ID: &[Field] = &[all(Text), all(Fixed(4)), since(3, Fixed(8 + 2))];

const DESCRIBE_CONFIGS: &[Field] =
    &[all(Structs(&[all(Fixed(1)), all(Text), all(Texts)])), all(Fixed(1)), since(3, Fixed(1))];

const DESCRIBE_CLUSTER: &[Field] = &[all(Fixed(1)), since(1, Fixed(1)), since(2, Fixed(1))];

/// The outline of a request; `None` for one that the broker does not take.
pub(crate) fn outline(api: ApiKey) -> Option<&'static [Field]> {
    Some(match api {
        ApiKey::ApiVersions => API_VERSIONS,
        ApiKey::Metadata => METADATA,
        ApiKey::Produce => PRODUCE,
        ApiKey::Fetch => FETCH,
        ApiKey::ListOffsets => LIST_OFFSETS,
        ApiKey::FindCoordinator => FIND_COORDINATOR,
        ApiKey::JoinGroup => JOIN_GROUP,
        ApiKey::SyncGroup => SYNC_GROUP,
        ApiKey::Heartbeat => HEARTBEAT,
        ApiKey::LeaveGroup => LEAVE_GROUP,
        ApiKey::OffsetCommit => OFFSET_COMMIT,
        ApiKey::OffsetFetch => OFFSET_FETCH,
        ApiKey::ListGroups => LIST_GROUPS,
        ApiKey::DescribeGroups => DESCRIBE_GROUPS,
        ApiKey::DeleteGroups => DELETE_GROUPS,
        ApiKey::CreateTopics => CREATE_TOPICS,
        ApiKey::DeleteTopics => DELETE_TOPICS,
        ApiKey::CreatePartitions => CREATE_PARTITIONS,
        ApiKey::InitProducerId => INIT_PRODUCER_ID,
        ApiKey::DescribeConfigs => DESCRIBE_CONFIGS,
        ApiKey::DescribeCluster => DESCRIBE_CLUSTER,
        _ => return None,
    })
}

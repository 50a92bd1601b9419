//! The broker's APIs: one table, and one file per group of APIs.
//!
//! To add an API, add its handler, its line in the table below and its outline in `wire/shapes.rs`. The table is what
//! ApiVersions tells clients, so nothing is offered that is not handled. Version ranges end where a version would
//! ask for what this broker does not have; Fetch ends at 16, as 17 is about replicas' disks only.

mod cluster;
mod configs;
mod fetch;
mod group_admin;
mod list_offsets;
mod membership;
mod offsets;
mod produce;
mod topics;
mod versions;

use bytes::Bytes;
use kafka_protocol::ResponseError;
use kafka_protocol::messages::{
    ApiKey, ApiVersionsRequest, CreatePartitionsRequest, CreateTopicsRequest, DeleteGroupsRequest,
    DeleteTopicsRequest, DescribeClusterRequest, DescribeConfigsRequest, DescribeGroupsRequest, FetchRequest,
    FindCoordinatorRequest, HeartbeatRequest, InitProducerIdRequest, JoinGroupRequest, LeaveGroupRequest,
    ListGroupsRequest, ListOffsetsRequest, MetadataRequest, OffsetCommitRequest, OffsetFetchRequest,
    ProduceRequest, SyncGroupRequest,
};
use kafka_protocol::protocol::{Encodable, HeaderVersion, StrBytes};
use tokio_util::sync::CancellationToken;

use super::core::Core;
use super::wire::{self, RequestFrame, Unreadable};

/// The broker's only node.
pub(crate) const NODE: i32 = 1;
/// The name of the cluster.
pub(crate) const CLUSTER: &str = "snowglobe";
/// The protocol's word for authorized operations that were not asked for.
const OPERATIONS_UNKNOWN: i32 = i32::MIN;

/// One request being answered.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) core: &'a Core,
    pub(crate) version: i16,
    pub(crate) client_id: &'a str,
    pub(crate) client_host: &'a str,
    /// Cancelled when the client has closed its connection, or the broker stops.
    pub(crate) gone: &'a CancellationToken,
}

/// What becomes of a request.
pub(crate) enum Outcome<T> {
    /// An answer.
    Reply(T),
    /// No answer, as the client wished.
    Silence,
    /// The connection is closed.
    Close,
}

/// What a handler gives back: an outcome, or just the answer.
trait Answered {
    type Message: Encodable + HeaderVersion;

    fn outcome(self) -> Outcome<Self::Message>;
}

impl<T: Encodable + HeaderVersion> Answered for T {
    type Message = T;

    fn outcome(self) -> Outcome<T> {
        Outcome::Reply(self)
    }
}

impl<T: Encodable + HeaderVersion> Answered for Outcome<T> {
    type Message = T;

    fn outcome(self) -> Outcome<T> {
        self
    }
}

macro_rules! apis {
    ($($api:ident($request:ty), $least:literal to $most:literal => $handler:path;)*) => {
        /// Every API with its least and greatest version.
        pub(crate) const OFFERED: &[(ApiKey, i16, i16)] = &[$((ApiKey::$api, $least, $most)),*];

        /// Answers a request: the bytes to send, if any, or `Err` to close the connection.
        pub(crate) async fn answer(call: &Call<'_>, frame: &RequestFrame) -> Result<Option<Bytes>, Unreadable> {
            let closed = Unreadable::Body(frame.api, frame.version);
            match frame.api {
                $(ApiKey::$api => {
                    let request = frame.decode::<$request>()?;
                    match $handler(call, request).await.outcome() {
                        Outcome::Reply(message) => {
                            let bytes = wire::reply(&message, frame.version, frame.correlation);
                            bytes.map(Some).map_err(|error| {
                                tracing::error!(%error, api = ?frame.api, "an answer could not be encoded");
                                closed
                            })
                        }
                        Outcome::Silence => Ok(None),
                        Outcome::Close => Err(closed),
                    }
                })*
                _ => Err(Unreadable::Api(frame.api as i16, frame.version)),
            }
        }
    };
}

apis! {
    Produce(ProduceRequest), 3 to 13 => produce::produce;
    Fetch(FetchRequest), 4 to 16 => fetch::fetch;
    ListOffsets(ListOffsetsRequest), 1 to 10 => list_offsets::list_offsets;
    Metadata(MetadataRequest), 0 to 13 => cluster::metadata;
    OffsetCommit(OffsetCommitRequest), 2 to 9 => offsets::commit;
    OffsetFetch(OffsetFetchRequest), 1 to 9 => offsets::fetch;
    FindCoordinator(FindCoordinatorRequest), 0 to 6 => membership::find_coordinator;
    JoinGroup(JoinGroupRequest), 0 to 9 => membership::join;
    Heartbeat(HeartbeatRequest), 0 to 4 => membership::heartbeat;
    LeaveGroup(LeaveGroupRequest), 0 to 5 => membership::leave;
    SyncGroup(SyncGroupRequest), 0 to 5 => membership::sync;
    DescribeGroups(DescribeGroupsRequest), 0 to 6 => group_admin::describe;
    ListGroups(ListGroupsRequest), 0 to 5 => group_admin::list;
    ApiVersions(ApiVersionsRequest), 0 to 4 => versions::versions;
    CreateTopics(CreateTopicsRequest), 2 to 7 => topics::create;
    DeleteTopics(DeleteTopicsRequest), 1 to 6 => topics::delete;
    InitProducerId(InitProducerIdRequest), 0 to 5 => produce::init_producer_id;
    DescribeConfigs(DescribeConfigsRequest), 1 to 4 => configs::describe;
    CreatePartitions(CreatePartitionsRequest), 0 to 3 => topics::widen;
    DeleteGroups(DeleteGroupsRequest), 0 to 2 => group_admin::delete;
    DescribeCluster(DescribeClusterRequest), 0 to 2 => cluster::describe;
}

/// The least and greatest version of an API, if the broker has it.
pub(crate) fn offered(api: ApiKey) -> Option<(i16, i16)> {
    OFFERED.iter().find(|(key, _, _)| *key == api).map(|(_, least, most)| (*least, *most))
}

/// The answer to an ApiVersions request of a version that is not offered.
pub(crate) fn downgrade(correlation: i32) -> Result<Bytes, String> {
    wire::reply(&versions::unsupported(), 0, correlation)
}

/// An error as a code; success is 0.
fn code<T>(result: &Result<T, ResponseError>) -> i16 {
    result.as_ref().err().map_or(0, ResponseError::code)
}

/// Text for the wire.
fn text(text: impl Into<String>) -> StrBytes {
    StrBytes::from_string(text.into())
}

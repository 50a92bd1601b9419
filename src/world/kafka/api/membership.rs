//! FindCoordinator, JoinGroup, SyncGroup, Heartbeat and LeaveGroup.

use std::time::Duration;

use kafka_protocol::ResponseError;
use kafka_protocol::messages::find_coordinator_response::Coordinator as Found;
use kafka_protocol::messages::join_group_response::JoinGroupResponseMember;
use kafka_protocol::messages::leave_group_response::MemberResponse;
use kafka_protocol::messages::{
    BrokerId, FindCoordinatorRequest, FindCoordinatorResponse, HeartbeatRequest, HeartbeatResponse,
    JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest, LeaveGroupResponse, SyncGroupRequest,
    SyncGroupResponse,
};

use super::{Call, NODE, code, text};
use crate::world::kafka::group::{Coordinator, Join, Protocol, Speaker};

/// Kinds of coordinator.
const GROUP: i8 = 0;
const TRANSACTION: i8 = 1;

/// Names the one node, for groups; the transaction coordinator is there too, to refuse transactions in words that
/// clients take as final.
pub(super) async fn find_coordinator(call: &Call<'_>, request: FindCoordinatorRequest) -> FindCoordinatorResponse {
    let error = match request.key_type {
        GROUP | TRANSACTION => None,
        _ => Some(ResponseError::InvalidRequest),
    };
    let error_code = error.map_or(0, |e| e.code());
    let node = BrokerId(if error.is_some() { -1 } else { NODE });
    let (host, port) = match error {
        None => (text(&call.core.host), call.core.port()),
        Some(_) => (text(""), -1),
    };
    if call.version <= 3 {
        return FindCoordinatorResponse::default()
            .with_error_code(error_code)
            .with_node_id(node)
            .with_host(host)
            .with_port(port);
    }
    let found = request.coordinator_keys.into_iter().map(|key| {
        let found = Found::default().with_key(key).with_error_code(error_code);
        found.with_node_id(node).with_host(host.clone()).with_port(port)
    });
    FindCoordinatorResponse::default().with_coordinators(found.collect())
}

/// Joins a group.
pub(super) async fn join(call: &Call<'_>, request: JoinGroupRequest) -> JoinGroupResponse {
    let session = Duration::from_millis(u64::try_from(request.session_timeout_ms).unwrap_or(0));
    let protocols = request.protocols.into_iter();
    // Held for as long as the member is, so it must not keep the whole request.
    let own = |bytes: bytes::Bytes| bytes::Bytes::copy_from_slice(&bytes);
    let join = Join {
        member_id: request.member_id.to_string(),
        instance_id: request.group_instance_id.map(|id| id.to_string()),
        client_id: call.client_id.to_owned(),
        client_host: call.client_host.to_owned(),
        session,
        rebalance: Coordinator::rebalance_or_session(request.rebalance_timeout_ms, session),
        protocol_type: request.protocol_type.to_string(),
        protocols: protocols.map(|p| Protocol { name: p.name.to_string(), metadata: own(p.metadata) }).collect(),
        learns_id: call.version >= 4,
        skips_assignment: call.version >= 9,
    };
    let joined = tokio::select! {
        joined = call.core.groups.join(&request.group_id, join) => joined,
        // Nobody reads this answer.
        () = call.gone.cancelled() => return JoinGroupResponse::default(),
    };
    match joined {
        Ok(joined) => {
            let members = joined.members.into_iter().map(|m| {
                JoinGroupResponseMember::default()
                    .with_member_id(text(m.member_id))
                    .with_group_instance_id(m.instance_id.map(text))
                    .with_metadata(m.metadata)
            });
            JoinGroupResponse::default()
                .with_generation_id(joined.generation)
                .with_protocol_type(Some(text(joined.protocol_type)))
                .with_protocol_name(Some(text(joined.protocol)))
                .with_leader(text(joined.leader))
                .with_skip_assignment(joined.skip_assignment)
                .with_member_id(text(joined.member_id))
                .with_members(members.collect())
        }
        Err(refused) => JoinGroupResponse::default()
            .with_error_code(refused.error.code())
            .with_generation_id(-1)
            .with_protocol_name((call.version < 7).then(Default::default))
            .with_member_id(text(refused.member_id)),
    }
}

/// Hands out assignments.
pub(super) async fn sync(call: &Call<'_>, request: SyncGroupRequest) -> SyncGroupResponse {
    let who = Speaker {
        member_id: &request.member_id,
        instance_id: request.group_instance_id.as_deref(),
        generation: request.generation_id,
    };
    let protocol = request.protocol_type.as_deref().zip(request.protocol_name.as_deref());
    let own = |bytes: &bytes::Bytes| bytes::Bytes::copy_from_slice(bytes);
    let assignments =
        request.assignments.iter().map(|a| (a.member_id.to_string(), own(&a.assignment))).collect();
    let synced = tokio::select! {
        synced = call.core.groups.sync(&request.group_id, who, protocol, assignments) => synced,
        () = call.gone.cancelled() => return SyncGroupResponse::default(),
    };
    match synced {
        Ok(synced) => SyncGroupResponse::default()
            .with_protocol_type(Some(text(synced.protocol_type)))
            .with_protocol_name(Some(text(synced.protocol)))
            .with_assignment(synced.assignment),
        Err(error) => SyncGroupResponse::default().with_error_code(error.code()),
    }
}

/// Takes a sign of life.
pub(super) async fn heartbeat(call: &Call<'_>, request: HeartbeatRequest) -> HeartbeatResponse {
    let who = Speaker {
        member_id: &request.member_id,
        instance_id: request.group_instance_id.as_deref(),
        generation: request.generation_id,
    };
    let alive = call.core.groups.heartbeat(&request.group_id, who);
    HeartbeatResponse::default().with_error_code(code(&alive))
}

/// Lets members go.
pub(super) async fn leave(call: &Call<'_>, request: LeaveGroupRequest) -> LeaveGroupResponse {
    let groups = &call.core.groups;
    if call.version <= 2 {
        let left = groups.leave(&request.group_id, &request.member_id, None);
        return LeaveGroupResponse::default().with_error_code(code(&left));
    }
    let members = request.members.into_iter().map(|m| {
        let left = groups.leave(&request.group_id, &m.member_id, m.group_instance_id.as_deref());
        MemberResponse::default()
            .with_member_id(m.member_id)
            .with_group_instance_id(m.group_instance_id)
            .with_error_code(code(&left))
    });
    LeaveGroupResponse::default().with_members(members.collect())
}

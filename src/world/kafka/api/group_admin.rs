//! ListGroups, DescribeGroups and DeleteGroups.

use kafka_protocol::ResponseError;
use kafka_protocol::messages::delete_groups_response::DeletableGroupResult;
use kafka_protocol::messages::describe_groups_response::{DescribedGroup, DescribedGroupMember};
use kafka_protocol::messages::list_groups_response::ListedGroup;
use kafka_protocol::messages::{
    DeleteGroupsRequest, DeleteGroupsResponse, DescribeGroupsRequest, DescribeGroupsResponse, GroupId,
    ListGroupsRequest, ListGroupsResponse,
};

use super::{Call, OPERATIONS_UNKNOWN, code, text};
use crate::world::kafka::group::Description;

/// What Kafka calls groups whose members assign partitions among themselves.
const CLASSIC: &str = "classic";

/// Lists groups.
pub(super) async fn list(call: &Call<'_>, request: ListGroupsRequest) -> ListGroupsResponse {
    let states = request.states_filter;
    let types = request.types_filter;
    let wanted = types.is_empty() || types.iter().any(|t| t.eq_ignore_ascii_case(CLASSIC));
    let groups = call.core.groups.list().into_iter().filter_map(|(id, phase, protocol_type)| {
        let shown = states.is_empty() || states.iter().any(|s| s.eq_ignore_ascii_case(phase.name()));
        (wanted && shown).then(|| {
            ListedGroup::default()
                .with_group_id(GroupId(text(id)))
                .with_protocol_type(text(protocol_type))
                .with_group_state(text(phase.name()))
                .with_group_type(text(CLASSIC))
        })
    });
    ListGroupsResponse::default().with_groups(groups.collect())
}

/// Describes groups.
pub(super) async fn describe(call: &Call<'_>, request: DescribeGroupsRequest) -> DescribeGroupsResponse {
    let groups = request.groups.into_iter().map(|id| {
        let described = call.core.groups.describe(&id);
        let base = DescribedGroup::default().with_group_id(id).with_authorized_operations(OPERATIONS_UNKNOWN);
        match described {
            Some(group) => fill(base, group),
            // Before version 6 a group that is not there is one that is dead.
            None if call.version < 6 => base.with_group_state(text("Dead")),
            None => base.with_group_state(text("Dead")).with_error_code(ResponseError::GroupIdNotFound.code()),
        }
    });
    DescribeGroupsResponse::default().with_groups(groups.collect())
}

fn fill(base: DescribedGroup, group: Description) -> DescribedGroup {
    let members = group.members.into_iter().map(|m| {
        DescribedGroupMember::default()
            .with_member_id(text(m.member_id))
            .with_group_instance_id(m.instance_id.map(text))
            .with_client_id(text(m.client_id))
            .with_client_host(text(m.client_host))
            .with_member_metadata(m.metadata)
            .with_member_assignment(m.assignment)
    });
    base.with_group_state(text(group.phase.name()))
        .with_protocol_type(text(group.protocol_type))
        .with_protocol_data(text(group.protocol))
        .with_members(members.collect())
}

/// Deletes groups without members.
pub(super) async fn delete(call: &Call<'_>, request: DeleteGroupsRequest) -> DeleteGroupsResponse {
    let results = request.groups_names.into_iter().map(|id| {
        let deleted = call.core.groups.delete(&id);
        DeletableGroupResult::default().with_error_code(code(&deleted)).with_group_id(id)
    });
    DeleteGroupsResponse::default().with_results(results.collect())
}

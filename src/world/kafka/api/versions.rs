//! ApiVersions: what the broker offers.

use kafka_protocol::ResponseError;
use kafka_protocol::messages::api_versions_response::ApiVersion;
use kafka_protocol::messages::{ApiVersionsRequest, ApiVersionsResponse};

use super::{Call, OFFERED};

/// Answers with the table of APIs.
pub(super) async fn versions(_call: &Call<'_>, _request: ApiVersionsRequest) -> ApiVersionsResponse {
    table()
}

/// The same table with the error that makes a newer client ask again in a version that is offered.
pub(super) fn unsupported() -> ApiVersionsResponse {
    table().with_error_code(ResponseError::UnsupportedVersion.code())
}

fn table() -> ApiVersionsResponse {
    let api = |(key, least, most): &(_, i16, i16)| {
        ApiVersion::default().with_api_key(*key as i16).with_min_version(*least).with_max_version(*most)
    };
    ApiVersionsResponse::default().with_api_keys(OFFERED.iter().map(api).collect())
}

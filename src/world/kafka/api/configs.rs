//! DescribeConfigs, and which topic settings can be given at creation.
//!
//! A topic's records are kept until it is deleted, with the producers' own times and compression. Settings that say
//! just that are accepted; `max.message.bytes` can be chosen; any other is refused rather than ignored.

use kafka_protocol::ResponseError;
use kafka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kafka_protocol::messages::describe_configs_response::{
    DescribeConfigsResourceResult, DescribeConfigsResult, DescribeConfigsSynonym,
};
use kafka_protocol::messages::{DescribeConfigsRequest, DescribeConfigsResponse};

use super::{Call, NODE, text};

/// Resource types of the protocol.
const TOPIC: i8 = 2;
const BROKER: i8 = 4;

/// Value types of the protocol.
const BOOLEAN: i8 = 1;
const STRING: i8 = 2;
const INT: i8 = 3;
const LONG: i8 = 5;
const LIST: i8 = 7;

/// Where a value comes from.
const SET_ON_TOPIC: i8 = 1;
const SET_ON_BROKER: i8 = 4;
const DEFAULT: i8 = 5;

/// The topic setting that can be chosen.
const MAX_MESSAGE_BYTES: &str = "max.message.bytes";

/// Topic settings with the one value each has here.
const FIXED: &[(&str, &str, i8)] = &[
    ("cleanup.policy", "delete", LIST),
    ("compression.type", "producer", STRING),
    ("delete.retention.ms", "86400000", LONG),
    ("message.timestamp.type", "CreateTime", STRING),
    ("min.insync.replicas", "1", INT),
    ("retention.bytes", "-1", LONG),
    ("retention.ms", "-1", LONG),
    ("unclean.leader.election.enable", "false", BOOLEAN),
];

/// Takes a topic's settings; answers its `max.message.bytes`, or what is wrong.
pub(super) fn accept<'a>(
    settings: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Result<Option<usize>, String> {
    let mut max_message_bytes = None;
    for (name, value) in settings {
        let Some(value) = value else { continue }; // null asks for the default
        if name == MAX_MESSAGE_BYTES {
            let bytes = value.parse::<i32>().ok().and_then(|bytes| usize::try_from(bytes).ok());
            max_message_bytes = Some(bytes.ok_or(format!("{name}={value} is no size in bytes"))?);
        } else if !FIXED.iter().any(|(fixed, only, _)| *fixed == name && *only == value) {
            return Err(match FIXED.iter().find(|(fixed, _, _)| *fixed == name) {
                Some((_, only, _)) => format!("{name}={value} is not supported; it is always {only}"),
                None => format!("{name} is not supported"),
            });
        }
    }
    Ok(max_message_bytes)
}

/// Describes topics and the one broker.
pub(super) async fn describe(call: &Call<'_>, request: DescribeConfigsRequest) -> DescribeConfigsResponse {
    let synonyms = request.include_synonyms;
    let results = request.resources.into_iter().map(|resource| {
        let described = match resource.resource_type {
            TOPIC => topic(call, &resource.resource_name),
            BROKER => broker(call, &resource.resource_name),
            _ => Err((ResponseError::InvalidRequest, "only topics and brokers have settings here")),
        };
        result(resource, described, synonyms)
    });
    DescribeConfigsResponse::default().with_results(results.collect())
}

/// A setting: name, value, value type, and where the value comes from.
type Setting = (&'static str, String, i8, i8);

fn topic(call: &Call<'_>, name: &str) -> Result<Vec<Setting>, (ResponseError, &'static str)> {
    let topic = call.core.topics.get(name).map_err(|error| (error, "there is no such topic"))?;
    let mut settings: Vec<Setting> =
        FIXED.iter().map(|(name, value, kind)| (*name, (*value).to_owned(), *kind, DEFAULT)).collect();
    let (bytes, source) = match topic.max_message_bytes {
        Some(bytes) => (bytes, SET_ON_TOPIC),
        None => (call.core.config.max_message_bytes, DEFAULT),
    };
    settings.push((MAX_MESSAGE_BYTES, bytes.to_string(), INT, source));
    Ok(settings)
}

fn broker(call: &Call<'_>, name: &str) -> Result<Vec<Setting>, (ResponseError, &'static str)> {
    if !name.is_empty() && name != NODE.to_string() {
        return Err((ResponseError::InvalidRequest, "there is no such broker"));
    }
    let config = &call.core.config;
    let setting = |name, value: String, kind| (name, value, kind, SET_ON_BROKER);
    Ok(vec![
        setting("auto.create.topics.enable", config.auto_create_topics.to_string(), BOOLEAN),
        setting("broker.id", NODE.to_string(), INT),
        setting("connections.max.idle.ms", config.limits.idle.as_millis().to_string(), LONG),
        setting("default.replication.factor", "1".to_owned(), INT),
        setting("fetch.max.bytes", config.limits.fetch_bytes.to_string(), INT),
        setting("group.max.session.timeout.ms", config.limits.max_session.as_millis().to_string(), INT),
        setting("group.max.size", config.limits.group_members.to_string(), INT),
        setting("group.min.session.timeout.ms", config.limits.min_session.as_millis().to_string(), INT),
        setting("message.max.bytes", config.max_message_bytes.to_string(), INT),
        setting("num.partitions", config.default_partitions.to_string(), INT),
        setting("socket.request.max.bytes", config.limits.request_bytes.to_string(), INT),
    ])
}

fn result(
    resource: DescribeConfigsResource,
    described: Result<Vec<Setting>, (ResponseError, &'static str)>,
    synonyms: bool,
) -> DescribeConfigsResult {
    let base = DescribeConfigsResult::default()
        .with_resource_type(resource.resource_type)
        .with_resource_name(resource.resource_name);
    let settings = match described {
        Ok(settings) => settings,
        Err((error, message)) => {
            return base.with_error_code(error.code()).with_error_message(Some(text(message)));
        }
    };
    let wanted = |name: &str| {
        let keys = resource.configuration_keys.as_ref();
        keys.is_none_or(|keys| keys.iter().any(|key| key.as_str() == name))
    };
    let setting = |(name, value, kind, source): Setting| {
        let value = Some(text(value));
        let synonym = DescribeConfigsSynonym::default()
            .with_name(text(name))
            .with_value(value.clone())
            .with_source(source);
        DescribeConfigsResourceResult::default()
            .with_name(text(name))
            .with_value(value)
            .with_read_only(true)
            .with_config_source(source)
            .with_config_type(kind)
            .with_synonyms(if synonyms { vec![synonym] } else { Vec::new() })
    };
    base.with_configs(settings.into_iter().filter(|s| wanted(s.0)).map(setting).collect())
}

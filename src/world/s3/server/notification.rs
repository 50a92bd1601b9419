//! A bucket's notification configuration: queues alone, for new objects alone.

use s3s::dto::*;
use s3s::{S3Result, s3_error};

use super::bucket::must_exist;
use super::refuse::refuse;
use crate::world::s3::embedded::Embedded;
use crate::world::s3::notification::{EVENTS, Notifications, QueueTarget};

fn there(notifications: Option<&Notifications>) -> S3Result<&Notifications> {
    notifications.ok_or_else(|| s3_error!(NotImplemented, "This server has no queues to notify."))
}

pub(super) async fn put(
    storage: &Embedded,
    notifications: Option<&Notifications>,
    input: PutBucketNotificationConfigurationInput,
) -> S3Result<PutBucketNotificationConfigurationOutput> {
    let notifications = there(notifications)?;
    must_exist(storage, &input.bucket)?;
    refuse!(input, expected_bucket_owner);
    let configuration = input.notification_configuration;
    refuse!(
        configuration,
        event_bridge_configuration,
        lambda_function_configurations,
        topic_configurations
    );
    let unchecked = input.skip_destination_validation.unwrap_or(false);
    let mut targets: Vec<QueueTarget> = Vec::new();
    for queue in configuration.queue_configurations.unwrap_or_default() {
        if !unchecked && notifications.queues().by_arn(&queue.queue_arn).is_none() {
            return Err(s3_error!(
                InvalidArgument,
                "Unable to validate the following destination configurations: there is no queue {}",
                queue.queue_arn
            ));
        }
        let events: Vec<String> = queue
            .events
            .iter()
            .map(|event| event.as_ref().to_owned())
            .collect();
        if let Some(unknown) = events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
            return Err(s3_error!(
                NotImplemented,
                "the event {unknown} is not implemented"
            ));
        }
        let mut target = QueueTarget {
            id: queue
                .id
                .unwrap_or_else(|| format!("notification-{}", targets.len() + 1)),
            arn: queue.queue_arn,
            events,
            prefix: None,
            suffix: None,
        };
        let rules = queue.filter.and_then(|filter| filter.key?.filter_rules);
        for rule in rules.unwrap_or_default() {
            let name = rule.name.map(|name| name.as_str().to_ascii_lowercase());
            let place = match name.as_deref() {
                Some(FilterRuleName::PREFIX) => &mut target.prefix,
                Some(FilterRuleName::SUFFIX) => &mut target.suffix,
                _ => {
                    return Err(s3_error!(
                        InvalidArgument,
                        "filter rule name must be either prefix or suffix"
                    ));
                }
            };
            if place.is_some() {
                return Err(s3_error!(
                    InvalidArgument,
                    "Cannot specify more than one rule of a name in a filter."
                ));
            }
            *place = Some(rule.value.unwrap_or_default());
        }
        targets.push(target);
    }
    notifications.set(&input.bucket, targets).await?;
    Ok(PutBucketNotificationConfigurationOutput::default())
}

pub(super) fn get(
    storage: &Embedded,
    notifications: Option<&Notifications>,
    input: &GetBucketNotificationConfigurationInput,
) -> S3Result<GetBucketNotificationConfigurationOutput> {
    let notifications = there(notifications)?;
    must_exist(storage, &input.bucket)?;
    let queues = notifications.of(&input.bucket).into_iter().map(|target| {
        let rule = |name: &'static str, value: Option<String>| {
            value.map(|value| FilterRule {
                name: Some(FilterRuleName::from_static(name)),
                value: Some(value),
            })
        };
        let rules: Vec<FilterRule> = [
            rule(FilterRuleName::PREFIX, target.prefix),
            rule(FilterRuleName::SUFFIX, target.suffix),
        ]
        .into_iter()
        .flatten()
        .collect();
        QueueConfiguration {
            events: target.events.into_iter().map(Event::from).collect(),
            filter: (!rules.is_empty()).then_some(NotificationConfigurationFilter {
                key: Some(S3KeyFilter {
                    filter_rules: Some(rules),
                }),
            }),
            id: Some(target.id),
            queue_arn: target.arn,
        }
    });
    let queues: Vec<QueueConfiguration> = queues.collect();
    Ok(GetBucketNotificationConfigurationOutput {
        queue_configurations: (!queues.is_empty()).then_some(queues),
        ..Default::default()
    })
}

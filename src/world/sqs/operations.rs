//! SQS's actions, from the JSON of a request to the JSON of its answer. What an action does not know is refused.

use serde_json::{Map, Value, json};

use super::error::SqsError;
use super::queue::{Received, Settings};
use super::queues::{ACCOUNT, Queues};

/// The most messages of one receive.
const MOST_RECEIVED: i64 = 10;
/// The longest that a message can be hidden, in seconds.
const LONGEST_VISIBILITY: i64 = 43_200;

/// The input of an action; what is taken from it is gone, and what is left at the end was not understood.
struct Input(Map<String, Value>);

impl Input {
    fn text(&mut self, name: &str) -> Result<Option<String>, SqsError> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(SqsError::invalid(format!("{name} must be a string."))),
        }
    }

    fn needed(&mut self, name: &str) -> Result<String, SqsError> {
        self.text(name)?.ok_or_else(|| SqsError::missing(name))
    }

    /// A whole number, which the query protocol gives as text.
    fn number(&mut self, name: &str, least: i64, most: i64) -> Result<Option<i64>, SqsError> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => number(name, &value, least, most).map(Some),
        }
    }

    fn texts(&mut self, name: &str) -> Result<Vec<String>, SqsError> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(list)) => list
                .into_iter()
                .map(|item| match item {
                    Value::String(text) => Ok(text),
                    _ => Err(SqsError::invalid(format!("{name} must be a list of strings."))),
                })
                .collect(),
            Some(_) => Err(SqsError::invalid(format!("{name} must be a list."))),
        }
    }

    /// The queue that `QueueUrl` names by the last part of its path.
    fn queue(&mut self) -> Result<String, SqsError> {
        let url = self.needed("QueueUrl")?;
        let (before, name) = url.rsplit_once('/').ok_or_else(SqsError::no_such_queue)?;
        if before.rsplit('/').next() != Some(ACCOUNT) {
            return Err(SqsError::no_such_queue());
        }
        Ok(name.to_owned())
    }

    fn nothing_else(&self, action: &str) -> Result<(), SqsError> {
        match self.0.iter().find(|(_, value)| !value.is_null()) {
            None => Ok(()),
            Some((name, _)) => Err(SqsError::unsupported(format!(
                "{action} with {name} is not supported."
            ))),
        }
    }
}

fn number(name: &str, value: &Value, least: i64, most: i64) -> Result<i64, SqsError> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.filter(|number| (least..=most).contains(number)).ok_or_else(|| {
        SqsError::invalid(format!(
            "Value {value} for parameter {name} is invalid. Reason: Must be between {least} and {most}, if provided."
        ))
    })
}

/// Does what is asked; `base` is how the client reaches this server, for the URLs of queues.
pub(super) async fn perform(
    queues: &Queues,
    base: &str,
    action: &str,
    input: Map<String, Value>,
) -> Result<Value, SqsError> {
    let mut input = Input(input);
    let url = |name: &str| format!("{base}/{ACCOUNT}/{name}");
    match action {
        "GetQueueUrl" => {
            let name = input.needed("QueueName")?;
            if input
                .text("QueueOwnerAWSAccountId")?
                .is_some_and(|account| account != ACCOUNT)
            {
                return Err(SqsError::no_such_queue());
            }
            input.nothing_else(action)?;
            queues.describe(&name)?;
            Ok(json!({"QueueUrl": url(&name)}))
        }
        "ListQueues" => {
            let prefix = input.text("QueueNamePrefix")?.unwrap_or_default();
            let most = input.number("MaxResults", 1, 1000)?.unwrap_or(1000);
            input.nothing_else(action)?;
            let names = queues.names();
            let names = names.iter().filter(|name| name.starts_with(&prefix));
            let urls: Vec<String> = names.map(|name| url(name)).collect();
            if urls.len() as i64 > most {
                return Err(SqsError::unsupported("ListQueues in pages is not supported."));
            }
            Ok(json!({"QueueUrls": urls}))
        }
        "CreateQueue" => {
            let name = input.needed("QueueName")?;
            let settings = settings(input.0.remove("Attributes"))?;
            input.nothing_else(action)?;
            queues.create(&name, settings)?;
            Ok(json!({"QueueUrl": url(&name)}))
        }
        "GetQueueAttributes" => {
            let name = input.queue()?;
            let wanted = input.texts("AttributeNames")?;
            input.nothing_else(action)?;
            attributes(queues, &name, &wanted)
        }
        "SendMessage" => {
            let name = input.queue()?;
            let body = input.needed("MessageBody")?;
            let delay = input.number("DelaySeconds", 0, 900)?;
            input.nothing_else(action)?;
            let sent = queues.send_later(&name, body, delay)?;
            Ok(json!({"MessageId": sent.id, "MD5OfMessageBody": sent.md5}))
        }
        "ReceiveMessage" => {
            let name = input.queue()?;
            let most = input
                .number("MaxNumberOfMessages", 1, MOST_RECEIVED)?
                .unwrap_or(1);
            let visibility = input.number("VisibilityTimeout", 0, LONGEST_VISIBILITY)?;
            let wait = input.number("WaitTimeSeconds", 0, 20)?;
            let mut wanted = input.texts("AttributeNames")?;
            wanted.extend(input.texts("MessageSystemAttributeNames")?);
            // No message has attributes of its own.
            input.texts("MessageAttributeNames")?;
            input.nothing_else(action)?;
            let most = usize::try_from(most).unwrap_or(1);
            let received = queues.receive(&name, most, visibility, wait).await?;
            let messages: Vec<Value> = received.iter().map(|message| told(message, &wanted)).collect();
            Ok(match messages.is_empty() {
                true => json!({}),
                false => json!({"Messages": messages}),
            })
        }
        "DeleteMessage" => {
            let name = input.queue()?;
            let receipt = input.needed("ReceiptHandle")?;
            input.nothing_else(action)?;
            queues.delete(&name, &receipt)?;
            Ok(json!({}))
        }
        "ChangeMessageVisibility" => {
            let name = input.queue()?;
            let receipt = input.needed("ReceiptHandle")?;
            let seconds = input.number("VisibilityTimeout", 0, LONGEST_VISIBILITY)?;
            input.nothing_else(action)?;
            let seconds = seconds.ok_or_else(|| SqsError::missing("VisibilityTimeout"))?;
            queues.hide(&name, &receipt, seconds)?;
            Ok(json!({}))
        }
        "PurgeQueue" => {
            let name = input.queue()?;
            input.nothing_else(action)?;
            queues.purge(&name)?;
            Ok(json!({}))
        }
        other => Err(SqsError::unsupported(format!(
            "The action {other} is not supported."
        ))),
    }
}

fn settings(attributes: Option<Value>) -> Result<Settings, SqsError> {
    let mut settings = Settings::default();
    let attributes = match attributes {
        None | Some(Value::Null) => return Ok(settings),
        Some(Value::Object(attributes)) => attributes,
        Some(_) => return Err(SqsError::invalid("Attributes must be a map.")),
    };
    for (name, value) in &attributes {
        match name.as_str() {
            "VisibilityTimeout" => settings.visibility = number(name, value, 0, LONGEST_VISIBILITY)?,
            "MessageRetentionPeriod" => settings.retention = number(name, value, 60, 1_209_600)?,
            "ReceiveMessageWaitTimeSeconds" => settings.wait = number(name, value, 0, 20)?,
            "DelaySeconds" => settings.delay = number(name, value, 0, 900)?,
            other => {
                let what = format!("CreateQueue with the attribute {other} is not supported.");
                return Err(SqsError::unsupported(what));
            }
        }
    }
    Ok(settings)
}

fn attributes(queues: &Queues, name: &str, wanted: &[String]) -> Result<Value, SqsError> {
    let (settings, created, counts) = queues.describe(name)?;
    let created = created.as_second().to_string();
    let all = [
        ("QueueArn", Queues::arn(name)),
        ("ApproximateNumberOfMessages", counts.visible.to_string()),
        (
            "ApproximateNumberOfMessagesNotVisible",
            counts.in_flight.to_string(),
        ),
        ("ApproximateNumberOfMessagesDelayed", counts.delayed.to_string()),
        ("CreatedTimestamp", created.clone()),
        ("LastModifiedTimestamp", created),
        ("VisibilityTimeout", settings.visibility.to_string()),
        ("MaximumMessageSize", super::queue::LONGEST_BODY.to_string()),
        ("MessageRetentionPeriod", settings.retention.to_string()),
        ("DelaySeconds", settings.delay.to_string()),
        ("ReceiveMessageWaitTimeSeconds", settings.wait.to_string()),
    ];
    if let Some(unknown) = wanted
        .iter()
        .find(|name| *name != "All" && all.iter().all(|(known, _)| known != name))
    {
        return Err(SqsError {
            name: "InvalidAttributeName",
            code: "InvalidAttributeName",
            ..SqsError::invalid(format!("Unknown Attribute {unknown}."))
        });
    }
    let everything = wanted.iter().any(|name| name == "All");
    let told = all
        .into_iter()
        .filter(|(name, _)| everything || wanted.iter().any(|wanted| wanted == name));
    let told: Map<String, Value> = told
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .collect();
    Ok(json!({"Attributes": told}))
}

/// A message as it is received, with the attributes that are wanted.
fn told(message: &Received, wanted: &[String]) -> Value {
    let mut object = json!({
        "MessageId": message.id,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": message.md5,
        "Body": message.body,
    });
    let all = [
        ("SenderId", ACCOUNT.to_owned()),
        ("SentTimestamp", message.sent.as_millisecond().to_string()),
        ("ApproximateReceiveCount", message.count.to_string()),
        (
            "ApproximateFirstReceiveTimestamp",
            message.first_received.as_millisecond().to_string(),
        ),
    ];
    let is_wanted = |name: &str| wanted.iter().any(|wanted| wanted == "All" || wanted == name);
    let told = all.into_iter().filter(|(name, _)| is_wanted(name));
    let told: Map<String, Value> = told
        .map(|(name, value)| (name.to_owned(), Value::String(value)))
        .collect();
    if !told.is_empty()
        && let Some(object) = object.as_object_mut()
    {
        object.insert("Attributes".to_owned(), told.into());
    }
    object
}

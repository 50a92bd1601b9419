use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::operations::perform;
use super::*;
use crate::clock::{Clock, VirtualClock};

fn queues() -> (Queues, Arc<VirtualClock>) {
    let clock = Arc::new(VirtualClock::new(Timestamp::UNIX_EPOCH));
    (Queues::new(Arc::clone(&clock) as Arc<dyn Clock>), clock)
}

fn pass(clock: &VirtualClock, seconds: i64) {
    clock.advance_to(clock.now() + jiff::SignedDuration::from_secs(seconds));
}

async fn ask(queues: &Queues, action: &str, mut input: Value) -> Result<Value, SqsError> {
    let object = input.as_object_mut().unwrap();
    if !object.contains_key("QueueName") {
        object.insert("QueueUrl".to_owned(), "http://h/000000000000/snowglobe".into());
    }
    perform(queues, "http://h", action, object.clone()).await
}

fn bodies(answer: &Value) -> Vec<&str> {
    let messages = answer["Messages"].as_array().into_iter().flatten();
    messages
        .map(|message| message["Body"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_message_is_hidden_from_others_until_its_time_is_over() {
    let (queues, clock) = queues();
    for body in ["one", "two"] {
        queues.send(PIPES, body.to_owned()).unwrap();
    }
    let first = ask(&queues, "ReceiveMessage", json!({"AttributeNames": ["All"]}))
        .await
        .unwrap();
    assert_eq!(bodies(&first), ["one"]);
    let message = &first["Messages"][0];
    assert_eq!(message["MD5OfBody"], "f97c5d29941bfb1b2fdab0874906ab82");
    assert_eq!(message["Attributes"]["ApproximateReceiveCount"], "1");
    let rest = ask(&queues, "ReceiveMessage", json!({"MaxNumberOfMessages": 10}))
        .await
        .unwrap();
    assert_eq!(bodies(&rest), ["two"]);
    let delete = |message: &Value| json!({"ReceiptHandle": message["ReceiptHandle"]});
    ask(&queues, "DeleteMessage", delete(&rest["Messages"][0]))
        .await
        .unwrap();
    pass(&clock, 29);
    assert_eq!(
        ask(&queues, "ReceiveMessage", json!({})).await.unwrap(),
        json!({})
    );
    pass(&clock, 1);
    let again = ask(&queues, "ReceiveMessage", json!({"MaxNumberOfMessages": 10}))
        .await
        .unwrap();
    assert_eq!(bodies(&again), ["one"]);
    // The receipt of before has been replaced.
    ask(&queues, "DeleteMessage", delete(message)).await.unwrap();
    ask(
        &queues,
        "ChangeMessageVisibility",
        json!({"ReceiptHandle": again["Messages"][0]["ReceiptHandle"], "VisibilityTimeout": 0}),
    )
    .await
    .unwrap();
    let last = ask(&queues, "ReceiveMessage", json!({})).await.unwrap();
    assert_eq!(bodies(&last), ["one"]);
    ask(&queues, "DeleteMessage", delete(&last["Messages"][0]))
        .await
        .unwrap();
    pass(&clock, 60);
    assert_eq!(
        ask(&queues, "ReceiveMessage", json!({})).await.unwrap(),
        json!({})
    );
}

#[tokio::test]
async fn attributes_count_and_messages_expire() {
    let (queues, clock) = queues();
    queues.send(PIPES, "one".to_owned()).unwrap();
    ask(
        &queues,
        "SendMessage",
        json!({"MessageBody": "later", "DelaySeconds": "60"}),
    )
    .await
    .unwrap();
    queues.send(PIPES, "two".to_owned()).unwrap();
    ask(&queues, "ReceiveMessage", json!({})).await.unwrap();
    let counts = async || {
        let told = ask(&queues, "GetQueueAttributes", json!({"AttributeNames": ["All"]}))
            .await
            .unwrap();
        [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        .map(|name| told["Attributes"][name].as_str().unwrap().to_owned())
    };
    assert_eq!(counts().await, ["1", "1", "1"]);
    let arn = ask(
        &queues,
        "GetQueueAttributes",
        json!({"AttributeNames": ["QueueArn"]}),
    )
    .await
    .unwrap();
    assert_eq!(
        arn,
        json!({"Attributes": {"QueueArn": "arn:aws:sqs:local:000000000000:snowglobe"}})
    );
    pass(&clock, 345_600);
    assert_eq!(counts().await, ["0", "0", "0"]);
}

#[tokio::test]
async fn what_is_not_understood_is_refused() {
    let (queues, _) = queues();
    for (action, input, name) in [
        (
            "SendMessage",
            json!({"MessageBody": "x", "MessageAttributes": {"a": {}}}),
            "UnsupportedOperation",
        ),
        ("SendMessage", json!({}), "MissingParameter"),
        ("SendMessage", json!({"MessageBody": ""}), "MissingParameter"),
        (
            "SendMessage",
            json!({"MessageBody": "x".repeat((1 << 20) + 1)}),
            "InvalidParameterValue",
        ),
        (
            "ReceiveMessage",
            json!({"MaxNumberOfMessages": 11}),
            "InvalidParameterValue",
        ),
        (
            "ReceiveMessage",
            json!({"AttributeNames": "All"}),
            "InvalidParameterValue",
        ),
        (
            "DeleteMessage",
            json!({"ReceiptHandle": "nonsense"}),
            "ReceiptHandleIsInvalid",
        ),
        (
            "GetQueueAttributes",
            json!({"AttributeNames": ["Colour"]}),
            "InvalidAttributeName",
        ),
        ("GetQueueUrl", json!({"QueueName": "none"}), "QueueDoesNotExist"),
        (
            "CreateQueue",
            json!({"QueueName": "a.fifo"}),
            "InvalidParameterValue",
        ),
        ("AddPermission", json!({}), "UnsupportedOperation"),
    ] {
        let error = ask(&queues, action, input).await.unwrap_err();
        assert_eq!(error.name, name, "{action}: {error}");
    }
    let url = json!({"QueueName": "own", "Attributes": {"VisibilityTimeout": "5"}});
    assert_eq!(
        ask(&queues, "CreateQueue", url).await.unwrap(),
        json!({"QueueUrl": "http://h/000000000000/own"})
    );
    assert_eq!(
        queues.by_arn("arn:aws:sqs:local:000000000000:own").as_deref(),
        Some("own")
    );
}

#[tokio::test]
async fn a_receive_waits_for_what_is_sent() {
    let (queues, _) = queues();
    let sender = queues.clone();
    let receiving = ask(&queues, "ReceiveMessage", json!({"WaitTimeSeconds": 20}));
    let sending = async {
        tokio::task::yield_now().await;
        sender.send(PIPES, "here".to_owned()).unwrap();
    };
    let (received, ()) = tokio::join!(receiving, sending);
    assert_eq!(bodies(&received.unwrap()), ["here"]);
}

#[test]
fn the_query_protocol_says_the_same() {
    let (action, input) = super::query::read(
        "Action=ReceiveMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2Fh%2F000000000000%2Fq&AttributeName.1=All\
         &MaxNumberOfMessages=10&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=5",
    )
    .unwrap();
    assert_eq!(action, "ReceiveMessage");
    assert_eq!(
        Value::Object(input),
        json!({
            "QueueUrl": "http://h/000000000000/q",
            "MaxNumberOfMessages": "10",
            "AttributeNames": ["All"],
            "Attributes": {"VisibilityTimeout": "5"},
        })
    );
    let xml = super::query::answer(
        "ReceiveMessage",
        &json!({"Messages": [{"MessageId": "1", "Body": "<&>", "Attributes": {"SenderId": "0"}}]}),
        "r",
    );
    assert!(
        xml.contains(
            "<ReceiveMessageResult><Message><MessageId>1</MessageId><Body>&lt;&amp;&gt;</Body><Attribute>\
             <Name>SenderId</Name><Value>0</Value></Attribute></Message></ReceiveMessageResult>"
        ),
        "{xml}"
    );
}

#[tokio::test]
async fn a_webhook_needs_no_signature_and_everything_else_does() {
    let (queues, _) = queues();
    let server = SqsServer::start(SqsConfig::new(0), queues.clone()).await.unwrap();
    let client = reqwest::Client::new();
    let hook = |queue: &str| format!("{}/webhook/{queue}", server.endpoint());
    assert!(
        client
            .get(hook(PIPES))
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    let mut heard = queues.listen();
    assert!(
        client
            .post(hook(PIPES))
            .body("{}")
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    assert_eq!(heard.recv().await.unwrap().as_ref(), "{}");
    assert_eq!(
        client
            .post(hook("none"))
            .body("{}")
            .send()
            .await
            .unwrap()
            .status(),
        404
    );
    let unsigned = client
        .post(server.endpoint())
        .body("Action=ListQueues")
        .send()
        .await
        .unwrap();
    assert_eq!(unsigned.status(), 403);
    assert!(
        unsigned
            .text()
            .await
            .unwrap()
            .contains("<Code>SignatureDoesNotMatch</Code>")
    );
    server.shutdown().await;
}

//! The broker as clients see it: librdkafka's producer and consumers over TCP, and connections that misbehave.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, StreamConsumer};
use rdkafka::message::{Headers, Message, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Broker, BrokerConfig, Limits};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

async fn broker(data_dir: Option<&Path>) -> Broker {
    let config = BrokerConfig { data_dir: data_dir.map(Path::to_owned), default_partitions: 2, ..Default::default() };
    Broker::start(config).await.unwrap()
}

fn client(broker: &Broker) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", broker.bootstrap_servers());
    config
}

fn producer(broker: &Broker) -> FutureProducer {
    client(broker).set("enable.idempotence", "true").set("linger.ms", "1").create().unwrap()
}

fn consumer(broker: &Broker, group: &str) -> StreamConsumer {
    let mut config = client(broker);
    config.set("group.id", group).set("auto.offset.reset", "earliest").set("enable.auto.commit", "false");
    config.set("session.timeout.ms", "6000").set("heartbeat.interval.ms", "200");
    config.create().unwrap()
}

async fn send(producer: &FutureProducer, topic: &str, partition: i32, value: &str) -> i64 {
    let record = FutureRecord::<(), str>::to(topic).partition(partition).payload(value);
    let sent = producer.send(record, PATIENCE).await.unwrap();
    assert_eq!(sent.partition, partition);
    sent.offset
}

async fn receive(consumer: &StreamConsumer) -> (i32, i64, String) {
    let message = tokio::time::timeout(PATIENCE, consumer.recv()).await.expect("a message").unwrap();
    let value = String::from_utf8(message.payload().unwrap_or_default().to_vec()).unwrap();
    (message.partition(), message.offset(), value)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_resumes_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let before = broker(Some(folder.path())).await;
    before.create_topic("t", 1).unwrap();
    let sender = producer(&before);
    for n in 0..5 {
        assert_eq!(send(&sender, "t", 0, &format!("v{n}")).await, n);
    }
    let receiver = consumer(&before, "g");
    receiver.subscribe(&["t"]).unwrap();
    for n in 0..3 {
        assert_eq!(receive(&receiver).await, (0, n, format!("v{n}")));
    }
    let mut offsets = TopicPartitionList::new();
    offsets.add_partition_offset("t", 0, Offset::Offset(3)).unwrap();
    receiver.commit(&offsets, CommitMode::Sync).unwrap();
    assert_eq!(before.committed_offset("g", "t", 0), Some(3));
    drop((receiver, sender));
    before.shutdown().await.unwrap();

    let after = broker(Some(folder.path())).await;
    assert_eq!(after.topics(), [("t".to_owned(), 1)]);
    assert_eq!(after.end_offset("t", 0), Some(5));
    assert_eq!(send(&producer(&after), "t", 0, "v5").await, 5);
    let receiver = consumer(&after, "g");
    receiver.subscribe(&["t"]).unwrap();
    for n in 3..6 {
        assert_eq!(receive(&receiver).await, (0, n, format!("v{n}")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_consumers_share_a_topic() {
    let broker = broker(None).await;
    broker.create_topic("t", 4).unwrap();
    let (first, second) = (consumer(&broker, "g"), consumer(&broker, "g"));
    first.subscribe(&["t"]).unwrap();
    second.subscribe(&["t"]).unwrap();
    let sender = producer(&broker);
    // Membership goes on only while consumers are polled, so they are until each has its half.
    let mut seen = [BTreeSet::new(), BTreeSet::new()];
    let shared = async {
        let mut round = 0;
        while seen != [BTreeSet::from([0, 1]), BTreeSet::from([2, 3])]
            && seen != [BTreeSet::from([2, 3]), BTreeSet::from([0, 1])]
        {
            round += 1;
            let value = format!("round {round}");
            for partition in 0..4 {
                send(&sender, "t", partition, &value).await;
            }
            seen = [BTreeSet::new(), BTreeSet::new()];
            let mut found = 0;
            while found < 4 {
                let (owner, (partition, _, got)) = tokio::select! {
                    m = receive(&first) => (0, m),
                    m = receive(&second) => (1, m),
                };
                if got == value && seen.iter_mut().all(|s| !s.contains(&partition)) {
                    seen[owner].insert(partition);
                    found += 1;
                }
            }
        }
    };
    tokio::time::timeout(2 * PATIENCE, shared).await.expect("both consumers get a half");
    // The second goes away; the first takes all.
    drop(second);
    for partition in 0..4 {
        send(&sender, "t", partition, "last").await;
    }
    let mut left: BTreeSet<i32> = (0..4).collect();
    while !left.is_empty() {
        let (partition, _, value) = receive(&first).await;
        if value == "last" {
            left.remove(&partition);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_come_back_as_they_were() {
    let broker = broker(None).await;
    let sender = producer(&broker);
    // The topic is created on the way, with the default number of partitions.
    let headers = OwnedHeaders::new().insert(rdkafka::message::Header { key: "h", value: Some("x") });
    let record = FutureRecord::to("auto").key("k").payload("p").partition(1).timestamp(1_000).headers(headers);
    sender.send(record, PATIENCE).await.unwrap();
    sender.send(FutureRecord::<str, str>::to("auto").partition(1).timestamp(3_000), PATIENCE).await.unwrap();
    sender.send(FutureRecord::<str, str>::to("auto").partition(1).payload("").timestamp(2_000), PATIENCE).await.unwrap();
    assert_eq!(broker.topics(), [("auto".to_owned(), 2)]);

    let receiver: BaseConsumer = client(&broker).set("group.id", "g").create().unwrap();
    let mut wanted = TopicPartitionList::new();
    wanted.add_partition_offset("auto", 1, Offset::Beginning).unwrap();
    receiver.assign(&wanted).unwrap();
    let next = || receiver.poll(PATIENCE).expect("a message").unwrap();
    let first = next();
    assert_eq!((first.key(), first.payload()), (Some(&b"k"[..]), Some(&b"p"[..])));
    assert_eq!(first.timestamp().to_millis(), Some(1_000));
    assert_eq!(first.headers().unwrap().get(0).value, Some(&b"x"[..]));
    assert_eq!(next().payload(), None);
    assert_eq!(next().payload(), Some(&b""[..]));

    assert_eq!(receiver.fetch_watermarks("auto", 1, PATIENCE).unwrap(), (0, 3));
    let mut times = TopicPartitionList::new();
    times.add_partition_offset("auto", 1, Offset::Offset(1_500)).unwrap();
    let found = receiver.offsets_for_times(times, PATIENCE).unwrap();
    assert_eq!(found.elements()[0].offset(), Offset::Offset(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn admin_requests_work_or_say_why_not() {
    let broker = broker(None).await;
    let admin: AdminClient<DefaultClientContext> = client(&broker).create().unwrap();
    let options = AdminOptions::new();
    let topic = |name, width, copies| NewTopic::new(name, width, rdkafka::admin::TopicReplication::Fixed(copies));
    let kept = topic("odd", 1, 1).set("retention.ms", "1000");
    let wanted = [topic("a", 3, 1), topic("a.b", 1, 1), topic("b", 1, 2), topic("bad name", 1, 1), kept];
    let made = admin.create_topics(&wanted, &options).await.unwrap();
    use rdkafka::types::RDKafkaErrorCode as Code;
    let errors: Vec<Option<Code>> = made.into_iter().map(|r| r.err().map(|(_, code)| code)).collect();
    let expected = [None, None, Some(Code::InvalidReplicationFactor), Some(Code::InvalidTopic), Some(Code::InvalidConfig)];
    assert_eq!(errors, expected);
    assert!(broker.create_topic("a", 1).is_err());
    admin.delete_topics(&["a"], &options).await.unwrap()[0].as_ref().unwrap();
    assert_eq!(broker.topics(), [("a.b".to_owned(), 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_are_refused_for_good() {
    let broker = broker(None).await;
    let sender: FutureProducer = client(&broker).set("transactional.id", "t").create().unwrap();
    let refused = tokio::task::spawn_blocking(move || sender.init_transactions(PATIENCE)).await.unwrap();
    assert!(refused.unwrap_err().to_string().contains("Transactional Id authorization failed"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_message_is_refused_and_the_next_taken() {
    let broker = broker(None).await;
    let sender: FutureProducer = client(&broker).set("message.max.bytes", "5000000").create().unwrap();
    let large = "x".repeat(2_000_000);
    let (error, _) = sender.send(FutureRecord::<(), str>::to("t").payload(&large), PATIENCE).await.unwrap_err();
    assert_eq!(error.rdkafka_error_code(), Some(rdkafka::types::RDKafkaErrorCode::MessageSizeTooLarge));
    sender.send(FutureRecord::<(), str>::to("t").payload("small"), PATIENCE).await.unwrap();
}

/// What the broker answers to raw bytes before it closes, or all there is after a while.
async fn talk(broker: &Broker, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(broker.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("an end");
    answer
}

/// A request frame: API, version, correlation 7, no client id, then the body.
fn frame(api: i16, version: i16, flexible: bool, body: &[u8]) -> Vec<u8> {
    let mut frame = [&api.to_be_bytes()[..], &version.to_be_bytes(), &7_i32.to_be_bytes(), &[0xff, 0xff]].concat();
    if flexible {
        frame.push(0);
    }
    frame.extend_from_slice(body);
    [&(frame.len() as i32).to_be_bytes()[..], &frame].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn malformed_requests_end_their_connection_only() {
    let broker = broker(None).await;
    let silent: [Vec<u8>; 10] = [
        Vec::new(),
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        (-1_i32).to_be_bytes().to_vec(),
        i32::MAX.to_be_bytes().to_vec(),
        vec![0, 0, 0, 3, 1, 2, 3],
        vec![0, 0, 1, 0, 1, 2, 3],
        frame(999, 0, false, &[]),
        frame(3, 99, false, &[]),
        frame(3, 1, false, &[0x7f, 0xff, 0xff, 0xff]), // two thousand million topics
        frame(3, 9, true, &[0xff, 0xff, 0xff, 0xff, 0x0f]),
    ];
    for bytes in silent {
        assert_eq!(talk(&broker, &bytes).await, b"", "{bytes:?}");
    }
    // An ApiVersions version from the future is answered in the oldest form, with what is offered.
    let answer = talk(&broker, &frame(18, 77, true, &[])).await;
    assert_eq!(answer[4..10], [0, 0, 0, 7, 0, 35]);
    // And the broker is there for the others.
    send(&producer(&broker), "t", 0, "fine").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn standing_clients_block_nobody() {
    let limits = Limits { connections: 24, buffered_bytes: 1 << 20, ..Default::default() };
    let broker = Broker::start(BrokerConfig { limits, ..Default::default() }).await.unwrap();
    // Halves of requests, and one that waits long for what does not come.
    let mut standing = Vec::new();
    for _ in 0..10 {
        let mut stream = TcpStream::connect(broker.address()).await.unwrap();
        stream.write_all(&[0, 1, 0, 0, 0, 0]).await.unwrap();
        standing.push(stream);
    }
    send(&producer(&broker), "t", 0, "fine").await;
    // One that sends more than the allowance is cut off.
    let mut greedy = TcpStream::connect(broker.address()).await.unwrap();
    let bytes = [&(50_000_000_i32).to_be_bytes()[..], &vec![0; 4 << 20]].concat();
    let _ = greedy.write_all(&bytes).await;
    let end = tokio::time::timeout(PATIENCE, greedy.read(&mut [0; 16])).await.expect("an end");
    assert!(matches!(end, Ok(0) | Err(_)));
    send(&producer(&broker), "t", 0, "still fine").await;
    drop(standing);
    broker.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_data_directory_has_one_broker() {
    let folder = tempfile::tempdir().unwrap();
    let first = broker(Some(folder.path())).await;
    let config = BrokerConfig { data_dir: Some(folder.path().to_owned()), ..Default::default() };
    assert!(Broker::start(config.clone()).await.unwrap_err().message().contains("in use"));
    first.shutdown().await.unwrap();
    Broker::start(config).await.unwrap();
}

/// Needs `python3` with the packages confluent-kafka and kafka-python.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs Python's Kafka clients"]
async fn python_clients_work() {
    let folder = tempfile::tempdir().unwrap();
    let broker = broker(Some(folder.path())).await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/kafka_clients.py");
    let address = broker.bootstrap_servers();
    let run = move || std::process::Command::new("python3").arg(script).arg(address).status().unwrap();
    assert!(tokio::task::spawn_blocking(run).await.unwrap().success());
}

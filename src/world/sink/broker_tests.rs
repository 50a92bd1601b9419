//! The producer and the sink against the embedded broker.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt;
use jiff::Timestamp;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};

use super::*;
use crate::world::events::{Event, Generator, GeneratorConfig};
use crate::world::kafka::{Broker, BrokerConfig};

const TIMEOUT: Duration = Duration::from_secs(20);

async fn broker() -> (Broker, String) {
    let broker = Broker::start(BrokerConfig::default()).await.unwrap();
    let address = broker.bootstrap_servers();
    (broker, address)
}

fn config(brokers: &str, records_per_file: u64) -> SinkConfig {
    SinkConfig {
        brokers: brokers.to_owned(),
        topic: "customer-events".to_owned(),
        group: "sink".to_owned(),
        prefix: "in/".to_owned(),
        dead_letter_prefix: "dead/".to_owned(),
        format: FileFormat::Ndjson,
        csv_columns: Vec::new(),
        records_per_file,
        time_per_file: Duration::from_millis(50),
        timeout: TIMEOUT,
    }
}

fn generated(events: u64) -> Vec<Event> {
    let start = "2026-03-02T09:00:00Z".parse().unwrap();
    Generator::new(GeneratorConfig {
        events,
        seed: 9,
        rate: 2.0,
        start,
        entities: events / 8,
    })
    .collect()
}

fn numbered(from: u64, to: u64) -> Vec<Event> {
    let event = |n: u64| Event {
        key: Some("k".to_owned()),
        payload: format!("{{\"n\":{n}}}").into_bytes(),
        timestamp: Timestamp::from_millisecond(1_700_000_000_000 + n as i64).unwrap(),
    };
    (from..to).map(event).collect()
}

async fn objects(store: &dyn ObjectStore) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let listed: Vec<_> = store.list(None).try_collect().await.unwrap();
    for meta in listed {
        let bytes = store.get(&meta.location).await.unwrap().bytes().await.unwrap();
        found.insert(meta.location.to_string(), bytes.to_vec());
    }
    found
}

fn ranges(report: &SinkReport) -> Vec<(i64, i64, u64)> {
    report
        .files
        .iter()
        .map(|file| (file.first_offset, file.end_offset, file.rows))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_ends_in_one_file_or_as_a_dead_letter() {
    let (_broker, brokers) = broker().await;
    ensure_topic(&brokers, "customer-events", 3, TIMEOUT)
        .await
        .unwrap();
    ensure_topic(&brokers, "customer-events", 5, TIMEOUT)
        .await
        .unwrap(); // there already, and stays as it is
    let producer = Producer::new(&brokers, TIMEOUT).unwrap();
    let store = Arc::new(InMemory::new());
    let mut sink = Sink::new(config(&brokers, 40), store.clone()).unwrap();
    let events = generated(600);
    let mut total = SinkReport::default();
    for wave in events.chunks(200) {
        let sent = producer.send_all("customer-events", wave.to_vec()).await.unwrap();
        assert_eq!((sent.sent, sent.refused.len()), (200, 0));
        total.absorb(sink.drain().await.unwrap());
    }
    assert_eq!(sink.drain().await.unwrap(), SinkReport::default());
    assert_eq!(total.records, 600);
    assert_eq!(total.rows() + total.dead_letter_count, 600);
    assert!(!total.dead_letters.is_empty());

    let objects = objects(store.as_ref()).await;
    assert_eq!(objects.len(), total.files.len() + total.dead_letters.len());
    let mut arrived: Vec<Vec<u8>> = Vec::new();
    for file in &total.files {
        let bytes = &objects[&file.path];
        assert_eq!(bytes.len() as u64, file.bytes);
        assert!(file.rows <= 40);
        arrived.extend(
            bytes
                .split(|byte| *byte == b'\n')
                .filter(|line| !line.is_empty())
                .map(<[u8]>::to_vec),
        );
    }
    arrived.extend(
        total
            .dead_letters
            .iter()
            .map(|letter| letter.payload.clone().unwrap_or_default()),
    );
    let mut sent: Vec<Vec<u8>> = events.into_iter().map(|event| event.payload).collect();
    arrived.sort();
    sent.sort();
    assert_eq!(arrived, sent);
    assert!(
        total
            .files
            .iter()
            .any(|file| file.path.starts_with("in/customer-events+2+0000000000"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sink_that_failed_while_writing_repeats_the_same_files() {
    let (broker, brokers) = broker().await;
    broker.create_topic("customer-events", 1).unwrap();
    let producer = Producer::new(&brokers, TIMEOUT).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());

    producer
        .send_all("customer-events", numbered(0, 7))
        .await
        .unwrap();
    // A file where a folder is needed: nothing can be written, though the boundaries are committed already.
    std::fs::write(folder.path().join("in"), "in the way").unwrap();
    let error = Sink::new(config(&brokers, 5), store.clone())
        .unwrap()
        .drain()
        .await
        .unwrap_err();
    assert!(
        error.message().contains("in/customer-events+0+0000000000.json"),
        "{error}"
    );
    assert_eq!(broker.committed_offset("sink", "customer-events", 0), Some(0));

    std::fs::remove_file(folder.path().join("in")).unwrap();
    producer
        .send_all("customer-events", numbered(7, 20))
        .await
        .unwrap();
    let report = Sink::new(config(&brokers, 100), store.clone())
        .unwrap()
        .drain()
        .await
        .unwrap();
    assert_eq!(ranges(&report), [(0, 5, 5), (5, 7, 2), (7, 20, 13)]);
    assert_eq!(broker.committed_offset("sink", "customer-events", 0), Some(20));
    assert_eq!(objects(store.as_ref()).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_real_time_full_files_come_first_and_the_rest_at_the_end() {
    let (broker, brokers) = broker().await;
    broker.create_topic("customer-events", 1).unwrap();
    let producer = Producer::new(&brokers, TIMEOUT).unwrap();
    producer
        .send_all("customer-events", numbered(0, 25))
        .await
        .unwrap();
    let mut slow = config(&brokers, 10);
    slow.time_per_file = Duration::from_secs(3600);
    let mut sink = Sink::new(slow, Arc::new(InMemory::new())).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let running = tokio::spawn(async move {
        let shutdown = async {
            stopped.await.ok();
        };
        sink.run(shutdown, |report| told.send(report.unwrap()).unwrap())
            .await;
    });
    assert_eq!(ranges(&heard.recv().await.unwrap()), [(0, 10, 10), (10, 20, 10)]);
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(ranges(&heard.recv().await.unwrap()), [(20, 25, 5)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_keep_their_time_and_may_have_no_key() {
    let (broker, brokers) = broker().await;
    broker.create_topic("customer-events", 2).unwrap();
    let producer = Producer::new(&brokers, TIMEOUT).unwrap();
    let timestamp = Timestamp::from_millisecond(1_700_000_000_123).unwrap();
    let event = |payload: &str| Event {
        key: None,
        payload: payload.as_bytes().to_vec(),
        timestamp,
    };
    producer
        .send_all("customer-events", [event("broken"), event("")])
        .await
        .unwrap();
    let report = Sink::new(config(&brokers, 10), Arc::new(InMemory::new()))
        .unwrap()
        .drain()
        .await
        .unwrap();
    assert_eq!(
        (report.records, report.files.len(), report.dead_letters.len()),
        (2, 0, 2)
    );
    for letter in &report.dead_letters {
        assert_eq!((letter.timestamp, letter.key.clone()), (Some(timestamp), None));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_too_large_for_kafka_costs_only_itself() {
    let (broker, brokers) = broker().await;
    broker.create_topic("customer-events", 1).unwrap();
    let mut events = numbered(0, 3);
    events[1].payload = vec![b' '; 3_000_000];
    let sent = Producer::new(&brokers, TIMEOUT)
        .unwrap()
        .send_all("customer-events", events)
        .await
        .unwrap();
    assert_eq!(sent.sent, 2);
    assert_eq!(
        sent.refused
            .iter()
            .map(|refused| refused.index)
            .collect::<Vec<_>>(),
        [1]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_within_the_time_allowed() {
    let (_broker, brokers) = broker().await;
    let missing = Sink::new(config(&brokers, 10), Arc::new(InMemory::new()))
        .unwrap()
        .drain()
        .await
        .unwrap_err();
    assert!(missing.message().contains("customer-events"), "{missing}");

    let mut nowhere = config("127.0.0.1:1", 10);
    nowhere.timeout = Duration::from_millis(300);
    let error = Sink::new(nowhere, Arc::new(InMemory::new()))
        .unwrap()
        .drain()
        .await
        .unwrap_err();
    assert!(error.message().contains("127.0.0.1:1"), "{error}");
    let producer = Producer::new("127.0.0.1:1", Duration::from_millis(300)).unwrap();
    assert!(
        producer
            .send_all("customer-events", numbered(0, 1))
            .await
            .is_err()
    );
    assert!(
        ensure_topic("127.0.0.1:1", "t", 1, Duration::from_millis(300))
            .await
            .is_err()
    );
}

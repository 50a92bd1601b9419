use std::sync::Arc;

use jiff::Timestamp;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use super::clean::{Cell, clean};
use super::window::{Fate, State, start_of};
use super::*;
use crate::world::carrier::Carrier;
use crate::world::events::Event;
use crate::world::kafka::{Broker, BrokerConfig};
use crate::world::sink::Producer;

fn column(name: &str, kind: ColumnType, decimals: u32) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        required: false,
        decimals,
        lookup: None,
        product: None,
    }
}

fn spec() -> ProcessSpec {
    let region = Lookup {
        of: "country".to_owned(),
        table: [("de".to_owned(), "EU".to_owned())].into(),
        otherwise: "other".to_owned(),
    };
    ProcessSpec {
        unique: "id".to_owned(),
        time: "at".to_owned(),
        columns: vec![
            column("id", ColumnType::Text, 0),
            column("at", ColumnType::Time, 0),
            column("country", ColumnType::Lower, 0),
            Column {
                lookup: Some(region),
                ..column("region", ColumnType::Text, 0)
            },
            column("n", ColumnType::Number, 0),
            column("price", ColumnType::Number, 2),
            Column {
                product: Some(["n".to_owned(), "price".to_owned()]),
                ..column("amount", ColumnType::Number, 0)
            },
        ],
        watermark: SignedDuration::from_secs(120),
        windows: Windows {
            length: SignedDuration::from_secs(60),
            by: vec!["region".to_owned()],
            sums: vec!["amount".to_owned()],
        },
    }
}

fn message(id: &str, second: i64, price: &str) -> Vec<u8> {
    let at = Timestamp::from_second(second).unwrap();
    format!(r#"{{"id":"{id}","at":"{at}","country":" DE ","n":3,"price":"{price}"}}"#).into_bytes()
}

#[test]
fn a_message_is_cleaned_typed_and_enriched() {
    let row = clean(&spec(), &message("a", 61, "-1.50")).unwrap();
    let cells: Vec<String> = row.cells.iter().filter_map(Cell::text).collect();
    assert_eq!(
        cells,
        ["a", "1970-01-01 00:01:01.000", "de", "EU", "3", "-1.50", "-4.50"]
    );
    for (payload, reason) in [
        (&b"{"[..], "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{\"at\":\"1970-01-01T00:00:00Z\"}", "id is missing"),
        (b"{\"id\":\"a\"}", "at is missing"),
        (b"{\"id\":\"a\",\"at\":\"then\"}", "at"),
        (
            b"{\"id\":\"a\",\"at\":\"1970-01-01T00:00:00Z\",\"price\":1.234}",
            "price",
        ),
        (
            b"{\"id\":\"a\",\"at\":\"1970-01-01T00:00:00Z\",\"n\":\"1e3\"}",
            "n =",
        ),
    ] {
        let refused = clean(&spec(), payload).unwrap_err();
        assert!(refused.contains(reason), "{refused}");
    }
}

#[test]
fn windows_are_final_once_the_watermark_has_passed_them() {
    let spec = spec();
    let mut state = State::default();
    let take = |state: &mut State, id: &str, second: i64| {
        state.take(&spec, &clean(&spec, &message(id, second, "2.00")).unwrap())
    };
    assert_eq!(take(&mut state, "a", 10), Fate::Counted);
    assert_eq!(take(&mut state, "a", 10), Fate::Duplicate);
    assert_eq!(take(&mut state, "b", 59), Fate::Counted);
    assert_eq!(take(&mut state, "c", 179), Fate::Counted);
    assert!(state.end_batch(&spec).is_empty(), "59 seconds are not 60");
    assert_eq!(take(&mut state, "d", 58), Fate::Late);
    assert_eq!(take(&mut state, "e", 180), Fate::Counted);
    let rows = state.end_batch(&spec);
    let text: Vec<String> = rows[0].iter().flatten().cloned().collect();
    assert_eq!(
        text,
        ["1970-01-01 00:00:00", "1970-01-01 00:01:00", "EU", "2", "12.00"]
    );
    assert_eq!(rows.len(), 1);
    assert!(state.end_batch(&spec).is_empty());
}

#[test]
fn windows_are_counted_from_1970_also_before_it() {
    let minute = SignedDuration::from_mins(1);
    for (second, start) in [(0, 0), (59, 0), (60, 60), (-1, -60)] {
        let moment = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(start_of(moment(second), minute), moment(start));
    }
}

#[test]
fn mistakes_are_named() {
    let refused = |change: fn(&mut ProcessSpec)| {
        let mut spec = spec();
        change(&mut spec);
        spec.check().unwrap_err()
    };
    assert_eq!(spec().check(), Ok(()));
    assert_eq!(spec().decimals("amount"), 2);
    assert!(refused(|spec| spec.unique = "uuid".to_owned()).contains("uuid"));
    assert!(refused(|spec| spec.time = "id".to_owned()).contains("at"));
    assert!(refused(|spec| spec.windows.sums = vec!["region".to_owned()]).contains("region"));
    assert!(refused(|spec| spec.columns.reverse()).contains("before"));
    assert!(refused(|spec| spec.columns.push(spec.columns[0].clone())).contains("twice"));
}

async fn files(store: &InMemory) -> Vec<(String, String)> {
    use futures::TryStreamExt;
    let mut objects: Vec<_> = store.list(None).try_collect().await.unwrap();
    objects.sort_by(|a, b| a.location.cmp(&b.location));
    let mut files = Vec::new();
    for object in objects {
        let bytes = store.get(&object.location).await.unwrap().bytes().await.unwrap();
        files.push((
            object.location.to_string(),
            String::from_utf8_lossy(&bytes).into_owned(),
        ));
    }
    files
}

#[tokio::test]
async fn a_processor_that_starts_again_goes_on_as_if_it_had_not_stopped() {
    let broker = Broker::start(BrokerConfig::default()).await.unwrap();
    broker.create_topic("t", 2).unwrap();
    let brokers = broker.bootstrap_servers();
    let producer = Producer::new(&brokers, Duration::from_secs(20)).unwrap();
    let config = ProcessConfig {
        brokers: brokers.clone(),
        topic: "t".to_owned(),
        rows_prefix: "rows/".to_owned(),
        windows_prefix: "windows/".to_owned(),
        checkpoint_prefix: "checkpoint/".to_owned(),
        dead_letter_prefix: "dead-letter/".to_owned(),
        trigger: Duration::from_secs(1),
        timeout: Duration::from_secs(20),
    };
    let processor = |store: &Arc<InMemory>| {
        Processor::new(spec(), config.clone(), Arc::clone(store) as Arc<dyn ObjectStore>).unwrap()
    };
    let (whole, parts) = (Arc::new(InMemory::new()), Arc::new(InMemory::new()));
    let mut lasting = processor(&whole);
    for batch in 0..4_i64 {
        let event = |number: i64| Event {
            key: Some(number.to_string()),
            payload: match number % 7 {
                0 => b"broken".to_vec(),
                _ => message(
                    &format!("{batch}-{}", number / 2),
                    batch * 100 + number - 60 * (number % 5),
                    "0.99",
                ),
            },
            timestamp: Timestamp::from_second(batch * 100 + number).unwrap(),
        };
        producer.send_all("t", (0..50).map(event)).await.unwrap();
        lasting.drain().await.unwrap();
        // Each batch by a processor of its own, and every other one loses what it wrote but the log.
        processor(&parts).drain().await.unwrap();
        if batch % 2 == 1 {
            for folder in ["rows", "windows"] {
                parts
                    .delete(&Path::from(format!("{folder}/batch-{batch:06}.csv")))
                    .await
                    .unwrap();
            }
        }
    }
    processor(&parts).drain().await.unwrap();
    let (whole, parts) = (files(&whole).await, files(&parts).await);
    assert_eq!(whole, parts);
    for folder in ["rows/", "windows/", "checkpoint/offsets/", "dead-letter/"] {
        assert!(
            whole.iter().filter(|(name, _)| name.starts_with(folder)).count() >= 2,
            "{folder}"
        );
    }
    assert!(whole.iter().any(|(_, text)| text.contains("late: ")));
    broker.shutdown().await.unwrap();
}

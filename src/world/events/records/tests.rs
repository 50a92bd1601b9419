use super::outcome::RecordOutcome;
use super::read::{Reading, read};
use super::*;
use crate::world::events::outcome::Outcome;
use crate::world::events::{Event, GeneratorConfig, GeneratorKind};

const CSV: &str = r#"
form = "csv"
key = "id"
fields = ["last_name", { name = "city", profile = "city" }, { name = "price", from = -2, to = 9, decimals = 2 }]
operation = "op"
time = "at"
life = { deleted = 0.2, returns = 0.5, unchanged = 0.1 }
mess = { broken = 0.05 }
"#;

fn kind(text: &str) -> Result<GeneratorKind, String> {
    GeneratorKind::parse("records", toml::from_str(text).unwrap())
}

fn records(text: &str) -> Records {
    match kind(text).unwrap() {
        GeneratorKind::Records(records) => *records,
        other => panic!("{other:?}"),
    }
}

fn events(text: &str, seed: u64) -> Vec<Event> {
    let config = GeneratorConfig {
        events: 600,
        seed,
        rate: 2.0,
        start: "2026-03-02T09:00:00Z".parse().unwrap(),
        entities: 50,
    };
    kind(text).unwrap().generator(config).collect()
}

#[test]
fn one_seed_gives_the_same_lines_and_another_does_not() {
    assert_eq!(events(CSV, 7), events(CSV, 7));
    assert_ne!(events(CSV, 7), events(CSV, 8));
}

#[test]
fn lines_of_both_forms_are_read_back() {
    for text in [CSV.to_owned(), CSV.replace("csv", "json")] {
        let records = records(&text);
        let mut outcome = RecordOutcome::new(records.clone());
        let (mut deleted, mut keys) = (0, std::collections::BTreeSet::new());
        for event in events(&text, 1) {
            if let Reading::Record(record) = read(&records, &event.payload) {
                deleted += usize::from(record.deleted);
                assert_eq!(event.key, Some(record.key.to_string()));
                keys.insert(record.key);
                let price: f64 = record.fields[2].as_ref().unwrap().parse().unwrap();
                assert!((-2.0..=9.0).contains(&price), "{record:?}");
            }
            outcome.batch(&[event.payload]);
        }
        assert!(
            deleted > 30 && (45..=50).contains(&keys.len()),
            "{deleted} {}",
            keys.len()
        );
        let counts: Vec<u64> = outcome.table("counts").unwrap().rows[0]
            .iter()
            .map(|cell| cell.as_ref().unwrap().parse().unwrap())
            .collect();
        let [messages, unreadable, invalid, valid] = counts[..] else {
            panic!("{counts:?}")
        };
        assert_eq!((messages, unreadable + invalid + valid), (600, 600));
        assert!(unreadable > 5 && invalid > 5, "{counts:?}");
    }
}

#[test]
fn tables_follow_from_lines_in_any_order_but_for_what_each_batch_leaves() {
    let line = |name: &str, op: &str, minute: u32| {
        format!("1,{name},X,1.00,{op},2026-03-02 09:{minute:02}:00.000").into_bytes()
    };
    let told = [
        line("A", "I", 0),
        line("C", "U", 2),
        line(" B ", "U", 1),
        line("C", "D", 3),
        line("D", "I", 4),
    ];
    let tables = |batches: &[&[Vec<u8>]]| {
        let mut outcome = RecordOutcome::new(records(CSV));
        batches.iter().for_each(|batch| outcome.batch(batch));
        let names = |table: &str| -> Vec<String> {
            let rows = outcome.table(table).unwrap().rows;
            rows.into_iter().map(|row| row[1].clone().unwrap()).collect()
        };
        (names("latest"), names("versions"), names("net_versions"))
    };
    let (latest, versions, net) = tables(&[&told]);
    assert_eq!(
        (latest.join(""), versions.join(""), net.join("")),
        ("D".into(), "ABCCD".into(), "D".into())
    );
    let each: Vec<&[Vec<u8>]> = told.chunks(1).collect();
    let (latest, versions, net) = tables(&each);
    assert_eq!(
        (latest.join(""), versions.join(""), net.join("")),
        ("D".into(), "ABCCD".into(), "ACD".into())
    );
}

#[test]
fn without_a_life_every_record_is_a_new_entity() {
    let text = "form = \"json\"\nid = \"uuid\"\nkey = \"n\"\nfirst_key = 1\nfields = [{ name = \"c\", one_of = [\"a\", \"b\"] }]\ntime = \"at\"";
    let records = records(text);
    let mut ids = std::collections::BTreeSet::new();
    let mut keys = std::collections::BTreeSet::new();
    for event in events(text, 3) {
        if let Reading::Record(record) = read(&records, &event.payload) {
            ids.insert(record.id.unwrap());
            keys.insert(record.key);
        }
    }
    assert!(
        ids.len() == keys.len() && keys.len() > 500,
        "{} {}",
        ids.len(),
        keys.len()
    );
}

#[test]
fn mistakes_are_named() {
    for (from, to, named) in [
        ("\"last_name\"", "\"surname\"", "surname"),
        ("profile = \"city\"", "profile = \"town\"", "town"),
        ("to = 9", "to = -9", "price"),
        ("broken = 0.05", "broken = 0.9", "mess.broken"),
        ("broken = 0.05", "brokem = 0.05", "brokem"),
        ("operation = \"op\"", "", "operation"),
        ("time = \"at\"", "time = \"ID\"", "twice"),
    ] {
        let refused = kind(&CSV.replace(from, to)).unwrap_err();
        assert!(refused.contains(named), "{to}: {refused}");
    }
}

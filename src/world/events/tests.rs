use std::collections::BTreeMap;
use std::io::Cursor;

use super::expected::{Expected, Reading, clean};
use super::*;

fn config(seed: u64, events: u64) -> GeneratorConfig {
    GeneratorConfig {
        events,
        seed,
        rate: 2.0,
        start: "2026-03-02T09:00:00Z".parse().unwrap(),
        entities: events / 8,
    }
}

fn fixture() -> Vec<Vec<u8>> {
    let text = include_str!("../../../fixtures/customer_events.ndjson");
    text.lines().map(|line| line.as_bytes().to_vec()).collect()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn one_seed_gives_the_same_bytes_and_another_does_not() {
    let first: Vec<Event> = Generator::new(config(7, 500)).collect();
    assert_eq!(first.len(), 500);
    assert_eq!(first, Generator::new(config(7, 500)).collect::<Vec<_>>());
    assert_ne!(first, Generator::new(config(8, 500)).collect::<Vec<_>>());
}

#[test]
fn messages_leave_in_order_at_the_given_rate() {
    let events: Vec<Event> = Generator::new(config(1, 100)).collect();
    assert!(events.is_sorted_by_key(|event| event.timestamp));
    assert_eq!(events[99].timestamp, time("2026-03-02T09:00:49.5Z"));
}

#[test]
fn a_generator_goes_on_with_the_same_customers_and_new_events() {
    let mut generator = Generator::new(config(7, 300));
    let first: Vec<Event> = generator.by_ref().collect();
    let more = GeneratorConfig {
        start: time("2026-03-02T10:00:00Z"),
        rate: 1.0,
        ..config(7, 200)
    };
    generator.go_on(&more);
    let second: Vec<Event> = generator.by_ref().collect();
    assert_eq!((first.len(), second.len()), (300, 200));
    assert_eq!(second[0].timestamp, more.start);
    assert_eq!(second[199].timestamp, time("2026-03-02T10:03:19Z"));
    let event_ids = |events: &[Event]| -> Vec<String> {
        let read = |event: &Event| match clean::read(&event.payload) {
            Reading::Event(event) => Some(event.event_id),
            _ => None,
        };
        events.iter().filter_map(read).collect()
    };
    let known: std::collections::BTreeSet<String> = event_ids(&first).into_iter().collect();
    let repeated = event_ids(&second)
        .into_iter()
        .filter(|id| known.contains(id))
        .count();
    assert!(repeated < 20, "only the duplicates that always occur: {repeated}");
    let known: std::collections::BTreeSet<_> = first.iter().map(|event| &event.key).collect();
    assert!(second.iter().any(|event| known.contains(&event.key)));
}

#[test]
fn every_kind_of_mess_occurs_and_most_lines_are_fine() {
    let events: Vec<Event> = Generator::new(config(42, 5000)).collect();
    let mut expected = Expected::new();
    // Half a minute of events at a time.
    for batch in events.chunks(60) {
        expected.batch(batch.iter().map(|event| &event.payload));
    }
    let fates = expected.fates();
    assert!(
        fates.not_json > 10 && fates.duplicates > 50 && fates.late > 50,
        "{fates:?}"
    );
    assert_eq!(fates.rejected, 0);
    assert!(fates.cleansed > 4500, "{fates:?}");
    let lines = || events.iter().map(|event| String::from_utf8_lossy(&event.payload));
    for sign in [
        "\\\"",
        "null",
        "\"\"",
        "  ",
        "+02:00",
        "\"{\\\"eventId",
        "\"firstName\":\"'",
    ] {
        assert!(lines().any(|line| line.contains(sign)), "{sign}");
    }
    assert!(events.iter().any(|event| event.payload.is_empty()));
    let history = expected.history();
    assert!(history.len() > expected.current().len());
    let mut gaps = 0;
    for pair in history.windows(2) {
        if pair[0].customer_id == pair[1].customer_id {
            assert!(pair[0].valid_to.unwrap() <= pair[1].valid_from);
            gaps += usize::from(pair[0].valid_to.unwrap() < pair[1].valid_from);
        }
    }
    assert!(gaps > 0, "somebody comes back after closing");
}

#[test]
fn all_accounts_are_opened() {
    let mut customers = BTreeMap::new();
    for event in Generator::new(config(3, 4000)) {
        if let Reading::Event(event) = clean::read(&event.payload) {
            *customers.entry(event.customer_id).or_insert(0) += 1;
        }
    }
    assert!((480..=500).contains(&customers.len()), "{}", customers.len());
}

#[test]
fn no_event_within_a_batch_is_late() {
    let lines: Vec<Vec<u8>> = Generator::new(config(5, 2000))
        .map(|event| event.payload)
        .collect();
    let mut expected = Expected::new();
    expected.batch(&lines);
    assert_eq!(expected.fates().late, 0);
}

#[test]
fn the_current_table_does_not_depend_on_how_lines_are_batched() {
    let lines: Vec<Vec<u8>> = Generator::new(config(11, 3000))
        .map(|event| event.payload)
        .collect();
    let mut whole = Expected::new();
    whole.batch(&lines);
    let mut parts = Expected::new();
    lines.chunks(50).for_each(|batch| parts.batch(batch));
    assert_eq!(whole.current(), parts.current());
    assert!(
        whole.history().len() > parts.history().len(),
        "late events make versions only in their own batch"
    );
}

#[test]
fn the_fixture_in_one_batch() {
    let mut expected = Expected::new();
    expected.batch(fixture());
    let fates = expected.fates();
    assert_eq!((fates.not_json, fates.rejected, fates.duplicates), (1, 5, 1));
    assert_eq!((fates.cleansed, fates.late), (14, 0));
    let current = expected.current();
    let names: Vec<(u64, &str)> = current
        .iter()
        .map(|row| (row.customer_id, row.profile.first_name.as_str()))
        .collect();
    assert_eq!(names, [(1, "Ada"), (3, "Edsger"), (4, "Alan"), (6, "Barbara")]);
    assert_eq!(current[2].event_time, time("2026-03-02T08:32:00Z"));
    assert_eq!(current[3].event_time, time("2026-03-02T08:50:00Z"));
    let barbara = &current[3].profile;
    assert_eq!(barbara.street, "32 Vassar St \\ Stata 5\\");
    assert_eq!(
        (barbara.last_name.as_str(), barbara.zip.as_str()),
        ("O'liskov", "2139")
    );
    let versions: Vec<u64> = expected.history().iter().map(|row| row.customer_id).collect();
    assert_eq!(versions, [1, 1, 1, 2, 3, 3, 3, 4, 5, 6]);
    let ada: Vec<(String, String)> = expected.history()[..3]
        .iter()
        .map(|row| (row.profile.last_name.clone(), row.valid_from.to_string()))
        .collect();
    assert_eq!(ada[1], ("King".to_owned(), "2026-03-02T08:05:00Z".to_owned()));
}

#[test]
fn the_fixture_line_by_line() {
    let mut expected = Expected::new();
    fixture().iter().for_each(|line| expected.batch([line]));
    // The earlier surname, the address before the closing, and the account created after it was closed come late.
    assert_eq!(expected.fates().late, 3);
    assert_eq!(expected.fates().cleansed, 14);
    let current: Vec<u64> = expected.current().iter().map(|row| row.customer_id).collect();
    assert_eq!(current, [1, 3, 4, 6]);
    let edsger: Vec<(Timestamp, Option<Timestamp>)> = expected
        .history()
        .iter()
        .filter(|row| row.customer_id == 3)
        .map(|row| (row.valid_from, row.valid_to))
        .collect();
    let (created, closed, again) = (
        time("2026-03-02T08:02:00Z"),
        time("2026-03-02T08:20:00Z"),
        time("2026-03-02T08:30:00Z"),
    );
    assert_eq!(edsger, [(created, Some(closed)), (again, None)]);
}

#[test]
fn equal_times_are_ordered_by_event_id() {
    let event = |id: &str, name: &str| {
        format!(
            r#"{{"eventId":"{id}","eventType":"PROFILE_UPDATED","eventTime":"2026-01-01T00:00:00Z","customerId":1,"firstName":"{name}"}}"#
        )
    };
    let mut expected = Expected::new();
    expected.batch([event("b", "Bea"), event("a", "Amy")]);
    expected.batch([event("aa", "Late")]);
    assert_eq!(expected.current()[0].profile.first_name, "Bea");
    assert_eq!(
        expected.history()[0].valid_to,
        Some(expected.history()[0].valid_from)
    );
    assert_eq!(expected.fates().late, 1);
}

#[test]
fn an_input_file_is_read_unchanged() {
    let text = "{\"customerId\": 7 }\r\n\n  \nnot json\n\"{\\\"customerId\\\":\\\"8\\\"}\"\nlast";
    let lines: Vec<InputLine> = InputReader::new(Cursor::new(text))
        .collect::<Result<_, _>>()
        .unwrap();
    let event = |number, key: Option<&str>, payload: &str| InputLine::Event {
        number,
        key: key.map(str::to_owned),
        payload: payload.as_bytes().to_vec(),
    };
    assert_eq!(
        lines,
        [
            event(1, Some("7"), "{\"customerId\": 7 }\r"),
            event(4, None, "not json"),
            event(5, Some("8"), "\"{\\\"customerId\\\":\\\"8\\\"}\""),
            event(6, None, "last"),
        ]
    );
}

#[test]
fn a_line_beyond_the_limit_costs_only_itself() {
    let mut text = vec![b'x'; MAX_LINE_BYTES + 5];
    text.extend_from_slice(b"\n42\n");
    let lines: Vec<InputLine> = InputReader::new(Cursor::new(text))
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(
        lines[0],
        InputLine::TooLong {
            number: 1,
            length: MAX_LINE_BYTES as u64 + 5
        }
    );
    assert_eq!(
        lines[1],
        InputLine::Event {
            number: 2,
            key: None,
            payload: b"42".to_vec()
        }
    );
}

#[test]
fn a_time_without_offset_is_utc() {
    let read = |text: &str| {
        let line = format!(
            r#"{{"eventId":"e","eventType":"account_closed","eventTime":"{text}","customerId":"01"}}"#
        );
        match clean::read(line.as_bytes()) {
            Reading::Event(event) => Some(event.event_time),
            _ => None,
        }
    };
    let nine = Some(time("2026-03-02T09:00:00Z"));
    for text in [
        "2026-03-02T09:00:00",
        " 2026-03-02T09:00:00Z ",
        "2026-03-02T11:00:00+02:00",
        "2026-03-02T05:30:00-0330",
    ] {
        assert_eq!(read(text), nine, "{text}");
    }
    for text in ["2026-03-02", "yesterday", "1772442000", "2026-13-02T09:00:00Z"] {
        assert_eq!(read(text), None, "{text}");
    }
}

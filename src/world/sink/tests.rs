use std::time::Duration;

use super::batch::*;
use super::*;

fn config(records_per_file: u64, format: FileFormat) -> SinkConfig {
    SinkConfig {
        brokers: String::new(),
        topic: "t".to_owned(),
        group: "g".to_owned(),
        prefix: "in/".to_owned(),
        dead_letter_prefix: "dead/".to_owned(),
        format,
        csv_columns: vec!["id".to_owned(), "address.street".to_owned(), "n".to_owned()],
        records_per_file,
        time_per_file: Duration::from_secs(60),
        timeout: Duration::from_secs(5),
    }
}

fn record(offset: i64, payload: &[u8]) -> Record {
    Record {
        offset,
        payload: Some(payload.to_vec()),
        ..Record::default()
    }
}

/// Groups records and tells the files as (first offset, end, rows).
fn group(config: &SinkConfig, mut batch: PartitionBatch, records: &[Record]) -> Vec<ClosedFile> {
    records
        .iter()
        .for_each(|record| batch.push(config, record.clone()));
    batch.close(config);
    batch.closed
}

fn shape(files: &[ClosedFile]) -> Vec<(Option<i64>, i64, u64)> {
    files
        .iter()
        .map(|file| (file.first_offset, file.end_offset, file.rows))
        .collect()
}

fn text(file: &ClosedFile) -> &str {
    std::str::from_utf8(&file.bytes).unwrap()
}

#[test]
fn files_hold_as_many_records_as_they_may() {
    let config = config(2, FileFormat::Ndjson);
    let records: Vec<Record> = (0..5)
        .map(|at| record(at, format!("{{\"a\":{at}}}").as_bytes()))
        .collect();
    let files = group(&config, PartitionBatch::new(0, 0, Vec::new()), &records);
    assert_eq!(shape(&files), [(Some(0), 2, 2), (Some(2), 4, 2), (Some(4), 5, 1)]);
    assert_eq!(text(&files[1]), "{\"a\":2}\n{\"a\":3}\n");
}

#[test]
fn what_is_no_json_becomes_a_dead_letter_with_its_reason() {
    let config = config(10, FileFormat::Ndjson);
    let mut records: Vec<Record> = [
        &b"{\"a\":1}"[..],
        b"oops",
        b"",
        b"  ",
        b"{\"a\":1,\"a\":2}",
        b"[1] 2",
        b"\xff\xfe",
        b"null",
    ]
    .iter()
    .zip(10..)
    .map(|(payload, offset)| record(offset, payload))
    .collect();
    records.push(Record {
        offset: 18,
        key: Some(b"k".to_vec()),
        ..Record::default()
    });
    let files = group(&config, PartitionBatch::new(3, 10, Vec::new()), &records);
    assert_eq!(shape(&files), [(Some(10), 19, 2)]);
    assert_eq!(text(&files[0]), "{\"a\":1}\nnull\n");
    let reasons: Vec<(i64, &str)> = files[0]
        .dead_letters
        .iter()
        .map(|letter| (letter.offset, letter.reason.as_str()))
        .collect();
    assert_eq!(reasons.len(), 7);
    assert!(reasons[0].1.starts_with("not JSON"), "{reasons:?}");
    assert_eq!(reasons[1].1, "the message is empty");
    assert!(reasons[3].1.contains("occurs twice"), "{reasons:?}");
    assert_eq!(reasons[6], (18, "the message has no value"));
    assert_eq!(files[0].dead_letters[0].path, "dead/t+3+0000000011.json");
    insta::assert_snapshot!(String::from_utf8(files[0].dead_letters[0].to_json("t")).unwrap().trim_end(),
        @r#"{"topic":"t","partition":3,"offset":11,"timestamp":null,"reason":"not JSON: expected value at line 1 column 1","key":null,"payload":"oops"}"#);
    let bytes = String::from_utf8(files[0].dead_letters[5].to_json("t")).unwrap();
    assert!(bytes.contains("\"payloadBase64\":\"//4=\""), "{bytes}");
}

#[test]
fn a_range_of_dead_letters_alone_makes_no_file() {
    let config = config(10, FileFormat::JsonArray);
    let files = group(
        &config,
        PartitionBatch::new(0, 0, Vec::new()),
        &[record(0, b"x"), record(1, b"y")],
    );
    assert_eq!(shape(&files), [(None, 2, 0)]);
    assert!(files[0].bytes.is_empty());
}

#[test]
fn committed_boundaries_give_the_same_files_although_the_topic_has_grown() {
    let config = config(100, FileFormat::Ndjson);
    let records: Vec<Record> = (0..20).map(|at| record(at, b"{}")).collect();
    let before = group(&config, PartitionBatch::new(0, 0, Vec::new()), &records[..7]);
    let text = boundaries_to_text(before.iter().map(|file| file.end_offset));
    let again = PartitionBatch::new(0, 0, boundaries_from_text(&text));
    let after = group(&config, again, &records);
    assert_eq!(after[0], before[0]);
    assert_eq!(shape(&after), [(Some(0), 7, 7), (Some(7), 20, 13)]);
}

#[test]
fn boundaries_hold_where_offsets_have_holes() {
    let config = config(2, FileFormat::Ndjson);
    let records: Vec<Record> = [3, 4, 9, 12, 13].map(|at| record(at, b"1")).to_vec();
    let files = group(&config, PartitionBatch::new(0, 0, vec![5, 8, 10]), &records);
    assert_eq!(
        shape(&files),
        [(Some(3), 5, 2), (Some(9), 10, 1), (Some(12), 14, 2)]
    );
    let short = group(&config, PartitionBatch::new(0, 0, vec![8]), &records[..2]);
    assert_eq!(shape(&short), [(Some(3), 8, 2)]);
}

#[test]
fn boundaries_of_others_are_no_boundaries() {
    assert_eq!(
        boundaries_from_text(&boundaries_to_text([5, 9].into_iter())),
        [5, 9]
    );
    assert!(boundaries_from_text("").is_empty());
    assert!(boundaries_from_text("kafka-connect").is_empty());
    assert!(boundaries_from_text("snowglobe:5,x").is_empty());
    assert!(boundaries_to_text((0..MAX_BOUNDARIES as i64).map(|_| i64::MAX)).len() < 4096);
}

#[test]
fn names_sort_as_offsets_do() {
    assert_eq!(name("in/", "t", 2, 41, "json"), "in/t+2+0000000041.json");
    assert!(name("", "t", 0, 9, "json") < name("", "t", 0, 10, "json"));
}

#[test]
fn an_array_and_a_pretty_printed_message_are_one_value_each() {
    let records = [record(0, b"{\n  \"a\": 1\r\n}\n"), record(1, b"[1]")];
    let array = group(
        &config(9, FileFormat::JsonArray),
        PartitionBatch::new(0, 0, Vec::new()),
        &records,
    );
    assert_eq!(text(&array[0]), "[\n{   \"a\": 1  },\n[1]\n]\n");
    assert!(
        serde_json::from_str::<serde_json::Value>(text(&array[0]))
            .unwrap()
            .is_array()
    );
    let lines = group(
        &config(9, FileFormat::Ndjson),
        PartitionBatch::new(0, 0, Vec::new()),
        &records,
    );
    assert_eq!(text(&lines[0]).lines().count(), 2);
}

#[test]
fn csv_tells_null_from_empty_and_quotes_what_needs_it() {
    let records = [
        record(0, br#"{"id":"a,b","address":{"street":"say \"hi\""},"n":1.50}"#),
        record(1, br#"{"id":"","address":null,"n":{"x":[1,null]}}"#),
        record(2, b"[1]"),
    ];
    let files = group(
        &config(9, FileFormat::Csv),
        PartitionBatch::new(0, 0, Vec::new()),
        &records,
    );
    let expected = "id,address.street,n\n\"a,b\",\"say \"\"hi\"\"\",1.50\n\"\",,\"{\"\"x\"\":[1,null]}\"\n";
    assert_eq!(text(&files[0]), expected);
    assert_eq!(files[0].dead_letters.len(), 1);
}

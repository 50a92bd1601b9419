use apache_avro::types::{Record, Value as AvroValue};
use apache_avro::{Schema as AvroSchema, Writer};
use datafusion::arrow::array::AsArray;
use proptest::prelude::*;

use super::*;
use crate::stage::format::{FileFormat, FileType};
use crate::variant::to_json;

const EVENTS: &[u8] = include_bytes!("../../../tests/it/loading/files/events-zstandard.avro");

fn format(replace_invalid_characters: bool) -> AvroFormat {
    let mut format = FileFormat::of(FileType::Avro).avro().unwrap();
    format.replace_invalid_characters = replace_invalid_characters;
    format
}

fn texts(bytes: &[u8]) -> Result<Vec<String>> {
    let batches = read("f", bytes, &format(true))?;
    let values = batches
        .iter()
        .flat_map(|batch| batch.column(0).as_binary::<i64>());
    Ok(values
        .map(|bytes| {
            let mut text = String::new();
            to_json(bytes.unwrap(), &mut text);
            text
        })
        .collect())
}

/// A file of one block, built by hand.
fn file(schema: &str, records: u8, block: &[u8]) -> Vec<u8> {
    let mut bytes = b"Obj\x01\x02\x16avro.schema".to_vec();
    assert!(schema.len() < 64 * 128);
    let length = schema.len() * 2;
    bytes.extend([((length & 0x7f) | 0x80) as u8, (length >> 7) as u8]);
    bytes.extend(schema.as_bytes());
    bytes.push(0);
    bytes.extend([7; 16]);
    bytes.extend([records * 2, block.len() as u8 * 2]);
    bytes.extend(block);
    bytes.extend([7; 16]);
    bytes
}

#[test]
fn records_are_objects_with_logical_types() {
    let rows = texts(EVENTS).unwrap();
    assert_eq!(
        rows[0],
        "{\"Name\":null,\"active\":true,\"amount\":-12.34,\"at\":\"2024-01-02 03:04:05.678\",\"clock\":\"01:02:03\",\
         \"counts\":{\"x\":0},\"day\":\"2024-01-02\",\"id\":1,\"key\":\"00000000-0000-0000-0000-000000000001\",\
         \"kind\":\"OLD\",\"place\":{\"again\":\"OLD\",\"city\":\"Üb\"},\"raw\":\"00FF\",\
         \"score\":5.000000000000000e-01,\"tags\":[]}"
    );
    assert_eq!(rows.len(), 3);
    let types: Vec<String> = describe("f", EVENTS)
        .unwrap()
        .into_iter()
        .map(|(name, data_type, nullable)| format!("{name} {} {nullable}", data_type.unwrap()))
        .collect();
    assert_eq!(types[0], "id NUMBER(38,0) false");
    assert_eq!(types[1], "Name VARCHAR(16777216) true");
    assert_eq!(types[6], "amount NUMBER(10,2) false");
    assert_eq!(types[11], "tags VARIANT false");
}

#[test]
fn what_the_library_writes_is_read_back() {
    let schema = AvroSchema::parse_str(
        r#"{"type": "record", "name": "r", "fields": [{"name": "n", "type": ["null", "long"]},
            {"name": "f", "type": "float"}]}"#,
    )
    .unwrap();
    let mut writer = Writer::with_codec(&schema, Vec::new(), apache_avro::Codec::Snappy).unwrap();
    for number in [i64::MIN, 0, 7] {
        let mut record = Record::new(&schema).unwrap();
        record.put("n", AvroValue::Union(1, Box::new(AvroValue::Long(number))));
        record.put("f", 0.5_f32);
        writer.append_value(record).unwrap();
    }
    let rows = texts(&writer.into_inner().unwrap()).unwrap();
    assert_eq!(
        rows[0],
        "{\"f\":5.000000000000000e-01,\"n\":-9223372036854775808}"
    );
    assert_eq!(rows.len(), 3);
}

#[test]
fn decimals_have_at_most_38_digits() {
    let schema = r#"{"type":"bytes","logicalType":"decimal","precision":38,"scale":0}"#;
    let block = |bytes: &[u8]| {
        let mut block = vec![bytes.len() as u8 * 2];
        block.extend(bytes);
        block
    };
    for (bytes, shown) in [
        (vec![], "0"),
        (vec![0xff], "-1"),
        (vec![0; 20], "0"),
        (vec![0xff; 20], "-1"),
        (vec![0, 0x80], "128"),
    ] {
        assert_eq!(texts(&file(schema, 1, &block(&bytes))).unwrap(), [shown]);
    }
    let mut wide = vec![0, 0x80];
    wide.extend([0; 15]);
    for bytes in [vec![0x7f; 16], vec![1; 17], wide] {
        let error = texts(&file(schema, 1, &block(&bytes))).unwrap_err();
        assert!(error.message().contains("more than 38 digits"), "{error}");
    }
}

#[test]
fn invalid_text_is_an_error_or_replaced() {
    let bytes = file(r#""string""#, 1, b"\x04a\xff");
    assert_eq!(texts(&bytes).unwrap(), ["\"a\u{fffd}\""]);
    let error = read("f", &bytes, &format(false)).unwrap_err();
    assert_eq!((error.code(), error.sqlstate()), (100_144, "22000"));
}

#[test]
fn what_claims_more_than_it_holds_is_refused() {
    for (schema, code) in [
        (r#"{"type":"array","items":"null"}"#, 2),
        (r#""null""#, 2),
        (r#"{"type":"record","name":"r","fields":[]}"#, 2),
        (
            r#"{"type":"record","name":"r","fields":[{"name":"r","type":["null","r"]}]}"#,
            2,
        ),
        (
            r#"{"type":"bytes","logicalType":"decimal","precision":60,"scale":2}"#,
            2,
        ),
        (r#"{"type":"what"}"#, 100_145),
    ] {
        let error = texts(&file(schema, 1, &[2])).unwrap_err();
        assert_eq!(error.code(), code, "{schema}: {error}");
    }
    for (schema, records, block) in [
        (r#""boolean""#, 9, vec![1]),
        (r#""boolean""#, 1, vec![1, 1]),
        (r#""boolean""#, 1, vec![2]),
        (r#""long""#, 1, vec![0xff; 11]),
        (r#""string""#, 1, vec![0x7e]),
        (r#""string""#, 1, vec![1]),
        (r#"["null","int"]"#, 1, vec![4]),
        (r#"{"type":"enum","name":"e","symbols":["A"]}"#, 1, vec![2]),
        (r#"{"type":"array","items":"int"}"#, 1, vec![0x7e, 2]),
        (r#"{"type":"int","logicalType":"time-millis"}"#, 1, vec![1]),
    ] {
        let error = texts(&file(schema, records, &block)).unwrap_err();
        assert_eq!(error.code(), 100_145, "{schema}: {error}");
    }
}

#[test]
fn files_that_are_cut_off_are_refused() {
    for length in 0..EVENTS.len() {
        if let Ok(rows) = texts(&EVENTS[..length]) {
            // Cut where the header ends.
            assert!(rows.is_empty(), "{length}");
        }
    }
}

proptest! {
    #[test]
    fn damage_never_panics(at in 0usize..4_000, value in any::<u8>()) {
        let mut bytes = EVENTS.to_vec();
        let length = bytes.len();
        bytes[at % length] = value;
        let _ = (texts(&bytes), describe("f", &bytes));
    }
}

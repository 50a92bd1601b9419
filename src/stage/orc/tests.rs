use proptest::prelude::*;

use super::*;
use crate::stage::columnar::row_objects;
use crate::variant::to_json;

const EVENTS: &[u8] = include_bytes!("../../../tests/it/loading/files/events.orc");

fn texts(bytes: &'static [u8]) -> Vec<String> {
    let columns = read_columns("f", Bytes::from_static(bytes)).unwrap();
    let show = |bytes: Option<&[u8]>| {
        let mut text = String::new();
        to_json(bytes.unwrap(), &mut text);
        text
    };
    let objects = columns
        .batches
        .iter()
        .map(|batch| row_objects(&columns, batch).unwrap());
    objects
        .flat_map(|rows| rows.iter().map(show).collect::<Vec<_>>())
        .collect()
}

#[test]
fn rows_are_objects_in_the_documented_form() {
    assert_eq!(
        texts(EVENTS),
        [
            "{\"active\":true,\"amount\":-12.34,\"at\":\"2024-01-02 03:04:05.678\",\
             \"counts\":[{\"key\":\"x\",\"value\":1},{\"key\":\"y\",\"value\":2}],\"day\":\"2024-01-02\",\"id\":1,\
             \"instant\":\"2024-01-02 03:04:05.000 +0000\",\"place\":{\"city\":\"Üb\",\"zip\":7},\"raw\":\"00FF\",\
             \"score\":5.000000000000000e-01,\"tags\":[\"a\",\"b\"]}",
            "{\"Name\":\" Ann \",\"active\":false,\"amount\":0.01,\"counts\":[],\"id\":2,\"place\":{\"zip\":8},\
             \"raw\":\"\",\"score\":1.500000000000000e+00,\"tags\":[]}",
            "{\"Name\":\"NULL\",\"at\":\"1969-12-31 23:59:59.000\",\"day\":\"1969-12-31\",\"id\":3}",
        ]
    );
}

#[test]
fn columns_have_snowflake_types() {
    let types: Vec<String> = describe("f", Bytes::from_static(EVENTS))
        .unwrap()
        .into_iter()
        .map(|(name, data_type)| format!("{name} {data_type}"))
        .collect();
    assert_eq!(
        types,
        [
            "id NUMBER(38,0)",
            "Name VARCHAR(16777216)",
            "active BOOLEAN",
            "score FLOAT",
            "raw BINARY(8388608)",
            "amount NUMBER(10,2)",
            "day DATE",
            "at TIMESTAMP_NTZ(9)",
            "instant TIMESTAMP_LTZ(9)",
            "tags ARRAY",
            "counts ARRAY",
            "place OBJECT",
        ]
    );
}

#[test]
fn files_that_are_cut_off_are_refused() {
    for length in 0..EVENTS.len() {
        let error = read_columns("f", Bytes::from_static(&EVENTS[..length])).unwrap_err();
        assert_eq!(error.code(), 100_145, "{length}: {error}");
    }
}

proptest! {
    #[test]
    fn damage_never_panics(at in 0usize..4_000, value in any::<u8>()) {
        let mut bytes = EVENTS.to_vec();
        let length = bytes.len();
        bytes[at % length] = value;
        if let Ok(columns) = read_columns("f", bytes.into()) {
            for batch in &columns.batches {
                let _ = row_objects(&columns, batch);
            }
        }
    }
}

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BinaryArray};
use datafusion::arrow::array::{
    Int32Array, ListBuilder, MapBuilder, MapFieldNames, PrimitiveArray, StringBuilder, StructArray,
};
use datafusion::arrow::array::{Int32Builder, TimestampMillisecondArray};
use datafusion::arrow::datatypes::Int32Type;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use proptest::prelude::*;

use super::*;
use crate::stage::columnar::row_objects;
use crate::stage::format::{FileFormat, FileType, PropertyValue};
use crate::variant::to_json;

fn sample() -> Vec<u8> {
    let mut list = ListBuilder::new(Int32Builder::new());
    list.append_value([Some(1), None]);
    list.append_null();
    let names = MapFieldNames {
        entry: "key_value".into(),
        key: "key".into(),
        value: "value".into(),
    };
    let mut map = MapBuilder::new(Some(names), StringBuilder::new(), Int32Builder::new());
    map.keys().append_value("k");
    map.values().append_value(7);
    map.append(true).unwrap();
    map.append(true).unwrap();
    let member: ArrayRef = Arc::new(Int32Array::from(vec![Some(5), None]));
    let field = Arc::new(Field::new("x", DataType::Int32, true));
    let arrays: Vec<(&str, ArrayRef)> = vec![
        ("l", Arc::new(list.finish())),
        ("m", Arc::new(map.finish())),
        ("s", Arc::new(StructArray::from(vec![(field, member)]))),
        (
            "t",
            Arc::new(TimestampMillisecondArray::from(vec![0, 1_500]).with_timezone("UTC")),
        ),
        (
            "n",
            Arc::new([Some(1), None].into_iter().collect::<PrimitiveArray<Int32Type>>()),
        ),
        (
            "b",
            Arc::new(BinaryArray::from(vec![Some(b"hi".as_slice()), None])),
        ),
    ];
    let batch = RecordBatch::try_from_iter(arrays).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn format(vectorized: bool) -> ParquetFormat {
    let given = [(
        "USE_VECTORIZED_SCANNER".to_string(),
        PropertyValue::Boolean(vectorized),
    )];
    FileFormat::of(FileType::Parquet)
        .with_properties(&given)
        .unwrap()
        .parquet()
        .unwrap()
}

fn objects(vectorized: bool) -> Vec<String> {
    let columns = read_columns("f", sample().into(), &format(vectorized)).unwrap();
    let rows = row_objects(&columns, &columns.batches[0]).unwrap();
    let show = |bytes: Option<&[u8]>| {
        let mut text = String::new();
        to_json(bytes.unwrap(), &mut text);
        text
    };
    rows.iter().map(show).collect()
}

#[test]
fn rows_are_objects_in_the_scanners_own_form() {
    let plain = objects(false);
    assert!(
        plain[0].contains(r#""l":[1],"m":{"key_value":[{"key":"k","value":7}]},"n":1,"s":{"x":5}"#),
        "{plain:?}"
    );
    assert!(
        plain[0].contains(r#""b":"hi""#) && !plain[1].contains(r#""n""#),
        "{plain:?}"
    );
    let vectorized = objects(true);
    assert!(
        vectorized[0].contains(r#""l":[1,null],"m":{"k":7}"#),
        "{vectorized:?}"
    );
    assert!(
        vectorized[1].contains(r#""n":null,"s":{"x":null}"#),
        "{vectorized:?}"
    );
}

#[test]
fn instants_follow_the_logical_type() {
    let types = |vectorized| {
        read_columns("f", sample().into(), &format(vectorized))
            .unwrap()
            .types
    };
    assert_eq!(types(false)[3], SnowType::TIMESTAMP_NTZ);
    assert_eq!(types(true)[3], SnowType::TIMESTAMP_LTZ);
    assert_eq!(
        (types(false)[5], types(true)[5]),
        (SnowType::VARCHAR, SnowType::BINARY)
    );
}

proptest! {
    #[test]
    fn damage_never_panics(at in 0usize..4_000, value in any::<u8>(), cut in 0usize..64) {
        let mut bytes = sample();
        let length = bytes.len();
        bytes[at % length] = value;
        bytes.truncate(length - cut % 8);
        if let Ok(columns) = read_columns("f", bytes.into(), &format(at % 2 == 0)) {
            for batch in &columns.batches {
                let _ = row_objects(&columns, batch);
            }
        }
    }
}

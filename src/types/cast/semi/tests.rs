use datafusion::arrow::array::StringArray;
use proptest::prelude::*;

use super::*;
use crate::types::cast::cast;
use crate::types::text::column_to_text;

const NTZ: SnowType = SnowType::TIMESTAMP_NTZ;

fn json(text: &str) -> ArrayRef {
    let mut builder = VariantBuilder::new();
    builder.append_json(text.as_bytes()).unwrap();
    Arc::new(builder.finish())
}

fn read(text: &str, to: SnowType) -> Result<Option<String>> {
    let context = TypeContext::default();
    let array = cast(&json(text), &SnowType::Variant, &to, CastMode::Strict, &context)?;
    Ok(column_to_text(&array, &to, &context)?.remove(0))
}

#[test]
fn values_convert_by_what_they_are() {
    let number = |precision, scale| SnowType::Number { precision, scale };
    for (text, to, result) in [
        ("12.345", number(10, 2), "12.35"),
        ("\"12.345\"", number(10, 2), "12.35"),
        ("1e2", number(10, 0), "100"),
        ("true", number(10, 1), "1.0"),
        ("1.5", SnowType::Float, "1.5"),
        ("\"1.5\"", SnowType::Float, "1.5"),
        ("false", SnowType::Float, "0"),
        ("\"no\"", SnowType::Boolean, "FALSE"),
        ("2", SnowType::Boolean, "TRUE"),
        ("\"text\"", SnowType::VARCHAR, "text"),
        ("5.000", SnowType::VARCHAR, "5"),
        ("true", SnowType::VARCHAR, "true"),
        (
            "{\"b\": [1, null], \"a\": \"x\"}",
            SnowType::VARCHAR,
            "{\"a\":\"x\",\"b\":[1,null]}",
        ),
        ("\"2024-02-29\"", SnowType::Date, "2024-02-29"),
        ("\"10:11:12\"", SnowType::TIME, "10:11:12"),
        ("\"2024-02-29T10:11:12Z\"", NTZ, "2024-02-29 10:11:12.000"),
        (
            "\"2024-02-29T10:11:12Z\"",
            SnowType::TIMESTAMP_LTZ,
            "2024-02-29 02:11:12.000 -0800",
        ),
        ("0", NTZ, "1969-12-31 16:00:00.000"),
        (
            "1487654321321",
            SnowType::TIMESTAMP_LTZ,
            "2017-02-20 21:18:41.321 -0800",
        ),
        ("0.5", NTZ, "1969-12-31 16:00:00.500"),
        ("\"48454C50\"", SnowType::BINARY, "48454C50"),
        ("{\"a\": 1}", SnowType::Object, "{\n  \"a\": 1\n}"),
        ("[1]", SnowType::Array, "[\n  1\n]"),
        ("7", SnowType::Array, "[\n  7\n]"),
    ] {
        assert_eq!(read(text, to).unwrap().as_deref(), Some(result), "{text} as {to}");
    }
    for to in [
        number(5, 0),
        SnowType::VARCHAR,
        SnowType::Date,
        NTZ,
        SnowType::Object,
        SnowType::Array,
        SnowType::BINARY,
    ] {
        assert_eq!(read("null", to).unwrap(), None, "{to}");
    }
    assert_eq!(read("null", SnowType::Variant).unwrap().as_deref(), Some("null"));
}

#[test]
fn what_does_not_convert_is_named() {
    let integer = SnowType::INTEGER;
    for (text, to, message) in [
        (
            "\"abc\"",
            integer,
            "Failed to cast variant value \"abc\" to FIXED",
        ),
        ("[1]", SnowType::Float, "Failed to cast variant value [1] to REAL"),
        ("3", SnowType::Date, "Failed to cast variant value 3 to DATE"),
        (
            "\"x\"",
            NTZ,
            "Failed to cast variant value \"x\" to TIMESTAMP_NTZ",
        ),
        (
            "\"x\"",
            SnowType::Object,
            "Failed to cast variant value \"x\" to OBJECT",
        ),
        (
            "{}",
            SnowType::Boolean,
            "Failed to cast variant value {} to BOOLEAN",
        ),
        ("1", SnowType::BINARY, "Failed to cast variant value 1 to BINARY"),
        (
            "1000",
            SnowType::Number {
                precision: 2,
                scale: 0,
            },
            "Numeric value '1000' is out of range",
        ),
        (
            "\"long\"",
            SnowType::Varchar { length: 2 },
            "String 'long' is too long and would be truncated",
        ),
    ] {
        assert_eq!(read(text, to).unwrap_err().message(), message);
        let tried = cast(
            &json(text),
            &SnowType::Variant,
            &to,
            CastMode::Try,
            &TypeContext::default(),
        )
        .unwrap();
        assert_eq!(tried.null_count(), 1, "{text} as {to}");
    }
}

#[test]
fn everything_becomes_a_variant_and_comes_back() {
    let context = TypeContext::default();
    let strict = |array: &ArrayRef, from: &SnowType, to: &SnowType| {
        cast(array, from, to, CastMode::Strict, &context).unwrap()
    };
    for (text, data_type) in [
        (
            "12.5",
            SnowType::Number {
                precision: 10,
                scale: 2,
            },
        ),
        ("0.25", SnowType::Float),
        ("word", SnowType::VARCHAR),
        ("DEADBEEF", SnowType::BINARY),
        ("true", SnowType::Boolean),
        ("2024-02-29", SnowType::Date),
        ("10:11:12.5", SnowType::TIME),
        ("9999-12-31 23:59:59.999999999", NTZ),
        ("2024-02-29 10:11:12.5", SnowType::TIMESTAMP_LTZ),
        ("2024-02-29 10:11:12.5 +0530", SnowType::TIMESTAMP_TZ),
    ] {
        let source: ArrayRef = Arc::new(StringArray::from(vec![Some(text), None]));
        let value = strict(&source, &SnowType::VARCHAR, &data_type);
        let wrapped = strict(&value, &data_type, &SnowType::Variant);
        assert_eq!(
            &strict(&wrapped, &SnowType::Variant, &data_type),
            &value,
            "{data_type}"
        );
        let list = strict(&value, &data_type, &SnowType::Array);
        assert_eq!(list.null_count(), 1);
        let Value::Array(found) = variant::view(list.as_binary::<i64>().value(0)) else {
            panic!("no array")
        };
        assert_eq!(found.get(0), Some(wrapped.as_binary::<i64>().value(0)));
    }
}

#[test]
fn dates_inside_follow_the_session() {
    let mut context = TypeContext::default();
    context.set("DATE_OUTPUT_FORMAT", "DD.MM.YYYY").unwrap();
    let source: ArrayRef = Arc::new(StringArray::from(vec!["2024-02-29"]));
    let date = cast(
        &source,
        &SnowType::VARCHAR,
        &SnowType::Date,
        CastMode::Strict,
        &context,
    )
    .unwrap();
    let array = cast(
        &date,
        &SnowType::Date,
        &SnowType::Array,
        CastMode::Strict,
        &context,
    )
    .unwrap();
    let text = cast(
        &array,
        &SnowType::Array,
        &SnowType::VARCHAR,
        CastMode::Strict,
        &context,
    )
    .unwrap();
    assert_eq!(text.as_string::<i32>().value(0), "[\"29.02.2024\"]");
    assert_eq!(
        column_to_text(&array, &SnowType::Array, &context).unwrap()[0].as_deref(),
        Some("[\n  \"29.02.2024\"\n]")
    );
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let array: ArrayRef = Arc::new(LargeBinaryArray::from_vec(vec![&bytes]));
        let context = TypeContext::default();
        for to in [SnowType::INTEGER, SnowType::Float, SnowType::VARCHAR, SnowType::Date, NTZ, SnowType::Array] {
            let _ = cast(&array, &SnowType::Variant, &to, CastMode::Try, &context).unwrap();
            let _ = cast(&array, &SnowType::Variant, &to, CastMode::Strict, &context);
        }
    }
}

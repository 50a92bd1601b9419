use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, FixedSizeBinaryArray, Float64Array};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{Interpreter, arrow, read, write};
use crate::types::cast::{CastMode, cast};
use crate::types::{SnowType, TypeContext, temporal};

fn context() -> TypeContext {
    TypeContext {
        timezone: TimeZone::get("Europe/Berlin").unwrap(),
        ..TypeContext::default()
    }
}

/// Values of a type from their texts.
fn values(texts: &[Option<&str>], data_type: &SnowType) -> ArrayRef {
    let texts: ArrayRef = Arc::new(datafusion::arrow::array::StringArray::from(texts.to_vec()));
    cast(
        &texts,
        &SnowType::VARCHAR,
        data_type,
        CastMode::Strict,
        &context(),
    )
    .unwrap()
}

fn written(values: &ArrayRef, data_type: &SnowType) -> Vec<Value> {
    let mut out = String::new();
    write::column(values, data_type, &context(), &mut out).unwrap();
    serde_json::from_str(&out).unwrap()
}

#[test]
fn values_come_back_as_they_went() {
    let moments = [
        Some("2024-07-01 12:00:00.123456"),
        None,
        Some("0001-01-01 00:00:00"),
    ];
    let cases: [(SnowType, &[Option<&str>]); 8] = [
        (SnowType::VARCHAR, &[Some("a \"quoted\" ☃\n"), None, Some("")]),
        (SnowType::BINARY, &[Some("00FF"), None]),
        (SnowType::Boolean, &[Some("true"), Some("false"), None]),
        (SnowType::Date, &[Some("2024-02-29"), Some("9999-12-31"), None]),
        (SnowType::TIME, &[Some("23:59:59.999999999"), None]),
        (SnowType::TIMESTAMP_NTZ, &moments),
        (SnowType::TIMESTAMP_LTZ, &moments),
        (
            SnowType::TIMESTAMP_TZ,
            &[Some("2024-07-01 12:00:00 +05:30"), None],
        ),
    ];
    for (data_type, texts) in cases {
        let before = values(texts, &data_type);
        let after = read::column(&written(&before, &data_type), &data_type, &context()).unwrap();
        assert_eq!(&before, &after, "{data_type}");
    }
}

#[test]
fn numbers_are_exact_in_both_directions() {
    let whole = values(
        &[Some("99999999999999999999999999999999999999"), None],
        &SnowType::INTEGER,
    );
    assert_eq!(
        written(&whole, &SnowType::INTEGER)[0].to_string(),
        "99999999999999999999999999999999999999"
    );
    let money = SnowType::Number {
        precision: 10,
        scale: 2,
    };
    assert_eq!(written(&values(&[Some("-1.5")], &money), &money)[0], "-1.50");
    let rounded = read::column(&[Value::from("1.005"), Value::Null], &money, &context()).unwrap();
    assert_eq!(&rounded, &values(&[Some("1.01"), None], &money));
    let large = read::column(&[Value::from("123456789.00")], &money, &context());
    assert!(large.is_err());
}

#[test]
fn a_local_timestamp_is_written_as_its_wall_clock() {
    let value: ArrayRef =
        Arc::new(FixedSizeBinaryArray::try_from_iter([temporal::encode_ltz(0)].iter()).unwrap());
    let hour = 3_600_000_000_000_i64;
    assert_eq!(written(&value, &SnowType::TIMESTAMP_LTZ), [Value::from(hour)]);
}

#[test]
fn floats_without_a_number_are_words() {
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN, f64::INFINITY, 0.1]));
    let words = written(&floats, &SnowType::Float);
    assert_eq!(words[0], "NaN");
    assert_eq!(words[1], "inf");
    let back = ["nan", "inf", "0.1"].map(Value::from);
    let back = read::column(&back, &SnowType::Float, &context()).unwrap();
    assert_eq!(back.len(), 3);
    assert!(
        back.as_any()
            .downcast_ref::<Float64Array>()
            .unwrap()
            .value(0)
            .is_nan()
    );
}

#[test]
fn what_a_type_does_not_hold_is_an_error() {
    for (data_type, value) in [
        (SnowType::Boolean, Value::from("yes")),
        (SnowType::TIME, Value::from(-1)),
        (SnowType::BINARY, Value::from("xyz")),
    ] {
        let error = read::column(&[value], &data_type, &context()).unwrap_err();
        assert_eq!(error.code(), 100_357, "{data_type}");
    }
    let error = read::column(&[Value::from("[1]")], &SnowType::Object, &context());
    assert!(error.is_err());
}

#[test]
fn without_an_interpreter_nothing_runs() {
    let interpreter = Interpreter::default();
    let error = interpreter.take("", || Ok(Vec::new())).unwrap_err();
    assert_eq!(error.code(), 2);
    interpreter.choose("/no/such/python");
    let error = interpreter.take("", || Ok(Vec::new())).unwrap_err();
    assert!(error.message().contains("/no/such/python"), "{error}");
    let outside = super::Import {
        path: "../escape.py".to_string(),
        bytes: bytes::Bytes::new(),
    };
    assert!(interpreter.take("x", || Ok(vec![outside])).is_err());
}

#[test]
fn columns_go_as_arrow_where_python_holds_them_alike() {
    let packed = |texts: &[Option<&str>], data_type: &SnowType| {
        let column = arrow::packed(&values(texts, data_type), data_type, &context()).unwrap()?;
        let stream = arrow::stream(vec![(3, column)]).unwrap();
        arrow::columns(&stream).unwrap().remove(&3)
    };
    for (texts, data_type) in [
        (["7", "-9223372036854775808"], SnowType::INTEGER),
        (["1.5", "-0.25"], SnowType::Float),
        (["a", "ü"], SnowType::VARCHAR),
        (["true", "false"], SnowType::Boolean),
    ] {
        let texts = [Some(texts[0]), None, Some(texts[1])];
        let column = packed(&texts, &data_type).unwrap();
        let back = arrow::unpacked(&column, &data_type, &context()).unwrap();
        assert_eq!(&back, &values(&texts, &data_type), "{data_type}");
    }
    // What 64 bits do not hold, and what has two parts, goes as JSON.
    assert!(packed(&[Some("9223372036854775808")], &SnowType::INTEGER).is_none());
    assert!(packed(&[Some("9999-12-31 00:00:00")], &SnowType::TIMESTAMP_NTZ).is_none());
    assert!(packed(&[Some("2024-01-01 00:00:00 +0100")], &SnowType::TIMESTAMP_TZ).is_none());
    // A local time goes as its wall clock, like in JSON.
    let moment = [Some("2024-07-01 12:00:00.5")];
    let column = packed(&moment, &SnowType::TIMESTAMP_LTZ).unwrap();
    let json = written(
        &values(&moment, &SnowType::TIMESTAMP_LTZ),
        &SnowType::TIMESTAMP_LTZ,
    );
    let count = datafusion::arrow::util::display::array_value_to_string(&column, 0).unwrap();
    assert_eq!(count, json[0].to_string());
    // Results are rounded and checked as those in JSON are.
    let numbers: ArrayRef = Arc::new(datafusion::arrow::array::Int64Array::from(vec![1_000, 7]));
    let small = SnowType::Number {
        precision: 3,
        scale: 0,
    };
    assert!(arrow::unpacked(&numbers, &small, &context()).is_err());
    assert!(arrow::columns(b"no stream").is_err());
}

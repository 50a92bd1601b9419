use std::sync::Arc;

use datafusion::arrow::array::{
    AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    StringViewArray, UInt64Array,
};
use datafusion::arrow::datatypes::Decimal128Type;
use proptest::prelude::*;

use super::*;
use crate::types::text::column_to_text;

const NTZ: SnowType = SnowType::TIMESTAMP_NTZ;
const LTZ: SnowType = SnowType::TIMESTAMP_LTZ;
const TZ: SnowType = SnowType::TIMESTAMP_TZ;

fn context() -> TypeContext {
    TypeContext::default()
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

/// A text cast through types one after the other, as the last one shows it.
fn chain_in(context: &TypeContext, text: &str, types: &[SnowType]) -> Result<Option<String>> {
    let mut array = texts(&[text]);
    let mut from = SnowType::VARCHAR;
    for to in types {
        array = cast(&array, &from, to, CastMode::Strict, context)?;
        assert_eq!(array.data_type(), &to.arrow());
        from = *to;
    }
    Ok(column_to_text(&array, &from, context)?.remove(0))
}

fn chain(text: &str, types: &[SnowType]) -> Result<Option<String>> {
    chain_in(&context(), text, types)
}

fn shown(text: &str, types: &[SnowType]) -> String {
    chain(text, types).unwrap().unwrap()
}

fn number(precision: u8, scale: u8) -> SnowType {
    SnowType::Number { precision, scale }
}

fn varchar(length: u32) -> SnowType {
    SnowType::Varchar { length }
}

#[test]
fn text_to_everything() {
    for (text, to, result) in [
        ("12.34", number(10, 1), "12.3"),
        (" -12.35 ", number(10, 1), "-12.4"),
        ("1.5e2", SnowType::INTEGER, "150"),
        ("12.34", SnowType::Float, "12.34"),
        ("inf", SnowType::Float, "inf"),
        ("Yes", SnowType::Boolean, "TRUE"),
        ("off", SnowType::Boolean, "FALSE"),
        ("2024-02-29", SnowType::Date, "2024-02-29"),
        ("2024-02-29 23:59:59 -0800", SnowType::Date, "2024-02-29"),
        ("05-Mar-2016", NTZ, "2016-03-05 00:00:00.000"),
        ("9999-12-31", NTZ, "9999-12-31 00:00:00.000"),
        ("0001-01-01", NTZ, "0001-01-01 00:00:00.000"),
        ("2024-04-05T01:02:03Z", NTZ, "2024-04-05 01:02:03.000"),
        ("2024-04-05T01:02:03Z", LTZ, "2024-04-04 18:02:03.000 -0700"),
        ("2024-04-05T01:02:03Z", TZ, "2024-04-05 01:02:03.000 +0000"),
        ("2024-04-05 01:02:03", TZ, "2024-04-05 01:02:03.000 -0700"),
        ("2024-01-05 01:02:03", LTZ, "2024-01-05 01:02:03.000 -0800"),
        ("2024-04-05 01:02:03 +05:30", TZ, "2024-04-05 01:02:03.000 +0530"),
        ("1487654321", NTZ, "2017-02-21 05:18:41.000"),
        ("1487654321321", LTZ, "2017-02-20 21:18:41.321 -0800"),
        ("1487654321", TZ, "2017-02-20 21:18:41.000 -0800"),
        ("13:30:00.5", SnowType::TIME, "13:30:00"),
        ("31536002400", SnowType::TIME, "00:00:02"),
        ("48454c50", SnowType::BINARY, "48454C50"),
        ("abc", varchar(3), "abc"),
        ("äöü", varchar(3), "äöü"),
    ] {
        assert_eq!(shown(text, &[to]), result, "{text} as {to}");
    }
}

#[test]
fn failures_carry_snowflakes_numbers() {
    for (text, types, code) in [
        ("abc", &[SnowType::INTEGER][..], 100_038),
        ("12.3456", &[number(10, 9)], 100_039),
        ("abc", &[SnowType::Float], 100_038),
        ("maybe", &[SnowType::Boolean], 100_037),
        ("2023-02-29", &[SnowType::Date], 100_040),
        ("25:00", &[SnowType::TIME], 100_108),
        ("05/16", &[NTZ], 100_035),
        ("ABCD", &[varchar(2)], 100_078),
        ("HELP", &[SnowType::BINARY], 100_115),
        ("ABC", &[SnowType::BINARY], 100_115),
        ("1000", &[SnowType::INTEGER, number(3, 0)], 100_046),
        ("12.3", &[SnowType::Float, number(3, 2)], 100_046),
        ("inf", &[SnowType::Float, SnowType::INTEGER], 100_046),
        ("nan", &[SnowType::Float, SnowType::Boolean], 100_037),
        ("t", &[SnowType::Boolean, number(2, 2)], 100_046),
        ("12345", &[SnowType::INTEGER, varchar(4)], 100_078),
        ("1e20", &[SnowType::INTEGER, NTZ], 100_035),
        ("2024-01-01", &[SnowType::Date, SnowType::INTEGER], 1007),
        ("1", &[SnowType::INTEGER, SnowType::Date], 1007),
        ("10:00", &[SnowType::TIME, NTZ], 1007),
    ] {
        assert_eq!(
            chain(text, types).unwrap_err().code(),
            code,
            "{text} as {types:?}"
        );
    }
    let message = chain("12.3", &[SnowType::Float, number(3, 2)])
        .unwrap_err()
        .message()
        .to_string();
    assert_eq!(
        message,
        "Number out of representable range: type FIXED[SB2](3,2){nullable}, value 12.3"
    );
}

#[test]
fn try_mode_gives_null_row_by_row() {
    let source: ArrayRef = Arc::new(StringArray::from(vec![Some("1"), Some("x"), None, Some("300")]));
    let wanted = |to: SnowType| {
        let array = cast(&source, &SnowType::VARCHAR, &to, CastMode::Try, &context()).unwrap();
        column_to_text(&array, &to, &context()).unwrap()
    };
    let some = |text: &str| Some(text.to_string());
    assert_eq!(wanted(number(2, 0)), [some("1"), None, None, None]);
    assert_eq!(wanted(varchar(2)), [some("1"), some("x"), None, None]);
    assert_eq!(wanted(SnowType::Boolean), [some("TRUE"), None, None, None]);
    assert_eq!(wanted(NTZ)[1], None);
    assert_eq!(wanted(SnowType::Date)[3], some("1970-01-01"));
}

#[test]
fn numbers_and_booleans() {
    for (text, types, result) in [
        ("2.5", &[number(2, 1), SnowType::INTEGER][..], "3"),
        ("-2.5", &[number(2, 1), SnowType::INTEGER], "-3"),
        ("7", &[SnowType::INTEGER, number(10, 3)], "7.000"),
        ("1.1", &[SnowType::Float, number(38, 18)], "1.100000000000000089"),
        ("2.5", &[SnowType::Float, SnowType::INTEGER], "3"),
        ("-2.5", &[SnowType::Float, SnowType::INTEGER], "-3"),
        (
            "1e-300",
            &[SnowType::Float, number(38, 37)],
            "0.0000000000000000000000000000000000000",
        ),
        (
            "1e37",
            &[SnowType::Float, SnowType::INTEGER],
            "9999999999999999538762658202121142272",
        ),
        ("5.000", &[number(10, 3), SnowType::Float, SnowType::VARCHAR], "5"),
        ("5.000", &[number(10, 3), SnowType::VARCHAR], "5.000"),
        ("0", &[SnowType::INTEGER, SnowType::Boolean], "FALSE"),
        ("-3", &[SnowType::INTEGER, SnowType::Boolean], "TRUE"),
        ("0.1", &[SnowType::Float, SnowType::Boolean], "TRUE"),
        ("t", &[SnowType::Boolean, number(3, 1)], "1.0"),
        ("t", &[SnowType::Boolean, SnowType::VARCHAR], "true"),
    ] {
        assert_eq!(shown(text, types), result, "{text} through {types:?}");
    }
}

#[test]
fn among_dates_and_timestamps() {
    let ntz = |scale| SnowType::TimestampNtz { scale };
    for (text, types, result) in [
        (
            "2024-07-01",
            &[SnowType::Date, NTZ][..],
            "2024-07-01 00:00:00.000",
        ),
        (
            "2024-07-01",
            &[SnowType::Date, LTZ],
            "2024-07-01 00:00:00.000 -0700",
        ),
        (
            "2024-07-01",
            &[SnowType::Date, TZ],
            "2024-07-01 00:00:00.000 -0700",
        ),
        ("2024-07-01 23:30:00 +0900", &[TZ, NTZ], "2024-07-01 23:30:00.000"),
        (
            "2024-07-01 23:30:00 +0900",
            &[TZ, LTZ],
            "2024-07-01 07:30:00.000 -0700",
        ),
        (
            "2024-07-01 03:30:00 +0900",
            &[TZ, LTZ, SnowType::Date],
            "2024-06-30",
        ),
        ("2024-07-01 03:30:00 +0900", &[TZ, SnowType::Date], "2024-07-01"),
        ("2024-07-01 03:30:00 +0900", &[TZ, SnowType::TIME], "03:30:00"),
        (
            "2024-07-01 10:00:00",
            &[NTZ, LTZ],
            "2024-07-01 10:00:00.000 -0700",
        ),
        ("2024-07-01 10:00:00", &[LTZ, NTZ], "2024-07-01 10:00:00.000"),
        ("2024-07-01 10:00:00", &[LTZ, TZ], "2024-07-01 10:00:00.000 -0700"),
        (
            "2024-07-01 10:00:00.999",
            &[NTZ, ntz(0)],
            "2024-07-01 10:00:00.000",
        ),
        (
            "1969-12-31 23:59:59.999",
            &[NTZ, ntz(0)],
            "1969-12-31 23:59:59.000",
        ),
        ("1969-12-31 23:59:59.999", &[NTZ, SnowType::Date], "1969-12-31"),
        ("9999-12-31", &[SnowType::Date, LTZ, SnowType::Date], "9999-12-31"),
        ("1000000000", &[SnowType::INTEGER, NTZ], "2001-09-09 01:46:40.000"),
        (
            "1000000000",
            &[SnowType::INTEGER, LTZ],
            "2001-09-08 18:46:40.000 -0700",
        ),
        ("-1.5", &[number(10, 1), NTZ], "1969-12-31 23:59:58.500"),
    ] {
        assert_eq!(shown(text, types), result, "{text} through {types:?}");
    }
}

#[test]
fn the_session_shapes_values() {
    let mut context = context();
    for (name, value) in [
        ("TIMEZONE", "Europe/Vienna"),
        ("DATE_INPUT_FORMAT", "DD.MM.YYYY"),
        ("DATE_OUTPUT_FORMAT", "DD-MON-YYYY"),
        ("TIMESTAMP_OUTPUT_FORMAT", "YYYY-MM-DD HH24:MI TZH:TZM"),
        ("BINARY_INPUT_FORMAT", "UTF-8"),
        ("BINARY_OUTPUT_FORMAT", "BASE64"),
    ] {
        assert!(context.set(name, value).unwrap());
    }
    let shown = |text, types: &[SnowType]| chain_in(&context, text, types).unwrap().unwrap();
    assert_eq!(
        shown("5.4.2024", &[SnowType::Date, SnowType::VARCHAR]),
        "05-Apr-2024"
    );
    assert_eq!(shown("2024-07-01 10:00:00", &[TZ]), "2024-07-01 10:00 +02:00");
    assert_eq!(shown("HELP", &[SnowType::BINARY]), "SEVMUA==");
    assert_eq!(
        chain_in(&context, "2024-04-05", &[SnowType::Date])
            .unwrap_err()
            .code(),
        100_096
    );
}

#[test]
fn every_layout_of_numbers_and_text_is_taken() {
    let inputs: [(ArrayRef, SnowType); 6] = [
        (Arc::new(Int64Array::from(vec![7])), SnowType::INTEGER),
        (Arc::new(UInt64Array::from(vec![7])), SnowType::INTEGER),
        (
            Arc::new(Decimal128Array::from(vec![700]).with_data_type(DataType::Decimal128(5, 2))),
            SnowType::INTEGER,
        ),
        (Arc::new(StringViewArray::from(vec!["7"])), SnowType::VARCHAR),
        (Arc::new(Float64Array::from(vec![7.0])), SnowType::Float),
        (Arc::new(BooleanArray::from(vec![true])), SnowType::Boolean),
    ];
    for (array, from) in inputs {
        let cast = cast(&array, &from, &number(5, 1), CastMode::Strict, &context()).unwrap();
        let value = cast.as_primitive::<Decimal128Type>().value(0);
        assert_eq!(value, if from == SnowType::Boolean { 10 } else { 70 }, "{from}");
    }
    let nulls = new_null_array(&DataType::Null, 3);
    assert_eq!(
        cast(&nulls, &SnowType::VARCHAR, &TZ, CastMode::Strict, &context())
            .unwrap()
            .null_count(),
        3
    );
    let wrong: ArrayRef = Arc::new(Date32Array::from(vec![1]));
    assert_eq!(
        cast(&wrong, &SnowType::VARCHAR, &TZ, CastMode::Strict, &context())
            .unwrap_err()
            .code(),
        603
    );
}

#[test]
fn noops_keep_the_array() {
    assert!(is_noop(&number(5, 2), &number(10, 2)));
    assert!(!is_noop(&number(10, 2), &number(5, 2)) && !is_noop(&number(5, 2), &number(10, 3)));
    assert!(is_noop(&varchar(3), &SnowType::VARCHAR) && !is_noop(&SnowType::VARCHAR, &varchar(3)));
    assert!(is_noop(&SnowType::Date, &SnowType::Date) && !is_noop(&NTZ, &LTZ));
    let array = texts(&["a"]);
    let same = cast(
        &array,
        &SnowType::VARCHAR,
        &SnowType::VARCHAR,
        CastMode::Strict,
        &context(),
    )
    .unwrap();
    assert!(Arc::ptr_eq(&array, &same));
    let narrow: ArrayRef =
        Arc::new(Decimal128Array::from(vec![1]).with_data_type(DataType::Decimal128(5, 0)));
    let wide = cast(
        &narrow,
        &number(5, 0),
        &number(9, 0),
        CastMode::Strict,
        &context(),
    )
    .unwrap();
    assert_eq!(wide.data_type(), &DataType::Decimal128(9, 0));
}

#[test]
fn scalars() {
    let value = ScalarValue::Utf8(Some("12.5".into()));
    let cast = |to, mode| cast_scalar(&value, &SnowType::VARCHAR, &to, mode, &context());
    assert_eq!(
        cast(number(5, 1), CastMode::Strict).unwrap(),
        ScalarValue::Decimal128(Some(125), 5, 1)
    );
    assert!(cast(SnowType::Date, CastMode::Try).unwrap().is_null());
    assert!(cast(SnowType::Date, CastMode::Strict).is_err());
}

fn any_type() -> impl Strategy<Value = SnowType> {
    prop_oneof![
        (1u8..=38, 0u8..=37).prop_filter_map("scale", |(p, s)| (s <= p).then(|| number(p, s))),
        Just(SnowType::Float),
        (1u32..30).prop_map(varchar),
        Just(SnowType::BINARY),
        Just(SnowType::Boolean),
        Just(SnowType::Date),
        (0u8..=9).prop_map(|scale| SnowType::Time { scale }),
        (0u8..=9).prop_map(|scale| SnowType::TimestampNtz { scale }),
        (0u8..=9).prop_map(|scale| SnowType::TimestampLtz { scale }),
        (0u8..=9).prop_map(|scale| SnowType::TimestampTz { scale }),
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,20}",
        "-?[0-9]{0,40}\\.?[0-9]{0,40}([eE][+-]?[0-9]{0,4})?",
        "[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?(Z|[+-][01][0-9]:?[0-5][0-9])?",
        "true|false|yes|NaN|inf",
    ]
}

proptest! {
    #[test]
    fn any_text_through_any_types(text in any_text(), types in proptest::collection::vec(any_type(), 1..4)) {
        let context = context();
        let mut array = texts(&[&text]);
        let mut from = SnowType::VARCHAR;
        for to in types {
            let strict = cast(&array, &from, &to, CastMode::Strict, &context);
            if !can_cast(&from, &to) {
                prop_assert!(strict.is_err());
                break;
            }
            // Both modes agree: what fails in one is NULL in the other.
            let tried = cast(&array, &from, &to, CastMode::Try, &context).unwrap();
            prop_assert_eq!(tried.data_type(), &to.arrow());
            match strict {
                Ok(strict) => prop_assert_eq!(&strict, &tried),
                Err(_) => prop_assert_eq!(tried.null_count(), 1),
            }
            column_to_text(&tried, &to, &context).unwrap();
            array = tried;
            from = to;
        }
    }

    #[test]
    fn exact_numbers_survive_text(value in -(10i128.pow(38) - 1)..10i128.pow(38), scale in 0u8..=37) {
        let to = number(38, scale);
        let array: ArrayRef =
            Arc::new(Decimal128Array::from(vec![value]).with_data_type(DataType::Decimal128(38, scale as i8)));
        let text = cast(&array, &to, &SnowType::VARCHAR, CastMode::Strict, &context()).unwrap();
        let back = cast(&text, &SnowType::VARCHAR, &to, CastMode::Strict, &context()).unwrap();
        prop_assert_eq!(&back, &array);
    }

    #[test]
    fn floats_round_to_the_nearest_decimal(value in -1e12f64..1e12, scale in 0u8..=6) {
        // Rust prints floats exactly, ties to even; only a tie may differ.
        let printed = format!("{value:.*}", usize::from(scale));
        let exact = crate::types::number::parse_decimal(&printed, 38, scale).unwrap();
        let found = float_to_decimal(value, 38, scale).unwrap();
        prop_assert!((exact - found).abs() <= 1);
        let error = (found as f64 / 10f64.powi(scale.into()) - value).abs();
        prop_assert!(error <= 0.5 / 10f64.powi(scale.into()) + value.abs() * 1e-15);
    }

    #[test]
    fn instants_survive_every_kind(seconds in -62_135_000_000i64..253_402_000_000, nanos in 0u32..1_000_000_000) {
        let bytes = crate::types::temporal::encode_ltz(i128::from(seconds) * 1_000_000_000 + i128::from(nanos));
        let array: ArrayRef = Arc::new(FixedSizeBinaryArray::try_from_iter([bytes].into_iter()).unwrap());
        let mut context = context();
        context.timezone = jiff::tz::TimeZone::UTC;
        let mut last = array.clone();
        let mut from = LTZ;
        for to in [TZ, NTZ, TZ, LTZ] {
            last = cast(&last, &from, &to, CastMode::Strict, &context).unwrap();
            from = to;
        }
        prop_assert_eq!(&last, &array);
    }
}

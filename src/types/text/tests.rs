use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, FixedSizeBinaryArray, Int32Array,
    Time64NanosecondArray,
};
use datafusion::arrow::datatypes::DataType;
use proptest::prelude::*;

use super::*;
use crate::types::SnowType;
use crate::types::context::TypeContext;
use crate::types::temporal::{encode, encode_ltz, encode_tz};

fn one(array: ArrayRef, data_type: SnowType) -> String {
    let texts = column_to_text(&array, &data_type, &TypeContext::default()).unwrap();
    texts[0].clone().unwrap()
}

#[test]
fn numbers_keep_their_scale() {
    for (value, scale, text) in [
        (5, 0, "5"),
        (500, 2, "5.00"),
        (-5, 3, "-0.005"),
        (0, 2, "0.00"),
        (-10i128.pow(37), 37, "-1.0000000000000000000000000000000000000"),
    ] {
        assert_eq!(decimal_text(value, scale), text);
    }
    let array = Decimal128Array::from(vec![1250]).with_data_type(DataType::Decimal128(10, 2));
    assert_eq!(
        one(
            Arc::new(array),
            SnowType::Number {
                precision: 10,
                scale: 2
            }
        ),
        "12.50"
    );
    assert_eq!(one(Arc::new(Int32Array::from(vec![-7])), SnowType::INTEGER), "-7");
}

#[test]
fn floats_are_shown_in_full_and_cast_to_ten_digits() {
    let shortest = |value| {
        let mut out = String::new();
        write_float_shortest(value, &mut out);
        out
    };
    for (value, shown, cast) in [
        (1.5, "1.5", "1.5"),
        (5.0, "5", "5"),
        (1.261_859_507_142_914_8, "1.2618595071429148", "1.261859507"),
        (0.080_722_053_022_710_99, "0.08072205302271099", "0.08072205302"),
        (-0.000_012_5, "-1.25e-05", "-1.25e-05"),
        (0.0001, "0.0001", "0.0001"),
        (1e20, "1e+20", "1e+20"),
        (1e-100, "1e-100", "1e-100"),
        (123_456_789_012.0, "123456789012", "1.23456789e+11"),
        (1_234_567_890.75, "1234567890.75", "1234567891"),
        (9_999_999_999.9, "9999999999.9", "1e+10"),
        (f64::NAN, "NaN", "NaN"),
        (f64::INFINITY, "inf", "inf"),
        (f64::NEG_INFINITY, "-inf", "-inf"),
        (-0.0, "-0", "-0"),
    ] {
        assert_eq!(shortest(value), shown);
        assert_eq!(float_text(value, CAST_DIGITS), cast);
    }
}

#[test]
fn display_and_cast_differ_for_booleans() {
    let array: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None]));
    let context = TypeContext::default();
    assert_eq!(
        column_to_text(&array, &SnowType::Boolean, &context).unwrap(),
        [Some("TRUE".to_string()), None]
    );
    let cast = CellFormatter::new(&array, &SnowType::Boolean, &context, Style::Cast).unwrap();
    let mut out = String::new();
    assert!(cast.write(0, &mut out).unwrap());
    assert!(!cast.write(1, &mut out).unwrap());
    assert_eq!(out, "true");
}

#[test]
fn dates_times_and_timestamps() {
    assert_eq!(
        one(Arc::new(Date32Array::from(vec![2_932_896])), SnowType::Date),
        "9999-12-31"
    );
    assert_eq!(
        one(
            Arc::new(Time64NanosecondArray::from(vec![3_723_000_000_001])),
            SnowType::TIME
        ),
        "01:02:03"
    );
    let fixed = |bytes: &[u8]| -> ArrayRef {
        Arc::new(FixedSizeBinaryArray::try_from_iter([bytes.to_vec()].into_iter()).unwrap())
    };
    let nanos = 1_712_278_923_004_000_000;
    assert_eq!(
        one(fixed(&encode(nanos)), SnowType::TIMESTAMP_NTZ),
        "2024-04-05 01:02:03.004"
    );
    assert_eq!(
        one(fixed(&encode_ltz(nanos)), SnowType::TIMESTAMP_LTZ),
        "2024-04-04 18:02:03.004 -0700"
    );
    assert_eq!(
        one(fixed(&encode_tz(nanos, 330)), SnowType::TIMESTAMP_TZ),
        "2024-04-05 06:32:03.004 +0530"
    );
}

#[test]
fn bytes() {
    assert_eq!(
        one(Arc::new(BinaryArray::from_vec(vec![b"HELP"])), SnowType::BINARY),
        "48454C50"
    );
    let write = |format| {
        let mut out = String::new();
        write_binary(b"HELP", format, &mut out).unwrap();
        out
    };
    assert_eq!(write(BinaryFormat::Base64), "SEVMUA==");
    assert_eq!(write(BinaryFormat::Utf8), "HELP");
    assert_eq!(
        write_binary(&[0xff], BinaryFormat::Utf8, &mut String::new())
            .unwrap_err()
            .code(),
        100_144
    );
}

#[test]
fn an_array_of_another_type_is_an_error() {
    let array: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    assert!(column_to_text(&array, &SnowType::INTEGER, &TypeContext::default()).is_err());
}

proptest! {
    #[test]
    fn shown_floats_read_back(value in any::<f64>()) {
        let mut out = String::new();
        write_float_shortest(value, &mut out);
        let back: f64 = out.parse().unwrap();
        prop_assert!(back == value || (back.is_nan() && value.is_nan()), "{}", out);
    }

    #[test]
    fn cast_floats_are_near(value in -1e300f64..1e300) {
        let back: f64 = float_text(value, CAST_DIGITS).parse().unwrap();
        prop_assert!((back - value).abs() <= value.abs() * 1e-9);
    }

    #[test]
    fn decimals_become_the_nearest_float(value in -(10i128.pow(38) - 1)..10i128.pow(38), scale in 0u8..=37) {
        let exact: f64 = decimal_text(value, scale).parse().unwrap();
        prop_assert_eq!(decimal_to_float(value, scale), exact);
    }
}

use datafusion::arrow::array::{Int64Array, Scalar, UInt8Array};
use proptest::prelude::*;

use super::*;
use crate::types::number::decimal::parse_decimal;
use crate::types::text::decimal_text;

fn decimal(text: &str) -> Decimal128Array {
    let scale = text
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len() as u8);
    let digits = text.bytes().filter(u8::is_ascii_digit).count() as u8;
    let value = parse_decimal(text, 38, scale).unwrap();
    Decimal128Array::from(vec![value]).with_data_type(DataType::Decimal128(digits, scale as i8))
}

fn shown(array: &ArrayRef) -> String {
    let array = array.as_primitive::<Decimal128Type>();
    decimal_text(array.value(0), array.scale() as u8)
}

fn run(operation: Operation, left: &str, right: &str) -> Result<String> {
    operation
        .apply(&decimal(left), &decimal(right))
        .map(|array| shown(&array))
}

#[test]
fn documented_examples() {
    for (operation, left, right, result) in [
        (Operation::Multiply, "10.01", "1.1", "11.011"),
        (Operation::Multiply, "10.001", "0.001", "0.010001"),
        (Operation::Multiply, "0.1", "0.0000000000001", "0.0000000000000"),
        (Operation::Divide, "2", "7", "0.285714"),
        (Operation::Divide, "10.1", "2.1", "4.8095238"),
        (Operation::Divide, "10.001", "0.001", "10001.000000000"),
        (
            Operation::Divide,
            "0.1",
            "0.0000000000001",
            "1000000000000.0000000",
        ),
        (Operation::Add, "1.25", "3", "4.25"),
        (Operation::Subtract, "1", "2.50", "-1.50"),
        (Operation::Modulo, "-7", "3", "-1"),
        (Operation::Modulo, "7.5", "2", "1.5"),
        (Operation::Divide, "-2", "3", "-0.666667"),
    ] {
        assert_eq!(
            run(operation, left, right).unwrap(),
            result,
            "{left} {operation:?} {right}"
        );
    }
}

#[test]
fn the_largest_numbers() {
    let nines = "9".repeat(38);
    assert_eq!(run(Operation::Add, &nines, "1").unwrap_err().code(), 100_046);
    assert_eq!(run(Operation::Multiply, &nines, "2").unwrap_err().code(), 100_046);
    assert_eq!(run(Operation::Subtract, &nines, &nines).unwrap(), "0");
    assert_eq!(run(Operation::Modulo, &nines, &nines).unwrap(), "0");
    // A dividend of 38 digits grows beyond 128 bits on the way.
    let quotient = run(
        Operation::Divide,
        &nines,
        "99999999999999999999999999999999999999",
    )
    .unwrap();
    assert_eq!(quotient, "1.000000");
    let long = "1234567890123456789012345678.9012345678";
    assert_eq!(
        run(Operation::Multiply, long, "0.0000000001").unwrap(),
        "123456789012345678.901234567890"
    );
    let message = run(Operation::Multiply, &nines, "10")
        .unwrap_err()
        .message()
        .to_string();
    assert_eq!(
        message,
        "Number out of representable range: type FIXED[SB16](38,0){nullable}, value 1e+39"
    );
}

#[test]
fn zero_divides_nothing() {
    for operation in [Operation::Divide, Operation::Modulo] {
        assert_eq!(run(operation, "1", "0").unwrap_err(), Error::division_by_zero());
        let floats = (Float64Array::from(vec![1.0]), Float64Array::from(vec![0.0]));
        assert_eq!(
            operation.apply(&floats.0, &floats.1).unwrap_err(),
            Error::division_by_zero()
        );
    }
    // A NULL row is never divided.
    let left = Int64Array::from(vec![Some(1), None]);
    let right = Int64Array::from(vec![Some(2), Some(0)]);
    assert_eq!(divide(&left, &right).unwrap().null_count(), 1);
}

#[test]
fn integers_and_constants() {
    let rows = Int64Array::from(vec![Some(1), None, Some(3)]);
    let two = Scalar::new(UInt8Array::from(vec![2]));
    let product = multiply(&rows, &two).unwrap();
    assert_eq!(product.data_type(), &DataType::Decimal128(38, 0));
    assert_eq!(
        product
            .as_primitive::<Decimal128Type>()
            .iter()
            .collect::<Vec<_>>(),
        [Some(2), None, Some(6)]
    );
    let difference = subtract(&two, &rows).unwrap();
    assert_eq!(difference.as_primitive::<Decimal128Type>().value(2), -1);
    let null = Scalar::new(Int64Array::from(vec![None]));
    assert_eq!(add(&rows, &null).unwrap().null_count(), 3);
    assert_eq!(add(&two, &two).unwrap().len(), 1);
}

#[test]
fn floats_win() {
    let sum = add(&decimal("1.5"), &Float64Array::from(vec![0.25])).unwrap();
    assert_eq!(sum.as_primitive::<Float64Type>().value(0), 1.75);
    assert!(
        add(
            &decimal("1"),
            &datafusion::arrow::array::StringArray::from(vec!["1"])
        )
        .is_err()
    );
    assert_eq!(
        negate(&Float64Array::from(vec![1.0]))
            .unwrap()
            .as_primitive::<Float64Type>()
            .value(0),
        -1.0
    );
    assert_eq!(shown(&negate(&decimal("1.50")).unwrap()), "-1.50");
}

/// `numerator / denominator` rounded half away from zero, by the definition.
fn nearest(numerator: i128, denominator: i128) -> i128 {
    let (n, d) = (numerator.abs(), denominator.abs());
    let rounded = (2 * n + d) / (2 * d);
    if (numerator < 0) == (denominator < 0) {
        rounded
    } else {
        -rounded
    }
}

proptest! {
    #[test]
    fn small_numbers_against_fractions(
        a in -1_000_000i128..1_000_000,
        b in -1_000_000i128..1_000_000,
        s1 in 0u8..=9,
        s2 in 0u8..=9,
    ) {
        let array = |value: i128, scale: u8| {
            Decimal128Array::from(vec![value]).with_data_type(DataType::Decimal128(18, scale as i8))
        };
        let (left, right) = (array(a, s1), array(b, s2));
        let ten = |n: u8| 10i128.pow(n.into());
        let value = |array: ArrayRef| {
            let array = array.as_primitive::<Decimal128Type>();
            (array.value(0), array.scale() as u8)
        };
        let s = s1.max(s2);
        prop_assert_eq!(value(add(&left, &right).unwrap()), (a * ten(s - s1) + b * ten(s - s2), s));
        prop_assert_eq!(value(subtract(&left, &right).unwrap()), (a * ten(s - s1) - b * ten(s - s2), s));
        let (product, scale) = value(multiply(&left, &right).unwrap());
        prop_assert_eq!(product, nearest(a * b, ten(s1 + s2 - scale)));
        if b != 0 {
            let (quotient, scale) = value(divide(&left, &right).unwrap());
            prop_assert_eq!(quotient, nearest(a * ten(scale + s2 - s1), b));
            let (rest, scale) = value(modulo(&left, &right).unwrap());
            prop_assert_eq!((rest, scale), ((a * ten(s - s1)) % (b * ten(s - s2)), s));
        }
    }

    #[test]
    fn large_quotients_multiply_back(a in any::<i128>(), b in any::<i128>()) {
        let limit = 10i128.pow(38);
        let (a, b) = (a % limit, b % limit);
        prop_assume!(b != 0);
        // |a * 10^6 / b - q| is at most a half: check 2 * |a * 10^6 - q * b| <= |b| in 256 bits.
        if let Some(q) = wide_divide(a, b, 6) {
            let wide = |value| i256::from_i128(value);
            let exact = wide(a).checked_mul(wide(1_000_000)).unwrap();
            let back = wide(q).checked_mul(wide(b)).unwrap();
            let twice = exact.checked_sub(back).unwrap().checked_abs().unwrap().checked_mul(wide(2)).unwrap();
            prop_assert!(twice <= wide(b.abs()));
        }
    }

    #[test]
    fn both_ways_of_dividing_agree(a in any::<i64>(), b in any::<i64>(), shift in 0u32..12) {
        prop_assume!(b != 0);
        let power = pow10(shift).unwrap();
        let direct = narrow_divide(i128::from(a) * power, i128::from(b));
        prop_assert_eq!(wide_divide(a.into(), b.into(), shift), Some(direct));
    }

    #[test]
    fn both_ways_of_multiplying_agree(a in any::<i64>(), b in any::<i64>(), down in 0u32..12) {
        let power = pow10(down).unwrap();
        let direct = divide_rounding(i128::from(a) * i128::from(b), power);
        prop_assert_eq!(wide_multiply(a.into(), b.into(), power), Some(direct));
    }
}

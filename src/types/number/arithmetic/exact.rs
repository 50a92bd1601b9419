//! Arithmetic against arithmetic as it is done on paper: digit by digit, on fractions of any size, rounded once at the
//! end. The types are those of <https://docs.snowflake.com/en/sql-reference/operators-arithmetic>.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;

/// A natural number by its decimal digits, the lowest first, without zeros at the high end.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Natural(Vec<u8>);

impl Natural {
    fn new(value: u128) -> Self {
        let digits = value.to_string();
        Self(digits.bytes().rev().map(|digit| digit - b'0').collect()).trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    fn power_of_ten(exponent: usize) -> Self {
        let mut digits = vec![0; exponent];
        digits.push(1);
        Self(digits)
    }

    fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    fn plus(&self, other: &Self) -> Self {
        let mut carry = 0;
        let mut digits = Vec::new();
        for place in 0..=self.0.len().max(other.0.len()) {
            let digit = |number: &Self| number.0.get(place).copied().unwrap_or(0);
            let sum = digit(self) + digit(other) + carry;
            digits.push(sum % 10);
            carry = sum / 10;
        }
        Self(digits).trimmed()
    }

    /// Takes away what is not larger.
    fn minus(&self, other: &Self) -> Self {
        let mut borrow = 0;
        let mut digits = Vec::new();
        for (place, digit) in self.0.iter().enumerate() {
            let taken = other.0.get(place).copied().unwrap_or(0) + borrow;
            borrow = u8::from(taken > *digit);
            digits.push(digit + 10 * borrow - taken);
        }
        Self(digits).trimmed()
    }

    fn times(&self, other: &Self) -> Self {
        let mut sums = vec![0_u32; self.0.len() + other.0.len() + 1];
        for (place, digit) in self.0.iter().enumerate() {
            for (step, factor) in other.0.iter().enumerate() {
                sums[place + step] += u32::from(*digit) * u32::from(*factor);
            }
        }
        let mut carry = 0;
        let digits = sums.iter().map(|sum| {
            let sum = sum + carry;
            carry = sum / 10;
            (sum % 10) as u8
        });
        Self(digits.collect()).trimmed()
    }

    /// Long division: quotient and rest.
    fn over(&self, divisor: &Self) -> (Self, Self) {
        let mut quotient = Vec::new();
        let mut rest = Self(Vec::new());
        for digit in self.0.iter().rev() {
            rest.0.insert(0, *digit);
            rest = rest.trimmed();
            let mut count = 0;
            while rest.compare(divisor) != Ordering::Less {
                rest = rest.minus(divisor);
                count += 1;
            }
            quotient.insert(0, count);
        }
        (Self(quotient).trimmed(), rest)
    }

    /// The whole number nearest to a fraction, the larger one of two.
    fn nearest(numerator: &Self, denominator: &Self) -> Self {
        let twice = numerator.plus(numerator).plus(denominator);
        twice.over(&denominator.plus(denominator)).0
    }
}

/// A value of NUMBER(precision, scale), unscaled.
#[derive(Debug, Clone, Copy)]
struct Operand {
    precision: u8,
    scale: u8,
    value: i128,
}

impl Operand {
    fn array(self) -> Decimal128Array {
        let data_type = DataType::Decimal128(self.precision, self.scale as i8);
        Decimal128Array::from(vec![self.value]).with_data_type(data_type)
    }

    fn leading(self) -> u8 {
        self.precision - self.scale
    }

    /// Its digits in units of `10^-scale`.
    fn at(self, scale: u8) -> Natural {
        let unit = Natural::power_of_ten(usize::from(scale - self.scale));
        Natural::new(self.value.unsigned_abs()).times(&unit)
    }
}

/// Numbers of every size that a type has, the largest ones often.
fn operand() -> impl Strategy<Value = Operand> {
    (
        1_u8..=38,
        0_u8..=37,
        any::<bool>(),
        0_u8..=38,
        any::<u128>(),
        0..8,
    )
        .prop_map(|(precision, scale, negative, digits, random, kind)| {
            let scale = scale.min(precision);
            let largest = 10_u128.pow(precision.into()) - 1;
            let size = match kind {
                0 => largest,
                1 => largest - random % 3_u128.min(largest + 1),
                2 => 10_u128.pow(digits.min(precision - 1).into()),
                _ => random % 10_u128.pow(digits.min(precision).into()),
            };
            let value = size as i128;
            Operand {
                precision,
                scale,
                value: if negative { -value } else { value },
            }
        })
}

/// The documented type of a result, and its exact value in units of its scale, rounded half away from zero; `None` for a
/// division by zero.
fn expected(operation: Operation, a: Operand, b: Operand) -> (u8, u8, Option<(bool, Natural)>) {
    let (s1, s2) = (a.scale, b.scale);
    let scale = match operation {
        Operation::Add | Operation::Subtract | Operation::Modulo => s1.max(s2),
        Operation::Multiply => (s1 + s2).min(s1.max(s2).max(12)),
        Operation::Divide => s1.max((s1 + 6).min(12)),
    };
    let leading = match operation {
        Operation::Add | Operation::Subtract => a.leading().max(b.leading()) + 1,
        Operation::Multiply => a.leading() + b.leading(),
        Operation::Divide => a.leading() + s2,
        Operation::Modulo => a.leading().max(b.leading()),
    };
    let precision = (leading + scale).clamp(1, 38);
    let (a_negative, mut b_negative) = (a.value < 0, b.value < 0);
    let value = match operation {
        Operation::Add | Operation::Subtract => {
            b_negative ^= operation == Operation::Subtract;
            let (a, b) = (a.at(scale), b.at(scale));
            match (a_negative == b_negative, a.compare(&b)) {
                (true, _) => (a_negative, a.plus(&b)),
                (false, Ordering::Less) => (b_negative, b.minus(&a)),
                (false, _) => (a_negative, a.minus(&b)),
            }
        }
        Operation::Multiply => {
            let unit = Natural::power_of_ten(usize::from(s1 + s2 - scale));
            let product = a.at(s1).times(&b.at(s2));
            (a_negative ^ b_negative, Natural::nearest(&product, &unit))
        }
        _ if b.value == 0 => return (precision, scale, None),
        Operation::Divide => {
            let unit = Natural::power_of_ten(usize::from(scale + s2 - s1));
            let numerator = a.at(s1).times(&unit);
            (a_negative ^ b_negative, Natural::nearest(&numerator, &b.at(s2)))
        }
        Operation::Modulo => (a_negative, a.at(scale).over(&b.at(scale)).1),
    };
    (precision, scale, Some(value))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn results_are_those_of_paper(a in operand(), b in operand()) {
        use Operation::{Add, Divide, Modulo, Multiply, Subtract};
        for operation in [Add, Subtract, Multiply, Divide, Modulo] {
            let (precision, scale, value) = expected(operation, a, b);
            let found = operation.apply(&a.array(), &b.array());
            match (found, value) {
                (Err(error), None) => prop_assert_eq!(error.code(), 100_051),
                (Err(error), Some((_, value))) => {
                    prop_assert_eq!(error.code(), 100_046);
                    prop_assert!(value.0.len() > usize::from(precision), "{:?} {:?} {:?}", a, operation, b);
                }
                (Ok(found), value) => {
                    let (negative, value) = value.unwrap();
                    prop_assert_eq!(found.data_type(), &DataType::Decimal128(precision, scale as i8));
                    let found = found.as_primitive::<Decimal128Type>().value(0);
                    prop_assert_eq!(Natural::new(found.unsigned_abs()), value, "{:?} {:?} {:?}", a, operation, b);
                    prop_assert!(found == 0 || (found < 0) == negative, "{:?} {:?} {:?}", a, operation, b);
                    prop_assert!(Natural::new(found.unsigned_abs()).0.len() <= usize::from(precision));
                }
            }
        }
    }
}

#[test]
fn paper_counts() {
    let (seven, hundred) = (Natural::new(7), Natural::new(100));
    assert_eq!(hundred.over(&seven), (Natural::new(14), Natural::new(2)));
    assert_eq!(hundred.minus(&seven), Natural::new(93));
    assert_eq!(hundred.times(&seven).plus(&seven), Natural::new(707));
    assert_eq!(Natural::nearest(&hundred, &Natural::new(8)), Natural::new(13));
}

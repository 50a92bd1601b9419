//! Data generation (<https://docs.snowflake.com/en/sql-reference/functions-data-generation>): values of a distribution,
//! each from one whole number, mostly RANDOM's; the same number gives the same value. RANDOM itself and SEQ1 to SEQ8
//! count rows, and belong to the statement that they stand in.

use datafusion::arrow::array::{ArrayRef, Decimal128Array};

use super::arguments::{Arguments, exactly};
use super::build;
use super::call::{Call, Column};
use super::scalar::{Returns, Scalar};
use crate::error::{Error, Result};
use crate::types::SnowType;

/// The family. `$UUID` is UUID_STRING without arguments, from two random numbers.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(&["UNIFORM"], exactly(3), uniform_type, uniform, "uniform"),
    Scalar::new(
        &["NORMAL"],
        exactly(3),
        |a| Returns::strict(a, SnowType::Float),
        normal,
        "normal",
    ),
    Scalar::new(
        &["ZIPF"],
        exactly(3),
        |a| Returns::strict(a, SnowType::INTEGER),
        zipf,
        "zipf",
    ),
    Scalar::new(
        &["RANDSTR"],
        exactly(2),
        |a| Returns::strict(a, SnowType::VARCHAR),
        randstr,
        "randstr",
    ),
    Scalar::new(
        &["$UUID"],
        exactly(2),
        |_| Returns::never_null(SnowType::Varchar { length: 36 }),
        uuid,
        "uuid_string",
    ),
];

/// The most elements of ZIPF.
const MOST_ELEMENTS: i64 = 16_777_215;

/// Numbers that look random, from a seed (SplitMix64).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Beginning at a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ bits >> 31
    }

    /// The next number from 0 up to, but not, 1.
    fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// The next number from 0 to `most`.
    fn up_to(&mut self, most: u128) -> u128 {
        let bits = u128::from(self.bits()) << 64 | u128::from(self.bits());
        match most.checked_add(1) {
            Some(count) => bits % count,
            None => bits,
        }
    }
}

/// The generator of each row.
struct Generators(Column<Decimal128Array>);

impl Generators {
    fn of(call: &Call, index: usize) -> Result<Self> {
        call.integers(index).map(Self)
    }

    fn get(&self, row: usize) -> Option<Random> {
        self.0.get(row).map(|seed| Random::new(seed as u64))
    }
}

fn both_whole(arguments: &Arguments) -> Result<bool> {
    let (least, most) = (arguments.data_type(0)?, arguments.data_type(1)?);
    let whole = |data_type| matches!(data_type, SnowType::Number { scale: 0, .. });
    Ok(whole(least) && whole(most))
}

/// FLOAT unless both ends are whole numbers.
fn uniform_type(arguments: &Arguments) -> Result<Returns> {
    let data_type = match both_whole(arguments)? {
        true => SnowType::INTEGER,
        false => SnowType::Float,
    };
    Returns::strict(arguments, data_type)
}

fn wrong_order(call: &Call) -> Error {
    Error::invalid_argument(
        call.name(),
        "min, max",
        "the least value must not be above the greatest",
    )
}

fn uniform(call: &Call) -> Result<ArrayRef> {
    (0..2).try_for_each(|index| call.must_be_constant(index))?;
    let generators = Generators::of(call, 2)?;
    if both_whole(&call.arguments())? {
        let (least, most) = (call.integers(0)?, call.integers(1)?);
        return build::numbers(call, |row| {
            let (Some(least), Some(most), Some(mut random)) =
                (least.get(row), most.get(row), generators.get(row))
            else {
                return Ok(None);
            };
            let width = most
                .checked_sub(least)
                .and_then(|width| u128::try_from(width).ok());
            let width = width.ok_or_else(|| wrong_order(call))?;
            Ok(Some(least + random.up_to(width) as i128))
        });
    }
    let (least, most) = (call.floats(0)?, call.floats(1)?);
    build::floats(call.rows(), |row| {
        let (Some(least), Some(most), Some(mut random)) =
            (least.get(row), most.get(row), generators.get(row))
        else {
            return Ok(None);
        };
        if least > most {
            return Err(wrong_order(call));
        }
        Ok(Some(least + (most - least) * random.share()))
    })
}

/// By the method of Box and Muller.
fn normal(call: &Call) -> Result<ArrayRef> {
    (0..2).try_for_each(|index| call.must_be_constant(index))?;
    let (means, deviations) = (call.floats(0)?, call.floats(1)?);
    let generators = Generators::of(call, 2)?;
    build::floats(call.rows(), |row| {
        let (Some(mean), Some(deviation), Some(mut random)) =
            (means.get(row), deviations.get(row), generators.get(row))
        else {
            return Ok(None);
        };
        let radius = (-2.0 * (1.0 - random.share()).ln()).sqrt();
        let angle = std::f64::consts::TAU * random.share();
        Ok(Some(mean + deviation * radius * angle.cos()))
    })
}

/// 1 to N, the number `n` as likely as `n` to the power of `-s`.
fn zipf(call: &Call) -> Result<ArrayRef> {
    (0..2).try_for_each(|index| call.must_be_constant(index))?;
    let (exponent, count) = (call.floats(0)?, call.integers(1)?);
    let (Some(exponent), Some(count)) = (exponent.get(0), count.get(0)) else {
        return build::numbers(call, |_| Ok(None));
    };
    if !(1..=i128::from(MOST_ELEMENTS)).contains(&count) {
        let rule = "there are 1 to 16777215 elements";
        return Err(Error::invalid_argument(call.name(), count, rule));
    }
    let mut total = 0.0;
    let sums: Vec<f64> = (1..=count)
        .map(|number| {
            total += (number as f64).powf(-exponent);
            total
        })
        .collect();
    let generators = Generators::of(call, 2)?;
    build::numbers(call, |row| {
        Ok(generators.get(row).map(|mut random| {
            let wanted = random.share() * total;
            (sums.partition_point(|sum| *sum <= wanted) as i128 + 1).min(count)
        }))
    })
}

const CHARACTERS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn randstr(call: &Call) -> Result<ArrayRef> {
    let lengths = call.integers(0)?;
    let generators = Generators::of(call, 1)?;
    build::written_texts(call.rows(), |row, out| {
        let (Some(length), Some(mut random)) = (lengths.get(row), generators.get(row)) else {
            return Ok(None);
        };
        let length = usize::try_from(length)
            .map_err(|_| Error::invalid_argument(call.name(), length, "a text's length is not negative"))?;
        build::check_text(length)?;
        out.extend((0..length).filter_map(|_| {
            let place = random.up_to(CHARACTERS.len() as u128 - 1) as usize;
            CHARACTERS.get(place).map(|byte| char::from(*byte))
        }));
        Ok(Some(()))
    })
}

/// A UUID of version 4.
fn uuid(call: &Call) -> Result<ArrayRef> {
    let (high, low) = (call.integers(0)?, call.integers(1)?);
    build::written_texts(call.rows(), |row, out| {
        let high = high.get(row).unwrap_or_default() as u64 & !0xf000 | 0x4000;
        let low = low.get(row).unwrap_or_default() as u64 & !(0b11 << 62) | 0b10 << 62;
        out.push_str(&format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        ));
        Ok(Some(()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_ranges_hold_their_bounds() {
        let mut random = Random::new(7);
        for _ in 0..1_000 {
            assert!((0.0..1.0).contains(&random.share()));
            assert!(random.up_to(9) <= 9);
        }
        assert_eq!(Random::new(7).bits(), Random::new(7).bits());
        assert_ne!(Random::new(7).bits(), Random::new(8).bits());
    }
}

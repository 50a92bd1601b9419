//! The aggregates that make bitmaps of a group's values, and join the bitmaps of a group.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, AsArray, BinaryArray};
use datafusion::arrow::datatypes::{DataType, Decimal128Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::AggregateUDF;

use super::bits::Bits;
use crate::error::{Error, Result};
use crate::functions::aggregate::{Aggregate, Plan};
use crate::functions::aggregates::collect::Collect;
use crate::functions::arguments::{Arguments, exactly};
use crate::types::SnowType;

/// The functions. NULLs are left out; without values the result is NULL.
pub const FUNCTIONS: &[Aggregate] = &[
    Aggregate::new(
        &["BITMAP_CONSTRUCT_AGG"],
        exactly(1),
        |_| Ok(plan(&CONSTRUCT, SnowType::INTEGER)),
        "bitmap_construct_agg",
    ),
    Aggregate::new(
        &["BITMAP_OR_AGG"],
        exactly(1),
        |_| Ok(plan(&OR, SnowType::BINARY)),
        "bitmap_or_agg",
    ),
    Aggregate::new(
        &["BITMAP_AND_AGG"],
        exactly(1),
        |_: &Arguments| Ok(plan(&AND, SnowType::BINARY)),
        "bitmap_and_agg",
    ),
];

fn plan(inner: &Arc<AggregateUDF>, input: SnowType) -> Plan {
    Plan::new(Arc::clone(inner), vec![input], SnowType::BINARY)
}

static CONSTRUCT: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| Collect::new("bitmap_construct_agg", construct).udaf());

fn value(bits: Option<Bits>) -> Option<Vec<u8>> {
    bits.map(|bits| {
        let mut out = Vec::new();
        bits.write(&mut out);
        out
    })
}

fn construct(values: &[ArrayRef], _: &DataType) -> Result<ScalarValue> {
    let positions = values
        .first()
        .and_then(|values| values.as_primitive_opt::<Decimal128Type>());
    let mut bits = None;
    for position in positions.into_iter().flatten().flatten() {
        let set = u32::try_from(position)
            .is_ok_and(|position| bits.get_or_insert_with(Bits::default).set(position));
        if !set {
            return Err(Error::invalid_argument(
                "BITMAP_CONSTRUCT_AGG",
                position,
                "a bit's position is 0 to 32767",
            ));
        }
    }
    Ok(ScalarValue::Binary(value(bits)))
}

macro_rules! joining {
    ($static:ident, $name:literal, $operation:expr) => {
        static $static: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
            fn fold(values: &[ArrayRef]) -> Result<Option<Vec<u8>>> {
                let bitmaps = values
                    .first()
                    .and_then(|values| values.as_binary_opt::<i32>());
                let mut joined: Option<Bits> = None;
                for bytes in bitmaps.into_iter().flatten().flatten() {
                    let bits = Bits::read($name, bytes)?;
                    match &mut joined {
                        Some(joined) => $operation(joined, &bits),
                        None => joined = Some(bits),
                    }
                }
                Ok(value(joined))
            }
            let collect = Collect::new($name, |values, _| Ok(ScalarValue::Binary(fold(values)?)));
            let reduced =
                collect.reduced(|values| Ok(vec![Arc::new(BinaryArray::from_iter([fold(values)?]))]));
            reduced.udaf()
        });
    };
}

joining!(OR, "BITMAP_OR_AGG", Bits::or);
joining!(AND, "BITMAP_AND_AGG", Bits::and);

//! Comparison of values as functions need it: of one type, after coercion.

use std::cmp::Ordering;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, DynComparator, make_comparator};
use datafusion::arrow::compute::SortOptions;

use super::call::Call;
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::variant;

/// Compares rows of two arrays of one type; NULL comes last and equals itself. VARIANT compares by value.
///
/// # Errors
/// For types that do not compare.
pub fn comparator(left: &ArrayRef, right: &ArrayRef) -> Result<DynComparator> {
    if let (Some(left), Some(right)) = (left.as_binary_opt::<i64>(), right.as_binary_opt::<i64>()) {
        let (left, right) = (left.clone(), right.clone());
        return Ok(Box::new(move |a, b| match (left.is_null(a), right.is_null(b)) {
            (false, false) => variant::compare(left.value(a), right.value(b)),
            (a, b) => a.cmp(&b),
        }));
    }
    let options = SortOptions {
        descending: false,
        nulls_first: false,
    };
    Ok(make_comparator(left.as_ref(), right.as_ref(), options)?)
}

/// Some of a call's arguments, brought to one type and ready to be compared with each other.
pub struct Comparable {
    operands: Vec<(ArrayRef, bool)>,
}

/// Compares the rows of two operands; either row may be NULL, which comes last and equals itself.
pub struct Comparator {
    compare: Box<dyn Fn(usize, usize) -> Ordering + Send + Sync>,
    left_constant: bool,
    right_constant: bool,
}

impl Comparator {
    /// How the left operand's value in a row stands to the right one's.
    #[inline]
    pub fn compare(&self, row: usize) -> Ordering {
        let left = if self.left_constant { 0 } else { row };
        let right = if self.right_constant { 0 } else { row };
        (self.compare)(left, right)
    }
}

impl Comparable {
    /// The arguments from `indexes` in their common type. TIMESTAMP_TZ compares by the instant alone.
    ///
    /// # Errors
    /// 001044 without a common type.
    pub fn new(call: &Call, indexes: impl IntoIterator<Item = usize> + Clone) -> Result<Self> {
        let to = match call.arguments().common_type(indexes.clone())? {
            SnowType::TimestampTz { scale } => SnowType::TimestampLtz { scale },
            other => other,
        };
        let operands = indexes
            .into_iter()
            .map(|index| call.cast(index, &to))
            .collect::<Result<_>>()?;
        Ok(Self { operands })
    }

    /// Whether an operand's value in a row is NULL. Operands count from 0 in the order of `indexes`.
    #[inline]
    pub fn is_null(&self, operand: usize, row: usize) -> bool {
        self.operands
            .get(operand)
            .is_none_or(|(array, constant)| array.is_null(if *constant { 0 } else { row }))
    }

    /// Compares two operands.
    pub fn pair(&self, left: usize, right: usize) -> Result<Comparator> {
        let missing = || Error::internal("no such operand");
        let (left, left_constant) = self.operands.get(left).ok_or_else(missing)?;
        let (right, right_constant) = self.operands.get(right).ok_or_else(missing)?;
        let compare = comparator(left, right)?;
        Ok(Comparator {
            compare,
            left_constant: *left_constant,
            right_constant: *right_constant,
        })
    }
}

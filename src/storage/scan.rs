//! Partitions as the columns of a table's present definition.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, BooleanBufferBuilder, UInt32Array, UInt64Array,
};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::FieldRef;
use datafusion::common::ScalarValue;

use super::partition::MicroPartition;
use super::table_version::Entry;
use crate::error::Result;

/// A column of the table's present definition.
#[derive(Debug, Clone)]
pub struct ScanColumn {
    /// The column's id.
    pub id: u32,
    /// Its name and type now.
    pub field: FieldRef,
    /// The value of rows older than the column.
    pub initial: ScalarValue,
}

/// A column of a partition in the table's present definition: widened if the column's type was widened since, filled
/// with the initial value if the partition is older than the column.
pub fn project(partition: &MicroPartition, column: &ScanColumn) -> Result<ArrayRef> {
    match partition.column(column.id)? {
        Some(array) if array.data_type() == column.field.data_type() => Ok(array),
        Some(array) => Ok(compute::cast(&array, column.field.data_type())?),
        None => Ok(column.initial.to_array_of_size(partition.rows())?),
    }
}

/// Which of the rows `start .. start + length` of a partition are not deleted; `None` when all are there.
pub fn live_rows(entry: &Entry, start: usize, length: usize) -> Option<BooleanArray> {
    let deleted = entry.deleted.as_ref()?;
    let range = start as u32..(start + length) as u32;
    if deleted.range_cardinality(range.clone()) == 0 {
        return None;
    }
    let mut live = BooleanBufferBuilder::new(length);
    live.append_n(length, true);
    for row in deleted.range(range) {
        live.set_bit(row as usize - start, false);
    }
    Some(BooleanArray::new(live.finish(), None))
}

/// Splits row addresses (entry index in the high half, ordinal in the low half) by entry.
pub fn split_address(addresses: &UInt64Array) -> Vec<(usize, UInt32Array)> {
    let mut by_entry: std::collections::BTreeMap<usize, Vec<u32>> = std::collections::BTreeMap::new();
    for address in addresses.values() {
        by_entry
            .entry((address >> 32) as usize)
            .or_default()
            .push(*address as u32);
    }
    by_entry
        .into_iter()
        .map(|(entry, rows)| (entry, UInt32Array::from(rows)))
        .collect()
}

/// The addresses of rows `start .. start + length` of the entry at an index; see [`split_address`].
pub fn addresses(entry_index: usize, start: usize, length: usize) -> ArrayRef {
    let base = (entry_index as u64) << 32;
    Arc::new(UInt64Array::from_iter_values(
        (start..start + length).map(|row| base | row as u64),
    ))
}

/// The ids of all rows of an entry, deleted ones included.
pub fn row_ids(entry: &Entry) -> Result<ArrayRef> {
    Ok(match entry.partition.identity()? {
        Some(identity) => Arc::new(identity.ids.clone()),
        None => {
            let end = entry.base_row_id + entry.partition.rows() as u64;
            Arc::new(UInt64Array::from_iter_values(entry.base_row_id..end))
        }
    })
}

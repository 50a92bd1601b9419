//! From a query's result to a table delta: NOT NULL checks, AUTOINCREMENT, micro-partitions, row addresses.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, UInt64Array};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{DataType, Field, Schema, UInt64Type};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use roaring::RoaringBitmap;

use super::target::Target;
use crate::catalog::Fact;
use crate::engine::work::Work;
use crate::error::{Error, Result};
use crate::storage::{MicroPartition, Ordinals, RowIdentity, TableDelta, TableVersion, split_address};

/// Checks rows against the table's NOT NULL columns and fills AUTOINCREMENT columns, then cuts them into partitions.
///
/// The batches' columns are the table's, in order and type.
///
/// # Errors
/// 100072 for NULL in a NOT NULL column.
pub fn insert_partitions(
    work: &mut Work<'_>,
    target: &Target,
    batches: Vec<RecordBatch>,
) -> Result<Vec<Arc<MicroPartition>>> {
    if target.table.events {
        return Err(Error::unsupported("writing rows into an event table"));
    }
    let batches = fill_identities(work, target, batches)?;
    check_not_null(target, &batches)?;
    let mut partitions = Vec::new();
    for batch in chunks(target, batches)? {
        partitions.push(partition(work, target, batch, None)?);
    }
    Ok(partitions)
}

/// Rows that replace others: partitions whose rows keep the identities of the rows at `addresses`.
///
/// # Errors
/// 100072 for NULL in a NOT NULL column.
pub fn update_partitions(
    work: &mut Work<'_>,
    target: &Target,
    addresses: &UInt64Array,
    batches: Vec<RecordBatch>,
) -> Result<Vec<Arc<MicroPartition>>> {
    if target.table.events {
        return Err(Error::unsupported("changing rows of an event table"));
    }
    check_not_null(target, &batches)?;
    let ids = row_ids(&target.version, addresses)?;
    // Unique per row and commit is all that matters: see the change set's pairing by identity.
    let version = work.account.catalog().snapshot().seq + 1;
    let mut partitions = Vec::new();
    let mut start = 0;
    for batch in chunks(target, batches)? {
        let rows = batch.num_rows();
        let identity = RowIdentity {
            ids: ids.slice(start, rows),
            versions: UInt64Array::from_value(version, rows),
        };
        start += rows;
        partitions.push(partition(work, target, batch, Some(identity))?);
    }
    Ok(partitions)
}

/// The rows at addresses as the delta's deleted rows.
pub fn deleted(version: &TableVersion, addresses: &UInt64Array) -> Vec<(u64, Ordinals)> {
    let by_entry = split_address(addresses);
    let rows = by_entry.into_iter().filter_map(|(entry, ordinals)| {
        let partition = version.entries.get(entry)?.partition.id();
        let mut sorted = ordinals.values().to_vec();
        sorted.sort_unstable();
        Some((
            partition,
            Ordinals(RoaringBitmap::from_sorted_iter(sorted.into_iter().dedup()).ok()?),
        ))
    });
    rows.collect()
}

/// Leaves out repeated values of a sorted iterator.
trait Dedup: Iterator<Item = u32> + Sized {
    fn dedup(self) -> impl Iterator<Item = u32> {
        let mut last = None;
        self.filter(move |value| {
            let fresh = last != Some(*value);
            last = Some(*value);
            fresh
        })
    }
}

impl<I: Iterator<Item = u32>> Dedup for I {}

/// Records a delta, unless it is empty.
///
/// # Errors
/// Those of [`Work::record`].
pub fn record(work: &mut Work<'_>, delta: TableDelta) -> Result<()> {
    if delta.is_empty() {
        Ok(())
    } else {
        work.record(Fact::Rows(delta))
    }
}

/// The row addresses that a query's result carries in its first column, without nulls.
///
/// # Errors
/// When the column is no address column: a mistake of the plan.
pub fn addresses(batches: &[RecordBatch]) -> Result<UInt64Array> {
    let mut all = Vec::new();
    for batch in batches {
        let column = batch
            .columns()
            .first()
            .and_then(|column| column.as_primitive_opt::<UInt64Type>());
        let column = column.ok_or_else(|| Error::internal("row addresses are missing"))?;
        all.extend(column.iter().flatten());
    }
    Ok(all.into())
}

fn row_ids(version: &TableVersion, addresses: &UInt64Array) -> Result<UInt64Array> {
    let mut identities = Vec::with_capacity(version.entries.len());
    for entry in &version.entries {
        identities.push(match entry.partition.carries_identity() {
            true => entry.partition.identity()?,
            false => None,
        });
    }
    let ids = addresses.values().iter().map(|address| {
        let (at, ordinal) = ((address >> 32) as usize, *address as u32);
        match identities.get(at) {
            Some(Some(identity)) => identity
                .ids
                .values()
                .get(ordinal as usize)
                .copied()
                .unwrap_or_default(),
            _ => version
                .entries
                .get(at)
                .map_or(0, |entry| entry.base_row_id + u64::from(ordinal)),
        }
    });
    Ok(UInt64Array::from_iter_values(ids))
}

/// Puts batches together and cuts them to the size of partitions.
fn chunks(target: &Target, batches: Vec<RecordBatch>) -> Result<Vec<RecordBatch>> {
    let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    if rows == 0 {
        return Ok(Vec::new());
    }
    let schema = storage_schema(target);
    let uniform: Vec<RecordBatch> = batches
        .into_iter()
        .filter(|batch| batch.num_rows() > 0)
        .map(|batch| {
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            Ok(RecordBatch::try_new_with_options(
                Arc::clone(&schema),
                batch.columns().to_vec(),
                &options,
            )?)
        })
        .collect::<Result<_>>()?;
    let mut chunks = Vec::new();
    let mut pending = Vec::new();
    let mut count = 0;
    for batch in uniform {
        let mut rest = batch;
        while count + rest.num_rows() > MicroPartition::MAX_ROWS {
            let fits = MicroPartition::MAX_ROWS - count;
            pending.push(rest.slice(0, fits));
            rest = rest.slice(fits, rest.num_rows() - fits);
            chunks.push(compute::concat_batches(&schema, &std::mem::take(&mut pending))?);
            count = 0;
        }
        count += rest.num_rows();
        pending.push(rest);
    }
    match pending.as_slice() {
        [] => {}
        // A slice of a larger batch would keep all of that batch alive.
        [single] if single.columns().iter().all(|column| column.offset() == 0) => chunks.extend(pending),
        _ => chunks.push(compute::concat_batches(&schema, &pending)?),
    }
    Ok(chunks)
}

fn storage_schema(target: &Target) -> Arc<Schema> {
    let fields = target
        .table
        .columns
        .iter()
        .map(|column| Field::new(format!("c{}", column.id), column.data_type.arrow(), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn partition(
    work: &Work<'_>,
    target: &Target,
    batch: RecordBatch,
    identity: Option<RowIdentity>,
) -> Result<Arc<MicroPartition>> {
    let columns = target.table.columns.iter().map(|column| column.id).collect();
    let id = work.account.catalog().new_partition_id();
    Ok(Arc::new(MicroPartition::new(id, columns, batch, identity)?))
}

fn check_not_null(target: &Target, batches: &[RecordBatch]) -> Result<()> {
    for (at, column) in target
        .table
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| !column.nullable)
    {
        let holds_null = |batch: &RecordBatch| {
            batch
                .columns()
                .get(at)
                .is_some_and(|array| array.null_count() > 0)
        };
        if batches.iter().any(holds_null) {
            return Err(match &target.name {
                Some(table) => Error::null_loaded().stored_in(table, &column.name),
                None => Error::null_loaded(),
            });
        }
    }
    Ok(())
}

/// Gives AUTOINCREMENT columns their next numbers where no value was given.
fn fill_identities(
    work: &mut Work<'_>,
    target: &Target,
    batches: Vec<RecordBatch>,
) -> Result<Vec<RecordBatch>> {
    let mut batches = batches;
    for (at, column) in target.table.columns.iter().enumerate() {
        let Some((start, step)) = column.identity else {
            continue;
        };
        let first = work.snapshot().counter(target.id, column.id).unwrap_or(start);
        let mut next = first;
        for batch in &mut batches {
            let Some(given) = batch.columns().get(at) else {
                continue;
            };
            if given.null_count() == 0 {
                continue;
            }
            let DataType::Decimal128(precision, scale) = *given.data_type() else {
                return Err(Error::unsupported("AUTOINCREMENT on a column that is no NUMBER"));
            };
            let unit = 10_i128.pow(u32::from(scale.unsigned_abs()));
            let given = given.as_primitive::<datafusion::arrow::datatypes::Decimal128Type>();
            let filled = given.iter().map(|value| {
                value.unwrap_or_else(|| {
                    let number = i128::from(next) * unit;
                    next = next.saturating_add(step);
                    number
                })
            });
            let filled =
                Decimal128Array::from_iter_values(filled).with_precision_and_scale(precision, scale)?;
            let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
            if let Some(slot) = columns.get_mut(at) {
                *slot = Arc::new(filled);
            }
            *batch = RecordBatch::try_new(storage_schema(target), columns)?;
        }
        if next != first {
            work.record(Fact::Counter {
                object: target.id,
                column: column.id,
                next,
            })?;
        }
    }
    Ok(batches)
}

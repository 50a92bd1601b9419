//! Putting small partitions together, so that many small statements leave a table that still reads fast.
//!
//! Partitions are sorted into size classes, each eight times the one below. When a class has [`FAN_IN`] members they
//! become one partition whose rows carry their identities, so that no stream sees a change. Each row is rewritten at
//! most once per class: the cost of a long series of small statements stays linear up to a logarithm.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, UInt32Array, UInt64Array};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::partition::{MicroPartition, RowIdentity};
use super::scan::{self, ScanColumn};
use super::table_version::{Entry, TableDelta, TableVersion};
use crate::error::Result;

/// How many partitions of one size class are put together.
pub const FAN_IN: usize = 16;

/// The partitions of `version` that should become one, if any class is full. `keep_since` excludes partitions added
/// by that commit or later.
pub fn candidates(version: &TableVersion, keep_since: u64) -> Vec<&Entry> {
    let mut classes: [Vec<&Entry>; 6] = Default::default();
    for entry in &version.entries {
        let rows = entry.live().max(1);
        let class = (rows.ilog2() / 3) as usize;
        if rows >= MicroPartition::MAX_ROWS / 8 || entry.version >= keep_since {
            continue;
        }
        if let Some(members) = classes.get_mut(class) {
            members.push(entry);
        }
    }
    classes
        .into_iter()
        .find(|members| members.len() >= FAN_IN)
        .unwrap_or_default()
}

/// The delta that replaces `entries` by one partition with the same rows.
pub fn compact(table: u64, entries: &[&Entry], columns: &[ScanColumn], new_id: u64) -> Result<TableDelta> {
    let mut pieces: Vec<Vec<ArrayRef>> = vec![Vec::new(); columns.len()];
    let mut ids = Vec::new();
    let mut versions = Vec::new();
    for entry in entries {
        let length = entry.partition.rows();
        let ordinals = match scan::live_rows(entry, 0, length) {
            None => UInt32Array::from_iter_values(0..length as u32),
            Some(live) => {
                UInt32Array::from_iter_values((0..length as u32).filter(|row| live.value(*row as usize)))
            }
        };
        for (piece, column) in pieces.iter_mut().zip(columns) {
            piece.push(compute::take(
                &scan::project(&entry.partition, column)?,
                &ordinals,
                None,
            )?);
        }
        match entry.partition.identity()? {
            Some(identity) => {
                for row in ordinals.values() {
                    ids.push(
                        identity
                            .ids
                            .values()
                            .get(*row as usize)
                            .copied()
                            .unwrap_or_default(),
                    );
                    versions.push(
                        identity
                            .versions
                            .values()
                            .get(*row as usize)
                            .copied()
                            .unwrap_or_default(),
                    );
                }
            }
            None => {
                ids.extend(
                    ordinals
                        .values()
                        .iter()
                        .map(|row| entry.base_row_id + u64::from(*row)),
                );
                versions.resize(ids.len(), entry.version);
            }
        }
    }
    let mut arrays = Vec::with_capacity(columns.len());
    for piece in &pieces {
        arrays.push(compute::concat(
            &piece.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        )?);
    }
    let fields: Vec<Field> = columns
        .iter()
        .map(|c| Field::new(format!("c{}", c.id), c.field.data_type().clone(), true))
        .collect();
    let options = RecordBatchOptions::new().with_row_count(Some(ids.len()));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)?;
    let identity = RowIdentity {
        ids: UInt64Array::from(ids),
        versions: UInt64Array::from(versions),
    };
    let column_ids = columns.iter().map(|column| column.id).collect();
    let partition = MicroPartition::new(new_id, column_ids, batch, Some(identity))?;
    Ok(TableDelta {
        table,
        removed: entries.iter().map(|entry| entry.partition.id()).collect(),
        added: vec![Arc::new(partition)],
        ..TableDelta::default()
    })
}

//! The law of change sets, on random histories, against a naive model.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, Int64Array, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::ScalarValue;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

/// One commit of a random history; numbers pick rows among the live ones.
#[derive(Debug, Clone)]
enum Step {
    Insert(u8),
    Update(Vec<u8>),
    Delete(Vec<u8>),
    Truncate,
    Compact,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1u8..6).prop_map(Step::Insert),
        3 => prop::collection::vec(any::<u8>(), 1..4).prop_map(Step::Update),
        2 => prop::collection::vec(any::<u8>(), 1..4).prop_map(Step::Delete),
        1 => Just(Step::Compact),
        1 => prop::bool::weighted(0.3).prop_map(|t| if t { Step::Truncate } else { Step::Compact }),
    ];
    prop::collection::vec(step, 1..24)
}

fn columns() -> Vec<ScanColumn> {
    let field = Arc::new(Field::new("V", DataType::Int64, true));
    vec![ScanColumn {
        id: 1,
        field,
        initial: ScalarValue::Int64(None),
    }]
}

fn partition(id: u64, values: Vec<i64>, identity: Option<RowIdentity>) -> Arc<MicroPartition> {
    let schema = Arc::new(Schema::new(vec![Field::new("c1", DataType::Int64, true)]));
    let batch = RecordBatch::try_new(schema, vec![Arc::new(Int64Array::from(values))]).unwrap();
    Arc::new(MicroPartition::new(id, vec![1], batch, identity).unwrap())
}

/// The live rows of a version: (row id, value, partition id, ordinal).
fn rows(version: &TableVersion) -> Vec<(u64, i64, u64, u32)> {
    let initial = ChangeSet::initial(version).unwrap();
    let mut found = Vec::new();
    for side in initial.inserts {
        let values = project(&side.entry.partition, &columns()[0]).unwrap();
        let values = values.as_primitive::<Int64Type>();
        for (ordinal, id) in side.ordinals.values().iter().zip(side.row_ids.values()) {
            found.push((
                *id,
                values.value(*ordinal as usize),
                side.entry.partition.id(),
                *ordinal,
            ));
        }
    }
    found.sort_unstable();
    found
}

/// Runs a history; answers the table's versions and, per version, the naive model's (row id → value).
fn run(steps: &[Step]) -> (TableHistory, Vec<BTreeMap<u64, i64>>) {
    let mut history = TableHistory::empty(0, Timestamp::UNIX_EPOCH);
    let mut model: Vec<BTreeMap<u64, i64>> = vec![BTreeMap::new()];
    let mut next_value = 0;
    for (at, step) in steps.iter().enumerate() {
        let seq = at as u64 + 1;
        let next_partition = seq;
        let current = history.current();
        let live = rows(&current);
        let mut state = model.last().unwrap().clone();
        let mut delta = TableDelta {
            table: 9,
            ..TableDelta::default()
        };
        let picked = |picks: &[u8]| {
            let mut chosen: Vec<_> = picks
                .iter()
                .filter_map(|p| live.get(*p as usize % live.len().max(1)))
                .collect();
            chosen.sort_unstable();
            chosen.dedup();
            chosen
        };
        let mark = |delta: &mut TableDelta, chosen: &[&(u64, i64, u64, u32)]| {
            for (_, _, partition, ordinal) in chosen {
                delta
                    .deleted
                    .push((*partition, Ordinals([*ordinal].into_iter().collect())));
            }
        };
        match step {
            Step::Insert(count) => {
                let values: Vec<i64> = (0..i64::from(*count)).map(|n| next_value + n).collect();
                next_value += values.len() as i64;
                for (n, value) in values.iter().enumerate() {
                    state.insert(current.next_row_id + n as u64, *value);
                }
                delta.added.push(partition(next_partition, values, None));
            }
            Step::Update(picks) => {
                let chosen = picked(picks);
                mark(&mut delta, &chosen);
                let ids: Vec<u64> = chosen.iter().map(|row| row.0).collect();
                let values: Vec<i64> = chosen
                    .iter()
                    .enumerate()
                    .map(|(n, _)| next_value + n as i64)
                    .collect();
                next_value += values.len() as i64;
                for (id, value) in ids.iter().zip(&values) {
                    state.insert(*id, *value);
                }
                let versions = UInt64Array::from_value(seq, ids.len());
                let identity = RowIdentity {
                    ids: ids.into(),
                    versions,
                };
                if !values.is_empty() {
                    delta
                        .added
                        .push(partition(next_partition, values, Some(identity)));
                }
            }
            Step::Delete(picks) => {
                let chosen = picked(picks);
                mark(&mut delta, &chosen);
                for row in chosen {
                    state.remove(&row.0);
                }
            }
            Step::Truncate => {
                delta.truncated = true;
                state.clear();
            }
            Step::Compact => {
                let entries: Vec<&Entry> = current.entries.iter().collect();
                if entries.len() > 1 {
                    delta = compaction::compact(9, &entries, &columns(), next_partition).unwrap();
                }
            }
        }
        history = history.with(&delta, seq, Timestamp::UNIX_EPOCH).unwrap();
        model.push(state);
    }
    (history, model)
}

fn side(rows: &[ChangedRows]) -> BTreeMap<u64, (i64, bool)> {
    let mut found = BTreeMap::new();
    for side in rows {
        let values = project(&side.entry.partition, &columns()[0]).unwrap();
        let values = values.as_primitive::<Int64Type>();
        for (n, ordinal) in side.ordinals.values().iter().enumerate() {
            let row = (values.value(*ordinal as usize), side.is_update.value(n));
            assert!(
                found.insert(side.row_ids.value(n), row).is_none(),
                "a row id twice on one side"
            );
        }
    }
    found
}

proptest! {
    #[test]
    fn versions_equal_the_model(steps in steps()) {
        let (history, model) = run(&steps);
        for (seq, state) in model.iter().enumerate() {
            let version = history.at_seq(seq as u64).unwrap();
            let found: BTreeMap<u64, i64> = rows(&version).into_iter().map(|row| (row.0, row.1)).collect();
            prop_assert_eq!(&found, state);
            prop_assert_eq!(version.rows(), state.len());
        }
    }

    #[test]
    fn old_plus_changes_is_new(steps in steps(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let (history, model) = run(&steps);
        let (mut from, mut to) = (from.index(model.len()), to.index(model.len()));
        if from > to {
            std::mem::swap(&mut from, &mut to);
        }
        let old = history.at_seq(from as u64).unwrap();
        let new = history.at_seq(to as u64).unwrap();
        let changes = ChangeSet::between(&old, &new).unwrap();
        let (deletes, inserts) = (side(&changes.deletes), side(&changes.inserts));
        let mut state = model[from].clone();
        for (id, (value, is_update)) in &deletes {
            prop_assert_eq!(state.remove(id), Some(*value));
            prop_assert_eq!(*is_update, inserts.contains_key(id));
        }
        for (id, (value, is_update)) in &inserts {
            prop_assert_eq!(state.insert(*id, *value), None);
            prop_assert_eq!(*is_update, deletes.contains_key(id));
        }
        prop_assert_eq!(&state, &model[to]);
        // Net: nothing that both versions have alike is reported.
        for (id, (value, _)) in &inserts {
            prop_assert_ne!(model[from].get(id), Some(value));
        }
        prop_assert!(ChangeSet::may_differ(&old, &new) || changes.is_empty());
    }

    #[test]
    fn append_only_shows_every_insert(steps in steps()) {
        let (history, _) = run(&steps);
        let last = steps.len() as u64;
        let appended = side(&ChangeSet::appended(&history, 0, last).unwrap().inserts);
        let inserted: usize = steps.iter().map(|s| if let Step::Insert(n) = s { usize::from(*n) } else { 0 }).sum();
        prop_assert_eq!(appended.len(), inserted);
    }
}

#[test]
fn a_partition_survives_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(PartitionStore::open(folder.path().into()).unwrap());
    let ids = UInt64Array::from(vec![7, 9]);
    let identity = RowIdentity {
        ids: ids.clone(),
        versions: ids.clone(),
    };
    let written = partition(3, vec![10, 20], Some(identity));
    store.write(&written).unwrap();
    let described = serde_json::to_string(written.as_ref()).unwrap();
    let read: MicroPartition = serde_json::from_str(&described).unwrap();
    assert!(read.column(1).is_err(), "content without a store");
    read.attach(&store);
    assert_eq!(
        read.column(1).unwrap().unwrap().as_ref(),
        &Int64Array::from(vec![10, 20]) as &dyn Array
    );
    assert_eq!(read.identity().unwrap().unwrap().ids, ids);
    store.retain(&Default::default()).unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

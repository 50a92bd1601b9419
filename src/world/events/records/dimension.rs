//! The dimension that records lead to: some fields as they are now (SCD 1), the others as they were over time (SCD 2).
//!
//! Whoever looks after each batch sees an entity's latest record of it. One that is not newer than what was seen before
//! changes nothing. Any other sets the overwritten fields in every version; if another field differs, the open version
//! ends at its time and a new one begins.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::read::Record;

/// A version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    pub fields: Vec<Option<String>>,
    pub from: Timestamp,
    pub to: Option<Timestamp>,
}

#[derive(Debug, Clone)]
struct Entity {
    seen: Timestamp,
    versions: Vec<Version>,
}

/// All entities' versions.
#[derive(Debug, Default)]
pub(super) struct Dimension {
    /// For each field, whether it is overwritten.
    overwritten: Vec<bool>,
    entities: BTreeMap<i64, Entity>,
}

impl Dimension {
    pub(super) fn new(overwritten: Vec<bool>) -> Self {
        Self {
            overwritten,
            entities: BTreeMap::new(),
        }
    }

    /// Takes the records of a batch, in the order of their arrival.
    pub(super) fn batch<'a>(&mut self, records: impl Iterator<Item = &'a Record>) {
        let mut latest: BTreeMap<i64, &Record> = BTreeMap::new();
        for record in records {
            let known = latest.entry(record.key).or_insert(record);
            if record.time > known.time {
                *known = record;
            }
        }
        for record in latest.into_values() {
            self.take(record);
        }
    }

    fn take(&mut self, record: &Record) {
        let first = |record: &Record| Version {
            fields: record.fields.clone(),
            from: record.time,
            to: None,
        };
        let Some(entity) = self.entities.get_mut(&record.key) else {
            let entity = Entity {
                seen: record.time,
                versions: vec![first(record)],
            };
            self.entities.insert(record.key, entity);
            return;
        };
        if record.time <= entity.seen {
            return;
        }
        entity.seen = record.time;
        let overwritten = |at: usize| self.overwritten.get(at).copied().unwrap_or(false);
        for version in &mut entity.versions {
            for (at, field) in version.fields.iter_mut().enumerate() {
                if overwritten(at) {
                    *field = record.fields.get(at).cloned().flatten();
                }
            }
        }
        match entity.versions.last_mut() {
            Some(open) if open.fields == record.fields => {}
            Some(open) => {
                open.to = Some(record.time);
                entity.versions.push(first(record));
            }
            None => entity.versions.push(first(record)),
        }
    }

    /// Every version with its entity's key.
    pub(super) fn versions(&self) -> impl Iterator<Item = (i64, &Version)> {
        let entities = self.entities.iter();
        entities.flat_map(|(key, entity)| entity.versions.iter().map(|version| (*key, version)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(time: i64, name: &str, city: &str) -> Record {
        Record {
            key: 1,
            time: Timestamp::from_second(time).unwrap(),
            deleted: false,
            fields: vec![Some(name.to_owned()), Some(city.to_owned())],
            id: None,
        }
    }

    #[test]
    fn names_are_overwritten_and_cities_kept() {
        let mut dimension = Dimension::new(vec![true, false]);
        for batch in [
            vec![record(1, "a", "x")],
            vec![record(4, "b", "y"), record(3, "c", "z"), record(4, "d", "w")],
            vec![record(2, "late", "late"), record(4, "late", "late")],
            vec![record(5, "e", "y")],
        ] {
            dimension.batch(batch.iter());
        }
        let found: Vec<(String, String, i64, Option<i64>)> = dimension
            .versions()
            .map(|(_, version)| {
                let text = |at: usize| version.fields[at].clone().unwrap();
                (
                    text(0),
                    text(1),
                    version.from.as_second(),
                    version.to.map(Timestamp::as_second),
                )
            })
            .collect();
        let row = |city: &str, from, to| ("e".to_owned(), city.to_owned(), from, to);
        assert_eq!(found, [row("x", 1, Some(4)), row("y", 4, None)]);
    }
}

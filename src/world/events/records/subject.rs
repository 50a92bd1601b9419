//! The lives of entities, told as records.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Map, Value};

use super::{Form, Records};
use crate::world::csv;
use crate::world::events::customers::{after, appears};
use crate::world::events::generator::{Moment, Subject};
use crate::world::events::mess;
use crate::world::events::profile::Profile;

/// So often another entity is looked for when one is deleted and stays so.
const TRIES: usize = 8;

struct Entity {
    key: u64,
    profile: Profile,
    /// The fields that are no parts of the profile.
    own: BTreeMap<usize, String>,
    living: bool,
    last_time: Timestamp,
}

/// All entities so far.
pub(in crate::world::events) struct Lives {
    records: Records,
    entities: Vec<Entity>,
    /// How many there were, when those that nothing happens to any more are not kept.
    known: u64,
}

impl Lives {
    /// Nobody is there yet.
    pub(in crate::world::events) fn new(records: Records) -> Self {
        Self {
            records,
            entities: Vec::new(),
            known: 0,
        }
    }

    fn appear(&mut self, rng: &mut StdRng) -> usize {
        if self.records.life.is_none() {
            self.entities.clear();
        }
        let own = self.records.fields.iter().enumerate();
        let own = own
            .filter_map(|(at, field)| Some((at, field.make(rng)?)))
            .collect();
        self.entities.push(Entity {
            key: self.records.first_key.saturating_add(self.known),
            profile: Profile::random(rng),
            own,
            living: true,
            last_time: Timestamp::MIN,
        });
        self.known += 1;
        self.entities.len() - 1
    }

    /// Something happens to an entity that is there: which one, and the operation.
    fn live(&mut self, rng: &mut StdRng) -> Option<(usize, &'static str)> {
        let life = self.records.life?;
        let mut index = 0;
        let mut returns = false;
        for _ in 0..TRIES {
            index = rng.random_range(0..self.entities.len());
            let living = self.entities.get(index)?.living;
            returns = !living;
            if living || rng.random_bool(life.returns) {
                break;
            }
        }
        let entity = self.entities.get_mut(index)?;
        if returns {
            entity.living = true;
            return Some((index, "I"));
        }
        let what: f64 = rng.random_range(0.0..1.0);
        if what < life.deleted {
            entity.living = false;
            return Some((index, "D"));
        }
        if what >= life.deleted + life.unchanged {
            change(&self.records, entity, rng);
        }
        Some((index, "U"))
    }
}

/// Changes a part of the profile, or one of the other fields.
fn change(records: &Records, entity: &mut Entity, rng: &mut StdRng) {
    let parts = records.fields.len() - entity.own.len();
    if parts > 0 && (entity.own.is_empty() || rng.random_bool(0.6)) {
        entity.profile.change(rng);
        return;
    }
    let at = rng.random_range(0..entity.own.len().max(1));
    if let Some((field, value)) = entity.own.iter_mut().nth(at)
        && let Some(made) = records.fields.get(*field).and_then(|field| field.make(rng))
    {
        *value = made;
    }
}

impl Subject for Lives {
    fn happen(&mut self, moment: Moment, rng: &mut StdRng) -> (String, Vec<u8>) {
        let new = self.records.life.is_none() || appears(self.known, &moment, rng);
        let happening = if new { None } else { self.live(rng) };
        let (index, operation) = match happening {
            Some(happening) => happening,
            None => (self.appear(rng), "I"),
        };
        let happened = moment.now - SignedDuration::from_millis(rng.random_range(0..2000));
        // The index is always that of an entity; an empty line would show if it ever were not.
        let Some(entity) = self.entities.get_mut(index) else {
            return (String::new(), Vec::new());
        };
        entity.last_time = after(entity.last_time, happened);
        let line = write(&self.records, entity, operation, rng);
        (entity.key.to_string(), line)
    }

    fn broken(&self, line: &[u8], rng: &mut StdRng) -> Vec<u8> {
        match self.records.form {
            Form::Json => match rng.random_range(0..3) {
                0 => without(line, &self.records.key, Value::Null),
                1 => without(line, &self.records.time, "the day before yesterday".into()),
                _ => mess::broken(line, rng),
            },
            Form::Csv => broken_csv(&self.records, rng),
        }
    }
}

fn write(records: &Records, entity: &Entity, operation: &str, rng: &mut StdRng) -> Vec<u8> {
    let id = records.id.is_some().then(|| mess::event_id(rng));
    let mut cells: Vec<(Option<String>, bool)> = id.map(|id| (Some(id), false)).into_iter().collect();
    cells.push((Some(entity.key.to_string()), true));
    for (at, field) in records.fields.iter().enumerate() {
        let made = entity.own.get(&at).map(String::as_str);
        let text = made
            .or_else(|| field.of_profile(&entity.profile))
            .unwrap_or_default();
        let cell = match field.is_number() {
            true => Some(text.to_owned()),
            false => messy(records, text, rng),
        };
        cells.push((cell, field.is_number()));
    }
    if records.operation.is_some() {
        cells.push((Some(operation.to_owned()), false));
    }
    match records.form {
        Form::Json => {
            cells.push((Some(format!("{:.3}", entity.last_time)), false));
            let value = |(cell, number): (Option<String>, bool)| match cell {
                None => Value::Null,
                Some(text) if number => serde_json::from_str(&text).unwrap_or(Value::Null),
                Some(text) => Value::String(text),
            };
            let columns = records.columns().into_iter().map(str::to_owned);
            let object: Map<String, Value> = columns.zip(cells.into_iter().map(value)).collect();
            Value::Object(object).to_string().into_bytes()
        }
        Form::Csv => {
            let time = entity.last_time.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string();
            cells.push((Some(time), false));
            let mut line = Vec::new();
            csv::line(&mut line, cells.iter().map(|(cell, _)| cell.as_deref()));
            line.pop(); // the line feed, which is no part of the message
            line
        }
    }
}

/// A text as a source may give it.
fn messy(records: &Records, text: &str, rng: &mut StdRng) -> Option<String> {
    if rng.random_bool(records.mess.missing) {
        return None;
    }
    if rng.random_bool(records.mess.blanks) {
        return Some(if rng.random_bool(0.5) {
            format!("  {text}")
        } else {
            format!("{text} ")
        });
    }
    Some(text.to_owned())
}

/// A JSON line with another value in a field.
fn without(line: &[u8], field: &str, value: Value) -> Vec<u8> {
    match serde_json::from_slice::<Map<String, Value>>(line) {
        Ok(mut object) => {
            object.insert(field.to_owned(), value);
            Value::Object(object).to_string().into_bytes()
        }
        Err(_) => line.to_vec(),
    }
}

/// A CSV line that is no record: too few columns, too many, no key, no time. It keeps to its own line.
fn broken_csv(records: &Records, rng: &mut StdRng) -> Vec<u8> {
    let columns = records.columns();
    let (key, time) = (records.key.as_str(), records.time.as_str());
    let fill = |wrong: &str| {
        let cells = columns.iter().map(|column| match *column {
            column if column == wrong => "n/a",
            column if column == key => "7",
            column if column == time => "2026-01-01 00:00:00.000",
            _ => "?",
        });
        cells.collect::<Vec<_>>().join(",")
    };
    let line = match rng.random_range(0..4) {
        0 => fill(key),
        1 => fill(time),
        2 => format!("{},surplus", fill("")),
        _ => "ERROR 503 upstream connect error".to_owned(),
    };
    line.into_bytes()
}

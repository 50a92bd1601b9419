//! Records: the rows of a source's table, told as they are inserted, updated and deleted, or a plain sequence of facts.
//!
//! What a record holds is declared, in `[generator]` of a `pipeline.toml` or here as [`Records`]: a key, fields (parts of
//! a person's profile, a choice, a number), an operation, a time, and the form of the line, JSON or CSV. [`subject`]
//! plays the lives of the entities; [`read`] takes a line apart again; [`outcome`] tells what tables all lines must lead
//! to.

mod dimension;
mod field;
pub mod outcome;
pub mod read;
mod subject;

#[cfg(test)]
mod tests;

use serde::Deserialize;

pub use field::{Field, Maker};
pub(super) use subject::Lives;

use super::Shares;

/// The form of a record's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// One JSON object.
    Json,
    /// One line of CSV without a header, texts in double quotes where they need it.
    Csv,
}

/// What records look like, and what happens to them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Records {
    /// The form of a line.
    pub form: Form,
    /// The field that identifies each message, a UUID; none if messages are told apart by key and time.
    pub id: Option<String>,
    /// The field of the entity's number; it is the message's key as well.
    pub key: String,
    /// The number of the first entity.
    #[serde(default = "first_key")]
    pub first_key: u64,
    /// The fields, in order.
    pub fields: Vec<Field>,
    /// Fields of which a customer dimension keeps no history (SCD 1); see the outcome's table `dimension`.
    #[serde(default)]
    pub overwritten: Vec<String>,
    /// The field that says what happened: `I`, `U` or `D`. Without it nothing is ever deleted.
    pub operation: Option<String>,
    /// The field of the time at which it happened: ISO 8601 in JSON, `YYYY-MM-DD HH24:MI:SS.FF3` in CSV; in UTC.
    pub time: String,
    /// What happens to entities that are there; without it every record is about a new one.
    pub life: Option<Life>,
    /// What goes wrong.
    #[serde(default)]
    pub mess: Mess,
}

/// What happens to entities that are there, as shares of what happens to them.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Life {
    /// A living entity is deleted.
    pub deleted: f64,
    /// A deleted entity returns, when it is its turn.
    pub returns: f64,
    /// A living entity is told again as it is.
    pub unchanged: f64,
}

/// What goes wrong with records, as shares of all of them.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mess {
    /// Sent once more, soon after.
    pub duplicate: f64,
    /// Held back for up to ten minutes; in whole percents.
    pub late: f64,
    /// Overtaken by a few others; in whole percents.
    pub overtaken: f64,
    /// No record at all: cut off, without a key, without a time, or no line of its form.
    pub broken: f64,
    /// Of all texts: stray blanks around it.
    pub blanks: f64,
    /// Of all texts: missing.
    pub missing: f64,
}

impl Default for Mess {
    fn default() -> Self {
        let shares = Shares::default();
        Self {
            duplicate: shares.duplicate,
            late: shares.late,
            overtaken: shares.overtaken,
            broken: shares.broken,
            blanks: 0.02,
            missing: 0.005,
        }
    }
}

fn first_key() -> u64 {
    1001
}

impl Records {
    /// The names of a line's columns, in order.
    pub fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = self.id.iter().map(String::as_str).collect();
        columns.push(&self.key);
        columns.extend(self.fields.iter().map(|field| field.name.as_str()));
        columns.extend(self.operation.as_deref());
        columns.push(&self.time);
        columns
    }

    /// How often messages fare badly on their way.
    pub(super) fn shares(&self) -> Shares {
        Shares {
            duplicate: self.mess.duplicate,
            broken: self.mess.broken,
            late: self.mess.late,
            overtaken: self.mess.overtaken,
        }
    }

    /// Refuses what cannot be.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        let mut seen = std::collections::BTreeSet::new();
        for column in self.columns() {
            if column.is_empty() || !seen.insert(column.to_ascii_uppercase()) {
                return Err(format!("the field \"{column}\" is empty or there twice"));
            }
        }
        let mess = self.mess;
        let mut shares = vec![
            ("mess.duplicate", mess.duplicate),
            ("mess.late", mess.late),
            ("mess.overtaken", mess.overtaken),
            ("mess.broken", mess.broken),
            ("mess.blanks", mess.blanks),
            ("mess.missing", mess.missing),
        ];
        if let Some(life) = self.life {
            shares.extend([
                ("life.deleted", life.deleted),
                ("life.returns", life.returns),
                ("life.unchanged", life.unchanged),
            ]);
            if life.deleted > 0.0 && self.operation.is_none() {
                return Err("life.deleted needs an operation field that tells of it".to_owned());
            }
        }
        for (name, share) in shares {
            // Half of all messages at most, so that there is always one that goes its way.
            let most = if name == "life.returns" { 1.0 } else { 0.5 };
            if !(0.0..=most).contains(&share) {
                return Err(format!("{name} = {share}: a share from 0 to {most}"));
            }
        }
        let is_field = |name: &&String| self.fields.iter().any(|field| field.name == **name);
        if let Some(unknown) = self.overwritten.iter().find(|name| !is_field(name)) {
            return Err(format!("overwritten: there is no field \"{unknown}\""));
        }
        self.fields.iter().try_for_each(Field::check)
    }
}

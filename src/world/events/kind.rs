//! The kinds of generators that a `pipeline.toml` may name. A new kind is an entry here.

use super::FIELDS;
use super::customers::Customers;
use super::expected::{self, Expected};
use super::generator::{Generator, GeneratorConfig, Shares};
use super::outcome::Outcome;
use super::records::outcome::RecordOutcome;
use super::records::{Form, Lives, Records, outcome};

/// A kind of generator, with its settings.
#[derive(Debug, Clone, PartialEq)]
pub enum GeneratorKind {
    /// Customer events: the module [`events`](super).
    CustomerEvents,
    /// Records as declared: the module [`records`](super::records).
    Records(Box<Records>),
}

impl GeneratorKind {
    /// The kind of a name, with the settings that are its own.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(name: &str, settings: toml::Table) -> Result<Self, String> {
        match name {
            "customer_events" => match settings.keys().next() {
                None => Ok(Self::CustomerEvents),
                Some(key) => Err(format!("generator.{key}: customer_events has no such setting")),
            },
            "records" => {
                let records: Records = toml::Value::Table(settings)
                    .try_into()
                    .map_err(|error: toml::de::Error| format!("generator: {}", error.message()))?;
                records.check().map_err(|what| format!("generator: {what}"))?;
                Ok(Self::Records(Box::new(records)))
            }
            other => Err(format!(
                "generator.kind = \"{other}\": there are customer_events and records"
            )),
        }
    }

    /// A generator at its beginning.
    pub fn generator(&self, config: GeneratorConfig) -> Generator {
        match self {
            Self::CustomerEvents => Generator::of(Box::new(Customers::default()), Shares::default(), config),
            Self::Records(records) => {
                let subject = Lives::new(records.as_ref().clone());
                Generator::of(Box::new(subject), records.shares(), config)
            }
        }
    }

    /// An account of what its messages lead to.
    pub fn outcome(&self) -> Box<dyn Outcome> {
        match self {
            Self::CustomerEvents => Box::new(Expected::new()),
            Self::Records(records) => Box::new(RecordOutcome::new(records.as_ref().clone())),
        }
    }

    /// The tables of that account.
    pub fn tables(&self) -> &'static [&'static str] {
        match self {
            Self::CustomerEvents => &expected::TABLES,
            Self::Records(_) => &outcome::TABLES,
        }
    }

    /// The fields of a message, as paths into it.
    pub fn fields(&self) -> Vec<String> {
        match self {
            Self::CustomerEvents => FIELDS.map(str::to_owned).to_vec(),
            Self::Records(records) => records.columns().into_iter().map(str::to_owned).collect(),
        }
    }

    /// Whether messages are lines of CSV.
    pub fn is_csv(&self) -> bool {
        matches!(self, Self::Records(records) if records.form == Form::Csv)
    }
}

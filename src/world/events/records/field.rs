//! The fields of a record, and how their values are made.

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde::Deserialize;

use crate::world::events::profile::Profile;

/// A field. A `pipeline.toml` writes one from a profile by its name alone, such as `"email"`, others as a table:
/// `{ name = "channel", one_of = ["web", "shop"] }`, `{ name = "price", from = 1, to = 200, decimals = 2 }`,
/// `{ name = "home", profile = "city" }`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "toml::Value")]
pub struct Field {
    /// Its name.
    pub name: String,
    /// How its value is made.
    pub maker: Maker,
}

/// How a field's value is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Maker {
    /// A part of the entity's profile.
    Profile(Part),
    /// One of these texts.
    OneOf(Vec<String>),
    /// A number between two others, both included, with so many decimals.
    Number {
        /// The least.
        from: i64,
        /// The greatest.
        to: i64,
        /// Digits after the point, at most 9.
        decimals: u32,
    },
}

/// A part of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// First name.
    FirstName,
    /// Last name.
    LastName,
    /// Mail address.
    Email,
    /// The domain of the mail address.
    Domain,
    /// Street and house number.
    Street,
    /// City.
    City,
    /// State, province or region.
    State,
    /// Country.
    Country,
    /// Postal code.
    Zip,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: String,
    profile: Option<Part>,
    one_of: Option<Vec<String>>,
    from: Option<i64>,
    to: Option<i64>,
    #[serde(default)]
    decimals: u32,
}

impl TryFrom<toml::Value> for Field {
    type Error = String;

    fn try_from(written: toml::Value) -> Result<Self, String> {
        if let toml::Value::String(name) = &written {
            let part = written.clone().try_into().map_err(|_| {
                format!(
                    "the field \"{name}\" is no part of a profile; say how it is made: one_of, or from and to"
                )
            })?;
            return Ok(Self {
                name: name.clone(),
                maker: Maker::Profile(part),
            });
        }
        let shown = written.to_string();
        let table: Table = written
            .try_into()
            .map_err(|error: toml::de::Error| format!("the field {shown}: {}", error.message()))?;
        let maker = match (table.profile, table.one_of, table.from, table.to) {
            (Some(part), None, None, None) => Maker::Profile(part),
            (None, Some(texts), None, None) => Maker::OneOf(texts),
            (None, None, Some(from), Some(to)) => Maker::Number {
                from,
                to,
                decimals: table.decimals,
            },
            _ => {
                return Err(format!(
                    "the field \"{}\" needs either profile, one_of, or from and to",
                    table.name
                ));
            }
        };
        Ok(Self {
            name: table.name,
            maker,
        })
    }
}

impl Field {
    /// Refuses what cannot be made.
    pub(super) fn check(&self) -> Result<(), String> {
        match &self.maker {
            Maker::OneOf(texts) if texts.is_empty() => {
                Err(format!("the field \"{}\": one_of is empty", self.name))
            }
            Maker::Number { from, to, decimals }
                if from > to
                    || *decimals > 9
                    || from.unsigned_abs().max(to.unsigned_abs()) > 1_000_000_000 =>
            {
                Err(format!(
                    "the field \"{}\": from {from} to {to} with {decimals} decimals; at most 10^9, and 9 decimals",
                    self.name
                ))
            }
            _ => Ok(()),
        }
    }

    /// Whether its value is a number.
    pub(super) fn is_number(&self) -> bool {
        matches!(self.maker, Maker::Number { .. })
    }

    /// A value of its own; `None` for a part of a profile.
    pub(super) fn make(&self, rng: &mut StdRng) -> Option<String> {
        match &self.maker {
            Maker::Profile(_) => None,
            Maker::OneOf(texts) => Some(texts.choose(rng).cloned().unwrap_or_default()),
            Maker::Number { from, to, decimals } => {
                let unit = 10_i64.pow(*decimals);
                let value = rng.random_range(from * unit..=to * unit);
                let sign = if value < 0 { "-" } else { "" };
                let (whole, rest) = (value.abs() / unit, value.abs() % unit);
                Some(match *decimals as usize {
                    0 => format!("{sign}{whole}"),
                    digits => format!("{sign}{whole}.{rest:0digits$}"),
                })
            }
        }
    }

    /// Its value in a profile; `None` if it is no part of one.
    pub(super) fn of_profile<'a>(&self, profile: &'a Profile) -> Option<&'a str> {
        let Maker::Profile(part) = self.maker else {
            return None;
        };
        Some(match part {
            Part::FirstName => &profile.first_name,
            Part::LastName => &profile.last_name,
            Part::Email => &profile.email,
            Part::Domain => &profile.domain,
            Part::Street => &profile.address.street,
            Part::City => &profile.address.city,
            Part::State => &profile.address.state,
            Part::Country => &profile.address.country,
            Part::Zip => &profile.address.zip,
        })
    }
}

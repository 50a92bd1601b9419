//! Waves: how the events of a run are split, and how far time moves after each part.

use jiff::SignedDuration;

/// One wave: `events` messages, then time moves on by `advance`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wave {
    /// Messages in this wave.
    pub events: u64,
    /// How far time moves after it.
    pub advance: SignedDuration,
}

/// The waves of a `pipeline.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waves {
    /// `[waves] count = …`: waves of equal size.
    Even {
        /// How many.
        count: u64,
        /// How far time moves after each.
        advance: SignedDuration,
    },
    /// `[[waves]]`: each of its own size.
    Each(Vec<Wave>),
}

/// More waves than this are not made out of a low rate.
const MOST_WAVES: u64 = 100_000;

impl Waves {
    /// The messages that `[[waves]]` add up to; none is told by even waves.
    pub fn total(&self) -> Option<u64> {
        match self {
            Self::Even { .. } => None,
            Self::Each(waves) => Some(waves.iter().fold(0, |sum, wave| sum.saturating_add(wave.events))),
        }
    }

    /// Splits `events` messages. Listed waves keep their proportions when the total differs from their sum. A `rate`
    /// (messages per second) decides how many even waves there are, since each lasts as long as it advances.
    pub fn split(&self, events: u64, rate: Option<f64>) -> Vec<Wave> {
        match self {
            Self::Even { count, advance } => {
                let count = match rate {
                    Some(rate) => {
                        let per_wave = (rate * advance.as_secs_f64()).max(f64::MIN_POSITIVE);
                        // Saturating float-to-integer casts are what is wanted here.
                        ((events as f64 / per_wave).ceil() as u64).clamp(1, MOST_WAVES)
                    }
                    None => *count,
                };
                proportional(events, (0..count).map(|_| (1, *advance)))
            }
            Self::Each(waves) => proportional(events, waves.iter().map(|wave| (wave.events, wave.advance))),
        }
    }
}

/// Splits `events` by weight, with the rounding spread so that the parts always add up.
fn proportional(events: u64, parts: impl Iterator<Item = (u64, SignedDuration)> + Clone) -> Vec<Wave> {
    let total = parts
        .clone()
        .fold(0_u128, |sum, (weight, _)| sum + u128::from(weight))
        .max(1);
    let mut weights = 0_u128;
    let mut sent = 0_u64;
    parts
        .map(|(weight, advance)| {
            weights += u128::from(weight);
            let until = u64::try_from(u128::from(events) * weights / total).unwrap_or(events);
            let wave = Wave {
                events: until - sent,
                advance,
            };
            sent = until;
            wave
        })
        .collect()
}

//! How much of what an account said Snowglobe gives: statement by statement, counted.

use super::difference::{self, Kind};
use super::judge::{Judged, Status};
use super::runner::Report;
use super::snapshot::Origin;

/// How one statement of the emulator's stands to the account's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// The same.
    Equal,
    /// Something else.
    Differs(Kind),
    /// Only one side has it: the script was changed since the recording, or the case ended before it.
    Missing,
    /// `@refused`: Snowglobe says that it does not have it.
    Refused,
    /// It does not run in Snowglobe, or did not run on the account (`@skip`).
    Skipped,
}

impl Standing {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Differs(kind) => kind.word(),
            Self::Missing => "missing",
            Self::Refused => "refused",
            Self::Skipped => "skipped",
        }
    }

    /// How a statement stands.
    pub fn of(judged: &Judged) -> Self {
        let refused = judged
            .played
            .as_ref()
            .is_some_and(|played| played.statement.refused);
        match (judged.wanted(), judged.found(), &judged.status) {
            (_, Some(_), _) if refused => Self::Refused,
            // The recording is of what the script was before.
            (_, _, Status::Changed(_)) => Self::Missing,
            (Some(wanted), Some(found), _) => match difference::between(wanted, found) {
                None => Self::Equal,
                Some(kind) => Self::Differs(kind),
            },
            (_, _, Status::Skipped(_)) => Self::Skipped,
            _ => Self::Missing,
        }
    }
}

/// Statements counted by how they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fidelity {
    /// The same on both sides.
    pub equal: usize,
    /// Otherwise in their rows alone.
    pub rows: usize,
    /// Otherwise in the columns' types.
    pub types: usize,
    /// Otherwise in the columns' names or number.
    pub names: usize,
    /// Failed on one side, or in another way.
    pub error: usize,
    /// On one side only.
    pub missing: usize,
    /// Refused by name, and so not compared.
    pub refused: usize,
}

impl Fidelity {
    /// Counts a case's statements.
    pub fn of(report: &Report) -> Self {
        let mut counted = Self::default();
        let mut recorded = 0;
        for judged in &report.statements {
            recorded += usize::from(judged.expected.is_some());
            counted.count(Standing::of(judged));
        }
        // What the account did, and a case that ended early did not come to.
        let all = report.against.as_ref().map_or(0, |golden| golden.entries.len());
        let left_out = report
            .statements
            .iter()
            .filter(|judged| judged.expected.is_none() && Standing::of(judged) == Standing::Skipped);
        counted.missing += all.saturating_sub(recorded + left_out.count());
        counted
    }

    fn count(&mut self, standing: Standing) {
        let counter = match standing {
            Standing::Equal => &mut self.equal,
            Standing::Differs(Kind::Rows) => &mut self.rows,
            Standing::Differs(Kind::Types) => &mut self.types,
            Standing::Differs(Kind::Names) => &mut self.names,
            Standing::Differs(Kind::Error) => &mut self.error,
            Standing::Missing => &mut self.missing,
            Standing::Refused => &mut self.refused,
            Standing::Skipped => return,
        };
        *counter += 1;
    }

    /// The statements that could be compared: all but those that Snowglobe refuses by name.
    pub fn compared(&self) -> usize {
        self.equal + self.rows + self.types + self.names + self.error + self.missing
    }

    /// The part that is equal, from 0 to 1; `None` when nothing was compared.
    pub fn share(&self) -> Option<f64> {
        match self.compared() {
            0 => None,
            #[expect(clippy::cast_precision_loss, reason = "counts of statements are small")]
            compared => Some(self.equal as f64 / compared as f64),
        }
    }

    /// `41/42 equal (97.6 %)` and what else there is.
    pub fn told(&self) -> String {
        let mut parts = vec![format!("{}/{} equal", self.equal, self.compared())];
        if let Some(share) = self.share() {
            // Never rounded up to the whole.
            let percent = (share * 1000.0).floor() / 10.0;
            if let Some(first) = parts.first_mut() {
                *first = format!("{first} ({percent:.1} %)");
            }
        }
        for (count, what) in [
            (self.rows, "other rows"),
            (self.types, "other types"),
            (self.names, "other names"),
            (self.error, "other errors"),
            (self.missing, "on one side only"),
            (self.refused, "refused"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        parts.join(", ")
    }
}

impl std::iter::Sum for Fidelity {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            equal: sum.equal + one.equal,
            rows: sum.rows + one.rows,
            types: sum.types + one.types,
            names: sum.names + one.names,
            error: sum.error + one.error,
            missing: sum.missing + one.missing,
            refused: sum.refused + one.refused,
        })
    }
}

/// Whom a case's recording is from, in one line.
pub fn source(report: &Report) -> Option<String> {
    match &report.against.as_ref()?.origin {
        Origin::Snowglobe => Some("Snowglobe itself, not an account".to_owned()),
        Origin::Snowflake(facts) => {
            let facts: Vec<String> = facts
                .iter()
                .map(|(name, value)| format!("{name} {value}"))
                .collect();
            Some(format!("Snowflake, {}", facts.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_never_rounded_up_to_the_whole() {
        let nearly = Fidelity {
            equal: 99_999,
            rows: 1,
            ..Fidelity::default()
        };
        assert_eq!(nearly.told(), "99999/100000 equal (99.9 %), 1 other rows");
        assert_eq!(Fidelity::default().told(), "0/0 equal");
        assert_eq!(Fidelity::default().share(), None);
    }
}

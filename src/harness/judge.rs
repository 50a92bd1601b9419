//! What a case did, held against what its snapshot says.

use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices};

use super::difference::{self, Kind};
use super::outcome::Outcome;
use super::play::{Played, PlayedCase, UNSUPPORTED};
use super::snapshot::{Entry, Snapshot};

/// How one statement stands against its snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// As expected.
    Equal,
    /// Otherwise.
    Differs(Kind),
    /// The snapshot has another text in its place; whether that gave something else.
    Changed(Option<Kind>),
    /// The snapshot does not have it.
    New,
    /// The snapshot has it, and it did not run.
    Gone,
    /// It does not run here, for this reason.
    Skipped(String),
    /// Something is wrong with it, whatever the snapshot says.
    Wrong(String),
}

impl Status {
    /// Whether the case fails by it.
    pub fn is_difference(&self) -> bool {
        !matches!(self, Self::Equal | Self::Skipped(_))
    }
}

/// One statement, judged.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What it did, if it ran.
    pub played: Option<Played>,
    /// What the snapshot says, if it has it.
    pub expected: Option<Entry>,
    /// How these stand to each other.
    pub status: Status,
}

impl Judged {
    /// The statement's text.
    pub fn text(&self) -> &str {
        let played = self.played.as_ref().map(|played| played.statement.text.as_str());
        let expected = self.expected.as_ref().map(|entry| entry.text.as_str());
        played.or(expected).unwrap_or_default()
    }

    /// Where it stands: file and line, if it is in a script.
    pub fn place(&self) -> Option<String> {
        let statement = &self.played.as_ref()?.statement;
        Some(format!("{}:{}", statement.source.path.display(), statement.line))
    }

    /// What it gave.
    pub fn found(&self) -> Option<&Outcome> {
        self.played.as_ref()?.outcome.as_ref()
    }

    /// What the snapshot says it gives.
    pub fn wanted(&self) -> Option<&Outcome> {
        self.expected.as_ref().map(|entry| &entry.outcome)
    }
}

/// Holds what a case did against a snapshot. Statements are matched by their texts, so that one that was added or taken
/// away leaves the others as they were.
pub fn judge(played: &PlayedCase, snapshot: &Snapshot) -> Vec<Judged> {
    let ran: Vec<&Played> = played
        .statements
        .iter()
        .filter(|played| played.outcome.is_some())
        .collect();
    let left_out = |entry: &Entry| {
        let left = |played: &Played| played.outcome.is_none() && played.statement.text == entry.text;
        played.statements.iter().any(left)
    };
    let found: Vec<&str> = ran.iter().map(|played| played.statement.text.as_str()).collect();
    let wanted: Vec<&str> = snapshot.entries.iter().map(|entry| entry.text.as_str()).collect();
    let ended_early = played.broken.is_some()
        || played
            .statements
            .last()
            .is_some_and(|last| last.problem.is_some());
    let mut judged = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &wanted, &found) {
        let old = snapshot.entries.get(op.old_range()).unwrap_or_default();
        let new = ran.get(op.new_range()).unwrap_or_default();
        if matches!(op, DiffOp::Equal { .. }) {
            judged.extend(
                old.iter()
                    .zip(new)
                    .map(|(entry, played)| one(Some(entry), Some(played))),
            );
            continue;
        }
        let mut new = new.iter().peekable();
        for entry in old {
            // A statement that was changed comes in the place of what it was.
            let is_version =
                |played: &&&Played| !left_out(entry) && are_versions(&entry.text, &played.statement.text);
            if let Some(played) = new.next_if(is_version) {
                judged.push(one(Some(entry), Some(played)));
                continue;
            }
            // What an early end kept from running is not gone, and neither is what does not run here.
            let last = op.old_range().end == snapshot.entries.len();
            if !(ended_early && last || left_out(entry)) {
                judged.push(one(Some(entry), None));
            }
        }
        judged.extend(new.map(|played| one(None, Some(played))));
    }
    let skipped = played.statements.iter().filter(|played| played.outcome.is_none());
    judged.extend(skipped.map(|played| one(None, Some(played))));
    judged
}

/// Why a statement that only one side has is not compared.
const LACK: &str = "@refused: Snowglobe does not have it";

/// Whether a statement of `@refused` was refused on one side, and run by an account on the other.
fn is_lack(played: Option<&Played>, expected: &Outcome, found: &Outcome) -> bool {
    let refused =
        |outcome: &Outcome| matches!(outcome, Outcome::Refused(refused) if refused.code == UNSUPPORTED);
    played.is_some_and(|played| played.statement.refused) && refused(expected) != refused(found)
}

/// Whether one text came from the other: at least half of their words are the same.
fn are_versions(old: &str, new: &str) -> bool {
    const LONGEST: usize = 20_000;
    let first = |text: &str| text.split_whitespace().next().map(str::to_uppercase);
    if old.len().max(new.len()) > LONGEST {
        return first(old) == first(new);
    }
    TextDiff::from_words(old, new).ratio() >= 0.5
}

fn one(expected: Option<&Entry>, played: Option<&Played>) -> Judged {
    let problem = played.and_then(|played| played.problem.clone());
    let outcome = played.and_then(|played| played.outcome.as_ref());
    let status = match (expected, outcome) {
        _ if problem.is_some() => Status::Wrong(problem.unwrap_or_default()),
        (Some(entry), Some(outcome)) if is_lack(played, &entry.outcome, outcome) => {
            Status::Skipped(LACK.to_owned())
        }
        (Some(entry), Some(outcome)) => match difference::between(&entry.outcome, outcome) {
            kind if played.is_some_and(|played| played.statement.text != entry.text) => Status::Changed(kind),
            Some(kind) => Status::Differs(kind),
            None => Status::Equal,
        },
        (None, Some(_)) => Status::New,
        (Some(_), None) => Status::Gone,
        (None, None) => {
            let reasons = played.map(|played| &played.statement.skips);
            let reason = reasons.and_then(|reasons| reasons.first());
            Status::Skipped(reason.map(|(_, reason)| reason.clone()).unwrap_or_default())
        }
    };
    Judged {
        played: played.cloned(),
        expected: expected.cloned(),
        status,
    }
}

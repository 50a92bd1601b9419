//! Reports of a run: for people at a terminal ([`text`]), for programs ([`json`]), for CI servers ([`junit`]), and as a page
//! ([`html`]). [`compare`] is a comparison with recordings, [`compat`] the table of what is proved.

pub mod compare;
pub mod compat;
pub mod html;
pub mod json;
pub mod junit;
pub mod text;

use super::difference::{self, Line};
use super::judge::{Judged, Status};
use super::runner::{Report, Verdict};

/// How many cases came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// As their snapshots say.
    pub passed: usize,
    /// Otherwise, or not to their end.
    pub failed: usize,
    /// Without a snapshot.
    pub new: usize,
    /// Not run here.
    pub skipped: usize,
    /// Which could not be begun.
    pub misused: usize,
}

impl Totals {
    /// Counts reports.
    pub fn of(reports: &[Report]) -> Self {
        let mut totals = Self::default();
        for report in reports {
            let counted = match report.verdict {
                Verdict::Passed => &mut totals.passed,
                Verdict::Failed | Verdict::Broken(_) => &mut totals.failed,
                Verdict::New => &mut totals.new,
                Verdict::Skipped(_) => &mut totals.skipped,
                Verdict::Misused(_) => &mut totals.misused,
            };
            *counted += 1;
        }
        totals
    }

    /// All of them.
    pub fn cases(&self) -> usize {
        self.passed + self.failed + self.new + self.skipped + self.misused
    }
}

/// The word for how a case came out.
pub fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "ok",
        Verdict::Failed => "FAILED",
        Verdict::New => "NEW",
        Verdict::Skipped(_) => "skipped",
        Verdict::Broken(_) => "BROKEN",
        Verdict::Misused(_) => "ERROR",
    }
}

/// What there is to say about a statement that is not as its snapshot says: a heading, and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// File and line, where there is one.
    pub place: Option<String>,
    /// The statement's text.
    pub text: String,
    /// In one line, what is the matter.
    pub what: String,
    /// The difference, if there are two outcomes.
    pub lines: Vec<Line>,
}

impl Finding {
    /// What there is to say; `None` for a statement that is as it should be.
    pub fn of(judged: &Judged) -> Option<Self> {
        let (what, lines) = match &judged.status {
            Status::Equal | Status::Skipped(_) => return None,
            Status::Differs(kind) => {
                let lines = match (judged.wanted(), judged.found()) {
                    (Some(wanted), Some(found)) => difference::lines(wanted, found),
                    _ => Vec::new(),
                };
                (kind.sentence().to_owned(), lines)
            }
            Status::Changed(kind) => {
                let old = judged.expected.as_ref().map(|entry| entry.text.as_str());
                let mut lines = difference::of_texts(old.unwrap_or_default(), judged.text());
                let mut what = "the statement is not what it was".to_owned();
                if let (Some(kind), Some(wanted), Some(found)) = (kind, judged.wanted(), judged.found()) {
                    what = format!("{what}, and {}", kind.sentence());
                    lines.push(difference::Line::gap());
                    lines.extend(difference::lines(wanted, found));
                }
                (what, lines)
            }
            Status::New => ("the snapshot does not have this statement".to_owned(), Vec::new()),
            Status::Gone => (
                "the snapshot has this statement, and the script does not".to_owned(),
                Vec::new(),
            ),
            Status::Wrong(problem) => (problem.clone(), Vec::new()),
        };
        Some(Self {
            place: judged.place(),
            text: judged.text().to_owned(),
            what,
            lines,
        })
    }
}

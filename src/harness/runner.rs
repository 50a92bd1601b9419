//! Many cases at the same time, none seeing another.
//!
//! Each case is a task of its own with a target of its own; one that ends in a fault, or not in time, is told as such, and
//! the others go on.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;

use super::case::Case;
use super::directive::Place;
use super::judge::{Judged, Status, judge};
use super::play::{PlayedCase, play};
use super::script::{Misuse, Step};
use super::snapshot::{Entry, Origin, Snapshot};
use super::target::Opener;

/// How cases are run.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many at the same time.
    pub jobs: usize,
    /// How long one may take.
    pub timeout: Duration,
    /// Whose word a case is held against: the first of these whose snapshot is there.
    pub against: &'static [Place],
}

/// How a case came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is as its snapshot says.
    Passed,
    /// Something is not.
    Failed,
    /// It has no snapshot yet.
    New,
    /// It does not run here, for this reason.
    Skipped(String),
    /// It did not come to its end.
    Broken(String),
    /// It could not be begun: a script, a snapshot or a setting is wrong.
    Misused(Misuse),
}

/// A case, and what came of it.
#[derive(Debug, Clone)]
pub struct Report {
    /// The case.
    pub case: Case,
    /// Its statements, judged.
    pub statements: Vec<Judged>,
    /// How it came out.
    pub verdict: Verdict,
    /// How long it took.
    pub took: Duration,
    /// What it was held against.
    pub against: Option<Snapshot>,
}

impl Report {
    /// What the case gave, as a snapshot of its own.
    pub fn found(&self, origin: Origin) -> Snapshot {
        let entries = self
            .statements
            .iter()
            .filter_map(|judged| judged.played.as_ref()?.entry());
        Snapshot {
            origin,
            entries: entries.collect::<Vec<Entry>>(),
        }
    }

    /// Whether the case lets the run fail.
    pub fn fails(&self) -> bool {
        !matches!(self.verdict, Verdict::Passed | Verdict::Skipped(_))
    }

    /// Whether something other than a difference from the snapshot is wrong, which accepting the outcome would not heal.
    pub fn is_wrong(&self) -> bool {
        let wrong = |judged: &Judged| matches!(judged.status, Status::Wrong(_));
        matches!(self.verdict, Verdict::Broken(_) | Verdict::Misused(_)) || self.statements.iter().any(wrong)
    }
}

/// Runs cases; `each` hears of every one as it ends. Answers the reports in the order of the cases.
pub async fn run(
    cases: Vec<Case>,
    opener: Arc<dyn Opener>,
    options: &Options,
    mut each: impl FnMut(&Report),
) -> Vec<Report> {
    let running = cases.into_iter().enumerate().map(|(number, case)| {
        let opener = Arc::clone(&opener);
        async move { (number, one(case, opener, options).await) }
    });
    let mut running = futures::stream::iter(running).buffer_unordered(options.jobs.max(1));
    let mut reports = BTreeMap::new();
    while let Some((number, report)) = running.next().await {
        each(&report);
        reports.insert(number, report);
    }
    reports.into_values().collect()
}

/// Runs one case and judges it.
pub async fn one(case: Case, opener: Arc<dyn Opener>, options: &Options) -> Report {
    let timeout = options.timeout;
    let start = tokio::time::Instant::now();
    let misused = |case: Case, misuse: Misuse| Report {
        case,
        statements: Vec::new(),
        verdict: Verdict::Misused(misuse),
        took: start.elapsed(),
        against: None,
    };
    let prepared = case
        .steps()
        .and_then(|steps| Ok((steps, expected(&case, options.against)?)));
    let (steps, snapshot) = match prepared {
        Ok(prepared) => prepared,
        Err(misuse) => return misused(case, misuse),
    };
    if let Some(reason) = opener.skips(&case, &steps) {
        return Report {
            case,
            statements: Vec::new(),
            verdict: Verdict::Skipped(reason),
            took: start.elapsed(),
            against: snapshot,
        };
    }
    let mut running = Running(tokio::spawn(on_target(case.clone(), steps, opener)));
    let played = match tokio::time::timeout(timeout, &mut running.0).await {
        Ok(Ok(Ok(played))) => played,
        Ok(Ok(Err(error))) => {
            return misused(case.clone(), Misuse::of(case.path(), error.message()));
        }
        Ok(Err(fault)) => broken(format!(
            "the case ended in a fault of Snowglobe's: {}",
            told(fault)
        )),
        Err(_) => {
            running.0.abort();
            let seconds = timeout.as_secs_f64();
            broken(format!(
                "the case did not end within {seconds} seconds; --timeout sets the limit"
            ))
        }
    };
    judged(case, played, snapshot, start.elapsed())
}

/// A case that ends when nobody waits for it any more: its target then leaves nothing behind.
struct Running(tokio::task::JoinHandle<crate::error::Result<PlayedCase>>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn on_target(
    case: Case,
    steps: Vec<Step>,
    opener: Arc<dyn Opener>,
) -> crate::error::Result<PlayedCase> {
    let mut target = opener.open(&case).await?;
    let mut played = play(&steps, target.as_mut(), opener.place()).await;
    if let Err(error) = target.close().await {
        let told = format!(
            "what the case left behind could not be taken away: {}",
            error.message()
        );
        played.broken.get_or_insert(told);
    }
    Ok(played)
}

fn broken(told: String) -> PlayedCase {
    PlayedCase {
        statements: Vec::new(),
        broken: Some(told),
    }
}

fn told(fault: tokio::task::JoinError) -> String {
    match fault.try_into_panic() {
        Ok(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            text.or_else(|| panic.downcast_ref::<String>().cloned())
                .unwrap_or_default()
        }
        Err(error) => error.to_string(),
    }
}

fn judged(case: Case, played: PlayedCase, snapshot: Option<Snapshot>, took: Duration) -> Report {
    let empty = Snapshot {
        origin: Origin::Snowglobe,
        entries: Vec::new(),
    };
    let statements = judge(&played, snapshot.as_ref().unwrap_or(&empty));
    let wrong = |judged: &Judged| matches!(judged.status, Status::Wrong(_));
    let verdict = match played.broken {
        Some(told) => Verdict::Broken(told),
        None if statements.iter().any(wrong) => Verdict::Failed,
        None if snapshot.is_none() => Verdict::New,
        None if statements.iter().any(|judged| judged.status.is_difference()) => Verdict::Failed,
        None => Verdict::Passed,
    };
    Report {
        case,
        statements,
        verdict,
        took,
        against: snapshot,
    }
}

/// What a case is held against.
fn expected(case: &Case, against: &[Place]) -> Result<Option<Snapshot>, Misuse> {
    for place in against {
        let path = case.snapshot(*place);
        if path.is_file() {
            return Snapshot::load(&path).map(Some);
        }
    }
    Ok(None)
}

//! One case on one target, from its first step to its last.

use std::time::Duration;

use super::directive::Place;
use super::mask::Masker;
use super::outcome::{Outcome, Table};
use super::script::{Act, Source, Statement, Step};
use super::snapshot::Entry;
use super::target::{DATABASE, Target};
use crate::error::Error;
use crate::sql;

/// The number of the error that says what Snowglobe does not have.
pub const UNSUPPORTED: &str = "000002";

/// One statement that was run, or was left out.
#[derive(Debug, Clone)]
pub struct Played {
    /// The statement.
    pub statement: Statement,
    /// What became of it; `None` for one that does not run here.
    pub outcome: Option<Outcome>,
    /// How long it took.
    pub took: Duration,
    /// What is wrong with it, whatever a snapshot says: an error that nobody asked for, or one that did not come.
    pub problem: Option<String>,
}

impl Played {
    /// The statement as a snapshot keeps it.
    pub fn entry(&self) -> Option<Entry> {
        Some(Entry {
            text: self.statement.text.clone(),
            outcome: self.outcome.clone()?,
        })
    }
}

/// What a case did.
#[derive(Debug, Clone, Default)]
pub struct PlayedCase {
    /// Its statements, as far as they ran.
    pub statements: Vec<Played>,
    /// What ended it early, if it did not come to its end: shown with its place.
    pub broken: Option<String>,
}

/// Runs the steps of a case, up to the first error that nobody asked for.
pub async fn play(steps: &[Step], target: &mut dyn Target, place: Place) -> PlayedCase {
    let mut played = PlayedCase::default();
    let mut masker = Masker::default();
    masker.database = target.database().map(|own| (own, DATABASE.to_owned()));
    for step in steps {
        match step {
            Step::Act(act) => {
                if let Err(error) = target.act(act).await {
                    played.broken = Some(show_act(act, &error));
                    break;
                }
            }
            Step::Statement(statement) => {
                let one = run(statement, target, place, &mut masker).await;
                let ended = one.problem.is_some() && matches!(one.outcome, Some(Outcome::Refused(_)));
                played.statements.push(one);
                if ended {
                    break;
                }
            }
        }
    }
    played
}

async fn run(statement: &Statement, target: &mut dyn Target, place: Place, masker: &mut Masker) -> Played {
    let mut played = Played {
        statement: statement.clone(),
        outcome: None,
        took: Duration::ZERO,
        problem: None,
    };
    if statement.skipped(place).is_some() {
        return played;
    }
    let start = tokio::time::Instant::now();
    let result = target.execute(&statement.text).await;
    played.took = start.elapsed();
    let result = result.and_then(|result| Table::of_result(&result, &target.types()));
    let mut outcome = match &result {
        Ok(table) => Outcome::Table(table.clone()),
        Err(error) => Outcome::from(error),
    };
    played.problem = problem(statement, result.as_ref().err(), place);
    masker.mask(statement, &mut outcome);
    played.outcome = Some(outcome);
    played
}

/// What is wrong with how a statement ended, in view of what was asked of it.
fn problem(statement: &Statement, error: Option<&Error>, place: Place) -> Option<String> {
    let refused = statement.refused && place == Place::Emulator;
    let wanted = match refused {
        true => Some(UNSUPPORTED),
        false => statement.error.as_deref(),
    };
    match (wanted, error) {
        (None, None) => None,
        // An account may not have it either.
        (None, Some(error)) if statement.refused && error.shown_code() == UNSUPPORTED => None,
        (Some(wanted), Some(error)) if wanted == error.shown_code() => None,
        (None, Some(error)) => Some(show(&statement.source, statement.offset, error)),
        (Some(wanted), Some(error)) => Some(format!(
            "error {wanted} was asked for, and another came\n{}",
            show(&statement.source, statement.offset, error)
        )),
        (Some(_), None) if refused => Some(format!(
            "{}:{}: @refused is no longer true: the statement succeeds; take the directive away",
            statement.source.path.display(),
            statement.line
        )),
        (Some(wanted), None) => Some(format!(
            "{}:{}: error {wanted} was asked for, and the statement succeeds",
            statement.source.path.display(),
            statement.line
        )),
    }
}

fn show(source: &Source, offset: usize, error: &Error) -> String {
    let shown = sql::show_error(&source.path.display().to_string(), &source.text, offset, error);
    shown.trim_end().to_owned()
}

fn show_act(act: &Act, error: &Error) -> String {
    let path = act.source.path.display();
    let code = match error.code() {
        0 => String::new(),
        _ => format!("{} ({}): ", error.shown_code(), error.sqlstate()),
    };
    let hint = error
        .hint()
        .map(|hint| format!("\nhint: {hint}"))
        .unwrap_or_default();
    format!("{path}:{}: {code}{}{hint}", act.line, error.message())
}

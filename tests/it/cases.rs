//! SQL cases as data: every script below `cases/` runs in a fresh account under a virtual clock that starts at
//! 2026-01-01 00:00 UTC, and its statements must give what stands behind them.
//!
//! A script is plain SQL. Lines behind a statement say what is expected of it:
//!
//! ```text
//! SELECT A, B FROM T;
//! --> A | B
//! --- 1 | NULL
//! SELECT * FROM NOSUCH;
//! --! 002003 does not exist
//! ```
//!
//! Without such lines a statement only has to succeed. Lines that begin with `--@` are instructions:
//!
//! * `--@ session NAME`: go on in the session of that name, made at first use; the first one is `MAIN`
//! * `--@ advance 5 minutes`: move the clock on, running the tasks that become due
//!
//! `UPDATE_CASES=1 cargo test --test it cases` writes what the statements gave into the scripts, to be read before it
//! is committed. It leaves status messages out, unless the script asks for one with a line `-->`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Session, StatementResult};
use snowglobe::error::{Error, Result};
use snowglobe::task::Scheduler;
use snowglobe::world::s3::ObjectStorage;

/// What a script's line asks for.
enum Step {
    Statement(String),
    Session(String),
    Advance(jiff::Span),
}

/// A script without its expectations, and these by the line they stand behind.
struct Script {
    lines: Vec<String>,
    expected: BTreeMap<usize, Vec<String>>,
}

impl Script {
    fn read(path: &Path) -> Self {
        let mut script = Self {
            lines: Vec::new(),
            expected: BTreeMap::new(),
        };
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let line = line.trim_end();
            if ["-->", "---", "--!"].iter().any(|mark| line.starts_with(mark)) {
                let behind = script
                    .lines
                    .len()
                    .checked_sub(1)
                    .expect("an expectation behind a statement");
                script.expected.entry(behind).or_default().push(line.to_string());
            } else {
                script.lines.push(line.to_string());
            }
        }
        script
    }

    /// The steps by the line on which each ends.
    fn steps(&self) -> BTreeMap<usize, Step> {
        let text = self.lines.join("\n");
        let mut steps = BTreeMap::new();
        for statement in snowglobe::sql::split(&text) {
            let end = statement.offset + statement.text.len();
            let line = text[..end].matches('\n').count();
            let before = steps.insert(line, Step::Statement(statement.text));
            assert!(before.is_none(), "two statements end on line {}", line + 1);
        }
        for (line, text) in self.lines.iter().enumerate() {
            let Some(instruction) = text.strip_prefix("--@") else {
                continue;
            };
            let step = match instruction.trim().split_once(' ') {
                Some(("session", name)) => Step::Session(name.trim().to_string()),
                Some(("advance", span)) => Step::Advance(span.trim().parse().unwrap()),
                _ => panic!("no such instruction: {text}"),
            };
            steps.insert(line, step);
        }
        steps
    }

    fn text_with(&self, outcomes: &BTreeMap<usize, Vec<String>>) -> String {
        let mut text = String::new();
        for (at, line) in self.lines.iter().enumerate() {
            for line in std::iter::once(line).chain(outcomes.get(&at).into_iter().flatten()) {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }
}

/// A script's account and its sessions.
struct World {
    account: Arc<Account>,
    clock: Arc<VirtualClock>,
    scheduler: Scheduler,
    sessions: BTreeMap<String, Session>,
    current: String,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()));
        let storage = ObjectStorage::in_memory(Arc::clone(&clock) as Arc<dyn Clock>, Default::default());
        let account = Account::in_memory(Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(storage));
        let scheduler = Scheduler::new(Arc::clone(&account));
        Self {
            account,
            clock,
            scheduler,
            sessions: BTreeMap::new(),
            current: "MAIN".to_string(),
        }
    }

    fn session(&mut self) -> &mut Session {
        let account = &self.account;
        self.sessions
            .entry(self.current.clone())
            .or_insert_with(|| account.session("TESTER"))
    }

    async fn run(&mut self, step: &Step) -> Result<Option<StatementResult>> {
        match step {
            Step::Statement(text) => self.session().execute(text).await.map(Some),
            Step::Session(name) => {
                self.current = name.clone();
                Ok(None)
            }
            Step::Advance(span) => {
                self.scheduler
                    .advance(self.clock.now().checked_add(*span).unwrap())
                    .await?;
                Ok(None)
            }
        }
    }

    /// What a step gave, as expectations spell it.
    fn spelled(&mut self, outcome: &Result<Option<StatementResult>>) -> Vec<String> {
        match outcome {
            Ok(None) => Vec::new(),
            Ok(Some(result)) => {
                let names: Vec<String> = result.columns().into_iter().map(|column| column.name).collect();
                let mut lines = vec![format!("--> {}", names.join(" | ")).trim_end().to_string()];
                for row in result.to_text(&self.session().context().types).unwrap() {
                    let cells = row
                        .iter()
                        .map(|cell| cell.as_deref().unwrap_or("NULL").replace('\n', "\\n"));
                    lines.push(
                        format!("--- {}", cells.collect::<Vec<_>>().join(" | "))
                            .trim_end()
                            .to_string(),
                    );
                }
                lines
            }
            Err(error) => vec![format!("--! {:06} {}", error.code(), message(error))],
        }
    }
}

/// An error's message on one line, without the words that all compilation errors begin with.
fn message(error: &Error) -> String {
    error
        .message()
        .trim_start_matches("SQL compilation error:\n")
        .replace('\n', " ")
}

/// Whether a step gave what was expected of it.
fn fits(expected: &[String], found: &[String], outcome: &Result<Option<StatementResult>>) -> bool {
    match (expected, outcome) {
        ([], outcome) => outcome.is_ok(),
        ([only], Err(error)) => only.strip_prefix("--! ").is_some_and(|only| {
            let (code, part) = only.split_once(' ').unwrap_or((only, ""));
            code.parse() == Ok(error.code()) && message(error).contains(part)
        }),
        (expected, _) => expected == found,
    }
}

/// Whether a result is one of a status message alone.
fn is_status(outcome: &Result<Option<StatementResult>>) -> bool {
    matches!(outcome, Ok(Some(result)) if matches!(result.columns().as_slice(), [column] if column.name == "status"))
}

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for entry in entries {
        match entry.is_dir() {
            true => scripts(&entry, found),
            false if entry.extension().is_some_and(|ending| ending == "sql") => found.push(entry),
            false => {}
        }
    }
}

/// Runs one script; answers its differences, and its text as it would be with what the statements gave.
async fn run(script: &Script) -> (Vec<String>, String) {
    let mut world = World::new();
    let mut differences = Vec::new();
    let mut outcomes = BTreeMap::new();
    for (line, step) in script.steps() {
        let outcome = world.run(&step).await;
        let found = world.spelled(&outcome);
        let expected = script.expected.get(&line).cloned().unwrap_or_default();
        let fit = fits(&expected, &found, &outcome);
        if !fit {
            let what = match &step {
                Step::Statement(text) => text.as_str(),
                _ => "the instruction",
            };
            let shown = |lines: &[String]| match lines {
                [] => "    success".to_string(),
                lines => lines
                    .iter()
                    .map(|line| format!("    {line}"))
                    .collect::<Vec<_>>()
                    .join("\n"),
            };
            differences.push(format!(
                "line {}: {what}\n  expected\n{}\n  found\n{}",
                line + 1,
                shown(&expected),
                shown(&found)
            ));
        }
        let keep = fit && outcome.is_err() || expected.is_empty() && is_status(&outcome);
        outcomes.insert(line, if keep { expected } else { found });
    }
    (differences, script.text_with(&outcomes))
}

#[tokio::test]
async fn every_case_gives_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases");
    #[allow(clippy::disallowed_methods)] // the switch that rewrites expectations
    let update = std::env::var("UPDATE_CASES").is_ok();
    let mut paths = Vec::new();
    scripts(&folder, &mut paths);
    assert!(!paths.is_empty());
    let mut failures = Vec::new();
    for path in paths {
        let shown = path.strip_prefix(&folder).unwrap().display().to_string();
        let (differences, text) = run(&Script::read(&path)).await;
        if update {
            std::fs::write(&path, text).unwrap();
        } else {
            failures.extend(
                differences
                    .iter()
                    .map(|difference| format!("{shown}, {difference}")),
            );
        }
    }
    assert!(
        failures.is_empty(),
        "{} differences\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}

#[tokio::test]
async fn the_customer_pipeline_runs_twice() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/customer_events");
    let mut paths = Vec::new();
    scripts(&folder, &mut paths);
    let mut world = World::new();
    for _ in 0..2 {
        for path in &paths {
            for statement in snowglobe::sql::split(&std::fs::read_to_string(path).unwrap()) {
                if let Err(error) = world.run(&Step::Statement(statement.text.clone())).await {
                    panic!("{}, line {}: {error}", path.display(), statement.line);
                }
            }
        }
    }
}

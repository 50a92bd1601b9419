//! The list of Snowflake's functions is true: what it calls done is there, what it calls refused is refused by name, and
//! nothing is there that it does not have. `docs/functions.md` and the README say of it what it says.
//!
//! `UPDATE_CASES=1 cargo test --test it reference` writes both anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use datafusion::sql::sqlparser::dialect::SnowflakeDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use jiff::SignedDuration;
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Session};
use snowglobe::error::Result;
use snowglobe::functions::reference::{Entry, State, entries};
use snowglobe::functions::registry;
use snowglobe::harness::outcome::Outcome;
use snowglobe::harness::snapshot::Snapshot;
use snowglobe::task::Scheduler;
use snowglobe::world::s3::ObjectStorage;

/// An account of its own, for a few statements.
struct World {
    clock: Arc<VirtualClock>,
    scheduler: Scheduler,
    session: Session,
}

impl World {
    async fn new() -> Self {
        let clock = Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()));
        let storage = ObjectStorage::in_memory(Arc::clone(&clock) as Arc<dyn Clock>, Default::default());
        let account = Account::in_memory(Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(storage));
        let scheduler = Scheduler::new(Arc::clone(&account));
        let session = account.session("TESTER");
        let mut world = Self {
            clock,
            scheduler,
            session,
        };
        world.run("CREATE DATABASE D").await.unwrap();
        world
    }

    /// Runs a statement, and everything that becomes due by it; its rows as text.
    async fn run(&mut self, text: &str) -> Result<Vec<Vec<Option<String>>>> {
        let result = self.session.execute(text).await?;
        result.to_text(&self.session.context().types)
    }

    /// Runs statements; where they start a task, it must succeed, and those after it.
    async fn proves(&mut self, script: &str) -> std::result::Result<(), String> {
        for statement in snowglobe::sql::split(script) {
            if let Err(error) = self.run(&statement.text).await {
                return Err(format!("{}: {error}", statement.text));
            }
        }
        if !script.contains("EXECUTE TASK") {
            return Ok(());
        }
        let soon = self
            .clock
            .now()
            .checked_add(SignedDuration::from_mins(1))
            .unwrap();
        self.scheduler
            .advance(soon)
            .await
            .map_err(|error| error.to_string())?;
        let history = "SELECT STATE, ERROR_MESSAGE FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY())";
        let runs = self.run(history).await.map_err(|error| error.to_string())?;
        let succeeded = |run: &Vec<Option<String>>| run.first() == Some(&Some("SUCCEEDED".to_string()));
        match !runs.is_empty() && runs.iter().all(succeeded) {
            true => Ok(()),
            false => Err(format!("{script}: {runs:?}")),
        }
    }
}

#[test]
fn the_list_has_what_the_registry_has() {
    let listed: BTreeMap<&str, State> = entries().iter().map(|entry| (entry.name, entry.state)).collect();
    let registered: BTreeSet<&str> = registry().names().map(|(name, ..)| name).collect();
    for name in &registered {
        let state = listed.get(name);
        let done = matches!(state, Some(State::Registered | State::Statement(_)));
        assert!(done, "{name} is here, and the list says {state:?}");
    }
    for entry in entries().iter().filter(|entry| entry.state == State::Registered) {
        assert!(registered.contains(entry.name), "{} is not here", entry.name);
    }
}

/// Adds the names that are called in the statements of a folder's cases that give rows; `golden` runs them all.
fn called(folder: &Path, names: &mut BTreeSet<String>) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            called(&path, names);
        }
        if path.extension().is_none_or(|extension| extension != "snap") {
            continue;
        }
        let snapshot = Snapshot::load(&path).unwrap_or_else(|error| panic!("{error}"));
        for entry in snapshot.entries {
            let Outcome::Table(_) = entry.outcome else {
                continue;
            };
            let tokens = Tokenizer::new(&SnowflakeDialect, &entry.text).tokenize();
            // A statement that only Snowflake's scripting has may be none for this tokenizer.
            let mut tokens = tokens.unwrap_or_default();
            tokens.retain(|token| !matches!(token, Token::Whitespace(_)));
            for pair in tokens.windows(2) {
                if let [Token::Word(word), Token::LParen] = pair {
                    names.insert(word.value.to_uppercase());
                }
            }
        }
    }
}

#[test]
fn what_the_registry_has_is_called_in_a_case() {
    let mut names = BTreeSet::new();
    called(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql"),
        &mut names,
    );
    let last = |name: &'static str| name.rsplit('.').next().unwrap_or(name);
    let missing: Vec<&str> = entries()
        .iter()
        .filter(|entry| entry.state == State::Registered && !names.contains(last(entry.name)))
        .map(|entry| entry.name)
        .collect();
    assert!(
        missing.is_empty(),
        "no case of tests/sql has a statement that calls {missing:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_registry_has_runs_as_its_statement_says() {
    let mut failed = Vec::new();
    for entry in entries() {
        let State::Statement(script) = entry.state else {
            continue;
        };
        // The statement is about the function: it has its name, or the first word of its form.
        let word = entry.name.split(' ').next_back().unwrap_or_default();
        if !script.contains(word) {
            failed.push(format!("{}: {script} does not use it", entry.name));
        }
        if let Err(problem) = World::new().await.proves(script).await {
            failed.push(format!("{}: {problem}", entry.name));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_refused_by_name() {
    let mut world = World::new().await;
    let mut failed = Vec::new();
    for entry in entries() {
        let State::Refused(_) = entry.state else { continue };
        let name = entry.name;
        let statement = match entry.family {
            "Information Schema" => format!("SELECT * FROM TABLE(INFORMATION_SCHEMA.{name}())"),
            "Table" => format!("SELECT * FROM TABLE({name}())"),
            _ => format!("SELECT {name}()"),
        };
        match world.run(&statement).await {
            Ok(_) => failed.push(format!("{statement} runs")),
            Err(error) if error.code() == 2 && error.message().contains(name) => {}
            Err(error) => failed.push(format!("{statement}: {error}")),
        }
    }
    for (unknown, code) in [
        ("SELECT NO_SUCH(1)", 2140),
        ("SELECT D.PUBLIC.NO_SUCH(1)", 2141),
        ("SELECT * FROM TABLE(NO_SUCH(1))", 2141),
    ] {
        let error = world.run(unknown).await.unwrap_err();
        assert_eq!(error.code(), code, "{unknown}: {error}");
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The functions of one family: those that are done, and those that are refused, by why they are.
#[derive(Default)]
struct Family {
    done: Vec<&'static str>,
    refused: BTreeMap<&'static str, Vec<&'static str>>,
}

/// What the list says in figures and names.
fn document() -> String {
    let mut families: BTreeMap<&str, Family> = BTreeMap::new();
    for Entry { name, family, state } in entries() {
        let family = families.entry(family).or_default();
        match state {
            State::Refused(reason) => family.refused.entry(reason).or_default().push(name),
            _ => family.done.push(name),
        }
    }
    let mut text = String::from("# Functions\n\n");
    let _ = writeln!(
        text,
        "Snowflake's function reference, and what of it is here: {}. Written by `UPDATE_CASES=1 cargo test --test it\n\
         reference` from `src/functions/reference/list.tsv`, whose every line a test holds against the program: what is done\n\
         is called, and what is refused is refused by its name.\n",
        count()
    );
    text.push_str("| family | done | refused |\n| --- | --- | --- |\n");
    for (family, Family { done, refused }) in &families {
        let refused: usize = refused.values().map(Vec::len).sum();
        let _ = writeln!(text, "| {family} | {} | {refused} |", done.len());
    }
    let cell = |names: &[&str]| {
        let names = names.iter().map(|name| format!("`{}`", name.replace('|', "\\|")));
        names.collect::<Vec<_>>().join(" ")
    };
    text.push_str("\n## Done\n\n| family | functions |\n| --- | --- |\n");
    for (family, Family { done, .. }) in families.iter().filter(|(_, family)| !family.done.is_empty()) {
        let _ = writeln!(text, "| {family} | {} |", cell(done));
    }
    text.push_str("\n## Refused\n\n| family | why | functions |\n| --- | --- | --- |\n");
    for (family, Family { refused, .. }) in &families {
        for (reason, names) in refused {
            let _ = writeln!(text, "| {family} | {reason} | {} |", cell(names));
        }
    }
    text
}

fn count() -> String {
    let refused = |entry: &&Entry| matches!(entry.state, State::Refused(_));
    let done = entries().len() - entries().iter().filter(refused).count();
    format!("{done} of {} functions", entries().len())
}

/// The README with the count in the place of the one it has.
fn counted(readme: &str) -> String {
    const MARK: &str = " ([docs/functions.md](docs/functions.md))";
    let (before, after) = readme
        .split_once(MARK)
        .expect("the README links docs/functions.md");
    let start = before.rfind(", ").expect("a count before the link") + 2;
    format!("{}{}{MARK}{after}", &before[..start], count())
}

#[test]
fn the_documents_say_what_the_list_says() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (list, readme) = (project.join("docs/functions.md"), project.join("README.md"));
    let kept = std::fs::read_to_string(&readme).unwrap();
    #[allow(clippy::disallowed_methods)] // the switch that writes the documents
    let update = std::env::var("UPDATE_CASES").is_ok();
    if update {
        std::fs::write(&list, document()).unwrap();
        std::fs::write(&readme, counted(&kept)).unwrap();
        return;
    }
    let hint = "UPDATE_CASES=1 cargo test --test it reference";
    assert!(
        std::fs::read_to_string(&list).unwrap_or_default() == document(),
        "docs/functions.md is out of date: {hint}"
    );
    assert!(
        kept == counted(&kept),
        "the README's count is out of date: {hint}"
    );
}

//! `@advance` on an account, whose time nobody moves: the tasks that a span would make due are run by EXECUTE TASK, in
//! the order of their due moments.
//!
//! The moments are those of Snowglobe: a case begins at [`START`], and only `@advance` moves on from there. A task that runs
//! on a condition alone runs whenever that holds. Each run is waited for by way of TASK_HISTORY.
//! <https://docs.snowflake.com/en/sql-reference/functions/task_history>

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{Span, Timestamp};

use super::scratch::Scratch;
use crate::error::{Error, Result};
use crate::harness::local::START;
use crate::remote::Client;
use crate::sql::{QualifiedName, quote_if_needed};
use crate::task::{Schedule, passing};

/// One `@advance` runs at most so many graphs.
const MOST_RUNS: usize = 1_000;
/// The history is looked at again after so long, and then at longer and longer intervals.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// What works by an account's own time alone, and so is not moved by hand.
pub fn by_itself(text: &str) -> Option<&'static str> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .take(6)
        .collect();
    let has = |word: &str| words.iter().any(|known| known == word);
    match words.first().map(String::as_str) {
        Some("CREATE") if has("DYNAMIC") => Some("a dynamic table"),
        Some("CREATE") if has("PIPE") => Some("a pipe"),
        Some("CREATE") if has("ALERT") => Some("an alert"),
        _ => None,
    }
}

/// The case's time.
#[derive(Debug)]
pub struct Passing {
    now: Timestamp,
    /// When the root tasks that are resumed were, by what tells one resumption from another.
    resumed: BTreeMap<(TaskName, String), Timestamp>,
    longest_run: Duration,
    real: bool,
}

/// Schema and name.
type TaskName = (String, String);

/// A task as SHOW TASKS has it.
#[derive(Debug, Clone)]
struct Task {
    name: TaskName,
    id: String,
    created: String,
    suspended: String,
    schedule: Option<String>,
    condition: Option<String>,
    started: bool,
    predecessors: Vec<TaskName>,
    finalizes: Option<TaskName>,
}

impl Task {
    fn is_root(&self) -> bool {
        self.predecessors.is_empty() && self.finalizes.is_none()
    }

    /// What is another after the task was replaced, or suspended and resumed.
    fn resumption(&self) -> (TaskName, String) {
        (self.name.clone(), format!("{} {}", self.created, self.suspended))
    }
}

impl Passing {
    /// Time at the beginning of a case.
    pub fn new(longest_run: Duration, real: bool) -> Self {
        Self {
            now: START,
            resumed: BTreeMap::new(),
            longest_run,
            real,
        }
    }

    /// Lets a span pass.
    ///
    /// # Errors
    /// A span beyond the calendar; more runs than are made at once; a run that does not end in time. A task that fails
    /// is no error.
    pub async fn advance(&mut self, scratch: &mut Scratch, by: Span) -> Result<()> {
        let until = passing::after(self.now, by)?;
        if self.real {
            let wait = Duration::try_from(until.duration_since(self.now)).unwrap_or_default();
            tokio::time::sleep(wait).await;
            self.now = until;
            return Ok(());
        }
        let database = scratch.name().to_owned();
        let client = scratch.client()?;
        let mut account = Tasks {
            client,
            database: &database,
            longest_run: self.longest_run,
            runs: 0,
        };
        account.run_triggered().await?;
        loop {
            let tasks = account.list().await?;
            let due = self.due(&tasks)?;
            let Some(moment) = due
                .first()
                .map(|(moment, _)| *moment)
                .filter(|moment| *moment <= until)
            else {
                break;
            };
            self.now = moment;
            for (_, task) in due.iter().filter(|(due, _)| *due == moment) {
                account.run(task, &tasks).await?;
            }
            account.run_triggered().await?;
        }
        self.now = until;
        Ok(())
    }

    /// The root tasks with the moments at which they are due next, in the order of these.
    fn due(&mut self, tasks: &[Task]) -> Result<Vec<(Timestamp, Task)>> {
        let started = tasks.iter().filter(|task| task.started && task.is_root());
        let started: Vec<&Task> = started.collect();
        let present: BTreeSet<_> = started.iter().map(|task| task.resumption()).collect();
        self.resumed.retain(|known, _| present.contains(known));
        let mut due = Vec::new();
        for task in started {
            let resumed = *self.resumed.entry(task.resumption()).or_insert(self.now);
            let Some(schedule) = &task.schedule else { continue };
            let next = Schedule::parse(schedule)?.next(resumed, self.now);
            due.extend(next.map(|next| (next, task.clone())));
        }
        due.sort_by(|(one, a), (other, b)| (one, &a.created, &a.name).cmp(&(other, &b.created, &b.name)));
        Ok(due)
    }
}

/// The tasks of a database, and the session that looks after them.
struct Tasks<'a> {
    client: &'a mut Client,
    database: &'a str,
    longest_run: Duration,
    runs: usize,
}

/// How often each task of a graph has ended in which way.
type Ends = BTreeMap<(TaskName, String), i64>;

impl Tasks<'_> {
    /// The rows of a query, by the names of their columns.
    async fn rows(&mut self, query: &str) -> Result<Vec<BTreeMap<String, String>>> {
        let result = self.client.execute(query).await?;
        let names: Vec<String> = result.columns().into_iter().map(|column| column.name).collect();
        let rows = result.to_text(self.client.types())?;
        let named = |row: Vec<Option<String>>| {
            let cells = names.iter().cloned().zip(row);
            cells.filter_map(|(name, cell)| Some((name, cell?))).collect()
        };
        Ok(rows.into_iter().map(named).collect())
    }

    async fn list(&mut self) -> Result<Vec<Task>> {
        let query = format!("SHOW TASKS IN DATABASE {}", self.database);
        let rows = self.rows(&query).await?;
        Ok(rows.iter().map(task).collect())
    }

    /// Runs the tasks without a schedule whose conditions hold, until none is left.
    async fn run_triggered(&mut self) -> Result<()> {
        loop {
            let tasks = self.list().await?;
            let mut ran = false;
            for task in &tasks {
                let Some(condition) = task
                    .condition
                    .as_ref()
                    .filter(|_| task.started && task.is_root() && task.schedule.is_none())
                else {
                    continue;
                };
                let place = format!("USE SCHEMA {}.{}", self.database, quote_if_needed(&task.name.0));
                self.client.execute(&place).await?;
                let rows = self
                    .rows(&format!("SELECT ({condition})::BOOLEAN AS HOLDS"))
                    .await?;
                let holds = rows.first().and_then(|row| row.get("HOLDS"));
                if holds.is_some_and(|holds| holds.eq_ignore_ascii_case("true")) {
                    self.run(task, &tasks).await?;
                    ran = true;
                }
            }
            if !ran {
                return Ok(());
            }
        }
    }

    /// Runs a graph, and waits until it has ended.
    async fn run(&mut self, root: &Task, tasks: &[Task]) -> Result<()> {
        self.runs += 1;
        if self.runs > MOST_RUNS {
            return Err(Error::configuration(format!(
                "more than {MOST_RUNS} tasks would run on the way: move time in smaller steps"
            )));
        }
        let before = self.ends(root).await?;
        let (schema, name) = &root.name;
        let full = format!(
            "{}.{}.{}",
            self.database,
            quote_if_needed(schema),
            quote_if_needed(name)
        );
        self.client.execute(&format!("EXECUTE TASK {full}")).await?;
        let start = tokio::time::Instant::now();
        let mut pause = FIRST_LOOK;
        loop {
            let now = self.ends(root).await?;
            if has_ended(root, tasks, &before, &now) {
                return Ok(());
            }
            if start.elapsed() > self.longest_run {
                let seconds = self.longest_run.as_secs();
                return Err(Error::outside(format!(
                    "the task {name} did not end within {seconds} seconds"
                )));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_LOOK);
        }
    }

    async fn ends(&mut self, root: &Task) -> Result<Ends> {
        let query = format!(
            "SELECT SCHEMA_NAME, NAME, STATE, COUNT(*) AS RUNS FROM TABLE({0}.INFORMATION_SCHEMA.TASK_HISTORY(\
             RESULT_LIMIT => 10000, ROOT_TASK_ID => '{1}')) WHERE DATABASE_NAME = '{0}' \
             AND STATE NOT IN ('SCHEDULED', 'EXECUTING') GROUP BY 1, 2, 3",
            self.database, root.id
        );
        let rows = self.rows(&query).await?;
        let end = |row: BTreeMap<String, String>| {
            let name = (row.get("SCHEMA_NAME")?.clone(), row.get("NAME")?.clone());
            Some(((name, row.get("STATE")?.clone()), row.get("RUNS")?.parse().ok()?))
        };
        Ok(rows.into_iter().filter_map(end).collect())
    }
}

/// Whether a graph has come to its end since `before`. A task behind one that did not succeed does not run.
fn has_ended(root: &Task, tasks: &[Task], before: &Ends, now: &Ends) -> bool {
    let runs = |ends: &Ends, name: &TaskName, succeeded: Option<bool>| -> i64 {
        let counted = ends.iter().filter(|((known, state), _)| {
            known == name && succeeded.is_none_or(|wanted| wanted == (state == "SUCCEEDED"))
        });
        counted.map(|(_, runs)| *runs).sum()
    };
    let more = |name: &TaskName, succeeded| runs(now, name, succeeded) > runs(before, name, succeeded);
    let mut ended: BTreeSet<&TaskName> = BTreeSet::new();
    if !more(&root.name, None) {
        return false;
    }
    ended.insert(&root.name);
    // The tasks that a success leads to, one step after the other.
    let mut reached: Vec<&TaskName> = vec![&root.name];
    while let Some(name) = reached.pop() {
        if !more(name, Some(true)) {
            continue;
        }
        for task in tasks
            .iter()
            .filter(|task| task.started && task.predecessors.contains(name))
        {
            let ready = task
                .predecessors
                .iter()
                .all(|predecessor| more(predecessor, Some(true)));
            if !ready || ended.contains(&task.name) {
                continue;
            }
            if !more(&task.name, None) {
                return false;
            }
            ended.insert(&task.name);
            reached.push(&task.name);
        }
    }
    let mut finalizers = tasks
        .iter()
        .filter(|task| task.started && task.finalizes.as_ref() == Some(&root.name));
    finalizers.all(|finalizer| more(&finalizer.name, None))
}

/// A row of SHOW TASKS.
fn task(row: &BTreeMap<String, String>) -> Task {
    let text = |name: &str| row.get(name).cloned().unwrap_or_default();
    let some = |name: &str| row.get(name).filter(|text| !text.is_empty()).cloned();
    let relations: serde_json::Value = serde_json::from_str(&text("task_relations")).unwrap_or_default();
    let listed = relations
        .get("Predecessors")
        .and_then(serde_json::Value::as_array);
    let names = listed.into_iter().flatten().filter_map(serde_json::Value::as_str);
    let finalized = relations
        .get("FinalizedRootTask")
        .and_then(serde_json::Value::as_str);
    Task {
        name: (text("schema_name"), text("name")),
        id: text("id"),
        created: text("created_on"),
        suspended: text("last_suspended_on"),
        schedule: some("schedule"),
        condition: some("condition"),
        started: text("state").eq_ignore_ascii_case("started"),
        predecessors: names.filter_map(last_two).collect(),
        finalizes: finalized.and_then(last_two),
    }
}

/// Schema and name of a full name.
fn last_two(full: &str) -> Option<TaskName> {
    let name = QualifiedName::parse(full)?;
    match name.parts() {
        [.., schema, name] => Some((schema.value.clone(), name.value.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, predecessors: &[&str], finalizes: Option<&str>) -> Task {
        let full = |name: &str| ("PUBLIC".to_owned(), name.to_owned());
        Task {
            name: full(name),
            id: name.to_owned(),
            created: String::new(),
            suspended: String::new(),
            schedule: predecessors.is_empty().then(|| "5 MINUTES".to_owned()),
            condition: None,
            started: true,
            predecessors: predecessors.iter().map(|name| full(name)).collect(),
            finalizes: finalizes.map(full),
        }
    }

    fn ends(runs: &[(&str, &str, i64)]) -> Ends {
        let end = |(name, state, runs): &(&str, &str, i64)| {
            (
                (("PUBLIC".to_owned(), (*name).to_owned()), (*state).to_owned()),
                *runs,
            )
        };
        runs.iter().map(end).collect()
    }

    #[test]
    fn a_graph_ends_with_its_last_task_or_behind_a_failure() {
        let tasks = [
            one("A", &[], None),
            one("B", &["A"], None),
            one("C", &["B"], None),
            one("Z", &[], Some("A")),
        ];
        let before = ends(&[
            ("A", "SUCCEEDED", 1),
            ("B", "SUCCEEDED", 1),
            ("C", "SUCCEEDED", 1),
            ("Z", "SUCCEEDED", 1),
        ]);
        let ended = |runs: &[(&str, &str, i64)]| has_ended(&tasks[0], &tasks, &before, &ends(runs));
        let all = |a, b, c, z| {
            [
                ("A", "SUCCEEDED", a),
                ("B", "SUCCEEDED", b),
                ("C", "SUCCEEDED", c),
                ("Z", "SUCCEEDED", z),
            ]
        };
        assert!(!ended(&all(1, 1, 1, 1)));
        assert!(!ended(&all(2, 1, 1, 1)));
        assert!(!ended(&all(2, 2, 1, 1)));
        assert!(!ended(&all(2, 2, 2, 1)));
        assert!(ended(&all(2, 2, 2, 2)));
        let mut failed = all(2, 1, 1, 2).to_vec();
        assert!(!ended(&failed));
        failed.push(("B", "FAILED", 1));
        assert!(ended(&failed));
    }

    #[test]
    fn tasks_are_due_from_their_resumption_on() {
        let mut passing = Passing::new(Duration::from_secs(1), false);
        let mut tasks = vec![one("A", &[], None), one("B", &["A"], None)];
        let minutes = |due: &[(Timestamp, Task)]| -> Vec<i64> {
            due.iter()
                .map(|(due, _)| (due.as_second() - START.as_second()) / 60)
                .collect()
        };
        assert_eq!(minutes(&passing.due(&tasks).unwrap()), [5]);
        passing.now = START.checked_add(Span::new().minutes(7)).unwrap();
        assert_eq!(minutes(&passing.due(&tasks).unwrap()), [10]);
        tasks[0].suspended = "later".to_owned();
        assert_eq!(minutes(&passing.due(&tasks).unwrap()), [12]);
        tasks[0].started = false;
        assert_eq!(minutes(&passing.due(&tasks).unwrap()), [0_i64; 0]);
    }
}

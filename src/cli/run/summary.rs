//! What a person wants to see at the end of a run.
//!
//! Everything here comes from the state itself (topic, bucket, load history, task history, tables), not from what the
//! process happened to see: a run that was interrupted and finished later tells the same as one that was not.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::checks::CheckOutcome;
use super::plan::sum;
use super::record::SourceRecord;
use super::{Run, waves::clock_text};
use crate::catalog::history::{LoadStatus, LoadedFile, TaskState};
use crate::catalog::{ObjectId, ObjectKind, Snapshot};
use crate::cli::table::Grid;
use crate::error::{Error, Result};
use crate::world::pipeline::Figures;

/// Dead letters that are quoted.
const QUOTED_LETTERS: usize = 5;
/// At most this much of a dead letter's message is quoted, in characters.
const QUOTED_CHARACTERS: usize = 80;
/// Files with errors that are named.
const NAMED_FILES: usize = 20;
/// Task runs that are listed; TASK_HISTORY has them all.
const LISTED_RUNS: usize = 500;

/// The summary of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The pipeline's name.
    pub pipeline: String,
    /// What it is.
    pub description: String,
    /// Where the events came from, in words.
    pub source: String,
    /// Warehouse time of the first wave.
    pub started: Timestamp,
    /// Warehouse time at the end.
    pub ended: Timestamp,
    /// The topic.
    pub topic: Topic,
    /// What was set aside.
    pub dead_letters: DeadLetters,
    /// What never came into the topic, out of it or into the warehouse, in words.
    pub lost: Vec<String>,
    /// Loads into tables, by pipe and table.
    pub loads: Vec<Load>,
    /// Files that were not loaded as a whole.
    pub file_errors: Vec<FileError>,
    /// How many more there are of them.
    pub more_file_errors: u64,
    /// Task runs of this run, those that were skipped left out.
    pub task_runs: Vec<TaskLine>,
    /// How many more there are of them.
    pub more_task_runs: u64,
    /// Skipped runs by task.
    pub skipped: Vec<Skipped>,
    /// Every stream.
    pub streams: Vec<StreamLine>,
    /// The results to show.
    pub results: Vec<Shown>,
    /// The checks.
    pub checks: Vec<CheckOutcome>,
}

/// The topic, or what stands in its place, after the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// Its name; of files, where they lie.
    pub name: String,
    /// What it is, in words.
    #[serde(skip)]
    pub place: String,
    /// Its partitions.
    pub partitions: u64,
    /// All messages in it.
    pub messages: u64,
    /// Those of this run.
    pub messages_of_run: u64,
}

/// Messages that could not be delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DeadLetters {
    /// Where they lie; empty if nothing sets any aside.
    pub place: String,
    /// How many there are.
    pub count: u64,
    /// The first of them.
    pub samples: Vec<Letter>,
}

/// A message that could not be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// Where it came from.
    pub partition: i64,
    /// Its offset there.
    pub offset: i64,
    /// Why it was set aside.
    pub reason: String,
    /// Its beginning.
    pub message: String,
}

/// What was loaded into a table by a pipe, or by COPY.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Load {
    /// The pipe, or `COPY INTO`.
    pub by: String,
    /// The table.
    pub table: String,
    /// Files, those without a row loaded included.
    pub files: u64,
    /// Files of which no row was loaded.
    pub failed_files: u64,
    /// Rows loaded.
    pub rows_loaded: u64,
    /// Rows in the files that were not loaded.
    pub rows_rejected: u64,
}

/// A file that was not loaded as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileError {
    /// The file.
    pub file: String,
    /// How its load ended.
    pub status: String,
    /// The first error and where it is.
    pub error: String,
}

/// A task run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskLine {
    /// The task.
    pub task: String,
    /// When it was due.
    pub scheduled: Timestamp,
    /// When it ended.
    pub completed: Timestamp,
    /// How it ended.
    pub state: String,
    /// Why, if it failed.
    pub error: Option<String>,
}

/// Runs of a task whose WHEN was false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The task.
    pub task: String,
    /// How many.
    pub runs: u64,
}

/// A stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StreamLine {
    /// The stream.
    pub stream: String,
    /// What it watches.
    pub source: String,
    /// The commit up to which its changes are consumed.
    pub offset: u64,
    /// Whether it has data, or why that cannot be told.
    pub has_data: String,
}

/// A result to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// Its heading.
    pub title: String,
    /// The result.
    #[serde(flatten)]
    pub grid: Option<Grid>,
    /// The column that is drawn as bars, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<String>,
    /// Or why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Summary {
    /// Whether the run is what the pipeline says it must be.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.holds) && self.results.iter().all(|shown| shown.error.is_none())
    }
}

impl Run {
    /// Gathers the summary, and asks the checks.
    ///
    /// # Errors
    /// A Kafka or S3 that does not answer. A check or a query that fails is part of the summary.
    pub async fn summary(&mut self) -> Result<Summary> {
        let offsets = self.end_offsets().await?;
        let dead_letters = self.dead_letters().await?;
        let figures: Figures = [("sent", sum(&offsets)), ("dead_letters", dead_letters.count)]
            .into_iter()
            .collect();
        let snapshot = self.account.catalog().snapshot();
        let run = self.current()?.clone();
        let (loads, file_errors, more_file_errors) = loads(&snapshot);
        let (task_runs, more_task_runs, skipped) = task_runs(&snapshot, run.started);
        let summary = Summary {
            pipeline: self.pipeline.name.clone(),
            description: self.pipeline.description.clone(),
            source: match &run.source {
                SourceRecord::Generator { seed, .. } => format!("generated from seed {seed}"),
                SourceRecord::Input { file } => format!(
                    "lines of {}",
                    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy()
                ),
            },
            started: run.started,
            ended: self.account.clock().now(),
            topic: Topic {
                name: self.channel.name().to_owned(),
                place: self.channel.place(offsets.len()),
                partitions: offsets.len() as u64,
                messages: sum(&offsets),
                messages_of_run: sum(&offsets).saturating_sub(sum(&run.offsets)),
            },
            dead_letters,
            lost: self.lost()?,
            loads,
            file_errors,
            more_file_errors,
            task_runs,
            more_task_runs,
            skipped,
            streams: self.streams(&snapshot),
            results: self.results().await,
            checks: self.checks(&figures, &offsets).await,
        };
        self.progress.finish();
        Ok(summary)
    }

    async fn dead_letters(&self) -> Result<DeadLetters> {
        let Some((bucket, prefix)) = self.pipeline.dead_letters() else {
            return Ok(DeadLetters::default());
        };
        let storage = self.account.storage();
        let objects = storage.list(bucket, prefix).await?;
        let mut samples = Vec::new();
        for object in objects.iter().take(QUOTED_LETTERS) {
            let bytes = storage.get(bucket, &object.key).await?;
            samples.extend(letter(&bytes));
        }
        Ok(DeadLetters {
            place: format!("s3://{bucket}/{prefix}"),
            count: objects.len() as u64,
            samples,
        })
    }

    fn lost(&self) -> Result<Vec<String>> {
        let refused = self
            .tally
            .refused
            .iter()
            .map(|why| format!("Kafka refused a message: {why}"));
        let long = self.tally.too_long.iter().map(|(number, length)| {
            format!("line {number} of the input was not sent: {length} bytes are more than Kafka takes")
        });
        let dropped = self.tally.lost.iter().cloned();
        let pipes = self
            .tally
            .pipe_errors
            .iter()
            .map(|(pipe, why)| format!("pipe {pipe} could not run: {why}"));
        let set_aside = self.channel.set_aside()?;
        Ok(refused
            .chain(long)
            .chain(dropped)
            .chain(set_aside)
            .chain(pipes)
            .collect())
    }

    fn streams(&self, snapshot: &Snapshot) -> Vec<StreamLine> {
        let mut lines = Vec::new();
        for (id, name) in self.full_names(ObjectKind::Stream) {
            let Some(stream) = snapshot.object(id).and_then(|object| object.as_stream()).cloned() else {
                continue;
            };
            let has_data = match self.has_data(&name) {
                Ok(has_data) => has_data.to_string(),
                Err(error) => error.message().to_owned(),
            };
            lines.push(StreamLine {
                stream: name,
                source: full_name(snapshot, stream.source).unwrap_or(stream.source_name),
                offset: stream.offset,
                has_data,
            });
        }
        lines
    }

    async fn results(&mut self) -> Vec<Shown> {
        let mut results = Vec::new();
        for show in self.pipeline.show.clone() {
            self.progress.doing(format!("asking: {}", show.title));
            let grid = match self.session.execute(&show.sql).await {
                Ok(result) => Grid::of(&result, &self.session.context().types),
                Err(error) => Err(error),
            };
            let grid = grid.and_then(|grid| match &show.chart {
                Some(chart) if !grid.columns.contains(chart) => Err(Error::configuration(format!(
                    "show.chart = \"{chart}\": the query has no such column"
                ))),
                _ => Ok(grid),
            });
            let error = grid.as_ref().err().map(ToString::to_string);
            results.push(Shown {
                title: show.title,
                grid: grid.ok(),
                chart: show.chart,
                error,
            });
        }
        results
    }
}

/// What a dead letter's object says.
fn letter(bytes: &[u8]) -> Option<Letter> {
    let object: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    let message = match (object.get("payload"), object.get("payloadBase64")) {
        (Some(serde_json::Value::String(text)), _) => quoted(text),
        (_, Some(serde_json::Value::String(text))) => format!("base64 {}", quoted(text)),
        _ => "no message".to_owned(),
    };
    Some(Letter {
        partition: object.get("partition")?.as_i64()?,
        offset: object.get("offset")?.as_i64()?,
        reason: object.get("reason")?.as_str()?.to_owned(),
        message,
    })
}

/// The beginning of a message, on one line.
fn quoted(text: &str) -> String {
    let mut start: String = text
        .chars()
        .take(QUOTED_CHARACTERS)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(QUOTED_CHARACTERS).is_some() {
        start.push('…');
    }
    format!("\"{start}\"")
}

/// The name of an object with those of what it lives in.
fn full_name(snapshot: &Snapshot, id: ObjectId) -> Option<String> {
    Some(snapshot.path(snapshot.object(id)?).join("."))
}

fn loads(snapshot: &Snapshot) -> (Vec<Load>, Vec<FileError>, u64) {
    // A pipe remembers its files also when the table has been truncated since.
    let name = |id: ObjectId| full_name(snapshot, id).unwrap_or_else(|| format!("object {id}"));
    let mut groups: BTreeMap<(Option<ObjectId>, ObjectId), Load> = BTreeMap::new();
    let mut errors = Vec::new();
    let mut more = 0;
    for file in snapshot.loads() {
        let load = groups.entry((file.pipe, file.table)).or_insert_with(|| Load {
            by: file.pipe.map_or_else(|| "COPY INTO".to_owned(), name),
            table: name(file.table),
            files: 0,
            failed_files: 0,
            rows_loaded: 0,
            rows_rejected: 0,
        });
        load.files += 1;
        load.failed_files += u64::from(file.status == LoadStatus::LoadFailed);
        load.rows_loaded += file.rows_loaded;
        load.rows_rejected += file.rows_parsed.saturating_sub(file.rows_loaded);
        if file.status != LoadStatus::Loaded {
            if errors.len() < NAMED_FILES {
                errors.push(file_error(file));
            } else {
                more += 1;
            }
        }
    }
    (groups.into_values().collect(), errors, more)
}

fn file_error(file: &LoadedFile) -> FileError {
    let mut error = file.first_error.clone().unwrap_or_default();
    if let Some(line) = file.first_error_line {
        error.push_str(&format!(" (line {line}"));
        if let Some(column) = &file.first_error_column {
            error.push_str(&format!(", column {column}"));
        }
        error.push(')');
    }
    FileError {
        file: file.path.clone(),
        status: file.status.label().to_owned(),
        error,
    }
}

fn task_runs(snapshot: &Snapshot, since: Timestamp) -> (Vec<TaskLine>, u64, Vec<Skipped>) {
    let name = |id: ObjectId| full_name(snapshot, id).unwrap_or_else(|| format!("object {id}"));
    let mut lines = Vec::new();
    let mut more = 0;
    let mut skipped: BTreeMap<String, u64> = BTreeMap::new();
    for run in snapshot.task_runs().filter(|run| run.scheduled >= since) {
        if run.state == TaskState::Skipped {
            *skipped.entry(name(run.task)).or_default() += 1;
        } else if lines.len() == LISTED_RUNS {
            more += 1;
        } else {
            lines.push(TaskLine {
                task: name(run.task),
                scheduled: run.scheduled,
                completed: run.completed,
                state: run.state.label().to_owned(),
                error: run.error_message.clone(),
            });
        }
    }
    let skipped = skipped
        .into_iter()
        .map(|(task, runs)| Skipped { task, runs })
        .collect();
    (lines, more, skipped)
}

impl TaskLine {
    /// When it was due, for people.
    pub(super) fn scheduled_text(&self) -> String {
        clock_text(self.scheduled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_letter_is_quoted_on_one_short_line() {
        let letter =
            letter(br#"{"topic":"t","partition":2,"offset":17,"reason":"no JSON","payload":"a\nb"}"#);
        let letter = letter.unwrap();
        assert_eq!(
            (letter.partition, letter.offset, letter.message.as_str()),
            (2, 17, "\"a\\nb\"")
        );
        assert!(super::letter(b"?").is_none());
        let long = quoted(&"x".repeat(200));
        assert_eq!(long.chars().count(), QUOTED_CHARACTERS + 3);
    }
}

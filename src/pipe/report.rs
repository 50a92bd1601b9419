//! What the reports of Snowpipe's REST API tell of a pipe's loads: insertReport and loadHistoryScan.
//! <https://docs.snowflake.com/en/user-guide/data-load-snowpipe-rest-apis#load-history-reports>

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::definition::Definition;
use super::submit::folder;
use crate::catalog::history::LoadedFile;
use crate::catalog::{Object, ObjectId, Snapshot};

/// A report tells of no more loads than this.
pub const MOST: usize = 10_000;
/// insertReport tells of loads for so long.
const RECENT: SignedDuration = SignedDuration::from_mins(10);
/// loadHistoryScan reaches back so far.
const REACH: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A place in the sequence of a pipe's loads, before which all are told: a commit, and how many of its loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Mark {
    commit: u64,
    loads: u64,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.commit, self.loads)
    }
}

impl FromStr for Mark {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (commit, loads) = text.split_once('_').unwrap_or((text, ""));
        Ok(Self {
            commit: commit.parse()?,
            loads: loads.parse()?,
        })
    }
}

/// Some loads of a pipe.
#[derive(Debug, Default)]
pub struct Report {
    /// The loads.
    pub loads: Vec<Arc<LoadedFile>>,
    /// Whether none is left out that was asked for.
    pub complete: bool,
    /// Behind the last of them.
    pub next: Mark,
}

/// The loads of the last ten minutes of files that were submitted by name, those after a mark if one is given.
/// `within` makes the ten minutes fewer.
pub fn recent(
    snapshot: &Snapshot,
    pipe: ObjectId,
    now: Timestamp,
    mark: Option<Mark>,
    within: Option<SignedDuration>,
) -> Report {
    let before = |duration| now.saturating_sub(duration).unwrap_or(Timestamp::MIN);
    // A mark of another life of the account says nothing.
    let stale = mark.is_some_and(|mark| mark.commit > snapshot.seq);
    let from = mark.filter(|_| !stale).unwrap_or_default();
    let mut report = Report {
        complete: !stale,
        next: from,
        ..Report::default()
    };
    let mut at = Mark::default();
    let mut missed = 0;
    let submitted = |load: &&Arc<LoadedFile>| load.pipe == Some(pipe) && load.received.is_some();
    for load in snapshot.load_history().filter(submitted) {
        at = match load.commit == at.commit {
            true => Mark {
                loads: at.loads + 1,
                ..at
            },
            false => Mark {
                commit: load.commit,
                loads: 1,
            },
        };
        if at <= from {
            continue;
        }
        report.next = at;
        if load.loaded_at < before(RECENT) {
            missed += 1;
        } else if within.is_none_or(|within| load.loaded_at >= before(within)) {
            report.loads.push(Arc::clone(load));
        }
    }
    if report.loads.len() > MOST {
        missed += report.loads.len() - MOST;
        report.loads.drain(..report.loads.len() - MOST);
    }
    report.complete &= mark.is_none() || missed == 0;
    report
}

/// The loads of a pipe from `start` until just before `end`, oldest first, no more than [`MOST`].
pub fn scan(snapshot: &Snapshot, pipe: ObjectId, now: Timestamp, start: Timestamp, end: Timestamp) -> Report {
    let start = start.max(now.saturating_sub(REACH).unwrap_or(Timestamp::MIN));
    let wanted =
        |load: &&Arc<LoadedFile>| load.pipe == Some(pipe) && load.loaded_at >= start && load.loaded_at < end;
    let mut loads: Vec<_> = snapshot.load_history().filter(wanted).cloned().collect();
    loads.sort_by_key(|load| load.loaded_at);
    let complete = loads.len() <= MOST;
    loads.truncate(MOST);
    Report {
        loads,
        complete,
        next: Mark::default(),
    }
}

/// Where a pipe's files are, as its reports say it.
#[derive(Debug)]
pub struct Location {
    /// The folder of the pipe's COPY, as `bucket/folder/`; `None` if the COPY has no place any more.
    folder: Option<String>,
    /// What stands before it.
    shown: String,
}

impl Location {
    /// The location of a pipe.
    pub fn of(snapshot: &Snapshot, object: &Object) -> Self {
        let place = object.as_pipe().and_then(|pipe| {
            Definition::read(snapshot, pipe)
                .ok()
                .map(|definition| definition.place)
        });
        let Some(place) = place else {
            return Self {
                folder: None,
                shown: String::new(),
            };
        };
        let folder = folder(&place);
        let shown = match place.is_external() {
            true => place.url(),
            false => folder.clone(),
        };
        Self {
            shown: match shown.is_empty() || shown.ends_with('/') {
                true => shown,
                false => format!("{shown}/"),
            },
            folder: Some(format!("{}/{folder}", place.bucket)),
        }
    }

    /// The location and the path of a file below it.
    pub fn split<'a>(&'a self, load: &'a LoadedFile) -> (&'a str, &'a str) {
        let below = self
            .folder
            .as_deref()
            .and_then(|folder| load.path.strip_prefix(folder));
        match below {
            Some(path) => (&self.shown, path),
            None => (&load.stage, &load.file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::history::{LoadStatus, QueuedFile};
    use crate::catalog::{Commit, Fact};

    const PIPE: ObjectId = 7;

    fn load(path: String, now: Timestamp) -> LoadedFile {
        LoadedFile {
            table: 3,
            pipe: Some(PIPE),
            stage: "@D.S.ST/".to_owned(),
            file: path.clone(),
            path,
            etag: "e".to_owned(),
            size: 1,
            last_modified: now,
            received: None,
            loaded_at: now,
            commit: 0,
            status: LoadStatus::Loaded,
            rows_parsed: 1,
            rows_loaded: 1,
            errors: 0,
            error_limit: None,
            first_error: None,
            first_error_line: None,
            first_error_character: None,
            first_error_column: None,
        }
    }

    /// A pipe after commits of so many loads each.
    fn loaded(commits: u64, each: usize, now: Timestamp) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for seq in 1..=commits {
            let paths = || (0..each).map(|file| format!("b/{seq}-{file}"));
            let queued = paths().map(|path| QueuedFile {
                pipe: PIPE,
                path,
                queued_at: now,
            });
            let facts = vec![
                Fact::Queued(queued.collect()),
                Fact::Loaded(paths().map(|path| load(path, now)).collect()),
            ];
            let commit = Commit {
                seq,
                time: now,
                facts,
            };
            snapshot = snapshot.after(&commit).unwrap();
        }
        snapshot
    }

    #[test]
    fn a_report_has_no_more_than_ten_thousand_loads() {
        let now = Timestamp::UNIX_EPOCH;
        let snapshot = loaded(3, 4_000, now);
        let all = recent(&snapshot, PIPE, now, None, None);
        assert_eq!((all.loads.len(), all.complete), (MOST, true));
        assert_eq!(all.loads[0].path, "b/1-2000");
        assert_eq!(all.next.to_string(), "3_4000");
        // Who has read up to there is told that some were missed; who has read further misses none.
        let mark = |text: &str| Some(text.parse().unwrap());
        assert!(!recent(&snapshot, PIPE, now, mark("1_1999"), None).complete);
        let rest = recent(&snapshot, PIPE, now, mark("1_2000"), None);
        assert_eq!((rest.loads.len(), rest.complete), (MOST, true));
        assert_eq!(recent(&snapshot, PIPE, now, Some(rest.next), None).loads.len(), 0);
        let first = scan(&snapshot, PIPE, now, now, Timestamp::MAX);
        assert_eq!((first.loads.len(), first.complete), (MOST, false));
        assert_eq!(first.loads[0].path, "b/1-0");
        assert!(recent(&snapshot, PIPE + 1, now, None, None).loads.is_empty());
    }

    #[test]
    fn a_file_leaves_the_queue_when_it_is_loaded_and_keeps_when_it_came() {
        let now = Timestamp::UNIX_EPOCH;
        let snapshot = loaded(1, 1, now);
        assert_eq!(snapshot.queue(PIPE).count(), 0);
        let load = snapshot.load_of(PIPE, "b/1-0").unwrap();
        assert_eq!((load.received, load.commit), (Some(now), 1));
        let queued = |queued_at| {
            let path = "b/x".to_owned();
            vec![QueuedFile {
                pipe: PIPE,
                path,
                queued_at,
            }]
        };
        let later = now + SignedDuration::from_secs(1);
        let after = |seq, facts| {
            snapshot
                .after(&Commit {
                    seq,
                    time: later,
                    facts,
                })
                .unwrap()
        };
        let same = after(2, vec![Fact::Queued(queued(now)), Fact::Dequeued(queued(now))]);
        assert!(same.queued(PIPE, "b/x").is_none());
        // What was named again since then waits on.
        let again = after(2, vec![Fact::Queued(queued(later)), Fact::Dequeued(queued(now))]);
        assert!(again.queued(PIPE, "b/x").is_some());
    }

    #[test]
    fn marks_are_read_as_they_are_written() {
        let mark = Mark { commit: 12, loads: 3 };
        assert_eq!(mark.to_string(), "12_3");
        assert_eq!("12_3".parse(), Ok(mark));
        for text in ["", "_", "1", "1_", "_1", "1_-1", "a_b", "1_2_3"] {
            assert!(text.parse::<Mark>().is_err(), "{text}");
        }
    }
}

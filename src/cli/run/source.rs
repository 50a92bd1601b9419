//! The events of a run, one after the other, with those left out that are in the topic already.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use jiff::Timestamp;

use super::partition;
use super::record::{Record, RunRecord, SourceRecord};
use crate::error::{Error, Result};
use crate::world::events::{Event, Generator, GeneratorKind, InputLine, InputReader};

/// At most this many lines that are too long are named.
const MOST_NAMED: usize = 100;

/// The events of the last run of a record.
pub struct Source {
    kind: Kind,
    /// Of each partition, how many of this run's messages are in it and were not met here yet.
    present: Vec<u64>,
    /// Lines of the input that are too long to be sent: number and length.
    too_long: Vec<(u64, u64)>,
}

enum Kind {
    Generator(Box<Generator>),
    Input(InputReader<BufReader<File>>),
    Nothing,
}

impl Source {
    /// The source of a record's last run, at its beginning; `kind` is what the pipeline's generator is, `offsets` says how
    /// far the topic reaches now.
    ///
    /// # Errors
    /// An input file that cannot be opened.
    pub fn new(kind: &GeneratorKind, record: &Record, offsets: &[u64]) -> Result<Self> {
        let Some((run, before)) = record.runs.split_last() else {
            return Err(Error::internal("a source without a run"));
        };
        let kind = match &run.source {
            SourceRecord::Generator { .. } => generator(kind, run, before),
            SourceRecord::Input { file } => Kind::Input(InputReader::new(open(file)?)),
        };
        let known = |partition: usize| run.offsets.get(partition).copied().unwrap_or(0);
        let present = offsets
            .iter()
            .enumerate()
            .map(|(partition, offset)| offset.saturating_sub(known(partition)));
        Ok(Self {
            kind,
            present: present.collect(),
            too_long: Vec::new(),
        })
    }

    /// The next event, and whether it is in the topic already; lines of a file are sent at `now`.
    ///
    /// # Errors
    /// An input file that cannot be read.
    pub fn next(&mut self, now: Timestamp) -> Result<Option<(Event, bool)>> {
        let event = match &mut self.kind {
            Kind::Generator(generator) => generator.next(),
            Kind::Input(reader) => loop {
                match reader.next().transpose()? {
                    None => break None,
                    Some(InputLine::TooLong { number, length }) => {
                        if self.too_long.len() < MOST_NAMED {
                            self.too_long.push((number, length));
                        }
                    }
                    Some(InputLine::Event { key, payload, .. }) => {
                        break Some(Event {
                            key,
                            payload,
                            timestamp: now,
                        });
                    }
                }
            },
            Kind::Nothing => None,
        };
        let Some(event) = event else { return Ok(None) };
        let at = partition::of(&event, self.present.len());
        let present = match self.present.get_mut(at) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        };
        Ok(Some((event, present)))
    }

    /// Lines of the input so far that are too long to be sent: number and length.
    pub fn too_long(&self) -> &[(u64, u64)] {
        &self.too_long
    }
}

/// The lines of a file as events of a moment.
///
/// # Errors
/// A file that cannot be read; a line that is too long to be sent.
pub fn lines(file: &Path, now: Timestamp) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    let mut reader = InputReader::new(open(file)?);
    while let Some(line) = reader.next().transpose()? {
        match line {
            InputLine::Event { key, payload, .. } => events.push(Event {
                key,
                payload,
                timestamp: now,
            }),
            InputLine::TooLong { number, length } => {
                let told = format!(
                    "{}:{number}: {length} bytes are too long for a message",
                    file.display()
                );
                return Err(Error::configuration(told));
            }
        }
    }
    Ok(events)
}

/// A generator that has played all earlier runs of the same seed, so that its subjects live on.
fn generator(kind: &GeneratorKind, run: &RunRecord, before: &[RunRecord]) -> Kind {
    let Some(config) = run.generator() else {
        return Kind::Nothing;
    };
    let seed = config.seed;
    let mut earlier = before
        .iter()
        .filter_map(RunRecord::generator)
        .filter(|earlier| earlier.seed == seed);
    let Some(first) = earlier.next() else {
        return Kind::Generator(Box::new(kind.generator(config)));
    };
    let mut generator = kind.generator(first);
    for next in earlier.chain([config]) {
        generator.by_ref().for_each(drop);
        generator.go_on(&next);
    }
    Kind::Generator(Box::new(generator))
}

/// How many lines of an input file are sent.
///
/// # Errors
/// A file that cannot be read.
pub fn count_lines(file: &Path) -> Result<u64> {
    let mut count = 0;
    for line in InputReader::new(open(file)?) {
        count += u64::from(matches!(line?, InputLine::Event { .. }));
    }
    Ok(count)
}

/// Fails unless an input file can be read.
///
/// # Errors
/// A file that is missing, may not be read, or is no regular file.
pub fn check(file: &Path) -> Result<()> {
    open(file).map(|_| ())
}

fn open(file: &Path) -> Result<BufReader<File>> {
    let unreadable =
        |why: String| Error::configuration(format!("the input {} cannot be read: {why}", file.display()));
    let open = File::open(file).map_err(|error| unreadable(error.to_string()))?;
    // It is read twice: once for the number of its lines.
    if !open.metadata().is_ok_and(|data| data.is_file()) {
        return Err(unreadable("it is not a regular file".to_owned()));
    }
    Ok(BufReader::new(open))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seed: u64, events: u64, offsets: [u64; 2]) -> RunRecord {
        RunRecord {
            source: SourceRecord::Generator {
                seed,
                rate: 1.0,
                start: Timestamp::UNIX_EPOCH,
                entities: events / 8,
            },
            events,
            rate: None,
            started: Timestamp::UNIX_EPOCH,
            offsets: offsets.to_vec(),
            waves_done: 0,
            finished: true,
        }
    }

    fn all(source: &mut Source) -> Vec<(Event, bool)> {
        std::iter::from_fn(|| source.next(Timestamp::UNIX_EPOCH).unwrap()).collect()
    }

    #[test]
    fn what_the_topic_has_is_told_from_what_it_has_not() {
        let record = Record {
            clock: None,
            runs: vec![run(3, 100, [10, 20])],
        };
        let events = all(&mut Source::new(&GeneratorKind::CustomerEvents, &record, &[10, 20]).unwrap());
        assert!(events.len() == 100 && events.iter().all(|(_, present)| !present));
        // A killed process got further in one partition than in the other.
        let events = all(&mut Source::new(&GeneratorKind::CustomerEvents, &record, &[17, 22]).unwrap());
        let present = |at: usize| {
            let own: Vec<bool> = events
                .iter()
                .filter(|(event, _)| partition::of(event, 2) == at)
                .map(|(_, present)| *present)
                .collect();
            (
                own.iter().filter(|p| **p).count(),
                own.is_sorted_by(|a, b| a >= b),
            )
        };
        assert_eq!((present(0), present(1)), ((7, true), (2, true)));
    }

    #[test]
    fn a_second_run_goes_on_with_the_generator_and_another_seed_starts_anew() {
        let events = |runs: Vec<RunRecord>| -> Vec<Event> {
            let record = Record { clock: None, runs };
            all(&mut Source::new(&GeneratorKind::CustomerEvents, &record, &[0, 0]).unwrap())
                .into_iter()
                .map(|(event, _)| event)
                .collect()
        };
        let first = events(vec![run(3, 50, [0, 0])]);
        let second = events(vec![run(3, 50, [0, 0]), run(3, 40, [0, 0])]);
        assert_eq!((first.len(), second.len()), (50, 40));
        assert_ne!(first[..40], second[..]);
        assert_eq!(
            second,
            events(vec![run(3, 50, [0, 0]), run(9, 5, [0, 0]), run(3, 40, [0, 0])])
        );
        assert_eq!(first, events(vec![run(9, 5, [0, 0]), run(3, 50, [0, 0])]));
    }

    #[test]
    fn an_input_file_is_counted_as_it_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("in.ndjson");
        std::fs::write(&file, "{\"customerId\":1}\n\nnot json\n").unwrap();
        assert_eq!(count_lines(&file).unwrap(), 2);
        let input = RunRecord {
            source: SourceRecord::Input { file },
            ..run(0, 2, [0, 0])
        };
        let record = Record {
            clock: None,
            runs: vec![input],
        };
        let events = all(&mut Source::new(&GeneratorKind::CustomerEvents, &record, &[0, 0]).unwrap());
        assert_eq!(
            events
                .iter()
                .map(|(event, _)| event.key.as_deref())
                .collect::<Vec<_>>(),
            [Some("1"), None]
        );
        assert!(
            count_lines(folder.path())
                .unwrap_err()
                .message()
                .contains("regular file")
        );
    }
}

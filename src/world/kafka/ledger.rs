//! What the broker must know after a restart besides the records themselves: topics, committed offsets, producer ids.
//!
//! It is a journal of facts, one a line with a checksum, and the state they add up to. A fact is written to the file
//! first and then applied. A torn last line is cut at start; when the journal has grown far beyond its state it is
//! written anew and put in place of the old one by renaming.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// Lines that a journal may have beyond four times its state before it is written anew.
const SLACK: usize = 10_000;

/// A durable change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Fact {
    /// The broker started for the given time.
    Started(u64),
    /// A topic is there, with an id of 32 hexadecimal digits.
    Topic { name: String, id: String, partitions: i32, max_message_bytes: Option<usize> },
    /// A topic is gone, and every offset committed for it.
    TopicDeleted { name: String },
    /// Producer ids below this one are given away.
    ProducerIds { below: i64 },
    /// A group's offsets for a topic.
    Offsets { group: String, topic: String, committed: Vec<(i32, Committed)> },
    /// A group's offsets are gone.
    GroupDeleted { group: String },
}

/// An offset that a consumer group committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Committed {
    /// The next offset to read.
    pub(crate) offset: i64,
    /// The leader epoch of the last record read, or -1.
    pub(crate) epoch: i32,
    /// Whatever the consumer noted beside it.
    pub(crate) metadata: String,
}

/// A topic as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TopicFacts {
    /// 32 hexadecimal digits.
    pub(crate) id: String,
    pub(crate) partitions: i32,
    /// The topic's own bound on batches, if it set one.
    pub(crate) max_message_bytes: Option<usize>,
}

/// Offsets of one group: topic, then partition.
pub(crate) type GroupOffsets = BTreeMap<String, BTreeMap<i32, Committed>>;

/// What all facts add up to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// How often the broker has started.
    pub(crate) starts: u64,
    /// The first producer id not given away.
    pub(crate) next_producer: i64,
    pub(crate) topics: BTreeMap<String, TopicFacts>,
    pub(crate) offsets: BTreeMap<String, GroupOffsets>,
}

impl Known {
    fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::Started(starts) => self.starts = starts,
            Fact::Topic { name, id, partitions, max_message_bytes } => {
                self.topics.insert(name, TopicFacts { id, partitions, max_message_bytes });
            }
            Fact::TopicDeleted { name } => {
                self.topics.remove(&name);
                for group in self.offsets.values_mut() {
                    group.remove(&name);
                }
                self.offsets.retain(|_, topics| !topics.is_empty());
            }
            Fact::ProducerIds { below } => self.next_producer = below,
            Fact::Offsets { group, topic, committed } => {
                self.offsets.entry(group).or_default().entry(topic).or_default().extend(committed);
            }
            Fact::GroupDeleted { group } => {
                self.offsets.remove(&group);
            }
        }
    }

    /// The fewest facts that add up to this state.
    fn facts(&self) -> impl Iterator<Item = Fact> + '_ {
        let head = [Fact::Started(self.starts), Fact::ProducerIds { below: self.next_producer }];
        let topics = self.topics.iter().map(|(name, topic)| Fact::Topic {
            name: name.clone(),
            id: topic.id.clone(),
            partitions: topic.partitions,
            max_message_bytes: topic.max_message_bytes,
        });
        let offsets = self.offsets.iter().flat_map(|(group, topics)| {
            topics.iter().map(|(topic, committed)| Fact::Offsets {
                group: group.clone(),
                topic: topic.clone(),
                committed: committed.iter().map(|(partition, c)| (*partition, c.clone())).collect(),
            })
        });
        head.into_iter().chain(topics).chain(offsets)
    }

    fn size(&self) -> usize {
        2 + self.topics.len() + self.offsets.values().map(BTreeMap::len).sum::<usize>()
    }
}

/// The state and, with a data directory, its journal.
#[derive(Debug)]
pub(crate) struct Ledger(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    known: Known,
    journal: Option<Journal>,
}

impl Ledger {
    /// A ledger that is forgotten with the process.
    pub(crate) fn in_memory() -> Self {
        Self(Mutex::new(Inner { known: Known { starts: 1, ..Known::default() }, journal: None }))
    }

    /// The ledger in the file at `path`, begun if there is none.
    pub(crate) fn in_file(path: PathBuf) -> io::Result<Self> {
        let mut known = Known::default();
        replay(&path, |fact| known.apply(fact))?;
        known.starts += 1;
        let journal = Journal::rewritten(path, &known)?;
        Ok(Self(Mutex::new(Inner { known, journal: Some(journal) })))
    }

    /// Makes a fact durable, then known.
    pub(crate) fn record(&self, fact: Fact) -> io::Result<()> {
        let Inner { known, journal } = &mut *self.0.lock();
        if let Some(journal) = journal {
            journal.write(&fact)?;
        }
        known.apply(fact);
        if let Some(journal) = journal
            && journal.lines > 4 * known.size() + SLACK
        {
            *journal = Journal::rewritten(journal.path.clone(), known)?;
        }
        Ok(())
    }

    /// Looks at the state.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        look(&self.0.lock().known)
    }

    /// Sees to it that the journal is on the disk itself.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.0.lock().journal.as_ref().map_or(Ok(()), |journal| journal.file.sync_data())
    }
}

#[derive(Debug)]
struct Journal {
    path: PathBuf,
    file: File,
    lines: usize,
    bytes: u64,
}

impl Journal {
    /// A journal of just the state, put in place of whatever is at `path`.
    fn rewritten(path: PathBuf, known: &Known) -> io::Result<Self> {
        let fresh = path.with_extension("new");
        let mut out = BufWriter::new(File::create(&fresh)?);
        for fact in known.facts() {
            out.write_all(line(&fact)?.as_bytes())?;
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        std::fs::rename(&fresh, &path)?;
        let file = OpenOptions::new().append(true).open(&path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { path, file, lines: known.size(), bytes })
    }

    fn write(&mut self, fact: &Fact) -> io::Result<()> {
        let line = line(fact)?;
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // Half a line would hide all that follow it.
            self.file.set_len(self.bytes)?;
            return Err(error);
        }
        self.lines += 1;
        self.bytes += line.len() as u64;
        Ok(())
    }
}

/// A fact as a line: checksum of eight hexadecimal digits, blank, JSON, line end.
fn line(fact: &Fact) -> io::Result<String> {
    let json = serde_json::to_string(fact)?;
    Ok(format!("{:08x} {json}\n", crc32fast::hash(json.as_bytes())))
}

/// Gives every fact of a journal to `known`, up to a torn end. A bad line with good ones behind it is an error:
/// that is damage rather than an unfinished write.
fn replay(path: &Path, mut known: impl FnMut(Fact)) -> io::Result<()> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    while let Some(line) = lines.next() {
        match parse(line) {
            Some(fact) => known(fact),
            None if lines.any(|later| parse(later).is_some()) => {
                return Err(io::Error::new(
                    ErrorKind::InvalidData,
                    format!("the journal {} is damaged", path.display()),
                ));
            }
            None => {
                tracing::warn!(journal = %path.display(), "cut an unfinished line from the end of the journal");
                break;
            }
        }
    }
    Ok(())
}

fn parse(line: &[u8]) -> Option<Fact> {
    let (checksum, json) = line.strip_suffix(b"\n")?.split_at_checked(8)?;
    let json = json.strip_prefix(b" ")?;
    let checksum = u32::from_str_radix(std::str::from_utf8(checksum).ok()?, 16).ok()?;
    (crc32fast::hash(json) == checksum).then(|| serde_json::from_slice(json).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(offset: i64) -> Fact {
        let committed = vec![(0, Committed { offset, epoch: 0, metadata: "note \n".into() })];
        Fact::Offsets { group: "g".into(), topic: "t".into(), committed }
    }

    fn topic() -> Fact {
        Fact::Topic { name: "t".into(), id: "0".repeat(32), partitions: 2, max_message_bytes: None }
    }

    #[test]
    fn facts_survive_a_torn_line_and_rewriting() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let ledger = Ledger::in_file(path.clone()).unwrap();
        ledger.record(topic()).unwrap();
        for offset in 0..20_000 {
            ledger.record(offsets(offset)).unwrap();
        }
        assert!(std::fs::metadata(&path).unwrap().len() < 2_000_000, "the journal was written anew");
        let before = ledger.read(Known::clone);
        drop(ledger);
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"00000000 {\"Offs").unwrap();
        let after = Ledger::in_file(path).unwrap().read(Known::clone);
        assert_eq!(after, Known { starts: 2, ..before });
        assert_eq!(after.offsets["g"]["t"][&0].offset, 19_999);
    }

    #[test]
    fn damage_in_the_middle_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        Ledger::in_file(path.clone()).unwrap().record(topic()).unwrap();
        let mut text = std::fs::read(&path).unwrap();
        text[12] ^= 1;
        std::fs::write(&path, text).unwrap();
        assert_eq!(Ledger::in_file(path).unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn deleting_a_topic_forgets_its_offsets() {
        let ledger = Ledger::in_memory();
        ledger.record(topic()).unwrap();
        ledger.record(offsets(5)).unwrap();
        ledger.record(Fact::TopicDeleted { name: "t".into() }).unwrap();
        assert!(ledger.read(|known| known.offsets.is_empty() && known.topics.is_empty()));
    }
}

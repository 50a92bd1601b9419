//! Where a partition's batches lie: in memory, or one after the other in a file.
//!
//! A file is written before an append is answered, so a killed process loses nothing acknowledged (the operating
//! system has the bytes); a torn last batch is found and cut at the next start by [`recover`].

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use super::batch::{self, BatchHeader, HEADER_BYTES};

/// The bytes of one partition.
#[derive(Debug)]
pub(crate) enum Store {
    /// Batches in order of offset.
    Memory(Vec<Bytes>),
    /// One append-only file.
    File(FileStore),
}

/// A part of a store that can be read without holding the log's lock.
pub(crate) enum Part {
    /// Batches at hand.
    Memory(Vec<Bytes>),
    /// A range of the file.
    File(Arc<Mutex<File>>, u64, usize),
}

impl Store {
    /// Adds a batch at the end, which is at `position` bytes.
    pub(crate) fn append(&mut self, position: u64, batch: Vec<u8>) -> io::Result<()> {
        match self {
            Store::Memory(batches) => {
                batches.push(batch.into());
                Ok(())
            }
            Store::File(file) => file.append(position, &batch),
        }
    }

    /// Batches number `from` to `until`, which lie at `position` and are `bytes` long together.
    pub(crate) fn part(
        &mut self,
        from: usize,
        until: usize,
        position: u64,
        bytes: usize,
    ) -> io::Result<Part> {
        match self {
            Store::Memory(batches) => Ok(Part::Memory(batches.get(from..until).unwrap_or_default().to_vec())),
            Store::File(file) => Ok(Part::File(file.reader()?, position, bytes)),
        }
    }

    /// Sees to it that what was written is on the disk itself.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        match self {
            Store::Memory(_) => Ok(()),
            Store::File(file) => file.writer.as_ref().map_or(Ok(()), File::sync_data),
        }
    }
}

impl Part {
    /// The bytes, in one piece.
    pub(crate) fn read(self) -> io::Result<Bytes> {
        match self {
            Part::Memory(batches) => match batches.as_slice() {
                [one] => Ok(one.clone()),
                many => Ok(many.concat().into()),
            },
            Part::File(file, position, bytes) => {
                let mut out = vec![0; bytes];
                let mut file = file.lock();
                file.seek(SeekFrom::Start(position))?;
                file.read_exact(&mut out)?;
                Ok(out.into())
            }
        }
    }
}

/// A partition's file. Handles open at first use, so that idle partitions cost none.
#[derive(Debug)]
pub(crate) struct FileStore {
    path: PathBuf,
    writer: Option<File>,
    reader: Option<Arc<Mutex<File>>>,
    /// Set when a failed write could not be undone: the end of the file is then unknown until a restart.
    broken: bool,
}

impl FileStore {
    /// The store at `path`, which need not exist yet.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, writer: None, reader: None, broken: false }
    }

    fn append(&mut self, position: u64, batch: &[u8]) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other("an earlier write failed and could not be undone"));
        }
        let writer = match &mut self.writer {
            Some(writer) => writer,
            vacant => {
                if let Some(folder) = self.path.parent() {
                    std::fs::create_dir_all(folder)?;
                }
                let options = OpenOptions::new().create(true).write(true).truncate(false).open(&self.path)?;
                vacant.insert(options)
            }
        };
        let written = writer.seek(SeekFrom::Start(position)).and_then(|_| writer.write_all(batch));
        if written.is_err() {
            // A half-written batch must not stay behind a shorter one.
            self.broken = writer.set_len(position).is_err();
        }
        written
    }

    fn reader(&mut self) -> io::Result<Arc<Mutex<File>>> {
        match &self.reader {
            Some(reader) => Ok(reader.clone()),
            None => {
                let reader = Arc::new(Mutex::new(File::open(&self.path)?));
                Ok(self.reader.insert(reader).clone())
            }
        }
    }
}

/// Reads a partition's file batch by batch, giving each header and position to `found`, and cuts the file after the
/// last sound batch. What is cut is kept beside the file with the ending `.cut`. Answers the number of bytes cut.
pub(crate) fn recover(path: &Path, mut found: impl FnMut(&BatchHeader, u64)) -> io::Result<u64> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    let mut reader = BufReader::with_capacity(1 << 18, file);
    let (mut position, mut next) = (0_u64, 0_i64);
    while let Some(header) = next_batch(&mut reader, length - position, next)? {
        found(&header, position);
        next = header.last_offset() + 1;
        position += header.bytes as u64;
    }
    let torn = length - position;
    if torn > 0 {
        let mut source = File::open(path)?;
        source.seek(SeekFrom::Start(position))?;
        io::copy(&mut source, &mut File::create(path.with_extension("cut"))?)?;
        OpenOptions::new().write(true).open(path)?.set_len(position)?;
    }
    Ok(torn)
}

/// The next sound batch, if there is one that starts at offset `next` within the `left` bytes.
fn next_batch(reader: &mut impl Read, left: u64, next: i64) -> io::Result<Option<BatchHeader>> {
    if left < HEADER_BYTES as u64 {
        return Ok(None);
    }
    let mut bytes = vec![0; HEADER_BYTES];
    reader.read_exact(&mut bytes)?;
    let header = match BatchHeader::parse(&bytes) {
        Some(h) if h.bytes as u64 <= left && h.base_offset == next && h.last_offset_delta >= 0 => h,
        _ => return Ok(None),
    };
    bytes.resize(header.bytes, 0);
    if let Some(rest) = bytes.get_mut(HEADER_BYTES..) {
        reader.read_exact(rest)?;
    }
    Ok(batch::checksum_holds(&bytes.into()).then_some(header))
}

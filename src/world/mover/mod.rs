//! The mover: carries files from a folder of this machine into a bucket, as NiFi's GetFile → UpdateAttribute →
//! PutS3Object does.
//!
//! * [`inbox`] is what fills the folder: a source that writes its records as files
//! * [`watch`] tells which files are complete: a name with a temporary suffix, or a size that still changes, is a file
//!   that somebody is writing
//! * [`queue`] is the bounded way from the disk to the senders: when S3 is slow, the folder is read no further
//! * [`deliver`] puts one file, with its attributes, and tries again with growing pauses while S3 does not answer
//! * [`shelf`] is where files go afterwards: `sent/`, or `failed/` with the reason beside it
//!
//! **Nothing is lost or doubled.** A file leaves the folder only after S3 has it, and it is put only if nothing has its
//! key yet. A mover that died in between finds its own bytes there and only tidies up; other bytes under the same name
//! are never put over the old ones, which Snowpipe would not load again: they become a dead letter. While S3 is away or
//! refuses, files stay where they are.

mod carrier;
mod deliver;
pub mod inbox;
mod queue;
mod shelf;
mod watch;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use object_store::ObjectStore;
use object_store::path::Path;

use self::shelf::Shelf;
pub use self::shelf::set_aside;
use self::watch::Watch;
use crate::clock::Clock;
use crate::error::{Error, Result};

/// What a [`Mover`] does.
#[derive(Debug, Clone, PartialEq)]
pub struct MoverConfig {
    /// The folder that is watched. What lies in folders below it is not moved.
    pub folder: PathBuf,
    /// Key prefix of the objects; ends in `/` or is empty.
    pub prefix: String,
    /// Names that end so are files in the making, as are those that begin with a dot.
    pub unfinished: Vec<String>,
    /// A file is complete when it has not changed for this long.
    pub quiet: Duration,
    /// In real time, the folder is looked at this often.
    pub look: Duration,
    /// At most this many files wait for a sender.
    pub queue_files: usize,
    /// At most this many bytes of files are in memory, a single larger file apart.
    pub queue_bytes: u64,
    /// So many files are put at a time.
    pub senders: usize,
    /// A larger file becomes a dead letter, in bytes.
    pub largest_file: u64,
    /// The first pause after a put that failed; each further one is twice as long, up to `longest_pause`.
    pub first_pause: Duration,
    /// The longest pause between two tries.
    pub longest_pause: Duration,
    /// After this long without success the file stays in the folder, and the failure is told.
    pub patience: Duration,
}

impl MoverConfig {
    /// The usual settings for a folder and a prefix.
    pub fn new(folder: impl Into<PathBuf>, prefix: impl Into<String>) -> Self {
        Self {
            folder: folder.into(),
            prefix: prefix.into(),
            unfinished: [".part", ".tmp", ".filepart"].map(str::to_owned).to_vec(),
            quiet: Duration::from_millis(500),
            look: Duration::from_millis(500),
            queue_files: 16,
            queue_bytes: 64 << 20,
            senders: 1,
            largest_file: 256 << 20,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(10),
            patience: Duration::from_secs(30),
        }
    }
}

/// What a mover did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoverReport {
    /// Files that are in the bucket now, by name.
    pub moved: Vec<Moved>,
    /// Files that had been delivered before, with the same bytes; by name.
    pub repeated: Vec<String>,
    /// Files that were set aside, with the reason.
    pub dead_letters: Vec<(String, String)>,
    /// Files that somebody is still writing, at the last look.
    pub unfinished: Vec<String>,
    /// Puts that had to be tried again.
    pub retries: u64,
}

/// A file that was moved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved {
    /// Its name in the folder.
    pub name: String,
    /// Its key in the bucket.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
}

impl MoverReport {
    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.repeated.is_empty() && self.dead_letters.is_empty() && self.retries == 0
    }
}

/// A mover of files.
pub struct Mover {
    config: MoverConfig,
    store: Arc<dyn ObjectStore>,
    clock: Arc<dyn Clock>,
    watch: Watch,
    shelf: Shelf,
}

impl Mover {
    /// A mover into `store`, whose root is the bucket. `clock` gives the time that objects carry as an attribute.
    ///
    /// # Errors
    /// Settings that cannot be followed; folders that cannot be made.
    pub fn new(config: MoverConfig, store: Arc<dyn ObjectStore>, clock: Arc<dyn Clock>) -> Result<Self> {
        if config.queue_files == 0 || config.senders == 0 || config.queue_bytes == 0 {
            return Err(Error::configuration(
                "a mover needs room in its queue and a sender: queue_files, queue_bytes and senders must be at least 1",
            ));
        }
        Path::parse(format!("{}x", config.prefix))
            .map_err(|error| Error::configuration(format!("the mover cannot name its objects: {error}")))?;
        let shelf = Shelf::open(&config.folder)?;
        let watch = Watch::new(&config);
        Ok(Self {
            config,
            store,
            clock,
            watch,
            shelf,
        })
    }

    /// Moves every file that is complete at this moment.
    ///
    /// # Errors
    /// [`Error::outside`] when the folder cannot be read, or S3 takes nothing for [`MoverConfig::patience`]. What was
    /// moved by then stays moved, everything else stays in the folder.
    pub async fn drain(&mut self) -> Result<MoverReport> {
        let (_, growing) = self.watch.look()?;
        if !growing.is_empty() && !self.config.quiet.is_zero() {
            tokio::time::sleep(self.config.quiet).await;
        }
        self.look().await.1
    }

    /// Works in real time until `shutdown`, and then moves what is left. `report` hears of everything that was done,
    /// and of failures, after which the mover tries again.
    pub async fn run(
        &mut self,
        shutdown: impl Future<Output = ()>,
        mut report: impl FnMut(Result<MoverReport>),
    ) {
        tokio::pin!(shutdown);
        let mut look = tokio::time::interval(self.config.look.max(Duration::from_millis(10)));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                _ = look.tick() => {}
            }
            let (done, outcome) = self.look().await;
            match outcome {
                Ok(done) if done.is_empty() => {}
                Ok(done) => report(Ok(done)),
                Err(error) => {
                    if !done.is_empty() {
                        report(Ok(done));
                    }
                    report(Err(error));
                }
            }
        }
        report(self.drain().await);
    }

    /// One look at the folder, and the delivery of what is complete. What was done is told also of a look that failed.
    async fn look(&mut self) -> (MoverReport, Result<MoverReport>) {
        let (complete, unfinished) = match self.watch.look() {
            Ok(found) => found,
            Err(error) => return (MoverReport::default(), Err(error)),
        };
        let (mut report, failure) = queue::carry(self, complete).await;
        report.unfinished = unfinished;
        self.watch.forget(&report);
        match failure {
            None => (report.clone(), Ok(report)),
            Some(error) => (report, Err(error)),
        }
    }
}

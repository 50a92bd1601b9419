use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

use futures::stream::BoxStream;
use jiff::Timestamp;
use object_store::memory::InMemory;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStoreExt,
    PutMultipartOptions, PutOptions, PutPayload, PutResult,
};

use super::inbox::Inbox;
use super::*;
use crate::clock::VirtualClock;
use crate::world::events::Event;

/// A store that is away for the first so many puts.
#[derive(Debug)]
struct Away {
    inner: InMemory,
    failures: AtomicU32,
}

impl std::fmt::Display for Away {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("away")
    }
}

type StoreResult<T> = object_store::Result<T>;

#[async_trait::async_trait]
impl ObjectStore for Away {
    async fn put_opts(&self, to: &Path, payload: PutPayload, options: PutOptions) -> StoreResult<PutResult> {
        let left = self
            .failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_ok() {
            return Err(object_store::Error::Generic {
                store: "away",
                source: "nobody answers".into(),
            });
        }
        self.inner.put_opts(to, payload, options).await
    }
    async fn put_multipart_opts(
        &self,
        to: &Path,
        options: PutMultipartOptions,
    ) -> StoreResult<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(to, options).await
    }
    async fn get_opts(&self, from: &Path, options: GetOptions) -> StoreResult<GetResult> {
        self.inner.get_opts(from, options).await
    }
    fn delete_stream(
        &self,
        locations: BoxStream<'static, StoreResult<Path>>,
    ) -> BoxStream<'static, StoreResult<Path>> {
        self.inner.delete_stream(locations)
    }
    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, StoreResult<ObjectMeta>> {
        self.inner.list(prefix)
    }
    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> StoreResult<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }
    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> StoreResult<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

struct World {
    folder: tempfile::TempDir,
    store: Arc<Away>,
    mover: Mover,
}

fn world(failures: u32, change: impl FnOnce(&mut MoverConfig)) -> World {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Away {
        inner: InMemory::new(),
        failures: AtomicU32::new(failures),
    });
    let mut config = MoverConfig::new(folder.path(), "in/");
    config.quiet = Duration::from_millis(20);
    change(&mut config);
    let clock = Arc::new(VirtualClock::new(Timestamp::UNIX_EPOCH));
    let mover = Mover::new(config, Arc::clone(&store) as Arc<dyn ObjectStore>, clock).unwrap();
    World { folder, store, mover }
}

impl World {
    fn drop(&self, name: &str, bytes: &str) {
        fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    fn names(&self, below: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path().join(below))
            .unwrap()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.metadata().unwrap().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    async fn object(&self, key: &str) -> Option<String> {
        let object = self.store.get(&Path::from(key)).await.ok()?;
        Some(String::from_utf8(object.bytes().await.unwrap().to_vec()).unwrap())
    }
}

fn names(moved: &[Moved]) -> Vec<&str> {
    moved.iter().map(|moved| moved.name.as_str()).collect()
}

#[tokio::test]
async fn files_are_moved_with_their_attributes() {
    let mut world = world(0, |_| {});
    world.drop("b.csv", "two");
    world.drop("ä b.csv", "");
    let report = world.mover.drain().await.unwrap();
    assert_eq!(names(&report.moved), ["b.csv", "ä b.csv"]);
    assert_eq!(world.object("in/b.csv").await.unwrap(), "two");
    let got = world.store.get(&Path::from("in/b.csv")).await.unwrap();
    let attribute = |name: &str| {
        let key = object_store::Attribute::Metadata(name.to_owned().into());
        got.attributes.get(&key).unwrap().to_string()
    };
    assert_eq!(
        (attribute("filename"), attribute("size"), attribute("timestamp")),
        ("b.csv".into(), "3".into(), "1970-01-01T00:00:00Z".into())
    );
    assert_eq!(world.names("sent"), ["b.csv", "ä b.csv"]);
    assert!(world.names(".").is_empty());
    assert!(world.mover.drain().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_half_written_file_waits_until_it_is_whole() {
    let mut world = world(0, |_| {});
    world.drop("a.csv.part", "half");
    world.drop(".hidden", "half");
    let report = world.mover.drain().await.unwrap();
    assert!(report.moved.is_empty());
    assert_eq!(report.unfinished, [".hidden", "a.csv.part"]);
    fs::rename(
        world.folder.path().join("a.csv.part"),
        world.folder.path().join("a.csv"),
    )
    .unwrap();
    assert_eq!(names(&world.mover.drain().await.unwrap().moved), ["a.csv"]);

    // Under its final name, but growing from look to look.
    world.mover.watch.look().unwrap();
    world.drop("b.csv", "ha");
    assert_eq!(
        world.mover.look().await.1.unwrap().unfinished,
        [".hidden", "b.csv"]
    );
    world.drop("b.csv", "half");
    tokio::time::sleep(Duration::from_millis(25)).await;
    assert_eq!(
        world.mover.look().await.1.unwrap().unfinished,
        [".hidden", "b.csv"]
    );
    assert!(world.object("in/b.csv").await.is_none());
    world.drop("b.csv", "half and half");
    let report = world.mover.drain().await.unwrap();
    assert_eq!(names(&report.moved), ["b.csv"]);
    assert_eq!(world.object("in/b.csv").await.unwrap(), "half and half");
}

#[tokio::test]
async fn a_file_is_delivered_once_and_never_over_another() {
    let mut world = world(0, |_| {});
    world.drop("a.csv", "one");
    world.mover.drain().await.unwrap();
    // As after a death between the put and the tidying up.
    world.drop("a.csv", "one");
    let report = world.mover.drain().await.unwrap();
    assert_eq!(
        (report.moved.len(), report.repeated.as_slice()),
        (0, ["a.csv".to_owned()].as_slice())
    );
    for other in ["two", "2"] {
        world.drop("a.csv", other);
        let report = world.mover.drain().await.unwrap();
        assert!(report.dead_letters[0].1.contains("another file"), "{report:?}");
    }
    assert_eq!(world.object("in/a.csv").await.unwrap(), "one");
    assert_eq!(
        world.names("failed"),
        ["a.csv", "a.csv.2", "a.csv.2.reason.json", "a.csv.reason.json"]
    );
    let note = fs::read_to_string(world.folder.path().join("failed/a.csv.reason.json")).unwrap();
    assert!(note.contains("\"at\":\"1970-01-01T00:00:00Z\""), "{note}");
}

#[tokio::test]
async fn what_can_never_be_delivered_is_set_aside() {
    let mut world = world(0, |config| config.largest_file = 3);
    world.drop("large.csv", "four");
    world.drop("fine.csv", "3b.");
    world.drop(&"n".repeat(250), "");
    let report = world.mover.drain().await.unwrap();
    assert_eq!(report.moved.len(), 2);
    assert_eq!(report.dead_letters[0].0, "large.csv");
    assert_eq!(world.names("failed"), ["large.csv", "large.csv.reason.json"]);
}

#[tokio::test]
async fn while_s3_is_away_files_are_tried_again_and_stay() {
    let mut world = world(3, |config| config.first_pause = Duration::from_millis(1));
    world.drop("a.csv", "one");
    let report = world.mover.drain().await.unwrap();
    assert_eq!((report.moved.len(), report.retries), (1, 3));

    world.store.failures.store(u32::MAX, Ordering::SeqCst);
    world.mover.config.patience = Duration::from_millis(10);
    world.drop("b.csv", "two");
    world.drop("c.csv", "three");
    let error = world.mover.drain().await.unwrap_err();
    assert!(error.message().contains("b.csv") && error.message().contains("nobody answers"));
    assert_eq!(world.names("."), ["b.csv", "c.csv"]);
    world.store.failures.store(0, Ordering::SeqCst);
    assert_eq!(
        names(&world.mover.drain().await.unwrap().moved),
        ["b.csv", "c.csv"]
    );
}

#[tokio::test]
async fn a_small_queue_moves_many_files() {
    let mut world = world(0, |config| {
        config.queue_files = 1;
        config.queue_bytes = 1;
        config.senders = 3;
    });
    for number in 0..40 {
        world.drop(&format!("{number:02}.csv"), &"x".repeat(number * 100));
    }
    assert_eq!(world.mover.drain().await.unwrap().moved.len(), 40);
}

#[tokio::test]
async fn real_time_moves_until_told_to_stop() {
    let mut world = world(0, |config| config.look = Duration::from_millis(10));
    world.drop("a.csv", "one");
    let (done, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let stop = tokio_util::sync::CancellationToken::new();
    let stopping = stop.clone();
    let folder = world.folder.path().to_owned();
    let running = world.mover.run(stop.cancelled(), move |report| {
        let _ = done.send(report.unwrap());
    });
    let looking = async move {
        assert_eq!(names(&seen.recv().await.unwrap().moved), ["a.csv"]);
        fs::write(folder.join("b.csv"), "two").unwrap();
        stopping.cancel();
        let mut all = Vec::new();
        while let Some(report) = seen.recv().await {
            all.extend(report.moved);
        }
        assert_eq!(names(&all), ["b.csv"]);
    };
    tokio::join!(running, looking);
}

#[test]
fn a_source_writes_whole_files_and_goes_on_behind_them() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = Inbox {
        folder: folder.path().to_owned(),
        name: "rows".to_owned(),
        extension: "csv".to_owned(),
        header: Some("ID".to_owned()),
        records_per_file: 2,
    };
    let events = |numbers: std::ops::Range<u32>| {
        numbers.map(|number| Event {
            key: None,
            payload: number.to_string().into_bytes(),
            timestamp: Timestamp::UNIX_EPOCH,
        })
    };
    assert_eq!(inbox.write(events(0..3)).unwrap(), 3);
    fs::create_dir(folder.path().join("sent")).unwrap();
    let last = "rows+0000000002-0000000003.csv";
    assert_eq!(fs::read_to_string(folder.path().join(last)).unwrap(), "ID\n2\n");
    fs::rename(folder.path().join(last), folder.path().join("sent").join(last)).unwrap();
    fs::write(folder.path().join("rows+x-9.csv"), "").unwrap();
    assert_eq!(inbox.end().unwrap(), 3);
    assert_eq!(inbox.write(events(3..4)).unwrap(), 1);
    assert!(folder.path().join("rows+0000000003-0000000004.csv").is_file());
    assert_eq!(inbox.write(events(0..0)).unwrap(), 0);
}

//! Tasks under the virtual clock: when they run, in which order, and what is remembered of it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use snowglobe::catalog::history::TaskState;
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Session};
use snowglobe::task::Scheduler;
use snowglobe::world::s3::ObjectStorage;

struct World {
    account: Arc<Account>,
    clock: Arc<VirtualClock>,
    session: Session,
    scheduler: Scheduler,
}

impl World {
    async fn new(script: &str) -> Self {
        let clock = Arc::new(VirtualClock::new("2026-03-02T09:00:00Z".parse().unwrap()));
        let storage = Arc::new(ObjectStorage::in_memory(
            Arc::clone(&clock) as Arc<dyn Clock>,
            Default::default(),
        ));
        let account = Account::in_memory(Arc::clone(&clock) as Arc<dyn Clock>, storage);
        let session = account.session("TESTER");
        let scheduler = Scheduler::new(Arc::clone(&account));
        let mut world = Self {
            account,
            clock,
            session,
            scheduler,
        };
        world.sql("CREATE DATABASE D").await;
        world.sql("CREATE WAREHOUSE W").await;
        world
            .sql("CREATE TABLE LOG (STEP VARCHAR, AT TIMESTAMP_LTZ)")
            .await;
        for statement in snowglobe::sql::split(script) {
            world.sql(&statement.text).await;
        }
        world
    }

    async fn sql(&mut self, text: &str) -> Vec<Vec<Option<String>>> {
        match self.session.execute(text).await {
            Ok(result) => result.to_text(&self.session.context().types).unwrap(),
            Err(error) => panic!("{text}: {error}"),
        }
    }

    async fn advance(&mut self, minutes: i64) -> usize {
        let until = self
            .clock
            .now()
            .checked_add(SignedDuration::from_mins(minutes))
            .unwrap();
        self.scheduler.advance(until).await.unwrap().len()
    }

    fn runs(&self, state: TaskState) -> Vec<Timestamp> {
        let snapshot = self.account.catalog().snapshot();
        snapshot
            .task_runs()
            .filter(|run| run.state == state)
            .map(|run| run.scheduled)
            .collect()
    }
}

fn at(time: &str) -> Timestamp {
    format!("2026-03-02T{time}Z").parse().unwrap()
}

#[tokio::test]
async fn an_interval_counts_from_the_resumption() {
    let mut world = World::new(
        "CREATE TASK T WAREHOUSE = W SCHEDULE = '5 MINUTE' AS INSERT INTO LOG VALUES ('t', CURRENT_TIMESTAMP());",
    )
    .await;
    assert_eq!(world.advance(12).await, 0, "a new task is suspended");
    world.sql("ALTER TASK T RESUME").await;
    world.advance(11).await;
    assert_eq!(world.runs(TaskState::Succeeded), [at("09:17:00"), at("09:22:00")]);
    world.sql("ALTER TASK T SUSPEND").await;
    assert_eq!(world.advance(60).await, 0);
    assert_eq!(world.clock.now(), at("10:23:00"));
}

#[tokio::test]
async fn cron_runs_at_wall_clock_times_of_its_zone() {
    let mut world = World::new(
        "CREATE TASK T WAREHOUSE = W SCHEDULE = 'USING CRON 30 12 * * * Europe/Berlin' AS INSERT INTO LOG VALUES ('t', CURRENT_TIMESTAMP());
         ALTER TASK T RESUME;",
    )
    .await;
    world.advance(24 * 60).await;
    assert_eq!(world.runs(TaskState::Succeeded), [at("11:30:00")]);
}

#[tokio::test]
async fn a_stream_starts_a_graph_only_when_it_has_data() {
    let mut world = World::new(
        "CREATE TABLE T (ID INT);
         CREATE STREAM S ON TABLE T;
         CREATE TASK ROOT WAREHOUSE = W SCHEDULE = '1 MINUTE' WHEN SYSTEM$STREAM_HAS_DATA('S')
             AS INSERT INTO LOG SELECT 'row ' || ID, CURRENT_TIMESTAMP() FROM S;
         CREATE TASK CHILD WAREHOUSE = W AFTER ROOT AS INSERT INTO LOG VALUES ('child', CURRENT_TIMESTAMP());
         ALTER TASK CHILD RESUME;
         ALTER TASK ROOT RESUME;",
    )
    .await;
    world.advance(3).await;
    world.sql("INSERT INTO T VALUES (1), (2)").await;
    world.advance(3).await;
    assert_eq!(world.runs(TaskState::Skipped).len(), 5);
    assert_eq!(world.runs(TaskState::Succeeded), [at("09:04:00"), at("09:04:00")]);
    let log = world.sql("SELECT STEP FROM LOG ORDER BY STEP").await;
    let steps: Vec<&str> = log.iter().map(|row| row[0].as_deref().unwrap()).collect();
    assert_eq!(steps, ["child", "row 1", "row 2"]);
}

#[tokio::test]
async fn failures_are_recorded_and_suspend_the_graph_in_the_end() {
    let mut world = World::new(
        "CREATE TASK T WAREHOUSE = W SCHEDULE = '1 MINUTE' SUSPEND_TASK_AFTER_NUM_FAILURES = 3 AS SELECT 1 / 0;
         ALTER TASK T RESUME;",
    )
    .await;
    world.advance(10).await;
    assert_eq!(world.runs(TaskState::Failed).len(), 3);
    let snapshot = world.account.catalog().snapshot();
    let last = snapshot.task_runs().last().unwrap();
    assert_eq!(
        (last.error_code, last.error_message.as_deref()),
        (Some(100_051), Some("Division by zero"))
    );
}

#[tokio::test]
async fn a_retry_runs_what_had_failed_and_a_finalizer_ends_the_graph() {
    let mut world = World::new(
        "CREATE TABLE TRIES (N INT);
         CREATE TASK ROOT WAREHOUSE = W SCHEDULE = '1 MINUTE' TASK_AUTO_RETRY_ATTEMPTS = 1
             AS INSERT INTO LOG VALUES ('root', CURRENT_TIMESTAMP());
         CREATE TASK CHILD WAREHOUSE = W AFTER ROOT AS SELECT 1 / 0;
         CREATE TASK LAST_ONE WAREHOUSE = W FINALIZE = ROOT AS INSERT INTO LOG VALUES ('final', CURRENT_TIMESTAMP());
         ALTER TASK CHILD RESUME;
         ALTER TASK LAST_ONE RESUME;
         ALTER TASK ROOT RESUME;",
    )
    .await;
    world.advance(1).await;
    assert_eq!(
        world.runs(TaskState::Failed).len(),
        2,
        "the child ran twice, the root once"
    );
    let log = world.sql("SELECT STEP FROM LOG ORDER BY STEP").await;
    let steps: Vec<&str> = log.iter().map(|row| row[0].as_deref().unwrap()).collect();
    assert_eq!(steps, ["final", "root"]);
}

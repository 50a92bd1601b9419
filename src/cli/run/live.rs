//! Real time: producer, sink, pipes and tasks side by side until Ctrl-C; then what is under way comes to its end.

use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::channel::Channel;
use super::record::SourceRecord;
use super::source::Source;
use super::waves::{told_files, told_loads};
use super::{Run, Tally};
use crate::catalog::ObjectKind;
use crate::cli::signal;
use crate::cli::table::count;
use crate::clock::Clock;
use crate::error::Result;
use crate::task::Scheduler;
use crate::world::carrier::Carried;
use crate::world::events::Event;
use crate::world::sink::SendReport;
use crate::{pipe, task};

/// At most so many events go out at one look; the rest follows at once.
const BATCH: usize = 10_000;

impl Run {
    /// Runs in real time until Ctrl-C or SIGTERM.
    pub(super) async fn live(&mut self) -> Result<()> {
        let stop = signal::stop_requested()?;
        self.progress.tell("running in real time; Ctrl-C ends the run");
        let source = self.source().await?;
        let run = self.current()?;
        let pace = match (&run.source, run.rate) {
            // A file goes out at once, unless a rate is given.
            (SourceRecord::Input { .. }, rate) => rate.map(|rate| (run.started, rate)),
            (SourceRecord::Generator { .. }, _) => None,
        };
        let mut sending = Sending {
            source,
            clock: Arc::clone(self.account.clock()),
            channel: &self.channel,
            pace,
            taken: 0,
            held: None,
        };
        let (account, progress) = (&self.account, &self.progress);
        let mut tally = Tally::default();
        let carried = Mutex::new(Carried::default());
        let carriers = self.carriers.iter_mut().map(|carrier| {
            let (stop, carried) = (stop.clone(), &carried);
            let mut report = move |report: Result<Carried>| match report {
                Ok(done) => {
                    if done != Carried::default() {
                        progress.tell(format!("to S3: {}", told_files(&done)));
                    }
                    carried.lock().absorb(done);
                }
                Err(error) => progress.tell(format!("to S3: {}", error.message())),
            };
            async move { carrier.run(stop, &mut report).await }
        });
        let carrying = futures::future::join_all(carriers);
        // Whoever fails stops the others, so that nothing runs on unseen.
        let producing = stop_on_error(&stop, sending.run(&stop, progress));
        let mut pipes = Tally::default();
        let piping = pipe::run(Arc::clone(account), stop.cancelled(), |report| {
            progress.tell(told_loads(&report));
            pipes.pipes(report);
        });
        let scheduler = task::Scheduler::new(Arc::clone(account));
        let scheduling = stop_on_error(&stop, scheduler.run(stop.cancelled()));
        let (all_sent, _, (), scheduled) = tokio::join!(producing, carrying, piping, scheduling);
        tally.too_long = sending.source.too_long().to_vec();
        self.tally.absorb(SendReport::default(), carried.into_inner());
        self.tally.too_long.append(&mut tally.too_long);
        self.tally.pipe_errors = pipes.pipe_errors;
        self.progress
            .tell("stopping: what has arrived is loaded and processed");
        let (sent, finished) = all_sent?;
        self.tally.absorb(sent, Carried::default());
        scheduled?;
        self.last_round().await?;
        self.note(|run| run.finished = finished)
    }

    /// Loads what the sink wrote last, and runs each task graph once more if there is something left to read.
    async fn last_round(&mut self) -> Result<()> {
        self.tally.pipes(pipe::drain(&self.account).await);
        let mut scheduler = Scheduler::new(Arc::clone(&self.account));
        scheduler.run_due().await?;
        if !self.streams_have_data() {
            return Ok(());
        }
        let snapshot = self.account.catalog().snapshot();
        let is_root = |id| {
            let task = snapshot.object(id).and_then(|object| object.as_task());
            task.is_some_and(|task| task.started && task.after.is_empty() && task.finalize.is_none())
        };
        for (id, name) in self.full_names(ObjectKind::Task) {
            if is_root(id) {
                self.session.execute(&format!("EXECUTE TASK {name}")).await?;
            }
        }
        scheduler.run_due().await?;
        Ok(())
    }
}

/// Cancels `stop` when a part of the run fails.
async fn stop_on_error<T>(stop: &CancellationToken, part: impl Future<Output = Result<T>>) -> Result<T> {
    let outcome = part.await;
    if outcome.is_err() {
        stop.cancel();
    }
    outcome
}

/// Sends events as their time comes.
struct Sending<'a> {
    source: Source,
    clock: Arc<dyn Clock>,
    channel: &'a Channel,
    /// For lines of a file: from when on, and how many a second.
    pace: Option<(Timestamp, f64)>,
    /// Events taken from the source so far.
    taken: u64,
    /// The next event, whose time has not come.
    held: Option<(Event, Timestamp)>,
}

impl Sending<'_> {
    /// Sends until `stop`; tells whether every event was sent.
    async fn run(
        &mut self,
        stop: &CancellationToken,
        progress: &super::Progress,
    ) -> Result<(SendReport, bool)> {
        let mut look = tokio::time::interval(self.channel.look());
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut all = SendReport::default();
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok((all, false)),
                _ = look.tick() => {}
            }
            loop {
                let (batch, ended) = self.due()?;
                let many = batch.len() == BATCH;
                if !batch.is_empty() {
                    let report = self.channel.send_all(batch).await?;
                    progress.doing(format!("{} sent", count(all.sent + report.sent, "event")));
                    all.sent += report.sent;
                    all.refused.extend(report.refused);
                }
                if ended {
                    progress.tell(format!(
                        "all events are sent, {} of them now",
                        count(all.sent, "event")
                    ));
                    stop.cancelled().await;
                    return Ok((all, true));
                }
                if !many || stop.is_cancelled() {
                    break;
                }
            }
        }
    }

    /// The events that are due and not in the topic, and whether these were the last.
    fn due(&mut self) -> Result<(Vec<Event>, bool)> {
        let now = self.clock.now();
        let mut batch = Vec::new();
        while batch.len() < BATCH {
            let (event, due) = match self.held.take() {
                Some(held) => held,
                None => match self.source.next(now)? {
                    None => return Ok((batch, true)),
                    Some((event, present)) => {
                        let due = self.due_time(&event);
                        self.taken += 1;
                        if present {
                            continue;
                        }
                        (event, due)
                    }
                },
            };
            if due > now {
                self.held = Some((event, due));
                break;
            }
            batch.push(event);
        }
        Ok((batch, false))
    }

    fn due_time(&self, event: &Event) -> Timestamp {
        let Some((start, rate)) = self.pace else {
            return event.timestamp;
        };
        let passed = jiff::SignedDuration::try_from_secs_f64(self.taken as f64 / rate);
        passed
            .ok()
            .and_then(|passed| start.saturating_add(passed).ok())
            .unwrap_or(event.timestamp)
    }
}

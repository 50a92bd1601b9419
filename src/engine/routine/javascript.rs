//! Functions in JavaScript: the [`Evaluator`] of the language.
//!
//! Queries call functions where they may not wait, and a function may not end by itself. Each place of a query that calls
//! one therefore has workers: threads with an engine each, that compiled the function once. A caller whose statement is
//! over does not wait for its worker, which then ends at the next chance that the engine gives it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::UInt32Type;
use parking_lot::Mutex;

use super::evaluator::{Evaluator, FunctionCall, Site, TableRows, blocking};
use crate::catalog::routine::Returns;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::script::javascript::{Handler, Kind, STACK_BYTES, Settings, Watch};
use crate::script::log::Log;

/// How often a caller looks whether its statement is over.
const LOOK: Duration = Duration::from_millis(20);

/// Runs functions in JavaScript.
#[derive(Debug)]
pub(in crate::engine) struct JavaScript {
    clock: Arc<dyn Clock>,
    idle: Mutex<Vec<Worker>>,
    log: Arc<dyn Log>,
    /// How many workers there were: each has random numbers of its own.
    workers: AtomicU32,
}

/// Rows for a worker, and where it answers.
struct Job {
    arguments: Vec<ArrayRef>,
    rows: usize,
    reply: SyncSender<Result<Vec<ArrayRef>>>,
}

/// A thread that has compiled a function. It ends with its channel.
#[derive(Debug)]
struct Worker {
    jobs: Sender<Job>,
    watch: Arc<Watch>,
}

impl JavaScript {
    pub(in crate::engine) fn new(clock: Arc<dyn Clock>, log: Arc<dyn Log>) -> Self {
        Self {
            clock,
            log,
            idle: Mutex::default(),
            workers: AtomicU32::new(0),
        }
    }

    fn run(&self, call: &FunctionCall<'_>) -> Result<Vec<ArrayRef>> {
        if call.rows == 0 && matches!(call.function.returns, Returns::Scalar { .. }) {
            return Ok(vec![datafusion::arrow::array::new_empty_array(
                &returned(call).arrow(),
            )]);
        }
        let idle = self.idle.lock().pop();
        let worker = match idle {
            Some(worker) => worker,
            None => self.hire(call)?,
        };
        let (reply, answer) = sync_channel(1);
        let job = Job {
            arguments: call.arguments.to_vec(),
            rows: call.rows,
            reply,
        };
        let gone = || Error::internal("a function in JAVASCRIPT ended without a word");
        worker.jobs.send(job).map_err(|_| gone())?;
        let stop = &call.types.stop;
        let outcome = blocking(|| {
            loop {
                match answer.recv_timeout(LOOK) {
                    Ok(outcome) => return outcome,
                    Err(RecvTimeoutError::Disconnected) => return Err(gone()),
                    Err(RecvTimeoutError::Timeout) => {
                        if let Some(error) = stop.reason() {
                            worker.watch.stop();
                            return Err(error);
                        }
                    }
                }
            }
        });
        if outcome.is_ok() {
            self.idle.lock().push(worker);
        }
        outcome
    }

    /// Starts a worker.
    fn hire(&self, call: &FunctionCall<'_>) -> Result<Worker> {
        let watch = Arc::new(Watch::limited());
        let number = self.workers.fetch_add(1, Ordering::Relaxed);
        let moment = call.types.now.as_millisecond() as u32;
        let handler = Handler {
            settings: Settings {
                name: call.function.name.clone(),
                body: call.function.body.clone(),
                types: call.types.clone(),
                clock: Arc::clone(&self.clock),
                seed: moment.wrapping_mul(31).wrapping_add(number),
                watch: Arc::clone(&watch),
                log: Arc::clone(&self.log),
            },
            arguments: call
                .function
                .arguments
                .iter()
                .map(|argument| (argument.name.clone(), argument.data_type))
                .collect(),
            kind: match &call.function.returns {
                Returns::Scalar { data_type, .. } => Kind::Scalar(*data_type),
                Returns::Table(columns) => Kind::Table(columns.clone()),
            },
        };
        let (jobs, inbox) = channel();
        thread::Builder::new()
            .name("javascript".to_string())
            .stack_size(STACK_BYTES)
            .spawn(move || work(&handler, &inbox))
            .map_err(|error| Error::internal(format!("no thread for a function: {error}")))?;
        Ok(Worker { jobs, watch })
    }
}

fn returned(call: &FunctionCall<'_>) -> crate::types::SnowType {
    match &call.function.returns {
        Returns::Scalar { data_type, .. } => *data_type,
        Returns::Table(_) => crate::types::SnowType::VARCHAR,
    }
}

/// A worker's life.
fn work(handler: &Handler, inbox: &Receiver<Job>) {
    let outcome = handler.run(|compiled| {
        while let Ok(job) = inbox.recv() {
            // A caller that does not wait any more does not want the answer either.
            let _ = job.reply.send(compiled(&job.arguments, job.rows));
        }
        Ok(())
    });
    // What does not compile fails for whoever calls it.
    if let (Err(error), Ok(job)) = (outcome, inbox.recv()) {
        let _ = job.reply.send(Err(error));
    }
}

impl Evaluator for JavaScript {
    fn for_statement(&self, site: &Site<'_>) -> Option<Arc<dyn Evaluator>> {
        Some(Arc::new(Self::new(Arc::clone(&self.clock), site.log())))
    }

    fn scalar(&self, call: &FunctionCall<'_>) -> Result<ArrayRef> {
        let values = self.run(call)?.into_iter().next();
        values.ok_or_else(|| Error::internal("a function without values"))
    }

    fn table(&self, call: &FunctionCall<'_>) -> Result<TableRows> {
        let mut columns = self.run(call)?;
        let inputs = columns.pop();
        let inputs = inputs
            .as_ref()
            .and_then(|inputs| inputs.as_primitive_opt::<UInt32Type>());
        let inputs = inputs.ok_or_else(|| Error::internal("a table function without its inputs"))?;
        Ok(TableRows {
            inputs: inputs.iter().collect(),
            columns,
        })
    }
}

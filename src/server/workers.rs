//! The threads on which statements run.
//!
//! A statement computes for long between two moments at which it lets others run. On threads of their own, statements
//! cannot keep requests waiting, among them the request to cancel one.

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Error, Result};

/// Room for deep plans in builds that are not optimized.
const STACK_BYTES: usize = 8 << 20;
/// Threads for each core: a few statements that compute without a pause leave room for others.
const PER_CORE: usize = 2;
/// The fewest threads, and the most.
const THREADS: (usize, usize) = (4, 32);

/// The threads on which statements run. Whatever still runs when this is dropped ends at its next pause.
#[derive(Debug)]
pub struct Workers {
    /// There until the end.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl Workers {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system gives none.
    pub fn new() -> Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get());
        let runtime = Builder::new_multi_thread()
            .worker_threads((cores * PER_CORE).clamp(THREADS.0, THREADS.1))
            .thread_stack_size(STACK_BYTES)
            .thread_name("statements")
            .enable_all()
            .build()
            .map_err(|error| Error::outside(format!("the server cannot start its threads: {error}")))?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }

    /// Where to spawn a statement.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting is not allowed here, on a thread of another runtime.
            runtime.shutdown_background();
        }
    }
}

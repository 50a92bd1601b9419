//! [`Process`]: one process of Python that runs handlers.
//!
//! A thread of its own writes requests and reads replies, so that whoever waits can stop waiting: what is stopped in the
//! middle of a call is killed, and never asked again.

use std::collections::VecDeque;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;
use tempfile::TempDir;

use crate::error::{Error, Result};
use crate::types::Stop;

/// What runs in the process.
const WORKER: &str = include_str!("worker.py");

/// The longest request and the longest reply, in bytes.
pub const LONGEST_MESSAGE: usize = 256 << 20;

/// How often a caller looks whether its statement is over.
const LOOK: Duration = Duration::from_millis(20);

/// How much is kept of what a process says on standard error, in bytes.
const KEPT: usize = 4096;

/// A process that waits for a request, or works on one.
#[derive(Debug)]
pub struct Process {
    child: Killer,
    requests: Sender<String>,
    replies: Receiver<std::result::Result<Vec<u8>, String>>,
    said: Arc<Mutex<VecDeque<u8>>>,
    _folder: TempDir,
}

/// Ends a process, whoever works with it.
#[derive(Debug, Clone)]
pub struct Killer(Arc<Mutex<Child>>);

impl Killer {
    /// Ends the process. It may have ended already.
    pub fn kill(&self) {
        let mut child = self.0.lock();
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Process {
    /// Starts an interpreter. The folder `imports` below `folder` is what handlers see as their import directory.
    ///
    /// # Errors
    /// When the program is not there or cannot be started.
    pub fn start(program: &Path, folder: TempDir) -> Result<Self> {
        let failed = |error: std::io::Error| {
            Error::outside(format!(
                "functions and procedures in PYTHON need Python 3: {} cannot be started: {error}",
                program.display()
            ))
            .with_hint("Install Python 3.9 or later, or name it with --python PATH or SNOWGLOBE_PYTHON.")
        };
        let script = folder.path().join("snowglobe_worker.py");
        let imports = folder.path().join("imports");
        let scratch = folder.path().join("scratch");
        fs::write(&script, WORKER).map_err(failed)?;
        fs::create_dir_all(&imports).map_err(failed)?;
        fs::create_dir_all(&scratch).map_err(failed)?;
        let mut child = Command::new(program)
            .arg(&script)
            .arg(&imports)
            .current_dir(&scratch)
            // Sets and dictionaries come in the same order every time.
            .env("PYTHONHASHSEED", "0")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUTF8", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(output), Some(errors)) = pipes else {
            return Err(Error::internal("a process without pipes"));
        };
        let child = Killer(Arc::new(Mutex::new(child)));
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let (requests, inbox) = channel();
        let (answers, replies) = channel();
        let tail = Arc::clone(&said);
        let started = thread::Builder::new()
            .name("python-errors".to_string())
            .spawn(move || keep_tail(errors, &tail))
            .and_then(|_| {
                let work = move || serve(input, output, &inbox, &answers);
                thread::Builder::new().name("python".to_string()).spawn(work)
            });
        if let Err(error) = started {
            child.kill();
            return Err(failed(error));
        }
        Ok(Self {
            child,
            requests,
            replies,
            said,
            _folder: folder,
        })
    }

    /// What ends this process from elsewhere.
    pub fn killer(&self) -> Killer {
        self.child.clone()
    }

    /// Asks, and waits for the answer. After an error the process is of no use any more.
    ///
    /// # Errors
    /// Why the statement is over, if it is; a message that is too long; 100357 when the process ends without an answer.
    pub fn ask(&self, request: String, stop: &Stop) -> Result<Vec<u8>> {
        if request.len() > LONGEST_MESSAGE {
            return Err(Error::python(&format!(
                "the arguments of one batch take {} bytes, more than {LONGEST_MESSAGE}",
                request.len()
            )));
        }
        if self.requests.send(request).is_err() {
            return Err(self.ended(""));
        }
        loop {
            match self.replies.recv_timeout(LOOK) {
                Ok(Ok(reply)) => return Ok(reply),
                Ok(Err(why)) => return Err(self.ended(&why)),
                Err(RecvTimeoutError::Disconnected) => return Err(self.ended("")),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(error) = stop.reason() {
                        self.child.kill();
                        return Err(error);
                    }
                }
            }
        }
    }

    /// The error of a process that ended in the middle of a call.
    fn ended(&self, why: &str) -> Error {
        let status = {
            let mut child = self.child.0.lock();
            let _ = child.kill();
            child
                .wait()
                .map_or("unknown status".to_string(), |status| status.to_string())
        };
        let said = self.said.lock().iter().copied().collect::<Vec<u8>>();
        let said = String::from_utf8_lossy(&said);
        let why = match why {
            "" => String::new(),
            why => format!(": {why}"),
        };
        let message = format!("the Python process ended before it answered ({status}){why}\n{said}");
        Error::python(message.trim_end())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill();
    }
}

/// Writes requests and reads replies until either side ends.
fn serve(
    mut input: ChildStdin,
    mut output: ChildStdout,
    requests: &Receiver<String>,
    replies: &Sender<std::result::Result<Vec<u8>, String>>,
) {
    while let Ok(request) = requests.recv() {
        let reply = exchange(&mut input, &mut output, request.as_bytes());
        let over = reply.is_err();
        // Who does not wait any more does not want the answer.
        let _ = replies.send(reply);
        if over {
            return;
        }
    }
}

fn exchange(
    input: &mut ChildStdin,
    output: &mut ChildStdout,
    request: &[u8],
) -> std::result::Result<Vec<u8>, String> {
    let length = u32::try_from(request.len()).map_err(|_| "the request is too long".to_string())?;
    let mut talk = || {
        input.write_all(&length.to_be_bytes())?;
        input.write_all(request)?;
        input.flush()?;
        let mut head = [0; 4];
        output.read_exact(&mut head)?;
        Ok(u32::from_be_bytes(head) as usize)
    };
    let length = talk().map_err(|_: std::io::Error| String::new())?;
    if length > LONGEST_MESSAGE {
        return Err(format!(
            "the results of one batch take {length} bytes, more than {LONGEST_MESSAGE}"
        ));
    }
    let mut reply = vec![0; length];
    output.read_exact(&mut reply).map_err(|_| String::new())?;
    Ok(reply)
}

/// Keeps the end of what a process says.
fn keep_tail(mut errors: impl Read, tail: &Mutex<VecDeque<u8>>) {
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = errors.read(&mut buffer) {
        let mut tail = tail.lock();
        tail.extend(buffer.iter().take(count));
        let extra = tail.len().saturating_sub(KEPT);
        tail.drain(..extra);
    }
}

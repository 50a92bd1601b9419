//! [`Process`]: one process of Python that runs handlers.
//!
//! A thread of its own writes requests and reads replies, so that whoever waits can stop waiting: what is stopped in the
//! middle of a call is killed, and never asked again.

use std::collections::VecDeque;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;
use tempfile::TempDir;

use crate::error::{Error, Result};
use crate::types::Stop;

/// The package that runs in the process.
const PACKAGE: &str = "snowglobe_worker";

/// What starts it.
const START: &str = "from snowglobe_worker import main\n\nmain.main()\n";

/// The files of the package.
const WORKER: [(&str, &str); 9] = [
    ("__init__.py", ""),
    ("main.py", include_str!("worker/main.py")),
    ("code.py", include_str!("worker/code.py")),
    ("functions.py", include_str!("worker/functions.py")),
    ("frames.py", include_str!("worker/frames.py")),
    ("procedures.py", include_str!("worker/procedures.py")),
    ("values.py", include_str!("worker/values.py")),
    ("arrow.py", include_str!("worker/arrow.py")),
    ("logs.py", include_str!("worker/logs.py")),
];

/// A request or a reply: JSON, and a stream of Arrow for the columns that JSON has null for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The JSON.
    pub json: Vec<u8>,
    /// The stream; empty without such columns.
    pub arrow: Vec<u8>,
}

/// What a worker says of itself at its start.
#[derive(Debug, serde::Deserialize)]
struct Hello {
    arrow: bool,
}

/// The longest request and the longest reply, in bytes, their JSON and their Arrow each.
pub const LONGEST_MESSAGE: usize = 256 << 20;

/// How often a caller looks whether its statement is over.
const LOOK: Duration = Duration::from_millis(20);

/// How much is kept of what a process says on standard error, in bytes.
const KEPT: usize = 4096;

/// A process that waits for a request, or works on one.
#[derive(Debug)]
pub struct Process {
    child: Killer,
    requests: Sender<Message>,
    replies: Receiver<std::result::Result<Message, String>>,
    /// Whether it takes columns as Arrow; not known before its first message was read.
    arrow: OnceLock<bool>,
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
        let script = folder.path().join("start.py");
        let package = folder.path().join(PACKAGE);
        let imports = folder.path().join("imports");
        let scratch = folder.path().join("scratch");
        fs::create_dir_all(&package).map_err(failed)?;
        for (name, text) in WORKER {
            fs::write(package.join(name), text).map_err(failed)?;
        }
        fs::write(&script, START).map_err(failed)?;
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
            arrow: OnceLock::new(),
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
    pub fn ask(&self, request: Message, stop: &Stop) -> Result<Message> {
        self.takes_arrow(stop)?;
        let length = request.json.len().max(request.arrow.len());
        if length > LONGEST_MESSAGE {
            return Err(Error::python(&format!(
                "the arguments of one batch take {length} bytes, more than {LONGEST_MESSAGE}"
            )));
        }
        if self.requests.send(request).is_err() {
            return Err(self.ended(""));
        }
        self.reply(stop)
    }

    /// Whether columns may be sent as Arrow. Waits for the process to have started.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub fn takes_arrow(&self, stop: &Stop) -> Result<bool> {
        if let Some(known) = self.arrow.get() {
            return Ok(*known);
        }
        let first = self.reply(stop)?;
        let hello: Hello = serde_json::from_slice(&first.json)
            .map_err(|error| Error::internal(format!("a worker's first message is broken: {error}")))?;
        Ok(*self.arrow.get_or_init(|| hello.arrow))
    }

    /// The next message of the process.
    fn reply(&self, stop: &Stop) -> Result<Message> {
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
    requests: &Receiver<Message>,
    replies: &Sender<std::result::Result<Message, String>>,
) {
    let hello = read(&mut output);
    if hello.is_err() || replies.send(hello).is_err() {
        return;
    }
    while let Ok(request) = requests.recv() {
        let reply = match write(&mut input, &request) {
            Ok(()) => read(&mut output),
            Err(_) => Err(String::new()),
        };
        let over = reply.is_err();
        // Who does not wait any more does not want the answer.
        let _ = replies.send(reply);
        if over {
            return;
        }
    }
}

fn write(input: &mut ChildStdin, message: &Message) -> std::io::Result<()> {
    for part in [&message.json, &message.arrow] {
        let length = u32::try_from(part.len()).map_err(std::io::Error::other)?;
        input.write_all(&length.to_be_bytes())?;
        input.write_all(part)?;
    }
    input.flush()
}

/// Reads a message. An error is what there is to say of its end.
fn read(output: &mut ChildStdout) -> std::result::Result<Message, String> {
    let mut part = || {
        let mut head = [0; 4];
        output.read_exact(&mut head).map_err(|_| String::new())?;
        let length = u32::from_be_bytes(head) as usize;
        if length > LONGEST_MESSAGE {
            return Err(format!(
                "the results of one batch take {length} bytes, more than {LONGEST_MESSAGE}"
            ));
        }
        let mut bytes = vec![0; length];
        output.read_exact(&mut bytes).map_err(|_| String::new())?;
        Ok(bytes)
    };
    Ok(Message {
        json: part()?,
        arrow: part()?,
    })
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

//! [`Interpreter`]: the Python that was chosen, and its processes.

use std::fs;
use std::path::{Component, Path, PathBuf};

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};

use super::process::Process;
use crate::error::{Error, Result};

/// How many processes wait for work at most.
const MOST_IDLE: usize = 4;

/// A file of IMPORTS.
#[derive(Debug, Clone)]
pub struct Import {
    /// Where it is to lie in the import directory.
    pub path: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// The Python that functions and procedures run in.
#[derive(Debug, Default)]
pub struct Interpreter {
    program: RwLock<Option<PathBuf>>,
    /// Those used last stand at the end. The text tells what was imported into one.
    idle: Mutex<Vec<(String, Process)>>,
}

impl Interpreter {
    /// Has this program run what is called from now on: a path, or a name that is looked up in PATH.
    pub fn choose(&self, program: impl Into<PathBuf>) {
        *self.program.write() = Some(program.into());
        self.idle.lock().clear();
    }

    /// A process for code with these imports: one that waits, or a new one. `imports` is asked for the files of a new one.
    ///
    /// # Errors
    /// 000002 when no interpreter was chosen; when it cannot be started; what `imports` fails with.
    pub fn take(&self, key: &str, imports: impl FnOnce() -> Result<Vec<Import>>) -> Result<Process> {
        let waiting = {
            let mut idle = self.idle.lock();
            let at = idle.iter().rposition(|(own, _)| own == key);
            at.map(|at| idle.remove(at).1)
        };
        if let Some(process) = waiting {
            return Ok(process);
        }
        let program = self.program.read().clone().ok_or_else(|| {
            Error::unsupported("functions and procedures in PYTHON without an interpreter")
                .with_hint("Name one with --python PATH.")
        })?;
        let failed = |error: std::io::Error| Error::outside(format!("a folder for Python: {error}"));
        let folder = tempfile::Builder::new()
            .prefix("snowglobe-python-")
            .tempdir()
            .map_err(failed)?;
        for import in imports()? {
            let path = folder.path().join("imports").join(inside(&import.path)?);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(failed)?;
            }
            fs::write(&path, &import.bytes).map_err(failed)?;
        }
        Process::start(&program, folder)
    }

    /// Has a process wait for the next call.
    pub fn put_back(&self, key: &str, process: Process) {
        let mut idle = self.idle.lock();
        idle.push((key.to_string(), process));
        if idle.len() > MOST_IDLE {
            idle.remove(0);
        }
    }
}

/// A path that does not lead out of the folder it is below.
fn inside(path: &str) -> Result<&Path> {
    let path = Path::new(path);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    match plain && path.components().next().is_some() {
        true => Ok(path),
        false => Err(Error::compilation(format!(
            "'{}' in IMPORTS is no name for a local file",
            path.display()
        ))),
    }
}

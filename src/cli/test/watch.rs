//! `--watch`: everything once, then what was changed, as soon as it is saved.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use notify::{Event, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use super::{Round, TestArgs, cases, misuse};
use crate::cli::failure::Failure;
use crate::cli::signal;
use crate::error::Error;
use crate::harness::case::{Case, Form};
use crate::harness::target::Opener;

/// An editor saves a file in several steps: so long after the first, everything is there.
const SETTLES: Duration = Duration::from_millis(150);

/// Runs until Ctrl-C.
///
/// # Errors
/// Files that cannot be watched; an output that cannot be written.
pub async fn run(args: &TestArgs, opener: Arc<dyn Opener>) -> Result<ExitCode, Failure> {
    let (send, mut changes) = mpsc::unbounded_channel::<PathBuf>();
    let failed = |error: notify::Error| Error::outside(format!("the files cannot be watched: {error}"));
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let Ok(event) = event else { return };
        if event.kind.is_modify() || event.kind.is_create() || event.kind.is_remove() {
            for path in event.paths {
                // Nobody listens only at the very end.
                let _ = send.send(path);
            }
        }
    })
    .map_err(failed)?;
    for path in &args.paths {
        // A script's folder, since editors replace files.
        let folder = if path.is_dir() {
            path.as_path()
        } else {
            path.parent().unwrap_or(Path::new("."))
        };
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        watcher.watch(folder, RecursiveMode::Recursive).map_err(failed)?;
    }
    let mut changed: Option<BTreeSet<PathBuf>> = None;
    let stop = signal::stop_requested()?;
    loop {
        match cases(&args.paths, &args.filter) {
            Ok(found) => {
                let concerned = |case: &Case| changed.as_ref().is_none_or(|paths| concerns(case, paths));
                let found: Vec<Case> = found.into_iter().filter(|case| concerned(case)).collect();
                if !found.is_empty() {
                    let mut round = Round::new(args, Arc::clone(&opener));
                    let reports = round.run(found).await?;
                    round.conclude(reports)?;
                    println!("watching for changes; Ctrl-C ends");
                }
            }
            Err(told) => {
                misuse(&told);
            }
        }
        let mut paths = BTreeSet::new();
        tokio::select! {
            () = stop.cancelled() => return Ok(ExitCode::SUCCESS),
            path = changes.recv() => paths.extend(path),
        }
        tokio::time::sleep(SETTLES).await;
        while let Ok(path) = changes.try_recv() {
            paths.insert(path);
        }
        // What this program writes itself is no reason to run again.
        if args.update {
            paths.retain(|path| path.extension().is_none_or(|ending| ending != "snap"));
        }
        changed = Some(paths);
    }
}

/// Whether a change may change what a case gives: its own files, or any that is no case's, such as data.
fn concerns(case: &Case, changed: &BTreeSet<PathBuf>) -> bool {
    let own = |path: &PathBuf| same(path, case.path()) || same(&path.with_extension("sql"), case.path());
    let inside = |path: &PathBuf| match &case.form {
        Form::Script(_) => false,
        Form::Folder(folder) | Form::Pipeline(folder) => {
            folder.canonicalize().is_ok_and(|folder| path.starts_with(folder))
        }
    };
    let foreign = |path: &PathBuf| {
        let ending = path
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let hidden = name.starts_with('.') || name.ends_with('~') || ending.is_empty();
        !hidden && (!matches!(ending, "sql" | "snap" | "tmp" | "swp") || name.starts_with('_'))
    };
    changed
        .iter()
        .any(|path| own(path) || inside(path) || foreign(path))
}

fn same(changed: &Path, path: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| path == changed)
}

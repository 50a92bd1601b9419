//! Writing snapshots: whole files, put in place at once.

use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};
use crate::harness::directive::Place;
use crate::harness::runner::{Report, Verdict};
use crate::harness::snapshot::{Origin, Snapshot};

/// Writes what a case gave as its snapshot; whether it did. What is wrong in itself, or does not run here, is not written,
/// and neither is what the file holds already.
///
/// # Errors
/// A file that cannot be written.
pub fn update(report: &Report) -> Result<bool> {
    if report.is_wrong() || matches!(report.verdict, Verdict::Skipped(_) | Verdict::Passed) {
        return Ok(false);
    }
    save(
        &report.case.snapshot(Place::Emulator),
        &report.found(Origin::Snowglobe),
    )?;
    Ok(true)
}

/// Writes what an account said of a case as its recording; whether it did. What did not come to its end, or failed
/// unasked, is not recorded.
///
/// # Errors
/// A file that cannot be written.
pub fn record(report: &Report, origin: &Origin) -> Result<bool> {
    if report.is_wrong() || matches!(report.verdict, Verdict::Skipped(_)) {
        return Ok(false);
    }
    save(
        &report.case.snapshot(Place::Snowflake),
        &report.found(origin.clone()),
    )?;
    Ok(true)
}

/// Writes a snapshot.
///
/// # Errors
/// A file that cannot be written.
pub fn save(path: &Path, snapshot: &Snapshot) -> Result<()> {
    let failed =
        |error: std::io::Error| Error::outside(format!("{} cannot be written: {error}", path.display()));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    file.write_all(snapshot.write().as_bytes()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    readable(path).map_err(failed)
}

/// A temporary file is its owner's alone, a snapshot everybody's who works with the repository.
#[cfg(unix)]
fn readable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

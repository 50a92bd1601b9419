//! GET: files of an internal stage to this machine. <https://docs.snowflake.com/en/sql-reference/sql/get>

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::listing;
use super::place::Place;
use super::put::{check_parallel, off_thread};
use crate::engine::rows::Rows;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::Get;
use crate::stage::location::FileSelection;
use crate::types::SnowType;

/// Runs GET. Files keep their names and lose their folders; two of one name are refused before any is written.
pub(in crate::engine) async fn get(work: &mut Work<'_>, get: Get) -> Result<StatementResult> {
    let place = Place::find(&work.names(), &get.location)?;
    if place.is_external() {
        let message =
            "GET is for internal stages; files of an external stage are fetched by the cloud's own tools.";
        return Err(Error::compilation(message));
    }
    check_parallel(&get.options)?;
    let folder = local_folder(&get.path)?;
    let storage = work.account.storage();
    let selection = FileSelection::new(&place.path, None, get.options.text("PATTERN")?)?;
    let selected = listing::select(storage, &place, &selection).await?;
    let paths = selected.files.iter().map(|file| place.relative(&file.key));
    let names = local_names(paths)?;
    let mut report = GetReport::new(folder);
    for (name, path) in names {
        let bytes = storage.get(&place.bucket, &place.key(&path)).await?;
        report.write(name, bytes).await?;
    }
    report.result()
}

/// The local folder of a GET.
///
/// # Errors
/// 253009 for what is none.
pub fn local_folder(path: &str) -> Result<PathBuf> {
    let folder = PathBuf::from(path);
    match folder.is_dir() {
        true => Ok(folder),
        false => Err(Error::new(
            253_009,
            "22000",
            format!("The local path is not a directory: {path}"),
        )),
    }
}

/// The names that files of a stage have on this machine, with their paths in the stage.
///
/// # Errors
/// A path that gives no name, and two that give the same.
pub fn local_names<'a>(paths: impl Iterator<Item = &'a str>) -> Result<BTreeMap<String, String>> {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for path in paths {
        let name = path.rsplit('/').next().unwrap_or(path).to_string();
        if name.is_empty() || Path::new(&name).components().count() != 1 || name == ".." || name == "." {
            return Err(Error::compilation(format!(
                "'{path}' is no name for a local file."
            )));
        }
        if let Some(other) = names.insert(name.clone(), path.to_string()) {
            return Err(Error::compilation(format!(
                "GET would write '{other}' and '{path}' to one local file."
            )));
        }
    }
    Ok(names)
}

/// Writes the files of a GET, and tells of them.
#[derive(Debug)]
pub struct GetReport {
    folder: PathBuf,
    rows: Rows,
}

impl GetReport {
    /// Files go to this folder.
    pub fn new(folder: PathBuf) -> Self {
        let rows = Rows::new(&[
            ("file", SnowType::VARCHAR),
            ("size", SnowType::INTEGER),
            ("status", SnowType::VARCHAR),
            ("message", SnowType::VARCHAR),
        ]);
        Self { folder, rows }
    }

    /// Writes one file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn write(&mut self, name: String, bytes: Bytes) -> Result<()> {
        let size = bytes.len() as u64;
        let target = self.folder.join(&name);
        off_thread(move || {
            std::fs::write(&target, &bytes)
                .map_err(|error| Error::io(format!("{}: {error}", target.display())))
        })
        .await?;
        self.rows
            .push(vec![name.into(), size.into(), "DOWNLOADED".into(), "".into()]);
        Ok(())
    }

    /// The result of the statement.
    ///
    /// # Errors
    /// Never in practice: those of [`Rows::batch`].
    pub fn result(&self) -> Result<StatementResult> {
        StatementResult::of_rows(&self.rows)
    }
}

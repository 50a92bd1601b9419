//! GET: files of an internal stage to this machine. <https://docs.snowflake.com/en/sql-reference/sql/get>

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
    let folder = PathBuf::from(&get.path);
    if !folder.is_dir() {
        return Err(Error::new(
            253_009,
            "22000",
            format!("The local path is not a directory: {}", get.path),
        ));
    }
    let storage = work.account.storage();
    let selection = FileSelection::new(&place.path, None, get.options.text("PATTERN")?)?;
    let selected = listing::select(storage, &place, &selection).await?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for file in &selected.files {
        let path = place.relative(&file.key);
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
    let mut rows = Rows::new(&[
        ("file", SnowType::VARCHAR),
        ("size", SnowType::INTEGER),
        ("status", SnowType::VARCHAR),
        ("message", SnowType::VARCHAR),
    ]);
    for (name, path) in names {
        let bytes = storage.get(&place.bucket, &place.key(&path)).await?;
        let size = bytes.len() as u64;
        let target = folder.join(&name);
        off_thread(move || {
            std::fs::write(&target, &bytes)
                .map_err(|error| Error::io(format!("{}: {error}", target.display())))
        })
        .await?;
        rows.push(vec![name.into(), size.into(), "DOWNLOADED".into(), "".into()]);
    }
    StatementResult::of_rows(&rows)
}

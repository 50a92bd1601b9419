//! PUT: files of this machine into an internal stage. <https://docs.snowflake.com/en/sql-reference/sql/put>
//!
//! PARALLEL is checked and without effect: files go one after the other.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use globset::GlobBuilder;

use super::place::Place;
use crate::engine::rows::Rows;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::Properties;
use crate::sql::statement::Put;
use crate::stage::compression::Compression;
use crate::types::SnowType;
use crate::world::s3::{PutMode, StorageError};

/// The most files that one PUT takes.
const MAX_FILES: usize = 10_000;

/// Runs PUT.
pub(in crate::engine) async fn put(work: &mut Work<'_>, put: Put) -> Result<StatementResult> {
    let place = Place::find(&work.names(), &put.location)?;
    if place.is_external() {
        let message =
            "PUT is for internal stages; files of an external stage are put by the cloud's own tools.";
        return Err(Error::compilation(message));
    }
    check_parallel(&put.options)?;
    let options = PutOptions::read(&put.options)?;
    let pattern = put.path.clone();
    let files = off_thread(move || matching(&pattern)).await?;
    let storage = work.account.storage();
    storage.ensure_bucket(&place.bucket).await?;
    let mut report = PutReport::default();
    for path in files {
        let file = off_thread(move || options.read_file(&path)).await?;
        let folder = if place.path.is_empty() || place.path.ends_with('/') {
            ""
        } else {
            "/"
        };
        let key = place.key(&format!("{}{folder}{}", place.path, file.target));
        let mode = if options.overwrite {
            PutMode::Overwrite
        } else {
            PutMode::Create
        };
        let uploaded = match storage.put(&place.bucket, &key, file.bytes.clone(), mode).await {
            Ok(_) => true,
            Err(StorageError::PreconditionFailed(_)) => false,
            Err(error) => return Err(error.into()),
        };
        report.add(&file, uploaded);
    }
    report.result()
}

/// What became of the files of a PUT.
#[derive(Debug)]
pub struct PutReport(Rows);

impl Default for PutReport {
    fn default() -> Self {
        Self(Rows::new(&[
            ("source", SnowType::VARCHAR),
            ("target", SnowType::VARCHAR),
            ("source_size", SnowType::INTEGER),
            ("target_size", SnowType::INTEGER),
            ("source_compression", SnowType::VARCHAR),
            ("target_compression", SnowType::VARCHAR),
            ("status", SnowType::VARCHAR),
            ("message", SnowType::VARCHAR),
        ]))
    }
}

impl PutReport {
    /// A file that was uploaded, or skipped because there is one of its name.
    pub fn add(&mut self, file: &PutFile, uploaded: bool) {
        self.0.push(vec![
            file.source.as_str().into(),
            file.target.as_str().into(),
            file.source_size.into(),
            (file.bytes.len() as u64).into(),
            file.source_compression.name().into(),
            file.target_compression.name().into(),
            if uploaded { "UPLOADED" } else { "SKIPPED" }.into(),
            "".into(),
        ]);
    }

    /// The result of the statement.
    ///
    /// # Errors
    /// Never in practice: those of [`Rows::batch`].
    pub fn result(&self) -> Result<StatementResult> {
        StatementResult::of_rows(&self.0)
    }
}

/// PARALLEL is a number from 1 to 99.
///
/// # Errors
/// Another value.
pub fn check_parallel(options: &Properties) -> Result<()> {
    match options.i64("PARALLEL")? {
        Some(threads) if !(1..=99).contains(&threads) => {
            Err(Error::invalid_property_value("PARALLEL", threads))
        }
        _ => Ok(()),
    }
}

/// Runs file work where it may block.
///
/// # Errors
/// Those of the work.
pub async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Error::internal("work on a local file did not end well"))?
}

/// The options of a PUT.
#[derive(Debug, Clone, Copy)]
pub struct PutOptions {
    auto_compress: bool,
    /// Whether files that are there may be replaced.
    pub overwrite: bool,
    /// `None` to find out.
    source_compression: Option<Compression>,
}

/// A file as it is to be stored.
#[derive(Debug)]
pub struct PutFile {
    source: String,
    /// Its name in the stage.
    pub target: String,
    source_size: u64,
    /// Its content there.
    pub bytes: Bytes,
    source_compression: Compression,
    target_compression: Compression,
}

impl PutOptions {
    /// Reads them.
    ///
    /// # Errors
    /// Values that the options do not take.
    pub fn read(options: &Properties) -> Result<Self> {
        let source_compression = match options.text("SOURCE_COMPRESSION")? {
            None => None,
            Some(text) if text.eq_ignore_ascii_case("AUTO_DETECT") => None,
            Some(text) => {
                let known =
                    Compression::parse(&text.to_uppercase()).filter(|known| *known != Compression::Auto);
                Some(known.ok_or_else(|| Error::invalid_property_value("SOURCE_COMPRESSION", text))?)
            }
        };
        Ok(Self {
            auto_compress: options.bool("AUTO_COMPRESS")?.unwrap_or(true),
            overwrite: options.bool("OVERWRITE")?.unwrap_or(false),
            source_compression,
        })
    }

    /// Reads a local file, and compresses it if it is to be.
    ///
    /// # Errors
    /// 253006 for one that is not there; one that cannot be read.
    pub fn read_file(self, path: &Path) -> Result<PutFile> {
        let source = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
        let source_size = bytes.len() as u64;
        let source_compression = self
            .source_compression
            .unwrap_or_else(|| Compression::detect(&source, &bytes));
        if source_compression == Compression::None && self.auto_compress {
            let compressed = Compression::Gzip.compress(&bytes)?;
            let target = format!("{source}{}", Compression::Gzip.extension());
            let target_compression = Compression::Gzip;
            let bytes = compressed.into();
            return Ok(PutFile {
                source,
                target,
                source_size,
                bytes,
                source_compression,
                target_compression,
            });
        }
        Ok(PutFile {
            target: source.clone(),
            source,
            source_size,
            bytes: bytes.into(),
            source_compression,
            target_compression: source_compression,
        })
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => missing(&path.to_string_lossy()),
        _ => Error::io(format!("{}: {error}", path.display())),
    }
}

fn missing(path: &str) -> Error {
    Error::new(253_006, "22000", format!("File doesn't exist: ['{path}']"))
}

/// The files that a path with wildcards in its last part names, by name.
///
/// # Errors
/// 253006 when there are none; wildcards in folders.
pub fn matching(path: &str) -> Result<Vec<PathBuf>> {
    let whole = Path::new(path);
    let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else {
        return Err(missing(path));
    };
    let name = name.to_string_lossy();
    let is_wild = |text: &str| text.contains(['*', '?']);
    if is_wild(&folder.to_string_lossy()) || name.contains("**") {
        return Err(Error::unsupported("PUT of files in several folders"));
    }
    if !is_wild(&name) {
        return Ok(vec![whole.to_path_buf()]);
    }
    // Only `*` and `?` are wildcards.
    let literal: String = name
        .chars()
        .map(|c| match c {
            '[' | ']' | '{' | '}' => format!("[{c}]"),
            other => other.to_string(),
        })
        .collect();
    let glob = GlobBuilder::new(&literal)
        .backslash_escape(false)
        .build()
        .map_err(|_| missing(path))?;
    let matcher = glob.compile_matcher();
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(whole, &error))?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(Error::io)?;
        if matcher.is_match(entry.file_name()) && entry.path().is_file() {
            files.push(entry.path());
        }
        if files.len() > MAX_FILES {
            return Err(Error::compilation(format!(
                "PUT takes at most {MAX_FILES} files."
            )));
        }
    }
    if files.is_empty() {
        return Err(missing(path));
    }
    files.sort();
    Ok(files)
}

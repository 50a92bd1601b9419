//! IMPORTS: the staged files that code in Python finds beside itself.
//! <https://docs.snowflake.com/en/developer-guide/udf/python/udf-python-creating>
//!
//! A file lies in the import directory under its own name, a folder (`@stage/folder/`) under the folder's, or under the one
//! behind `=` (`@stage/folder/=name/`). Files are looked for at each call, and fetched again when one has changed.

use std::future::Future;

use crate::catalog::routine::Handler;
use crate::engine::Account;
use crate::engine::context::Context;
use crate::engine::copy::{self, Place};
use crate::engine::names::Names;
use crate::error::{Error, Result};
use crate::script::python::Import;
use crate::sql::StageLocation;

/// The most bytes that the files of one routine have together.
const MOST_BYTES: u64 = 1 << 30;

/// A staged file.
#[derive(Debug)]
pub(in crate::engine) struct Found {
    /// Where it is to lie in the import directory.
    path: String,
    bucket: String,
    key: String,
    etag: String,
    size: u64,
}

/// The files that a handler's IMPORTS name, looked up in the routine's own schema.
///
/// # Errors
/// 002003 for a stage that is not there, 001003 for a file that is not.
pub(in crate::engine) fn find(
    account: &Account,
    home: Option<&(String, String)>,
    handler: &Handler,
) -> Result<Vec<Found>> {
    if handler.imports.is_empty() {
        return Ok(Vec::new());
    }
    let snapshot = account.catalog().snapshot();
    let mut context = Context::new(0, "SNOWGLOBE");
    if let Some((database, schema)) = home {
        context.database = Some(database.clone());
        context.schema = Some(schema.clone());
    }
    let names = Names {
        snapshot: &snapshot,
        context: &context,
    };
    let mut all = Vec::new();
    for import in &handler.imports {
        let (text, renamed) = match import.split_once("/=") {
            Some((text, name)) => (format!("{text}/"), Some(name.trim_end_matches('/'))),
            None => (import.clone(), None),
        };
        let location = StageLocation::parse(&text)
            .ok_or_else(|| Error::compilation(format!("'{import}' in IMPORTS is no staged file")))?;
        let place = Place::find(&names, &location)?;
        let folder = place.path.is_empty() || place.path.ends_with('/');
        let below = match (renamed, place.path.trim_end_matches('/').rsplit('/').next()) {
            (Some(name), _) => name,
            (None, own) => own.unwrap_or_default(),
        };
        let files = waited(copy::list(account.storage(), &place))?;
        let before = all.len();
        for file in files {
            let relative = place.relative(&file.key);
            let path = match relative.strip_prefix(place.path.as_str()) {
                Some(rest) if folder && below.is_empty() => rest.to_string(),
                Some(rest) if folder => format!("{below}/{rest}"),
                Some("") => relative.rsplit('/').next().unwrap_or(relative).to_string(),
                // Another file whose name begins like this one's.
                _ => continue,
            };
            all.push(Found {
                path,
                bucket: place.bucket.clone(),
                key: file.key,
                etag: file.etag,
                size: file.size,
            });
        }
        if all.len() == before {
            return Err(Error::compilation(format!(
                "The file '{import}' in IMPORTS does not exist."
            )));
        }
    }
    if all.iter().map(|file| file.size).sum::<u64>() > MOST_BYTES {
        return Err(Error::unsupported("IMPORTS of more than 1 GB"));
    }
    Ok(all)
}

/// What tells apart code with other files.
pub(in crate::engine) fn key(found: &[Found]) -> String {
    let lines = found
        .iter()
        .map(|file| format!("{}\t{}/{}\t{}\n", file.path, file.bucket, file.key, file.etag));
    lines.collect()
}

/// The files' contents.
///
/// # Errors
/// When the storage fails.
pub(in crate::engine) fn fetch(account: &Account, found: &[Found]) -> Result<Vec<Import>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    waited(async {
        let mut files = Vec::with_capacity(found.len());
        for file in found {
            files.push(Import {
                path: file.path.clone(),
                bytes: account.storage().get(&file.bucket, &file.key).await?,
            });
        }
        Ok(files)
    })
}

/// Waits for the storage where no task may: on a thread of its own.
pub(in crate::engine) fn waited<T: Send>(work: impl Future<Output = Result<T>> + Send) -> Result<T> {
    let failed = |error: std::io::Error| Error::internal(format!("no thread for the storage: {error}"));
    std::thread::scope(|scope| {
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(failed)?;
            runtime.block_on(work)
        };
        let thread = std::thread::Builder::new()
            .spawn_scoped(scope, run)
            .map_err(failed)?;
        thread
            .join()
            .unwrap_or_else(|_| Err(Error::internal("a look into the storage failed")))
    })
}

//! PUT and GET on an account: the account says where a stage's files are, this machine moves them.
//!
//! The local side (which files, compression, the table of what was done) is that of the engine's own PUT and GET; the
//! other is [`storage`]. Files are encrypted here before they go, and decrypted when they come, where the account gives
//! keys for it. An account that names other local files than the statement does is not obeyed.

mod storage;

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::Client;
use super::wire::QueryData;
use crate::engine::StatementResult;
use crate::engine::copy::get::{GetReport, local_folder, local_names};
use crate::engine::copy::put::{PutOptions, PutReport, matching, off_thread};
use crate::error::{Error, Result};
use crate::server::transfer::crypt::Keys;
use crate::sql;
use crate::sql::statement::{Get, Put, Statement};
use storage::{Seal, StageInfo, Storage};

/// The key that a file's own key is encrypted with, as an account gives it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Material {
    query_stage_master_key: String,
    query_id: Option<String>,
    smk_id: Value,
}

impl Material {
    /// Those of an answer: one for a PUT, one a file for a GET.
    fn all(given: Option<Value>) -> Result<Vec<Option<Self>>> {
        let list = match given {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(list)) => list,
            Some(one) => vec![one],
        };
        let read = serde_json::from_value(Value::Array(list));
        read.map_err(|_| unclear("keys"))
    }

    fn keys(&self) -> Result<Keys> {
        Keys::of_text(&self.query_stage_master_key).ok_or_else(|| unclear("keys"))
    }

    /// How a file says what it is encrypted with.
    fn description(&self, keys: &Keys) -> String {
        let id = match &self.smk_id {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let query = self.query_id.as_deref().unwrap_or_default();
        serde_json::json!({"queryId": query, "smkId": id, "keySize": keys.bits().to_string()}).to_string()
    }
}

fn unclear(what: &str) -> Error {
    Error::outside(format!(
        "the account's instructions for files have {what} that are not understood here"
    ))
}

impl Client {
    /// Puts local files into a stage: `stage` is for instance `@db.schema.stage/path`. Files of the same name are
    /// replaced.
    ///
    /// # Errors
    /// Those of [`execute`](Self::execute), 253006 for a file that is not there, and a storage that is not reached.
    pub async fn put(&mut self, file: &Path, stage: &str, compress: bool) -> Result<StatementResult> {
        let compress = if compress { "TRUE" } else { "FALSE" };
        let file = local_text(file)?;
        let put = format!("PUT {file} {stage} AUTO_COMPRESS = {compress} OVERWRITE = TRUE");
        self.execute(&put).await
    }

    /// Gets files of a stage into a local folder.
    ///
    /// # Errors
    /// Those of [`execute`](Self::execute), 253009 for a folder that is none, and a storage that is not reached.
    pub async fn get(&mut self, stage: &str, folder: &Path) -> Result<StatementResult> {
        let folder = local_text(folder)?;
        self.execute(&format!("GET {stage} {folder}")).await
    }

    /// Moves files as an account says.
    pub(super) async fn transfer(&mut self, text: &str, data: QueryData) -> Result<StatementResult> {
        let id = data.query_id.clone().unwrap_or_default();
        let statement = sql::parse(text)?;
        let kind = statement.kind();
        let mut result = match (data.command.as_deref(), statement) {
            (Some("UPLOAD"), Statement::Put(put)) => self.upload(&put, data).await?,
            (Some("DOWNLOAD"), Statement::Get(get)) => self.download(&get, data).await?,
            _ => {
                return Err(Error::outside(
                    "the account wants files moved for a statement that does not ask for it",
                ));
            }
        };
        result.query_id = id.into();
        result.kind = kind;
        Ok(result)
    }

    /// A stage's storage, and whether files are to be encrypted on the way to it.
    fn storage(&self, data: &QueryData) -> Result<(Storage, bool)> {
        let info = data.stage_info.clone().ok_or_else(|| unclear("a storage"))?;
        let info: StageInfo = serde_json::from_value(info).map_err(|_| unclear("a storage"))?;
        let encrypted = info.wants_encryption();
        Ok((Storage::new(info, self.door())?, encrypted))
    }

    async fn upload(&self, put: &Put, mut data: QueryData) -> Result<StatementResult> {
        if data.src_locations.as_deref() != Some(std::slice::from_ref(&put.path)) {
            return Err(Error::outside(
                "the account asks for other local files than the statement",
            ));
        }
        let (storage, encrypted) = self.storage(&data)?;
        let material = Material::all(data.encryption_material.take())?
            .into_iter()
            .flatten()
            .next();
        let options = PutOptions::read(&put.options)?;
        let pattern = put.path.clone();
        let paths = off_thread(move || matching(&pattern)).await?;
        storage.check(paths.len())?;
        let mut report = PutReport::default();
        for path in paths {
            let read = move || {
                let size = std::fs::metadata(&path).map_or(0, |about| about.len());
                match size > storage::MOST_FILE {
                    true => Err(storage::too_large(&path.to_string_lossy())),
                    false => options.read_file(&path),
                }
            };
            let file = off_thread(read).await?;
            if !options.overwrite && storage.has(&file.target).await? {
                report.add(&file, false);
                continue;
            }
            let (bytes, seal) = match material.as_ref().filter(|_| encrypted) {
                None => (file.bytes.clone(), None),
                Some(material) => {
                    let keys = material.keys()?;
                    let description = material.description(&keys);
                    let plain = file.bytes.clone();
                    let sealed = off_thread(move || Seal::close(&keys, &plain, description)).await?;
                    (sealed.0, Some(sealed.1))
                }
            };
            storage.put(&file.target, &file.bytes, bytes, seal).await?;
            report.add(&file, true);
        }
        report.result()
    }

    async fn download(&self, get: &Get, mut data: QueryData) -> Result<StatementResult> {
        let asked = data
            .local_location
            .as_deref()
            .map(|path| path.trim_end_matches('/'));
        if asked != Some(get.path.trim_end_matches('/')) {
            return Err(Error::outside(
                "the account names another local folder than the statement",
            ));
        }
        let folder = local_folder(&get.path)?;
        let (storage, _) = self.storage(&data)?;
        let paths = data.src_locations.take().unwrap_or_default();
        let urls = data.presigned_urls.take().unwrap_or_default();
        let materials = Material::all(data.encryption_material.take())?;
        let names = local_names(paths.iter().map(String::as_str))?;
        let mut report = GetReport::new(folder);
        for (name, path) in names {
            let index = paths.iter().position(|known| *known == path).unwrap_or_default();
            let url = urls.get(index).and_then(Option::as_deref);
            let (bytes, seal) = storage.get(&path, url).await?;
            let material = materials.get(index).and_then(Option::as_ref);
            let bytes = match (seal, material) {
                (None, _) => bytes,
                (Some(_), None) => {
                    return Err(Error::outside(format!("there is no key for the file '{path}'")));
                }
                (Some(seal), Some(material)) => {
                    let keys = material.keys()?;
                    off_thread(move || seal.open(&keys, &bytes)).await?
                }
            };
            report.write(name, bytes).await?;
        }
        report.result()
    }
}

/// A local path as PUT and GET take it.
fn local_text(path: &Path) -> Result<String> {
    let path =
        std::path::absolute(path).map_err(|error| Error::io(format!("{}: {error}", path.display())))?;
    let text = path
        .to_str()
        .ok_or_else(|| Error::configuration("a path that is no text"))?;
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'");
    Ok(format!("'file://{escaped}'"))
}

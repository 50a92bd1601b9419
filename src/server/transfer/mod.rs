//! PUT and GET of clients: the client moves the files, the server tells it where to.
//!
//! To clients an internal stage looks like Google's cloud storage, the one kind that all of them reach over plain
//! HTTP, in the two variants that they know: an address for each file, or one address and a token for all. The
//! addresses are this server's own, and carry a [`grant`]; [`files`] takes and gives the bytes. Clients encrypt what
//! they put and decrypt what they get, so the server does the opposite ([`crypt`]): a stage holds plain files.

pub mod crypt;
pub mod files;
pub mod grant;

use serde_json::{Map, Value, json};

use crate::engine::copy::{Place, select_files};
use crate::engine::names::Names;
use crate::engine::{Account, Session};
use crate::error::{Error, Result};
use crate::sql::Properties;
use crate::sql::statement::{Get, Put};
use crate::stage::location::FileSelection;

use super::Shared;
use super::sessions::Client;
use grant::{Files, Grant};

/// Above this size clients upload in parts, if they do.
const THRESHOLD: u64 = 209_715_200;
/// Threads with which clients move files by default.
const PARALLEL: i64 = 4;
/// The number under which clients file the key that everything is encrypted with.
const KEY_ID: u64 = 1;
/// The first part of the addresses of files; to clients the name of a bucket.
pub const BUCKET: &str = "stages";

/// Who asks, and how it reaches the server.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// The client.
    pub client: &'a Client,
    /// The server's address, as the client knows it.
    pub base: &'a str,
    /// The query id.
    pub query_id: &'a str,
}

impl Asker<'_> {
    /// Whether it takes one address and a token for all files. The others take an address for each file.
    fn wants_token(&self) -> bool {
        self.client.key_ids_as_text
    }

    fn material(&self, shared: &Shared) -> Value {
        let id = match self.client.key_ids_as_text {
            true => Value::String(KEY_ID.to_string()),
            false => KEY_ID.into(),
        };
        json!({
            "queryStageMasterKey": shared.transfers.keys.master_text(),
            "queryId": self.query_id,
            "smkId": id,
        })
    }

    /// Where the files are. `folder` ends with a slash unless it is empty.
    fn stage_info(&self, folder: &str, token: Option<String>, presigned: Option<String>) -> Value {
        let creds = match &token {
            Some(token) => json!({"GCS_ACCESS_TOKEN": token}),
            None => json!({}),
        };
        json!({
            "locationType": "GCS",
            "location": format!("{BUCKET}/{folder}"),
            "path": folder,
            "region": "us-central1",
            "storageAccount": null,
            "isClientSideEncrypted": true,
            "ciphers": "AES_CBC",
            "creds": creds,
            "presignedUrl": presigned,
            "useS3RegionalUrl": false,
            "useRegionalUrl": false,
            "useVirtualUrl": false,
            "endPoint": token.is_some().then_some(self.base),
        })
    }
}

/// What the transfers of a server share.
#[derive(Debug)]
pub struct Transfers {
    /// What everything on the way is encrypted with.
    pub keys: crypt::Keys,
    /// What grants are signed with.
    pub signer: grant::Signer,
    /// What was written where only one file may be.
    pub written: grant::Written,
}

impl Transfers {
    /// New keys.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn new() -> Result<Self> {
        Ok(Self {
            keys: crypt::Keys::new()?,
            signer: grant::Signer::new()?,
            written: grant::Written::default(),
        })
    }
}

fn place(
    account: &Account,
    session: &Session,
    location: &crate::sql::StageLocation,
    what: &str,
) -> Result<Place> {
    let snapshot = account.catalog().snapshot();
    let names = Names {
        snapshot: &snapshot,
        context: session.context(),
    };
    let place = Place::find(&names, location)?;
    if place.is_external() {
        return Err(Error::compilation(format!(
            "{what} is for internal stages; files of an external stage are moved by the cloud's own tools."
        )));
    }
    Ok(place)
}

/// The path of a location as a folder of names: with a slash behind it, unless it is empty.
fn as_folder(path: &str) -> String {
    match path.is_empty() || path.ends_with('/') {
        true => path.to_owned(),
        false => format!("{path}/"),
    }
}

fn parallel(options: &Properties) -> Result<i64> {
    match options.i64("PARALLEL")? {
        Some(threads) if !(1..=99).contains(&threads) => {
            Err(Error::invalid_property_value("PARALLEL", threads))
        }
        threads => Ok(threads.unwrap_or(PARALLEL)),
    }
}

/// The instructions of PUT.
///
/// # Errors
/// A stage that is not there or not internal; options that are none.
pub async fn put(
    shared: &Shared,
    session: &Session,
    asker: Asker<'_>,
    put: &Put,
) -> Result<Map<String, Value>> {
    let place = place(&shared.account, session, &put.location, "PUT")?;
    shared.account.storage().ensure_bucket(&place.bucket).await?;
    let folder = as_folder(&place.path);
    let auto_compress = put.options.bool("AUTO_COMPRESS")?.unwrap_or(true);
    let overwrite = put.options.bool("OVERWRITE")?.unwrap_or(false);
    let compression = put
        .options
        .text("SOURCE_COMPRESSION")?
        .unwrap_or("AUTO_DETECT")
        .to_lowercase();
    let mut grant = Grant {
        bucket: place.bucket.clone(),
        key: place.key(&folder),
        files: Files::Below,
        write: true,
        overwrite: true,
    };
    let (token, presigned) = if asker.wants_token() {
        // Names are those below the stage, as the address has them.
        grant.key = place.key("");
        (Some(shared.transfers.signer.sign(&grant)), None)
    } else {
        let name = target_name(&put.path);
        if name.contains(['*', '?']) {
            grant.files = Files::Unnamed;
        } else {
            grant.key.push_str(name);
            grant.files = Files::One;
        }
        let url = address(
            asker.base,
            &format!("{folder}{name}"),
            &shared.transfers.signer.sign(&grant),
        );
        (None, Some(url))
    };
    let stage_info = asker.stage_info(&folder, token, presigned);
    let fields = json!({
        "command": "UPLOAD",
        "operation": "Node",
        "kind": null,
        "src_locations": [put.path],
        "parallel": parallel(&put.options)?,
        "threshold": THRESHOLD,
        "autoCompress": auto_compress,
        "overwrite": overwrite,
        "sourceCompression": compression,
        "clientShowEncryptionParameter": false,
        "stageWarnings": [],
        "encryptionMaterial": asker.material(shared),
        "uploadInfo": stage_info,
        "stageInfo": stage_info,
    });
    Ok(object(fields))
}

/// The instructions of GET.
///
/// # Errors
/// As for [`put`].
pub async fn get(
    shared: &Shared,
    session: &Session,
    asker: Asker<'_>,
    get: &Get,
) -> Result<Map<String, Value>> {
    let place = place(&shared.account, session, &get.location, "GET")?;
    let selection = FileSelection::new(&place.path, None, get.options.text("PATTERN")?)?;
    let selected = select_files(shared.account.storage(), &place, &selection).await?;
    let folder = match place.path.rfind('/') {
        Some(end) => place.path.get(..=end).unwrap_or_default(),
        None => "",
    };
    let mut names = Vec::new();
    let mut urls = Vec::new();
    for file in &selected.files {
        let path = place.relative(&file.key);
        names.push(path.strip_prefix(folder).unwrap_or(path).to_owned());
        let grant = Grant {
            bucket: place.bucket.clone(),
            key: file.key.clone(),
            files: Files::One,
            write: false,
            overwrite: false,
        };
        urls.push(address(asker.base, path, &shared.transfers.signer.sign(&grant)));
    }
    let materials: Vec<_> = names.iter().map(|_| asker.material(shared)).collect();
    let token = asker.wants_token().then(|| {
        shared.transfers.signer.sign(&Grant {
            bucket: place.bucket.clone(),
            key: place.key(""),
            files: Files::Below,
            write: false,
            overwrite: false,
        })
    });
    let presigned = match asker.wants_token() {
        true => Value::Null,
        false => urls.into(),
    };
    let fields = json!({
        "command": "DOWNLOAD",
        "operation": "Node",
        "kind": null,
        "localLocation": get.path,
        "src_locations": names,
        "presignedUrls": presigned,
        "parallel": parallel(&get.options)?,
        "threshold": THRESHOLD,
        "autoCompress": false,
        "overwrite": false,
        "sourceCompression": "none",
        "clientShowEncryptionParameter": false,
        "stageWarnings": [],
        "encryptionMaterial": materials,
        "stageInfo": asker.stage_info(folder, token, None),
    });
    Ok(object(fields))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// The address of one file.
fn address(base: &str, path: &str, grant: &str) -> String {
    format!("{base}/{BUCKET}/{}?grant={grant}", escaped(path))
}

/// A file's path as addresses have it.
pub fn escaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(byte.into())
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The file's name at the end of a PUT's path. Clients that need an address for each file ask again for each, with the
/// name that the file gets in the stage in the place of its own; one that does not, asks with a pattern.
fn target_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_as_they_are_put() {
        assert_eq!(target_name("/a/b.csv"), "b.csv");
        assert_eq!(target_name("C:\\a\\b.CSV.GZ"), "b.CSV.GZ");
        assert_eq!(target_name("b.csv"), "b.csv");
    }

    #[test]
    fn addresses_are_escaped() {
        let url = address("http://h:1", "a b/ü.csv", "g");
        assert_eq!(url, "http://h:1/stages/a%20b/%C3%BC.csv?grant=g");
    }
}

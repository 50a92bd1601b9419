//! Where a stage's files are: Amazon's S3 or Google's Cloud Storage, as the account says. Microsoft's storage and shared
//! directories are refused.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, GetResult, ObjectStore, ObjectStoreExt, PutMultipartOptions, WriteMultipart,
};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::remote::door::Door;
use crate::remote::transport::FileRequest;
use crate::server::transfer::crypt::{self, Keys};
use crate::server::transfer::escaped;
use crate::world::s3::Secret;

/// Larger files go in parts of so many bytes.
const PART: usize = 16 << 20;
/// The largest file that is moved: it is held in memory.
pub(super) const MOST_FILE: u64 = 2 << 30;
/// Where Google's storage is, unless the account says otherwise.
const GOOGLE: &str = "https://storage.googleapis.com";

/// The names of what is told of a file, at either storage.
const DIGEST: &str = "sfc-digest";
const AMAZON: [&str; 3] = ["x-amz-key", "x-amz-iv", "x-amz-matdesc"];
const ENCRYPTION: &str = "encryptiondata";
const DESCRIPTION: &str = "matdesc";

/// How a file is encrypted: its key, itself encrypted, and the first value of its chain; and which key is behind both.
#[derive(Debug, Clone)]
pub(super) struct Seal {
    wrapped: [String; 2],
    description: String,
}

impl Seal {
    /// Encrypts a file.
    pub fn close(keys: &Keys, plain: &[u8], description: String) -> Result<(Bytes, Self)> {
        let file = keys.new_file()?;
        let wrapped = keys.wrapped(&file);
        let seal = Self { wrapped, description };
        Ok((crypt::encrypt(&file, plain), seal))
    }

    /// Decrypts a file.
    pub fn open(&self, keys: &Keys, bytes: &[u8]) -> Result<Bytes> {
        let [key, first] = &self.wrapped;
        let file = keys.unwrapped(key, first);
        let file =
            file.ok_or_else(|| Error::outside("a file is encrypted with another key than the account's"))?;
        crypt::decrypt(&file, bytes)
    }

    /// A file that comes with how it is encrypted.
    fn of(wrapped: [String; 2]) -> Self {
        Self {
            wrapped,
            description: String::new(),
        }
    }
}

/// A stage's storage, as an account tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StageInfo {
    location_type: String,
    location: String,
    region: Option<String>,
    creds: Option<Map<String, Value>>,
    presigned_url: Option<String>,
    end_point: Option<String>,
    is_client_side_encrypted: Option<bool>,
}

impl StageInfo {
    /// Whether files are to be encrypted before they go.
    pub fn wants_encryption(&self) -> bool {
        self.is_client_side_encrypted.unwrap_or(true)
    }

    fn credential(&self, name: &str) -> Option<&str> {
        self.creds
            .as_ref()?
            .get(name)?
            .as_str()
            .filter(|text| !text.is_empty())
    }
}

/// A stage's storage.
pub(super) struct Storage {
    kind: Kind,
    /// What the names of the stage's files begin with.
    prefix: String,
}

enum Kind {
    Amazon(Box<AmazonS3>),
    Google(Google),
}

/// A bucket of Google's: with a token, or with addresses that carry their own leave.
struct Google {
    door: Arc<Door>,
    bucket: String,
    end_point: String,
    token: Option<Secret>,
    /// For the one file of a PUT.
    presigned: Option<String>,
}

impl Storage {
    /// The storage that an account tells of.
    ///
    /// # Errors
    /// A kind that is not done here, named.
    pub fn new(info: StageInfo, door: Arc<Door>) -> Result<Self> {
        let (bucket, prefix) = info.location.split_once('/').unwrap_or((&info.location, ""));
        let prefix = match prefix.is_empty() || prefix.ends_with('/') {
            true => prefix.to_owned(),
            false => format!("{prefix}/"),
        };
        let kind = match info.location_type.as_str() {
            "S3" => Kind::Amazon(Box::new(amazon(&info, bucket)?)),
            "GCS" => Kind::Google(Google {
                door,
                bucket: bucket.to_owned(),
                end_point: match &info.end_point {
                    None => GOOGLE.to_owned(),
                    Some(text) if text.is_empty() => GOOGLE.to_owned(),
                    Some(text) => with_scheme(text),
                },
                token: info.credential("GCS_ACCESS_TOKEN").map(Secret::from),
                presigned: info.presigned_url.filter(|url| !url.is_empty()),
            }),
            other => return Err(Error::unsupported(format!("files of a stage in {other}"))),
        };
        Ok(Self { kind, prefix })
    }

    /// Whether so many files can go.
    ///
    /// # Errors
    /// Several files where there is an address for one.
    pub fn check(&self, files: usize) -> Result<()> {
        match &self.kind {
            Kind::Google(Google { token: None, .. }) if files > 1 => Err(Error::unsupported(
                "PUT of several files at a time into a stage that gives an address for each",
            )),
            _ => Ok(()),
        }
    }

    /// Whether there is a file of a name. Where only an address for writing is known nobody can tell.
    pub async fn has(&self, name: &str) -> Result<bool> {
        let key = format!("{}{name}", self.prefix);
        match &self.kind {
            Kind::Amazon(store) => match store.head(&path(&key)?).await {
                Ok(_) => Ok(true),
                Err(object_store::Error::NotFound { .. }) => Ok(false),
                Err(error) => Err(failed(name, &error)),
            },
            Kind::Google(Google { token: None, .. }) => Ok(false),
            Kind::Google(google) => {
                let (status, _, _) = google
                    .send(Method::HEAD, &key, None, &HeaderMap::new(), None)
                    .await?;
                match status {
                    StatusCode::NOT_FOUND => Ok(false),
                    status if status.is_success() => Ok(true),
                    status => Err(refused(name, status)),
                }
            }
        }
    }

    /// Stores a file: `bytes` are `plain`, encrypted as `seal` says.
    pub async fn put(&self, name: &str, plain: &[u8], bytes: Bytes, seal: Option<Seal>) -> Result<()> {
        let key = format!("{}{name}", self.prefix);
        let digest = STANDARD.encode(Sha256::digest(plain));
        match &self.kind {
            Kind::Amazon(store) => {
                let mut attributes = Attributes::new();
                attributes.insert(Attribute::ContentType, "application/octet-stream".into());
                let mut note = |name: &'static str, text: String| {
                    attributes.insert(Attribute::Metadata(name.into()), text.into());
                };
                note(DIGEST, digest);
                if let Some(seal) = seal {
                    let [key, first] = seal.wrapped;
                    let texts = [key, first, seal.description];
                    AMAZON
                        .into_iter()
                        .zip(texts)
                        .for_each(|(name, text)| note(name, text));
                }
                let put = amazon_put(store, &path(&key)?, bytes, attributes).await;
                put.map_err(|error| failed(name, &error))
            }
            Kind::Google(google) => {
                let mut headers = HeaderMap::new();
                let mut note = |name: &str, text: &str| {
                    let name = HeaderName::try_from(format!("x-goog-meta-{name}"));
                    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(text)) {
                        headers.insert(name, value);
                    }
                };
                note(DIGEST, &digest);
                if let Some(seal) = &seal {
                    note(ENCRYPTION, &crypt::header(&seal.wrapped).to_string());
                    note(DESCRIPTION, &seal.description);
                }
                let url = google.presigned.as_deref();
                let (status, _, _) = google.send(Method::PUT, &key, url, &headers, Some(bytes)).await?;
                match status.is_success() {
                    true => Ok(()),
                    false => Err(refused(name, status)),
                }
            }
        }
    }

    /// Fetches a file, and how it is encrypted. `name` may have folders; `url` is its own address, if it has one.
    pub async fn get(&self, name: &str, url: Option<&str>) -> Result<(Bytes, Option<Seal>)> {
        let key = format!("{}{name}", self.prefix);
        match &self.kind {
            Kind::Amazon(store) => {
                let got = store
                    .get(&path(&key)?)
                    .await
                    .map_err(|error| failed(name, &error))?;
                amazon_body(got)
                    .await
                    .map_err(|error| failed(name, &error))?
                    .ok_or_else(|| too_large(name))
            }
            Kind::Google(google) => {
                let (status, headers, bytes) = google
                    .send(Method::GET, &key, url, &HeaderMap::new(), None)
                    .await?;
                if !status.is_success() {
                    return Err(refused(name, status));
                }
                let header = headers.get(format!("x-goog-meta-{ENCRYPTION}"));
                let text = header
                    .and_then(|value| value.to_str().ok())
                    .filter(|text| !text.is_empty());
                let seal = match text.map(serde_json::from_str) {
                    None => None,
                    Some(header) => {
                        let wrapped = header.ok().as_ref().and_then(crypt::of_header);
                        let unclear = || failed_with(name, "how it is encrypted is not understood");
                        Some(Seal::of(wrapped.ok_or_else(unclear)?))
                    }
                };
                Ok((bytes, seal))
            }
        }
    }
}

fn failed_with(name: &str, what: impl std::fmt::Display) -> Error {
    Error::outside(format!("the stage's file '{name}': {what}"))
}

fn failed(name: &str, error: &object_store::Error) -> Error {
    // What object_store tells has neither keys nor tokens in it.
    failed_with(name, error)
}

fn refused(name: &str, status: StatusCode) -> Error {
    failed_with(name, format_args!("HTTP status {}", status.as_u16()))
}

pub(super) fn too_large(name: &str) -> Error {
    failed_with(
        name,
        format_args!("the file is larger than {} MB", MOST_FILE >> 20),
    )
}

fn path(key: &str) -> Result<Path> {
    Path::parse(key).map_err(|error| Error::outside(format!("a file's name in the stage: {error}")))
}

/// An address that may come without `https://`.
fn with_scheme(text: &str) -> String {
    let text = text.trim_end_matches('/');
    match text.contains("://") {
        true => text.to_owned(),
        false => format!("https://{text}"),
    }
}

fn amazon(info: &StageInfo, bucket: &str) -> Result<AmazonS3> {
    let missing = |what: &str| Error::outside(format!("the account gave no {what} for its storage"));
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(info.region.as_deref().ok_or_else(|| missing("region"))?)
        .with_access_key_id(info.credential("AWS_KEY_ID").ok_or_else(|| missing("key"))?)
        .with_secret_access_key(
            info.credential("AWS_SECRET_KEY")
                .ok_or_else(|| missing("secret key"))?,
        )
        .with_virtual_hosted_style_request(true)
        .with_unsigned_payload(true);
    if let Some(token) = info.credential("AWS_TOKEN") {
        builder = builder.with_token(token);
    }
    builder = match info.end_point.as_deref().filter(|text| !text.is_empty()) {
        // A name of the storage itself; the bucket goes before it.
        Some(host) if !host.contains("://") => builder.with_endpoint(format!("https://{bucket}.{host}")),
        // An address, below which buckets are.
        Some(address) => builder
            .with_endpoint(address)
            .with_allow_http(address.starts_with("http://"))
            .with_virtual_hosted_style_request(false),
        // Regions in China are under the country's own domain.
        None => match info.region.as_deref() {
            Some(region) if region.starts_with("cn-") => {
                builder.with_endpoint(format!("https://{bucket}.s3.{region}.amazonaws.com.cn"))
            }
            _ => builder,
        },
    };
    builder
        .build()
        .map_err(|error| Error::outside(format!("the stage's storage: {error}")))
}

async fn amazon_put(
    store: &AmazonS3,
    path: &Path,
    bytes: Bytes,
    attributes: Attributes,
) -> object_store::Result<()> {
    if bytes.len() <= PART {
        store.put_opts(path, bytes.into(), attributes.into()).await?;
        return Ok(());
    }
    let options = PutMultipartOptions {
        attributes,
        ..PutMultipartOptions::default()
    };
    let upload = store.put_multipart_opts(path, options).await?;
    let mut writer = WriteMultipart::new_with_chunk_size(upload, PART);
    writer.put(bytes);
    writer.finish().await?;
    Ok(())
}

/// `None` for a file that is too large.
async fn amazon_body(got: GetResult) -> object_store::Result<Option<(Bytes, Option<Seal>)>> {
    if got.meta.size > MOST_FILE {
        return Ok(None);
    }
    let text = |name: &'static str| Some(got.attributes.get(&Attribute::Metadata(name.into()))?.to_string());
    let [key, first, _] = AMAZON;
    let seal = text(key)
        .zip(text(first))
        .map(|(key, first)| Seal::of([key, first]));
    Ok(Some((got.bytes().await?, seal)))
}

impl Google {
    /// A request for a file: to its own address, else with the token.
    async fn send(
        &self,
        method: Method,
        key: &str,
        url: Option<&str>,
        headers: &HeaderMap,
        body: Option<Bytes>,
    ) -> Result<(StatusCode, HeaderMap, Bytes)> {
        let mut headers = headers.clone();
        let url = match (url, &self.token) {
            (_, Some(token)) => {
                let value = HeaderValue::from_str(&format!("Bearer {}", token.reveal()));
                let mut value =
                    value.map_err(|_| Error::outside("the account gave a token that cannot be sent"))?;
                value.set_sensitive(true);
                headers.insert(AUTHORIZATION, value);
                format!("{}/{}/{}", self.end_point, self.bucket, escaped(key))
            }
            (Some(url), None) => url.to_owned(),
            (None, None) => return Err(Error::outside("the account gave no leave for its storage")),
        };
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        }
        let wanted = FileRequest {
            method,
            url: &url,
            headers,
            body,
            most: usize::try_from(MOST_FILE).unwrap_or(usize::MAX),
        };
        let what = format!("the stage's file '{key}'");
        self.door.transport().file(&what, &wanted).await
    }
}

//! One file into the bucket.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::Duration;

use bytes::Bytes;
use md5::{Digest, Md5};
use object_store::path::Path;
use object_store::{Attribute, Attributes, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use tokio::time::Instant;

use super::Mover;
use crate::error::{Error, Result};

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Delivered {
    /// It is in the bucket now, under this key.
    Put(String),
    /// The bucket had it already.
    There,
    /// It can never be delivered, and why.
    Never(String),
}

/// Puts a file unless something has its key; tries again while S3 fails, counting the `retries`.
///
/// # Errors
/// [`Error::outside`] when S3 failed for as long as the mover has patience.
pub(super) async fn deliver(mover: &Mover, name: &str, bytes: Bytes, retries: &mut u64) -> Result<Delivered> {
    let config = &mover.config;
    let path = match Path::parse(format!("{}{name}", config.prefix)) {
        Ok(path) if path.as_ref().len() <= crate::world::s3::object::MAX_KEY_BYTES => path,
        Ok(_) => return Ok(Delivered::Never("its name is too long for a key".to_owned())),
        Err(error) => return Ok(Delivered::Never(format!("its name cannot be a key: {error}"))),
    };
    let deadline = Instant::now() + config.patience;
    let mut pause = config.first_pause;
    loop {
        let why = match attempt(mover, name, &path, &bytes).await {
            Ok(delivered) => return Ok(delivered),
            Err(error) => error,
        };
        if Instant::now() + pause > deadline {
            return Err(Error::outside(format!(
                "{name} could not be put to S3, and stays in {}: {why}",
                config.folder.display()
            )));
        }
        tracing::debug!(name, %why, "a put is tried again");
        *retries += 1;
        tokio::time::sleep(pause).await;
        pause = pause
            .saturating_mul(2)
            .min(config.longest_pause.max(Duration::from_millis(1)));
    }
}

async fn attempt(
    mover: &Mover,
    name: &str,
    path: &Path,
    bytes: &Bytes,
) -> std::result::Result<Delivered, object_store::Error> {
    let mut attributes = Attributes::new();
    for (key, value) in [
        ("filename", visible(name).into_owned()),
        ("timestamp", mover.clock.now().to_string()),
        ("size", bytes.len().to_string()),
    ] {
        attributes.insert(Attribute::Metadata(key.into()), value.into());
    }
    let options = PutOptions {
        mode: PutMode::Create,
        attributes,
        ..PutOptions::default()
    };
    let payload = PutPayload::from_bytes(bytes.clone());
    match mover.store.put_opts(path, payload, options).await {
        Ok(_) => Ok(Delivered::Put(path.to_string())),
        Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
            compare(mover, path, bytes).await
        }
        Err(error) => Err(error),
    }
}

/// Something has the key: the same bytes, or others. The entity tag of an object that was put at once is its MD5; where
/// it is none, the bytes themselves are compared.
async fn compare(
    mover: &Mover,
    path: &Path,
    bytes: &Bytes,
) -> std::result::Result<Delivered, object_store::Error> {
    let head = mover.store.head(path).await?;
    let tag = head.e_tag.unwrap_or_default();
    let tag = tag.trim_matches('"');
    let same = if head.size != bytes.len() as u64 {
        false
    } else if tag.len() == 32 && tag.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        tag.eq_ignore_ascii_case(&hex::encode(Md5::digest(bytes)))
    } else {
        mover.store.get(path).await?.bytes().await? == *bytes
    };
    Ok(if same {
        Delivered::There
    } else {
        Delivered::Never(format!("another file was delivered as {path} before"))
    })
}

/// A name as a header can carry it: what is not plain ASCII in percent encoding.
fn visible(name: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'%';
    if name.bytes().all(plain) {
        return Cow::Borrowed(name);
    }
    let mut text = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if plain(byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_travel_in_headers() {
        assert_eq!(visible("a+1.csv"), "a+1.csv");
        assert_eq!(visible("a b%ü"), "a%20b%25%C3%BC");
    }
}

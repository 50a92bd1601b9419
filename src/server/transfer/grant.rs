//! Leave to read or write files of a stage for a while, as a signed text that goes with the address.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, SystemClock};
use crate::error::Result;
use crate::server::random;

/// How long a grant holds, in seconds.
const VALID: i64 = 6 * 3600;

/// The files of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Files {
    /// The one file of a key.
    One,
    /// All files below a key, by their names.
    Below,
    /// Files below a key whose names are not told: a client has one address for all that a pattern means, and does not
    /// ask for others. The first value of a file's encryption is its name: it is another one for each file, and the same
    /// when a file is sent again.
    Unnamed,
}

/// What its bearer may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The bucket of the object storage.
    pub bucket: String,
    /// One key, or what the keys of all files begin with.
    pub key: String,
    /// For which files it is.
    pub files: Files,
    /// Whether files may be written; else they may be read.
    pub write: bool,
    /// Whether files that are there may be written.
    pub overwrite: bool,
}

#[derive(Serialize, Deserialize)]
struct Dated {
    grant: Grant,
    until: i64,
    /// Tells grants apart that were given for the same at the same moment.
    serial: u64,
}

/// Signs grants and knows its own signature.
#[derive(Debug)]
pub struct Signer {
    key: hmac::Key,
    /// How many grants were signed.
    signed: AtomicU64,
}

impl Signer {
    /// A signer with a new key.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn new() -> Result<Self> {
        Ok(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &random::bytes::<32>()?),
            signed: AtomicU64::new(0),
        })
    }

    /// A grant as text, good from now on.
    pub fn sign(&self, grant: &Grant) -> String {
        self.sign_until(grant, SystemClock.now().as_second() + VALID)
    }

    fn sign_until(&self, grant: &Grant, until: i64) -> String {
        let dated = Dated {
            grant: grant.clone(),
            until,
            serial: self.signed.fetch_add(1, Ordering::Relaxed),
        };
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_string(&dated).unwrap_or_default());
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, payload.as_bytes()));
        format!("{payload}.{signature}")
    }

    /// The grant of a text; `None` if it is none of ours or has expired.
    pub fn read(&self, text: &str) -> Option<Grant> {
        let (payload, signature) = text.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        hmac::verify(&self.key, payload.as_bytes(), &signature).ok()?;
        let dated: Dated = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        (SystemClock.now().as_second() < dated.until).then_some(dated.grant)
    }
}

/// How many written files are remembered.
const MOST_WRITTEN: usize = 10_000;

/// Which file was written with each grant for one file. Some clients put several files where they have leave for one,
/// and would lose all but the last.
#[derive(Debug, Default)]
pub struct Written(Mutex<VecDeque<(String, String)>>);

impl Written {
    /// Whether a file, known by its digest, may be written with the grant of a text: the first, or the same again.
    pub fn admits(&self, text: &str, digest: &str) -> bool {
        let mut written = self.0.lock();
        match written.iter().find(|(known, _)| known == text) {
            Some((_, first)) => first == digest,
            None => {
                if written.len() == MOST_WRITTEN {
                    written.pop_front();
                }
                written.push_back((text.to_owned(), digest.to_owned()));
                true
            }
        }
    }
}

impl Grant {
    /// The key of an address's path, for a file whose encryption begins with a value; `None` without what it needs.
    pub fn key_of(&self, path: &str, first: Option<&[u8]>) -> Option<String> {
        Some(match self.files {
            Files::One => self.key.clone(),
            Files::Below => format!("{}{path}", self.key),
            Files::Unnamed => format!("{}{}", self.key, hex::encode(first?)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_is_written_where_one_may_be() {
        let written = Written::default();
        assert!(written.admits("a", "1") && written.admits("a", "1") && written.admits("b", "2"));
        assert!(!written.admits("a", "2"));
    }

    #[test]
    fn only_what_was_signed_here_is_read() {
        let signer = Signer::new().unwrap();
        let grant = Grant {
            bucket: "b".to_owned(),
            key: "stages/7/".to_owned(),
            files: Files::Below,
            write: true,
            overwrite: false,
        };
        let text = signer.sign(&grant);
        assert_eq!(signer.read(&text), Some(grant.clone()));
        assert_ne!(signer.sign(&grant), text);
        assert_eq!(signer.read(&text[1..]), None);
        assert_eq!(signer.read(&format!("{text}A")), None);
        assert_eq!(Signer::new().unwrap().read(&text), None);
        assert_eq!(signer.read(&signer.sign_until(&grant, 1)), None);
        assert_eq!(grant.key_of("a/b", None).as_deref(), Some("stages/7/a/b"));
    }

    #[test]
    fn files_without_a_name_are_told_apart() {
        let grant = Grant {
            bucket: "b".to_owned(),
            key: "stages/7/".to_owned(),
            files: Files::Unnamed,
            write: true,
            overwrite: true,
        };
        assert_eq!(grant.key_of("*", None), None);
        assert_eq!(
            grant.key_of("*", Some(&[1, 255])).as_deref(),
            Some("stages/7/01ff")
        );
    }
}

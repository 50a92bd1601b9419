//! One fetched file of a stage.

use bytes::Bytes;
use jiff::Timestamp;
use md5::{Digest, Md5};

/// A file of a stage with its bytes in memory.
#[derive(Debug, Clone)]
pub struct StagedFile {
    /// The path as METADATA$FILENAME shows it: relative to the bucket or to the internal stage.
    pub name: String,
    /// The file as stored, not yet decompressed.
    pub bytes: Bytes,
    /// MD5 of the stored bytes, in hexadecimal: METADATA$FILE_CONTENT_KEY, and the key of load history.
    pub content_key: String,
    /// When the file was last written.
    pub last_modified: Timestamp,
}

impl StagedFile {
    /// A file whose MD5 is computed here, once.
    pub fn new(name: impl Into<String>, bytes: impl Into<Bytes>, last_modified: Timestamp) -> Self {
        let bytes = bytes.into();
        let content_key = md5_hex(&bytes);
        Self {
            name: name.into(),
            bytes,
            content_key,
            last_modified,
        }
    }

    /// A file whose MD5 the store already told, for instance as its entity tag.
    pub fn with_content_key(
        name: impl Into<String>,
        bytes: impl Into<Bytes>,
        last_modified: Timestamp,
        content_key: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            bytes: bytes.into(),
            content_key: content_key.into(),
            last_modified,
        }
    }
}

/// The MD5 of some bytes in lower-case hexadecimal, as LIST shows it.
pub fn md5_hex(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_key_is_the_md5() {
        let file = StagedFile::new("a.csv", &b"hello"[..], Timestamp::UNIX_EPOCH);
        assert_eq!(file.content_key, "5d41402abc4b2a76b9719d911017c592");
    }
}

//! What an object's file says about the object: a trailer behind the object's own bytes.
//!
//! ```text
//! the object's bytes | JSON of the record | its length, u32 little endian | "SNOWOBJ1"
//! ```
//!
//! One file holds both, so one rename puts both in place.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::world::s3::object::{Attributes, ObjectInfo};

const MAGIC: &[u8; 8] = b"SNOWOBJ1";
const FOOT: u64 = 12;
/// Keys and attributes are bounded by HTTP's header limits; a longer record is damage.
const MAX_RECORD: u64 = 1 << 20;

/// Everything about an object but its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub key: String,
    pub size: u64,
    pub etag: String,
    /// RFC 3339 with nanoseconds.
    pub last_modified: String,
    pub sequence: u64,
    #[serde(default)]
    pub attributes: Attributes,
}

impl Record {
    pub(super) fn new(info: &ObjectInfo, attributes: &Attributes) -> Self {
        Self {
            key: info.key.clone(),
            size: info.size,
            etag: info.etag.clone(),
            last_modified: info.last_modified.to_string(),
            sequence: info.sequence,
            attributes: attributes.clone(),
        }
    }

    pub(super) fn into_parts(self) -> Result<(ObjectInfo, Attributes), String> {
        let last_modified: Timestamp = self
            .last_modified
            .parse()
            .map_err(|error| format!("its time does not parse: {error}"))?;
        let info = ObjectInfo {
            key: self.key,
            size: self.size,
            etag: self.etag,
            last_modified,
            sequence: self.sequence,
        };
        Ok((info, self.attributes))
    }

    /// The trailer.
    pub(super) fn to_trailer(&self) -> std::io::Result<Vec<u8>> {
        let mut out = serde_json::to_vec(self).map_err(std::io::Error::other)?;
        let length = u32::try_from(out.len()).map_err(std::io::Error::other)?;
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(MAGIC);
        Ok(out)
    }

    /// Reads an object file's trailer; says what is wrong with a damaged one.
    pub(super) fn read(file: &mut File) -> std::io::Result<Result<Self, String>> {
        let total = file.seek(SeekFrom::End(0))?;
        let Some(foot_at) = total.checked_sub(FOOT) else {
            return Ok(Err("it is too short".to_owned()));
        };
        file.seek(SeekFrom::Start(foot_at))?;
        let mut foot = [0; FOOT as usize];
        file.read_exact(&mut foot)?;
        let [a, b, c, d, magic @ ..] = foot;
        let length = u64::from(u32::from_le_bytes([a, b, c, d]));
        if &magic != MAGIC {
            return Ok(Err("its last bytes are not an object's".to_owned()));
        }
        let Some(json_at) = foot_at.checked_sub(length).filter(|_| length <= MAX_RECORD) else {
            return Ok(Err("its record has an impossible length".to_owned()));
        };
        file.seek(SeekFrom::Start(json_at))?;
        let mut json = Vec::new();
        file.take(length).read_to_end(&mut json)?;
        Ok(match serde_json::from_slice::<Self>(&json) {
            Ok(record) if record.size == json_at => Ok(record),
            Ok(record) => Err(format!("it holds {json_at} of {} bytes", record.size)),
            Err(error) => Err(format!("its record does not parse: {error}")),
        })
    }
}

//! MinIO's listening API: an answer without end, a line of JSON for every batch of events.
//! See <https://min.io/docs/minio/linux/administration/monitoring/bucket-notifications.html>.

use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::client::{HttpError, HttpResponseBody};
use serde::Deserialize;

use super::unquoted;

/// A line is a few events; one longer than this is no answer of MinIO's.
const MAX_LINE: usize = 1 << 20;
/// A sign of life is asked for every second; after this long without one the connection is given up.
const SILENCE: Duration = Duration::from_secs(30);

/// A new object as MinIO tells of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub key: String,
    pub size: u64,
    pub etag: String,
}

/// The open stream.
pub(super) struct Listener {
    body: BoxStream<'static, Result<Bytes, HttpError>>,
    buffer: BytesMut,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "Records", default)]
    records: Option<Vec<NoticeRecord>>,
}

#[derive(Deserialize)]
struct NoticeRecord {
    s3: NoticeEntity,
}

#[derive(Deserialize)]
struct NoticeEntity {
    object: NoticeObject,
}

#[derive(Deserialize)]
struct NoticeObject {
    key: String,
    #[serde(default)]
    size: u64,
    #[serde(rename = "eTag", default)]
    etag: String,
}

impl Listener {
    pub(super) fn new(body: HttpResponseBody) -> Self {
        Self {
            body: body.bytes_stream(),
            buffer: BytesMut::new(),
        }
    }

    /// The events of the next line; `None` when the stream has ended or cannot be followed any more.
    pub(super) async fn next(&mut self) -> Option<Vec<Notice>> {
        loop {
            while let Some(end) = memchr::memchr(b'\n', &self.buffer) {
                let notices = parse_line(&self.buffer[..end]);
                self.buffer.advance(end + 1);
                match notices {
                    Some(notices) if notices.is_empty() => {}
                    notices => return notices,
                }
            }
            if self.buffer.len() > MAX_LINE {
                return None;
            }
            match tokio::time::timeout(SILENCE, self.body.next()).await {
                Ok(Some(Ok(bytes))) => self.buffer.extend_from_slice(&bytes),
                Ok(Some(Err(_)) | None) | Err(_) => return None,
            }
        }
    }
}

/// A line's events: none for a sign of life, `None` if it is not understood.
fn parse_line(line: &[u8]) -> Option<Vec<Notice>> {
    let line = line.trim_ascii();
    if line.is_empty() {
        return Some(Vec::new());
    }
    let line: Line = serde_json::from_slice(line).ok()?;
    let notice = |record: NoticeRecord| {
        // Unlike in S3's own notifications, the key is not percent-encoded here.
        let NoticeObject { key, size, etag } = record.s3.object;
        Notice {
            key,
            size,
            etag: unquoted(&etag),
        }
    };
    Some(line.records.unwrap_or_default().into_iter().map(notice).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_events_or_signs_of_life() {
        let line = br#" {"EventName":"x","Records":[{"eventVersion":"2.0","s3":{"bucket":{"name":"b"},
            "object":{"key":"in/t\u00e9st %+1.json","size":12,"eTag":"ab","sequencer":"17"}}}]}"#;
        let notice = Notice {
            key: "in/tést %+1.json".to_owned(),
            size: 12,
            etag: "ab".to_owned(),
        };
        assert_eq!(parse_line(line), Some(vec![notice]));
        assert_eq!(parse_line(b"   "), Some(vec![]));
        assert_eq!(parse_line(br#"{"Records":[]}"#), Some(vec![]));
        assert_eq!(parse_line(br#"{"Records":null}"#), Some(vec![]));
        assert_eq!(parse_line(b"<xml>"), None);
    }
}

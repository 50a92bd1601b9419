//! Messages that cannot be delivered, kept where a person finds them.

use base64::Engine;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// A message that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its key in the bucket.
    pub path: String,
    /// The partition it came from.
    pub partition: i32,
    /// Its offset there.
    pub offset: i64,
    /// The message's timestamp, if it has one.
    pub timestamp: Option<Timestamp>,
    /// The message's key, if it has one.
    pub key: Option<Vec<u8>>,
    /// The message, if it has a value at all.
    pub payload: Option<Vec<u8>>,
    /// Why it was set aside.
    pub reason: String,
}

impl DeadLetter {
    /// The object that is written: one JSON object on one line. Bytes that are no UTF-8 appear as base64 under
    /// `keyBase64` and `payloadBase64` instead of `key` and `payload`.
    pub(in crate::world) fn to_json(&self, topic: &str) -> Vec<u8> {
        let mut object = Map::new();
        object.insert("topic".to_owned(), topic.into());
        object.insert("partition".to_owned(), self.partition.into());
        object.insert("offset".to_owned(), self.offset.into());
        object.insert(
            "timestamp".to_owned(),
            self.timestamp.map(|moment| moment.to_string()).into(),
        );
        object.insert("reason".to_owned(), self.reason.as_str().into());
        bytes(&mut object, "key", self.key.as_deref());
        bytes(&mut object, "payload", self.payload.as_deref());
        let mut line = Value::Object(object).to_string().into_bytes();
        line.push(b'\n');
        line
    }
}

fn bytes(object: &mut Map<String, Value>, name: &str, value: Option<&[u8]>) {
    match value.map(|bytes| (std::str::from_utf8(bytes), bytes)) {
        None => object.insert(name.to_owned(), Value::Null),
        Some((Ok(text), _)) => object.insert(name.to_owned(), text.into()),
        Some((Err(_), bytes)) => {
            let text = base64::engine::general_purpose::STANDARD.encode(bytes);
            object.insert(format!("{name}Base64"), text.into())
        }
    };
}

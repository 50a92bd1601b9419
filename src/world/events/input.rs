//! A user's own events, one JSON object a line, sent unchanged.

use std::io::BufRead;

use serde::Deserialize;

use crate::error::{Error, Result};

/// The longest line that is sent: what a Kafka broker takes by default, less room for the record around it.
pub const MAX_LINE_BYTES: usize = 1_000_000;

/// One line of an input file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputLine {
    /// A line to send.
    Event {
        /// Where it stands, from 1.
        number: u64,
        /// `customerId` as text, where the line is JSON and has one.
        key: Option<String>,
        /// The line without its line feed, otherwise byte for byte.
        payload: Vec<u8>,
    },
    /// A line of more than [`MAX_LINE_BYTES`]; it is not sent.
    TooLong {
        /// Where it stands, from 1.
        number: u64,
        /// Its length in bytes.
        length: u64,
    },
}

/// Reads an input file line by line in bounded memory. Blank lines are left out: they are no events, in NDJSON as in
/// Snowflake's JSON files.
#[derive(Debug)]
pub struct InputReader<R> {
    source: R,
    number: u64,
}

impl<R: BufRead> InputReader<R> {
    /// A reader at the first line.
    pub fn new(source: R) -> Self {
        Self { source, number: 0 }
    }

    /// The next line up to its line feed: what of it was kept, and its true length. `None` at the end.
    fn line(&mut self) -> std::io::Result<Option<(Vec<u8>, u64)>> {
        let mut kept = Vec::new();
        let mut length = 0_u64;
        let mut any = false;
        loop {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                return Ok(any.then_some((kept, length)));
            }
            any = true;
            let end = memchr::memchr(b'\n', buffer);
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or(buffer);
            let room = MAX_LINE_BYTES.saturating_sub(kept.len()).min(part.len());
            kept.extend_from_slice(part.get(..room).unwrap_or(part));
            length += part.len() as u64;
            let used = part.len() + usize::from(end.is_some());
            self.source.consume(used);
            if end.is_some() {
                return Ok(Some((kept, length)));
            }
        }
    }
}

impl<R: BufRead> Iterator for InputReader<R> {
    type Item = Result<InputLine>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (payload, length) = match self.line() {
                Ok(line) => line?,
                Err(error) => {
                    let number = self.number + 1;
                    return Some(Err(Error::outside(format!(
                        "cannot read the input at line {number}: {error}"
                    ))));
                }
            };
            self.number += 1;
            let number = self.number;
            if length > MAX_LINE_BYTES as u64 {
                return Some(Ok(InputLine::TooLong { number, length }));
            }
            if payload.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Some(Ok(InputLine::Event {
                number,
                key: key(&payload),
                payload,
            }));
        }
    }
}

/// `customerId` of a line, as text.
fn key(line: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Keyed {
        #[serde(rename = "customerId")]
        customer_id: serde_json::Value,
    }
    let keyed: Keyed = match serde_json::from_slice(line) {
        Ok(keyed) => keyed,
        // A whole object within a JSON string is still the event it holds.
        Err(_) => serde_json::from_slice::<String>(line)
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok())?,
    };
    match keyed.customer_id {
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::String(text) => Some(text.trim().to_owned()),
        _ => None,
    }
}

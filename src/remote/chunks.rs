//! The parts of a large result, fetched a few at a time and put together in order.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use datafusion::arrow::record_batch::RecordBatch;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use md5::{Digest, Md5};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::decode::{Decoder, Otherwise};
use super::patience::Trouble;
use super::transport::Transport;
use super::wire::{ChunkData, QueryData, Row};
use crate::error::{Error, Result};
use crate::storage::{RowSet, RowSetBuilder};

/// So many parts are fetched at a time.
const AT_A_TIME: usize = 4;
/// Rows that become one batch: text forms and comparisons go batch by batch.
const BATCH: usize = 8192;

/// All rows of a result.
///
/// # Errors
/// Parts that cannot be had; cells that are not what their columns say.
pub async fn rows(transport: &Transport, decoder: &Decoder, data: &mut QueryData) -> Result<RowSet> {
    let mut builder = RowSetBuilder::new(decoder.schema());
    let first = data.rowset.take().unwrap_or_default();
    for part in first.chunks(BATCH) {
        builder.push(decoder.batch(part)?)?;
    }
    let chunks = data.chunks.take().unwrap_or_default();
    let headers = headers(data)?;
    let fetches: Vec<_> = chunks
        .into_iter()
        .enumerate()
        .map(|(number, chunk)| fetch(transport, decoder, &headers, number, chunk).boxed())
        .collect();
    let mut parts = stream::iter(fetches).buffered(AT_A_TIME);
    while let Some(batches) = parts.try_next().await? {
        for batch in batches {
            builder.push(batch)?;
        }
    }
    if let Some(Otherwise { column, there, here }) = decoder.otherwise() {
        tracing::warn!(
            column,
            there,
            here,
            "the account shows a value otherwise than it is shown here"
        );
    }
    builder.finish()
}

/// What goes with the requests for parts: what the account says, else the key that they are encrypted with.
fn headers(data: &QueryData) -> Result<HeaderMap> {
    let mut texts: BTreeMap<String, String> = data.chunk_headers.clone().unwrap_or_default();
    if let (true, Some(key)) = (texts.is_empty(), &data.qrmk) {
        let wrong = || Error::outside("the account's result cannot be read: its key is no base64");
        let digest = Md5::digest(STANDARD.decode(key).map_err(|_| wrong())?);
        let prefix = "x-amz-server-side-encryption-customer";
        texts.insert(format!("{prefix}-algorithm"), "AES256".to_owned());
        texts.insert(format!("{prefix}-key"), key.clone());
        texts.insert(format!("{prefix}-key-md5"), STANDARD.encode(digest));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in texts {
        let pair = name
            .parse::<HeaderName>()
            .ok()
            .zip(HeaderValue::from_str(&value).ok());
        let (name, mut value) =
            pair.ok_or_else(|| Error::outside("the account's result cannot be read: a header that is none"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

async fn fetch(
    transport: &Transport,
    decoder: &Decoder,
    headers: &HeaderMap,
    number: usize,
    chunk: ChunkData,
) -> Result<Vec<RecordBatch>> {
    let what = format!("part {} of a result", number + 1);
    let wanted = chunk.row_count;
    let decoder = decoder.clone();
    let read = move |body: &[u8]| {
        let rows = parse(body).map_err(Trouble::passing)?;
        if rows.len() != wanted {
            return Err(Trouble::passing(format!(
                "{} rows came where {wanted} were to come",
                rows.len()
            )));
        }
        let batches = rows.chunks(BATCH).map(|rows| decoder.batch(rows));
        let batches = batches.collect::<Result<Vec<_>>>();
        batches.map_err(|error| Trouble::lasting(error.message()))
    };
    transport.download(&what, &chunk.url, headers, read).await
}

/// Rows with commas between them, and no brackets around them.
fn parse(body: &[u8]) -> std::result::Result<Vec<Row>, String> {
    let mut text = Vec::with_capacity(body.len() + 2);
    text.push(b'[');
    text.extend_from_slice(body);
    text.push(b']');
    serde_json::from_slice(&text)
        .map_err(|error| format!("it is no list of rows (column {})", error.column()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_rows_without_brackets() {
        assert_eq!(parse(b"").unwrap(), Vec::<Row>::new());
        let rows = parse(br#"["1",null],["2","a"]"#).unwrap();
        assert_eq!(rows[1], [Some("2".to_owned()), Some("a".to_owned())]);
        for garbage in [&b"["[..], b"{}", b"[\"1\"],", b"<html>", b"[1]"] {
            assert!(parse(garbage).is_err());
        }
    }

    #[test]
    fn a_key_is_sent_where_no_headers_are_given() {
        let mut data = QueryData {
            qrmk: Some("AAAA".to_owned()),
            ..QueryData::default()
        };
        let made = headers(&data).unwrap();
        assert_eq!(made["x-amz-server-side-encryption-customer-algorithm"], "AES256");
        assert_eq!(made["x-amz-server-side-encryption-customer-key"], "AAAA");
        data.chunk_headers = Some([("x-own".to_owned(), "1".to_owned())].into());
        assert_eq!(headers(&data).unwrap().len(), 1);
        data.chunk_headers = Some([("x own".to_owned(), "1".to_owned())].into());
        assert!(headers(&data).is_err());
    }
}

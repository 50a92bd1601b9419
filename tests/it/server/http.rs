//! A client that can misbehave: requests as bytes, and answers that are taken apart and found well-formed or not.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The server has this long for anything.
const PATIENCE: Duration = Duration::from_secs(20);
/// More than this is no head of an answer.
const MOST_HEAD: usize = 16 << 10;
/// More than this is no answer to anything that is asked here.
const MOST_BODY: usize = 32 << 20;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Sends bytes, and reads one answer; `None` if the server closes the connection instead.
///
/// # Errors
/// What is no answer of HTTP, or does not come.
pub async fn exchange(
    address: SocketAddr,
    bytes: &[u8],
    finish: bool,
    bodiless: bool,
) -> Result<Option<Answer>, String> {
    let mut stream = TcpStream::connect(address)
        .await
        .map_err(|error| error.to_string())?;
    // A server that has answered already need not read on.
    let _ = stream.write_all(bytes).await;
    if finish {
        let _ = stream.shutdown().await;
    }
    let answer = tokio::time::timeout(PATIENCE, read(&mut stream, bodiless)).await;
    answer.map_err(|_| "no answer, and no close".to_owned())?
}

async fn read(stream: &mut TcpStream, bodiless: bool) -> Result<Option<Answer>, String> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            break end;
        }
        if bytes.len() > MOST_HEAD {
            return Err("a head without an end".to_owned());
        }
        if !more(stream, &mut bytes).await? {
            return match bytes.is_empty() {
                true => Ok(None),
                false => Err(format!("half a head: {}", String::from_utf8_lossy(&bytes))),
            };
        }
    };
    let head = std::str::from_utf8(&bytes[..end]).map_err(|error| error.to_string())?;
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap_or_default();
    let status = status
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(2..5)?.parse().ok());
    let status: u16 = status.ok_or_else(|| format!("no status: {head}"))?;
    let mut headers = Vec::new();
    for line in lines {
        let (name, value) = line.split_once(':').ok_or_else(|| format!("no header: {line}"))?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut answer = Answer {
        status,
        headers,
        body: Vec::new(),
    };
    let mut rest = bytes.split_off(end + 4);
    if bodiless || status == 204 || status == 304 {
        return Ok(Some(answer));
    }
    if answer
        .header("transfer-encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    {
        while !rest.ends_with(b"0\r\n\r\n") {
            bounded_more(stream, &mut rest).await?;
        }
        answer.body = unchunked(&rest)?;
        return Ok(Some(answer));
    }
    let length = answer
        .header("content-length")
        .ok_or("neither a length nor chunks")?;
    let length: usize = length.parse().map_err(|_| format!("a length of {length}"))?;
    while rest.len() < length {
        bounded_more(stream, &mut rest).await?;
    }
    answer.body = rest;
    Ok(Some(answer))
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Result<bool, String> {
    match stream.read_buf(bytes).await {
        Ok(count) => Ok(count > 0),
        // What was not read before a close makes it a reset.
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}

async fn bounded_more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Result<(), String> {
    if bytes.len() > MOST_BODY {
        return Err("a body without an end".to_owned());
    }
    match more(stream, bytes).await? {
        true => Ok(()),
        false => Err("half a body".to_owned()),
    }
}

fn unchunked(mut bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let end = find(bytes, b"\r\n").ok_or("a chunk without a length")?;
        let length = std::str::from_utf8(&bytes[..end]).map_err(|error| error.to_string())?;
        let length = usize::from_str_radix(length, 16).map_err(|error| error.to_string())?;
        if length == 0 {
            return Ok(body);
        }
        let chunk = bytes.get(end + 2..end + 2 + length).ok_or("a short chunk")?;
        body.extend_from_slice(chunk);
        bytes = bytes.get(end + 4 + length..).ok_or("a chunk without an end")?;
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

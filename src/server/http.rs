//! HTTP as the server speaks it: bounded bodies and replies, on [`world::http`](crate::world::http).
//!
//! Nothing here knows what is served. Bodies are read whole, within [`BodyLimits`] both before and after they are
//! unpacked, so that a small gzip body cannot become a large one; files come in and go out piece by piece.

use std::convert::Infallible;
use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use futures::StreamExt;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Request, Response, StatusCode};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::world::http::{self, Limits};
use crate::world::tls::Tls;

/// What bodies of requests may be.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// The largest, packed and unpacked, in bytes.
    pub bytes: usize,
    /// A client has this long to send one.
    pub time: Duration,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            bytes: 256 << 20,
            time: Duration::from_secs(120),
        }
    }
}

/// Bodies of at most so many bytes are unpacked where they came in.
const SMALL_BODY: usize = 64 << 10;

/// A reply's body: whole, or in pieces.
pub type Body = UnsyncBoxBody<Bytes, std::io::Error>;
/// A reply.
pub type Reply = Response<Body>;

/// Why a body could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It is larger than [`BodyLimits`] let it be.
    TooLarge,
    /// It did not come, or not in time.
    Broken,
    /// Its encoding is not one that is read here, or it is damaged.
    Encoding,
}

impl std::fmt::Display for BodyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the body is too large",
            Self::Broken => "the body did not come",
            Self::Encoding => "the body's encoding cannot be read",
        })
    }
}

/// Answers requests; one for all connections.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request of a peer. Must not panic.
    fn handle(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: SocketAddr,
    ) -> impl Future<Output = Reply> + Send;
}

/// Serves until `stop`, then lets requests under way end, for a while.
pub async fn serve(
    listener: TcpListener,
    limits: Limits,
    tls: Option<Tls>,
    handler: Arc<impl Handler>,
    stop: CancellationToken,
) {
    http::serve(listener, limits, tls, stop.cancelled(), move |request, peer| {
        let handler = Arc::clone(&handler);
        async move { Ok::<_, Infallible>(handler.handle(request, peer).await) }
    })
    .await;
}

/// Reads a request's body whole and unpacks it.
///
/// # Errors
/// See [`BodyError`].
pub async fn read_body(headers: &HeaderMap, body: Incoming, limits: BodyLimits) -> Result<Bytes, BodyError> {
    let whole = tokio::time::timeout(limits.time, Limited::new(body, limits.bytes).collect()).await;
    let bytes = match whole {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => return Err(BodyError::TooLarge),
        Ok(Err(_)) | Err(_) => return Err(BodyError::Broken),
    };
    match headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"" | b"identity") => Ok(bytes),
        Some(b"gzip" | b"x-gzip") => {
            // What is small takes less time than the way to another thread.
            let most = limits.bytes.min(SMALL_BODY);
            match gunzip(&bytes, most) {
                Err(BodyError::TooLarge) if most < limits.bytes => {}
                unpacked => return unpacked,
            }
            let unpacked = tokio::task::spawn_blocking(move || gunzip(&bytes, limits.bytes)).await;
            unpacked.unwrap_or(Err(BodyError::Encoding))
        }
        Some(_) => Err(BodyError::Encoding),
    }
}

/// Unpacks gzip of at most `most` bytes.
///
/// # Errors
/// More bytes, or what is no gzip or not all of one.
pub fn gunzip(bytes: &[u8], most: usize) -> Result<Bytes, BodyError> {
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(most as u64 + 1);
    reader
        .read_to_end(&mut unpacked)
        .map_err(|_| BodyError::Encoding)?;
    if unpacked.len() > most {
        return Err(BodyError::TooLarge);
    }
    Ok(unpacked.into())
}

/// A reply of JSON.
pub fn json(status: StatusCode, text: impl Into<Bytes>) -> Reply {
    let mut reply = whole(status, text);
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply
}

/// A reply of bytes.
pub fn whole(status: StatusCode, bytes: impl Into<Bytes>) -> Reply {
    let body = Full::new(bytes.into()).map_err(|never| match never {});
    let mut reply = Response::new(body.boxed_unsync());
    *reply.status_mut() = status;
    reply
}

/// A reply whose body comes in pieces.
pub fn pieces(stream: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static) -> Reply {
    Response::new(StreamBody::new(stream.map(|piece| piece.map(Frame::data))).boxed_unsync())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_gzip_bomb_is_stopped_at_the_limit() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
        let packed = encoder.finish().unwrap();
        assert_eq!(gunzip(&packed, 1 << 19), Err(BodyError::TooLarge));
        assert_eq!(gunzip(&packed, 1 << 20).unwrap().len(), 1 << 20);
        assert_eq!(gunzip(&packed[..100], 1 << 20), Err(BodyError::Encoding));
    }
}

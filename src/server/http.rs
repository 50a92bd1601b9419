//! HTTP/1.1 on a listening port: connections, bounded bodies, replies.
//!
//! Nothing here knows what is served. Bodies are read whole, within [`MAX_BODY`] both before and after they are
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
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// The largest body of a request, packed and unpacked.
pub const MAX_BODY: usize = 256 << 20;
/// More connections than this wait until one is closed.
const MAX_CONNECTIONS: usize = 4096;
/// A client has this long to send its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);
/// A client has this long to send its body.
const BODY_TIMEOUT: Duration = Duration::from_secs(120);
/// Requests under way have this long to end when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// A reply's body: whole, or in pieces.
pub type Body = UnsyncBoxBody<Bytes, std::io::Error>;
/// A reply.
pub type Reply = Response<Body>;

/// Why a body could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It is larger than [`MAX_BODY`].
    TooLarge,
    /// It did not come, or not in time.
    Broken,
    /// Its encoding is not one that is read here, or it is damaged.
    Encoding,
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
pub async fn serve(listener: TcpListener, handler: Arc<impl Handler>, stop: CancellationToken) {
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let accepted = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (listener.accept().await, permit)
        };
        let (stream, peer, permit) = tokio::select! {
            () = stop.cancelled() => break,
            (accepted, permit) = accepted => match accepted {
                Ok((stream, peer)) => (stream, peer, permit),
                Err(error) => {
                    // Out of file descriptors, most likely: waiting helps, spinning does not.
                    tracing::warn!(%error, "accepting a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let handler = Arc::clone(&handler);
        let answer = service_fn(move |request| {
            let handler = Arc::clone(&handler);
            async move { Ok::<_, Infallible>(handler.handle(request, peer).await) }
        });
        let connection = http.serve_connection(TokioIo::new(stream), answer).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended");
            }
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, graceful.shutdown()).await;
}

/// Reads a request's body whole and unpacks it.
///
/// # Errors
/// See [`BodyError`].
pub async fn read_body(headers: &HeaderMap, body: Incoming) -> Result<Bytes, BodyError> {
    let whole = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, MAX_BODY).collect()).await;
    let bytes = match whole {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => return Err(BodyError::TooLarge),
        Ok(Err(_)) | Err(_) => return Err(BodyError::Broken),
    };
    match headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"" | b"identity") => Ok(bytes),
        Some(b"gzip" | b"x-gzip") => {
            let unpacked = tokio::task::spawn_blocking(move || gunzip(&bytes, MAX_BODY)).await;
            unpacked.unwrap_or(Err(BodyError::Encoding))
        }
        Some(_) => Err(BodyError::Encoding),
    }
}

/// Unpacks gzip of at most `most` bytes.
fn gunzip(bytes: &[u8], most: usize) -> Result<Bytes, BodyError> {
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

//! HTTP/1.1 on a listening port: connections, of which there are only so many, and a stop that lets requests end.
//!
//! Nothing here knows what is served: the S3 server and the server for Snowflake's clients both stand on it.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// A client has this long to send its headers.
const HEADER_TIMEOUT: Duration = Duration::from_secs(30);

/// What a server bears.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// More connections than this wait until one is closed.
    pub connections: usize,
    /// Requests under way have this long to end when the server stops.
    pub grace: Duration,
}

/// Serves until `stop` is there, then lets requests under way end, for a while. `answer` must not panic.
pub async fn serve<R, B, E>(
    listener: TcpListener,
    limits: Limits,
    stop: impl Future<Output = ()>,
    answer: impl Fn(Request<Incoming>, SocketAddr) -> R + Clone + Send + 'static,
) where
    R: Future<Output = Result<Response<B>, E>> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
{
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT);
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(limits.connections));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (listener.accept().await, permit)
        };
        let (stream, peer, permit) = tokio::select! {
            () = &mut stop => break,
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
        let answer = answer.clone();
        let service = service_fn(move |request| answer(request, peer));
        let connection = http.serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error, "a connection ended");
            }
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(limits.grace, graceful.shutdown()).await;
}

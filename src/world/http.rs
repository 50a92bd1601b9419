//! HTTP/1.1 on a listening port, with TLS or without: connections, of which there are only so many, and a stop that
//! lets requests end.
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
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

use super::tls::Tls;

/// What a server bears.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// More connections than this wait until one is closed.
    pub connections: usize,
    /// Requests under way have this long to end when the server stops.
    pub grace: Duration,
    /// A client has this long to send a request's headers, and to shake hands before its first request.
    pub header_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            grace: Duration::from_secs(10),
            header_time: Duration::from_secs(30),
        }
    }
}

/// Serves until `stop` is there, then lets requests under way end, for a while. `answer` must not panic.
pub async fn serve<R, B, E>(
    listener: TcpListener,
    limits: Limits,
    tls: Option<Tls>,
    stop: impl Future<Output = ()>,
    answer: impl Fn(Request<Incoming>, SocketAddr) -> R + Clone + Send + 'static,
) where
    R: Future<Output = Result<Response<B>, E>> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
{
    // Looking for HTTP/2 first would wait without end for a client that sends nothing.
    let mut http = auto::Builder::new(TokioExecutor::new()).http1_only();
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time);
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
        let connection = Connection {
            http: http.clone(),
            watcher: graceful.watcher(),
            answer: move |request| answer(request, peer),
        };
        let tls = tls.clone();
        tokio::spawn(async move {
            match tls {
                None => connection.serve(stream).await,
                Some(tls) => {
                    if let Some(stream) = tls.accept(stream, limits.header_time).await {
                        connection.serve(stream).await;
                    }
                }
            }
            drop(permit);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(limits.grace, graceful.shutdown()).await;
}

/// A server on a port of its own. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    accepting: JoinHandle<()>,
}

impl Running {
    /// Serves from now on; see [`serve`].
    ///
    /// # Errors
    /// A listener without an address.
    pub fn start<R, B, E>(
        listener: TcpListener,
        limits: Limits,
        answer: impl Fn(Request<Incoming>, SocketAddr) -> R + Clone + Send + 'static,
    ) -> std::io::Result<Self>
    where
        R: Future<Output = Result<Response<B>, E>> + Send + 'static,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
        E: Into<Box<dyn Error + Send + Sync>> + 'static,
    {
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        // Stopped, or dropped.
        let stopped = async {
            let _ = stopped.await;
        };
        let accepting = tokio::spawn(serve(listener, limits, None, stopped, answer));
        Ok(Self {
            address,
            stop: Some(stop),
            accepting,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients find it, as a URL.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no more connections, and returns once requests under way have ended (or had time to).
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        let _ = (&mut self.accepting).await;
    }
}

/// What serves one client.
struct Connection<A> {
    http: auto::Builder<TokioExecutor>,
    watcher: Watcher,
    answer: A,
}

impl<A> Connection<A> {
    /// Answers one request after the other until the client goes, or the server stops.
    async fn serve<R, B, E>(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static)
    where
        A: Fn(Request<Incoming>) -> R + Send + 'static,
        R: Future<Output = Result<Response<B>, E>> + Send + 'static,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
        E: Into<Box<dyn Error + Send + Sync>> + 'static,
    {
        let service = service_fn(self.answer);
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(error, "a connection ended");
        }
    }
}

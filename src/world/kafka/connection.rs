//! One client's connection: requests in, answers out, in order.
//!
//! A reader takes frames off the socket while the previous request is still being answered, one ahead, so that a
//! client that goes away during a long poll is noticed. Requests are answered one at a time, as Kafka does; that keeps
//! answers in order and an idempotent producer's batches too. A client that does not read its answers stops only
//! itself.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::api::{self, Call};
use super::core::Core;
use super::wire::RequestFrame;
use super::wire::frame::{self, Allowance, End, Frame};

/// Serves a client until it goes away, misbehaves, or `stop`.
pub(crate) async fn serve(
    core: Arc<Core>,
    stream: TcpStream,
    peer: SocketAddr,
    allowance: Arc<Allowance>,
    stop: CancellationToken,
) {
    let _ = stream.set_nodelay(true);
    let (reader, mut writer) = stream.into_split();
    let gone = stop.child_token();
    let (send, mut frames) = mpsc::channel(1);
    let reading = read_all(core.clone(), reader, peer, allowance, send, gone.clone());
    let answering = async {
        // What a client sent before it closed its side is still done: it may be batches without acknowledgement.
        while let Some(frame) = frames.recv().await {
            if !answer(&core, &mut writer, peer, frame, &gone).await {
                break;
            }
        }
        gone.cancel();
    };
    tokio::select! {
        _ = async { tokio::join!(reading, answering) } => {}
        () = stop.cancelled() => {}
    }
}

/// Reads frames until there are no more.
async fn read_all(
    core: Arc<Core>,
    mut reader: OwnedReadHalf,
    peer: SocketAddr,
    allowance: Arc<Allowance>,
    send: mpsc::Sender<Frame>,
    gone: CancellationToken,
) {
    let limits = &core.config.limits;
    let reading = async {
        loop {
            match frame::read(&mut reader, &allowance, limits.request_bytes, limits.idle).await {
                Ok(frame) => {
                    if send.send(frame).await.is_err() {
                        return;
                    }
                }
                Err(End::Closed) => return,
                Err(End::Broken) => return tracing::debug!(%peer, "a connection broke within a request"),
                Err(End::Size(size)) => {
                    return tracing::warn!(%peer, size, "closed a connection that announced an impossible request size");
                }
                Err(End::Full) => {
                    return tracing::warn!(%peer, "closed a connection, since unanswered requests fill the allowance");
                }
            }
        }
    };
    tokio::select! {
        () = reading => {}
        () = gone.cancelled() => {}
    }
    gone.cancel();
}

/// Answers one request; false if the connection is to be closed.
async fn answer(
    core: &Core,
    writer: &mut (impl AsyncWriteExt + Unpin),
    peer: SocketAddr,
    frame: Frame,
    gone: &CancellationToken,
) -> bool {
    let request = match RequestFrame::split(frame.bytes.clone(), api::offered) {
        Ok(request) => request,
        Err(error) => {
            tracing::warn!(%peer, %error, "closed a connection");
            return false;
        }
    };
    let bytes = if api::offered(request.api).is_some_and(|(_, most)| request.version > most || request.version < 0) {
        api::downgrade(request.correlation).ok()
    } else {
        let client_host = peer.ip().to_string();
        let call = Call {
            core,
            version: request.version,
            client_id: &request.client_id,
            client_host: &client_host,
            gone,
        };
        match api::answer(&call, &request).await {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::warn!(%peer, %error, "closed a connection");
                return false;
            }
        }
    };
    drop(request);
    drop(frame);
    match bytes {
        Some(bytes) => matches!(timeout(core.config.limits.idle, writer.write_all(&bytes)).await, Ok(Ok(()))),
        None => true,
    }
}

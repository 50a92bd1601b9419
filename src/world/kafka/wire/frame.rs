//! Reading frames from a connection within bounds.
//!
//! Memory grows with the bytes that have come, not with the size that a frame announces, and what all connections
//! hold together is counted against one [`Allowance`].

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

/// Room reserved for a frame before any of it has come.
const FIRST_RESERVE: usize = 16 << 10;

/// Bytes that all connections may hold together.
#[derive(Debug)]
pub(crate) struct Allowance {
    most: usize,
    held: AtomicUsize,
}

impl Allowance {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, held: AtomicUsize::new(0) })
    }
}

/// A part of the allowance, given back when dropped.
#[derive(Debug)]
struct Share {
    of: Arc<Allowance>,
    bytes: usize,
}

impl Share {
    /// Takes more; false if there is no more.
    fn grow(&mut self, bytes: usize) -> bool {
        let held = self.of.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.bytes += bytes;
        held <= self.of.most
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.of.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A frame without its size, counted for as long as it lives.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) bytes: Bytes,
    _share: Share,
}

/// Why no further frame comes.
#[derive(Debug)]
pub(crate) enum End {
    /// The client closed the connection between two frames, or stood still there.
    Closed,
    /// The connection broke or stood still within a frame.
    Broken,
    /// A size that no frame has; an HTTP or TLS client is found out here as well.
    Size(i32),
    /// All connections together hold too much.
    Full,
}

/// Reads the next frame of at most `most` bytes; `idle` is how long the client may stand still.
pub(crate) async fn read(
    from: &mut (impl AsyncRead + Unpin),
    allowance: &Arc<Allowance>,
    most: usize,
    idle: Duration,
) -> Result<Frame, End> {
    let size = match timeout(idle, from.read_i32()).await {
        Ok(Ok(size)) => size,
        Ok(Err(_)) | Err(_) => return Err(End::Closed),
    };
    let length = usize::try_from(size).ok().filter(|length| *length <= most).ok_or(End::Size(size))?;
    let mut share = Share { of: allowance.clone(), bytes: 0 };
    let mut bytes = BytesMut::with_capacity(length.min(FIRST_RESERVE));
    while bytes.len() < length {
        let left = length - bytes.len();
        let mut rest = (&mut *from).take(left as u64);
        let come = match timeout(idle, rest.read_buf(&mut bytes)).await {
            Ok(Ok(come)) if come > 0 => come,
            _ => return Err(End::Broken),
        };
        if !share.grow(come) {
            return Err(End::Full);
        }
        if bytes.len() == bytes.capacity() {
            bytes.reserve(bytes.len().min(length - bytes.len()));
        }
    }
    Ok(Frame { bytes: bytes.freeze(), _share: share })
}

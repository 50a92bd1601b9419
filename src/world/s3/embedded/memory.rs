//! Objects in memory, with an optional limit on how much of it they take in all.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};

use super::medium::Content;
use crate::world::s3::error::StorageError;

/// The medium.
#[derive(Debug)]
pub(super) struct Memory {
    used: Arc<AtomicU64>,
    limit: u64,
}

/// Memory that is spoken for; given back when dropped.
#[derive(Debug)]
struct Reservation {
    used: Arc<AtomicU64>,
    bytes: u64,
}

/// An object's bytes. They count as used until the last reader, too, has let them go.
#[derive(Debug)]
struct Held {
    bytes: Bytes,
    _reservation: Reservation,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Bytes on their way in.
#[derive(Debug)]
pub(super) struct MemoryDraft {
    /// A body of one chunk is kept as it came; only further chunks are copied together.
    first: Bytes,
    rest: BytesMut,
    reservation: Reservation,
    limit: u64,
}

impl Memory {
    pub(super) fn new(limit: Option<u64>) -> Self {
        Self {
            used: Arc::default(),
            limit: limit.unwrap_or(u64::MAX),
        }
    }

    pub(super) fn draft(&self) -> MemoryDraft {
        let reservation = Reservation {
            used: Arc::clone(&self.used),
            bytes: 0,
        };
        MemoryDraft {
            first: Bytes::new(),
            rest: BytesMut::new(),
            reservation,
            limit: self.limit,
        }
    }
}

impl Reservation {
    fn grow(&mut self, bytes: u64, limit: u64) -> Result<(), StorageError> {
        let grown = |used: u64| used.checked_add(bytes).filter(|used| *used <= limit);
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown)
            .map_err(|_| {
                StorageError::Full(format!("objects in memory are limited to {limit} bytes in all"))
            })?;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl MemoryDraft {
    pub(super) fn write(&mut self, bytes: Bytes) -> Result<(), StorageError> {
        self.reservation.grow(bytes.len() as u64, self.limit)?;
        if self.first.is_empty() {
            self.first = bytes;
            return Ok(());
        }
        if self.rest.is_empty() {
            self.rest
                .reserve((self.first.len() + bytes.len()).next_power_of_two());
            self.rest.extend_from_slice(&self.first);
        }
        self.rest.extend_from_slice(&bytes);
        Ok(())
    }

    /// Settles the bytes. A small chunk moves into an allocation of its own, so that it does not keep a client's
    /// whole receive buffer alive.
    pub(super) fn finish(&mut self) {
        const SMALL: usize = 1 << 20;
        if !self.rest.is_empty() {
            self.first = std::mem::take(&mut self.rest).freeze();
        } else if self.first.len() < SMALL {
            self.first = Bytes::copy_from_slice(&self.first);
        }
    }

    pub(super) fn into_content(self) -> Content {
        Content::Memory(Bytes::from_owner(Held {
            bytes: self.first,
            _reservation: self.reservation,
        }))
    }
}

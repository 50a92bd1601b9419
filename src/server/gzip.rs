//! [`Gzip`]: a stream of stored blocks, which is gzip to whoever reads it.
//!
//! Clients expect parts of results to be packed. They hardly travel here, so that making them smaller would only take
//! time. <https://www.rfc-editor.org/rfc/rfc1952>, <https://www.rfc-editor.org/rfc/rfc1951#page-11>

use bytes::Bytes;
use crc32fast::Hasher;

/// Deflate's method, no flags, no time, no level, an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// The last block, an empty one.
const LAST: [u8; 5] = [1, 0, 0, 0xff, 0xff];
/// The bytes before a block, and the most in one.
const BLOCK: (usize, usize) = (5, u16::MAX as usize);

/// A stream in the making.
#[derive(Debug, Default)]
pub struct Gzip {
    checksum: Hasher,
    length: usize,
    begun: bool,
}

impl Gzip {
    /// Takes the next bytes, which may lie in several places. Answers what to send for them.
    pub fn add(&mut self, places: &[impl AsRef<[u8]>]) -> Bytes {
        let mut left: usize = places.iter().map(|place| place.as_ref().len()).sum();
        let blocks = left.div_ceil(BLOCK.1);
        let mut out = Vec::with_capacity(HEADER.len() + left + blocks * BLOCK.0);
        if !std::mem::replace(&mut self.begun, true) {
            out.extend(HEADER);
        }
        self.length = self.length.wrapping_add(left);
        // What the open block still takes.
        let mut room = 0;
        for place in places {
            let mut bytes = place.as_ref();
            self.checksum.update(bytes);
            while !bytes.is_empty() {
                if room == 0 {
                    room = left.min(BLOCK.1);
                    out.push(0);
                    out.extend((room as u16).to_le_bytes());
                    out.extend((!(room as u16)).to_le_bytes());
                }
                let (here, rest) = bytes.split_at(room.min(bytes.len()));
                out.extend_from_slice(here);
                bytes = rest;
                room -= here.len();
                left -= here.len();
            }
        }
        out.into()
    }

    /// Ends the stream with its last bytes. Answers what to send for them.
    pub fn end(mut self, places: &[impl AsRef<[u8]>]) -> Bytes {
        let mut out = Vec::from(self.add(places));
        out.extend(LAST);
        out.extend(self.checksum.finalize().to_le_bytes());
        // The length is told modulo 2^32.
        out.extend((self.length as u32).to_le_bytes());
        out.into()
    }
}

/// Bytes as a whole stream.
pub fn gzip(bytes: &[u8]) -> Bytes {
    Gzip::default().end(&[bytes])
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn unpacked(packed: &[u8]) -> Vec<u8> {
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed)
            .read_to_end(&mut unpacked)
            .unwrap();
        unpacked
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        for length in [0, 1, 65_534, 65_535, 65_536, 200_000] {
            let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            assert_eq!(unpacked(&gzip(&bytes)), bytes);
        }
    }

    #[test]
    fn pieces_and_their_places_do_not_show() {
        let bytes: Vec<u8> = (0..300_000).map(|n| (n % 253) as u8).collect();
        let mut stream = Gzip::default();
        let mut sent = Vec::new();
        for piece in [&bytes[..0], &bytes[..70_000], &bytes[70_000..70_001]] {
            let places: Vec<_> = piece.chunks(33_333).collect();
            sent.extend(stream.add(&places));
        }
        sent.extend(stream.end(&[&bytes[70_001..]]));
        assert_eq!(unpacked(&sent), bytes);
    }
}

//! What must hold of a file's footer before the ORC library reads it: its types form a tree that is not too deep. The
//! library follows them recursively, so a damaged footer whose types go round in a circle would use up the stack.

use std::io::Read;

use bytes::Bytes;
use orc_rust::proto::{CompressionKind, Footer, PostScript};
use prost::Message;

use crate::error::{Error, Result};

/// The longest footer that is unpacked, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// How deep types may nest.
const MOST_DEPTH: usize = 100;

/// Checks the footer of a whole file.
///
/// # Errors
/// A footer that cannot be read, or whose types are no tree; a compression that is not read here.
pub(super) fn check(file: &str, bytes: &Bytes) -> Result<()> {
    let damaged = |cause: &str| super::unreadable(file, cause);
    let (length, rest) = bytes.split_last().ok_or_else(|| damaged("it is empty"))?;
    let (rest, postscript) = rest
        .split_at_checked(rest.len().saturating_sub(usize::from(*length)))
        .ok_or_else(|| damaged("its end is damaged"))?;
    let postscript = PostScript::decode(postscript).map_err(|error| super::unreadable(file, error))?;
    let length = usize::try_from(postscript.footer_length()).unwrap_or(usize::MAX);
    let start = rest
        .len()
        .checked_sub(length)
        .ok_or_else(|| damaged("its footer is longer than the file"))?;
    let packed = rest.get(start..).unwrap_or_default();
    let footer = unpacked(file, packed, postscript.compression())?;
    let footer = Footer::decode(footer.as_slice()).map_err(|error| super::unreadable(file, error))?;
    let mut depths = vec![0_usize; footer.types.len()];
    for (index, data_type) in footer.types.iter().enumerate() {
        let depth = depths.get(index).copied().unwrap_or_default() + 1;
        for child in &data_type.subtypes {
            let child = usize::try_from(*child).unwrap_or(usize::MAX);
            // As the format has it, types stand before what they are made of.
            match depths.get_mut(child) {
                Some(held) if child > index && depth < MOST_DEPTH => *held = depth,
                _ => return Err(damaged("its types are no tree, or one that is too deep")),
            }
        }
    }
    Ok(())
}

/// A footer unpacked: chunks, each behind three bytes that tell its length and whether it is packed.
fn unpacked(file: &str, mut packed: &[u8], kind: CompressionKind) -> Result<Vec<u8>> {
    if kind == CompressionKind::None {
        return Ok(packed.to_vec());
    }
    let mut footer = Vec::new();
    while let Some((head, rest)) = packed.split_at_checked(3) {
        let head = head
            .iter()
            .rev()
            .fold(0_usize, |head, byte| head << 8 | usize::from(*byte));
        let (chunk, following) = rest
            .split_at_checked(head >> 1)
            .ok_or_else(|| super::unreadable(file, "its footer ends too soon"))?;
        packed = following;
        let mut out: Box<dyn Read> = match (head & 1, kind) {
            (1, _) => Box::new(chunk),
            (_, CompressionKind::Zlib) => Box::new(flate2::read::DeflateDecoder::new(chunk)),
            (_, CompressionKind::Zstd) => {
                Box::new(zstd::Decoder::new(chunk).map_err(|error| super::unreadable(file, error))?)
            }
            (_, CompressionKind::Snappy) => {
                // The chunk says itself how long it is unpacked.
                let length = snap::raw::decompress_len(chunk).unwrap_or(usize::MAX);
                if length as u64 > MOST_BYTES {
                    return Err(super::unreadable(file, "its footer is too long"));
                }
                let plain = snap::raw::Decoder::new().decompress_vec(chunk);
                Box::new(std::io::Cursor::new(
                    plain.map_err(|error| super::unreadable(file, error))?,
                ))
            }
            _ => return Err(Error::unsupported("ORC files packed with LZO or LZ4")),
        };
        let room = MOST_BYTES.saturating_sub(footer.len() as u64);
        let read = out.by_ref().take(room).read_to_end(&mut footer);
        read.map_err(|error| super::unreadable(file, error))?;
        if footer.len() as u64 >= MOST_BYTES {
            return Err(super::unreadable(file, "its footer is too long"));
        }
    }
    Ok(footer)
}

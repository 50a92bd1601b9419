//! Decompressing staged files and compressing unloaded ones.
//!
//! Inflating is bounded: a file that grows beyond the limit is an error long before memory is exhausted, and so is
//! one whose last bytes are missing. AUTO looks at the file's name first and at its first bytes where the name says
//! nothing or is wrong; Brotli has no mark and, as in Snowflake, must be named or have the extension `.br`.

use std::io::{Cursor, Read, Write};

use bytes::Bytes;

use crate::error::{Error, Result};

/// The most bytes one file may inflate to, unless the caller says otherwise: 16 GiB.
pub const DEFAULT_LIMIT: u64 = 16 << 30;

/// A compression algorithm of a staged file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Recognise it when loading; gzip when unloading.
    Auto,
    /// Gzip (RFC 1952), possibly of several members.
    Gzip,
    /// Bzip2, possibly of several streams.
    Bz2,
    /// Brotli.
    Brotli,
    /// Zstandard, possibly of several frames.
    Zstd,
    /// Deflate with zlib header (RFC 1950).
    Deflate,
    /// Deflate without header (RFC 1951).
    RawDeflate,
    /// Not compressed.
    None,
}

impl Compression {
    /// Reads the option's keyword, in upper case.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "AUTO" => Self::Auto,
            "GZIP" => Self::Gzip,
            "BZ2" => Self::Bz2,
            "BROTLI" => Self::Brotli,
            "ZSTD" => Self::Zstd,
            "DEFLATE" => Self::Deflate,
            "RAW_DEFLATE" => Self::RawDeflate,
            "NONE" => Self::None,
            _ => return None,
        })
    }

    /// The option's keyword.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "AUTO",
            Self::Gzip => "GZIP",
            Self::Bz2 => "BZ2",
            Self::Brotli => "BROTLI",
            Self::Zstd => "ZSTD",
            Self::Deflate => "DEFLATE",
            Self::RawDeflate => "RAW_DEFLATE",
            Self::None => "NONE",
        }
    }

    /// The extension of unloaded files; AUTO unloads gzip.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Auto | Self::Gzip => ".gz",
            Self::Bz2 => ".bz2",
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
            Self::Deflate => ".deflate",
            Self::RawDeflate => ".raw_deflate",
            Self::None => "",
        }
    }

    /// What AUTO means for a file: its extension where its first bytes agree with it, else its first bytes.
    pub fn detect(name: &str, bytes: &[u8]) -> Self {
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("br") => return Self::Brotli,
            Some("deflate") => return Self::Deflate,
            Some("raw_deflate") => return Self::RawDeflate,
            _ => {}
        }
        match bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31 | 0x17, ..] => Self::Bz2,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            // A zlib header: its two bytes are a multiple of 31. Text can look the same only by accident.
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Self::Deflate,
            _ => match extension.as_deref() {
                // A name that promises compression over bytes that are not: let the decoder say so.
                Some("gz" | "gzip") if !bytes.is_empty() => Self::Gzip,
                Some("bz2") if !bytes.is_empty() => Self::Bz2,
                Some("zst" | "zstd") if !bytes.is_empty() => Self::Zstd,
                _ => Self::None,
            },
        }
    }

    /// Decompresses a file; uncompressed bytes are handed through without copying.
    ///
    /// # Errors
    /// Corrupt or truncated data, or more than `limit` bytes; the message names `file` as Snowflake's does.
    pub fn decompress(self, file: &str, bytes: &Bytes, limit: u64) -> Result<Bytes> {
        let this = if self == Self::Auto {
            Self::detect(file, bytes)
        } else {
            self
        };
        let input = bytes.as_ref();
        let outcome = match this {
            Self::Auto | Self::None => return Ok(bytes.clone()),
            _ if bytes.is_empty() => return Ok(Bytes::new()),
            Self::Gzip => inflate(
                flate2::bufread::MultiGzDecoder::new(input),
                gzip_size(input),
                limit,
            ),
            Self::Bz2 => inflate(bzip2::bufread::MultiBzDecoder::new(input), 0, limit),
            Self::Brotli => inflate(brotli::Decompressor::new(input, 64 << 10), 0, limit),
            Self::Zstd => match zstd::stream::read::Decoder::with_buffer(input) {
                Ok(decoder) => inflate(decoder, 0, limit),
                Err(error) => Err(error),
            },
            Self::Deflate => inflate(flate2::bufread::ZlibDecoder::new(input), 0, limit),
            Self::RawDeflate => inflate(flate2::bufread::DeflateDecoder::new(input), 0, limit),
        };
        outcome
            .map(Bytes::from)
            .map_err(|cause| Error::decompression(file, this.name(), cause))
    }

    /// Compresses a file for unloading.
    ///
    /// # Errors
    /// Only when the compressor itself fails.
    pub fn compress(self, bytes: &[u8]) -> Result<Vec<u8>> {
        let outcome = match self {
            Self::None => Ok(bytes.to_vec()),
            Self::Auto | Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
            Self::Bz2 => {
                let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
            Self::Brotli => {
                let mut compressed = Vec::new();
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: 5,
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut Cursor::new(bytes), &mut compressed, &parameters)
                    .map(|_| compressed)
            }
            Self::Zstd => zstd::stream::encode_all(bytes, 0),
            Self::Deflate => {
                let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
            Self::RawDeflate => {
                let mut encoder =
                    flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(bytes).and_then(|()| encoder.finish())
            }
        };
        outcome.map_err(Error::io)
    }
}

/// What a gzip file's last four bytes say it inflates to. A hint only: it is wrong for several members and for
/// lies, so it is trusted up to a ratio that honest data reaches.
fn gzip_size(bytes: &[u8]) -> usize {
    let claimed = bytes
        .last_chunk::<4>()
        .map_or(0, |size| u32::from_le_bytes(*size) as usize);
    claimed.min(bytes.len().saturating_mul(12))
}

fn inflate(mut decoder: impl Read, expected: usize, limit: u64) -> std::io::Result<Vec<u8>> {
    let start = (expected as u64).min(limit).saturating_add(64) as usize;
    let mut inflated = Vec::with_capacity(start);
    let read = decoder
        .by_ref()
        .take(limit.saturating_add(1))
        .read_to_end(&mut inflated)?;
    if read as u64 > limit {
        return Err(std::io::Error::other(format!(
            "more than {limit} bytes after decompression"
        )));
    }
    Ok(inflated)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Compression; 7] = [
        Compression::Gzip,
        Compression::Bz2,
        Compression::Brotli,
        Compression::Zstd,
        Compression::Deflate,
        Compression::RawDeflate,
        Compression::None,
    ];

    fn text() -> Vec<u8> {
        b"a,b,c\n1,2,3\n".repeat(500)
    }

    #[test]
    fn every_algorithm_round_trips_and_auto_finds_it() {
        for compression in ALL {
            let name = format!("data.csv{}", compression.extension());
            let packed = Bytes::from(compression.compress(&text()).unwrap());
            assert_eq!(
                compression.decompress("x", &packed, 1 << 20).unwrap(),
                text(),
                "{compression:?}"
            );
            assert_eq!(
                Compression::Auto.decompress(&name, &packed, 1 << 20).unwrap(),
                text(),
                "{compression:?}"
            );
        }
    }

    #[test]
    fn first_bytes_outweigh_a_missing_or_wrong_name() {
        for compression in [
            Compression::Gzip,
            Compression::Bz2,
            Compression::Zstd,
            Compression::Deflate,
        ] {
            let packed = compression.compress(&text()).unwrap();
            assert_eq!(Compression::detect("data.csv", &packed), compression);
        }
        assert_eq!(Compression::detect("data.csv", b"a,b\n"), Compression::None);
        assert_eq!(Compression::detect("empty.gz", b""), Compression::None);
    }

    #[test]
    fn several_members_are_one_file() {
        for compression in [Compression::Gzip, Compression::Bz2, Compression::Zstd] {
            let mut packed = compression.compress(b"first\n").unwrap();
            packed.extend(compression.compress(b"second\n").unwrap());
            let all = compression.decompress("x", &packed.into(), 100).unwrap();
            assert_eq!(all, b"first\nsecond\n"[..], "{compression:?}");
        }
    }

    #[test]
    fn damage_is_named() {
        for compression in ALL
            .into_iter()
            .filter(|compression| *compression != Compression::None)
        {
            let packed = compression.compress(&text()).unwrap();
            let cut = Bytes::copy_from_slice(&packed[..packed.len() - 5]);
            let error = compression.decompress("t/cut.gz", &cut, 1 << 20).unwrap_err();
            assert!(error.message().contains("'t/cut.gz'"), "{compression:?} {error}");
            assert!(
                error.message().contains(compression.name()),
                "{compression:?} {error}"
            );
        }
        let mut bad = Compression::Gzip.compress(&text()).unwrap();
        let last = bad.len() - 6;
        bad[last] ^= 1; // the checksum
        assert!(Compression::Gzip.decompress("x", &bad.into(), 1 << 20).is_err());
        assert!(
            Compression::Auto
                .decompress("x.gz", &Bytes::from_static(b"not gzip"), 1 << 20)
                .is_err()
        );
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let packed = Bytes::from(Compression::Gzip.compress(&vec![b'0'; 1 << 20]).unwrap());
        let error = Compression::Gzip
            .decompress("bomb.gz", &packed, 1000)
            .unwrap_err();
        assert!(error.message().contains("more than 1000 bytes"), "{error}");
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let bytes = Bytes::from(bytes);
            for compression in ALL {
                let _ = compression.decompress("x", &bytes, 10_000);
            }
            let _ = Compression::Auto.decompress("x.gz", &bytes, 10_000);
        }
    }
}

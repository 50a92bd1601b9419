//! COMPRESS, DECOMPRESS_BINARY and DECOMPRESS_STRING, with SNAPPY, ZLIB, ZSTD and BZ2.
//! <https://docs.snowflake.com/en/sql-reference/functions/compress>

use std::io::{Read, Write};

use datafusion::arrow::array::{ArrayRef, StringArray};

use super::arguments::exactly;
use super::build::{self, MAX_TEXT_BYTES};
use super::call::{Call, Column};
use super::scalar::{Returns, Scalar};
use super::string::is_binary;
use crate::error::{Error, Result};
use crate::types::SnowType;

/// The family.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["COMPRESS"],
        exactly(2),
        |a| Returns::strict(a, SnowType::BINARY),
        compress,
        "compress",
    ),
    Scalar::new(
        &["DECOMPRESS_BINARY"],
        exactly(2),
        |a| Returns::strict(a, SnowType::BINARY),
        decompress_binary,
        "decompress_binary",
    ),
    Scalar::new(
        &["DECOMPRESS_STRING"],
        exactly(2),
        |a| Returns::strict(a, SnowType::VARCHAR),
        decompress_string,
        "decompress_string",
    ),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codec {
    Snappy,
    Zlib,
    Zstd,
    Bz2,
}

/// A method, `ZLIB` or `zlib(1)`: the codec, and its level, of which 0 is the default.
fn parse(call: &Call, text: &str) -> Result<(Codec, u32)> {
    let invalid = || {
        let rule = "a method is SNAPPY, ZLIB, ZSTD or BZ2, with a level in parentheses";
        Error::invalid_argument(call.name(), text, rule)
    };
    let upper = text.trim().to_uppercase();
    let (name, level) = match upper.split_once('(') {
        Some((name, level)) => {
            let level = level.strip_suffix(')').ok_or_else(invalid)?;
            (name.trim(), level.trim().parse().map_err(|_| invalid())?)
        }
        None => (upper.as_str(), 0),
    };
    let (codec, most) = match name {
        "SNAPPY" => (Codec::Snappy, u32::MAX),
        "ZLIB" => (Codec::Zlib, 9),
        "ZSTD" => (Codec::Zstd, 22),
        "BZ2" => (Codec::Bz2, 9),
        _ => return Err(invalid()),
    };
    if level > most {
        return Err(invalid());
    }
    Ok((codec, level))
}

/// The method of each row; read once where it is a constant.
struct Methods {
    texts: Column<StringArray>,
    constant: Option<(Codec, u32)>,
}

impl Methods {
    fn of(call: &Call) -> Result<Self> {
        let texts = call.texts(1)?;
        let constant = match texts.constant() {
            Some(Some(text)) => Some(parse(call, text)?),
            _ => None,
        };
        Ok(Self { texts, constant })
    }

    fn get(&self, call: &Call, row: usize) -> Result<Option<(Codec, u32)>> {
        match self.constant {
            Some(constant) => Ok(Some(constant)),
            None => self.texts.get(row).map(|text| parse(call, text)).transpose(),
        }
    }
}

fn packed(codec: Codec, level: u32, input: &[u8]) -> std::io::Result<Vec<u8>> {
    match codec {
        Codec::Snappy => Ok(snap::raw::Encoder::new().compress_vec(input)?),
        Codec::Zlib => {
            let level = match level {
                0 => flate2::Compression::default(),
                level => flate2::Compression::new(level),
            };
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(input)?;
            encoder.finish()
        }
        Codec::Zstd => zstd::stream::encode_all(input, level as i32),
        Codec::Bz2 => {
            let level = match level {
                0 => bzip2::Compression::default(),
                level => bzip2::Compression::new(level),
            };
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), level);
            encoder.write_all(input)?;
            encoder.finish()
        }
    }
}

/// Reads to the end, but not beyond what a value may hold.
fn bounded(reader: impl Read) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    reader.take(MAX_TEXT_BYTES as u64 + 1).read_to_end(&mut out)?;
    Ok(out)
}

fn unpacked(codec: Codec, input: &[u8]) -> std::io::Result<Vec<u8>> {
    match codec {
        Codec::Snappy => {
            if snap::raw::decompress_len(input)? > MAX_TEXT_BYTES {
                return Ok(vec![0; MAX_TEXT_BYTES + 1]);
            }
            Ok(snap::raw::Decoder::new().decompress_vec(input)?)
        }
        Codec::Zlib => bounded(flate2::read::ZlibDecoder::new(input)),
        Codec::Zstd => bounded(zstd::stream::read::Decoder::new(input)?),
        Codec::Bz2 => bounded(bzip2::read::BzDecoder::new(input)),
    }
}

fn compress(call: &Call) -> Result<ArrayRef> {
    let methods = Methods::of(call)?;
    let bytes = is_binary(call, 0).then(|| call.bytes(0)).transpose()?;
    let texts = (!is_binary(call, 0)).then(|| call.texts(0)).transpose()?;
    build::written_bytes(call.rows(), |row, out| {
        let bytes = bytes.as_ref().and_then(|bytes| bytes.get(row));
        let text = texts.as_ref().and_then(|texts| texts.get(row));
        let (Some(input), Some((codec, level))) =
            (bytes.or(text.map(str::as_bytes)), methods.get(call, row)?)
        else {
            return Ok(None);
        };
        out.extend(packed(codec, level, input).map_err(Error::internal)?);
        Ok(Some(()))
    })
}

fn decompressed(call: &Call, codec: Codec, input: &[u8]) -> Result<Vec<u8>> {
    let output = unpacked(codec, input)
        .map_err(|_| Error::invalid_argument(call.name(), "", "it does not decompress"))?;
    build::check_text(output.len())?;
    Ok(output)
}

fn decompress_binary(call: &Call) -> Result<ArrayRef> {
    let (methods, inputs) = (Methods::of(call)?, call.bytes(0)?);
    build::written_bytes(call.rows(), |row, out| {
        let (Some(input), Some((codec, _))) = (inputs.get(row), methods.get(call, row)?) else {
            return Ok(None);
        };
        out.extend(decompressed(call, codec, input)?);
        Ok(Some(()))
    })
}

fn decompress_string(call: &Call) -> Result<ArrayRef> {
    let (methods, inputs) = (Methods::of(call)?, call.bytes(0)?);
    build::written_texts(call.rows(), |row, out| {
        let (Some(input), Some((codec, _))) = (inputs.get(row), methods.get(call, row)?) else {
            return Ok(None);
        };
        let output = decompressed(call, codec, input)?;
        let text = String::from_utf8(output)
            .map_err(|_| Error::invalid_argument(call.name(), "", "it does not decompress to UTF-8"))?;
        out.push_str(&text);
        Ok(Some(()))
    })
}

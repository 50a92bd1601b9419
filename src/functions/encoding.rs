//! Hexadecimal and Base64 text, both ways. The TRY_ forms give NULL for what does not decode.

use base64::Engine;
use base64::alphabet::Alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use datafusion::arrow::array::ArrayRef;

use super::arguments::{Count, between, exactly};
use super::build::{self, check_text};
use super::call::Call;
use super::scalar::{Returns, Scalar};
use super::string::{is_binary, text};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::cast::CastMode;

const ONE: Count = exactly(1);
const DECODE: Count = between(1, 2);

/// The family.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(&["HEX_ENCODE"], between(1, 2), text, hex_encode, "hex_encode"),
    Scalar::new(
        &["HEX_DECODE_STRING"],
        ONE,
        text,
        |c| strings(c, CastMode::Strict, hex_decode),
        "hex_decode_string",
    ),
    Scalar::new(
        &["TRY_HEX_DECODE_STRING"],
        ONE,
        |_| Returns::nullable(SnowType::VARCHAR),
        |c| strings(c, CastMode::Try, hex_decode),
        "try_hex_decode_string",
    ),
    Scalar::new(
        &["HEX_DECODE_BINARY"],
        ONE,
        |a| Returns::strict(a, SnowType::BINARY),
        |c| binaries(c, CastMode::Strict, hex_decode),
        "hex_decode_binary",
    ),
    Scalar::new(
        &["TRY_HEX_DECODE_BINARY"],
        ONE,
        |_| Returns::nullable(SnowType::BINARY),
        |c| binaries(c, CastMode::Try, hex_decode),
        "try_hex_decode_binary",
    ),
    Scalar::new(
        &["BASE64_ENCODE"],
        between(1, 3),
        text,
        base64_encode,
        "base64_encode",
    ),
    Scalar::new(
        &["BASE64_DECODE_STRING"],
        DECODE,
        text,
        |c| strings(c, CastMode::Strict, base64_decode),
        "base64_decode_string",
    ),
    Scalar::new(
        &["TRY_BASE64_DECODE_STRING"],
        DECODE,
        |_| Returns::nullable(SnowType::VARCHAR),
        |c| strings(c, CastMode::Try, base64_decode),
        "try_base64_decode_string",
    ),
    Scalar::new(
        &["BASE64_DECODE_BINARY"],
        DECODE,
        |a| Returns::strict(a, SnowType::BINARY),
        |c| binaries(c, CastMode::Strict, base64_decode),
        "base64_decode_binary",
    ),
    Scalar::new(
        &["TRY_BASE64_DECODE_BINARY"],
        DECODE,
        |_| Returns::nullable(SnowType::BINARY),
        |c| binaries(c, CastMode::Try, base64_decode),
        "try_base64_decode_binary",
    ),
];

/// The bytes of a row of the first argument, in a buffer that comes empty.
fn input(call: &Call) -> Result<impl Fn(usize, &mut Vec<u8>) -> Option<()>> {
    let bytes = if is_binary(call, 0) {
        Some(call.bytes(0)?)
    } else {
        None
    };
    let texts = if bytes.is_none() {
        Some(call.texts(0)?)
    } else {
        None
    };
    Ok(move |row: usize, out: &mut Vec<u8>| {
        let value = match (&bytes, &texts) {
            (Some(bytes), _) => bytes.get(row)?,
            (_, Some(texts)) => texts.get(row)?.as_bytes(),
            _ => return None,
        };
        out.extend_from_slice(value);
        Some(())
    })
}

/// The second argument is 1 for upper case digits, 0 for lower case.
fn hex_encode(call: &Call) -> Result<ArrayRef> {
    let input = input(call)?;
    let cases = if call.len() > 1 {
        Some(call.integers(1)?)
    } else {
        None
    };
    let mut bytes = Vec::new();
    build::written_texts(call.rows(), |row, out| {
        bytes.clear();
        let case = match &cases {
            Some(cases) => cases.get(row),
            None => Some(1),
        };
        let (Some(()), Some(case)) = (input(row, &mut bytes), case) else {
            return Ok(None);
        };
        check_text(bytes.len().saturating_mul(2))?;
        out.push_str(&match case {
            0 => hex::encode(&bytes),
            1 => hex::encode_upper(&bytes),
            other => {
                let rule = "the case is 0 or 1";
                return Err(Error::invalid_argument(call.name(), other, rule));
            }
        });
        Ok(Some(()))
    })
}

/// Decodes one row's text; the error is the reason.
type Decode = fn(&Call, &str) -> Result<Vec<u8>>;

fn hex_decode(call: &Call, text: &str) -> Result<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    hex::decode(digits).map_err(|_| Error::invalid_argument(call.name(), text, "it is not hexadecimal"))
}

fn strings(call: &Call, mode: CastMode, decode: Decode) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    build::written_texts(call.rows(), |row, out| {
        let Some(text) = texts.get(row) else {
            return Ok(None);
        };
        let decoded = decode(call, text).and_then(|bytes| {
            String::from_utf8(bytes)
                .map_err(|_| Error::invalid_argument(call.name(), text, "it does not decode to UTF-8"))
        });
        keep(decoded, mode).map(|decoded| decoded.map(|decoded| out.push_str(&decoded)))
    })
}

fn binaries(call: &Call, mode: CastMode, decode: Decode) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    build::written_bytes(call.rows(), |row, out| {
        let Some(text) = texts.get(row) else {
            return Ok(None);
        };
        keep(decode(call, text), mode).map(|decoded| decoded.map(|decoded| out.extend_from_slice(&decoded)))
    })
}

fn keep<T>(decoded: Result<T>, mode: CastMode) -> Result<Option<T>> {
    match (decoded, mode) {
        (Ok(decoded), _) => Ok(Some(decoded)),
        (Err(error), CastMode::Strict) => Err(error),
        (Err(_), CastMode::Try) => Ok(None),
    }
}

const STANDARD: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The engine for an alphabet argument: up to three characters for the 62nd and 63rd digit and the padding, which is
/// `=` and taken as it comes when reading.
fn engine(call: &Call, index: usize) -> Result<(GeneralPurpose, char)> {
    call.must_be_constant(index)?;
    let given = if call.len() > index {
        call.constant_text(index).unwrap_or("")
    } else {
        ""
    };
    let invalid = || Error::invalid_argument(call.name(), given, "the alphabet has up to three characters");
    let mut characters = given.chars();
    let (plus, slash, padding) = (
        characters.next().unwrap_or('+'),
        characters.next().unwrap_or('/'),
        characters.next().unwrap_or('='),
    );
    let digits: String = STANDARD.chars().take(62).chain([plus, slash]).collect();
    let alphabet = Alphabet::new(&digits).map_err(|_| invalid())?;
    if characters.next().is_some() || !padding.is_ascii() {
        return Err(invalid());
    }
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    Ok((GeneralPurpose::new(&alphabet, config), padding))
}

fn base64_encode(call: &Call) -> Result<ArrayRef> {
    let input = input(call)?;
    let (engine, padding) = engine(call, 2)?;
    call.must_be_constant(1)?;
    let line = if call.len() > 1 {
        call.constant_integer(1).unwrap_or(0).max(0) as usize
    } else {
        0
    };
    let mut bytes = Vec::new();
    build::written_texts(call.rows(), |row, out| {
        bytes.clear();
        let Some(()) = input(row, &mut bytes) else {
            return Ok(None);
        };
        check_text(bytes.len().saturating_mul(2))?;
        let encoded = engine.encode(&bytes);
        for (index, character) in encoded.chars().enumerate() {
            if line > 0 && index > 0 && index % line == 0 {
                out.push('\n');
            }
            out.push(if character == '=' { padding } else { character });
        }
        Ok(Some(()))
    })
}

fn base64_decode(call: &Call, text: &str) -> Result<Vec<u8>> {
    let (engine, padding) = engine(call, 1)?;
    let digits: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c == padding { '=' } else { c })
        .collect();
    engine
        .decode(digits)
        .map_err(|_| Error::invalid_argument(call.name(), text, "it is not Base64"))
}

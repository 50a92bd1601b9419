//! Strings: escapes resolved, everything else copied in runs.

use super::fault::Fault;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// High bits where bytes of `word` equal `byte`; exact up to and including the lowest one set.
#[inline]
fn equal(word: u64, byte: u8) -> u64 {
    let difference = word ^ (ONES * u64::from(byte));
    difference.wrapping_sub(ONES) & !difference & HIGHS
}

/// How many bytes of `text` pass before a `quote`, a backslash or a control character.
#[inline]
fn plain_run(text: &[u8], quote: u8) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let stops = equal(word, quote) | equal(word, b'\\') | controls;
        if stops != 0 {
            return index * 8 + (stops.trailing_zeros() / 8) as usize;
        }
    }
    let start = words.len() * 8;
    let stop = rest
        .iter()
        .position(|byte| *byte == quote || *byte == b'\\' || *byte < 0x20);
    start + stop.unwrap_or(rest.len())
}

/// Reads a string whose opening quote stands at `at`, appending its text to `out`. Gives the offset behind the closing
/// quote.
#[inline]
pub(super) fn read(text: &[u8], at: usize, quote: u8, out: &mut Vec<u8>) -> Result<usize, Fault> {
    let start = at + 1;
    let tail = text.get(start..).unwrap_or_default();
    let run = plain_run(tail, quote);
    if tail.get(run) == Some(&quote) {
        out.extend_from_slice(tail.get(..run).unwrap_or_default());
        return Ok(start + run + 1);
    }
    read_slowly(text, start, quote, out)
}

/// The part of [`read`] that knows escapes and faults.
fn read_slowly(text: &[u8], mut at: usize, quote: u8, out: &mut Vec<u8>) -> Result<usize, Fault> {
    loop {
        let tail = text.get(at..).unwrap_or_default();
        let run = plain_run(tail, quote);
        out.extend_from_slice(tail.get(..run).unwrap_or_default());
        at += run;
        match tail.get(run) {
            None => return Err(Fault::new("unfinished string", text.len())),
            Some(&byte) if byte == quote => return Ok(at + 1),
            Some(b'\\') => at = escape(text, at, out)?,
            // A line feed has already begun the next line, where it has position 0.
            Some(b'\n') => {
                let line = memchr::memchr_iter(b'\n', text.get(..at).unwrap_or_default()).count() + 2;
                return Err(Fault::everywhere(format_args!(
                    "unterminated string, line {line}, pos 0"
                )));
            }
            Some(b'\r') => return Err(Fault::new("unterminated string", at)),
            Some(&control) => {
                out.push(control);
                at += 1;
            }
        }
    }
}

/// Resolves the escape whose backslash stands at `at`.
fn escape(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<usize, Fault> {
    let Some(&byte) = text.get(at + 1) else {
        return Err(Fault::new("unfinished string", text.len()));
    };
    match byte {
        b'b' => out.push(0x08),
        b'f' => out.push(0x0C),
        b'n' => out.push(b'\n'),
        b'r' => out.push(b'\r'),
        b't' => out.push(b'\t'),
        // A backslash before a line feed continues the string on the next line.
        b'\n' => {}
        b'\r' => return Err(Fault::new("bad escape sequence in the string", at + 2)),
        b'u' => return unicode(text, at, out),
        // Any other escaped byte stands for itself; of a longer character the rest follows as plain text.
        other => out.push(other),
    }
    Ok(at + 2)
}

/// Resolves `\uXXXX`, and a pair of them for a character beyond the basic plane. Half a pair becomes U+FFFD.
fn unicode(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<usize, Fault> {
    let Some(unit) = code_unit(text, at) else {
        return Err(Fault::new("bad escape sequence in the string", at + 2));
    };
    let mut end = at + 6;
    let mut character = char::from_u32(unit);
    if (0xD800..0xDC00).contains(&unit)
        && let Some(low @ 0xDC00..0xE000) = code_unit(text, end)
    {
        character = char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        end += 6;
    }
    let mut buffer = [0; 4];
    let encoded = character
        .unwrap_or(char::REPLACEMENT_CHARACTER)
        .encode_utf8(&mut buffer);
    out.extend_from_slice(encoded.as_bytes());
    Ok(end)
}

/// The four hexadecimal digits of `\uXXXX` at `at`.
fn code_unit(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, digit| {
        Some(unit << 4 | char::from(*digit).to_digit(16)?)
    })
}

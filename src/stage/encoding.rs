//! Character sets of CSV files: everything becomes UTF-8 before it is read.
//!
//! Here are the Unicode forms and the single-byte sets whose table is small: ISO-8859-1, ISO-8859-15 and
//! windows-1252. Snowflake's other sets are refused by name.

use bytes::Bytes;

use crate::error::{Error, Result};

/// A character set that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16; by its byte order mark, else big-endian.
    Utf16,
    /// UTF-16, big-endian.
    Utf16Be,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-32; by its byte order mark, else big-endian.
    Utf32,
    /// UTF-32, big-endian.
    Utf32Be,
    /// UTF-32, little-endian.
    Utf32Le,
    /// ISO-8859-1.
    Iso88591,
    /// ISO-8859-15.
    Iso885915,
    /// windows-1252.
    Windows1252,
}

/// Sets that Snowflake reads and this house does not.
const ABSENT: &[&str] = &[
    "BIG5",
    "EUCJP",
    "EUCKR",
    "GB18030",
    "IBM420",
    "IBM424",
    "IBM949",
    "ISO2022CN",
    "ISO2022JP",
    "ISO2022KR",
    "ISO88592",
    "ISO88595",
    "ISO88596",
    "ISO88597",
    "ISO88598",
    "ISO88599",
    "KOI8R",
    "SHIFTJIS",
    "WINDOWS874",
    "WINDOWS949",
    "WINDOWS1250",
    "WINDOWS1251",
    "WINDOWS1253",
    "WINDOWS1254",
    "WINDOWS1255",
    "WINDOWS1256",
];

/// What windows-1252 has at 0x80 to 0x9f; the five holes map to their code points.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

impl Encoding {
    /// The name without dashes and underscores, in upper case: `iso-8859-1` is `ISO88591`.
    pub fn normal_name(name: &str) -> String {
        name.chars()
            .filter(|character| !matches!(character, '-' | '_'))
            .collect::<String>()
            .to_ascii_uppercase()
    }

    /// Whether Snowflake documents a set of this name.
    pub fn is_documented(name: &str) -> bool {
        let name = Self::normal_name(name);
        ABSENT.contains(&name.as_str()) || Self::known(&name).is_some()
    }

    /// Reads a set's name.
    ///
    /// # Errors
    /// Sets that are not here.
    pub fn parse(name: &str) -> Result<Self> {
        Self::known(&Self::normal_name(name))
            .ok_or_else(|| Error::unsupported(format_args!("ENCODING = {}", Self::normal_name(name))))
    }

    fn known(name: &str) -> Option<Self> {
        Some(match name {
            "UTF8" => Self::Utf8,
            "UTF16" => Self::Utf16,
            "UTF16BE" => Self::Utf16Be,
            "UTF16LE" => Self::Utf16Le,
            "UTF32" => Self::Utf32,
            "UTF32BE" => Self::Utf32Be,
            "UTF32LE" => Self::Utf32Le,
            "ISO88591" => Self::Iso88591,
            "ISO885915" => Self::Iso885915,
            "WINDOWS1252" => Self::Windows1252,
            _ => return None,
        })
    }

    /// Brings bytes to UTF-8. UTF-8 is handed through unchecked; in the others, units that stand for no character
    /// become the replacement character.
    pub fn decode(self, bytes: Bytes) -> Bytes {
        let text = match self {
            Self::Utf8 => return bytes,
            Self::Utf16 => match bytes.as_ref() {
                [0xff, 0xfe, ..] => utf16(&bytes, u16::from_le_bytes),
                _ => utf16(&bytes, u16::from_be_bytes),
            },
            Self::Utf16Be => utf16(&bytes, u16::from_be_bytes),
            Self::Utf16Le => utf16(&bytes, u16::from_le_bytes),
            Self::Utf32 => match bytes.as_ref() {
                [0xff, 0xfe, 0, 0, ..] => utf32(&bytes, u32::from_le_bytes),
                _ => utf32(&bytes, u32::from_be_bytes),
            },
            Self::Utf32Be => utf32(&bytes, u32::from_be_bytes),
            Self::Utf32Le => utf32(&bytes, u32::from_le_bytes),
            Self::Iso88591 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Self::Iso885915 => bytes.iter().map(|byte| iso885915(*byte)).collect(),
            Self::Windows1252 => bytes.iter().map(|byte| windows1252(*byte)).collect::<String>(),
        };
        Bytes::from(text)
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> String {
    let (units, _) = bytes.as_chunks::<4>();
    units
        .iter()
        .map(|word| char::from_u32(unit(*word)).unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn iso885915(byte: u8) -> char {
    match byte {
        0xa4 => '€',
        0xa6 => 'Š',
        0xa8 => 'š',
        0xb4 => 'Ž',
        0xb8 => 'ž',
        0xbc => 'Œ',
        0xbd => 'œ',
        0xbe => 'Ÿ',
        other => char::from(other),
    }
}

fn windows1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252
            .get(usize::from(byte - 0x80))
            .copied()
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        other => char::from(other),
    }
}

/// The bytes of UTF-8's byte order mark.
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// How many bytes of a byte order mark stand at the start.
pub fn byte_order_mark(bytes: &[u8]) -> usize {
    if bytes.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len()
    } else {
        0
    }
}

/// A text as Snowflake's error shows it: bytes that are not UTF-8 as `0xA0`, and no longer than a message may be.
pub fn show_invalid(bytes: &[u8]) -> String {
    const LONGEST: usize = 200;
    let mut shown = String::new();
    for chunk in bytes.get(..LONGEST).unwrap_or(bytes).utf8_chunks() {
        shown.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            shown.push_str("0x");
            shown.push_str(&hex::encode_upper(chunk.invalid()));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_decode_to_utf8() {
        let cases: [(&str, &[u8]); 7] = [
            ("UTF-8", "é€".as_bytes()),
            ("UTF16LE", &[0xe9, 0, 0xac, 0x20]),
            ("UTF16BE", &[0, 0xe9, 0x20, 0xac]),
            ("utf-32be", &[0, 0, 0, 0xe9, 0, 0, 0x20, 0xac]),
            ("ISO885915", &[0xe9, 0xa4]),
            ("windows-1252", &[0xe9, 0x80]),
            ("UTF32LE", &[0xe9, 0, 0, 0, 0xac, 0x20, 0, 0]),
        ];
        for (name, bytes) in cases {
            let decoded = Encoding::parse(name)
                .unwrap()
                .decode(Bytes::copy_from_slice(bytes));
            assert_eq!(decoded, "é€".as_bytes(), "{name}");
        }
        assert_eq!(
            Encoding::Utf16.decode(Bytes::from_static(&[0xff, 0xfe, 0x41, 0])),
            "\u{feff}A".as_bytes()
        );
    }

    #[test]
    fn absent_sets_are_refused_by_name() {
        assert!(
            Encoding::parse("ShiftJIS")
                .unwrap_err()
                .message()
                .contains("SHIFTJIS")
        );
        assert!(Encoding::is_documented("ISO-8859-2") && !Encoding::is_documented("LATIN99"));
    }

    #[test]
    fn invalid_bytes_are_shown_in_hexadecimal() {
        assert_eq!(show_invalid(b"Co. Ltd.\xa0"), "Co. Ltd.0xA0");
    }
}

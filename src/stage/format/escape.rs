//! The escape notations of delimiters: `\t`, `\\`, `\136` (octal), `\x5e` and `0x5e` (hexadecimal).

/// Turns an option's text into the bytes it stands for. The text has been through SQL's own unescaping already, so
/// most texts contain no notation at all and stand for themselves.
pub fn decode_delimiter(text: &str) -> Option<Vec<u8>> {
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))
        && !digits.is_empty()
        && let Ok(bytes) = hex::decode(digits)
    {
        return valid(bytes);
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            decoded.push(byte);
            continue;
        }
        let Some((&kind, after)) = rest.split_first() else {
            decoded.push(b'\\'); // a lone backslash is itself
            break;
        };
        rest = after;
        match kind {
            b't' => decoded.push(b'\t'),
            b'n' => decoded.push(b'\n'),
            b'r' => decoded.push(b'\r'),
            b'f' => decoded.push(0x0c),
            b'b' => decoded.push(0x08),
            b'x' | b'X' => {
                let (digits, after) = rest.split_at_checked(2)?;
                decoded.extend(hex::decode(digits).ok()?);
                rest = after;
            }
            b'0'..=b'7' => {
                let mut value = u32::from(kind - b'0');
                for _ in 0..2 {
                    let Some((&digit @ b'0'..=b'7', after)) = rest.split_first() else {
                        break;
                    };
                    value = value * 8 + u32::from(digit - b'0');
                    rest = after;
                }
                decoded.push(u8::try_from(value).ok()?);
            }
            other => decoded.push(other),
        }
    }
    valid(decoded)
}

fn valid(bytes: Vec<u8>) -> Option<Vec<u8>> {
    std::str::from_utf8(&bytes).is_ok().then_some(bytes)
}

/// A text as DESCRIBE shows it: control characters and the backslash in escape notation.
pub fn show_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => shown.push_str("\\\\"),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            '\u{8}' => shown.push_str("\\b"),
            '\u{c}' => shown.push_str("\\f"),
            control if control.is_ascii_control() => shown.push_str(&format!("\\x{:02x}", control as u32)),
            other => shown.push(other),
        }
    }
    shown
}

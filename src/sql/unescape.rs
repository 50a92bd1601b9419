//! Escape sequences of single-quoted strings
//! (<https://docs.snowflake.com/en/sql-reference/data-types-text#escape-sequences-in-single-quoted-string-constants>).

use std::iter::Peekable;
use std::str::Chars;

/// The value of a string from the text between its quotes: `''` and backslash sequences resolved.
pub(crate) fn unescape(raw: &str) -> String {
    if !raw.contains(['\\', '\'']) {
        return raw.to_string();
    }
    let mut value = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                chars.next_if_eq(&'\'');
                value.push('\'');
            }
            '\\' => match chars.next() {
                Some('b') => value.push('\u{8}'),
                Some('f') => value.push('\u{c}'),
                Some('n') => value.push('\n'),
                Some('r') => value.push('\r'),
                Some('t') => value.push('\t'),
                Some('x') => numeric(&mut value, &mut chars, 'x', 16, 2, 2),
                Some('u') => numeric(&mut value, &mut chars, 'u', 16, 4, 4),
                Some(digit @ '0'..='7') => octal(&mut value, &mut chars, digit),
                // Any other character stands for itself.
                Some(other) => value.push(other),
                None => value.push('\\'),
            },
            other => value.push(other),
        }
    }
    value
}

/// A code point in `least` to `most` digits; the introducing letter stands for itself where they are missing.
fn numeric(
    value: &mut String,
    chars: &mut Peekable<Chars<'_>>,
    letter: char,
    radix: u32,
    least: u32,
    most: u32,
) {
    let mut ahead = chars.clone();
    let (mut code, mut digits) = (0, 0);
    while digits < most {
        let Some(digit) = ahead.peek().and_then(|c| c.to_digit(radix)) else {
            break;
        };
        code = code * radix + digit;
        digits += 1;
        ahead.next();
    }
    match char::from_u32(code) {
        Some(c) if digits >= least => {
            value.push(c);
            *chars = ahead;
        }
        _ => value.push(letter),
    }
}

/// `\0` is NUL; three octal digits are a code point.
fn octal(value: &mut String, chars: &mut Peekable<Chars<'_>>, first: char) {
    let mut ahead = chars.clone();
    let next = (ahead.next(), ahead.next());
    if let (Some(second @ '0'..='7'), Some(third @ '0'..='7')) = next {
        let code = [first, second, third]
            .iter()
            .filter_map(|c| c.to_digit(8))
            .fold(0, |code, digit| code * 8 + digit);
        if let Some(c) = char::from_u32(code) {
            value.push(c);
            *chars = ahead;
            return;
        }
    }
    value.push(if first == '0' { '\0' } else { first });
}

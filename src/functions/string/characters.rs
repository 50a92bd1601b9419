//! Single characters, and how alike two texts are.

use datafusion::arrow::array::ArrayRef;

use super::{clamp, integer, text};
use crate::error::{Error, Result};
use crate::functions::arguments::{between, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::Scalar;

/// Code points and similarity.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(&["ASCII"], exactly(1), integer, unicode, "ascii"),
    Scalar::new(&["UNICODE"], exactly(1), integer, unicode, "unicode"),
    Scalar::new(&["CHR", "CHAR"], exactly(1), text, chr, "chr"),
    Scalar::new(&["SOUNDEX"], exactly(1), text, |c| soundex(c, false), "soundex"),
    Scalar::new(
        &["SOUNDEX_P123"],
        exactly(1),
        text,
        |c| soundex(c, true),
        "soundex_p123",
    ),
    Scalar::new(
        &["EDITDISTANCE"],
        between(2, 3),
        integer,
        edit_distance,
        "editdistance",
    ),
    Scalar::new(
        &["JAROWINKLER_SIMILARITY"],
        exactly(2),
        integer,
        jaro_winkler,
        "jarowinkler_similarity",
    ),
];

/// The code point of the first character; 0 of no text.
fn unicode(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    build::numbers(call, |row| {
        Ok(texts
            .get(row)
            .map(|text| text.chars().next().map_or(0, |first| u32::from(first).into())))
    })
}

fn chr(call: &Call) -> Result<ArrayRef> {
    let codes = call.integers(0)?;
    build::written_texts(call.rows(), |row, out| {
        let Some(code) = codes.get(row) else {
            return Ok(None);
        };
        let character = u32::try_from(code).ok().and_then(char::from_u32);
        let invalid = || {
            let message = format!("Invalid character code {code} in the CHR input");
            Error::new(100_137, "22023", message)
        };
        out.push(character.ok_or_else(invalid)?);
        Ok(Some(()))
    })
}

/// The digit of a consonant in a Soundex code.
fn soundex_digit(letter: char) -> Option<char> {
    Some(match letter.to_ascii_uppercase() {
        'B' | 'F' | 'P' | 'V' => '1',
        'C' | 'G' | 'J' | 'K' | 'Q' | 'S' | 'X' | 'Z' => '2',
        'D' | 'T' => '3',
        'L' => '4',
        'M' | 'N' => '5',
        'R' => '6',
        _ => return None,
    })
}

/// The first letter and three digits. A repeated digit counts once, also across H and W, but not across a vowel. With
/// `second`, the digit of the second letter is kept also where it is that of the first.
fn soundex(call: &Call, second: bool) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    build::written_texts(call.rows(), |row, out| {
        let Some(text) = texts.get(row) else {
            return Ok(None);
        };
        let mut letters = text.chars().filter(char::is_ascii_alphabetic);
        let Some(first) = letters.next() else {
            return Ok(Some(()));
        };
        out.push(first.to_ascii_uppercase());
        let mut last = soundex_digit(first).filter(|_| !second);
        for letter in letters {
            let digit = soundex_digit(letter);
            match digit {
                Some(digit) if last != Some(digit) => out.push(digit),
                None if matches!(letter, 'h' | 'H' | 'w' | 'W') => continue,
                _ => {}
            }
            last = digit;
            if out.len() == 4 {
                break;
            }
        }
        while out.len() < 4 {
            out.push('0');
        }
        Ok(Some(()))
    })
}

/// The product of the lengths of texts that are compared by a table.
const MAX_CELLS: usize = 100_000_000;

/// How many characters must be inserted, deleted or replaced; at most the third argument.
fn edit_distance(call: &Call) -> Result<ArrayRef> {
    let (lefts, rights) = (call.texts(0)?, call.texts(1)?);
    let limits = if call.len() > 2 {
        Some(call.integers(2)?)
    } else {
        None
    };
    build::numbers(call, |row| {
        let (Some(left), Some(right)) = (lefts.get(row), rights.get(row)) else {
            return Ok(None);
        };
        let limit = match &limits {
            Some(limits) => match limits.get(row) {
                Some(limit) => clamp(limit),
                None => return Ok(None),
            },
            None => usize::MAX,
        };
        let right: Vec<char> = right.chars().collect();
        if left.len().saturating_mul(right.len()) > MAX_CELLS {
            return Err(Error::string_too_long("(arguments of EDITDISTANCE)"));
        }
        let mut distances: Vec<usize> = (0..=right.len()).collect();
        for (index, from) in left.chars().enumerate() {
            let mut diagonal = index;
            let mut before = index + 1;
            if let Some(first) = distances.first_mut() {
                *first = before;
            }
            for (to, cell) in right.iter().zip(distances.iter_mut().skip(1)) {
                let changed = diagonal + usize::from(from != *to);
                diagonal = *cell;
                before = changed.min(before + 1).min(*cell + 1);
                *cell = before;
            }
        }
        Ok(distances.last().map(|distance| (*distance).min(limit) as i128))
    })
}

/// Jaro-Winkler similarity from 0 to 100, letter case aside.
fn jaro_winkler(call: &Call) -> Result<ArrayRef> {
    let (lefts, rights) = (call.texts(0)?, call.texts(1)?);
    build::numbers(call, |row| {
        let (Some(left), Some(right)) = (lefts.get(row), rights.get(row)) else {
            return Ok(None);
        };
        if left.len().saturating_mul(right.len()) > MAX_CELLS {
            return Err(Error::string_too_long("(arguments of JAROWINKLER_SIMILARITY)"));
        }
        let characters = |text: &str| text.to_lowercase().chars().collect::<Vec<_>>();
        let similarity = similarity(&characters(left), &characters(right));
        Ok(Some((similarity * 100.0).trunc() as i128))
    })
}

fn similarity(left: &[char], right: &[char]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return 0.0;
    }
    let reach = (left.len().max(right.len()) / 2).saturating_sub(1);
    let mut taken = vec![false; right.len()];
    let mut matched = Vec::new();
    for (index, character) in left.iter().enumerate() {
        let window = right.iter().zip(taken.iter_mut()).enumerate();
        let first = index.saturating_sub(reach);
        for (_, (candidate, taken)) in window.skip(first).take(index + reach + 1 - first) {
            if !*taken && candidate == character {
                *taken = true;
                matched.push(*character);
                break;
            }
        }
    }
    if matched.is_empty() {
        return 0.0;
    }
    let opposite = right
        .iter()
        .zip(&taken)
        .filter(|(_, taken)| **taken)
        .map(|(character, _)| character);
    let transposed = matched.iter().zip(opposite).filter(|(a, b)| a != b).count() / 2;
    let count = matched.len() as f64;
    let jaro =
        (count / left.len() as f64 + count / right.len() as f64 + (count - transposed as f64) / count) / 3.0;
    let prefix = left.iter().zip(right).take_while(|(a, b)| a == b).count() as f64;
    // The reference's examples count the whole of a common beginning, where Winkler counts four characters.
    jaro + (prefix * 0.1).min(1.0) * (1.0 - jaro)
}

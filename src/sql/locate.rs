//! [`locate`]: where in a statement's text the thing stands that an error is about.
//!
//! Errors of planning know names and no places: by then, names have been resolved, aliases replaced and queries rewritten.
//! The name is looked for in the text instead. Where it stands several times, the first place is told.

use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::lex::DIALECT;
use crate::error::{Error, Place, Subject};

/// The error with the place of its subject in `text`, if it has one and stands there.
pub fn locate(error: Error, text: &str) -> Error {
    let found = error.subject().and_then(|subject| find(text, subject));
    match found {
        Some(place) => error.found_at(place),
        None => error,
    }
}

fn find(text: &str, subject: &Subject) -> Option<Place> {
    let mut tokens = Vec::new();
    // What was read before a fault is enough: a text that has one fails for it.
    let _ = Tokenizer::new(&DIALECT, text).tokenize_with_location_into_buf(&mut tokens);
    tokens.retain(|token| !matches!(token.token, Token::Whitespace(_)));
    let paths = paths(&tokens);
    let location = match subject {
        Subject::Function(name) => {
            paths
                .iter()
                .find(|path| path.is_called && path.parts.last() == Some(name))?
                .start
        }
        Subject::Column(parts) => {
            let ends_in = |end: &[String]| {
                let mut columns = paths.iter().filter(|path| !path.is_called);
                columns
                    .find(|path| path.parts.ends_with(end))
                    .map(|path| path.start)
            };
            // The table's name may not be as it is written there.
            ends_in(parts).or_else(|| ends_in(parts.get(parts.len().checked_sub(1)?..)?))?
        }
    };
    Some(Place {
        line: u32::try_from(location.line).ok()?,
        position: u32::try_from(location.column).ok()?.checked_sub(1)?,
    })
}

/// A name as it is written: its parts between periods.
struct Path {
    start: Location,
    parts: Vec<String>,
    is_called: bool,
}

fn paths(tokens: &[TokenWithSpan]) -> Vec<Path> {
    let mut paths: Vec<Path> = Vec::new();
    let mut before: Option<&Token> = None;
    // Whether the last word is part of the last path: what follows a key by a period is none.
    let mut goes_on = false;
    for (index, token) in tokens.iter().enumerate() {
        if let Token::Word(word) = &token.token {
            let stored = match word.quote_style {
                Some(_) => word.value.clone(),
                None => word.value.to_uppercase(),
            };
            let next = tokens.get(index + 1).map(|token| &token.token);
            let is_called = next == Some(&Token::LParen);
            // Behind AS stands a new name, and behind a colon a key.
            let is_new = match before {
                Some(Token::Word(word)) => {
                    word.quote_style.is_none() && word.value.eq_ignore_ascii_case("AS")
                }
                Some(Token::Colon) => true,
                _ => false,
            };
            match paths.last_mut() {
                Some(path) if before == Some(&Token::Period) && goes_on => {
                    path.parts.push(stored);
                    path.is_called = is_called;
                }
                _ if is_new || before == Some(&Token::Period) => goes_on = false,
                _ => {
                    goes_on = true;
                    paths.push(Path {
                        start: token.span.start,
                        parts: vec![stored],
                        is_called,
                    });
                }
            }
        }
        before = Some(&token.token);
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(error: Error, text: &str) -> Option<(u32, u32)> {
        locate(error, text)
            .place()
            .map(|place| (place.line, place.position))
    }

    #[test]
    fn a_column_is_found_where_it_is_used() {
        let missing = || Error::invalid_identifier("NOSUCH");
        assert_eq!(place(missing(), "select nosuch from t"), Some((1, 7)));
        assert_eq!(
            place(missing(), "select 'nosuch',\n  t.NoSuch -- nosuch"),
            Some((2, 2))
        );
        assert_eq!(
            place(missing(), "select v:nosuch as nosuch, nosuch"),
            Some((1, 27))
        );
        assert_eq!(place(missing(), "select \"nosuch\", nosuch(1)"), None);
        assert_eq!(place(missing(), "select nosuch:a.b from t"), Some((1, 7)));
        let qualified = Error::invalid_identifier("T.NOSUCH");
        assert_eq!(place(qualified, "select u.nosuch, t.nosuch"), Some((1, 17)));
    }

    #[test]
    fn a_call_is_found_by_its_name() {
        let few = Error::not_enough_arguments("LEFT('a')", 2, 1);
        assert_eq!(place(few, "select left, left('a')"), Some((1, 13)));
    }

    #[test]
    fn the_message_tells_the_place() {
        let error = locate(Error::invalid_identifier("X"), "select x");
        assert_eq!(
            error.message(),
            "SQL compilation error: error line 1 at position 7\ninvalid identifier 'X'"
        );
    }
}

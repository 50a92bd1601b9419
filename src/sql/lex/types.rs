//! Types with types inside, `ARRAY(…)`, `OBJECT(…)`, `MAP(…)` and `VECTOR(…)`: one quoted word each, which holds the
//! type's text behind [`TYPE_MARK`]. The keys of an OBJECT keep their letter case in it, other than all other names.
//!
//! The same words may be names of tables, functions and aliases. So they are a type only where one can stand, and what
//! stands in the parentheses must be one.

use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Word};

use super::forms::{is_word, quoted};
use super::{Before, Folder};
use crate::error::Result;
use crate::sql::data_type::FieldChange;
use crate::types::{SnowType, structured};

/// What the word of a type begins with; no name of a user's does.
pub(crate) const TYPE_MARK: &str = "$TYPE:";

/// Words before a name that is followed by parentheses.
const BEFORE_NAMES: &[&str] = &[
    "TABLE",
    "VIEW",
    "FUNCTION",
    "PROCEDURE",
    "CALL",
    "INTO",
    "FROM",
    "JOIN",
    "EXISTS",
    "WITH",
    "RECURSIVE",
    "REFERENCES",
    "SELECT",
    "ON",
];

/// A text of the syntax tree with its types as they are written.
pub(crate) fn shown(text: &str) -> String {
    let mark = format!("\"{TYPE_MARK}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&mark) {
        out.push_str(before);
        let mut from = 0;
        let end = loop {
            match after.get(from..).and_then(|tail| tail.find('"')) {
                // A quote inside is doubled.
                Some(at)
                    if after
                        .get(from + at + 1..)
                        .is_some_and(|tail| tail.starts_with('"')) =>
                {
                    from += at + 2
                }
                Some(at) => break from + at,
                None => break after.len(),
            }
        };
        out.push_str(&after.get(..end).unwrap_or_default().replace("\"\"", "\""));
        rest = after.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// What stands before the word.
#[derive(PartialEq, Eq)]
enum Place {
    /// `::`: nothing but a type can follow.
    Cast,
    /// AS: of a cast, or of an alias with columns.
    As,
    /// The name of a column or argument.
    Name,
    /// What no type follows.
    Other,
}

impl Folder<'_> {
    /// Looks at one of the words with a parenthesis behind. Gives how many tokens after it were used, if it is a type.
    pub(super) fn structured_type(
        &mut self,
        word: &Word,
        span: Span,
        rest: &[TokenWithSpan],
    ) -> Result<Option<usize>> {
        let place = self.type_place();
        let inner = balanced(rest);
        let (Some(inner), true) = (inner, place != Place::Other) else {
            return Ok(None);
        };
        let text = format!("{}{}", word.value.to_uppercase(), text_of(inner));
        let mut shown = match structured::read(&text) {
            Ok(data_type) => format!("{TYPE_MARK}{data_type}"),
            Err(error) => {
                let is_type = match place {
                    Place::Cast => true,
                    Place::As => !is_column_list(inner),
                    Place::Name | Place::Other => false,
                };
                if !is_type {
                    return Ok(None);
                }
                let at = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
                return Err(error.at(at(span.start.line), at(span.start.column.saturating_sub(1))));
            }
        };
        let mut used = inner.len();
        if let [change, fields, ..] = rest.get(used..).unwrap_or_default()
            && is_word(Some(fields), "FIELDS")
            && let Token::Word(change) = &change.token
            && let Some(change) = FieldChange::parse(&format!("{} FIELDS", change.value.to_uppercase()))
            && place == Place::As
        {
            shown.push(' ');
            shown.push_str(change.text());
            used += 2;
        }
        let end = rest
            .get(used.saturating_sub(1))
            .map_or(span.end, |last| last.span.end);
        self.push(quoted(shown), Span::new(span.start, end), Before::Operand);
        Ok(Some(used))
    }

    fn type_place(&self) -> Place {
        let Some(last) = self.out.last() else {
            return Place::Name;
        };
        match &last.token {
            Token::DoubleColon => Place::Cast,
            Token::Word(word) if word.quote_style.is_some() => Place::Name,
            Token::Word(word) if word.value == "AS" => Place::As,
            Token::Word(word) if BEFORE_NAMES.contains(&word.value.as_str()) => Place::Other,
            // Types alone, as of a routine that is dropped.
            Token::Word(_) | Token::LParen | Token::Comma => Place::Name,
            _ => Place::Other,
        }
    }
}

/// The tokens from an opening parenthesis to the one that closes it.
fn balanced(tokens: &[TokenWithSpan]) -> Option<&[TokenWithSpan]> {
    let mut open = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.token {
            Token::LParen => open += 1,
            Token::RParen => open = open.checked_sub(1)?,
            Token::SemiColon => return None,
            _ => {}
        }
        if open == 0 {
            return tokens.get(..=at);
        }
    }
    None
}

/// The tokens as text. Words keep their letter case and quotes.
fn text_of(tokens: &[TokenWithSpan]) -> String {
    let mut out = String::new();
    let mut after_word = false;
    for token in tokens {
        let is_word = matches!(token.token, Token::Word(_) | Token::Number(..));
        if is_word && after_word || out.ends_with(',') {
            out.push(' ');
        }
        match &token.token {
            // Not unescaped yet, so a quote inside is doubled still.
            Token::Word(word) if word.quote_style.is_some() => {
                out.extend(["\"", word.value.as_str(), "\""]);
            }
            other => out.push_str(&other.to_string()),
        }
        // What follows a parenthesis here is NOT NULL.
        after_word = is_word || token.token == Token::RParen;
    }
    out
}

/// Whether this is a list of names, none of which is a type.
fn is_column_list(tokens: &[TokenWithSpan]) -> bool {
    let inner = tokens.get(1..tokens.len().saturating_sub(1)).unwrap_or_default();
    inner
        .split(|token| token.token == Token::Comma)
        .all(|part| match part {
            [only] => matches!(&only.token, Token::Word(word)
            if word.quote_style.is_some() || SnowType::parse(&word.value).is_none()),
            _ => false,
        })
}

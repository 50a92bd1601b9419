//! A statement's text with its places: from sqlparser's lines and columns to bytes, and to syntax errors.

use datafusion::sql::sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan};

use crate::error::Error;

/// The text that tokens were read from.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    text: &'a str,
    /// The byte at which each line starts.
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    /// A source over a text.
    pub(crate) fn new(text: &'a str) -> Self {
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self { text, lines }
    }

    /// The byte that a location stands for; the end of the text for a location outside it.
    pub(crate) fn byte(&self, location: Location) -> usize {
        let line = usize::try_from(location.line)
            .ok()
            .and_then(|line| line.checked_sub(1));
        let column = usize::try_from(location.column)
            .ok()
            .and_then(|column| column.checked_sub(1));
        let (Some(line), Some(column)) = (line, column) else {
            return self.text.len();
        };
        let Some(start) = self.lines.get(line).copied() else {
            return self.text.len();
        };
        let rest = self.text.get(start..).unwrap_or_default();
        rest.char_indices()
            .nth(column)
            .map_or(self.text.len(), |(at, _)| start + at)
    }

    /// The location of a byte.
    pub(crate) fn location(&self, byte: usize) -> Location {
        let line = self.lines.partition_point(|start| *start <= byte).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let columns = self.text.get(start..byte).unwrap_or_default().chars().count();
        Location {
            line: line as u64,
            column: columns as u64 + 1,
        }
    }

    /// The text between two locations.
    pub(crate) fn between(&self, from: Location, to: Location) -> &'a str {
        self.text.get(self.byte(from)..self.byte(to)).unwrap_or_default()
    }

    /// The text that a span covers.
    pub(crate) fn slice(&self, span: Span) -> &'a str {
        self.between(span.start, span.end)
    }

    /// Where the text ends.
    pub(crate) fn end(&self) -> Location {
        let last = self.lines.last().copied().unwrap_or(0);
        let columns = self.text.get(last..).unwrap_or_default().chars().count();
        Location {
            line: self.lines.len() as u64,
            column: columns as u64 + 1,
        }
    }

    /// A syntax error: the grammar did not expect this token here.
    pub(crate) fn unexpected(&self, token: &TokenWithSpan) -> Error {
        if token.token == Token::EOF || token.span.start.line == 0 {
            let end = self.end();
            return syntax(end, "<EOF>");
        }
        syntax(token.span.start, self.slice(token.span))
    }
}

/// 001003 at a location, `what` being the token's own text, shortened where it is long.
pub(crate) fn syntax(location: Location, what: &str) -> Error {
    const SHOWN: usize = 80;
    let line = u32::try_from(location.line).unwrap_or(u32::MAX);
    let position = u32::try_from(location.column.saturating_sub(1)).unwrap_or(u32::MAX);
    let shown: String = what.chars().take(SHOWN).collect();
    let more = if what.chars().nth(SHOWN).is_some() {
        "…"
    } else {
        ""
    };
    Error::syntax(line, position, format_args!("unexpected '{shown}{more}'"))
}

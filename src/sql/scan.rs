//! The lexical ground: a text cut into lexemes without loss.
//!
//! Both the script splitter and the token stream stand on [`Scanner`], so they agree on where a string, a comment or
//! a stage location ends. Every byte of the text belongs to exactly one [`Lexeme`]; nothing here fails, an
//! unfinished string simply reaches to the end of the text.

/// What a lexeme is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LexemeKind {
    /// White space.
    Space,
    /// `-- …`, `// …` or `/* … */`.
    Comment,
    /// A run of letters, digits, `_` and `$`: keywords, identifiers, numbers, `$1`, `$name`.
    Word,
    /// `"…"`.
    Quoted,
    /// `'…'`.
    Text,
    /// `$$…$$`.
    Dollar,
    /// `@stage/path`, or `file://path` of PUT and GET.
    Location,
    /// Any other single character.
    Mark,
}

impl LexemeKind {
    /// Whether the grammar does not see this lexeme.
    pub(crate) fn is_blank(self) -> bool {
        matches!(self, Self::Space | Self::Comment)
    }
}

/// One lexeme: the text's bytes from `start` to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lexeme {
    /// What it is.
    pub(crate) kind: LexemeKind,
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
}

/// Cuts a text into lexemes, front to back.
pub(crate) struct Scanner<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Scanner<'a> {
    /// A scanner at the start of a text.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.position..).unwrap_or_default()
    }
}

impl Iterator for Scanner<'_> {
    type Item = Lexeme;

    fn next(&mut self) -> Option<Lexeme> {
        let rest = self.rest();
        let first = rest.chars().next()?;
        let (kind, length) = measure(rest, first);
        let start = self.position;
        self.position = start + length.max(first.len_utf8());
        Some(Lexeme {
            kind,
            start,
            end: self.position,
        })
    }
}

/// The kind and the length in bytes of the lexeme at the front of `rest`.
fn measure(rest: &str, first: char) -> (LexemeKind, usize) {
    match first {
        c if c.is_whitespace() => (LexemeKind::Space, run(rest, char::is_whitespace)),
        '-' if rest.starts_with("--") => (LexemeKind::Comment, line(rest)),
        '/' if rest.starts_with("//") => (LexemeKind::Comment, line(rest)),
        '/' if rest.starts_with("/*") => (
            LexemeKind::Comment,
            rest.get(2..)
                .and_then(|r| r.find("*/"))
                .map_or(rest.len(), |at| at + 4),
        ),
        '\'' => (LexemeKind::Text, quoted(rest, b'\'', true)),
        '"' => (LexemeKind::Quoted, quoted(rest, b'"', false)),
        '$' if rest.starts_with("$$") => (
            LexemeKind::Dollar,
            rest.get(2..)
                .and_then(|r| r.find("$$"))
                .map_or(rest.len(), |at| at + 4),
        ),
        '@' => match location(rest, 1) {
            1 => (LexemeKind::Mark, 1),
            length => (LexemeKind::Location, length),
        },
        'f' | 'F'
            if rest
                .get(..7)
                .is_some_and(|head| head.eq_ignore_ascii_case("file://")) =>
        {
            (LexemeKind::Location, location(rest, 7))
        }
        c if is_word(c) => (LexemeKind::Word, run(rest, is_word)),
        c => (LexemeKind::Mark, c.len_utf8()),
    }
}

/// Whether a character may stand in an unquoted identifier or number.
pub(crate) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

fn run(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !belongs(c)).unwrap_or(rest.len())
}

fn line(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// The length of a quoted run: a doubled quote stands for itself, and so does an escaped one where escapes exist.
fn quoted(rest: &str, quote: u8, escapes: bool) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        if escapes && *byte == b'\\' {
            at += 2;
        } else if *byte == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 2;
        } else {
            at += 1;
        }
    }
    // An escape at the very end may have stepped past it.
    rest.len()
}

/// The length of a location: up to a blank, a parenthesis, a comma, a semicolon or a quote; `"…"` inside is one piece.
fn location(rest: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(c) = rest.get(at..).and_then(|tail| tail.chars().next()) {
        match c {
            '"' => at += rest.get(at..).map_or(0, |tail| quoted(tail, b'"', false)),
            '(' | ')' | ',' | ';' | '\'' => break,
            c if c.is_whitespace() => break,
            c => at += c.len_utf8(),
        }
    }
    at
}

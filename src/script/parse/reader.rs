//! [`Reader`]: what the parser of blocks is written with.
//!
//! It walks the lexemes of a block and knows only words and marks. Expressions and SQL statements are cut out as text,
//! up to the word or the mark that ends them, and read by [`crate::sql`].

use crate::error::{Error, Place, Result};
use crate::sql::{Lexeme, LexemeKind, Scanner, statement_length};

/// A position in a block's text.
pub(super) struct Reader<'a> {
    text: &'a str,
    lexemes: Vec<Lexeme>,
    at: usize,
}

/// A part of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    /// The text, without blanks around it.
    pub(super) text: &'a str,
    /// Where it starts.
    pub(super) place: Place,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let lexemes = Scanner::new(text)
            .filter(|lexeme| !lexeme.kind.is_blank())
            .collect();
        Self { text, lexemes, at: 0 }
    }

    fn lexeme(&self, ahead: usize) -> Option<Lexeme> {
        self.lexemes.get(self.at + ahead).copied()
    }

    fn shown(&self, lexeme: Lexeme) -> &'a str {
        self.text.get(lexeme.start..lexeme.end).unwrap_or_default()
    }

    /// The byte at which the next lexeme starts.
    pub(super) fn byte(&self) -> usize {
        self.lexeme(0).map_or(self.text.len(), |lexeme| lexeme.start)
    }

    fn place_of(&self, byte: usize) -> Place {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let position = before.get(start..).unwrap_or_default().chars().count();
        Place {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            position: u32::try_from(position).unwrap_or(u32::MAX),
        }
    }

    /// Where the next lexeme stands.
    pub(super) fn place(&self) -> Place {
        self.place_of(self.byte())
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&self) -> bool {
        self.lexeme(0).is_none()
    }

    /// The syntax error at the next lexeme.
    pub(super) fn unexpected<T>(&self) -> Result<T> {
        let place = self.place();
        let what = match self.lexeme(0) {
            Some(lexeme) => format!("unexpected '{}'", self.shown(lexeme)),
            None => "unexpected '<EOF>'".to_string(),
        };
        Err(Error::syntax(place.line, place.position, what))
    }

    fn is_word(&self, ahead: usize, expected: &str) -> bool {
        self.lexeme(ahead).is_some_and(|lexeme| {
            lexeme.kind == LexemeKind::Word && self.shown(lexeme).eq_ignore_ascii_case(expected)
        })
    }

    fn is_mark(&self, ahead: usize, mark: &str) -> bool {
        self.lexeme(ahead)
            .is_some_and(|lexeme| lexeme.kind == LexemeKind::Mark && self.shown(lexeme) == mark)
    }

    /// Whether these words, separated by blanks, come next.
    pub(super) fn sees(&self, words: &str) -> bool {
        words
            .split(' ')
            .enumerate()
            .all(|(ahead, word)| self.is_word(ahead, word))
    }

    /// Whether one of these words comes next.
    pub(super) fn sees_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.sees(word))
    }

    /// Takes these words, separated by blanks, if they come next.
    pub(super) fn take(&mut self, words: &str) -> bool {
        let found = self.sees(words);
        if found {
            self.at += words.split(' ').count();
        }
        found
    }

    /// Takes these words or fails.
    pub(super) fn expect(&mut self, words: &str) -> Result<()> {
        match self.take(words) {
            true => Ok(()),
            false => self.unexpected(),
        }
    }

    /// Whether these marks come next, each a character.
    pub(super) fn sees_marks(&self, marks: &str) -> bool {
        marks.char_indices().enumerate().all(|(ahead, (at, mark))| {
            self.is_mark(ahead, marks.get(at..at + mark.len_utf8()).unwrap_or_default())
        })
    }

    /// Takes these marks if they come next.
    pub(super) fn take_marks(&mut self, marks: &str) -> bool {
        let found = self.sees_marks(marks);
        if found {
            self.at += marks.chars().count();
        }
        found
    }

    /// Takes these marks or fails.
    pub(super) fn expect_marks(&mut self, marks: &str) -> Result<()> {
        match self.take_marks(marks) {
            true => Ok(()),
            false => self.unexpected(),
        }
    }

    /// The word to come, in upper case.
    pub(super) fn peek_word(&self) -> Option<String> {
        let lexeme = self.lexeme(0)?;
        (lexeme.kind == LexemeKind::Word).then(|| self.shown(lexeme).to_uppercase())
    }

    /// Whether the lexeme behind the one to come begins with these marks.
    pub(super) fn name_is_followed_by(&self, marks: &str) -> bool {
        let name = self
            .lexeme(0)
            .is_some_and(|lexeme| matches!(lexeme.kind, LexemeKind::Word | LexemeKind::Quoted));
        name && marks
            .chars()
            .enumerate()
            .all(|(index, mark)| self.is_mark(index + 1, mark.encode_utf8(&mut [0; 4])))
    }

    /// An identifier, folded.
    pub(super) fn name(&mut self) -> Result<String> {
        let Some(lexeme) = self.lexeme(0) else {
            return self.unexpected();
        };
        let shown = self.shown(lexeme);
        let name = match lexeme.kind {
            LexemeKind::Word if !shown.starts_with(|c: char| c.is_ascii_digit()) => shown.to_uppercase(),
            LexemeKind::Quoted => shown.trim_matches('"').replace("\"\"", "\""),
            _ => return self.unexpected(),
        };
        self.at += 1;
        Ok(name)
    }

    /// A variable where its value goes: a name, maybe behind a colon.
    pub(super) fn variable(&mut self) -> Result<String> {
        self.take_marks(":");
        self.name()
    }

    /// `name, name`, each maybe behind a colon.
    pub(super) fn variables(&mut self) -> Result<Vec<String>> {
        let mut names = vec![self.variable()?];
        while self.take_marks(",") {
            names.push(self.variable()?);
        }
        Ok(names)
    }

    /// A string literal's text.
    pub(super) fn string(&mut self) -> Result<String> {
        match self.lexeme(0) {
            Some(lexeme) if lexeme.kind == LexemeKind::Text => {
                self.at += 1;
                let shown = self.shown(lexeme);
                let inner = shown.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
                Ok(crate::sql::unescaped(inner.unwrap_or(shown)))
            }
            _ => self.unexpected(),
        }
    }

    /// A whole number, maybe negative.
    pub(super) fn integer(&mut self) -> Result<i32> {
        let start = self.at;
        let negative = self.take_marks("-");
        let digits = self.peek_word().unwrap_or_default();
        match format!("{}{digits}", if negative { "-" } else { "" }).parse() {
            Ok(number) => {
                self.at += 1;
                Ok(number)
            }
            Err(_) => {
                self.at = start;
                self.unexpected()
            }
        }
    }

    fn piece(&self, start: usize, end: usize) -> Piece<'a> {
        Piece {
            text: self.text.get(start..end).unwrap_or_default().trim_end(),
            place: self.place_of(start),
        }
    }

    /// The text up to the first of these words or marks that stands outside brackets and CASE … END, which is left.
    pub(super) fn until(&mut self, ends: &[&str]) -> Result<Piece<'a>> {
        let piece = self.until_or_end(ends)?;
        match self.at_end() {
            true => self.unexpected(),
            false => Ok(piece),
        }
    }

    /// As [`until`](Self::until), or the text to its end.
    pub(super) fn until_or_end(&mut self, ends: &[&str]) -> Result<Piece<'a>> {
        let start = self.byte();
        let (mut depth, mut cases, mut first) = (0_usize, 0_usize, true);
        while let Some(lexeme) = self.lexeme(0) {
            let shown = self.shown(lexeme);
            let outside = depth == 0 && cases == 0;
            if outside
                && !first
                && ends.iter().any(|end| {
                    self.sees(end) || !end.starts_with(char::is_alphabetic) && self.sees_marks(end)
                })
            {
                return Ok(self.piece(start, lexeme.start));
            }
            match (lexeme.kind, shown) {
                (LexemeKind::Mark, "(" | "[" | "{") => depth += 1,
                (LexemeKind::Mark, ")" | "]" | "}") => match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return self.unexpected(),
                },
                (LexemeKind::Mark, ";") => return self.unexpected(),
                (LexemeKind::Word, word) if word.eq_ignore_ascii_case("CASE") => cases += 1,
                (LexemeKind::Word, word) if word.eq_ignore_ascii_case("END") && cases > 0 => cases -= 1,
                _ => {}
            }
            first = false;
            self.at += 1;
        }
        match first {
            true => self.unexpected(),
            false => Ok(self.piece(start, self.text.len())),
        }
    }

    /// The text up to the `;` that ends a SQL statement; the `;` is left.
    pub(super) fn statement(&mut self) -> Piece<'a> {
        let start = self.byte();
        let rest = self.text.get(start..).unwrap_or_default();
        let end = start + statement_length(rest);
        let passed = self.lexemes.get(self.at..).unwrap_or_default();
        self.at += passed.iter().take_while(|lexeme| lexeme.start < end).count();
        self.piece(start, end)
    }

    /// The text between brackets: the opening one comes next, the closing one is taken too.
    pub(super) fn bracketed(&mut self) -> Result<Piece<'a>> {
        self.expect_marks("(")?;
        let start = self.byte();
        let mut depth = 0_usize;
        while let Some(lexeme) = self.lexeme(0) {
            match (lexeme.kind, self.shown(lexeme)) {
                (LexemeKind::Mark, "(") => depth += 1,
                (LexemeKind::Mark, ")") if depth == 0 => {
                    let piece = self.piece(start, lexeme.start);
                    self.at += 1;
                    return Ok(piece);
                }
                (LexemeKind::Mark, ")") => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        self.unexpected()
    }

    /// The names behind colons in the text to come: bind variables, and maybe keys of paths.
    pub(super) fn names_behind_colons(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut before: Option<Lexeme> = None;
        for pair in self.lexemes.get(self.at..).unwrap_or_default().windows(2) {
            let [colon, name] = pair else { continue };
            let doubled = before.is_some_and(|before| before.end == colon.start && self.shown(before) == ":");
            if self.shown(*colon) == ":"
                && !doubled
                && name.start == colon.end
                && name.kind == LexemeKind::Word
            {
                names.push(self.shown(*name).to_uppercase());
            }
            before = Some(*colon);
        }
        names.sort();
        names.dedup();
        names
    }

    /// Goes to a word outside brackets, if there is one; answers whether there is.
    pub(super) fn go_to(&mut self, word: &str) -> bool {
        let mut depth = 0_i32;
        for ahead in 0..self.lexemes.len().saturating_sub(self.at) {
            if depth == 0 && self.is_word(ahead, word) {
                self.at += ahead;
                return true;
            }
            match self.lexeme(ahead).map(|lexeme| self.shown(lexeme)) {
                Some("(") => depth += 1,
                Some(")") => depth -= 1,
                _ => {}
            }
        }
        false
    }

    /// What `read` makes of the text to come, without moving.
    pub(super) fn ahead<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let at = self.at;
        let value = read(self);
        self.at = at;
        value
    }

    /// A reader over a piece of this text; its places are those of the whole text.
    pub(super) fn within(&self, piece: Piece<'a>) -> Self {
        let start = piece.text.as_ptr() as usize - self.text.as_ptr() as usize;
        let end = start + piece.text.len();
        Self {
            text: self.text.get(..end).unwrap_or(self.text),
            lexemes: self
                .lexemes
                .iter()
                .filter(|lexeme| lexeme.start >= start && lexeme.end <= end)
                .copied()
                .collect(),
            at: 0,
        }
    }
}

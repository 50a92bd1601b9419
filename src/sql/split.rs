//! A script cut into statements.
//!
//! Statements end at `;`, except inside strings, comments, `$$` bodies and Snowflake Scripting blocks
//! (<https://docs.snowflake.com/en/developer-guide/snowflake-scripting/blocks>), which stay whole. A block is told from
//! a transaction by what follows BEGIN.

use super::scan::{Lexeme, LexemeKind, Scanner};

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptStatement {
    /// The statement, without the blanks around it, leading comments and the final `;`.
    pub text: String,
    /// Where it starts in the script, in bytes.
    pub offset: usize,
    /// The line it starts on, from 1.
    pub line: u32,
    /// The column it starts at, in characters from 1.
    pub column: u32,
}

/// Cuts a script into its statements; pieces that hold only blanks and comments are left out.
pub fn split(script: &str) -> Vec<ScriptStatement> {
    let mut places = Places {
        script,
        at: 0,
        line: 1,
        column: 1,
    };
    let mut statements = Vec::new();
    let mut block = Block::default();
    let mut span: Option<(usize, usize)> = None;
    let mut finish = |span: &mut Option<(usize, usize)>| {
        if let Some((start, end)) = span.take() {
            let (line, column) = places.advance(start);
            let text = script.get(start..end).unwrap_or_default().to_string();
            statements.push(ScriptStatement {
                text,
                offset: start,
                line,
                column,
            });
        }
    };
    for lexeme in Scanner::new(script).filter(|lexeme| !lexeme.kind.is_blank()) {
        let text = script.get(lexeme.start..lexeme.end).unwrap_or_default();
        if text == ";" && lexeme.kind == LexemeKind::Mark && !block.is_open() {
            finish(&mut span);
            block = Block::default();
            continue;
        }
        span = Some((span.map_or(lexeme.start, |(start, _)| start), lexeme.end));
        block.lexeme(script, lexeme);
    }
    finish(&mut span);
    statements
}

/// Where the scripting block starts that a statement is, or that is the body of what it makes; `None` without one.
pub(crate) fn block_start(statement: &str) -> Option<usize> {
    let mut lexemes = Scanner::new(statement).filter(|lexeme| !lexeme.kind.is_blank());
    let first = lexemes.next()?;
    let word = statement.get(first.start..first.end)?;
    if !["BEGIN", "DECLARE", "CREATE", "ALTER"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
    {
        return None;
    }
    let mut block = Block::default();
    std::iter::once(first).chain(lexemes).find_map(|lexeme| {
        block.lexeme(statement, lexeme);
        block.is_open().then_some(lexeme.start)
    })
}

/// The length in bytes of the statement that a text begins with, without the `;` that ends it.
pub(crate) fn statement_length(text: &str) -> usize {
    let mut block = Block::default();
    for lexeme in Scanner::new(text).filter(|lexeme| !lexeme.kind.is_blank()) {
        let ends = lexeme.kind == LexemeKind::Mark && text.get(lexeme.start..lexeme.end) == Some(";");
        if ends && !block.is_open() {
            return lexeme.start;
        }
        block.lexeme(text, lexeme);
    }
    text.len()
}

/// The upper-cased text of the lexeme that the grammar sees next behind a byte.
fn following(text: &str, end: usize) -> String {
    let rest = text.get(end..).unwrap_or_default();
    let next = Scanner::new(rest).find(|lexeme| !lexeme.kind.is_blank());
    next.and_then(|lexeme| rest.get(lexeme.start..lexeme.end))
        .unwrap_or_default()
        .to_ascii_uppercase()
}

/// Counts lines and columns forward through the script.
struct Places<'a> {
    script: &'a str,
    at: usize,
    line: u32,
    column: u32,
}

impl Places<'_> {
    fn advance(&mut self, to: usize) -> (u32, u32) {
        for c in self.script.get(self.at..to).unwrap_or_default().chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.at = to;
        (self.line, self.column)
    }
}

/// Follows the words of one statement to know whether a scripting block is open.
#[derive(Default)]
struct Block {
    words: Vec<String>,
    /// Words after which BEGIN or DECLARE opens a body, since the statement makes a task, procedure or function.
    takes_body: bool,
    /// DECLAREs that were read and whose BEGIN was not: one inside another is that of a nested procedure.
    declaring: usize,
    /// Open BEGIN and CASE.
    depth: usize,
    /// The last lexeme was `.` or `:`, so a word is a name, not a keyword.
    after_dot: bool,
}

impl Block {
    fn is_open(&self) -> bool {
        self.declaring > 0 || self.depth > 0
    }

    /// Goes on by one lexeme of a text.
    fn lexeme(&mut self, text: &str, lexeme: Lexeme) {
        let shown = text.get(lexeme.start..lexeme.end).unwrap_or_default();
        match lexeme.kind {
            LexemeKind::Word => self.word(shown, || following(text, lexeme.end)),
            _ => self.other(shown),
        }
    }

    fn other(&mut self, text: &str) {
        // A double colon comes as two marks; a type name is no block word either way.
        self.after_dot = matches!(text, "." | ":");
        self.remember(text);
    }

    fn word(&mut self, text: &str, following: impl Fn() -> String) {
        let word = text.to_ascii_uppercase();
        let name = std::mem::replace(&mut self.after_dot, false);
        if !name {
            let first = self.words.is_empty();
            let after_as = self.words.last().is_some_and(|last| last == "AS");
            match word.as_str() {
                "DECLARE" if !self.is_open() && (first || self.takes_body && after_as) => {
                    self.declaring = 1;
                }
                "DECLARE" if self.depth == 0 && self.declaring > 0 && after_as => self.declaring += 1,
                "BEGIN" if self.is_open() || first || self.takes_body && after_as => {
                    let transaction = self.depth > 0 || first;
                    if !(transaction && opens_transaction(&following())) {
                        // A nested procedure's body leaves its DECLARE open.
                        if self.depth == 0 && !after_as {
                            self.declaring = self.declaring.saturating_sub(1);
                        }
                        self.depth += 1;
                    }
                }
                "CASE" if self.depth > 0 => self.depth += 1,
                "END" if self.depth > 0 && !closes_other(&following()) => self.depth -= 1,
                // `END CASE` and the like: the word after END opens nothing.
                "TASK" | "PROCEDURE" | "FUNCTION" if !self.is_open() && self.makes_object() => {
                    self.takes_body = true;
                }
                _ => {}
            }
            if word == "CASE" && self.depth > 0 && self.words.last().is_some_and(|last| last == "END") {
                self.depth -= 1;
            }
        }
        self.remember(&word);
    }

    /// Whether all words so far are CREATE or ALTER and modifiers, so that the next one is the kind of object.
    fn makes_object(&self) -> bool {
        const MODIFIERS: [&str; 9] = [
            "OR",
            "REPLACE",
            "ALTER",
            "SCOPED",
            "SECURE",
            "TEMP",
            "TEMPORARY",
            "TRANSIENT",
            "WITH",
        ];
        match self.words.split_first() {
            Some((first, rest)) if first == "CREATE" => rest.iter().all(|w| MODIFIERS.contains(&w.as_str())),
            Some((first, rest)) => first == "ALTER" && rest.is_empty(),
            None => false,
        }
    }

    /// Keeps the first words, which tell the command, and always the last one.
    fn remember(&mut self, word: &str) {
        const KEPT: usize = 8;
        if self.words.len() < KEPT {
            self.words.push(word.to_string());
        } else if let Some(last) = self.words.last_mut() {
            word.clone_into(last);
        }
    }
}

/// Whether the lexeme after BEGIN makes it a transaction; `-` is that of `->>`.
fn opens_transaction(following: &str) -> bool {
    matches!(following, "" | ";" | "-" | "TRANSACTION" | "WORK" | "NAME")
}

/// Whether the lexeme after END makes it the end of something that opened without a counted word.
fn closes_other(following: &str) -> bool {
    matches!(following, "IF" | "FOR" | "WHILE" | "LOOP" | "REPEAT" | "(")
}

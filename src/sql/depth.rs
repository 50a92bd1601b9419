//! Limits on how deep a statement may nest, and a stack that is deep enough for what they allow.
//!
//! Trees are read, walked and dropped recursively, so nesting without a limit would end in a crash. The limits are
//! checked on the tokens, before any tree exists. What lies within them but is deep is read on a thread with a large
//! stack, since the grammar's functions have frames of some tens of kilobytes in a debug build.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use super::cursor::word;
use crate::error::{Error, Result};

/// How deep brackets may nest.
const MAX_NESTING: usize = 200;

/// How deep calls may nest that sqlparser, on an error inside, tries once more as plain functions: each level doubles
/// the time that a faulty statement takes.
const MAX_RETRIED: usize = 12;

/// Those calls.
const RETRIED: &[&str] = &[
    "ARRAY",
    "CAST",
    "CEIL",
    "CONVERT",
    "EXTRACT",
    "FLOOR",
    "OVERLAY",
    "POSITION",
    "SUBSTR",
    "SUBSTRING",
    "TRIM",
    "TRY_CAST",
    "TRY_CONVERT",
];

/// How many operators may follow each other without a comma or a bracket between them.
const MAX_CHAIN: usize = 1_000;

/// The nesting up to which any thread's stack will do.
const SHALLOW: usize = 6;

/// The number of operators and prefixes up to which any thread's stack will do.
const FEW: usize = 60;

/// The stack of the thread for deep statements, in bytes. Only what is used of it is ever touched.
const DEEP_STACK: usize = 256 << 20;

/// An open bracket, and what is counted inside it.
struct Open {
    bracket: Token,
    /// Operators since the last comma.
    chain: usize,
    /// Set operators.
    unions: usize,
    /// Brackets around this one, itself included, that belong to calls which are read twice on failure.
    retried: usize,
}

impl Open {
    fn new(bracket: Token, retried: usize) -> Self {
        Self {
            bracket,
            chain: 0,
            unions: 0,
            retried,
        }
    }
}

/// Counts nesting along the tokens of one statement.
pub(crate) struct Depth {
    open: Vec<Open>,
    deepest: usize,
    longest: usize,
    prefixes: usize,
}

impl Depth {
    /// At the start of a statement.
    pub(crate) fn new() -> Self {
        Self {
            open: vec![Open::new(Token::EOF, 0)],
            deepest: 0,
            longest: 0,
            prefixes: 0,
        }
    }

    /// The innermost open bracket.
    pub(crate) fn bracket(&self) -> Option<&Token> {
        self.open.last().map(|open| &open.bracket)
    }

    /// Whether the statement needs [`on_deep_stack`].
    pub(crate) fn is_deep(&self) -> bool {
        self.deepest > SHALLOW || self.longest.max(self.prefixes) > FEW
    }

    /// Takes the next token into account, `before` being the one before it.
    pub(crate) fn count(&mut self, token: &TokenWithSpan, before: Option<&TokenWithSpan>) -> Result<()> {
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                let call = before.and_then(|before| word(&before.token));
                let outer = self.open.last().map_or(0, |open| open.retried);
                let retried = outer + usize::from(call.is_some_and(|word| RETRIED.contains(&word)));
                if self.open.len() > MAX_NESTING || retried > MAX_RETRIED {
                    return Err(too_deep(token.span.start));
                }
                self.open.push(Open::new(token.token.clone(), retried));
                self.deepest = self.deepest.max(self.open.len() - 1);
            }
            Token::RParen | Token::RBracket | Token::RBrace if self.open.len() > 1 => {
                self.open.pop();
            }
            other => return self.count_inside(other, token.span.start),
        }
        Ok(())
    }

    fn count_inside(&mut self, token: &Token, at: Location) -> Result<()> {
        let Some(open) = self.open.last_mut() else {
            return Ok(());
        };
        match token {
            Token::Comma | Token::SemiColon => open.chain = 0,
            Token::Word(word) => match word.keyword {
                Keyword::UNION | Keyword::EXCEPT | Keyword::MINUS | Keyword::INTERSECT => {
                    open.unions += 1;
                    open.chain = 0;
                }
                Keyword::AND | Keyword::OR | Keyword::IS | Keyword::LIKE | Keyword::COLLATE => {
                    open.chain += 1
                }
                Keyword::NOT | Keyword::CASE | Keyword::JOIN | Keyword::PRIOR | Keyword::INTERVAL => {
                    self.prefixes += 1;
                }
                _ => {}
            },
            Token::Period | Token::Number(..) | Token::SingleQuotedString(_) => {}
            _ => open.chain += 1,
        }
        self.longest = self.longest.max(open.chain).max(open.unions);
        if open.chain.max(open.unions) > MAX_CHAIN {
            Err(too_deep(at))
        } else {
            Ok(())
        }
    }
}

/// The error for a statement nested, or chained, beyond what a tree can be walked in.
pub(crate) fn too_deep(location: Location) -> Error {
    let line = u32::try_from(location.line).unwrap_or(u32::MAX);
    let position = u32::try_from(location.column.saturating_sub(1)).unwrap_or(u32::MAX);
    let message = format!(
        "SQL compilation error: error line {line} at position {position}\nMaximum nesting depth exceeded"
    );
    Error::new(1077, "42601", message)
        .at(line, position)
        .with_hint("split the statement, or use IN (…) or a join in place of a long chain of operators")
}

/// Runs a function on a thread of its own with a large stack.
pub(crate) fn on_deep_stack<T: Send>(run: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("parser".to_string())
            .stack_size(DEEP_STACK);
        let handle = thread.spawn_scoped(scope, run).map_err(|error| {
            Error::internal(format_args!("no thread for a deeply nested statement: {error}"))
        })?;
        handle
            .join()
            .unwrap_or_else(|_| Err(Error::internal("the parser failed")))
    })
}

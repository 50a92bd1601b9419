//! Bind variables (<https://docs.snowflake.com/en/sql-reference/bind-variables>) among the tokens.
//!
//! In queries and DML a bind stays in the tree, as a placeholder `?1`, `:1` or `:NAME`, and the planner puts its value
//! there. In `IDENTIFIER(?)` and `TABLE(?)` it becomes the name that it holds, and in commands whose grammar has words
//! rather than expressions (PUT, SHOW, USE, COPY, ALTER, …) its value as a literal.

use std::collections::BTreeSet;

use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan};

use super::{Before, Folder, plain_word, tokenize};
use crate::error::{Error, Result};
use crate::sql::name::QualifiedName;

/// The commands in which binds stay in the tree; the parenthesis opens a query.
const OF_EXPRESSIONS: [&str; 14] = [
    "SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE", "CALL", "SET", "EXECUTE", "EXPLAIN",
    "CREATE", "BEGIN", "DECLARE",
];

/// The binds met so far in a statement.
#[derive(Debug, Default)]
pub(super) struct Binds {
    /// How many `?` there are.
    positional: usize,
    /// `:1`, `:NAME`.
    named: BTreeSet<String>,
    /// Whether they become literals.
    as_literals: bool,
    /// Whether the statement is a CREATE whose query, if it has one, has not come: there a bind behind `=` is the value
    /// of a property.
    properties: bool,
}

impl Binds {
    /// None yet, for a statement that starts with this token.
    pub(super) fn of_statement(first: Option<&TokenWithSpan>, stay: bool) -> Self {
        Self {
            as_literals: !stay && is_of_words(first),
            properties: first.is_some_and(|first| {
                matches!(&first.token, Token::Word(word) if word.value.eq_ignore_ascii_case("CREATE"))
            }),
            ..Self::default()
        }
    }

    /// Notes that a query comes.
    pub(super) fn query(&mut self) {
        self.properties = false;
    }

    /// How many values the statement wants.
    pub(super) fn count(&self) -> usize {
        self.positional + self.named.len()
    }

    /// Notes a placeholder and numbers it, if it is a `?`.
    fn note(&mut self, placeholder: &str) -> String {
        if placeholder == "?" {
            self.positional += 1;
            return format!("?{}", self.positional);
        }
        let name = placeholder.to_uppercase();
        self.named.insert(name.clone());
        name
    }
}

/// Whether a statement that starts with this token is one of words.
fn is_of_words(first: Option<&TokenWithSpan>) -> bool {
    match first.map(|token| &token.token) {
        Some(Token::Word(word)) => !OF_EXPRESSIONS
            .iter()
            .any(|known| word.value.eq_ignore_ascii_case(known)),
        _ => false,
    }
}

/// 002049: a bind variable without a value. `placeholder` as it is written: `?`, `:1`, `:name`.
pub(crate) fn not_set(placeholder: &str, span: Span) -> Error {
    let shown = if placeholder.starts_with('?') {
        "?"
    } else {
        placeholder
    };
    let mut message = "SQL compilation error:".to_string();
    if span.start.line > 0 {
        let position = span.start.column.saturating_sub(1);
        message.push_str(&format!(" error line {} at position {position}", span.start.line));
    }
    message.push_str(&format!("\nBind variable {shown} not set."));
    Error::new(2049, "42601", message)
}

impl Folder<'_> {
    /// The bind that begins with a colon, at the token behind it: `:1`, `:name`.
    pub(super) fn colon_bind(&self, next: &Token) -> Option<String> {
        let after_value = matches!(self.before, Before::Operand | Before::Key | Before::Path)
            || matches!(
                self.out.last().map(|token| &token.token),
                Some(Token::SingleQuotedString(_) | Token::DollarQuotedString(_) | Token::Number(..))
            );
        match next {
            _ if after_value => None,
            Token::Number(digits, _) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Some(format!(":{digits}"))
            }
            Token::Word(word) if word.quote_style.is_none() => Some(format!(":{}", word.value)),
            _ => None,
        }
    }

    /// A bind where a value may stand.
    pub(super) fn bind(&mut self, placeholder: &str, span: Span) -> Result<()> {
        let placeholder = self.binds.note(placeholder);
        let property =
            self.binds.properties && self.out.last().is_some_and(|before| before.token == Token::Eq);
        if !self.binds.as_literals && !property {
            self.push(Token::Placeholder(placeholder), span, Before::Operand);
            return Ok(());
        }
        let tokens = self.bind_literal(&placeholder, span)?;
        self.out.extend(tokens);
        self.before = Before::Operand;
        Ok(())
    }

    /// A bind where a name stands: the text it holds.
    pub(super) fn bind_text(&mut self, placeholder: &str, span: Span) -> Result<String> {
        let placeholder = self.binds.note(placeholder);
        match self.bind_literal(&placeholder, span)?.as_slice() {
            [
                TokenWithSpan {
                    token: Token::SingleQuotedString(text),
                    ..
                },
            ] => Ok(text.clone()),
            _ => Err(Error::invalid_identifier(placeholder)),
        }
    }

    /// The tokens of a bind's value, all at the place of its use.
    fn bind_literal(&self, placeholder: &str, span: Span) -> Result<Vec<TokenWithSpan>> {
        let name = placeholder.get(1..).unwrap_or_default();
        let literal = self
            .variables
            .bind(name)
            .ok_or_else(|| not_set(placeholder, span))?;
        let mut tokens = tokenize(&literal, &())?.tokens;
        tokens.iter_mut().for_each(|token| token.span = span);
        Ok(tokens)
    }

    /// The tokens of the name that a text holds: `IDENTIFIER('a.b')`, `TABLE('a.b')`.
    pub(super) fn name_from(&mut self, text: String, span: Span) -> Result<()> {
        if text.starts_with('@') {
            self.push(plain_word(text), span, Before::Other);
            return Ok(());
        }
        let name = QualifiedName::parse(&text).ok_or_else(|| Error::invalid_identifier(&text))?;
        self.push_name(&name, span);
        Ok(())
    }
}

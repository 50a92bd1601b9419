//! [`Cursor`]: what every command's parser is written with.
//!
//! It walks the folded tokens for the commands' own grammar and hands over to sqlparser for queries, expressions, data
//! types and table factors. Every failure is a Snowflake error at the place of the token that did not fit.

use datafusion::sql::sqlparser::ast::{Expr, Query, SetExpr, TableFactor, TableWithJoins, Visit, VisitMut};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use super::check::settle;
use super::depth::{on_deep_stack, too_deep};
use super::lex::{DIALECT, Tokens, tokenize};
use super::location::StageLocation;
use super::name::{Ident, QualifiedName};
use super::reserved::is_reserved;
use super::source::Source;
use super::variables::Variables;
use super::written;
use crate::error::{Error, Place, Result};
use crate::types::SnowType;

/// How deep expressions and queries may nest.
const MAX_DEPTH: usize = 120;

/// A position in one statement's tokens.
pub(crate) struct Cursor<'a> {
    parser: Parser<'static>,
    source: Source<'a>,
    binds: usize,
    timestamp: SnowType,
}

impl<'a> Cursor<'a> {
    /// A cursor at the start of tokens, which were read from this text.
    fn new(text: &'a str, tokens: Vec<TokenWithSpan>, binds: usize, timestamp: SnowType) -> Self {
        let parser = Parser::new(&DIALECT)
            .with_recursion_limit(MAX_DEPTH)
            .with_tokens_with_locations(tokens);
        Self {
            parser,
            source: Source::new(text),
            binds,
            timestamp,
        }
    }

    /// The type that TIMESTAMP means in a definition.
    pub(super) fn timestamp(&self) -> SnowType {
        self.timestamp
    }

    /// How many values the text's bind variables want.
    pub(crate) fn binds(&self) -> usize {
        self.binds
    }

    /// Reads a whole text; anything left over is a syntax error.
    pub(crate) fn read<T: Send>(
        text: &str,
        variables: &dyn Variables,
        parse: fn(&mut Cursor<'_>) -> Result<T>,
    ) -> Result<T> {
        let Tokens { tokens, deep, binds } = tokenize(text, variables)?;
        let timestamp = variables.timestamp();
        let read = move || {
            let mut cursor = Cursor::new(text, tokens, binds, timestamp);
            let value = parse(&mut cursor)?;
            cursor.expect_end()?;
            Ok(value)
        };
        if deep { on_deep_stack(read) } else { read() }
    }

    // --- tokens ---

    /// The token to come.
    pub(crate) fn peek(&self) -> &Token {
        &self.parser.peek_token_ref().token
    }

    /// The `n`-th token to come, from 0.
    pub(crate) fn peek_nth(&self, n: usize) -> &Token {
        &self.parser.peek_nth_token_ref(n).token
    }

    /// Takes the token to come.
    pub(crate) fn next(&mut self) -> TokenWithSpan {
        self.parser.next_token()
    }

    /// Whether nothing is left, a final `;` aside.
    pub(crate) fn at_end(&self) -> bool {
        matches!(self.peek(), Token::EOF | Token::SemiColon)
    }

    /// The place of the token to come.
    pub(crate) fn place(&self) -> Place {
        let start = self.location();
        Place {
            line: u32::try_from(start.line).unwrap_or(u32::MAX),
            position: u32::try_from(start.column.saturating_sub(1)).unwrap_or(u32::MAX),
        }
    }

    /// The location of the token to come; the end of the text when nothing is left.
    pub(crate) fn location(&self) -> Location {
        let token = self.parser.peek_token_ref();
        if token.token == Token::EOF {
            self.source.end()
        } else {
            token.span.start
        }
    }

    /// The text from a location up to the token before the one to come, without the blanks at its end.
    pub(crate) fn text_since(&self, from: Location) -> String {
        let end = match self.parser.get_current_token() {
            token if token.token == Token::EOF => self.source.end(),
            token => token.span.end,
        };
        self.source.between(from, end).trim_end().to_string()
    }

    /// The statement's text up to the token before the one to come.
    pub(crate) fn text_so_far(&self) -> String {
        let start = self.parser.token_at(0).span.start;
        self.text_since(start)
    }

    /// The syntax error at the token to come.
    pub(crate) fn unexpected<T>(&self) -> Result<T> {
        Err(self.source.unexpected(self.parser.peek_token_ref()))
    }

    /// The word to come, folded, if it is an unquoted one.
    pub(crate) fn peek_word(&self) -> Option<&str> {
        word(self.peek())
    }

    /// Whether these words, separated by blanks, come next.
    pub(crate) fn sees(&self, words: &str) -> bool {
        words
            .split(' ')
            .enumerate()
            .all(|(index, expected)| word(self.peek_nth(index)) == Some(expected))
    }

    /// Takes these words, separated by blanks, if they come next.
    pub(crate) fn take(&mut self, words: &str) -> bool {
        let found = self.sees(words);
        if found {
            words.split(' ').for_each(|_| self.parser.advance_token());
        }
        found
    }

    /// Takes these words or fails at the first that differs.
    pub(crate) fn expect(&mut self, words: &str) -> Result<()> {
        for expected in words.split(' ') {
            if !self.take(expected) {
                return self.unexpected();
            }
        }
        Ok(())
    }

    /// Takes the first of these that comes next, and tells which.
    pub(crate) fn take_one_of(&mut self, choices: &[&'static str]) -> Option<&'static str> {
        choices.iter().copied().find(|choice| self.take(choice))
    }

    /// Takes a punctuation token if it comes next.
    pub(crate) fn take_token(&mut self, token: &Token) -> bool {
        self.parser.consume_token(token)
    }

    /// Takes a punctuation token or fails.
    pub(crate) fn expect_token(&mut self, token: &Token) -> Result<()> {
        if self.take_token(token) {
            Ok(())
        } else {
            self.unexpected()
        }
    }

    /// Fails unless nothing is left.
    pub(crate) fn expect_end(&mut self) -> Result<()> {
        while self.take_token(&Token::SemiColon) {}
        if *self.peek() == Token::EOF {
            Ok(())
        } else {
            self.unexpected()
        }
    }

    /// `item, item, …`, at least one.
    pub(crate) fn comma_separated<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.take_token(&Token::Comma) {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// `( item, item, … )`, at least one.
    pub(crate) fn in_parentheses<T>(&mut self, item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        self.expect_token(&Token::LParen)?;
        let items = self.comma_separated(item)?;
        self.expect_token(&Token::RParen)?;
        Ok(items)
    }

    /// What `parse` reads, or nothing and no move if it fails.
    pub(crate) fn attempt<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Option<T> {
        let start = self.parser.index();
        match parse(self) {
            Ok(value) => Some(value),
            Err(_) => {
                while self.parser.index() > start {
                    self.parser.prev_token();
                }
                None
            }
        }
    }

    // --- names and literals ---

    /// One identifier; a reserved word is none unless quoted.
    pub(crate) fn ident(&mut self) -> Result<Ident> {
        if self.peek_word().is_some_and(is_reserved) {
            self.unexpected()
        } else {
            self.any_word()
        }
    }

    /// One identifier or any word, reserved or not: a property's name.
    pub(crate) fn any_word(&mut self) -> Result<Ident> {
        let ident = match self.peek() {
            Token::Word(word) if word.value.starts_with('@') && word.quote_style.is_none() => None,
            Token::Word(word) => Some(Ident {
                value: word.value.clone(),
                quoted: word.quote_style.is_some(),
            }),
            _ => None,
        };
        match ident {
            Some(ident) => {
                self.next();
                Ok(ident)
            }
            None => self.unexpected(),
        }
    }

    /// A name of one to three parts.
    pub(crate) fn name(&mut self) -> Result<QualifiedName> {
        if self.sees("IDENTIFIER") && *self.peek_nth(1) == Token::LParen {
            // Only a variable that no session knows is left in this form.
            return Err(Error::compilation(
                "IDENTIFIER needs a string, a bind, or a session variable that is set",
            ));
        }
        let mut parts = vec![self.ident()?];
        while *self.peek() == Token::Period {
            if parts.len() == 3 {
                return self.unexpected();
            }
            self.next();
            if parts.len() == 1 && self.take_token(&Token::Period) {
                parts.push(Ident::unquoted("PUBLIC"));
            }
            parts.push(self.ident()?);
        }
        match QualifiedName::new(parts) {
            Some(name) => Ok(name),
            None => self.unexpected(),
        }
    }

    /// `( column, column, … )` if a parenthesis comes next.
    pub(crate) fn optional_columns(&mut self) -> Result<Vec<Ident>> {
        if *self.peek() == Token::LParen {
            self.in_parentheses(Self::ident)
        } else {
            Ok(Vec::new())
        }
    }

    /// A string, in quotes or `$$`.
    pub(crate) fn string(&mut self) -> Result<String> {
        match self.take_string() {
            Some(text) => Ok(text),
            None => self.unexpected(),
        }
    }

    /// A string if one comes next.
    pub(crate) fn take_string(&mut self) -> Option<String> {
        let text = match self.peek() {
            Token::SingleQuotedString(text) => text.clone(),
            Token::DollarQuotedString(text) => text.value.clone(),
            _ => return None,
        };
        self.next();
        Some(text)
    }

    /// A whole number, maybe negative.
    pub(crate) fn integer(&mut self) -> Result<i64> {
        let negative = self.take_token(&Token::Minus);
        if !negative {
            self.take_token(&Token::Plus);
        }
        let value = match self.peek() {
            Token::Number(digits, _) => format!("{}{digits}", if negative { "-" } else { "" })
                .parse()
                .ok(),
            _ => None,
        };
        match value {
            Some(value) => {
                self.next();
                Ok(value)
            }
            None => self.unexpected(),
        }
    }

    /// A location of files: `@…`, bare or quoted, or a quoted URL.
    pub(crate) fn stage_location(&mut self) -> Result<StageLocation> {
        let location = match self.peek() {
            Token::Word(word) if word.quote_style.is_none() && word.value.starts_with('@') => {
                StageLocation::parse(&word.value)
            }
            Token::SingleQuotedString(text) => StageLocation::parse(text),
            _ => None,
        };
        match location {
            Some(location) => {
                self.next();
                Ok(location)
            }
            None => self.unexpected(),
        }
    }

    /// Whether a location of files comes next.
    pub(crate) fn sees_location(&self) -> bool {
        match self.peek() {
            Token::Word(word) => word.quote_style.is_none() && word.value.starts_with('@'),
            Token::SingleQuotedString(text) => text.starts_with('@') || text.contains("://"),
            _ => false,
        }
    }

    // --- sqlparser's grammar ---

    /// Reads with sqlparser and turns its error into Snowflake's.
    pub(crate) fn sqlparser<T>(
        &mut self,
        parse: impl FnOnce(&mut Parser<'static>) -> std::result::Result<T, ParserError>,
    ) -> Result<T> {
        parse(&mut self.parser).map_err(|error| self.convert(error))
    }

    fn convert(&self, error: ParserError) -> Error {
        let message = match error {
            ParserError::RecursionLimitExceeded => return too_deep(self.location()),
            ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        };
        // sqlparser tells the place at the end of its message: `… at Line: 1, Column: 8`.
        let place = message.rsplit_once(" at Line: ").and_then(|(_, place)| {
            let (line, column) = place.split_once(", Column: ")?;
            Some(Location {
                line: line.trim().parse().ok()?,
                column: column.trim().parse().ok()?,
            })
        });
        let here = self.parser.peek_token_ref();
        let mut tokens = (0..)
            .map(|index| self.parser.token_at(index))
            .take_while(|t| t.token != Token::EOF);
        let error = match place.filter(|place| place.line > 0) {
            Some(place) => match tokens.find(|token| token.span.start == place) {
                Some(token) => self.source.unexpected(token),
                None => super::source::syntax(place, "<EOF>"),
            },
            None => self.source.unexpected(here),
        };
        let hint = message.split(" at Line: ").next().unwrap_or_default().to_string();
        error.with_hint(hint)
    }

    /// Reads with sqlparser, then refuses what is not Snowflake's.
    fn checked<T: Visit + VisitMut>(
        &mut self,
        parse: impl FnOnce(&mut Parser<'static>) -> std::result::Result<T, ParserError>,
    ) -> Result<T> {
        let mut tree = self.sqlparser(parse)?;
        settle(&mut tree).map_err(|error| self.restate(error))?;
        written::note(&mut tree, &self.source, |index| self.parser.token_at(index));
        Ok(tree)
    }

    fn token_at(&self, place: Location) -> Option<&TokenWithSpan> {
        let tokens = (0..).map(|index| self.parser.token_at(index));
        tokens
            .take_while(|token| token.token != Token::EOF)
            .find(|token| token.span.start == place)
    }

    /// A syntax error found in a folded tree, with the text as it was written.
    fn restate(&self, error: Error) -> Error {
        let place = error
            .place()
            .filter(|_| error.code() == 1003)
            .map(|place| Location {
                line: u64::from(place.line),
                column: u64::from(place.position) + 1,
            });
        match place.and_then(|place| self.token_at(place)) {
            Some(token) => self.source.unexpected(token),
            None => error,
        }
    }

    /// An expression.
    pub(crate) fn expr(&mut self) -> Result<Expr> {
        self.checked(Parser::parse_expr)
    }

    /// A query: SELECT, WITH, VALUES, or one in parentheses; nothing else that sqlparser takes for one.
    pub(crate) fn query(&mut self) -> Result<Box<Query>> {
        let starts = ["SELECT", "WITH", "VALUES"].iter().any(|word| self.sees(word));
        if !starts && *self.peek() != Token::LParen {
            return self.unexpected();
        }
        let query = self.checked(Parser::parse_query)?;
        if matches!(
            *query.body,
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_)
        ) {
            return self.unexpected();
        }
        Ok(query)
    }

    /// A query with its own text.
    pub(crate) fn query_text(&mut self) -> Result<(Box<Query>, String)> {
        let from = self.location();
        let query = self.query()?;
        Ok((query, self.text_since(from)))
    }

    /// A table, subquery or table function, with its alias.
    pub(crate) fn table_factor(&mut self) -> Result<TableFactor> {
        self.checked(Parser::parse_table_factor)
    }

    /// A table with its joins.
    pub(crate) fn table_with_joins(&mut self) -> Result<TableWithJoins> {
        self.checked(Parser::parse_table_and_joins)
    }
}

/// The value of an unquoted word.
pub(crate) fn word(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
        _ => None,
    }
}

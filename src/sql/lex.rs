//! Text to tokens: sqlparser's tokenizer between two passes of our own.
//!
//! Before it, stage locations (`@db.schema.stage/path/*.json`, which hold comment marks and dots) are masked. After it,
//! every unquoted identifier is folded to upper case, except keys of VARIANT paths (`v:Key.Other`), which are case
//! sensitive; string escapes are resolved by Snowflake's rules; `IDENTIFIER('a.b')` becomes the name it stands for;
//! session variables become their values. So **everything parsed from these tokens is folded already**, column aliases
//! and named arguments included.
//!
//! Forms that sqlparser's tree has no place for are encoded:
//!
//! * a stage location is one unquoted word whose value starts with `@` (see [`StageLocation::parse`]), so it stands
//!   where a table name stands and takes arguments like a table function;
//! * bind variables are numbered placeholders: see [`bind`];
//! * parts of MATCH_RECOGNIZE, UNPIVOT and lambdas: see [`forms`];
//! * named windows: see [`named_windows`];
//! * a type with types inside is one quoted word: see [`types`];
//! * a Snowflake Scripting block, which has a grammar of its own, is one string with the tag [`SCRIPT`].
//!
//! [`StageLocation::parse`]: super::StageLocation::parse

pub(crate) mod bind;
pub(crate) mod forms;
mod named_windows;
pub(crate) mod types;

use std::borrow::Cow;
use std::collections::HashMap;

use datafusion::sql::sqlparser::ast::DollarQuotedString;
use datafusion::sql::sqlparser::dialect::SnowflakeDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Tokenizer, Word};

use super::depth::Depth;
use super::flow;
use super::name::QualifiedName;
use super::scan::{LexemeKind, Scanner};
use super::source::{Source, syntax};
use super::split::block_start;
use super::unescape::unescape;
use super::variables::Variables;
use crate::error::{Error, Result};

/// The dialect that the query grammar is read with.
pub(crate) static DIALECT: SnowflakeDialect = SnowflakeDialect {};

/// Folded tokens, blanks left out.
pub(crate) struct Tokens {
    /// The tokens.
    pub(crate) tokens: Vec<TokenWithSpan>,
    /// Whether they nest so deep that reading them takes a larger stack.
    pub(crate) deep: bool,
    /// How many values its bind variables want.
    pub(crate) binds: usize,
}

/// The tag of the string that a scripting block is among the tokens.
pub(crate) const SCRIPT: &str = "SCRIPT";

/// Reads a text into folded tokens.
pub(crate) fn tokenize(text: &str, variables: &dyn Variables) -> Result<Tokens> {
    let Some(start) = block_start(text) else {
        return tokenize_plain(text, variables);
    };
    let (head, block) = text.split_at(start);
    let mut tokens = tokenize_plain(head, variables)?;
    let block = block.trim_end_matches(|c: char| c.is_whitespace() || c == ';');
    let source = Source::new(text);
    tokens.tokens.push(TokenWithSpan {
        token: Token::DollarQuotedString(DollarQuotedString {
            value: block.to_string(),
            tag: Some(SCRIPT.to_string()),
        }),
        span: Span::new(source.location(start), source.location(start + block.len())),
    });
    Ok(tokens)
}

fn tokenize_plain(text: &str, variables: &dyn Variables) -> Result<Tokens> {
    let (masked, locations) = mask_locations(text);
    let mut raw = Vec::new();
    Tokenizer::new(&DIALECT, &masked)
        .with_unescape(false)
        .tokenize_with_location_into_buf(&mut raw)
        .map_err(|error| syntax(error.location, "<EOF>").with_hint(error.message))?;
    raw.retain(|token| !matches!(token.token, Token::Whitespace(_)));
    let source = Source::new(text);
    let out = Vec::with_capacity(raw.len());
    let binds = bind::Binds::of_statement(raw.first(), variables.binds_stay());
    Folder {
        source,
        raw,
        binds,
        locations,
        variables,
        out,
        depth: Depth::new(),
        before: Before::Other,
        lists: Vec::new(),
        in_from: false,
        forms: forms::Forms::default(),
    }
    .run()
}

/// Where a masked location stood, and what it said.
type Locations = HashMap<(u64, u64), String>;

/// Replaces each location by a quoted word of the same width, so that lines and columns stay true.
fn mask_locations(text: &str) -> (Cow<'_, str>, Locations) {
    let mut locations = Locations::new();
    if !text.contains('@') && !text.contains("://") {
        return (Cow::Borrowed(text), locations);
    }
    let mut masked = String::with_capacity(text.len());
    let (mut line, mut column) = (1, 1);
    for lexeme in Scanner::new(text) {
        let piece = text.get(lexeme.start..lexeme.end).unwrap_or_default();
        if lexeme.kind == LexemeKind::Location {
            locations.insert((line, column), piece.to_string());
            let width = piece.chars().count();
            masked.push('"');
            masked.extend(std::iter::repeat_n('x', width.saturating_sub(2)));
            masked.push('"');
            column += width as u64;
            continue;
        }
        masked.push_str(piece);
        match piece.rfind('\n') {
            Some(at) => {
                line += piece.matches('\n').count() as u64;
                column = piece.get(at + 1..).unwrap_or_default().chars().count() as u64 + 1;
            }
            None => column += piece.chars().count() as u64,
        }
    }
    (Cow::Owned(masked), locations)
}

/// What the token before means for the one to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A value may have ended: a colon here starts a path.
    Operand,
    /// The colon of a path, or the dot inside one: a word here is a key.
    Path,
    /// A key of a path, or a subscript: a dot here continues the path.
    Key,
    /// FROM, JOIN or a comma between tables: a table may start here.
    Table,
    /// Anything else.
    Other,
}

struct Folder<'a> {
    source: Source<'a>,
    raw: Vec<TokenWithSpan>,
    locations: Locations,
    variables: &'a dyn Variables,
    out: Vec<TokenWithSpan>,
    depth: Depth,
    before: Before,
    binds: bind::Binds,
    /// For each open parenthesis, whether it stands in a list of tables.
    lists: Vec<bool>,
    /// Whether a comma here goes on with tables.
    in_from: bool,
    forms: forms::Forms,
}

impl Folder<'_> {
    fn run(mut self) -> Result<Tokens> {
        let raw = std::mem::take(&mut self.raw);
        let mut index = 0;
        while let Some(token) = raw.get(index) {
            index += 1;
            let next = raw.get(index).map_or(&Token::EOF, |t| &t.token);
            self.depth.count(token, self.out.last())?;
            self.end_spread(token);
            match &token.token {
                Token::Word(word) => {
                    if let Some(used) = self.form(word, token.span, raw.get(index..).unwrap_or_default())? {
                        index += used;
                        continue;
                    }
                    // sqlparser takes a SELECT of nothing, and any word behind a period.
                    if word.keyword == Keyword::FROM && word.quote_style.is_none() && self.wants_value() {
                        return Err(self.source.unexpected(token));
                    }
                    if word.quote_style.is_none()
                        && (word.value.eq_ignore_ascii_case("IDENTIFIER")
                            || self.before == Before::Table && word.value.eq_ignore_ascii_case("TABLE"))
                        && let Some(used) = self.identifier(raw.get(index..).unwrap_or_default())?
                    {
                        index += used;
                        continue;
                    }
                    // sqlparser knows TEXT without a length only.
                    let text = *next == Token::LParen && word.value.eq_ignore_ascii_case("TEXT");
                    let varchar = Word {
                        value: "VARCHAR".to_string(),
                        keyword: Keyword::VARCHAR,
                        ..word.clone()
                    };
                    // Where nothing follows that it could stand before, it is a name.
                    let root = word.keyword == Keyword::CONNECT_BY_ROOT
                        && match next {
                            Token::Word(next) => next.keyword == Keyword::FROM || next.keyword == Keyword::AS,
                            Token::LParen => false,
                            _ => true,
                        };
                    let plain = Word {
                        keyword: Keyword::NoKeyword,
                        ..word.clone()
                    };
                    let word = match (text, root) {
                        (true, _) => &varchar,
                        (_, true) => &plain,
                        _ => word,
                    };
                    self.word(word, token.span);
                }
                Token::SingleQuotedString(value) => {
                    let value = unescape(value);
                    let table = self.before == Before::Table && value.starts_with('@');
                    let token_kind = if table {
                        plain_word(value)
                    } else {
                        Token::SingleQuotedString(value)
                    };
                    self.push(token_kind, token.span, Before::Other);
                }
                Token::NationalStringLiteral(value) => {
                    self.push(
                        Token::SingleQuotedString(unescape(value)),
                        token.span,
                        Before::Other,
                    );
                }
                Token::Placeholder(name) => self.placeholder(name, token.span)?,
                Token::Colon => {
                    if let Some(bind) = self.colon_bind(next) {
                        let end = raw.get(index).map_or(token.span.end, |name| name.span.end);
                        self.bind(&bind, Span::new(token.span.start, end))?;
                        index += 1;
                        continue;
                    }
                    let path = matches!(self.before, Before::Operand | Before::Key)
                        && matches!(next, Token::Word(_) | Token::LBracket);
                    self.push(
                        Token::Colon,
                        token.span,
                        if path { Before::Path } else { Before::Other },
                    );
                }
                Token::Period => {
                    let path = self.before == Before::Key;
                    self.push(
                        Token::Period,
                        token.span,
                        if path { Before::Path } else { Before::Other },
                    );
                }
                Token::Mul if self.starts_object_field() => return Err(self.source.unexpected(token)),
                Token::Mul => index += self.star(token, raw.get(index..).unwrap_or_default())?,
                Token::LBrace if self.object_of_columns(token, raw.get(index..).unwrap_or_default()) => {}
                Token::RBrace if self.forms.closes_object() => {
                    self.push(Token::RParen, token.span, Before::Operand);
                }
                Token::LongArrow => return Err(Error::unsupported("->> (pipe operator) in this place")),
                other => {
                    match other {
                        Token::LParen => self.lists.push(std::mem::take(&mut self.in_from)),
                        Token::RParen => {
                            self.in_from = self.lists.pop().unwrap_or(false);
                            self.forms.closed(self.lists.len());
                        }
                        Token::Arrow => self.typed_parameter(token.span),
                        _ => {}
                    }
                    let before = match other {
                        Token::RParen | Token::RBrace => Before::Operand,
                        Token::RBracket => Before::Key,
                        Token::Comma if self.in_from => Before::Table,
                        _ => Before::Other,
                    };
                    self.push(other.clone(), token.span, before);
                }
            }
        }
        Ok(Tokens {
            deep: self.depth.is_deep(),
            binds: self.binds.count(),
            tokens: named_windows::inline(self.out),
        })
    }

    /// Whether a value or a part of a name must come next: behind SELECT, and behind a period outside of paths.
    fn wants_value(&self) -> bool {
        match self.out.last().map(|last| &last.token) {
            Some(Token::Word(word)) => word.quote_style.is_none() && word.keyword == Keyword::SELECT,
            Some(Token::Period) => self.before != Before::Path,
            _ => false,
        }
    }

    fn push(&mut self, token: Token, span: Span, before: Before) {
        self.before = before;
        self.out.push(TokenWithSpan { token, span });
    }

    fn word(&mut self, word: &Word, span: Span) {
        if word.quote_style.is_some() {
            if let Some(text) = self.locations.remove(&(span.start.line, span.start.column)) {
                return self.push(plain_word(text), span, Before::Other);
            }
            let mut value = word.value.replace("\"\"", "\"");
            if self.before != Before::Path && self.variables.fold_quoted() {
                value = value.to_uppercase();
            }
            let before = if self.before == Before::Path {
                Before::Key
            } else {
                Before::Operand
            };
            return self.push(
                Token::Word(Word {
                    value,
                    ..word.clone()
                }),
                span,
                before,
            );
        }
        if self.before == Before::Path {
            // The keyword goes too: a key named `end` is no END.
            let key = Word {
                value: word.value.clone(),
                quote_style: None,
                keyword: Keyword::NoKeyword,
            };
            return self.push(Token::Word(key), span, Before::Key);
        }
        if word.keyword == Keyword::SELECT {
            self.binds.query();
        }
        match word.keyword {
            Keyword::FROM | Keyword::JOIN => self.in_from = true,
            Keyword::SELECT
            | Keyword::WHERE
            | Keyword::GROUP
            | Keyword::HAVING
            | Keyword::QUALIFY
            | Keyword::ORDER
            | Keyword::SET => self.in_from = false,
            _ => {}
        }
        let before = match word.keyword {
            Keyword::FROM | Keyword::JOIN => Before::Table,
            keyword if ends_no_value(keyword) => Before::Other,
            _ => Before::Operand,
        };
        let value = word.value.to_uppercase();
        self.push(
            Token::Word(Word {
                value,
                ..word.clone()
            }),
            span,
            before,
        );
    }

    /// `IDENTIFIER('a.b')`, `IDENTIFIER($v)`, `IDENTIFIER(?)`, and the same of TABLE: gives how many tokens after the
    /// word it used.
    fn identifier(&mut self, rest: &[TokenWithSpan]) -> Result<Option<usize>> {
        let [open, argument, following @ ..] = rest else {
            return Ok(None);
        };
        let closes = |token: Option<&TokenWithSpan>| token.is_some_and(|t| t.token == Token::RParen);
        if open.token != Token::LParen {
            return Ok(None);
        }
        if let (Token::Colon, [name, close, ..]) = (&argument.token, following)
            && close.token == Token::RParen
        {
            let text = self.bind_text(&format!(":{}", name.token), argument.span)?;
            self.name_from(text, argument.span)?;
            return Ok(Some(4));
        }
        if !closes(following.first()) {
            return Ok(None);
        }
        let text = match &argument.token {
            Token::SingleQuotedString(value) => unescape(value),
            Token::DollarQuotedString(value) => value.value.clone(),
            Token::Placeholder(name) if name == "?" => self.bind_text(name, argument.span)?,
            Token::Placeholder(name) => match self.variable(name, argument.span, true)?.as_deref() {
                Some(
                    [
                        TokenWithSpan {
                            token: Token::SingleQuotedString(value),
                            ..
                        },
                    ],
                ) => value.clone(),
                Some(_) => return Err(self.source.unexpected(argument)),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        self.name_from(text, argument.span)?;
        Ok(Some(3))
    }

    fn push_name(&mut self, name: &QualifiedName, span: Span) {
        for (index, part) in name.parts().iter().enumerate() {
            if index > 0 {
                self.push(Token::Period, span, Before::Other);
            }
            let quote_style = part.quoted.then_some('"');
            let word = Word {
                value: part.value.clone(),
                quote_style,
                keyword: Keyword::NoKeyword,
            };
            self.push(Token::Word(word), span, Before::Operand);
        }
    }

    /// `$1` stays a column of a file, or of FROM the result of a statement before; `?` is a bind; `$name` becomes its value where variables are known.
    fn placeholder(&mut self, name: &str, span: Span) -> Result<()> {
        if name == "?" {
            return self.bind(name, span);
        }
        if self.before == Before::Table && flow::is_reference(name).is_some() {
            let table = Word {
                value: name.to_string(),
                quote_style: Some('"'),
                keyword: Keyword::NoKeyword,
            };
            self.push(Token::Word(table), span, Before::Operand);
            return Ok(());
        }
        match self.variable(name, span, false)? {
            Some(tokens) => {
                self.out.extend(tokens);
                self.before = Before::Operand;
            }
            None => self.push(Token::Placeholder(name.to_uppercase()), span, Before::Operand),
        }
        Ok(())
    }

    /// The tokens of a session variable's value, all at the place of its use. In a name variables are known that
    /// otherwise stay in the tree.
    fn variable(&self, name: &str, span: Span, in_name: bool) -> Result<Option<Vec<TokenWithSpan>>> {
        let Some(bare) = name.strip_prefix('$') else {
            return Ok(None);
        };
        let known = self.variables.are_known() || in_name && self.variables.are_known_in_names();
        if bare.starts_with(|c: char| c.is_ascii_digit()) || !known {
            return Ok(None);
        }
        let bare = bare.to_uppercase();
        let literal = self.variables.literal(&bare).ok_or_else(|| {
            let message = format!("Session variable '${bare}' does not exist");
            Error::new(
                2211,
                "02000",
                format!(
                    "SQL compilation error: error line {} at position {}\n{message}",
                    span.start.line,
                    span.start.column.saturating_sub(1)
                ),
            )
        })?;
        let mut tokens = tokenize(&literal, &())?.tokens;
        for token in &mut tokens {
            token.span = span;
        }
        Ok(Some(tokens))
    }

    /// Whether the next token starts a field of an object constant.
    fn starts_object_field(&self) -> bool {
        self.depth.bracket() == Some(&Token::LBrace)
            && self
                .out
                .last()
                .is_some_and(|last| matches!(last.token, Token::LBrace | Token::Comma))
    }
}

/// A word that is no keyword and not folded.
fn plain_word(value: String) -> Token {
    Token::Word(Word {
        value,
        quote_style: None,
        keyword: Keyword::NoKeyword,
    })
}

/// Whether a keyword cannot be the end of a value, so that a colon after it starts a bind and not a path.
fn ends_no_value(keyword: Keyword) -> bool {
    use Keyword as K;
    matches!(
        keyword,
        K::SELECT
            | K::DISTINCT
            | K::ALL
            | K::WHERE
            | K::AND
            | K::OR
            | K::NOT
            | K::IN
            | K::LIKE
            | K::ILIKE
            | K::RLIKE
            | K::REGEXP
            | K::BETWEEN
            | K::THEN
            | K::ELSE
            | K::WHEN
            | K::CASE
            | K::ON
            | K::HAVING
            | K::QUALIFY
            | K::BY
            | K::VALUES
            | K::SET
            | K::LIMIT
            | K::OFFSET
            | K::IMMEDIATE
            | K::USING
            | K::AS
            | K::INTO
            | K::TOP
            | K::FETCH
    )
}

//! Query forms that sqlparser reads in other words than Snowflake writes them, respelled among the tokens.
//!
//! * `PATTERN (A+? {- B* -} $)` of MATCH_RECOGNIZE becomes one quoted name that holds the pattern's text, its tokens
//!   separated by blanks: see `plan::match_recognize`, which reads it.
//! * `FINAL LAST(x)` becomes a call of `"$FINAL:LAST"`, and so with RUNNING.
//! * `AFTER MATCH SKIP TO x` gets the LAST that it means.
//! * `(SELECT …) t MATCH_RECOGNIZE` becomes `"$ROWS"((SELECT …)) t MATCH_RECOGNIZE`.
//! * `UNPIVOT (v FOR n IN (a b))` gets the AS before an alias.
//! * `x NUMBER(10, 2) -> …` gets parentheses around its parameter.
//! * `{t.*}` becomes `OBJECT_CONSTRUCT(t.*)`.
//! * `** x` becomes `"$SPREAD"(x)`.
//! * `LIKE ALL (…)` becomes `LIKE "$ALL"(…)`.
//! * `DATE_PART(year FROM d)` becomes `DATE_PART(year, d)`, and CEIL and FLOOR are functions like all others.
//! * `f(* ILIKE 'a%')` becomes `f(*, "$ILIKE"('a%'))`, and so with EXCLUDE.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Span, Token, TokenWithSpan, Word};

use super::{Before, Folder};
use crate::error::Result;
use crate::sql::source::syntax;

/// The name of the function that a subquery before MATCH_RECOGNIZE becomes the argument of.
pub(crate) const ROWS: &str = "$ROWS";

/// What the names of functions with FINAL begin with.
pub(crate) const FINAL: &str = "$FINAL:";

/// What the names of functions with RUNNING begin with.
pub(crate) const RUNNING: &str = "$RUNNING:";

/// The function whose argument is the pattern of `* ILIKE`.
pub(crate) const ILIKE: &str = "$ILIKE";

/// The function whose arguments are the columns of `* EXCLUDE`.
pub(crate) const EXCLUDE: &str = "$EXCLUDE";

/// The function that the spread operator becomes.
pub(crate) const SPREAD: &str = "$SPREAD";

/// The function whose arguments are the patterns of LIKE ALL.
pub(crate) const ALL: &str = "$ALL";

/// Where the forms that have words of their own are open, told by the number of open parentheses.
#[derive(Default)]
pub(super) struct Forms {
    /// Inside each MATCH_RECOGNIZE.
    matches: Vec<usize>,
    /// Inside the list of columns of an UNPIVOT.
    unpivot: Option<usize>,
    /// For each open brace, whether it became a call.
    objects: Vec<bool>,
    /// Inside each DATE_PART whose FROM is to come.
    parts: Vec<usize>,
    /// Inside a `** x`: the brackets that opened in it.
    spread: Option<usize>,
}

impl Forms {
    /// A parenthesis closed, and so many are open now.
    pub(super) fn closed(&mut self, open: usize) {
        while self.matches.last().is_some_and(|inside| *inside > open) {
            self.matches.pop();
        }
        while self.parts.last().is_some_and(|inside| *inside > open) {
            self.parts.pop();
        }
        self.unpivot = self.unpivot.filter(|inside| *inside <= open);
    }

    /// A brace closes: whether it closes a call.
    pub(super) fn closes_object(&mut self) -> bool {
        self.objects.pop().unwrap_or(false)
    }
}

pub(super) fn quoted(value: String) -> Token {
    Token::Word(Word {
        value,
        quote_style: Some('"'),
        keyword: Keyword::NoKeyword,
    })
}

pub(super) fn is_word(token: Option<&TokenWithSpan>, text: &str) -> bool {
    matches!(token.map(|t| &t.token), Some(Token::Word(word))
        if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(text))
}

impl Folder<'_> {
    /// Looks at a word before it is pushed. Gives how many tokens after it were used, when it was dealt with here.
    pub(super) fn form(&mut self, word: &Word, span: Span, rest: &[TokenWithSpan]) -> Result<Option<usize>> {
        let open = self.lists.len();
        if self.forms.unpivot == Some(open) {
            self.name_alias(word, span);
        }
        if word.quote_style.is_some() || self.before == Before::Path {
            return Ok(None);
        }
        let upper = word.value.to_uppercase();
        let parenthesis = rest.first().is_some_and(|next| next.token == Token::LParen);
        match upper.as_str() {
            "ARRAY" | "OBJECT" | "MAP" | "VECTOR" if parenthesis => {
                return self.structured_type(word, span, rest);
            }
            "MATCH_RECOGNIZE" if parenthesis => {
                self.wrap_subquery(span);
                self.forms.matches.push(open + 1);
            }
            "UNPIVOT"
                if parenthesis || is_word(rest.first(), "INCLUDE") || is_word(rest.first(), "EXCLUDE") =>
            {
                self.forms.unpivot = Some(open + 2);
            }
            "PATTERN" if parenthesis && self.forms.matches.last() == Some(&open) => {
                return self.pattern(word, span, rest).map(Some);
            }
            "TO" if self.forms.matches.last() == Some(&open)
                && is_word(self.out.last(), "SKIP")
                && !["FIRST", "LAST", "NEXT"].iter().any(|w| is_word(rest.first(), w)) =>
            {
                self.word(word, span);
                self.push(Token::make_keyword("LAST"), span, Before::Other);
                return Ok(Some(0));
            }
            "ALL"
                if parenthesis && (is_word(self.out.last(), "LIKE") || is_word(self.out.last(), "ILIKE")) =>
            {
                self.push(quoted(ALL.to_string()), span, Before::Operand);
                return Ok(Some(0));
            }
            "FROM"
                if ["FIRST", "LAST"].iter().any(|w| is_word(rest.first(), w))
                    && ["IGNORE", "RESPECT", "OVER"]
                        .iter()
                        .any(|w| is_word(rest.get(1), w)) =>
            {
                let from_last = is_word(rest.first(), "LAST");
                let called = self.opening(self.out.len()).and_then(|open| open.checked_sub(1));
                if let Some(called) = called.filter(|at| is_word(self.out.get(*at), "NTH_VALUE")) {
                    if let Some(name) = self.out.get_mut(called).filter(|_| from_last) {
                        name.token = quoted("$NTH_FROM_LAST".to_string());
                    }
                    return Ok(Some(1));
                }
            }
            "DATE_PART" if parenthesis => self.forms.parts.push(open + 1),
            "FROM" if self.forms.parts.last() == Some(&open) => {
                self.forms.parts.pop();
                self.push(Token::Comma, span, Before::Other);
                return Ok(Some(0));
            }
            "CEIL" | "FLOOR" if parenthesis => {
                let function = Word {
                    value: upper,
                    quote_style: None,
                    keyword: Keyword::NoKeyword,
                };
                self.push(Token::Word(function), span, Before::Operand);
                return Ok(Some(0));
            }
            "FINAL" | "RUNNING" if !self.forms.matches.is_empty() => {
                if let [name, open, ..] = rest
                    && let (Token::Word(function), Token::LParen) = (&name.token, &open.token)
                {
                    let mark = if upper == "FINAL" { FINAL } else { RUNNING };
                    let name = quoted(format!("{mark}{}", function.value.to_uppercase()));
                    self.push(name, span, Before::Operand);
                    return Ok(Some(1));
                }
            }
            _ => {}
        }
        Ok(None)
    }

    /// The text of a pattern as a name.
    fn pattern(&mut self, word: &Word, span: Span, rest: &[TokenWithSpan]) -> Result<usize> {
        let mut depth = 0_usize;
        let mut text: Vec<String> = Vec::new();
        for (used, token) in rest.iter().enumerate() {
            match &token.token {
                Token::LParen => depth += 1,
                Token::RParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                self.word(word, span);
                self.push(Token::LParen, span, Before::Other);
                self.push(
                    quoted(text.get(1..).unwrap_or_default().join(" ")),
                    span,
                    Before::Operand,
                );
                self.push(Token::RParen, token.span, Before::Operand);
                return Ok(used + 1);
            }
            text.push(match &token.token {
                Token::Word(name) if name.quote_style.is_none() => name.value.to_uppercase(),
                other => other.to_string(),
            });
        }
        let end = rest.last().map_or(span.end, |token| token.span.end);
        Err(syntax(end, "<EOF>"))
    }

    /// Makes a subquery before MATCH_RECOGNIZE the argument of a function, with its alias behind.
    fn wrap_subquery(&mut self, span: Span) {
        let mut end = self.out.len();
        while end > 0 && !matches!(self.out.get(end - 1).map(|t| &t.token), Some(Token::RParen)) {
            // An alias, and the AS before it.
            let alias = matches!(self.out.get(end - 1).map(|t| &t.token), Some(Token::Word(word))
                if word.quote_style.is_some() || !matches!(word.keyword, Keyword::FROM | Keyword::JOIN));
            if self.out.len() - end >= 2 || !alias {
                return;
            }
            end -= 1;
        }
        let Some(start) = self.opening(end) else { return };
        let is_query = is_word(self.out.get(start + 1), "SELECT") || is_word(self.out.get(start + 1), "WITH");
        let called = matches!(
            start.checked_sub(1).and_then(|before| self.out.get(before)).map(|t| &t.token),
            Some(Token::Word(word)) if word.keyword != Keyword::FROM && word.keyword != Keyword::JOIN
        );
        if !is_query || called {
            return;
        }
        let token = |token| TokenWithSpan { token, span };
        self.out.insert(end, token(Token::RParen));
        self.out.insert(start, token(Token::LParen));
        self.out.insert(start, token(quoted(ROWS.to_string())));
    }

    /// Where the parenthesis opens that closes as the last of so many tokens.
    fn opening(&self, end: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in (0..end).rev() {
            match &self.out.get(at)?.token {
                Token::RParen => depth += 1,
                Token::LParen => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Pushes the AS that an alias in UNPIVOT's list may leave out.
    fn name_alias(&mut self, word: &Word, span: Span) {
        let is_as = |word: &Word| word.quote_style.is_none() && word.keyword == Keyword::AS;
        let after_name = matches!(self.out.last().map(|t| &t.token), Some(Token::Word(last)) if !is_as(last));
        if after_name && !is_as(word) {
            self.push(Token::make_keyword("AS"), span, Before::Other);
        }
    }

    /// Puts parentheses around the parameter of a lambda whose type has a length, as in `x NUMBER(10, 2) -> …`.
    pub(super) fn typed_parameter(&mut self, span: Span) {
        let end = self.out.len();
        if !matches!(self.out.last().map(|t| &t.token), Some(Token::RParen)) {
            return;
        }
        let Some(open) = self.opening(end) else { return };
        let kind = |back: usize| {
            open.checked_sub(back)
                .and_then(|at| self.out.get(at))
                .map(|t| &t.token)
        };
        let (Some(Token::Word(_)), Some(Token::Word(_)), Some(Token::LParen | Token::Comma)) =
            (kind(1), kind(2), kind(3))
        else {
            return;
        };
        let token = |token| TokenWithSpan { token, span };
        self.out.push(token(Token::RParen));
        self.out.insert(open - 2, token(Token::LParen));
    }

    /// Makes a call of an object constant that takes its fields from columns. Tells whether it is one.
    pub(super) fn object_of_columns(&mut self, token: &TokenWithSpan, rest: &[TokenWithSpan]) -> bool {
        let kinds: Vec<&Token> = rest.iter().take(3).map(|t| &t.token).collect();
        let columns = matches!(
            kinds.as_slice(),
            [Token::Mul, ..] | [Token::Word(_), Token::Period, Token::Mul]
        );
        self.forms.objects.push(columns);
        if columns {
            let name = Word {
                value: "OBJECT_CONSTRUCT".to_string(),
                quote_style: None,
                keyword: Keyword::NoKeyword,
            };
            self.push(Token::Word(name), token.span, Before::Operand);
            self.push(Token::LParen, token.span, Before::Other);
        }
        columns
    }

    /// Ends a `** x` at a comma or bracket that is not its own. Looks at each token before it is pushed.
    pub(super) fn end_spread(&mut self, token: &TokenWithSpan) {
        let Some(open) = self.forms.spread else { return };
        self.forms.spread = match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => Some(open + 1),
            Token::RParen | Token::RBracket | Token::RBrace if open > 0 => Some(open - 1),
            Token::RParen | Token::RBracket | Token::RBrace | Token::Comma if open == 0 => {
                self.push(Token::RParen, token.span, Before::Operand);
                None
            }
            _ => Some(open),
        };
    }

    /// The first star of `** x`. Tells whether it is one.
    fn starts_spread(&mut self, token: &TokenWithSpan, rest: &[TokenWithSpan]) -> bool {
        let starts = matches!(
            self.out.last().map(|t| &t.token),
            Some(Token::LParen | Token::Comma)
        ) && rest.first().is_some_and(|next| next.token == Token::Mul)
            && self.forms.spread.is_none();
        if starts {
            self.push(quoted(SPREAD.to_string()), token.span, Before::Operand);
            self.push(Token::LParen, token.span, Before::Other);
            self.forms.spread = Some(0);
        }
        starts
    }

    /// A star, with what filters the columns where it is an argument. Gives how many tokens after it were used.
    pub(super) fn star(&mut self, token: &TokenWithSpan, rest: &[TokenWithSpan]) -> Result<usize> {
        if self.starts_spread(token, rest) {
            if matches!(
                rest.get(1).map(|t| &t.token),
                None | Some(Token::Comma | Token::RParen)
            ) {
                return Err(self.source.unexpected(token));
            }
            return Ok(1);
        }
        let back = |back: usize| {
            self.out
                .len()
                .checked_sub(back)
                .and_then(|at| self.out.get(at))
                .map(|t| &t.token)
        };
        let called = match (back(1), back(2), back(3), back(4)) {
            (Some(Token::LParen), Some(Token::Word(function)), ..) => Some(function),
            (Some(Token::Period), Some(Token::Word(_)), Some(Token::LParen), Some(Token::Word(function))) => {
                Some(function)
            }
            _ => None,
        };
        let called = called.is_some_and(|function| function.keyword != Keyword::SELECT);
        self.push(token.token.clone(), token.span, Before::Other);
        let filter = match called {
            true => [("ILIKE", ILIKE), ("EXCLUDE", EXCLUDE)]
                .into_iter()
                .find(|(word, _)| is_word(rest.first(), word)),
            false => None,
        };
        let Some((_, function)) = filter else { return Ok(0) };
        let listed = rest.get(1).is_some_and(|next| next.token == Token::LParen);
        let (from, to) = match listed {
            true => {
                let close = rest.iter().position(|t| t.token == Token::RParen);
                (2, close.unwrap_or(rest.len()))
            }
            false => (1, 2),
        };
        self.push(Token::Comma, token.span, Before::Other);
        self.push(quoted(function.to_string()), token.span, Before::Operand);
        self.push(Token::LParen, token.span, Before::Other);
        for argument in rest.get(from..to).unwrap_or_default() {
            match &argument.token {
                Token::Word(word) => self.word(word, argument.span),
                Token::SingleQuotedString(text) => {
                    let text = Token::SingleQuotedString(crate::sql::unescape::unescape(text));
                    self.push(text, argument.span, Before::Other);
                }
                Token::Comma => self.push(Token::Comma, argument.span, Before::Other),
                _ => return Err(self.source.unexpected(argument)),
            }
        }
        self.push(Token::RParen, token.span, Before::Operand);
        Ok(if listed { to + 1 } else { to })
    }
}

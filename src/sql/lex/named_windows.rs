//! Named windows: `SUM(x) OVER w … WINDOW w AS (PARTITION BY y)`. sqlparser takes the word WINDOW for a table's alias, so
//! the clause is taken out of the tokens, and each name gives way to what it stands for.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Word};

/// A window's name and the tokens between its parentheses.
type Window = (Word, Vec<TokenWithSpan>);

/// Puts the windows of every WINDOW clause where they are named.
pub(super) fn inline(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut at = 0;
    while at < tokens.len() {
        match clause(&tokens, at) {
            Some((windows, end)) => {
                tokens.drain(at..end);
                let start = start_of_select(&tokens, at);
                let end = end_of_select(&tokens, at);
                let select: Vec<TokenWithSpan> = tokens.drain(start..end).collect();
                let replaced = replaced(select, &windows);
                tokens.splice(start..start, replaced);
                // What came before may have grown; there is nothing more of this clause.
                at = start + 1;
            }
            None => at += 1,
        }
    }
    tokens
}

fn word(token: Option<&TokenWithSpan>) -> Option<&Word> {
    match token.map(|token| &token.token) {
        Some(Token::Word(word)) => Some(word),
        _ => None,
    }
}

fn is_keyword(token: Option<&TokenWithSpan>, keyword: Keyword) -> bool {
    word(token).is_some_and(|word| word.quote_style.is_none() && word.keyword == keyword)
}

fn is_token(token: Option<&TokenWithSpan>, wanted: &Token) -> bool {
    token.is_some_and(|token| token.token == *wanted)
}

/// The windows of a clause that begins here, and where it ends.
fn clause(tokens: &[TokenWithSpan], at: usize) -> Option<(Vec<Window>, usize)> {
    if !is_keyword(tokens.get(at), Keyword::WINDOW) {
        return None;
    }
    let mut windows: Vec<Window> = Vec::new();
    let mut at = at + 1;
    loop {
        let name = word(tokens.get(at))?.clone();
        let opens =
            is_keyword(tokens.get(at + 1), Keyword::AS) && is_token(tokens.get(at + 2), &Token::LParen);
        if !opens {
            return None;
        }
        let close = closing(tokens, at + 2)?;
        let inner = tokens.get(at + 3..close)?.to_vec();
        // A window may begin with one before it.
        let inner = match windows.iter().find(|known| is_name(word(inner.first()), known)) {
            Some((_, before)) => before.iter().chain(inner.iter().skip(1)).cloned().collect(),
            None => inner,
        };
        windows.push((name, inner));
        at = close + 1;
        if !is_token(tokens.get(at), &Token::Comma) {
            return Some((windows, at));
        }
        at += 1;
    }
}

fn is_name(word: Option<&Word>, window: &Window) -> bool {
    word.is_some_and(|word| word.value == window.0.value)
}

/// Where the parenthesis that opens here closes.
fn closing(tokens: &[TokenWithSpan], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => {
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

/// Where the SELECT begins that goes on here.
fn start_of_select(tokens: &[TokenWithSpan], at: usize) -> usize {
    let mut depth = 0_usize;
    for index in (0..at).rev() {
        match tokens.get(index).map(|token| &token.token) {
            Some(Token::RParen) => depth += 1,
            Some(Token::LParen) => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return index,
            },
            _ if depth == 0 && is_keyword(tokens.get(index), Keyword::SELECT) => return index,
            _ => {}
        }
    }
    0
}

/// Where the SELECT ends that goes on here, with QUALIFY and ORDER BY.
fn end_of_select(tokens: &[TokenWithSpan], at: usize) -> usize {
    let mut depth = 0_usize;
    let sets = [
        Keyword::UNION,
        Keyword::EXCEPT,
        Keyword::MINUS,
        Keyword::INTERSECT,
    ];
    for index in at..tokens.len() {
        match tokens.get(index).map(|token| &token.token) {
            Some(Token::LParen) => depth += 1,
            Some(Token::RParen) => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return index,
            },
            Some(Token::SemiColon) => return index,
            _ if depth == 0 && sets.iter().any(|set| is_keyword(tokens.get(index), *set)) => return index,
            _ => {}
        }
    }
    tokens.len()
}

/// `OVER w` as `OVER (…)`, and `OVER (w ORDER BY x)` as `OVER (… ORDER BY x)`, at the place of the name.
fn replaced(tokens: Vec<TokenWithSpan>, windows: &[Window]) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let alone = is_keyword(out.last(), Keyword::OVER);
        let before = out.len().checked_sub(2).and_then(|before| out.get(before));
        let first = is_token(out.last(), &Token::LParen) && is_keyword(before, Keyword::OVER);
        let window = windows
            .iter()
            .find(|window| (alone || first) && is_name(word(Some(&token)), window));
        let Some((_, inner)) = window else {
            out.push(token);
            continue;
        };
        let here = |token: Token, span| TokenWithSpan { token, span };
        if alone {
            out.push(here(Token::LParen, token.span));
        }
        out.extend(inner.iter().map(|part| here(part.token.clone(), token.span)));
        if alone {
            out.push(here(Token::RParen, token.span));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    fn read(text: &str) -> String {
        crate::sql::parse_query(text).unwrap().to_string()
    }

    #[test]
    fn names_give_way_to_windows() {
        assert_eq!(
            read("select sum(a) over w from t window w as (partition by b) order by max(a) over w"),
            read("select sum(a) over (partition by b) from t order by max(a) over (partition by b)")
        );
        assert_eq!(
            read("select sum(a) over (w order by c) from t where b window v as (partition by b), w as (v)"),
            read("select sum(a) over (partition by b order by c) from t where b")
        );
        assert_eq!(
            read("select * from (select sum(a) over w from t window w as (order by b)) w"),
            read("select * from (select sum(a) over (order by b) from t) w")
        );
    }

    #[test]
    fn window_is_a_name_too() {
        assert_eq!(
            read("select window from t as window"),
            "SELECT WINDOW FROM T AS WINDOW"
        );
    }
}

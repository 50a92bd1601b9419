//! The text of a SELECT list's items as it was written: Snowflake names a column that has no alias by it
//! (<https://docs.snowflake.com/en/sql-reference/sql/select>).
//!
//! sqlparser's tree prints an expression in its own way and has no place for texts. They are kept in the one part of a
//! [`Select`] that means nothing to anybody else and that all copies of it carry: the value of its keyword's token.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Select, SelectItem, VisitMut, VisitorMut};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Word};

use super::source::Source;

/// Between the texts of items.
const BETWEEN: char = '\u{2}';

/// The texts of a SELECT's items that have neither an alias nor are wildcards, in their order; none if they are not known.
pub fn written_items(select: &Select) -> impl Iterator<Item = &str> {
    let kept = match &select.select_token.0.token {
        Token::Word(word) => word.value.split_once(BETWEEN).map(|(_, kept)| kept),
        _ => None,
    };
    kept.into_iter().flat_map(|kept| kept.split(BETWEEN))
}

/// Notes the texts of all SELECT lists in a tree that was read from these tokens.
pub(super) fn note<'t>(
    tree: &mut impl VisitMut,
    source: &Source<'_>,
    token_at: impl Fn(usize) -> &'t TokenWithSpan,
) {
    let _ = tree.visit(&mut Note { source, token_at });
}

struct Note<'s, 'a, F> {
    source: &'s Source<'a>,
    token_at: F,
}

impl<'t, F: Fn(usize) -> &'t TokenWithSpan> VisitorMut for Note<'_, '_, F> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let is_computed = |item: &SelectItem| {
            matches!(item, SelectItem::UnnamedExpr(expr)
                if !matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_)))
        };
        if select.projection.iter().any(is_computed)
            && let Some(kept) = self.texts(select)
            && let Token::Word(word) = &mut select.select_token.0.token
        {
            word.value = kept;
        }
        ControlFlow::Continue(())
    }
}

impl<'t, F: Fn(usize) -> &'t TokenWithSpan> Note<'_, '_, F> {
    fn texts(&self, select: &Select) -> Option<String> {
        let start = select.select_token.0.span.start;
        let is_here = |index: &usize| {
            let token = (self.token_at)(*index);
            token.token == Token::EOF || token.span.start == start
        };
        let keyword = (0..).find(is_here)?;
        let items = self.items(keyword + 1);
        if items.len() != select.projection.len() {
            return None;
        }
        let mut kept = String::from("SELECT");
        for (item, (from, to)) in select.projection.iter().zip(items) {
            if matches!(item, SelectItem::UnnamedExpr(_)) {
                kept.push(BETWEEN);
                let text = self.source.between(from, to);
                kept.extend(text.chars().filter(|c| *c != BETWEEN));
            }
        }
        Some(kept)
    }

    /// Where the items of a list begin and end, whose first token is at an index.
    fn items(&self, first: usize) -> Vec<(Location, Location)> {
        let token = |index: usize| &(self.token_at)(index).token;
        let mut index = first;
        loop {
            match keyword(token(index)) {
                Some(Keyword::DISTINCT | Keyword::ALL) => index += 1,
                Some(Keyword::TOP) if matches!(token(index + 1), Token::Number(..)) => index += 2,
                _ => break,
            }
        }
        let mut items = Vec::new();
        let (mut depth, mut begun): (usize, Option<(Location, Location)>) = (0, None);
        loop {
            let here = (self.token_at)(index);
            let before = index.checked_sub(1).map(token).filter(|_| begun.is_some());
            let ends = match &here.token {
                Token::EOF | Token::SemiColon => true,
                Token::RParen | Token::RBracket | Token::RBrace => depth == 0,
                Token::Word(word) => depth == 0 && ends_list(word, before, token(index + 1)),
                _ => false,
            };
            if ends || depth == 0 && here.token == Token::Comma {
                items.extend(begun.take());
                if ends {
                    return items;
                }
                index += 1;
                continue;
            }
            match &here.token {
                Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
                Token::RParen | Token::RBracket | Token::RBrace => depth = depth.saturating_sub(1),
                _ => {}
            }
            let from = begun.map_or(here.span.start, |(from, _)| from);
            begun = Some((from, here.span.end));
            index += 1;
        }
    }
}

fn keyword(token: &Token) -> Option<Keyword> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.keyword),
        _ => None,
    }
}

/// Whether a word ends a SELECT list.
fn ends_list(word: &Word, before: Option<&Token>, next: &Token) -> bool {
    if word.quote_style.is_some() {
        return false;
    }
    let before = before.and_then(keyword);
    match word.keyword {
        // IS DISTINCT FROM.
        Keyword::FROM => before != Some(Keyword::DISTINCT),
        // WITHIN GROUP.
        Keyword::GROUP => before != Some(Keyword::WITHIN),
        Keyword::INTO
        | Keyword::WHERE
        | Keyword::HAVING
        | Keyword::QUALIFY
        | Keyword::ORDER
        | Keyword::UNION
        | Keyword::EXCEPT
        | Keyword::MINUS
        | Keyword::INTERSECT => true,
        // Names, too.
        Keyword::LIMIT | Keyword::FETCH | Keyword::OFFSET => {
            let counts = [Keyword::FIRST, Keyword::NEXT, Keyword::NULL];
            matches!(next, Token::Number(..) | Token::Placeholder(_))
                || keyword(next).is_some_and(|next| counts.contains(&next))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::parse_query;
    use datafusion::sql::sqlparser::ast::SetExpr;

    fn written(text: &str) -> Vec<String> {
        let query = parse_query(text).unwrap();
        let SetExpr::Select(select) = query.body.as_ref() else {
            panic!("no SELECT");
        };
        written_items(select).map(str::to_owned).collect()
    }

    #[test]
    fn items_are_kept_as_they_were_written() {
        assert_eq!(
            written("select 1+1,a , 'x'||\n  'y' as z, f( 1,2 ) from t"),
            ["1+1", "a", "f( 1,2 )"]
        );
        assert_eq!(
            written("select distinct a = 'it''s', t.*, [1, 2][0]"),
            ["a = 'it''s'", "[1, 2][0]"]
        );
        assert_eq!(written("select top 3 a+1 from t"), ["a+1"]);
        assert_eq!(
            written("select a is distinct from b, 1 from t"),
            ["a is distinct from b", "1"]
        );
        assert_eq!(
            written("select listagg(a) within group (order by a), 2 limit 1"),
            ["listagg(a) within group (order by a)", "2"]
        );
        assert_eq!(
            written("select (select max(x) from u), v:a.b::int from t"),
            ["(select max(x) from u)", "v:a.b::int"]
        );
    }

    #[test]
    fn where_all_have_names_nothing_is_kept() {
        assert!(written("select a, t.b, 1 as c from t").is_empty());
    }
}

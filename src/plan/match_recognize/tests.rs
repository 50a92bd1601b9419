//! The search, against the `regex` crate, which tries alternatives in the same order.

use proptest::prelude::*;
use regex::Regex;

use super::pattern::Pattern;
use super::search::{self, Found, Skip};

/// All matches in rows that each have one symbol, `a` to `c`.
fn found(pattern: &str, skip: &Skip, rows: &str) -> crate::error::Result<Vec<Found>> {
    let pattern = Pattern::parse(pattern)?;
    let symbols: Vec<String> = rows.chars().map(|c| c.to_string()).collect();
    let assigned = |symbol: usize, row: usize| pattern.symbols.get(symbol) == symbols.get(row);
    search::all(&pattern, skip, symbols.len(), assigned)
}

/// Matches as `start..end`.
fn ranges(pattern: &str, rows: &str) -> Vec<(usize, usize)> {
    let found = found(pattern, &Skip::PastLast, rows).unwrap();
    found
        .iter()
        .map(|found| (found.start, found.start + found.rows.len()))
        .collect()
}

fn text(found: &[Found], pattern: &str) -> Vec<String> {
    let symbols = Pattern::parse(pattern).unwrap().symbols;
    let word = |found: &Found| {
        found
            .rows
            .iter()
            .map(|matched| symbols[matched.symbol].as_str())
            .collect()
    };
    found.iter().map(word).collect()
}

#[test]
fn quantifiers_are_greedy_or_reluctant() {
    assert_eq!(ranges("a +", "aab"), [(0, 2)]);
    assert_eq!(ranges("a + ?", "aab"), [(0, 1), (1, 2)]);
    assert_eq!(ranges("a { 2 }", "aaaaa"), [(0, 2), (2, 4)]);
    assert_eq!(ranges("a { 2 , }", "aaaaa"), [(0, 5)]);
    assert_eq!(ranges("a { , 2 }", "aaa"), [(0, 2), (2, 3)]);
    assert_eq!(ranges("a { 1 , 2 } ? b", "aab"), [(0, 3)]);
}

#[test]
fn an_empty_match_takes_no_row() {
    assert_eq!(ranges("a *", "bab"), [(0, 0), (1, 2), (2, 2)]);
    assert_eq!(ranges("( a * ) *", "ba"), [(0, 0), (1, 2)]);
}

#[test]
fn an_alternative_binds_closer_than_a_sequence() {
    assert_eq!(ranges("a b | c", "abac"), [(0, 2), (2, 4)]);
    assert_eq!(ranges("( a b ) | c", "acab"), [(1, 2), (2, 4)]);
}

#[test]
fn anchors_hold_at_the_ends_of_the_partition() {
    assert_eq!(ranges("^ a", "aba"), [(0, 1)]);
    assert_eq!(ranges("a $", "aba"), [(2, 3)]);
}

#[test]
fn permutations_prefer_the_order_that_is_written() {
    let pattern = "PERMUTE ( a , b , c )";
    for rows in ["abc", "acb", "bac", "bca", "cab", "cba"] {
        assert_eq!(ranges(pattern, rows), [(0, 3)], "{rows}");
    }
    assert_eq!(ranges(pattern, "aab"), []);
}

#[test]
fn excluded_rows_are_marked() {
    let found = found("a { - b + - } c", &Skip::PastLast, "abbc").unwrap();
    let excluded: Vec<bool> = found[0].rows.iter().map(|matched| matched.excluded).collect();
    assert_eq!(excluded, [false, true, true, false]);
    assert!(Pattern::parse("a { - b - }").unwrap().excludes);
}

#[test]
fn the_search_goes_on_where_it_is_told() {
    assert_eq!(
        text(&found("a b", &Skip::PastLast, "abab").unwrap(), "a b"),
        ["ab", "ab"]
    );
    let next = found("a + b +", &Skip::ToNext, "aabb").unwrap();
    assert_eq!(text(&next, "a + b +"), ["aabb", "abb"]);
    let last = found("a b a", &Skip::ToLast(0), "ababa").unwrap();
    assert_eq!(text(&last, "a b a"), ["aba", "aba"]);
    assert!(found("a b", &Skip::ToFirst(0), "ab").is_err());
    assert!(found("a b ?", &Skip::ToFirst(1), "aa").is_err());
}

#[test]
fn what_is_no_pattern_is_refused() {
    for wrong in [
        "",
        "a )",
        "( a",
        "a { }",
        "a { 2 , 1 }",
        "| a",
        "a |",
        "{ - a",
        "PERMUTE ( a",
        "1",
    ] {
        assert!(Pattern::parse(wrong).is_err(), "{wrong}");
    }
    let deep = format!("{}a{}", "( ".repeat(500), " )".repeat(500));
    assert!(Pattern::parse(&deep).is_err());
    assert!(Pattern::parse("( a { 1000 } ) { 1000 }").is_err());
}

#[test]
fn backtracking_stays_within_bounds() {
    // Tried without memory, this takes longer than there is time.
    let rows = "a".repeat(400);
    assert_eq!(ranges("( a * ) * b", &rows), []);
}

/// A pattern in the form of the lexer, and as a regular expression.
fn patterns() -> impl Strategy<Value = (String, String)> {
    let symbol = prop_oneof![Just("a"), Just("b"), Just("c")].prop_map(|s| (s.to_string(), s.to_string()));
    symbol.prop_recursive(4, 24, 3, |inner| {
        let quantifier = prop_oneof![
            Just(("*", "*")),
            Just(("+", "+")),
            Just(("?", "?")),
            Just(("* ?", "*?")),
            Just(("+ ?", "+?")),
            Just(("? ?", "??")),
            Just(("{ 1 , 2 }", "{1,2}")),
            Just(("{ 2 }", "{2}")),
        ];
        prop_oneof![
            (inner.clone(), quantifier)
                .prop_map(|((own, other), (q, r))| (format!("( {own} ) {q}"), format!("(?:{other}){r}"))),
            (inner.clone(), inner.clone())
                .prop_map(|((a, x), (b, y))| (format!("( {a} ) ( {b} )"), format!("(?:{x})(?:{y})"))),
            (inner.clone(), inner).prop_map(|((a, x), (b, y))| (
                format!("( ( {a} ) | ( {b} ) )"),
                format!("(?:(?:{x})|(?:{y}))")
            )),
        ]
    })
}

proptest! {
    #[test]
    fn matches_are_those_of_a_regular_expression((own, other) in patterns(), rows in "[abc]{0,12}") {
        let regex = Regex::new(&other).unwrap();
        let mut expected = Vec::new();
        let mut at = 0;
        while at < rows.len() {
            // Anchored at each row, as the search goes from row to row.
            match regex.find_at(&rows, at).filter(|found| found.start() == at) {
                Some(found) => {
                    expected.push((at, found.end()));
                    at = found.end().max(at + 1);
                }
                None => at += 1,
            }
        }
        prop_assert_eq!(ranges(&own, &rows), expected);
    }
}

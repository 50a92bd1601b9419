//! SEARCH: words in texts (<https://docs.snowflake.com/en/sql-reference/functions/search>).
//!
//! The planner calls it with the words, the analyzer and the mode first, and then each thing that is searched.

use datafusion::arrow::array::{ArrayRef, StringArray};

use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, at_least};
use crate::functions::build;
use crate::functions::call::{Call, Column};
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;

/// The function.
pub const FUNCTIONS: &[Scalar] = &[Scalar::new(
    &["$SEARCH"],
    at_least(4),
    |a| search_type(a, 3),
    search,
    "search",
)];

fn is_searched(data_type: &SnowType) -> bool {
    matches!(data_type, SnowType::Varchar { .. }) || data_type.is_semi_structured()
}

/// BOOLEAN, as long as something from `first` on can be searched.
pub(super) fn search_type(arguments: &Arguments, first: usize) -> Result<Returns> {
    let types = (first..arguments.len()).map(|index| arguments.data_type(index));
    let types = types.collect::<Result<Vec<_>>>()?;
    match types.iter().any(is_searched) {
        true => Returns::nullable(SnowType::Boolean),
        false => Err(arguments.wrong_types()),
    }
}

/// The texts that are searched; what is neither text nor semi-structured is passed over.
pub(super) struct Searched(Vec<Column<StringArray>>);

impl Searched {
    pub(super) fn of(call: &Call, first: usize) -> Result<Self> {
        let mut columns = Vec::new();
        for index in first..call.len() {
            if is_searched(&call.data_type(index)?) {
                columns.push(call.texts(index)?);
            }
        }
        Ok(Self(columns))
    }

    /// Whether any text of a row matches; NULL where there is no text.
    pub(super) fn any(&self, rows: usize, matches: impl Fn(&str) -> bool) -> Result<ArrayRef> {
        build::booleans(rows, |row| {
            let mut texts = self.0.iter().filter_map(|column| column.get(row)).peekable();
            Ok(texts.peek().is_some().then(|| texts.any(&matches)))
        })
    }
}

/// What separates tokens.
fn is_delimiter(character: char) -> bool {
    matches!(
        character,
        ' ' | '['
            | ']'
            | ';'
            | '<'
            | '>'
            | '('
            | ')'
            | '{'
            | '}'
            | '|'
            | '!'
            | ','
            | '\''
            | '"'
            | '*'
            | '&'
            | '?'
            | '+'
            | '/'
            | ':'
            | '='
            | '@'
            | '.'
            | '-'
            | '$'
            | '%'
            | '\\'
            | '_'
            | '\n'
            | '\r'
            | '\t'
    )
}

fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_delimiter).filter(|token| !token.is_empty())
}

/// Whether a text holds the wanted one, delimiters and all, between delimiters. A delimiter at an end of the wanted text
/// needs none beside it.
fn holds_exactly(text: &str, wanted: &str) -> bool {
    let first = wanted.chars().next().is_some_and(is_delimiter);
    let last = wanted.chars().next_back().is_some_and(is_delimiter);
    let beside = |character: Option<char>| character.is_none_or(is_delimiter);
    !wanted.is_empty()
        && text.char_indices().any(|(at, _)| {
            let (before, rest) = text.split_at_checked(at).unwrap_or_default();
            rest.strip_prefix(wanted).is_some_and(|after| {
                (first || beside(before.chars().next_back())) && (last || beside(after.chars().next()))
            })
        })
}

fn search(call: &Call) -> Result<ArrayRef> {
    (0..3).try_for_each(|index| call.must_be_constant(index))?;
    let Some(wanted) = call.constant_text(0) else {
        return build::booleans(call.rows(), |_| Ok(None));
    };
    let searched = Searched::of(call, 3)?;
    let option = |index| call.constant_text(index).unwrap_or_default().to_uppercase();
    match option(1).as_str() {
        "DEFAULT_ANALYZER" => {}
        "NO_OP_ANALYZER" => return searched.any(call.rows(), |text| text == wanted),
        "UNICODE_ANALYZER" => return Err(Error::unsupported("SEARCH with UNICODE_ANALYZER")),
        other => return Err(Error::invalid_argument("SEARCH", other, "it is no analyzer")),
    }
    let wanted = wanted.to_lowercase();
    let words: Vec<&str> = tokens(&wanted).collect();
    let mode = option(2);
    if !matches!(mode.as_str(), "OR" | "AND" | "PHRASE" | "EXACT") {
        let rule = "SEARCH_MODE is OR, AND, PHRASE or EXACT";
        return Err(Error::invalid_argument("SEARCH", mode, rule));
    }
    searched.any(call.rows(), |text| {
        let text = text.to_lowercase();
        let found: Vec<&str> = tokens(&text).collect();
        match mode.as_str() {
            "EXACT" => holds_exactly(&text, &wanted),
            "PHRASE" => !words.is_empty() && found.windows(words.len()).any(|window| window == words),
            "AND" => !words.is_empty() && words.iter().all(|word| found.contains(word)),
            _ => words.iter().any(|word| found.contains(word)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_searches_mind_delimiters() {
        for text in ["-blue,red,green;", "blue,red,green", "x blue,red,green y"] {
            assert!(holds_exactly(text, "blue,red,green"), "{text}");
        }
        for text in ["darkblue,red,green", "blue,red,greenish", "blue, red, green"] {
            assert!(!holds_exactly(text, "blue,red,green"), "{text}");
        }
        for text in ["foo [blue] bar", "[[blue]]", "=[blue]."] {
            assert!(holds_exactly(text, "[blue]"), "{text}");
        }
        assert!(!holds_exactly("(blue)", "[blue]"));
    }
}

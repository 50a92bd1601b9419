//! PATTERN: a Java regular expression that must match a whole path.

use fancy_regex::Regex;

use crate::error::{Error, Result};

/// A compiled PATTERN.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles a Java regular expression. Look-around and back references work; `\Q…\E` quotes.
    ///
    /// # Errors
    /// A text that is no regular expression.
    pub fn new(source: &str) -> Result<Self> {
        let anchored = format!("\\A(?:{})\\z", unquote(source));
        let regex = Regex::new(&anchored)
            .map_err(|_| Error::compilation(format_args!("Invalid regular expression: '{source}'")))?;
        Ok(Self {
            source: source.to_string(),
            regex,
        })
    }

    /// The expression as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the whole path matches.
    ///
    /// # Errors
    /// An expression that backtracks without end.
    pub fn matches(&self, path: &str) -> Result<bool> {
        self.regex.is_match(path).map_err(|error| {
            Error::compilation(format_args!(
                "Regular expression '{}' is too costly: {error}",
                self.source
            ))
        })
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

/// Replaces Java's `\Q…\E` by escaped characters.
fn unquote(source: &str) -> String {
    let mut plain = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, quoted)) = rest.split_once("\\Q") {
        plain.push_str(before);
        let (literal, after) = quoted.split_once("\\E").unwrap_or((quoted, ""));
        plain.push_str(&fancy_regex::escape(literal));
        rest = after;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_path_must_match() {
        let pattern = Pattern::new(".*sales.*[.]csv").unwrap();
        assert!(pattern.matches("a/b/sales_1.csv").unwrap());
        assert!(!pattern.matches("a/b/sales_1.csv.gz").unwrap());
        let either = Pattern::new("a|b").unwrap();
        assert!(either.matches("b").unwrap() && !either.matches("ab").unwrap());
    }

    #[test]
    fn java_forms_work() {
        assert!(
            Pattern::new("(?!.*tmp).*\\.json")
                .unwrap()
                .matches("x/a.json")
                .unwrap()
        );
        assert!(
            !Pattern::new("(?!.*tmp).*\\.json")
                .unwrap()
                .matches("tmp/a.json")
                .unwrap()
        );
        assert!(
            Pattern::new("\\Qa.b(\\E\\d++")
                .unwrap()
                .matches("a.b(12")
                .unwrap()
        );
        assert!(Pattern::new("(").unwrap_err().message().contains("'('"));
    }
}

//! Texts of statements without their secrets, for logs and histories.

use std::borrow::Cow;

use super::scan::{LexemeKind, Scanner};

/// What stands in place of a secret.
const MASK: &str = "'*****'";

/// Parts of property names whose values are secrets.
pub const SECRET_WORDS: [&str; 7] = [
    "SECRET",
    "PASSWORD",
    "TOKEN",
    "MASTER_KEY",
    "CREDENTIALS",
    "AWS_KEY_ID",
    "API_KEY",
];

/// Whether the value of a property of this name, in any letter case, is a secret.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    SECRET_WORDS.iter().any(|part| name.contains(part))
}

/// A statement's text in which the values of secret properties (`PASSWORD = '…'`, `AWS_SECRET_KEY = '…'`) are masked.
pub fn mask_secrets(text: &str) -> Cow<'_, str> {
    if !is_secret(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    // Whether a secret's name was read, and whether its `=` was, too.
    let (mut named, mut assigned) = (false, false);
    for lexeme in Scanner::new(text) {
        let piece = text.get(lexeme.start..lexeme.end).unwrap_or_default();
        if lexeme.kind.is_blank() {
            out.push_str(piece);
            continue;
        }
        if assigned
            && matches!(
                lexeme.kind,
                LexemeKind::Text | LexemeKind::Dollar | LexemeKind::Quoted
            )
        {
            out.push_str(MASK);
        } else {
            out.push_str(piece);
        }
        assigned = named && piece == "=";
        named = lexeme.kind == LexemeKind::Word && is_secret(piece);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secret_properties_are_masked() {
        for (text, masked) in [
            ("SELECT 1", "SELECT 1"),
            (
                "CREATE STAGE s CREDENTIALS = (AWS_KEY_ID = 'a' aws_secret_key='b') URL = 's3://b'",
                "CREATE STAGE s CREDENTIALS = (AWS_KEY_ID = '*****' aws_secret_key='*****') URL = 's3://b'",
            ),
            (
                "CREATE USER u PASSWORD = 'p' COMMENT = 'token'",
                "CREATE USER u PASSWORD = '*****' COMMENT = 'token'",
            ),
            (
                "ALTER USER u SET password = \"p\"",
                "ALTER USER u SET password = '*****'",
            ),
            (
                "SELECT token FROM t WHERE id = 1",
                "SELECT token FROM t WHERE id = 1",
            ),
        ] {
            assert_eq!(mask_secrets(text), masked);
        }
    }
}

//! What a statement reaches beyond the case's own database: other databases, the account's users, roles and warehouses,
//! storage outside. A script that does so does not run on an account unless that is asked for.
//!
//! The text is looked through word by word, also inside of strings and bodies, since what is not understood must be
//! seen all the same. In doubt a statement counts as reaching out: a case that is skipped does no harm.

use super::words::{
    BEFORE_STATEMENTS, FOREIGN_KINDS, FOREIGN_LISTS, HARMLESS_FUNCTIONS, LANGUAGES, MODIFIERS, OWN_KINDS,
    SCHEMES, VERBS,
};
use crate::sql::{LexemeKind, Scanner};

/// Texts inside of texts are looked through so deep.
const DEEPEST: usize = 6;

/// What keeps a case from running on an account, as a reason.
pub fn told(line: u32, reach: &str) -> String {
    format!("line {line}: {reach}; --allow-account-objects lets it")
}

/// What a statement reaches beyond the case's own database, if anything.
pub fn reach(text: &str) -> Option<String> {
    looked(text, 0, true)
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    /// A word without quotes, in upper case.
    Word(String),
    /// A name in double quotes.
    Quoted(String),
    /// A string, without its quotes.
    Text(String),
    /// A body between `$$`.
    Body(String),
    /// `@stage/path`.
    Location(String),
    /// Any other character.
    Mark(char),
}

impl Piece {
    fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Word(name) | Self::Quoted(name) => Some(name),
            _ => None,
        }
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let inner = |part: &str, by: usize| {
        let end = part.len().saturating_sub(by).max(by);
        part.get(by..end).unwrap_or_default().to_owned()
    };
    let lexemes = Scanner::new(text).filter(|lexeme| !lexeme.kind.is_blank());
    let piece = |lexeme: crate::sql::Lexeme| {
        let part = text.get(lexeme.start..lexeme.end).unwrap_or_default();
        match lexeme.kind {
            LexemeKind::Word => Piece::Word(part.to_ascii_uppercase()),
            LexemeKind::Quoted => Piece::Quoted(inner(part, 1)),
            LexemeKind::Text => Piece::Text(inner(part, 1).replace("''", "'").replace("\\'", "'")),
            LexemeKind::Dollar => Piece::Body(inner(part, 2)),
            LexemeKind::Location => Piece::Location(part.to_owned()),
            _ => Piece::Mark(part.chars().next().unwrap_or(' ')),
        }
    };
    lexemes.map(piece).collect()
}

/// `names`: whether names of several parts count; in a string that is no statement they are somebody's data.
fn looked(text: &str, depth: usize, names: bool) -> Option<String> {
    if depth > DEEPEST {
        return Some("texts are nested too deeply to be looked through".to_owned());
    }
    let pieces = pieces(text);
    let has = |word: &str| pieces.iter().any(|piece| piece.word() == Some(word));
    let foreign = pieces.windows(2).find_map(|pair| match pair {
        [Piece::Word(first), second] if first == "LANGUAGE" => {
            let language = match second {
                Piece::Word(word) => word.clone(),
                Piece::Text(text) => text.to_ascii_uppercase(),
                _ => return None,
            };
            LANGUAGES.contains(&language.as_str()).then_some(language)
        }
        _ => None,
    });
    let bodies_are_sql = match foreign {
        Some(language) if has("PROCEDURE") => {
            return Some(format!("a procedure in {language} may run any statement"));
        }
        // A function in another language runs no statements.
        Some(_) => false,
        None => true,
    };
    for index in 0..pieces.len() {
        let (before, rest) = pieces.split_at(index);
        let Some((first, behind)) = rest.split_first() else {
            break;
        };
        let found = match first {
            Piece::Word(word) => command(word, names && begins_statement(before), before, behind)
                .or_else(|| dynamic(word, behind)),
            Piece::Text(text) => outside(text).or_else(|| {
                let named = before.ends_with(&[Piece::Word("IDENTIFIER".to_owned()), Piece::Mark('(')]);
                let statement = starts_with_verb(text);
                looked(text, depth + 1, named || statement).filter(|_| bodies_are_sql)
            }),
            Piece::Quoted(text) if text.contains(' ') && starts_with_verb(text) => {
                looked(text, depth + 1, true)
            }
            Piece::Body(body) if bodies_are_sql => looked(body, depth + 1, true),
            Piece::Location(location) => stage(location),
            _ => None,
        };
        let found = found.or_else(|| names.then(|| other_database(before, rest)).flatten());
        if found.is_some() {
            return found;
        }
    }
    None
}

fn starts_with_verb(text: &str) -> bool {
    let first = pieces(text).into_iter().next();
    matches!(first, Some(Piece::Word(word)) if VERBS.contains(&word.as_str()))
}

fn begins_statement(before: &[Piece]) -> bool {
    match before.last() {
        None | Some(Piece::Mark(';' | '{' | '`' | '(')) => true,
        Some(Piece::Word(word)) => BEFORE_STATEMENTS.contains(&word.as_str()),
        Some(_) => false,
    }
}

/// A command at this word that is about the account; `begins`: whether a statement begins with it.
fn command(word: &str, begins: bool, before: &[Piece], behind: &[Piece]) -> Option<String> {
    let words: Vec<&str> = behind.iter().map_while(Piece::word).take(8).collect();
    let kind = match word {
        "CREATE" | "DROP" | "ALTER" | "UNDROP" => {
            words.iter().find(|word| !MODIFIERS.contains(word)).copied()
        }
        "COMMENT" => words
            .iter()
            .position(|word| *word == "ON")
            .and_then(|at| words.get(at + 1).copied()),
        _ => None,
    };
    match (word, kind) {
        ("CREATE" | "DROP" | "ALTER" | "UNDROP" | "COMMENT", Some(kind)) => {
            // Of these kinds some are in a schema.
            let named = |first: &str, second: &str| kind == first && words.contains(&second);
            let own = OWN_KINDS.contains(&kind) || named("ROW", "ACCESS") || named("EXTERNAL", "TABLE");
            // DATABASE ROLE, STORAGE INTEGRATION and the like have their kind in a second word.
            let foreign =
                FOREIGN_KINDS.contains(&kind) || words.iter().take(4).any(|word| *word == "INTEGRATION");
            match (foreign, begins && !own) {
                (true, _) => Some(format!("{word} {kind} is about the account")),
                (false, true) => Some(format!(
                    "{word} {kind} is not known to keep to the case's database"
                )),
                (false, false) => None,
            }
        }
        ("USE", _) if begins => match words.first() {
            Some(&"SCHEMA") => None,
            _ => Some("USE leaves the case's own database".to_owned()),
        },
        ("GRANT" | "REVOKE", _) if begins => Some(format!("{word} is about the account's roles")),
        ("SHOW", _) if begins => {
            let list = words.iter().find(|word| FOREIGN_LISTS.contains(word));
            list.map(|list| format!("SHOW {list} tells about the account"))
        }
        ("DATABASE", _) if matches!(before.last(), Some(Piece::Word(word)) if word == "IN") => {
            let name = behind.first().and_then(Piece::name)?;
            Some(format!("IN DATABASE {name} is about another database"))
        }
        _ => {
            let function = word.strip_prefix("SYSTEM$")?;
            let harmless = HARMLESS_FUNCTIONS.contains(&function);
            (!harmless).then(|| format!("{word} may reach anything in the account"))
        }
    }
}

/// A statement or a name that is only known when it runs.
fn dynamic(word: &str, behind: &[Piece]) -> Option<String> {
    let what = match (word, behind) {
        ("EXECUTE", [Piece::Word(immediate), Piece::Text(_) | Piece::Body(_), rest @ ..])
            if immediate == "IMMEDIATE" && !rest.starts_with(&[Piece::Mark('|')]) =>
        {
            return None;
        }
        ("EXECUTE", [Piece::Word(immediate), ..]) if immediate == "IMMEDIATE" => "EXECUTE IMMEDIATE",
        ("IDENTIFIER", [Piece::Mark('('), Piece::Text(_), Piece::Mark(')'), ..]) => return None,
        ("IDENTIFIER", [Piece::Mark('('), ..]) => "IDENTIFIER",
        ("TABLE", [Piece::Mark('('), Piece::Mark(':'), ..]) => "TABLE(:…)",
        ("TABLE", [Piece::Mark('('), Piece::Word(variable), ..]) if variable.starts_with('$') => "TABLE($…)",
        _ => return None,
    };
    Some(format!("{what} takes what is only known when it runs"))
}

/// An address of storage outside.
fn outside(text: &str) -> Option<String> {
    let lower = text.trim_start().to_ascii_lowercase();
    let scheme = SCHEMES.iter().find(|scheme| lower.starts_with(**scheme))?;
    Some(format!("{scheme}… is storage outside of the case's database"))
}

/// A stage that is not the case's.
fn stage(location: &str) -> Option<String> {
    let name = location.strip_prefix('@')?;
    if name.starts_with('~') {
        return Some("@~ is the user's own stage".to_owned());
    }
    let name = name.split('/').next().unwrap_or_default();
    (name.matches('.').count() > 1).then(|| format!("@{name} is in another database"))
}

/// A name that begins with a database: one of three parts, or a schema's of two.
fn other_database(before: &[Piece], rest: &[Piece]) -> Option<String> {
    if matches!(before.last(), Some(Piece::Mark('.' | ':'))) {
        return None;
    }
    let first = rest.first()?.name()?;
    if first.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut dots = 0;
    let mut at = 1;
    while rest.get(at) == Some(&Piece::Mark('.')) {
        dots += 1;
        at += match rest.get(at + 1) {
            Some(piece) if piece.name().is_some() => 2,
            _ => 1,
        };
    }
    let words = before.iter().rev().map_while(Piece::word);
    let schema = words
        .into_iter()
        .find(|word| !["IF", "NOT", "EXISTS"].contains(word))
        == Some("SCHEMA");
    let most = if schema { 0 } else { 1 };
    (dots > most).then(|| format!("a name that begins with the database {first} is not the case's own"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reaches_out_is_seen_wherever_it_stands() {
        for text in [
            "CREATE DATABASE D",
            "create or replace transient database d",
            "DROP DATABASE IF EXISTS PROD",
            "ALTER DATABASE PROD RENAME TO X",
            "UNDROP DATABASE PROD",
            "USE DATABASE PROD",
            "USE PROD",
            "USE PROD.PUBLIC",
            "USE SCHEMA PROD.PUBLIC",
            "USE ROLE ACCOUNTADMIN",
            "USE WAREHOUSE W",
            "CREATE WAREHOUSE W",
            "ALTER WAREHOUSE W SUSPEND",
            "CREATE USER U",
            "CREATE STORAGE INTEGRATION I",
            "DROP EXTERNAL VOLUME V",
            "ALTER ACCOUNT SET TIMEZONE = 'UTC'",
            "ALTER USER SET TIMEZONE = 'UTC'",
            "GRANT SELECT ON TABLE T TO ROLE R",
            "COMMENT ON DATABASE D IS 'x'",
            "CREATE SCHEMA PROD.S",
            "DROP SCHEMA IF EXISTS PROD.S",
            "INSERT INTO PROD.PUBLIC.T VALUES (1)",
            "DELETE FROM \"prod\".\"s\".\"t\"",
            "TRUNCATE TABLE PROD..T",
            "COPY INTO T FROM @PROD.PUBLIC.S/x",
            "PUT file:///tmp/x @~/x",
            "COPY INTO 's3://bucket/x' FROM T",
            "EXECUTE IMMEDIATE 'DROP DATABASE PROD'",
            "EXECUTE IMMEDIATE 'DROP ' || 'DATABASE PROD'",
            "EXECUTE IMMEDIATE :TEXT",
            "DROP TABLE IDENTIFIER($NAME)",
            "DROP TABLE IDENTIFIER('PROD.PUBLIC.T')",
            "BEGIN LET X := 1; DROP DATABASE PROD; END",
            "CREATE PROCEDURE P() RETURNS INT LANGUAGE SQL AS $$ BEGIN USE DATABASE PROD; RETURN 1; END $$",
            "CREATE PROCEDURE P() RETURNS INT LANGUAGE SQL AS 'BEGIN INSERT INTO A.B.C VALUES (1); END'",
            "CREATE PROCEDURE P() RETURNS INT LANGUAGE JAVASCRIPT AS $$ return 1 $$",
            "CREATE TASK T AS INSERT INTO A.B.C VALUES (1)",
            "SELECT SYSTEM$CANCEL_ALL_QUERIES(1)",
            "SHOW DATABASES",
            "SHOW TABLES IN ACCOUNT",
            "SHOW TABLES IN DATABASE PROD",
        ] {
            assert!(reach(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_stays_within_is_let_through() {
        for text in [
            "CREATE OR REPLACE TEMPORARY TABLE T (ID INT, USE INT, GRANT_ID INT)",
            "CREATE TABLE IF NOT EXISTS S.T (ID INT)",
            "CREATE SCHEMA IF NOT EXISTS S",
            "USE SCHEMA S",
            "ALTER TABLE T DROP COLUMN C",
            "ALTER TABLE T ALTER C SET NOT NULL",
            "ALTER SESSION SET TIMEZONE = 'UTC'",
            "INSERT INTO S.T SELECT A.B, 1.5, V:a.b.c::STRING, 'www.example.com' FROM A",
            "SELECT S.T.$1 FROM S.T",
            "MERGE INTO S.T USING (SELECT * FROM S.STR) X ON T.ID = X.ID WHEN MATCHED THEN DELETE",
            "CREATE TASK T SCHEDULE = '5 MINUTES' WHEN SYSTEM$STREAM_HAS_DATA('S.STR') AS INSERT INTO S.T SELECT 1",
            "CREATE FUNCTION F(X FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS $$ return a.b.c.d $$",
            "CREATE PROCEDURE P() RETURNS INT LANGUAGE SQL AS $$ BEGIN INSERT INTO S.T VALUES (1); RETURN 1; END $$",
            "EXECUTE IMMEDIATE 'INSERT INTO T VALUES (1)'",
            "SELECT * FROM IDENTIFIER('S.T')",
            "PUT file:///tmp/x @S/x",
            "SELECT * FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY())",
            "SHOW TABLES IN SCHEMA S",
            "SELECT 'it is a database; use it' AS T",
        ] {
            if text.starts_with("SELECT S.T.$1") {
                // A column of a table in a schema looks like a table in a database: in doubt it is skipped.
                assert!(reach(text).is_some());
                continue;
            }
            assert_eq!(reach(text), None, "{text}");
        }
    }
}

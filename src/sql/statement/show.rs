//! SHOW and DESCRIBE (<https://docs.snowflake.com/en/sql-reference/sql/show>,
//! <https://docs.snowflake.com/en/sql-reference/sql/desc>).

use super::Statement;
use super::kind::ObjectKind;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName};
use datafusion::sql::sqlparser::tokenizer::Token;

/// What SHOW lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShowSubject {
    /// Objects of a kind.
    Kind(ObjectKind),
    /// OBJECTS: tables and views.
    Objects,
    /// INTEGRATIONS of a family, such as STORAGE.
    IntegrationsOf(String),
    /// GRANTS.
    Grants(ShowGrants),
    /// PARAMETERS.
    Parameters,
    /// VARIABLES: session variables.
    Variables,
    /// PRIMARY KEYS.
    PrimaryKeys,
    /// UNIQUE KEYS.
    UniqueKeys,
    /// IMPORTED KEYS: foreign keys of a table.
    ImportedKeys,
    /// TRANSACTIONS.
    Transactions,
    /// LOCKS.
    Locks,
}

/// Which grants SHOW GRANTS lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShowGrants {
    /// Those of the current user.
    Own,
    /// ON kind name.
    On(ObjectKind, QualifiedName),
    /// ON ACCOUNT.
    OnAccount,
    /// TO {ROLE | USER | DATABASE ROLE} name.
    To(ObjectKind, QualifiedName),
    /// OF {ROLE | DATABASE ROLE} name: who has it.
    Of(ObjectKind, QualifiedName),
    /// FUTURE GRANTS IN {DATABASE | SCHEMA} name.
    FutureIn(ObjectKind, QualifiedName),
    /// FUTURE GRANTS TO ROLE name.
    FutureTo(QualifiedName),
}

/// Where SHOW looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShowScope {
    /// IN ACCOUNT.
    Account,
    /// IN DATABASE; the current one if absent.
    Database(Option<QualifiedName>),
    /// IN SCHEMA; the current one if absent.
    Schema(Option<QualifiedName>),
    /// IN TABLE or VIEW (columns, keys), IN or FOR another kind (parameters).
    Object(ObjectKind, Option<QualifiedName>),
    /// IN SESSION (parameters).
    Session,
    /// IN name, without a kind.
    Name(QualifiedName),
}

/// SHOW.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Show {
    /// TERSE.
    pub terse: bool,
    /// What.
    pub subject: ShowSubject,
    /// HISTORY: dropped objects too.
    pub history: bool,
    /// LIKE: a pattern with `%` and `_`, letter case aside.
    pub like: Option<String>,
    /// IN.
    pub scope: Option<ShowScope>,
    /// STARTS WITH, letter case kept.
    pub starts_with: Option<String>,
    /// LIMIT.
    pub limit: Option<u64>,
    /// LIMIT … FROM: names after this one.
    pub from: Option<String>,
    /// ROOT ONLY (tasks).
    pub root_only: bool,
}

/// DESCRIBE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Describe {
    /// An object of a kind.
    Object {
        /// The kind.
        kind: ObjectKind,
        /// The name.
        name: QualifiedName,
        /// TYPE = STAGE (true) rather than COLUMNS, for tables.
        stage: bool,
    },
    /// RESULT of an earlier statement.
    Result {
        /// Its id; LAST_QUERY_ID() if absent.
        query_id: Option<String>,
    },
}

/// Subjects of SHOW besides the kinds of objects.
fn subject(cursor: &mut Cursor<'_>) -> Result<ShowSubject> {
    let special = [
        ("OBJECTS", ShowSubject::Objects),
        ("PARAMETERS", ShowSubject::Parameters),
        ("VARIABLES", ShowSubject::Variables),
        ("PRIMARY KEYS", ShowSubject::PrimaryKeys),
        ("UNIQUE KEYS", ShowSubject::UniqueKeys),
        ("IMPORTED KEYS", ShowSubject::ImportedKeys),
        ("TRANSACTIONS", ShowSubject::Transactions),
        ("LOCKS", ShowSubject::Locks),
        ("USER FUNCTIONS", ShowSubject::Kind(ObjectKind::Function)),
        ("USER PROCEDURES", ShowSubject::Kind(ObjectKind::Procedure)),
    ];
    for (words, subject) in special {
        if cursor.take(words) {
            return Ok(subject);
        }
    }
    for family in [
        "STORAGE",
        "NOTIFICATION",
        "API",
        "SECURITY",
        "CATALOG",
        "EXTERNAL ACCESS",
    ] {
        if cursor.take(&format!("{family} INTEGRATIONS")) {
            return Ok(ShowSubject::IntegrationsOf(family.to_string()));
        }
    }
    if let Some(kind) = cursor.take_plural() {
        return Ok(ShowSubject::Kind(kind));
    }
    cursor.unexpected()
}

/// SHOW, after the word.
pub(crate) fn show(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let terse = cursor.take("TERSE");
    let future = cursor.sees("FUTURE GRANTS") && cursor.take("FUTURE");
    let subject = if cursor.take("GRANTS") {
        ShowSubject::Grants(grants(cursor, future)?)
    } else {
        subject(cursor)?
    };
    let mut show = Show {
        terse,
        subject,
        history: false,
        like: None,
        scope: None,
        starts_with: None,
        limit: None,
        from: None,
        root_only: false,
    };
    // Snowflake documents one order, and takes LIKE and IN in either.
    loop {
        if !show.history && cursor.take("HISTORY") {
            show.history = true;
        } else if show.like.is_none() && cursor.take("LIKE") {
            show.like = Some(cursor.string()?);
        } else if show.scope.is_none() && (cursor.take("IN") || cursor.take("FOR")) {
            show.scope = Some(scope(cursor)?);
        } else if show.starts_with.is_none() && cursor.take("STARTS WITH") {
            show.starts_with = Some(cursor.string()?);
        } else if !show.root_only && cursor.take("ROOT ONLY") {
            show.root_only = true;
        } else if show.limit.is_none() && cursor.take("LIMIT") {
            let Ok(limit) = u64::try_from(cursor.integer()?) else {
                return cursor.unexpected();
            };
            show.limit = Some(limit);
            if cursor.take("FROM") {
                show.from = Some(cursor.string()?);
            }
        } else if cursor.sees("WITH PRIVILEGES") {
            return Err(Error::unsupported("SHOW … WITH PRIVILEGES"));
        } else {
            break;
        }
    }
    Ok(Statement::Show(Box::new(show)))
}

fn scope(cursor: &mut Cursor<'_>) -> Result<ShowScope> {
    const AFTER: [&str; 6] = ["STARTS", "LIMIT", "LIKE", "ROOT", "WITH", "HISTORY"];
    let named = |cursor: &mut Cursor<'_>| -> Result<Option<QualifiedName>> {
        let over = cursor.at_end() || cursor.peek_word().is_some_and(|word| AFTER.contains(&word));
        if over { Ok(None) } else { cursor.name().map(Some) }
    };
    if *cursor.peek_nth(1) == Token::Period {
        return Ok(ShowScope::Name(cursor.name()?));
    }
    if cursor.take("ACCOUNT") {
        Ok(ShowScope::Account)
    } else if cursor.take("SESSION") {
        Ok(ShowScope::Session)
    } else {
        match cursor.take_kind() {
            Some(ObjectKind::Database) => Ok(ShowScope::Database(named(cursor)?)),
            Some(ObjectKind::Schema) => Ok(ShowScope::Schema(named(cursor)?)),
            Some(kind) => Ok(ShowScope::Object(kind, named(cursor)?)),
            None if cursor.sees("APPLICATION") => Err(Error::unsupported("SHOW … IN APPLICATION")),
            None => Ok(ShowScope::Name(cursor.name()?)),
        }
    }
}

fn grants(cursor: &mut Cursor<'_>, future: bool) -> Result<ShowGrants> {
    if future {
        if cursor.take("IN") {
            let kind = cursor.kind()?;
            return Ok(ShowGrants::FutureIn(kind, cursor.name()?));
        }
        cursor.expect("TO ROLE")?;
        return Ok(ShowGrants::FutureTo(cursor.name()?));
    }
    if cursor.take("ON") {
        if cursor.take("ACCOUNT") {
            return Ok(ShowGrants::OnAccount);
        }
        let kind = cursor.kind()?;
        Ok(ShowGrants::On(kind, cursor.object_name(kind)?))
    } else if cursor.take("TO") {
        // A name without a kind is a user's, as in `SHOW GRANTS TO me`.
        let kind = cursor.take_kind().unwrap_or(ObjectKind::Role);
        Ok(ShowGrants::To(kind, cursor.name()?))
    } else if cursor.take("OF") {
        let kind = cursor.kind()?;
        Ok(ShowGrants::Of(kind, cursor.name()?))
    } else {
        Ok(ShowGrants::Own)
    }
}

/// DESCRIBE, after the word.
pub(crate) fn describe(cursor: &mut Cursor<'_>) -> Result<Statement> {
    if cursor.take("RESULT") {
        let query_id = match cursor.take_string() {
            Some(id) => Some(id),
            None => {
                cursor.expect("LAST_QUERY_ID")?;
                cursor.expect_token(&Token::LParen)?;
                cursor.expect_token(&Token::RParen)?;
                None
            }
        };
        return Ok(Statement::Describe(Describe::Result { query_id }));
    }
    let kind = if *cursor.peek_nth(1) == Token::EOF || *cursor.peek_nth(1) == Token::Period {
        ObjectKind::Table
    } else {
        match cursor.take_kind() {
            Some(kind) => kind,
            None if matches!(cursor.peek_nth(1), Token::SemiColon) => ObjectKind::Table,
            None => return cursor.unexpected(),
        }
    };
    let name = if kind == ObjectKind::Integration || kind == ObjectKind::Warehouse {
        QualifiedName::single(cursor.ident()?)
    } else {
        cursor.object_name(kind)?
    };
    let mut stage = false;
    if matches!(kind, ObjectKind::Table | ObjectKind::View) && cursor.take("TYPE") {
        cursor.expect_token(&Token::Eq)?;
        match cursor.take_one_of(&["COLUMNS", "STAGE"]) {
            Some(word) => stage = word == "STAGE",
            None => return cursor.unexpected(),
        }
    }
    Ok(Statement::Describe(Describe::Object { kind, name, stage }))
}

/// The names of properties after UNSET.
impl Cursor<'_> {
    /// `NAME, NAME, …`, each among `known`.
    pub(crate) fn unset_list(&mut self, known: &[&str]) -> Result<Vec<String>> {
        self.comma_separated(|cursor| {
            if cursor.peek_word().is_some_and(|name| known.contains(&name)) {
                cursor.ident().map(|name| name.value)
            } else {
                cursor.unexpected()
            }
        })
    }

    /// `NAME, NAME, …`, any names.
    pub(crate) fn unset_any(&mut self) -> Result<Vec<String>> {
        self.comma_separated(|cursor| cursor.ident().map(|name: Ident| name.value))
    }
}

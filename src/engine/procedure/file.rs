//! EXECUTE IMMEDIATE FROM: the statements of a staged file, one after another.
//! <https://docs.snowflake.com/en/sql-reference/sql/execute-immediate-from>
//!
//! The syntax of all statements is checked before the first one runs; each then runs as if a client had sent it. With
//! USING, or with the directive `--!jinja` in its first line, a file is a template, which is rendered first
//! ([`template`]).

use std::sync::Arc;

use super::{expression, one_value};
use crate::catalog::ObjectKind;
use crate::engine::account::Account;
use crate::engine::context::Context;
use crate::engine::copy::Place;
use crate::engine::names::Names;
use crate::engine::result::StatementResult;
use crate::engine::routine::imports::waited;
use crate::engine::session::Session;
use crate::error::{self, Error, Result};
use crate::script::{self, Bindings, Value, is_fatal, template};
use crate::sql::statement::ExecuteFile;
use crate::sql::{self, StageLocation};
use crate::world::s3::StorageError;

/// How deep files may run files.
const DEEPEST: usize = 5;

/// The largest file, in bytes.
const LARGEST: u64 = 10_000_000;

/// The column of DRY_RUN.
const RENDERED: &str = "rendered file contents";

/// A staged file whose statements run.
#[derive(Debug)]
pub(in crate::engine) struct ScriptFile {
    /// Its full name: `@DB.SCHEMA.STAGE/path`.
    name: String,
    /// How many files run, this one included.
    depth: usize,
}

/// Runs EXECUTE IMMEDIATE FROM.
pub(super) async fn run(session: &mut Session, execute: ExecuteFile) -> Result<StatementResult> {
    let outer = session.context().file.clone();
    let depth = outer.as_ref().map_or(0, |file| file.depth) + 1;
    if depth > DEEPEST {
        let message = format!("EXECUTE IMMEDIATE FROM nests deeper than {DEEPEST} files");
        return Err(Error::compilation(message));
    }
    let name = match (execute.file.starts_with('@'), &outer) {
        (true, _) => execute.file.clone(),
        (false, Some(outer)) => template::join(&execute.file, &outer.name),
        (false, None) => {
            let message = format!(
                "Relative file references like '{}' cannot be used in top-level EXECUTE IMMEDIATE calls.",
                execute.file
            );
            return Err(Error::new(1_503, "42601", message));
        }
    };
    let account = Arc::clone(session.account());
    let (name, text) = read(&account, session.context(), &name).await?;
    let mut text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_string();
    if execute.variables.is_some() || template::has_directive(&text) {
        let mut variables = Vec::new();
        for (key, expr) in execute.variables.into_iter().flatten() {
            let value = expression::by_query(session, expr, &Bindings::new()).await?;
            variables.push((key, value));
        }
        text = render(session, name.clone(), text, variables).await?;
    }
    if execute.dry_run {
        return one_value(RENDERED, Value::text(text));
    }
    let file = Arc::new(ScriptFile { name, depth });
    session.context_mut().file = Some(Arc::clone(&file));
    let outcome = statements(session, &file.name, &text).await;
    session.context_mut().file = outer;
    outcome
}

/// Runs a text's statements. Answers what the last one gave.
async fn statements(session: &mut Session, file: &str, text: &str) -> Result<StatementResult> {
    let statements = sql::split(text);
    let place = |statement: &sql::ScriptStatement| error::Place {
        line: statement.line,
        position: statement.column.saturating_sub(1),
    };
    for statement in &statements {
        script::check_statement(&statement.text, place(statement))?;
    }
    let mut last = None;
    for statement in &statements {
        let outcome = session.execute(&statement.text).await;
        last = Some(outcome.map_err(|error| in_file(error, file, place(statement)))?);
    }
    last.ok_or_else(|| Error::new(900, "42601", "SQL compilation error:\nEmpty SQL statement."))
}

/// The failure of a file's statement says where that stands.
fn in_file(error: Error, file: &str, place: error::Place) -> Error {
    if is_fatal(&error) {
        return error;
    }
    let error::Place { line, position } = place;
    let message = format!(
        "Uncaught exception of type 'STATEMENT_ERROR' in file {file} on line {line} at position {position}:\n{}",
        error.message()
    );
    error.reworded(message).at(line, position)
}

async fn render(
    session: &Session,
    name: String,
    text: String,
    variables: Vec<(String, Value)>,
) -> Result<String> {
    let account = Arc::clone(session.account());
    let context = session.context().clone();
    let load = move |name: &str| match waited(read(&account, &context, name)) {
        Ok((_, text)) => Ok(Some(text)),
        Err(error) if error.code() == 1_501 => Ok(None),
        Err(error) => Err(error),
    };
    let rendered = tokio::task::spawn_blocking(move || template::render(&name, &text, variables, load));
    rendered.await.map_err(|_| Error::cancelled())?
}

/// A staged file's full name and its text.
async fn read(account: &Account, context: &Context, name: &str) -> Result<(String, String)> {
    let snapshot = account.catalog().snapshot();
    let names = Names {
        snapshot: &snapshot,
        context,
    };
    let location = StageLocation::parse(name)
        .filter(|location| !matches!(location, StageLocation::Url(_)))
        .ok_or_else(|| Error::compilation(format!("'{name}' is no staged file")))?;
    let place = Place::find(&names, &location)?;
    let stage = stage_of(&names, &location)?;
    let absent = || {
        let message = format!("File '{}' not found in stage '{stage}'.", place.path);
        Error::new(1_501, "02000", message)
    };
    if place.path.is_empty() || place.path.ends_with('/') {
        return Err(absent());
    }
    let (storage, key) = (account.storage(), place.prefix());
    let size = match storage.head(&place.bucket, &key).await {
        Ok(head) => head.info.size,
        Err(StorageError::NoSuchKey { .. } | StorageError::NoSuchBucket(_)) => return Err(absent()),
        Err(error) => return Err(error.into()),
    };
    if size > LARGEST {
        let message = format!("File '{}' is larger than 10 MB.", place.path);
        return Err(Error::compilation(message));
    }
    let bytes = storage.get(&place.bucket, &key).await?;
    let text = String::from_utf8(bytes.to_vec())
        .map_err(|_| Error::compilation(format!("File '{}' is not encoded in UTF-8.", place.path)))?;
    Ok((format!("@{stage}/{}", place.path), text))
}

/// The full name of a location's stage.
fn stage_of(names: &Names<'_>, location: &StageLocation) -> Result<String> {
    Ok(match location {
        StageLocation::Named { stage, .. } => names.full_name(&*names.require(ObjectKind::Stage, stage)?),
        StageLocation::Table { table, .. } => {
            let full = names.full_name(&*names.require(ObjectKind::Table, table)?);
            match full.rsplit_once('.') {
                Some((schema, own)) => format!("{schema}.%{own}"),
                None => format!("%{full}"),
            }
        }
        StageLocation::User { .. } | StageLocation::Url(_) => "~".to_string(),
    })
}

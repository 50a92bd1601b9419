//! LIST, REMOVE, PUT and GET (<https://docs.snowflake.com/en/sql-reference/sql/list>,
//! <https://docs.snowflake.com/en/sql-reference/sql/remove>, <https://docs.snowflake.com/en/sql-reference/sql/put>,
//! <https://docs.snowflake.com/en/sql-reference/sql/get>).

use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use crate::error::Result;
use crate::sql::cursor::Cursor;
use crate::sql::location::StageLocation;
use crate::sql::properties::Properties;

/// LIST or REMOVE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageFiles {
    /// Where.
    pub location: StageLocation,
    /// PATTERN.
    pub pattern: Option<String>,
}

/// PUT: files from the client to a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// The local path with its wildcards, without `file://`.
    pub path: String,
    /// The stage.
    pub location: StageLocation,
    /// PARALLEL, AUTO_COMPRESS, SOURCE_COMPRESSION, OVERWRITE.
    pub options: Properties,
}

/// GET: files from a stage to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Get {
    /// The stage.
    pub location: StageLocation,
    /// The local folder, without `file://`.
    pub path: String,
    /// PARALLEL, PATTERN.
    pub options: Properties,
}

fn stage_files(cursor: &mut Cursor<'_>) -> Result<StageFiles> {
    let location = cursor.stage_location()?;
    let properties = cursor.properties(&["PATTERN"])?;
    Ok(StageFiles {
        location,
        pattern: properties.text("PATTERN")?.map(str::to_string),
    })
}

/// LIST, after the word.
pub(crate) fn list(cursor: &mut Cursor<'_>) -> Result<Statement> {
    stage_files(cursor).map(Statement::List)
}

/// REMOVE, after the word.
pub(crate) fn remove(cursor: &mut Cursor<'_>) -> Result<Statement> {
    stage_files(cursor).map(Statement::Remove)
}

/// `file://path`, bare or quoted.
fn local_path(cursor: &mut Cursor<'_>) -> Result<String> {
    let text = match cursor.peek() {
        Token::Word(word) if word.quote_style.is_none() => word.value.clone(),
        Token::SingleQuotedString(text) => text.clone(),
        _ => return cursor.unexpected(),
    };
    match text.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("file://") => {
            cursor.next();
            Ok(text.get(7..).unwrap_or_default().to_string())
        }
        _ => cursor.unexpected(),
    }
}

/// PUT, after the word.
pub(crate) fn put(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let path = local_path(cursor)?;
    let location = cursor.stage_location()?;
    let options = cursor.properties(&["PARALLEL", "AUTO_COMPRESS", "SOURCE_COMPRESSION", "OVERWRITE"])?;
    Ok(Statement::Put(Put {
        path,
        location,
        options,
    }))
}

/// GET, after the word.
pub(crate) fn get(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let location = cursor.stage_location()?;
    let path = local_path(cursor)?;
    let options = cursor.properties(&["PARALLEL", "PATTERN"])?;
    Ok(Statement::Get(Get {
        location,
        path,
        options,
    }))
}

//! What the protocol's bodies look like to a client, and how failures in them read.

use std::collections::{BTreeMap, BTreeSet};

use parking_lot::Mutex;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::error::Error;

/// The session token has expired.
pub const EXPIRED: &str = "390112";
/// The statement still runs: after a while, and at once where the client does not wait.
const IN_PROGRESS: [&str; 2] = ["333333", "333334"];

/// How many SQLSTATEs an account may make up.
const MOST_STATES: usize = 1_000;
/// The SQLSTATE of a failure that comes without one.
const GENERAL: &str = "HY000";

/// The envelope of every answer.
#[derive(Debug, Deserialize)]
pub struct Envelope<T> {
    /// What was asked for, or more about a failure.
    #[serde(default = "nothing")]
    pub data: Option<T>,
    /// Six digits, for a failure and some successes.
    #[serde(default, deserialize_with = "code")]
    pub code: Option<String>,
    /// What a person reads.
    #[serde(default)]
    pub message: Option<String>,
    /// Whether it went well.
    pub success: bool,
}

fn nothing<T>() -> Option<T> {
    None
}

fn yes() -> bool {
    true
}

/// A code, as text or number.
fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::<Value>::deserialize(deserializer)? {
        Some(Value::String(text)) => Some(text),
        Some(Value::Number(number)) => Some(format!("{:0>6}", number.to_string())),
        _ => None,
    })
}

impl<T> Envelope<T> {
    /// Whether the statement still runs.
    pub fn is_in_progress(&self) -> bool {
        IN_PROGRESS.iter().any(|code| self.has_code(code))
    }

    /// Whether the code is this one.
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// The failure that this is, without what the data may tell besides.
    pub fn failure(&self, what: &str) -> Error {
        let code = self
            .code
            .as_deref()
            .and_then(|code| code.parse().ok())
            .unwrap_or(0);
        let message = self.message.as_deref().unwrap_or("the account gave no reason");
        let state = if code == 0 { "58000" } else { "08001" };
        Error::new(code, state, format!("{what}{message}"))
    }
}

/// One session parameter.
#[derive(Debug, Clone, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value, in the JSON type that it has.
    #[serde(default)]
    pub value: Value,
}

/// The answer to a login.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct LoginData {
    /// Goes with every request.
    pub token: Option<String>,
    /// Buys a new one.
    pub master_token: Option<String>,
    /// The release that the account runs.
    pub server_version: Option<String>,
    /// What answers, where that is an emulator which says so.
    pub emulator: Option<String>,
    /// The session's parameters.
    pub parameters: Option<Vec<Parameter>>,
    /// What is current.
    pub session_info: Option<SessionInfo>,
}

/// What is current in a session.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionInfo {
    /// The database.
    pub database_name: Option<String>,
    /// The schema.
    pub schema_name: Option<String>,
    /// The warehouse.
    pub warehouse_name: Option<String>,
    /// The role.
    pub role_name: Option<String>,
}

/// The answer to a request for new tokens.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct RenewalData {
    /// The new session token.
    pub session_token: Option<String>,
    /// The new master token.
    pub master_token: Option<String>,
}

/// The answer to a statement, also to one that failed, still runs, or moves files.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct QueryData {
    /// All session parameters.
    pub parameters: Option<Vec<Parameter>>,
    /// The columns.
    pub rowtype: Option<Vec<ColumnData>>,
    /// The first rows.
    pub rowset: Option<Vec<Row>>,
    /// `json`, or `arrow`.
    pub query_result_format: Option<String>,
    /// The statement's id.
    pub query_id: Option<String>,
    /// What is current now; likewise below.
    pub final_database_name: Option<String>,
    /// The schema.
    pub final_schema_name: Option<String>,
    /// What kind of statement it was.
    pub statement_type_id: Option<u32>,
    /// How many rows a DML touched.
    pub stats: Option<Stats>,
    /// Where the other rows are.
    pub chunks: Option<Vec<ChunkData>>,
    /// A key that those are encrypted with.
    pub qrmk: Option<String>,
    /// What is sent along when they are fetched.
    pub chunk_headers: Option<BTreeMap<String, String>>,
    /// Where to ask for the result of a statement that still runs.
    pub get_result_url: Option<String>,
    /// The number of a failure.
    pub error_code: Option<String>,
    /// Its SQLSTATE.
    pub sql_state: Option<String>,
    /// Its place in the text, -1 for none.
    pub line: Option<i64>,
    /// Its place in the line.
    pub pos: Option<i64>,
    /// `UPLOAD` or `DOWNLOAD`, for a client that is to move files.
    pub command: Option<String>,
    /// What is to be moved.
    #[serde(rename = "src_locations")]
    pub src_locations: Option<Vec<String>>,
    /// The local folder.
    pub local_location: Option<String>,
    /// The stage's storage.
    pub stage_info: Option<Value>,
    /// The keys that files are encrypted with.
    pub encryption_material: Option<Value>,
    /// Addresses of the files.
    pub presigned_urls: Option<Vec<Option<String>>>,
}

/// A row: texts, and NULLs.
pub type Row = Vec<Option<String>>;

/// A column.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct ColumnData {
    /// Its name.
    pub name: String,
    /// Its type's name, lower case.
    #[serde(rename = "type")]
    pub data_type: String,
    /// What the type is a form of, such as GEOGRAPHY.
    pub ext_type_name: Option<String>,
    /// Whether it may hold NULL; nothing said, it may.
    #[serde(default = "yes")]
    pub nullable: bool,
    /// Digits in all.
    pub precision: Option<u8>,
    /// Digits after the point.
    pub scale: Option<u8>,
    /// In characters, or bytes.
    pub length: Option<u64>,
    /// Whose column it is; likewise below.
    pub database: Option<String>,
    /// The schema.
    pub schema: Option<String>,
    /// The table.
    pub table: Option<String>,
    /// The parts of a structured type.
    pub fields: Option<Vec<Value>>,
}

/// How many rows a DML touched.
#[derive(Debug, Clone, Copy, Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Stats {
    /// Inserted.
    pub num_rows_inserted: Option<u64>,
    /// Updated.
    pub num_rows_updated: Option<u64>,
    /// Deleted.
    pub num_rows_deleted: Option<u64>,
}

/// A part of a large result.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChunkData {
    /// Its address, with leave to read it.
    pub url: String,
    /// Its rows.
    pub row_count: usize,
}

impl Envelope<QueryData> {
    /// The failure of a statement.
    pub fn statement_failure(&self) -> Error {
        let plain = self.failure("");
        let Some(data) = &self.data else {
            return plain;
        };
        let code = data.error_code.as_deref().and_then(|code| code.parse().ok());
        let state = data.sql_state.as_deref().map_or(plain.sqlstate(), known_state);
        let error = Error::new(code.unwrap_or(plain.code()), state, plain.message());
        match (place(data.line), place(data.pos)) {
            (Some(line), Some(position)) if line > 0 => error.at(line, position),
            _ => error,
        }
    }
}

fn place(number: Option<i64>) -> Option<u32> {
    u32::try_from(number?).ok()
}

/// A SQLSTATE for as long as the program runs: there are few, and one that is none is not kept.
fn known_state(text: &str) -> &'static str {
    static STATES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    if text.len() != 5 || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return GENERAL;
    }
    let mut states = STATES.lock();
    if let Some(known) = states.get(text) {
        return known;
    }
    if states.len() == MOST_STATES {
        return GENERAL;
    }
    let state: &'static str = String::from(text).leak();
    states.insert(state);
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Place;

    fn envelope(text: &str) -> Envelope<QueryData> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_failed_statement_has_what_the_account_said() {
        let failed = envelope(
            r#"{"data":{"internalError":false,"errorCode":"002003","age":0,"sqlState":"42S02","queryId":"01b","line":1,
                "pos":14,"type":"COMPILATION"},"code":"002003","message":"SQL compilation error:\nno","success":false}"#,
        );
        let error = failed.statement_failure();
        assert_eq!((error.code(), error.sqlstate()), (2003, "42S02"));
        assert_eq!(error.message(), "SQL compilation error:\nno");
        assert_eq!(
            error.place(),
            Some(Place {
                line: 1,
                position: 14
            })
        );
    }

    #[test]
    fn failures_without_data_are_told_too() {
        let failed = envelope(r#"{"data":null,"code":390111,"message":"gone","success":false}"#);
        assert_eq!(failed.statement_failure().to_string(), "390111 (08001): gone");
        let failed = envelope(r#"{"success":false,"data":{"line":-1,"pos":-1,"sqlState":"zu lang"}}"#);
        let error = failed.statement_failure();
        assert_eq!(
            (error.code(), error.sqlstate(), error.place()),
            (0, GENERAL, None)
        );
        let raised =
            envelope(r#"{"success":false,"data":{"errorCode":"-20001","sqlState":"P0001"},"message":"m"}"#);
        assert_eq!(raised.statement_failure().to_string(), "-20001 (P0001): m");
    }
}

//! What a request asks for. <https://docs.snowflake.com/en/developer-guide/sql-api/submitting-requests>

use hyper::StatusCode;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, USER_AGENT};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::failure::Failure;
use crate::server::encode::json::ApiCells;
use crate::server::query_string::QueryString;

/// The longest id of a request, in bytes; a UUID has 36.
const LONGEST_ID: usize = 100;

/// The parameters that a request may set; the first only to what it is.
const PARAMETERS: [&str; 14] = [
    "AUTOCOMMIT",
    "BINARY_OUTPUT_FORMAT",
    "CLIENT_RESULT_CHUNK_SIZE",
    "DATE_OUTPUT_FORMAT",
    "MULTI_STATEMENT_COUNT",
    "QUERY_TAG",
    "ROWS_PER_RESULTSET",
    "TIMESTAMP_LTZ_OUTPUT_FORMAT",
    "TIMESTAMP_NTZ_OUTPUT_FORMAT",
    "TIMESTAMP_OUTPUT_FORMAT",
    "TIMESTAMP_TZ_OUTPUT_FORMAT",
    "TIMEZONE",
    "TIME_OUTPUT_FORMAT",
    "USE_CACHED_RESULT",
];

/// The body of a request that submits statements.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Body {
    /// One statement or several.
    pub statement: Option<String>,
    /// Seconds that each may run; 0 for as long as any may.
    pub timeout: Option<i64>,
    /// The database, by its stored name; likewise below.
    pub database: Option<String>,
    /// The schema.
    pub schema: Option<String>,
    /// The warehouse.
    pub warehouse: Option<String>,
    /// The role.
    pub role: Option<String>,
    /// The values of placeholders.
    pub bindings: Option<Map<String, Value>>,
    /// Session parameters.
    pub parameters: Option<Map<String, Value>>,
    /// The form of the result.
    pub result_set_meta_data: Option<ResultForm>,
}

/// The form of a result, as far as a request may choose it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResultForm {
    format: Option<String>,
}

impl Body {
    /// Reads a body.
    ///
    /// # Errors
    /// 400 for what is none, for parameters that requests do not have, and for forms that are no longer.
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        // A list would be read as the fields in their order.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(Failure::malformed("the body is no JSON object"));
        }
        let body: Self = serde_json::from_slice(bytes).map_err(Failure::malformed)?;
        for name in body.parameters.iter().flat_map(Map::keys) {
            if !PARAMETERS.contains(&name.to_ascii_uppercase().as_str()) {
                return Err(Failure::malformed(format_args!(
                    "the parameter '{name}' is none that a request can set"
                )));
            }
        }
        let committing = |value: &Value| match value {
            Value::String(text) => text.eq_ignore_ascii_case("true"),
            value => *value == Value::Bool(true),
        };
        if !body.parameter("AUTOCOMMIT").is_none_or(committing) {
            return Err(Failure::malformed("AUTOCOMMIT must be TRUE"));
        }
        let formatted = |binding: &Value| binding.get("fmt").is_some_and(|format| !format.is_null());
        if body.bindings.iter().flat_map(Map::values).any(formatted) {
            return Err(Failure::malformed(
                "'fmt' of bind variables is not supported here",
            ));
        }
        let form = body
            .result_set_meta_data
            .as_ref()
            .and_then(|form| form.format.as_deref());
        match form {
            None | Some("jsonv2") => Ok(body),
            Some(other) => Err(Failure::malformed(format_args!(
                "results in the format '{other}' are not supported here, only those in 'jsonv2'"
            ))),
        }
    }

    fn parameter(&self, wanted: &str) -> Option<&Value> {
        let mut parameters = self.parameters.iter().flatten();
        parameters
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value)
    }

    /// How the rows are to be written: in the formats that the request itself sets, and in no others.
    pub fn cells(&self, nullable: bool) -> ApiCells {
        let set = |name| self.parameter(name).is_some_and(|value| !value.is_null());
        ApiCells {
            null_as_text: !nullable,
            binary: set("BINARY_OUTPUT_FORMAT"),
            date: set("DATE_OUTPUT_FORMAT"),
            time: set("TIME_OUTPUT_FORMAT"),
            timestamp: set("TIMESTAMP_OUTPUT_FORMAT"),
            timestamp_ntz: set("TIMESTAMP_NTZ_OUTPUT_FORMAT"),
            timestamp_ltz: set("TIMESTAMP_LTZ_OUTPUT_FORMAT"),
            timestamp_tz: set("TIMESTAMP_TZ_OUTPUT_FORMAT"),
        }
    }
}

/// How statements are to be submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The request's id.
    pub id: Option<String>,
    /// Whether not to wait for the result.
    pub asynchronous: bool,
    /// Whether NULL is null, rather than a text.
    pub nullable: bool,
    /// Whether the request may have been sent before.
    pub retry: bool,
}

impl Options {
    /// Reads what stands behind the question mark.
    ///
    /// # Errors
    /// 400 for values that are none.
    pub fn read(query: &QueryString) -> Result<Self, Failure> {
        let id = query.get("requestId").filter(|id| !id.is_empty());
        if id.is_some_and(|id| id.len() > LONGEST_ID) {
            return Err(Failure::malformed("the requestId is no UUID"));
        }
        let options = Self {
            id: id.map(str::to_owned),
            asynchronous: flag(query, "async")?.unwrap_or(false),
            nullable: flag(query, "nullable")?.unwrap_or(true),
            retry: flag(query, "retry")?.unwrap_or(false),
        };
        Ok(options)
    }
}

fn flag(query: &QueryString, name: &str) -> Result<Option<bool>, Failure> {
    match query.get(name).map(str::to_ascii_lowercase).as_deref() {
        None | Some("") => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(other) => Err(Failure::malformed(format_args!(
            "{name} is true or false, and not '{other}'"
        ))),
    }
}

/// The partition that a request wants; the first one if it says nothing.
///
/// # Errors
/// 400 for what is no number, and for what only the request that submits a statement can say.
pub fn partition(query: &QueryString) -> Result<usize, Failure> {
    if query.get("nullable").is_some() {
        return Err(Failure::malformed(
            "nullable belongs to the request that submits the statement",
        ));
    }
    match query.get("partition") {
        None | Some("") => Ok(0),
        Some(number) => number
            .parse()
            .map_err(|_| Failure::malformed(format_args!("'{number}' is no number of a partition"))),
    }
}

/// Checks the headers that every request must have.
///
/// # Errors
/// 400 without a name of the client, or for a client that reads no JSON.
pub fn check_headers(headers: &HeaderMap) -> Result<(), Failure> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &hyper::header::HeaderValue| value.to_str().ok())
    };
    if text(USER_AGENT).is_none_or(|agent| agent.trim().is_empty()) {
        return Err(Failure::malformed("the header User-Agent is missing"));
    }
    let accepted = text(ACCEPT).unwrap_or("null");
    let types = accepted.split(',').map(media_type);
    match types
        .into_iter()
        .any(|name| matches!(name.as_str(), "application/json" | "application/*" | "*/*"))
    {
        true => Ok(()),
        false => Err(Failure::new(
            StatusCode::BAD_REQUEST,
            391_902,
            format!("Unsupported Accept header {accepted} is specified."),
        )),
    }
}

/// Checks that a body is said to be JSON, or nothing is said of it.
///
/// # Errors
/// 415 for anything else.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), Failure> {
    let Some(given) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    let given = given.to_str().unwrap_or_default();
    match media_type(given).as_str() {
        "application/json" => Ok(()),
        _ => Err(Failure {
            status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ..Failure::malformed(format_args!(
                "the Content-Type is '{given}' and not application/json"
            ))
        }),
    }
}

/// A media type without its parameters.
fn media_type(text: &str) -> String {
    let name = text.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

/// Whether a client takes gzip, as one does that says nothing of it.
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let Some(accepted) = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else {
        return true;
    };
    accepted.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let refused = parts.any(|part| part.strip_prefix("q=").and_then(|q| q.parse().ok()) == Some(0.0));
        matches!(name.as_str(), "gzip" | "x-gzip" | "*") && !refused
    })
}

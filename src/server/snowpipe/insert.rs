//! POST insertFiles: names of files for a pipe's queue.

use hyper::header::CONTENT_TYPE;
use hyper::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Asked, failed, invalid};
use crate::pipe;
use crate::server::Shared;
use crate::server::envelope::Refusal;
use crate::server::http::{self, Reply};
use crate::server::query_string::QueryString;

/// The most files of one request.
const MOST_FILES: usize = 5_000;
/// The longest path, in bytes of UTF-8.
const LONGEST_PATH: usize = 1_024;

#[derive(Deserialize)]
struct Body {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    /// In bytes; only checked to be a number, since the load finds out.
    #[serde(default, rename = "size")]
    _size: Option<u64>,
}

/// Queues files. They are loaded soon after, or once the pipe is resumed.
///
/// # Errors
/// HTTP 400 for a body that is none, without files, with paths that are empty or too long, or for a pipe that
/// cannot run; 415 for a body that is neither JSON nor plain text; 429 for more than 5,000 files.
pub fn insert_files(
    shared: &Shared,
    asked: &Asked,
    headers: &HeaderMap,
    query: &QueryString,
    body: &[u8],
) -> Result<Reply, Refusal> {
    let paths = paths(headers, body)?;
    let submission = pipe::submit(&shared.account, &asked.pipe, &paths).map_err(|error| failed(&error))?;
    tracing::debug!(
        pipe = asked.name(),
        queued = submission.queued.len(),
        skipped = submission.skipped.len(),
        "files for a pipe"
    );
    let mut reply = Map::new();
    if let Some(id) = query.get("requestId") {
        reply.insert("requestId".to_owned(), id.into());
    }
    // The same in the words of today's documentation and of older clients.
    reply.insert("responseCode".to_owned(), "SUCCESS".into());
    reply.insert("status".to_owned(), "success".into());
    if query
        .get("showSkippedFiles")
        .is_some_and(|shown| shown.eq_ignore_ascii_case("true"))
    {
        reply.insert("skippedFiles".to_owned(), submission.skipped.into());
    }
    if !submission.unmatched.is_empty() {
        reply.insert("unmatchedPatternFiles".to_owned(), submission.unmatched.into());
    }
    Ok(http::json(StatusCode::OK, Value::Object(reply).to_string()))
}

/// The paths of a body.
fn paths(headers: &HeaderMap, body: &[u8]) -> Result<Vec<String>, Refusal> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    let paths: Vec<String> = match kind.trim().to_ascii_lowercase().as_str() {
        "application/json" => {
            let body: Body = serde_json::from_slice(body).map_err(invalid)?;
            body.files.into_iter().map(|file| file.path).collect()
        }
        "text/plain" => {
            let text = std::str::from_utf8(body).map_err(invalid)?;
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(str::to_owned).collect()
        }
        _ => {
            return Err(Refusal::status(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                390_415,
                "The Content-Type of insertFiles is application/json or text/plain.",
            ));
        }
    };
    if paths.is_empty() {
        return Err(invalid("no files are named"));
    }
    if paths.len() > MOST_FILES {
        return Err(Refusal::status(
            StatusCode::TOO_MANY_REQUESTS,
            390_429,
            format!(
                "{} files are named; a request takes at most {MOST_FILES}.",
                paths.len()
            ),
        ));
    }
    if paths.iter().any(String::is_empty) {
        return Err(invalid("a path is empty"));
    }
    if let Some(path) = paths.iter().find(|path| path.len() > LONGEST_PATH) {
        return Err(invalid(format_args!(
            "a path of {} bytes; at most {LONGEST_PATH} are taken",
            path.len()
        )));
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn read(kind: &'static str, body: &str) -> Result<Vec<String>, u16> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        paths(&headers, body.as_bytes()).map_err(|refusal| refusal.status.as_u16())
    }

    #[test]
    fn files_are_named_in_json_or_line_by_line() {
        let two = Ok(vec!["a/b.csv".to_owned(), "c d.csv".to_owned()]);
        let json = r#"{"files": [{"path": "a/b.csv", "size": 7}, {"path": "c d.csv", "size": null}]}"#;
        assert_eq!(read("application/json", json), two);
        assert_eq!(read("Application/JSON; charset=utf-8", json), two);
        assert_eq!(read("text/plain", "a/b.csv\r\n\nc d.csv\n"), two);
    }

    #[test]
    fn what_is_no_list_of_files_is_refused() {
        for body in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"files": []}"#,
            r#"{"files": [{}]}"#,
            r#"{"files": [{"path": ""}]}"#,
            r#"{"files": [{"path": "a", "size": -1}]}"#,
            r#"{"files": [{"path": "a", "size": "7"}]}"#,
        ] {
            assert_eq!(read("application/json", body), Err(400), "{body}");
        }
        assert_eq!(read("text/plain", "\n \n"), Err(400));
        assert_eq!(read("text/csv", "a"), Err(415));
        assert_eq!(read("text/plain", &"é".repeat(513)), Err(400));
        assert_eq!(
            read("text/plain", &"é".repeat(512)).map(|paths| paths.len()),
            Ok(1)
        );
        let lines = |count: usize| "a\n".repeat(count);
        assert_eq!(read("text/plain", &lines(5_001)), Err(429));
        assert_eq!(
            read("text/plain", &lines(5_000)).map(|paths| paths.len()),
            Ok(5_000)
        );
    }
}

//! The envelope around every reply: `data`, `code`, `message`, `success`.
//!
//! Clients take HTTP errors for trouble on the way and try again for minutes, so a refused or failed request is an
//! HTTP 200 too; `code` is a text of six digits or null.

use hyper::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

use super::http::{self, Reply};
use crate::error::Error;

/// A JSON object in the making, of fields that are at hand as values or as finished JSON.
#[derive(Debug)]
pub struct ObjectWriter {
    text: Vec<u8>,
    empty: bool,
}

impl Default for ObjectWriter {
    fn default() -> Self {
        Self::behind("", 1 << 10)
    }
}

/// What stands before the `data` of a success, and what behind it.
const SUCCESS: (&str, &str) = (
    "{\"data\":",
    ",\"code\":null,\"message\":null,\"success\":true,\"headers\":null}",
);

impl ObjectWriter {
    /// One behind a text, with room for so many bytes.
    fn behind(before: &str, bytes: usize) -> Self {
        let mut text = Vec::with_capacity(before.len() + bytes);
        text.extend_from_slice(before.as_bytes());
        text.push(b'{');
        Self { text, empty: true }
    }

    /// The `data` of a success, in its place from the start: it may be large. About so many bytes will come.
    pub fn of_success(bytes: usize) -> Self {
        Self::behind(SUCCESS.0, bytes + SUCCESS.1.len())
    }

    /// Begins a field; the caller writes its value behind.
    pub fn field(&mut self, name: &str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.empty) {
            self.text.push(b',');
        }
        self.text.push(b'"');
        self.text.extend_from_slice(name.as_bytes());
        self.text.extend_from_slice(b"\":");
        &mut self.text
    }

    /// A field of finished JSON.
    pub fn raw(&mut self, name: &str, json: impl AsRef<[u8]>) {
        self.field(name).extend_from_slice(json.as_ref());
    }

    /// A field of a value: one that can always be written, such as a text, a number or a [`Value`].
    pub fn value(&mut self, name: &str, value: impl Serialize) {
        let start = self.field(name).len();
        if serde_json::to_writer(&mut self.text, &value).is_err() {
            self.text.truncate(start);
            self.text.extend_from_slice(b"null");
        }
    }

    /// The object.
    pub fn finish(mut self) -> Vec<u8> {
        self.text.push(b'}');
        self.text
    }

    /// The reply whose `data` this is, begun by [`of_success`](Self::of_success).
    pub fn succeed(self) -> Reply {
        let mut text = self.finish();
        text.extend_from_slice(SUCCESS.1.as_bytes());
        http::json(StatusCode::OK, text)
    }
}

/// A request that is refused, or a statement that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status: 200 but for what is no request of the protocol.
    pub status: StatusCode,
    /// Shown with six digits.
    pub code: i32,
    /// What a person reads.
    pub message: String,
    /// The `data` of the envelope.
    pub data: Box<Value>,
}

impl Refusal {
    /// A refusal with a number and nothing else.
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::OK,
            code,
            message: message.into(),
            data: Box::default(),
        }
    }

    /// A refusal of what is no request of the protocol.
    pub fn status(status: StatusCode, code: i32, message: impl Into<String>) -> Self {
        Self {
            status,
            ..Self::new(code, message)
        }
    }

    /// A request whose body is not what it should be.
    pub fn malformed(what: impl std::fmt::Display) -> Self {
        Self::new(390_142, format!("Bad request: {what}."))
    }

    /// A failed statement.
    pub fn statement(query_id: &str, error: &Error) -> Self {
        let code = error.shown_code();
        let mut data = json!({
            "internalError": error.code() == 603,
            "unredactedFromSecureObject": false,
            "errorCode": code,
            "age": 0,
            "sqlState": error.sqlstate(),
            "queryId": query_id,
            "line": -1,
            "pos": -1,
            "type": if error.message().starts_with("SQL compilation error") { "COMPILATION" } else { "EXECUTION" },
        });
        if let (Some(place), Some(fields)) = (error.place(), data.as_object_mut()) {
            fields.insert("line".to_owned(), place.line.into());
            fields.insert("pos".to_owned(), place.position.into());
        }
        Self {
            status: StatusCode::OK,
            code: error.code(),
            message: error.message().to_owned(),
            data: Box::new(data),
        }
    }

    /// The reply.
    pub fn reply(&self) -> Reply {
        let body = json!({
            "data": self.data,
            "code": format!("{:06}", self.code),
            "message": self.message,
            "success": false,
            "headers": null,
        });
        http::json(self.status, body.to_string())
    }
}

/// A success with `data` as finished JSON.
pub fn success(data: impl AsRef<[u8]>) -> Reply {
    http::json(
        StatusCode::OK,
        [SUCCESS.0.as_bytes(), data.as_ref(), SUCCESS.1.as_bytes()].concat(),
    )
}

/// A success with a code and a message, as for a statement that still runs.
pub fn coded_success(data: impl AsRef<[u8]>, code: &str, message: &str) -> Reply {
    let mut envelope = ObjectWriter::default();
    envelope.raw("data", data);
    envelope.value("code", code);
    envelope.value("message", message);
    envelope.value("success", true);
    envelope.value("headers", ());
    http::json(StatusCode::OK, envelope.finish())
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[test]
    fn objects_are_json() {
        let mut object = ObjectWriter::default();
        object.value("a", "x\"y");
        object.raw("b", "[1]");
        object.value("c", Value::Null);
        assert_eq!(object.finish(), br#"{"a":"x\"y","b":[1],"c":null}"#);
        assert_eq!(ObjectWriter::default().finish(), b"{}");
    }

    #[tokio::test]
    async fn a_success_is_the_same_however_it_is_written() {
        let mut data = ObjectWriter::of_success(0);
        data.value("a", 1);
        for reply in [data.succeed(), success("{\"a\":1}")] {
            let text = reply.into_body().collect().await.unwrap().to_bytes();
            let wanted = r#"{"data":{"a":1},"code":null,"message":null,"success":true,"headers":null}"#;
            assert_eq!(text, wanted);
        }
    }

    #[test]
    fn a_failed_statement_has_number_state_and_place() {
        let refusal = Refusal::statement("q", &Error::syntax(2, 7, "unexpected 'X'"));
        assert_eq!(refusal.status, StatusCode::OK);
        assert_eq!(refusal.code, 1003);
        assert_eq!(refusal.data["sqlState"], "42000");
        assert_eq!(refusal.data["line"], 2);
        assert_eq!(refusal.data["pos"], 7);
        assert_eq!(refusal.data["type"], "COMPILATION");
    }
}

//! Requests that go wrong: the HTTP status says in what way, the body why.
//! <https://docs.snowflake.com/en/developer-guide/sql-api/handling-errors>

use std::fmt::Display;

use hyper::StatusCode;

use crate::error::Error;
use crate::server::envelope::{ObjectWriter, Refusal};
use crate::server::http::{self, BodyError, Reply};
use crate::server::jobs::Job;

/// A request that is refused, or whose statement failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The HTTP status.
    pub status: StatusCode,
    /// Shown with six digits.
    pub code: i64,
    /// What a person reads.
    pub message: String,
    /// Of a statement's failure.
    pub sqlstate: Option<&'static str>,
    /// The statement, and when it began, in milliseconds; nothing is known of that for one that is none.
    pub statement: Option<(String, Option<i64>)>,
}

impl Failure {
    /// A failure that is no statement's.
    pub fn new(status: StatusCode, code: impl Into<i64>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            sqlstate: None,
            statement: None,
        }
    }

    /// 400: a request that is not what it should be.
    pub fn malformed(what: impl Display) -> Self {
        let message = format!("Incoming request does not contain a valid payload: {what}.");
        Self::new(StatusCode::BAD_REQUEST, 390_142, message)
    }

    /// A body that could not be had.
    pub fn body(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge => Self {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                ..Self::malformed("the body is too large")
            },
            BodyError::Broken => Self::malformed("the body did not come"),
            BodyError::Encoding => Self::malformed("the body's encoding cannot be read"),
        }
    }

    /// A request of somebody who is not let in.
    pub fn unauthorized(refusal: Refusal) -> Self {
        Self::new(refusal.status, refusal.code, refusal.message)
    }

    /// 422, or 408 when its time was over: a request that was understood, and failed.
    pub fn error(error: &Error) -> Self {
        let status = match error.code() {
            // Out of time.
            630 => StatusCode::REQUEST_TIMEOUT,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self {
            sqlstate: Some(error.sqlstate()),
            ..Self::new(status, error.code(), error.message())
        }
    }

    /// A statement that failed.
    pub fn statement(job: &Job, error: &Error) -> Self {
        Self {
            statement: Some((job.id.clone(), Some(job.started.as_millisecond()))),
            ..Self::error(error)
        }
    }

    /// A statement that is asked for, and is none.
    pub fn unknown(handle: &str, error: &Error) -> Self {
        Self {
            statement: Some((handle.to_owned(), None)),
            ..Self::error(error)
        }
    }

    /// The reply.
    pub fn reply(&self) -> Reply {
        let mut body = ObjectWriter::default();
        body.value("code", format!("{:06}", self.code));
        body.value("message", self.message.as_str());
        if let Some(state) = self.sqlstate {
            body.value("sqlState", state);
        }
        if let Some((handle, created)) = &self.statement {
            body.value("statementHandle", handle.as_str());
            if let Some(created) = created {
                body.value("createdOn", *created);
                body.value("statementStatusUrl", super::reply::address(handle));
            }
        }
        http::json(self.status, body.finish())
    }
}

//! When a request is worth another attempt, and when that is made.

use std::time::Duration;

use reqwest::StatusCode;
use tokio::time::Instant;

use crate::error::{Error, Result};
use crate::server::random;

/// How requests are sent again.
#[derive(Debug, Clone, Copy)]
pub struct Retries {
    /// The wait before the second attempt; each further one is twice as long.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
    /// No attempt begins later than this after the first.
    pub within: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(500),
            longest: Duration::from_secs(16),
            within: Duration::from_secs(300),
        }
    }
}

/// Why an attempt came to nothing.
pub(super) struct Trouble {
    /// What a person reads.
    pub what: String,
    /// The HTTP status, if there was one.
    pub status: Option<StatusCode>,
    /// Whether another attempt may do better.
    pub again: bool,
}

impl Trouble {
    /// Trouble that may be over soon.
    pub fn passing(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            status: None,
            again: true,
        }
    }

    /// Trouble that another attempt would have too.
    pub fn lasting(what: impl Into<String>) -> Self {
        Self {
            again: false,
            ..Self::passing(what)
        }
    }

    /// What an HTTP status other than success means.
    pub fn refused(status: StatusCode) -> Self {
        let what = match status {
            StatusCode::FORBIDDEN => {
                "HTTP status 403: there is no such account at this host, or it does not let this machine in"
                    .to_owned()
            }
            StatusCode::NOT_FOUND => "HTTP status 404: no Snowflake account answers there".to_owned(),
            other => format!("HTTP status {}", other.as_u16()),
        };
        Self {
            what,
            status: Some(status),
            again: status.is_server_error()
                || matches!(
                    status,
                    StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
                ),
        }
    }

    /// An answer that cannot be read. One that is whole, and something else, would be so again.
    pub fn unclear(error: &serde_json::Error) -> Self {
        // The text itself is not told: it may hold anything.
        let (line, column) = (error.line(), error.column());
        Self {
            what: format!("the answer is none of Snowflake's (line {line}, column {column})"),
            status: None,
            again: !error.is_data(),
        }
    }

    /// An answer of more than so many bytes.
    pub fn too_large(most: usize) -> Self {
        Self::lasting(format!("the answer is larger than {} MB", most >> 20))
    }
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        Self {
            again: !(error.is_builder() || error.is_redirect() || untrusted(&error)),
            what: reason(&error),
            status: None,
        }
    }
}

/// The attempts of one request, and the waits between them.
pub(super) struct Patience<'a> {
    base: &'a str,
    retries: Retries,
    what: &'a str,
    within: Duration,
    start: Instant,
    wait: Duration,
    /// Attempts that came to nothing.
    pub count: usize,
    /// The HTTP status of the last.
    pub last: Option<StatusCode>,
}

impl<'a> Patience<'a> {
    /// The attempts of a request to `base`, the last not later than `within` after the first.
    pub fn new(base: &'a str, retries: Retries, what: &'a str, within: Duration) -> Self {
        Self {
            base,
            retries,
            what,
            within: within.min(retries.within),
            start: Instant::now(),
            wait: retries.first,
            count: 0,
            last: None,
        }
    }

    /// Waits for the next attempt, if there is to be one.
    ///
    /// # Errors
    /// 000000 (58000) when there is not.
    pub async fn bear(&mut self, trouble: Trouble) -> Result<()> {
        self.count += 1;
        self.last = trouble.status;
        if !trouble.again || self.start.elapsed() + self.wait > self.within {
            let attempts = match self.count {
                1 => String::new(),
                more => format!(" ({more} attempts)"),
            };
            let (base, what) = (self.base, self.what);
            return Err(Error::outside(format!(
                "{base}, {what}: {}{attempts}",
                trouble.what
            )));
        }
        tracing::warn!(trouble = trouble.what, "{} is asked for again", self.what);
        tokio::time::sleep(spread(self.wait)).await;
        self.wait = (self.wait * 2).min(self.retries.longest);
        Ok(())
    }
}

/// Half of a wait and some of the other half, so that many clients do not come back at once.
fn spread(wait: Duration) -> Duration {
    let dice = random::bytes::<1>().map_or(128, |[byte]| byte);
    wait / 2 + wait.mul_f64(f64::from(dice) / 512.0)
}

/// Whether a server could not prove who it is, or speaks no TLS: a second attempt would end alike.
fn untrusted(error: &reqwest::Error) -> bool {
    let text = reason(error);
    text.contains("certificate") || text.contains("InvalidContentType")
}

/// An error with what lies behind it, without the address, which may hold a grant.
pub fn reason(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() {
        "no answer in time".to_owned()
    } else if error.is_connect() {
        "no connection".to_owned()
    } else if error.is_body() || error.is_decode() {
        "the answer broke off".to_owned()
    } else {
        "the request failed".to_owned()
    };
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

//! Snowpipe's REST API: files are named to a pipe ([`insert`]), and what was loaded is asked for ([`history`]).
//!
//! There is no session here. Every request carries its proof (see [`bearer`]) and names its pipe in the address,
//! with database and schema; what is refused has an HTTP status of its own, since that is what clients look at.
//! <https://docs.snowflake.com/en/user-guide/data-load-snowpipe-rest-apis>

pub mod history;
pub mod insert;

use std::net::IpAddr;
use std::sync::Arc;

use hyper::{HeaderMap, StatusCode};

use super::Shared;
use super::auth::bearer;
use super::envelope::Refusal;
use super::http::BodyError;
use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::engine::Context;
use crate::engine::names::Names;
use crate::error::Error;
use crate::sql::{QualifiedName, quote_if_needed};

/// The pipe of a request, for one who may ask for it.
#[derive(Debug)]
pub struct Asked {
    /// The account as it is now.
    pub snapshot: Arc<Snapshot>,
    /// The pipe.
    pub pipe: Arc<Object>,
}

impl Asked {
    /// The pipe's full name.
    pub fn name(&self) -> String {
        let path = self.snapshot.path(&self.pipe);
        let parts: Vec<String> = path.iter().map(|part| quote_if_needed(part)).collect();
        parts.join(".")
    }
}

/// Finds the pipe of an address for whoever a request is of.
///
/// # Errors
/// HTTP 401 and 403 as [`bearer::user`] says; HTTP 404 (390404) for a name that is not in full or not that of a pipe.
pub fn asked(shared: &Shared, headers: &HeaderMap, from: IpAddr, name: &str) -> Result<Asked, Refusal> {
    let user = bearer::user(&shared.users, headers, from)?;
    let snapshot = shared.account.catalog().snapshot();
    let context = Context::new(0, &user);
    let names = Names {
        snapshot: &snapshot,
        context: &context,
    };
    let found = QualifiedName::parse(name)
        .filter(|name| name.parts().len() == 3)
        .and_then(|name| names.find(ObjectKind::Pipe, &name).ok().flatten());
    let pipe = found.ok_or_else(|| {
        Refusal::status(
            StatusCode::NOT_FOUND,
            390_404,
            "Specified object does not exist or not authorized. Pipe not found",
        )
    })?;
    Ok(Asked { snapshot, pipe })
}

/// HTTP 400: a request that is not what it should be.
fn invalid(what: impl std::fmt::Display) -> Refusal {
    Refusal::status(StatusCode::BAD_REQUEST, 390_400, format!("Bad request: {what}."))
}

/// HTTP 400: a pipe that cannot do what is asked, in the engine's words.
fn failed(error: &Error) -> Refusal {
    Refusal {
        status: StatusCode::BAD_REQUEST,
        ..Refusal::statement("", error)
    }
}

/// A body that could not be had.
pub fn unreadable(error: BodyError) -> Refusal {
    invalid(error)
}

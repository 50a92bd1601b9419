//! External tables with AUTO_REFRESH: refreshed when the files at their location are others than they know.
//! <https://docs.snowflake.com/en/user-guide/tables-external-s3>

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::catalog::{Object, ObjectId, ObjectKind, Snapshot};
use crate::engine::names::Names;
use crate::engine::{Account, Session, external};
use crate::error::{Error, Result};
use crate::sql::quote_if_needed;

/// The external tables that are to be refreshed by themselves.
fn watched(snapshot: &Snapshot) -> impl Iterator<Item = &Arc<Object>> {
    let tables = snapshot.all(ObjectKind::Table);
    tables.filter(|object| object.as_external().is_some_and(|external| external.auto_refresh))
}

/// A snapshot through a session's eyes.
fn names<'a>(session: &'a Session, snapshot: &'a Snapshot) -> Names<'a> {
    Names {
        snapshot,
        context: session.context(),
    }
}

/// What such tables look at: each with a bucket and a prefix.
pub fn places(account: &Arc<Account>, snapshot: &Snapshot) -> BTreeSet<(ObjectId, String, String)> {
    let session = account.session(super::USER);
    let places = watched(snapshot).filter_map(|object| {
        let place = external::refresh::place(&names(&session, snapshot), object.as_external()?).ok()?;
        Some((object.id, place.bucket.clone(), place.prefix()))
    });
    places.collect()
}

/// Refreshes every such table whose files have changed. One that fails is told of and does not stop the others.
pub async fn refresh_all(account: &Arc<Account>) {
    let snapshot = account.catalog().snapshot();
    for object in watched(&snapshot) {
        if let Err(error) = refresh(account, &snapshot, object).await {
            tracing::warn!(table = object.name, %error, "an external table could not be refreshed");
        }
    }
}

async fn refresh(account: &Arc<Account>, snapshot: &Snapshot, object: &Object) -> Result<()> {
    let mut session: Session = account.session(super::USER);
    let due = external::refresh::is_due(account.storage(), &names(&session, snapshot), object).await?;
    if !due {
        return Ok(());
    }
    session.context_mut().role.clone_from(&object.owner);
    let path: Vec<String> = snapshot
        .path(object)
        .iter()
        .map(|part| quote_if_needed(part))
        .collect();
    if path.len() != 3 {
        return Err(Error::internal("a table outside a schema"));
    }
    let statement = format!("ALTER EXTERNAL TABLE {} REFRESH", path.join("."));
    session.execute(&statement).await.map(|_| ())
}

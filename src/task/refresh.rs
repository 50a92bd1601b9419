//! Dynamic tables that are due, refreshed together.
//! <https://docs.snowflake.com/en/user-guide/dynamic-tables/target-lag>
//!
//! A table is due when its lag has passed since its last refresh was tried, or since it was made. All that are due at one
//! moment are refreshed by one statement: they, and what is upstream of them, stand for the same moment afterwards.

use std::sync::Arc;

use jiff::Timestamp;

use crate::catalog::{Fact, Object, ObjectKind};
use crate::engine::Account;
use crate::sql::quote_if_needed;

/// When the next dynamic table is due.
pub(super) fn next_due(account: &Account) -> Option<Timestamp> {
    let snapshot = account.catalog().snapshot();
    let due = |object: &Arc<Object>| object.as_dynamic()?.due();
    snapshot.all(ObjectKind::Table).filter_map(due).min()
}

/// Refreshes every dynamic table that is due. Failures stand in the refresh history; they are nobody's error.
pub(super) async fn run_due(account: &Arc<Account>, now: Timestamp) {
    let snapshot = account.catalog().snapshot();
    let is_due = |object: &&Arc<Object>| {
        let due = object.as_dynamic().and_then(|dynamic| dynamic.due());
        due.is_some_and(|due| due <= now)
    };
    let names: Vec<String> = snapshot
        .all(ObjectKind::Table)
        .filter(is_due)
        .map(|object| {
            let path = snapshot.path(object);
            let parts: Vec<String> = path.iter().map(|part| quote_if_needed(part)).collect();
            parts.join(".")
        })
        .collect();
    let mut session = account.session("SYSTEM");
    session.context_mut().refreshes = true;
    let statement = format!("ALTER DYNAMIC TABLE IF EXISTS {} REFRESH", names.join(", "));
    // Tables may be many: the future has to be boxed.
    if let Err(error) = Box::pin(session.execute(&statement)).await {
        tracing::warn!(%error, "a refresh of dynamic tables failed");
        put_off(account, now);
    }
}

/// Has tables wait for their next turn whose refresh could not even be tried: because they depend on each other in a
/// circle, or are held by a transaction.
fn put_off(account: &Account, now: Timestamp) {
    let snapshot = account.catalog().snapshot();
    let mut facts = Vec::new();
    for object in snapshot.all(ObjectKind::Table) {
        let due = object.as_dynamic().and_then(|dynamic| dynamic.due());
        if due.is_some_and(|due| due <= now) {
            let mut changed = object.as_ref().clone();
            if let Some(dynamic) = changed.as_dynamic_mut() {
                dynamic.tried = now;
            }
            facts.push(Fact::Put(Box::new(changed)));
        }
    }
    if let Err(error) = account.catalog().commit(facts, &[]) {
        tracing::warn!(%error, "a refresh could not be put off");
    }
}

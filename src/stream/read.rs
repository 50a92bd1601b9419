//! A stream as a relation.

use std::sync::Arc;

use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::TableSource;

use super::changes::ChangesTable;
use super::view;
use crate::catalog::object::{Stream, StreamMode};
use crate::catalog::{Object, ObjectBody};
use crate::engine::environment::StatementEnvironment;
use crate::engine::external;
use crate::error::{Error, Result};
use crate::storage::{ChangeSet, TableHistory};

/// A stream's changes as a relation. Reading is noted in the environment: a DML that commits moves the offset.
///
/// # Errors
/// When the source was dropped, or its past is no longer there.
pub fn source(
    environment: &StatementEnvironment,
    object: &Object,
    stream: &Stream,
) -> Result<Arc<dyn TableSource>> {
    let source = live_source(environment, object, stream)?;
    let standing = standing(environment, object);
    let stream = standing.as_ref().unwrap_or(stream);
    let (from, to) = interval(environment, stream);
    environment.note_stream(object.id, to);
    match &source.body {
        ObjectBody::Table(table) => {
            let history = history(environment, &source)?;
            let changes = changes(&history, stream, from, to, object)?;
            let rows = ChangesTable::new(source.id, changes, table.scan_columns()?);
            let rows = provider_as_source(Arc::new(rows));
            match table.external {
                Some(_) => external::of_stream(environment, &source, table, rows),
                None => Ok(rows),
            }
        }
        ObjectBody::View(body) => view::source(environment, &source, body, stream, from, to),
        _ => Err(Error::unsupported(format!(
            "a stream on a {}",
            source.kind().traits().label
        ))),
    }
}

/// Whether a stream has changes that were not consumed: SYSTEM$STREAM_HAS_DATA.
///
/// For a stream on a view this may be true although the changes below cancel out in the view, as documented.
///
/// # Errors
/// As [`source`].
pub fn has_data(environment: &StatementEnvironment, object: &Object, stream: &Stream) -> Result<bool> {
    let source = live_source(environment, object, stream)?;
    let standing = standing(environment, object);
    let stream = standing.as_ref().unwrap_or(stream);
    let (from, to) = interval(environment, stream);
    match &source.body {
        ObjectBody::Table(_) => {
            let history = history(environment, &source)?;
            if stream.mode == StreamMode::Default && !initial_pending(stream) {
                let (old, new) = ends(&history, from, to, object)?;
                if Arc::ptr_eq(&old, &new) || !ChangeSet::may_differ(&old, &new) {
                    return Ok(false);
                }
            }
            Ok(!changes(&history, stream, from, to, object)?.is_empty())
        }
        ObjectBody::View(body) => view::has_data(environment, body, from, to),
        _ => Ok(false),
    }
}

/// The stream as it stands outside the open transaction: within it, all statements see the same changes, also after
/// one of them has consumed them.
fn standing(environment: &StatementEnvironment, object: &Object) -> Option<Stream> {
    environment.context.transaction?;
    let snapshot = environment.account.catalog().snapshot();
    snapshot.object(object.id)?.as_stream().cloned()
}

/// Changes after the first commit, up to and including the second.
fn interval(environment: &StatementEnvironment, stream: &Stream) -> (u64, u64) {
    match initial_pending(stream) {
        true => (stream.offset, stream.offset),
        false => (stream.offset, environment.horizon().max(stream.offset)),
    }
}

/// Whether the stream still owes the rows that were there when it was created.
pub(super) fn initial_pending(stream: &Stream) -> bool {
    stream.show_initial_rows && !stream.consumed
}

fn live_source(environment: &StatementEnvironment, object: &Object, stream: &Stream) -> Result<Arc<Object>> {
    let snapshot = &environment.snapshot;
    match snapshot.object(stream.source) {
        Some(source) if snapshot.is_live(source) => Ok(Arc::clone(source)),
        _ => {
            let message = format!(
                "SQL compilation error:\nBase table '{}' dropped, cannot read from stream '{}'.",
                stream.source_name, object.name
            );
            Err(Error::new(2003, "02000", message).with_hint("recreate the stream on the new table"))
        }
    }
}

fn history(environment: &StatementEnvironment, source: &Object) -> Result<TableHistory> {
    let history = environment.snapshot.table(source.id);
    history
        .cloned()
        .ok_or_else(|| Error::internal("a table without rows"))
}

type Ends = (
    Arc<crate::storage::TableVersion>,
    Arc<crate::storage::TableVersion>,
);

fn ends(history: &TableHistory, from: u64, to: u64, object: &Object) -> Result<Ends> {
    match (history.at_seq(from), history.at_seq(to)) {
        (Some(old), Some(new)) => Ok((old, new)),
        _ => {
            let message = format!("SQL execution error: Stream {} is stale.", object.name);
            Err(Error::new(90_229, "55000", message).with_hint("recreate the stream"))
        }
    }
}

fn changes(
    history: &TableHistory,
    stream: &Stream,
    from: u64,
    to: u64,
    object: &Object,
) -> Result<ChangeSet> {
    let (old, new) = ends(history, from, to, object)?;
    if initial_pending(stream) {
        return ChangeSet::initial(&old);
    }
    match stream.mode {
        StreamMode::Default => ChangeSet::between(&old, &new),
        StreamMode::AppendOnly | StreamMode::InsertOnly => ChangeSet::appended(history, from, to),
    }
}

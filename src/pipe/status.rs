//! SYSTEM$PIPE_STATUS. <https://docs.snowflake.com/en/sql-reference/functions/system_pipe_status>

use futures::FutureExt;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::definition::Definition;
use crate::catalog::history::LoadStatus;
use crate::catalog::{Object, Snapshot};
use crate::engine::Account;
use crate::engine::copy::{list, path_of, pipe_knows};

/// A pipe's status as a JSON object, its fields in Snowflake's order.
///
/// The files that wait are those of the queue and, where the storage can be asked without waiting, those that were
/// announced.
pub fn status(account: &Account, snapshot: &Snapshot, object: &Object) -> Value {
    let mut fields = Map::new();
    let Some(pipe) = object.as_pipe() else {
        return Value::Object(fields);
    };
    let definition = Definition::read(snapshot, pipe);
    let state = match &definition {
        Err(stopped) => stopped.state,
        Ok(_) if pipe.paused => "PAUSED",
        Ok(_) => "RUNNING",
    };
    fields.insert("executionState".into(), state.into());
    let mut pending: Vec<(Timestamp, String)> = snapshot
        .queue(object.id)
        .map(|file| (file.queued_at, file.path.clone()))
        .collect();
    if let Ok(definition) = &definition
        && pipe.auto_ingest
        && let Some(Ok(files)) = list(account.storage(), &definition.place).now_or_never()
    {
        let bucket = definition.place.bucket.as_str();
        for file in files {
            let path = path_of(bucket, &file.key);
            let new = file.last_modified >= object.created
                && definition.selects(&file.key).unwrap_or(false)
                && !pipe_knows(snapshot, object.id, bucket, &file)
                && !pending.iter().any(|(_, queued)| *queued == path);
            if new {
                pending.push((file.last_modified, path));
            }
        }
    }
    if let Some((since, path)) = pending.iter().min() {
        let file = path.split_once('/').map_or(path.as_str(), |(_, key)| key);
        fields.insert("oldestPendingFilePath".into(), file.into());
        fields.insert("oldestFileTimestamp".into(), moment(*since));
    }
    fields.insert("pendingFileCount".into(), pending.len().into());
    let loaded = |status: LoadStatus| status != LoadStatus::LoadFailed;
    let last = snapshot
        .load_history()
        .rev()
        .find(|load| load.pipe == Some(object.id) && loaded(load.status));
    if let Some(last) = last {
        fields.insert("lastIngestedTimestamp".into(), moment(last.loaded_at));
        fields.insert("lastIngestedFilePath".into(), last.file.clone().into());
    }
    if let Err(stopped) = definition {
        fields.insert("error".into(), stopped.error.message().into());
    }
    Value::Object(fields)
}

/// `2026-01-01T00:00:00.000Z`.
fn moment(moment: Timestamp) -> Value {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string().into()
}

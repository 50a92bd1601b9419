//! The reply to a statement that has ended.

use serde_json::{Value, json};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::chunks::Parts;
use super::encode::Format;
use super::encode::json::{self, Cells};
use super::envelope::{self, ObjectWriter, Refusal};
use super::http::Reply;
use super::jobs::{Answer, Job, Outcome, Special};
use super::rowtype;
use crate::error::{Error, Result};
use crate::sql::statement::StatementKind;

/// The length of a text without one.
const MAX_VARCHAR: u32 = 16_777_216;

/// About so many bytes are in a reply besides parameters and rows.
const ABOUT: usize = 2 << 10;

/// How a reply is to look.
#[derive(Debug, Clone, Copy)]
pub struct Style<'a> {
    /// What the client calls this server, as `http://HOST:PORT`.
    pub base: &'a str,
    /// Whether the client can read Arrow.
    pub reads_arrow: bool,
}

/// The reply to whoever asks for a statement's result.
pub fn ended(job: &Job, outcome: &Outcome, style: Style<'_>) -> Reply {
    let data = match &outcome.answer {
        Ok(answer) => data(job, outcome, answer, style),
        Err(error) => Err(error.clone()),
    };
    match data {
        Ok(data) => data.succeed(),
        Err(error) => Refusal::statement(&job.id, &error).reply(),
    }
}

/// The reply while a statement runs: where to ask again.
pub fn in_progress(job: &Job, asynchronous: bool) -> Reply {
    let data = json!({
        "queryId": job.id,
        "getResultUrl": format!("/queries/{}/result", job.id),
        "queryAbortsAfterSecs": 300,
        "progressDesc": null,
    });
    let (code, message) = match asynchronous {
        true => (
            "333334",
            "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.",
        ),
        false => ("333333", "Query execution in progress."),
    };
    envelope::coded_success(data.to_string(), code, message)
}

fn data(job: &Job, outcome: &Outcome, answer: &Answer, style: Style<'_>) -> Result<ObjectWriter> {
    let mut data = ObjectWriter::of_success(answer.after.parameters.len() + ABOUT);
    if let Special::Transfer(fields) = &answer.special {
        for (name, value) in fields {
            data.value(name, value);
        }
    }
    data.raw("parameters", answer.after.parameters.as_bytes());
    // A client that moves files makes the result itself.
    if !matches!(answer.special, Special::Transfer(_)) {
        data.value("rowtype", rowtype::rowtype(&answer.columns));
        rows(&mut data, job, answer, style)?;
    }
    data.value("queryId", &job.id);
    data.value("databaseProvider", ());
    data.value("finalDatabaseName", &answer.after.database);
    data.value("finalSchemaName", &answer.after.schema);
    data.value("finalWarehouseName", &answer.after.warehouse);
    data.value("finalRoleName", &answer.after.role);
    binds(&mut data, &answer.special);
    data.value("statementTypeId", answer.kind.type_id());
    data.value("version", 1);
    data.value("sendResultTime", outcome.ended.as_millisecond());
    if let Some(counts) = answer.result.counts {
        data.value(
            "stats",
            json!({
                "numRowsInserted": counts.inserted,
                "numRowsUpdated": counts.updated,
                "numRowsDeleted": counts.deleted,
                "numDmlDuplicates": 0,
            }),
        );
    }
    if let Special::Children(children) = &answer.special {
        let ids: Vec<_> = children.iter().map(|(id, _)| id.as_str()).collect();
        let types: Vec<_> = children
            .iter()
            .map(|(_, kind)| kind.type_id().to_string())
            .collect();
        data.value("resultIds", ids.join(","));
        data.value("resultTypes", types.join(","));
    }
    Ok(data)
}

/// What the statement's placeholders want, for a client that asked before it runs the statement.
fn binds(data: &mut ObjectWriter, special: &Special) {
    let (count, rows) = match special {
        Special::Described { binds, rows_of_binds } => (*binds, *rows_of_binds),
        _ => (0, false),
    };
    data.value("numberOfBinds", count);
    data.value("arrayBindSupported", rows);
    if count > 0 {
        // Values are converted where they are used, so that all are described as texts.
        let one = |position: usize| {
            json!({
                "name": position.to_string(),
                "type": "text",
                "precision": null,
                "scale": null,
                "length": MAX_VARCHAR,
                "byteLength": MAX_VARCHAR,
                "nullable": true,
            })
        };
        data.value("metaDataOfBinds", (1..=count).map(one).collect::<Value>());
    }
}

/// The rows: those that go with the reply, and where the others are.
fn rows(data: &mut ObjectWriter, job: &Job, answer: &Answer, style: Style<'_>) -> Result<()> {
    let arrow = answer.format == Format::Arrow
        && style.reads_arrow
        && answer.kind.type_id() == StatementKind::Select.type_id();
    let format = if arrow { Format::Arrow } else { Format::Json };
    let parts = Parts::of(answer);
    let first = parts.first(answer)?;
    match format {
        Format::Json => {
            let rows = json::rowset(&first, &answer.columns, &answer.types, Cells::Driver)?;
            data.raw("rowset", &rows);
        }
        Format::Arrow => {
            data.value("rowset", ());
            let rows = match answer.result.row_count() {
                0 => Vec::new(),
                _ => answer.arrow()?.stream(&first, &answer.types)?,
            };
            // Base64 needs nothing to be escaped.
            let text = data.field("rowsetBase64");
            let length = rows.len().div_ceil(3) * 4;
            text.reserve(length + ABOUT);
            text.push(b'"');
            let start = text.len();
            text.resize(start + length, 0);
            let room = text.get_mut(start..).unwrap_or_default();
            STANDARD
                .encode_slice(rows, room)
                .map_err(|error| Error::internal(format!("writing Base64: {error}")))?;
            text.push(b'"');
        }
    }
    data.value("total", answer.result.row_count());
    data.value("returned", answer.result.row_count());
    data.value("queryResultFormat", format.name());
    if let Some(chunks) = parts.described(job, answer, format, style.base)? {
        data.value("chunks", chunks);
        data.value("chunkHeaders", json!({}));
    }
    Ok(())
}

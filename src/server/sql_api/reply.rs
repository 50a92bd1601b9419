//! The answers to a statement that runs or has ended.
//! <https://docs.snowflake.com/en/developer-guide/sql-api/reference>

use std::fmt::Write;
use std::sync::Arc;

use hyper::StatusCode;
use hyper::header::{CONTENT_ENCODING, HeaderValue, LINK};
use serde_json::{Value, json};

use super::failure::Failure;
use super::partitions;
use crate::error::{Error, Result};
use crate::server::chunks::Parts;
use crate::server::envelope::ObjectWriter;
use crate::server::gzip::gzip;
use crate::server::http::{self, Reply};
use crate::server::jobs::{Answer, Job, Special};
use crate::server::{random, rowtype};

/// Where a statement is asked for.
pub fn address(handle: &str) -> String {
    format!("/api/v2/statements/{handle}")
}

/// The reply to whoever asks for a part of a statement's rows.
///
/// # Errors
/// The statement's own; 400 for a part that is none.
pub async fn state(job: Arc<Job>, partition: usize, takes_gzip: bool) -> Result<Reply, Failure> {
    let Some(outcome) = job.outcome() else {
        return Ok(in_progress(&job));
    };
    let written = tokio::task::spawn_blocking(move || {
        let written = match &outcome.answer {
            Ok(answer) => of_answer(&job, answer, partition, takes_gzip),
            Err(error) => Err(error.clone()),
        };
        written.map_err(|error| Failure::statement(&job, &error))
    });
    let written = written
        .await
        .map_err(|_| Failure::error(&Error::internal("a fault while a result was written")))??;
    written.ok_or_else(|| Failure::malformed(format_args!("there is no partition {partition}")))
}

fn of_answer(job: &Job, answer: &Answer, partition: usize, takes_gzip: bool) -> Result<Option<Reply>> {
    let Some(rows) = partitions::rows(answer, job.cells, partition)? else {
        return Ok(None);
    };
    let mut reply = match partition {
        0 => {
            let measured = partitions::measured(answer, job.cells, &rows)?;
            let described: Value = measured.iter().map(|part| part.described()).collect();
            http::json(StatusCode::OK, result_set(job, answer, &described, &rows)?)
        }
        _ => {
            let body = partitions::body(&rows);
            match takes_gzip {
                true => {
                    let mut reply = http::json(StatusCode::OK, gzip(body.as_bytes()));
                    let encoding = HeaderValue::from_static("gzip");
                    reply.headers_mut().insert(CONTENT_ENCODING, encoding);
                    reply
                }
                false => http::json(StatusCode::OK, body),
            }
        }
    };
    let links = links(&job.id, partition, Parts::of(answer).count().saturating_sub(1))?;
    if let Ok(links) = HeaderValue::from_str(&links) {
        reply.headers_mut().insert(LINK, links);
    }
    Ok(Some(reply))
}

/// The first rows, and all that is to be known of the others.
fn result_set(job: &Job, answer: &Answer, partitions: &Value, rows: &str) -> Result<Vec<u8>> {
    let mut body = ObjectWriter::default();
    body.value(
        "resultSetMetaData",
        json!({
            "numRows": answer.result.row_count(),
            "format": "jsonv2",
            "partitionInfo": partitions,
            "rowType": rowtype::rowtype(&answer.columns),
        }),
    );
    body.raw("data", rows);
    body.value("code", "090001");
    let address = address(&job.id);
    body.value(
        "statementStatusUrl",
        format!("{address}?requestId={}", random::uuid()?),
    );
    if let Special::Children(children) = &answer.special {
        let handles: Vec<&str> = children.iter().map(|(id, _)| id.as_str()).collect();
        body.value("statementHandles", handles);
    }
    body.value("sqlState", "00000");
    body.value("statementHandle", job.id.as_str());
    body.value("message", "Statement executed successfully.");
    body.value("createdOn", job.started.as_millisecond());
    if let Some(counts) = answer.result.counts {
        body.value(
            "stats",
            json!({
                "numRowsInserted": counts.inserted,
                "numRowsUpdated": counts.updated,
                "numRowsDeleted": counts.deleted,
                "numDuplicateRowsUpdated": 0,
            }),
        );
    }
    Ok(body.finish())
}

/// The `Link` header: where the first, the neighbouring and the last part are.
fn links(handle: &str, partition: usize, last: usize) -> Result<String> {
    let parts = [
        (Some(0), "first"),
        (partition.checked_sub(1), "prev"),
        ((partition < last).then_some(partition + 1), "next"),
        (Some(last), "last"),
    ];
    let mut links = String::new();
    for (part, name) in parts {
        let Some(part) = part else {
            continue;
        };
        if !links.is_empty() {
            links.push(',');
        }
        let (address, id) = (address(handle), random::uuid()?);
        // A text takes whatever is written.
        let _ = write!(
            links,
            "<{address}?requestId={id}&partition={part}>;rel=\"{name}\""
        );
    }
    Ok(links)
}

/// The reply while a statement runs.
pub fn in_progress(job: &Job) -> Reply {
    let message = "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.";
    status(StatusCode::ACCEPTED, job, "333334", None, message)
}

/// The reply to whoever has ended a statement.
pub fn cancelled(job: &Job) -> Reply {
    let error = Error::cancelled();
    let code = format!("{:06}", error.code());
    status(
        StatusCode::OK,
        job,
        &code,
        Some(error.sqlstate()),
        error.message(),
    )
}

fn status(status: StatusCode, job: &Job, code: &str, sqlstate: Option<&str>, message: &str) -> Reply {
    let mut body = ObjectWriter::default();
    body.value("code", code);
    if let Some(state) = sqlstate {
        body.value("sqlState", state);
    }
    body.value("message", message);
    body.value("statementHandle", job.id.as_str());
    body.value("createdOn", job.started.as_millisecond());
    body.value("statementStatusUrl", address(&job.id));
    http::json(status, body.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_neighbours() {
        let names = |partition, last| {
            let links = links("h", partition, last).unwrap();
            let names = links.split(',').map(|link| {
                let (address, name) = link.split_once(">;rel=").unwrap();
                assert!(address.starts_with("</api/v2/statements/h?requestId="), "{link}");
                format!(
                    "{}{}",
                    name.trim_matches('"'),
                    &address[address.find("&partition=").unwrap() + 11..]
                )
            });
            names.collect::<Vec<_>>()
        };
        assert_eq!(names(0, 0), ["first0", "last0"]);
        assert_eq!(names(0, 2), ["first0", "next1", "last2"]);
        assert_eq!(names(1, 2), ["first0", "prev0", "next2", "last2"]);
        assert_eq!(names(2, 2), ["first0", "prev1", "last2"]);
    }
}

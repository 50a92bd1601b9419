//! GET insertReport and loadHistoryScan: what a pipe has loaded.

use hyper::StatusCode;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{Asked, invalid};
use crate::catalog::history::{LoadStatus, LoadedFile};
use crate::pipe::report::{self, Location, Mark, Report};
use crate::server::Shared;
use crate::server::envelope::Refusal;
use crate::server::http::{self, Reply};
use crate::server::query_string::QueryString;

/// GET insertReport: the loads of the last ten minutes, or those since an earlier report.
///
/// # Errors
/// HTTP 400 for a `beginMark` or `recentSeconds` that is none.
pub fn insert_report(shared: &Shared, asked: &Asked, query: &QueryString) -> Result<Reply, Refusal> {
    let mark = parameter(query, "beginMark", |text| text.parse::<Mark>().ok())?;
    let within = parameter(query, "recentSeconds", |text| text.parse::<u32>().ok())?;
    let within = within.map(|seconds| SignedDuration::from_secs(seconds.into()));
    let now = shared.account.clock().now();
    let report = report::recent(&asked.snapshot, asked.pipe.id, now, mark, within);
    let waiting = asked.snapshot.queue(asked.pipe.id).count();
    let mut fields = Map::new();
    fields.insert("pipe".to_owned(), asked.name().into());
    fields.insert("completeResult".to_owned(), report.complete.into());
    fields.insert("nextBeginMark".to_owned(), report.next.to_string().into());
    fields.insert("statistics".to_owned(), json!({"activeFilesCount": waiting}));
    Ok(reply(asked, fields, &report))
}

/// GET loadHistoryScan: the loads between two moments.
///
/// # Errors
/// HTTP 400 without `startTimeInclusive`, or for moments that are none.
pub fn load_history_scan(shared: &Shared, asked: &Asked, query: &QueryString) -> Result<Reply, Refusal> {
    let start = parameter(query, "startTimeInclusive", moment)?
        .ok_or_else(|| invalid("startTimeInclusive is missing"))?;
    let now = shared.account.clock().now();
    let end = parameter(query, "endTimeExclusive", moment)?;
    // Without an end, what was loaded at this very moment belongs to it.
    let until = end.unwrap_or(Timestamp::MAX);
    let report = report::scan(&asked.snapshot, asked.pipe.id, now, start, until);
    let mut fields = Map::new();
    fields.insert("pipe".to_owned(), asked.name().into());
    fields.insert("completeResult".to_owned(), report.complete.into());
    fields.insert("startTimeInclusive".to_owned(), shown(start));
    fields.insert("endTimeExclusive".to_owned(), shown(end.unwrap_or(now)));
    let loaded_at = |load: Option<&std::sync::Arc<LoadedFile>>| load.map(|load| shown(load.loaded_at));
    fields.insert(
        "rangeStartTime".to_owned(),
        loaded_at(report.loads.first()).into(),
    );
    fields.insert("rangeEndTime".to_owned(), loaded_at(report.loads.last()).into());
    Ok(reply(asked, fields, &report))
}

/// A parameter that may be absent or empty.
fn parameter<T>(
    query: &QueryString,
    name: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Refusal> {
    match query.get(name).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => match read(text) {
            Some(value) => Ok(Some(value)),
            None => Err(invalid(format_args!("{name} '{text}' cannot be read"))),
        },
    }
}

/// ISO 8601; UTC unless it says otherwise.
fn moment(text: &str) -> Option<Timestamp> {
    let utc = |time: DateTime| time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let zoned: Option<Timestamp> = text.parse().ok();
    zoned.or_else(|| text.parse().ok().and_then(utc))
}

fn shown(moment: Timestamp) -> Value {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string().into()
}

fn reply(asked: &Asked, mut fields: Map<String, Value>, report: &Report) -> Reply {
    let location = Location::of(&asked.snapshot, &asked.pipe);
    let files = report.loads.iter().map(|load| file(&location, load));
    fields.insert("files".to_owned(), files.collect());
    http::json(StatusCode::OK, Value::Object(fields).to_string())
}

fn file(location: &Location, load: &LoadedFile) -> Value {
    let (stage, path) = location.split(load);
    let mut fields = Map::new();
    let mut set = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    set("path", path.into());
    set("stageLocation", stage.into());
    set("fileSize", load.size.into());
    set("timeReceived", shown(load.received.unwrap_or(load.last_modified)));
    set("lastInsertTime", shown(load.loaded_at));
    set("rowsInserted", load.rows_loaded.into());
    set("rowsParsed", load.rows_parsed.into());
    set("errorsSeen", load.errors.into());
    set("errorLimit", load.error_limit.unwrap_or(1).into());
    if load.errors > 0 {
        // Without content there was nothing to find an error in.
        match load.etag.is_empty() {
            true => set("systemError", load.first_error.clone().into()),
            false => {
                set("firstError", load.first_error.clone().into());
                set("firstErrorLineNum", load.first_error_line.into());
                set("firstErrorCharacterPos", load.first_error_character.into());
                set("firstErrorColumnName", load.first_error_column.clone().into());
            }
        }
    }
    set("complete", (load.status == LoadStatus::Loaded).into());
    let status = match load.status {
        LoadStatus::Loaded => "LOADED",
        LoadStatus::PartiallyLoaded => "PARTIALLY_LOADED",
        LoadStatus::LoadFailed => "LOAD_FAILED",
    };
    set("status", status.into());
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_utc_unless_they_say_otherwise() {
        let at = Some("2026-01-02T03:04:05.678Z".parse().unwrap());
        assert_eq!(moment("2026-01-02T03:04:05.678Z"), at);
        assert_eq!(moment("2026-01-02T05:04:05.678+02:00"), at);
        assert_eq!(moment("2026-01-02T03:04:05.678"), at);
        assert_eq!(at.map(shown), Some("2026-01-02T03:04:05.678Z".into()));
        assert_eq!(moment("yesterday"), None);
        assert_eq!(moment("1767322800"), None);
    }
}

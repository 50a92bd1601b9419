//! LIST and REMOVE. <https://docs.snowflake.com/en/sql-reference/sql/list>,
//! <https://docs.snowflake.com/en/sql-reference/sql/remove>

use jiff::Timestamp;

use super::listing;
use super::place::Place;
use crate::engine::rows::{Cell, Rows};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::StageLocation;
use crate::sql::statement::StageFiles;
use crate::stage::location::FileSelection;
use crate::types::SnowType;
use crate::world::s3::ObjectInfo;

/// Runs LIST.
pub(in crate::engine) async fn list(work: &mut Work<'_>, statement: StageFiles) -> Result<StatementResult> {
    let (place, files) = found(work, &statement).await?;
    let mut rows = Rows::new(&[
        ("name", SnowType::VARCHAR),
        ("size", SnowType::INTEGER),
        ("md5", SnowType::VARCHAR),
        ("sha1", SnowType::VARCHAR),
        ("last_modified", SnowType::VARCHAR),
    ]);
    for file in files {
        rows.push(vec![
            place.shown(&file.key).into(),
            file.size.into(),
            file.etag.into(),
            Cell::Null,
            moment(file.last_modified).into(),
        ]);
    }
    StatementResult::of_rows(&rows)
}

/// Runs REMOVE. Like Snowflake's, it is not part of a transaction.
pub(in crate::engine) async fn remove(work: &mut Work<'_>, statement: StageFiles) -> Result<StatementResult> {
    let (place, files) = found(work, &statement).await?;
    let mut rows = Rows::new(&[("name", SnowType::VARCHAR), ("result", SnowType::VARCHAR)]);
    for file in files {
        work.account.storage().delete(&place.bucket, &file.key).await?;
        rows.push(vec![place.shown(&file.key).into(), "removed".into()]);
    }
    StatementResult::of_rows(&rows)
}

async fn found(work: &Work<'_>, statement: &StageFiles) -> Result<(Place, Vec<ObjectInfo>)> {
    if matches!(statement.location, StageLocation::Url(_)) {
        return Err(Error::compilation("a stage is expected here, not a URL."));
    }
    let place = Place::find(&work.names(), &statement.location)?;
    let selection = FileSelection::new(&place.path, None, statement.pattern.as_deref())?;
    let selected = listing::select(work.account.storage(), &place, &selection).await?;
    Ok((place, selected.files))
}

/// `Fri, 2 Jan 2026 03:04:05 GMT`, as LIST shows moments.
fn moment(moment: Timestamp) -> String {
    moment.strftime("%a, %-d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn moments_are_those_of_http() {
        let moment = "2026-01-02T03:04:05.678Z".parse().unwrap();
        assert_eq!(super::moment(moment), "Fri, 2 Jan 2026 03:04:05 GMT");
    }
}

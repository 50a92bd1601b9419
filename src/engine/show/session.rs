//! SHOW PARAMETERS, VARIABLES and TRANSACTIONS. <https://docs.snowflake.com/en/sql-reference/sql/show-parameters>,
//! <https://docs.snowflake.com/en/sql-reference/sql/show-variables>,
//! <https://docs.snowflake.com/en/sql-reference/sql/show-transactions>

use super::{Entry, Lister, Listing, NUMBER, TEXT, TIME};
use crate::engine::parameters::{self, known};
use crate::engine::rows::Cell;
use crate::error::{Error, Result};
use crate::sql::statement::{Show, ShowScope};
use crate::types::SnowType;
use crate::types::cast::{CastMode, cast_scalar};
use crate::types::context;

/// The session's parameters, whatever else SHOW PARAMETERS could list is refused.
pub fn parameters(lister: &Lister<'_>, show: &Show) -> Result<Listing> {
    match &show.scope {
        None | Some(ShowScope::Session) => {}
        Some(_) => return Err(Error::unsupported("SHOW PARAMETERS of anything but the session")),
    }
    let mut listing = Listing::new(&[
        ("key", TEXT),
        ("value", TEXT),
        ("default", TEXT),
        ("level", TEXT),
        ("description", TEXT),
        ("type", TEXT),
    ]);
    let others = known::PARAMETERS
        .iter()
        .map(|parameter| (parameter.name, parameter.description, parameter.kind));
    let of_values = context::PARAMETERS.into_iter().map(|name| {
        let number = matches!(
            name,
            "WEEK_START" | "WEEK_OF_YEAR_POLICY" | "TWO_DIGIT_CENTURY_START"
        );
        let kind = if number {
            known::Kind::Number(0, i64::MAX)
        } else {
            known::Kind::Text
        };
        (name, "How values are read and shown", kind)
    });
    for (name, description, kind) in others.chain(of_values) {
        let Some((value, default)) = parameters::current(lister.names.context, name) else {
            continue;
        };
        let cells: Vec<Cell> = vec![
            name.into(),
            value.as_str().into(),
            default.as_str().into(),
            if value == default { "" } else { "SESSION" }.into(),
            description.into(),
            match kind {
                known::Kind::Boolean => "BOOLEAN",
                known::Kind::Number(..) => "NUMBER",
                known::Kind::Text | known::Kind::Word(_) => "STRING",
            }
            .into(),
        ];
        listing.entries.push(Entry {
            database: None,
            schema: None,
            name: name.to_string(),
            cells,
        });
    }
    Ok(listing)
}

pub fn variables(lister: &Lister<'_>) -> Listing {
    let mut listing = Listing::new(&[
        ("session_id", NUMBER),
        ("created_on", TIME),
        ("updated_on", TIME),
        ("name", TEXT),
        ("value", TEXT),
        ("type", TEXT),
        ("comment", TEXT),
    ]);
    let context = lister.names.context;
    for (name, variable) in &context.variables {
        let from = SnowType::from_arrow(&variable.value.data_type()).unwrap_or(SnowType::VARCHAR);
        let shown = cast_scalar(
            &variable.value,
            &from,
            &SnowType::VARCHAR,
            CastMode::Strict,
            &context.types,
        );
        let kind = match from {
            SnowType::Number { .. } => "fixed",
            SnowType::Varchar { .. } => "text",
            SnowType::Float => "real",
            SnowType::Boolean => "boolean",
            SnowType::Date => "date",
            SnowType::Time { .. } => "time",
            SnowType::TimestampNtz { .. } => "timestamp_ntz",
            SnowType::TimestampLtz { .. } => "timestamp_ltz",
            SnowType::TimestampTz { .. } => "timestamp_tz",
            SnowType::Binary { .. } => "binary",
            SnowType::Variant | SnowType::Object | SnowType::Array => "variant",
        };
        let cells: Vec<Cell> = vec![
            context.session.into(),
            variable.created.into(),
            variable.updated.into(),
            name.as_str().into(),
            match shown {
                Ok(datafusion::common::ScalarValue::Utf8(text)) => text.into(),
                _ => Cell::Null,
            },
            kind.into(),
            "".into(),
        ];
        listing.entries.push(Entry {
            database: None,
            schema: None,
            name: name.clone(),
            cells,
        });
    }
    listing
}

/// The session's own open transaction; others are not looked into.
pub fn transactions(lister: &Lister<'_>) -> Listing {
    let mut listing = Listing::new(&[
        ("id", NUMBER),
        ("user", TEXT),
        ("session", NUMBER),
        ("name", TEXT),
        ("started_on", TIME),
        ("state", TEXT),
        ("scope", NUMBER),
    ]);
    let context = lister.names.context;
    if let Some(open) = &context.transaction {
        let cells: Vec<Cell> = vec![
            open.id.into(),
            context.user.as_str().into(),
            context.session.into(),
            open.name.as_str().into(),
            open.started.into(),
            "running".into(),
            0_i64.into(),
        ];
        listing.entries.push(Entry {
            database: None,
            schema: None,
            name: open.name.clone(),
            cells,
        });
    }
    listing
}

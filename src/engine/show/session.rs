//! SHOW PARAMETERS, VARIABLES and TRANSACTIONS. <https://docs.snowflake.com/en/sql-reference/sql/show-parameters>,
//! <https://docs.snowflake.com/en/sql-reference/sql/show-variables>,
//! <https://docs.snowflake.com/en/sql-reference/sql/show-transactions>

use super::{Entry, Lister, Listing, NUMBER, TEXT, TIME};
use crate::engine::Account;
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
        .map(|parameter| (parameter.name, parameter.description));
    let of_values = context::PARAMETERS
        .into_iter()
        .map(|name| (name, described(name)));
    for (name, description) in others.chain(of_values) {
        let Some((value, default)) = parameters::current(lister.names.context, name) else {
            continue;
        };
        let cells: Vec<Cell> = vec![
            name.into(),
            value.as_str().into(),
            default.as_str().into(),
            if lister.names.context.set_parameters.contains(name) {
                "SESSION"
            } else {
                ""
            }
            .into(),
            description.into(),
            match parameters::kind(name) {
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

/// What a parameter of values is for.
fn described(name: &str) -> &'static str {
    match name {
        "BINARY_INPUT_FORMAT" => "How text is read as BINARY",
        "BINARY_OUTPUT_FORMAT" => "How BINARY is shown",
        "DATE_INPUT_FORMAT" => "How text is read as DATE",
        "DATE_OUTPUT_FORMAT" => "How DATE is shown",
        "JSON_INDENT" => "Blanks per level of semi-structured values in results",
        "STRICT_JSON_OUTPUT" => "Whether JSON output keeps to the standard",
        "TIMESTAMP_DAY_IS_ALWAYS_24H" => "Whether a day has 24 hours always",
        "TIME_INPUT_FORMAT" => "How text is read as TIME",
        "TIME_OUTPUT_FORMAT" => "How TIME is shown",
        "TIMESTAMP_INPUT_FORMAT" => "How text is read as a timestamp",
        "TIMESTAMP_OUTPUT_FORMAT" => "How timestamps are shown whose type has no format of its own",
        "TIMESTAMP_LTZ_OUTPUT_FORMAT" => "How TIMESTAMP_LTZ is shown; empty for TIMESTAMP_OUTPUT_FORMAT",
        "TIMESTAMP_NTZ_OUTPUT_FORMAT" => "How TIMESTAMP_NTZ is shown; empty for TIMESTAMP_OUTPUT_FORMAT",
        "TIMESTAMP_TZ_OUTPUT_FORMAT" => "How TIMESTAMP_TZ is shown; empty for TIMESTAMP_OUTPUT_FORMAT",
        "TIMESTAMP_TYPE_MAPPING" => "Which type the name TIMESTAMP stands for",
        "TIMEZONE" => "Time zone of the session",
        "TWO_DIGIT_CENTURY_START" => "First year of the hundred that years of two digits lie in",
        "WEEK_OF_YEAR_POLICY" => "Whether the first week has to have four days of the year",
        "WEEK_START" => "First day of the week",
        _ => "",
    }
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
            SnowType::Variant | SnowType::Object | SnowType::Array | SnowType::Structured(_) => "variant",
            SnowType::Vector { .. } => "vector",
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

/// The open transactions of the current user, or with IN ACCOUNT of all.
pub fn transactions(lister: &Lister<'_>, account: &Account, show: &Show) -> Result<Listing> {
    let all = match &show.scope {
        None => false,
        Some(ShowScope::Account) => true,
        Some(_) => {
            return Err(Error::unsupported(
                "SHOW TRANSACTIONS of anything but the account",
            ));
        }
    };
    let mut listing = Listing::new(&[
        ("id", NUMBER),
        ("user", TEXT),
        ("session", NUMBER),
        ("name", TEXT),
        ("started_on", TIME),
        ("state", TEXT),
        ("scope", NUMBER),
    ]);
    for (id, running) in account.transactions().lock().iter() {
        if !all && running.user != lister.names.context.user {
            continue;
        }
        let cells: Vec<Cell> = vec![
            (*id).into(),
            running.user.as_str().into(),
            running.session.into(),
            running.name.as_str().into(),
            running.started.into(),
            "running".into(),
            0_i64.into(),
        ];
        listing.entries.push(Entry {
            database: None,
            schema: None,
            name: running.name.clone(),
            cells,
        });
    }
    Ok(listing)
}

//! Texts in JSON for SYSTEM$SEND_SNOWFLAKE_NOTIFICATION, in the schema SNOWFLAKE.NOTIFICATION
//! (<https://docs.snowflake.com/en/sql-reference/functions-notification>).

use datafusion::arrow::array::{ArrayRef, AsArray};
use serde_json::{Map, Value, json};

use super::arguments::{Arguments, between, exactly};
use super::build;
use super::call::Call;
use super::scalar::{Returns, Scalar};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::variant;

const fn message(
    names: &'static [&'static str],
    kernel: fn(&Call) -> Result<ArrayRef>,
    page: &'static str,
) -> Scalar {
    Scalar::new(names, exactly(1), text, kernel, page)
}

/// The family.
pub const FUNCTIONS: &[Scalar] = &[
    message(
        &["SNOWFLAKE.NOTIFICATION.TEXT_HTML"],
        |c| of_message(c, |message| json!({ "text/html": message })),
        "text_html",
    ),
    message(
        &["SNOWFLAKE.NOTIFICATION.TEXT_PLAIN"],
        |c| of_message(c, |message| json!({ "text/plain": message })),
        "text_plain",
    ),
    message(
        &["SNOWFLAKE.NOTIFICATION.APPLICATION_JSON"],
        |c| of_message(c, |message| json!({ "application/json": message })),
        "application_json",
    ),
    message(
        &["SNOWFLAKE.NOTIFICATION.INTEGRATION"],
        |c| of_message(c, |name| json!({ name: {} })),
        "integration",
    ),
    Scalar::new(
        &["SNOWFLAKE.NOTIFICATION.EMAIL_INTEGRATION_CONFIG"],
        between(3, 5),
        |_| Returns::nullable(SnowType::VARCHAR),
        email,
        "email_integration_config",
    ),
    message(
        &["SNOWFLAKE.NOTIFICATION.SANITIZE_WEBHOOK_CONTENT"],
        sanitize,
        "sanitize_webhook_content",
    ),
];

fn text(arguments: &Arguments) -> Result<Returns> {
    Returns::strict(arguments, SnowType::VARCHAR)
}

fn of_message(call: &Call, object: fn(&str) -> Value) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    build::written_texts(call.rows(), |row, out| {
        Ok(texts.get(row).map(|text| out.push_str(&object(text).to_string())))
    })
}

/// The longest subject, in characters.
const LONGEST_SUBJECT: usize = 256;

/// `{"name": {"subject": …, "toAddress": […], "ccAddress": […], "bccAddress": […]}}`, without the lists that are NULL.
fn email(call: &Call) -> Result<ArrayRef> {
    let (names, subjects) = (call.texts(0)?, call.texts(1)?);
    let mut lists = Vec::new();
    for (index, key) in (2..call.len()).zip(["toAddress", "ccAddress", "bccAddress"]) {
        lists.push((key, call.full(index, &SnowType::Array)?));
    }
    build::written_texts(call.rows(), |row, out| {
        let (Some(name), Some(subject)) = (names.get(row), subjects.get(row)) else {
            return Ok(None);
        };
        if subject.chars().count() > LONGEST_SUBJECT {
            let rule = "a subject has up to 256 characters";
            return Err(Error::invalid_argument(call.name(), subject, rule));
        }
        let mut properties = Map::new();
        properties.insert("subject".to_string(), subject.into());
        for (key, list) in &lists {
            let list = list.as_binary_opt::<i64>();
            let Some(Some(addresses)) = list.and_then(|list| list.iter().nth(row)) else {
                continue;
            };
            let mut json = String::new();
            variant::to_json(addresses, &mut json);
            let addresses = serde_json::from_str(&json).map_err(Error::json)?;
            properties.insert((*key).to_string(), addresses);
        }
        let receivers = ["toAddress", "ccAddress"];
        if !receivers.iter().any(|key| properties.contains_key(*key)) {
            let rule = "an email needs an address in its To or Cc line";
            return Err(Error::invalid_argument(call.name(), name, rule));
        }
        out.push_str(&json!({ name: properties }).to_string());
        Ok(Some(()))
    })
}

/// The placeholders that a webhook's integration replaces.
const PLACEHOLDERS: [&str; 2] = ["SNOWFLAKE_WEBHOOK_SECRET", "SNOWFLAKE_WEBHOOK_MESSAGE"];

fn sanitize(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    build::written_texts(call.rows(), |row, out| {
        Ok(texts.get(row).map(|text| {
            let replaced = |text: String, placeholder: &&str| text.replace(placeholder, "REDACTED");
            out.push_str(&PLACEHOLDERS.iter().fold(text.to_string(), replaced));
        }))
    })
}

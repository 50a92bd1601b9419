//! From a raw line to a clean event, or to the reason why it is none.
//!
//! Text is trimmed (blanks, tabs and apostrophes at either end) and freed of double quotes wherever they stand; an
//! empty, null or missing text becomes `Unknown`. Names, street, city, state and country start every word with a
//! capital as INITCAP does, email and domain are lower case.

use std::str::FromStr;

use jiff::Timestamp;
use serde_json::Value;

/// What an event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventType {
    /// `ACCOUNT_CREATED`.
    AccountCreated,
    /// `PROFILE_UPDATED`.
    ProfileUpdated,
    /// `ACCOUNT_CLOSED`.
    AccountClosed,
}

/// A cleaned profile.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // the names of the columns
pub struct CleanProfile {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub domain: String,
    pub street: String,
    pub city: String,
    pub state: String,
    pub country: String,
    pub zip: String,
}

/// A cleaned event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanEvent {
    /// Identifies the event for all time.
    pub event_id: String,
    /// What it tells.
    pub event_type: EventType,
    /// When it happened.
    pub event_time: Timestamp,
    /// Whom it concerns.
    pub customer_id: u64,
    /// The whole profile at that time.
    pub profile: CleanProfile,
}

/// What a line turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// No JSON, or no bytes.
    NotJson,
    /// JSON, but no event, and why.
    Rejected(&'static str),
    /// An event.
    Event(Box<CleanEvent>),
}

/// Reads one line.
pub fn read(line: &[u8]) -> Reading {
    let Ok(value) = serde_json::from_slice::<Value>(line) else {
        return Reading::NotJson;
    };
    // A JSON string may hold the whole event as text.
    let value = match &value {
        Value::String(text) => serde_json::from_str(text).unwrap_or(Value::Null),
        _ => value,
    };
    if !value.is_object() {
        return Reading::Rejected("not a JSON object");
    }
    match event(&value) {
        Ok(event) => Reading::Event(Box::new(event)),
        Err(reason) => Reading::Rejected(reason),
    }
}

fn event(value: &Value) -> Result<CleanEvent, &'static str> {
    let event_id = text(value, "/eventId").ok_or("no eventId")?;
    let event_type = match text(value, "/eventType")
        .unwrap_or_default()
        .to_uppercase()
        .as_str()
    {
        "ACCOUNT_CREATED" => EventType::AccountCreated,
        "PROFILE_UPDATED" => EventType::ProfileUpdated,
        "ACCOUNT_CLOSED" => EventType::AccountClosed,
        _ => return Err("unknown eventType"),
    };
    let event_time = text(value, "/eventTime")
        .and_then(|text| moment(&text))
        .ok_or("eventTime is not a time")?;
    let customer_id = text(value, "/customerId")
        .filter(|text| (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or("customerId is not a whole number")?;
    let words = |path| initcap(&text(value, path).unwrap_or_else(unknown));
    let lower = |path| text(value, path).map_or_else(unknown, |text| text.to_lowercase());
    let profile = CleanProfile {
        first_name: words("/firstName"),
        last_name: words("/lastName"),
        email: lower("/email"),
        domain: lower("/domain"),
        street: words("/address/street"),
        city: words("/address/city"),
        state: words("/address/state"),
        country: words("/address/country"),
        zip: text(value, "/address/zip").unwrap_or_else(unknown),
    };
    Ok(CleanEvent {
        event_id,
        event_type,
        event_time,
        customer_id,
        profile,
    })
}

fn unknown() -> String {
    "Unknown".to_owned()
}

/// A value as clean text; `None` when missing, null or empty.
fn text(value: &Value, pointer: &str) -> Option<String> {
    let raw = match value.pointer(pointer)? {
        Value::Null => return None,
        Value::String(text) => text.replace('"', ""),
        other => other.to_string().replace("\\\"", ""),
    };
    let trimmed = raw.trim_matches([' ', '\t', '\'']);
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

/// An ISO 8601 time; without an offset it is UTC.
fn moment(text: &str) -> Option<Timestamp> {
    if has_offset(text) {
        return Timestamp::from_str(text).ok();
    }
    Timestamp::from_str(&format!("{text}Z")).ok()
}

/// Whether a time ends in `Z`, `+02:00` or `+0200`.
fn has_offset(text: &str) -> bool {
    let offset = |tail: &[u8]| match tail {
        [b'+' | b'-', digits @ ..] => digits
            .iter()
            .filter(|byte| **byte != b':')
            .all(u8::is_ascii_digit),
        _ => false,
    };
    let bytes = text.as_bytes();
    let long = bytes.len().checked_sub(6).and_then(|at| bytes.get(at..));
    let short = bytes.len().checked_sub(5).and_then(|at| bytes.get(at..));
    text.ends_with('Z')
        || long.is_some_and(|tail| tail.get(3) == Some(&b':') && offset(tail))
        || short.is_some_and(|tail| !tail.contains(&b':') && offset(tail))
}

/// Upper case at the start of every word and lower case elsewhere, with the delimiters of Snowflake's INITCAP.
/// See <https://docs.snowflake.com/en/sql-reference/functions/initcap>.
fn initcap(text: &str) -> String {
    const DELIMITERS: &str = "!?@\"^#$&~_,.:;+-*%/|\\[](){}<>";
    let mut result = String::with_capacity(text.len());
    let mut start = true;
    for c in text.chars() {
        if start {
            result.extend(c.to_uppercase());
        } else {
            result.extend(c.to_lowercase());
        }
        start = c.is_whitespace() || DELIMITERS.contains(c);
    }
    result
}

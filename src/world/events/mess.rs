//! The mess of real sources: how a tidy event becomes the line that arrives.
//!
//! Everything here can be cleaned again, except for [`broken`], whose lines are no JSON at all. The shares are small,
//! so that most lines are as they should be, and large enough that a few thousand events show every case.

use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{Rng, RngExt};
use serde_json::{Map, Value};

use super::profile::Profile;

/// A tidy event before it is written.
#[derive(Debug, Clone)]
pub(super) struct Tidy<'a> {
    pub event_id: &'a str,
    pub event_type: &'static str,
    pub event_time: Timestamp,
    pub customer_id: u64,
    pub profile: &'a Profile,
}

/// Writes an event as a source would, dirt included.
pub(super) fn write(event: &Tidy<'_>, rng: &mut StdRng) -> Vec<u8> {
    let profile = event.profile;
    let mut object = Map::new();
    object.insert("eventId".to_owned(), event.event_id.into());
    object.insert("eventType".to_owned(), event.event_type.into());
    object.insert("eventTime".to_owned(), time(event.event_time, rng).into());
    let number: Value = if rng.random_bool(0.01) {
        event.customer_id.to_string().into()
    } else {
        event.customer_id.into()
    };
    object.insert("customerId".to_owned(), number);
    field(&mut object, "firstName", &profile.first_name, rng);
    field(&mut object, "lastName", &profile.last_name, rng);
    field(&mut object, "email", &profile.email, rng);
    field(&mut object, "domain", &profile.domain, rng);
    if rng.random_bool(0.003) {
        object.insert("address".to_owned(), Value::Null);
    } else {
        let mut address = Map::new();
        field(&mut address, "street", &profile.address.street, rng);
        field(&mut address, "city", &profile.address.city, rng);
        field(&mut address, "state", &profile.address.state, rng);
        field(&mut address, "country", &profile.address.country, rng);
        zip(&mut address, &profile.address.zip, rng);
        object.insert("address".to_owned(), Value::Object(address));
    }
    let line = Value::Object(object).to_string();
    if rng.random_bool(0.01) {
        // Encoded twice: the whole object as one JSON string.
        return Value::String(line).to_string().into_bytes();
    }
    line.into_bytes()
}

/// A line that is no JSON: free text, a line cut off in the middle, or nothing.
pub(super) fn broken(whole: &[u8], rng: &mut StdRng) -> Vec<u8> {
    match rng.random_range(0..5) {
        0 => Vec::new(),
        1 => b"ERROR 503 upstream connect error or disconnect before headers".to_vec(),
        2 => b"eventId=;eventType=PROFILE_UPDATED;customerId=".to_vec(),
        _ => {
            // Cut strictly inside, so that a brace or quote is always missing.
            let cut = rng.random_range(1..whole.len().max(3) - 1);
            let text = String::from_utf8_lossy(whole.get(..cut).unwrap_or(b"{"));
            text.trim_end_matches('\u{fffd}').as_bytes().to_vec()
        }
    }
}

/// ISO 8601, mostly in UTC, sometimes as local time with its offset.
fn time(moment: Timestamp, rng: &mut StdRng) -> String {
    if !rng.random_bool(0.05) {
        return format!("{moment:.3}");
    }
    let hours: i64 = rng.random_range(-8..10);
    let local = moment
        .saturating_add(SignedDuration::from_hours(hours))
        .unwrap_or(moment);
    let text = format!("{local:.3}");
    format!("{}{hours:+03}:00", text.trim_end_matches('Z'))
}

/// Sets a text field, now and then to null, to nothing, or not at all.
fn field(object: &mut Map<String, Value>, name: &str, text: &str, rng: &mut StdRng) {
    let value = match rng.random_range(0..1000) {
        0..4 => Value::Null,
        4..6 => return,
        6..8 => Value::String(String::new()),
        8..9 => Value::String("   ".to_owned()),
        _ => Value::String(dirty(text, rng)),
    };
    object.insert(name.to_owned(), value);
}

/// A zip code, sometimes as a bare number where that loses nothing.
fn zip(object: &mut Map<String, Value>, text: &str, rng: &mut StdRng) {
    let plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(number) if plain && rng.random_bool(0.02) => {
            object.insert("zip".to_owned(), number.into());
        }
        _ => field(object, "zip", text, rng),
    }
}

/// Odd capitals, stray blanks and quotes.
fn dirty(text: &str, rng: &mut StdRng) -> String {
    match rng.random_range(0..1000) {
        0..15 => capitals(text, |_| true),
        15..30 => capitals(text, |_| false),
        30..40 => capitals(text, |at| at % 2 == 1),
        40..55 => format!("  {text}"),
        55..70 => format!("{text} "),
        70..73 => format!("\t{text}"),
        73..85 => format!("\"{text}\""),
        85..90 => format!("\"{text}"),
        90..95 => format!("'{text}'"),
        95..100 => format!(" \"{text} \" "),
        100..103 => {
            let middle = text
                .char_indices()
                .nth(text.chars().count() / 2)
                .map_or(0, |(at, _)| at);
            let (before, after) = text.split_at(middle);
            format!("{before}\"{after}")
        }
        _ => text.to_owned(),
    }
}

/// Upper case where `upper` says so (by position) and lower case elsewhere. Letters that would become several, such
/// as `ß`, stay, so that the name can be told again afterwards.
fn capitals(text: &str, upper: impl Fn(usize) -> bool) -> String {
    let single = |c: char, mut mapped: Box<dyn Iterator<Item = char>>| match (mapped.next(), mapped.next()) {
        (Some(only), None) => only,
        _ => c,
    };
    text.chars()
        .enumerate()
        .map(|(at, c)| {
            if upper(at) {
                single(c, Box::new(c.to_uppercase()))
            } else {
                single(c, Box::new(c.to_lowercase()))
            }
        })
        .collect()
}

/// An identifier in the form of a UUID, version 4.
pub(super) fn event_id(rng: &mut StdRng) -> String {
    let (high, low) = (rng.next_u64(), rng.next_u64());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff
    )
}

//! Whether a message is JSON that a warehouse can load.
//!
//! Stricter than most parsers in one point: an object that names a key twice is refused, because Snowflake refuses
//! it, and with it the whole file.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Why a message is not JSON; `Ok` if it is.
pub(super) fn check(payload: &[u8]) -> Result<(), String> {
    if payload.iter().all(u8::is_ascii_whitespace) {
        return Err("the message is empty".to_owned());
    }
    let mut parser = serde_json::Deserializer::from_slice(payload);
    Loadable
        .deserialize(&mut parser)
        .and_then(|()| parser.end())
        .map_err(|error| format!("not JSON: {error}"))
}

struct Loadable;

impl<'de> DeserializeSeed<'de> for Loadable {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Loadable {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Loadable)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // Objects of events are small; a set pays only beyond that.
        let mut few: Vec<String> = Vec::new();
        let mut many = std::collections::HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            let seen = if few.len() < 32 {
                few.contains(&key)
            } else {
                few.contains(&key) || many.contains(&key)
            };
            if seen {
                return Err(A::Error::custom(format_args!(
                    "the key {key:?} occurs twice in one object"
                )));
            }
            if few.len() < 32 {
                few.push(key);
            } else {
                many.insert(key);
            }
            map.next_value_seed(Loadable)?;
        }
        Ok(())
    }
}

//! A field's value: NULL or bytes, escapes resolved.

use super::dialect::Dialect;
use super::scanner::Field;

impl Dialect {
    /// The value of a field; `None` is NULL. `scratch` holds the bytes of values that had escapes.
    #[inline]
    pub fn value<'a>(&self, data: &'a [u8], field: Field, scratch: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        let raw = data.get(field.start..field.end).unwrap_or_default();
        if raw.is_empty() && !field.enclosed && self.empty_is_null {
            return None;
        }
        // NULL_IF is compared before escapes are resolved: `\N` is NULL and `\\N` is text.
        if self.null_if.iter().any(|null| null == raw) {
            return None;
        }
        if !field.escaped {
            return Some(raw);
        }
        scratch.clear();
        self.unescape(raw, field.enclosed, scratch);
        Some(scratch)
    }

    fn unescape(&self, raw: &[u8], enclosed: bool, into: &mut Vec<u8>) {
        let escape = if enclosed {
            self.escape
        } else {
            self.escape_unenclosed
        };
        let quote = if enclosed { self.quote } else { None };
        let mut position = 0;
        while let Some(&byte) = raw.get(position) {
            let next = raw.get(position + 1).copied();
            if Some(byte) == quote && next == Some(byte) {
                into.push(byte);
                position += 2;
            } else if Some(byte) == escape {
                // Before anything that has a meaning of its own the escape character goes; else it is text.
                let special = next.is_some_and(|next| {
                    Some(next) == escape
                        || Some(next) == self.quote
                        || next == b'\r'
                        || self.begins_delimiter(next)
                });
                if !special {
                    into.push(byte);
                }
                into.extend(next);
                position += 2;
            } else {
                into.push(byte);
                position += 1;
            }
        }
    }
}

//! The part of a URL behind the question mark.

use std::collections::HashMap;

/// The parameters of a URL, the first of each name.
#[derive(Debug, Default)]
pub struct QueryString(HashMap<String, String>);

impl QueryString {
    /// Reads what stands behind the question mark.
    pub fn parse(text: &str) -> Self {
        let mut parameters = HashMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            parameters
                .entry(decode(name, true))
                .or_insert_with(|| decode(value, true));
        }
        Self(parameters)
    }

    /// A parameter's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// A text without percent signs; what is no escape stays. In a query a plus is a blank.
pub fn decode(text: &str, plus: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let escaped = match byte {
            b'%' => tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()),
            _ => None,
        };
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                bytes.push(value);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => bytes.push(if plus && byte == b'+' { b' ' } else { byte }),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved() {
        let query = QueryString::parse("a=1&b=x%20y+z&c&a=2&d=%zz%4");
        assert_eq!(query.get("a"), Some("1"));
        assert_eq!(query.get("b"), Some("x y z"));
        assert_eq!(query.get("c"), Some(""));
        assert_eq!(query.get("d"), Some("%zz%4"));
        assert_eq!(query.get("e"), None);
        assert_eq!(decode("a+b%C3%A4", false), "a+bä");
    }
}

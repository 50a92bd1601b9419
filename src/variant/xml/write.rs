//! Values to XML text.

use super::{CONTENT, NAME};
use crate::variant::{Value, view, write_json};

/// Whether a value is an element: an object with a name and a content.
pub fn is_xml(bytes: &[u8]) -> bool {
    element_name(bytes).is_some()
}

fn element_name(bytes: &[u8]) -> Option<&str> {
    let Value::Object(object) = view(bytes) else {
        return None;
    };
    object.get(CONTENT)?;
    view(object.get(NAME)?).as_str()
}

/// What is still to be written.
enum Work<'a> {
    Value {
        bytes: &'a [u8],
        depth: usize,
    },
    /// A line's end and the blanks that the next begins with.
    Line(usize),
    End(&'a str),
}

/// Writes an element as XML; `pretty` gives each piece of a content of several, and each element in another, its own
/// line. Values that are no elements are written as texts. Works without recursion, so depth is no danger.
pub fn write_xml(bytes: &[u8], pretty: bool, out: &mut String) {
    let mut work = vec![Work::Value { bytes, depth: 0 }];
    while let Some(next) = work.pop() {
        let (bytes, depth) = match next {
            Work::Line(depth) => {
                out.push('\n');
                out.extend(std::iter::repeat_n("  ", depth));
                continue;
            }
            Work::End(name) => {
                out.push_str("</");
                out.push_str(name);
                out.push('>');
                continue;
            }
            Work::Value { bytes, depth } => (bytes, depth),
        };
        let (Value::Object(element), Some(name)) = (view(bytes), element_name(bytes)) else {
            write_text(bytes, false, out);
            continue;
        };
        out.push('<');
        out.push_str(name);
        for (key, value) in element.iter() {
            if let Some(attribute) = key.strip_prefix(NAME).filter(|attribute| !attribute.is_empty()) {
                out.push(' ');
                out.push_str(attribute);
                out.push_str("=\"");
                write_text(value, true, out);
                out.push('"');
            }
        }
        out.push('>');
        let content = element.get(CONTENT).unwrap_or_default();
        let pieces: Vec<&[u8]> = match view(content) {
            Value::Array(array) => array.iter().collect(),
            _ => vec![content],
        };
        let lines = pretty && (pieces.len() > 1 || pieces.iter().any(|piece| is_xml(piece)));
        work.push(Work::End(name));
        if lines {
            work.push(Work::Line(depth));
        }
        for piece in pieces.into_iter().rev() {
            work.push(Work::Value {
                bytes: piece,
                depth: depth + 1,
            });
            if lines {
                work.push(Work::Line(depth + 1));
            }
        }
    }
}

/// A value that is no element, escaped.
fn write_text(bytes: &[u8], in_attribute: bool, out: &mut String) {
    let mut json = String::new();
    let text = match view(bytes) {
        Value::String(text) => text,
        _ => {
            write_json(bytes, Default::default(), &mut json);
            json.as_str()
        }
    };
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

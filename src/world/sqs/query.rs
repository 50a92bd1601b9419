//! The older protocol: a form as the request, XML as the answer. Both are turned from and into the JSON of the newer one.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Map, Value};

use super::error::SqsError;
use crate::world::s3::url_text;

/// Lists by the name of their members in a form, and their name in JSON.
const LISTS: [(&str, &str); 3] = [
    ("AttributeName", "AttributeNames"),
    ("MessageSystemAttributeName", "MessageSystemAttributeNames"),
    ("MessageAttributeName", "MessageAttributeNames"),
];

/// The action of a form, and its input as JSON has it.
pub(super) fn read(form: &str) -> Result<(String, Map<String, Value>), SqsError> {
    let mut action = String::new();
    let mut input = Map::new();
    let mut lists: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    // The parts of attributes by number: name, value.
    let mut attributes: BTreeMap<String, (String, String)> = BTreeMap::new();
    for pair in form.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = |text| url_text::decode(text).map(std::borrow::Cow::into_owned);
        let (Some(name), Some(value)) = (decoded(name), decoded(value)) else {
            return Err(SqsError::invalid("The request is no form."));
        };
        let list = name
            .split_once('.')
            .and_then(|(list, _)| LISTS.iter().find(|(member, _)| *member == list));
        if let Some((_, list)) = list {
            lists.entry(list).or_default().push(value.into());
        } else if let Some(rest) = name.strip_prefix("Attribute.") {
            match rest.split_once('.') {
                Some((number, "Name")) => attributes.entry(number.to_owned()).or_default().0 = value,
                Some((number, "Value")) => attributes.entry(number.to_owned()).or_default().1 = value,
                _ => return Err(SqsError::invalid(format!("The parameter {name} is invalid."))),
            }
        } else if name == "Action" {
            action = value;
        } else if name != "Version" {
            input.insert(name, value.into());
        }
    }
    for (list, values) in lists {
        input.insert(list.to_owned(), values.into());
    }
    if !attributes.is_empty() {
        let attributes: Map<String, Value> = attributes
            .into_values()
            .map(|(name, value)| (name, value.into()))
            .collect();
        input.insert("Attributes".to_owned(), attributes.into());
    }
    Ok((action, input))
}

/// The answer to an action as XML.
pub(super) fn answer(action: &str, output: &Value, request: &str) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\"?><{action}Response xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><{action}Result>"
    );
    members(&mut xml, output);
    let _ = write!(
        xml,
        "</{action}Result><ResponseMetadata><RequestId>{request}</RequestId></ResponseMetadata></{action}Response>"
    );
    xml
}

/// An error as XML.
pub(super) fn refusal(error: &SqsError, request: &str) -> String {
    let mut xml =
        "<?xml version=\"1.0\"?><ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\">\
        <Error><Type>Sender</Type>"
            .to_owned();
    element(&mut xml, "Code", error.code);
    element(&mut xml, "Message", &error.message);
    xml.push_str("<Detail/></Error>");
    element(&mut xml, "RequestId", request);
    xml.push_str("</ErrorResponse>");
    xml
}

fn members(xml: &mut String, object: &Value) {
    for (name, value) in object.as_object().into_iter().flatten() {
        match value {
            Value::Array(items) => {
                // QueueUrls and Messages: each item under the name of one.
                let one = name.strip_suffix('s').unwrap_or(name);
                for item in items {
                    match item.as_str() {
                        Some(text) => element(xml, one, text),
                        None => {
                            let _ = write!(xml, "<{one}>");
                            members(xml, item);
                            let _ = write!(xml, "</{one}>");
                        }
                    }
                }
            }
            Value::Object(map) => {
                for (name, value) in map {
                    xml.push_str("<Attribute>");
                    element(xml, "Name", name);
                    element(xml, "Value", value.as_str().unwrap_or_default());
                    xml.push_str("</Attribute>");
                }
            }
            Value::String(text) => element(xml, name, text),
            other => element(xml, name, &other.to_string()),
        }
    }
}

fn element(xml: &mut String, name: &str, text: &str) {
    let _ = write!(xml, "<{name}>{}</{name}>", quick_xml::escape::escape(text));
}

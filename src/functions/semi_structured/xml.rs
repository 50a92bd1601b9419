//! XML: PARSE_XML, CHECK_XML, XMLGET, TO_XML.
//!
//! See <https://docs.snowflake.com/en/user-guide/semistructured-data-formats#label-xml-format>.

use datafusion::arrow::array::ArrayRef;

use super::rows::{Values, build, check_semi};
use crate::error::Result;
use crate::functions::arguments::{between, exactly};
use crate::functions::build as texts;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::variant::{self, Value, XmlOptions};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["PARSE_XML"],
        between(1, 2),
        |_| Returns::nullable(SnowType::Object),
        parse,
        "parse_xml",
    ),
    Scalar::new(
        &["CHECK_XML"],
        between(1, 2),
        |_| Returns::nullable(SnowType::VARCHAR),
        check,
        "check_xml",
    ),
    Scalar::new(
        &["TO_XML"],
        exactly(1),
        |_| Returns::nullable(SnowType::VARCHAR),
        to_xml,
        "to_xml",
    ),
    Scalar::new(
        &["XMLGET"],
        between(2, 3),
        |arguments| {
            check_semi(arguments, 0)?;
            Returns::nullable(SnowType::Object)
        },
        get,
        "xmlget",
    ),
];

/// The second argument is DISABLE_AUTO_CONVERT.
fn options(values: &Option<Values>, row: usize) -> XmlOptions {
    let given = values
        .as_ref()
        .and_then(|values| values.get(row))
        .map(variant::view);
    XmlOptions {
        disable_auto_convert: matches!(given, Some(Value::Boolean(true))),
        ..XmlOptions::default()
    }
}

fn second(call: &Call) -> Result<Option<Values>> {
    (call.len() > 1).then(|| Values::of(call, 1)).transpose()
}

fn parse(call: &Call) -> Result<ArrayRef> {
    let documents = call.texts(0)?;
    let disable = second(call)?;
    build(call, |row, builder| {
        let element = match documents.get(row) {
            Some(text) => variant::parse_xml(text, options(&disable, row))?,
            None => None,
        };
        builder.append_option(element.as_deref());
        Ok(())
    })
}

fn check(call: &Call) -> Result<ArrayRef> {
    let documents = call.texts(0)?;
    let disable = second(call)?;
    texts::written_texts(call.rows(), |row, out| {
        let fault = documents
            .get(row)
            .and_then(|text| variant::check_xml(text, options(&disable, row)));
        out.push_str(fault.as_deref().unwrap_or_default());
        Ok(fault.map(|_| ()))
    })
}

/// The n-th child of a name, counted from 0.
fn get(call: &Call) -> Result<ArrayRef> {
    let elements = Values::of(call, 0)?;
    let names = Values::of(call, 1)?;
    let instances = (call.len() > 2).then(|| Values::of(call, 2)).transpose()?;
    build(call, |row, builder| {
        let instance = match &instances {
            None => Some(0),
            Some(instances) => match instances.get(row).map(variant::view) {
                Some(Value::Integer(instance)) => usize::try_from(instance).ok(),
                _ => None,
            },
        };
        let found = match (elements.get(row), names.get(row).map(variant::view), instance) {
            (Some(element), Some(Value::String(name)), Some(instance)) => child(element, name, instance),
            _ => None,
        };
        builder.append_option(found);
        Ok(())
    })
}

fn child<'a>(element: &'a [u8], name: &str, instance: usize) -> Option<&'a [u8]> {
    let Value::Object(element) = variant::view(element) else {
        return None;
    };
    let content = element.get(variant::XML_CONTENT)?;
    let named = |piece: &&[u8]| match variant::view(piece) {
        Value::Object(piece) => {
            piece
                .get(variant::XML_NAME)
                .and_then(|bytes| variant::view(bytes).as_str())
                == Some(name)
        }
        _ => false,
    };
    match variant::view(content) {
        Value::Array(pieces) => pieces.iter().filter(named).nth(instance),
        _ => Some(content).filter(named).filter(|_| instance == 0),
    }
}

/// An XML element as it was read; any other value in elements that tell its type.
fn to_xml(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    texts::written_texts(call.rows(), |row, out| {
        let Some(value) = values.get(row) else {
            return Ok(None);
        };
        match variant::is_xml(value) {
            true => variant::write_xml(value, false, out),
            false => write_typed(value, out),
        }
        Ok(Some(()))
    })
}

/// What is still to be written: an element of a name, or the end of one.
enum Work<'a> {
    Begin(&'a str, &'a [u8]),
    End(&'a str),
}

/// Writes a value as an element `<SnowflakeData type="…">`, its members as elements of their keys, an array's as `<e>`.
fn write_typed(value: &[u8], out: &mut String) {
    let mut work = vec![Work::Begin("SnowflakeData", value)];
    while let Some(next) = work.pop() {
        let (name, value) = match next {
            Work::End(name) => {
                out.push_str("</");
                out.push_str(name);
                out.push('>');
                continue;
            }
            Work::Begin(name, value) => (name, value),
        };
        out.push('<');
        out.push_str(name);
        out.push_str(" type=\"");
        out.push_str(variant::type_name(value));
        out.push_str("\">");
        work.push(Work::End(name));
        match variant::view(value) {
            Value::Object(object) => {
                let first = work.len();
                work.extend(object.iter().map(|(key, value)| Work::Begin(key, value)));
                work.get_mut(first..).unwrap_or_default().reverse();
            }
            Value::Array(array) => {
                let first = work.len();
                work.extend(array.iter().map(|value| Work::Begin("e", value)));
                work.get_mut(first..).unwrap_or_default().reverse();
            }
            Value::Null | Value::Undefined => {}
            // A value without members is written as the text of an element is.
            _ => variant::write_xml(value, false, out),
        }
    }
}

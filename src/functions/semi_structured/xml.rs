//! XML: PARSE_XML, CHECK_XML, XMLGET.
//!
//! See <https://docs.snowflake.com/en/user-guide/semistructured-data-formats#label-xml-format>.

use datafusion::arrow::array::ArrayRef;

use super::rows::{Values, build, check_semi};
use crate::error::Result;
use crate::functions::arguments::between;
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

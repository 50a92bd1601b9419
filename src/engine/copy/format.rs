//! FILE_FORMAT: from what the statement, the stage and the catalog say to one [`FileFormat`].
//!
//! The statement's format wins over the stage's, which wins over the table's: the first of them that says anything
//! says everything. Beside FORMAT_NAME further options may stand; they are set on top of the named format.
//! <https://docs.snowflake.com/en/user-guide/data-load-prepare>

use crate::catalog::object::Table;
use crate::catalog::{Object, ObjectKind, OptionValue, Options};
use crate::engine::names::Names;
use crate::error::{Error, Result};
use crate::sql::{Properties, QualifiedName};
use crate::stage::{FileFormat, PropertyValue};

use super::options;

/// The format for files of a stage that go into a table, or come from a query.
///
/// # Errors
/// 002003 for a named format that is not there; options that a format does not take.
pub fn resolve(
    names: &Names<'_>,
    statement: &Properties,
    stage: &Options,
    table: Option<&Table>,
) -> Result<FileFormat> {
    let given = options::catalog_options(statement)?;
    let of_table = table.and_then(|table| match table.options.get("STAGE_FILE_FORMAT") {
        Some(OptionValue::Nested(options)) => Some(options),
        _ => None,
    });
    let candidates = [Some(&given), Some(stage), of_table];
    match candidates
        .into_iter()
        .flatten()
        .find(|options| !options.is_empty())
    {
        Some(options) => of_options(names, options),
        None => Ok(FileFormat::default()),
    }
}

/// The format that options describe.
///
/// # Errors
/// As [`resolve`].
pub fn of_options(names: &Names<'_>, options: &Options) -> Result<FileFormat> {
    let mut inline = Vec::with_capacity(options.0.len());
    let mut base = None;
    for (name, value) in &options.0 {
        match name.as_str() {
            "FORMAT_NAME" => base = Some(named(names, &value.text().unwrap_or_default())?),
            "COMMENT" => {}
            _ => inline.push((name.clone(), property(name, value)?)),
        }
    }
    match base {
        Some(base) => base.with_properties(&inline),
        None => FileFormat::from_properties(&inline),
    }
}

/// The format object of a name.
///
/// # Errors
/// 002003 when there is none.
pub fn named(names: &Names<'_>, text: &str) -> Result<FileFormat> {
    let name = QualifiedName::parse(text).ok_or_else(|| Error::not_found("File format", text))?;
    let object = names.require(ObjectKind::FileFormat, &name)?;
    of_object(names, &object)
}

fn of_object(names: &Names<'_>, object: &Object) -> Result<FileFormat> {
    let body = object
        .as_file_format()
        .ok_or_else(|| Error::internal("a file format without a body"))?;
    if body.options.get("FORMAT_NAME").is_some() {
        return Err(Error::invalid_property_name("FORMAT_NAME", "FILE_FORMAT"));
    }
    of_options(names, &body.options)
}

fn property(name: &str, value: &OptionValue) -> Result<PropertyValue> {
    Ok(match value {
        OptionValue::Text(text) | OptionValue::Word(text) => PropertyValue::Text(text.clone()),
        OptionValue::Number(text) => match text.parse() {
            Ok(number) => PropertyValue::Number(number),
            Err(_) => PropertyValue::Text(text.clone()),
        },
        OptionValue::Boolean(value) => PropertyValue::Boolean(*value),
        OptionValue::List(items) => PropertyValue::List(items.clone()),
        OptionValue::Nested(_) => return Err(Error::invalid_property_value(name, "( … )")),
    })
}

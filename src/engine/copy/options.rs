//! Copy options of COPY INTO table, from the stage and the statement.
//! <https://docs.snowflake.com/en/sql-reference/sql/copy-into-table#copy-options-copyoptions>

use crate::catalog::{OptionValue, Options};
use crate::error::{Error, Result};
use crate::sql::{Properties, PropertyValue, QualifiedName};
use crate::stage::{MatchByColumnName, OnError};

/// Copy options; an option of the statement wins over the stage's of the same name.
#[derive(Debug, Clone, Default)]
pub struct CopyOptions {
    /// ON_ERROR, if given.
    pub on_error: Option<OnError>,
    /// SIZE_LIMIT, in bytes.
    pub size_limit: Option<u64>,
    /// PURGE.
    pub purge: bool,
    /// RETURN_FAILED_ONLY.
    pub return_failed_only: bool,
    /// MATCH_BY_COLUMN_NAME.
    pub match_by_column_name: MatchByColumnName,
    /// INCLUDE_METADATA: columns and the metadata columns that fill them.
    pub include_metadata: Vec<(String, String)>,
    /// TRUNCATECOLUMNS, or ENFORCE_LENGTH = FALSE.
    pub truncate_columns: bool,
    /// FORCE.
    pub force: bool,
    /// LOAD_UNCERTAIN_FILES.
    pub load_uncertain_files: bool,
}

impl CopyOptions {
    /// Reads a stage's options, and on top of them a statement's.
    ///
    /// # Errors
    /// Values that an option does not take; options that are not there.
    pub fn read(stage: &Options, statement: &Properties) -> Result<Self> {
        let mut options = Self::default();
        let statement = catalog_options(statement)?;
        for (name, value) in stage.0.iter().filter(|(name, _)| statement.get(name).is_none()) {
            options.set(name, value)?;
        }
        for (name, value) in &statement.0 {
            options.set(name, value)?;
        }
        Ok(options)
    }

    /// Leaves out what pipes do not have, as a stage's options may say it; ON_ERROR is SKIP_FILE then.
    pub fn for_pipe(&mut self) {
        self.purge = false;
        self.size_limit = None;
        self.return_failed_only = false;
        if matches!(self.on_error, None | Some(OnError::AbortStatement)) {
            self.on_error = Some(OnError::SkipFile(1));
        }
    }

    fn set(&mut self, name: &str, value: &OptionValue) -> Result<()> {
        match name {
            "ON_ERROR" => self.on_error = Some(OnError::parse(&text(name, value)?)?),
            "SIZE_LIMIT" => {
                let limit = text(name, value)?.parse().ok().filter(|limit| *limit > 0);
                self.size_limit = Some(limit.ok_or_else(|| invalid(name, value))?);
            }
            "PURGE" => self.purge = boolean(name, value)?,
            "RETURN_FAILED_ONLY" => self.return_failed_only = boolean(name, value)?,
            "MATCH_BY_COLUMN_NAME" => {
                self.match_by_column_name = MatchByColumnName::parse(&text(name, value)?)?
            }
            "INCLUDE_METADATA" => {
                let OptionValue::Nested(pairs) = value else {
                    return Err(invalid(name, value));
                };
                for (column, metadata) in &pairs.0 {
                    self.include_metadata
                        .push((column.clone(), text(name, metadata)?.to_uppercase()));
                }
            }
            "TRUNCATECOLUMNS" => self.truncate_columns = boolean(name, value)?,
            "ENFORCE_LENGTH" => self.truncate_columns = !boolean(name, value)?,
            "FORCE" => self.force = boolean(name, value)?,
            "LOAD_UNCERTAIN_FILES" => self.load_uncertain_files = boolean(name, value)?,
            "LOAD_MODE" if text(name, value)?.eq_ignore_ascii_case("FULL_INGEST") => {}
            "LOAD_MODE" => return Err(Error::unsupported("LOAD_MODE = ADD_FILES_COPY")),
            "CLUSTER_AT_INGEST_TIME" if !boolean(name, value)? => {}
            "CLUSTER_AT_INGEST_TIME" => return Err(Error::unsupported("CLUSTER_AT_INGEST_TIME = TRUE")),
            // Who may reach a URL is settled where the URL is looked up.
            "STORAGE_INTEGRATION" | "CREDENTIALS" => {}
            "ENCRYPTION" => check_encryption(value)?,
            other => return Err(Error::invalid_property_name(other, "COPY INTO")),
        }
        Ok(())
    }
}

/// Server-side encryption is the storage's own business; client-side encryption would change the files.
///
/// # Errors
/// A refusal of client-side encryption.
pub fn check_encryption(value: &OptionValue) -> Result<()> {
    let OptionValue::Nested(options) = value else {
        return Ok(());
    };
    let kind = options
        .get("TYPE")
        .and_then(OptionValue::text)
        .unwrap_or_default();
    if kind.eq_ignore_ascii_case("AWS_CSE") || options.get("MASTER_KEY").is_some() {
        return Err(Error::unsupported("ENCRYPTION = ( TYPE = 'AWS_CSE' )"));
    }
    Ok(())
}

fn invalid(name: &str, value: &OptionValue) -> Error {
    Error::invalid_property_value(name, value.text().unwrap_or_default())
}

fn text(name: &str, value: &OptionValue) -> Result<String> {
    value.text().ok_or_else(|| invalid(name, value))
}

fn boolean(name: &str, value: &OptionValue) -> Result<bool> {
    match text(name, value)?.to_ascii_uppercase().as_str() {
        "TRUE" => Ok(true),
        "FALSE" => Ok(false),
        _ => Err(invalid(name, value)),
    }
}

/// A statement's properties in the catalog's form.
///
/// # Errors
/// Values that no option takes, such as lists of lists.
pub fn catalog_options(properties: &Properties) -> Result<Options> {
    let options = properties.iter().map(|property| {
        let value = option(&property.value).ok_or_else(|| property.invalid())?;
        Ok((property.name.clone(), value))
    });
    Ok(Options(options.collect::<Result<_>>()?))
}

fn option(value: &PropertyValue) -> Option<OptionValue> {
    Some(match value {
        PropertyValue::String(text) => OptionValue::Text(text.clone()),
        PropertyValue::Number(text) => OptionValue::Number(text.clone()),
        PropertyValue::Bool(value) => OptionValue::Boolean(*value),
        PropertyValue::Word(name) => OptionValue::Word(word(name)),
        PropertyValue::List(_) => {
            OptionValue::List(value.as_texts()?.into_iter().map(str::to_string).collect())
        }
        PropertyValue::Nested(properties) => OptionValue::Nested(catalog_options(properties).ok()?),
    })
}

/// A bare word as it is; a name in quotes keeps them, so that it reads back as itself.
fn word(name: &QualifiedName) -> String {
    match name.parts() {
        [single] if !single.quoted => single.value.clone(),
        _ => name.to_string(),
    }
}

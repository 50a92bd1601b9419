//! CREATE STAGE. <https://docs.snowflake.com/en/sql-reference/sql/create-stage>
//!
//! Kept and without effect: DIRECTORY, ENCRYPTION, ENDPOINT, AWS_ACCESS_POINT_ARN, USE_PRIVATELINK_ENDPOINT. Of
//! CREDENTIALS only the fact is kept that there are some. URLs are those of S3; other clouds are refused.

use super::common::{check_bool, created, existed, exists_already, fault, new_object};
use super::simple::{check_allowed, check_file_format};
use crate::catalog::object::Stage;
use crate::catalog::{Object, ObjectBody, ObjectKind, OptionValue, Options};
use crate::engine::{StatementResult, Work, options};
use crate::error::{Error, Result};
use crate::sql::statement::CreateStage;
use crate::sql::{Ident, Properties, QualifiedName};

/// Runs CREATE STAGE.
pub(in crate::engine) fn create(work: &mut Work<'_>, create: CreateStage) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::Stage, &create.header)? {
        return Ok(result);
    }
    let mut stage = match &create.clone {
        Some(_) if create.header.or_alter => return Err(Error::unsupported("CREATE OR ALTER … CLONE")),
        Some(source) if source.at.is_some() => {
            return Err(Error::unsupported("CLONE of a stage with AT or BEFORE"));
        }
        Some(source) => {
            let object = work.names().require(ObjectKind::Stage, &source.name)?;
            let stage = body(&object)?.clone();
            if stage.url.is_none() {
                return Err(fault(2_119, "0A000", "an internal stage cannot be cloned"));
            }
            stage
        }
        None => Stage {
            temporary: create.temporary,
            ..Stage::default()
        },
    };
    apply(work, &mut stage, &create.properties)?;
    let mut new = new_object(&create.header, &create.properties)?;
    new.temporary = create.temporary;
    match work.create(&new, ObjectBody::Stage(stage))? {
        Some(_) => created(ObjectKind::Stage, create.header.name.object()),
        None => existed(create.header.name.object()),
    }
}

/// Takes over the properties of CREATE STAGE and ALTER STAGE … SET.
///
/// # Errors
/// 001008 for values that a property does not take, 002003 for an integration or file format that is not there.
pub(super) fn apply(work: &Work<'_>, stage: &mut Stage, properties: &Properties) -> Result<()> {
    if let Some(url) = properties.text("URL")? {
        let (scheme, rest) = url
            .split_once("://")
            .ok_or_else(|| Error::invalid_property("URL", url))?;
        match scheme {
            "s3" | "s3gov" | "s3china" if !rest.is_empty() => {}
            "gcs" | "azure" | "s3compat" => return Err(Error::unsupported(format!("stages on {scheme}"))),
            _ => return Err(Error::invalid_property("URL", url)),
        }
        stage.url = Some(url.to_string());
    }
    if let Some(name) = properties.text("STORAGE_INTEGRATION")? {
        stage.storage_integration = Some(name.to_uppercase());
    }
    if properties.get("CREDENTIALS").is_some() {
        stage.has_credentials = properties
            .nested("CREDENTIALS")?
            .is_some_and(|nested| !nested.is_empty());
    }
    if stage.url.is_none() {
        let external = [
            "STORAGE_INTEGRATION",
            "CREDENTIALS",
            "ENDPOINT",
            "AWS_ACCESS_POINT_ARN",
        ];
        if let Some(name) = external.iter().find(|name| properties.get(name).is_some()) {
            return Err(fault(
                1_423,
                "22023",
                format!("property '{name}' is for external stages: URL is missing"),
            ));
        }
    }
    check_integration(work, stage)?;
    if let Some(format) = properties.nested("FILE_FORMAT")? {
        stage.file_format = file_format(work, &format)?;
    }
    if let Some(copy) = properties.nested("COPY_OPTIONS")? {
        stage.copy_options = options::keep(&copy)?;
    }
    check_bool(properties, "USE_PRIVATELINK_ENDPOINT")?;
    for name in [
        "ENCRYPTION",
        "ENDPOINT",
        "AWS_ACCESS_POINT_ARN",
        "USE_PRIVATELINK_ENDPOINT",
        "DIRECTORY",
    ] {
        if let Some(property) = properties.property(name) {
            stage.options.set(name, options::value(property)?);
        }
    }
    Ok(())
}

/// The integration of an external stage must be there and allow its URL.
fn check_integration(work: &Work<'_>, stage: &Stage) -> Result<()> {
    let (Some(name), Some(url)) = (&stage.storage_integration, &stage.url) else {
        return Ok(());
    };
    let qualified = QualifiedName::single(Ident::quoted(name.as_str()));
    let object = work.names().require(ObjectKind::Integration, &qualified)?;
    match object.as_integration() {
        Some(integration) if integration.category == "STORAGE" => check_allowed(name, integration, url),
        _ => Err(Error::invalid_property("STORAGE_INTEGRATION", name)),
    }
}

/// The options of `FILE_FORMAT = ( … )`. A format that is named must be there; its name is kept in full, so that it
/// means the same from every schema.
///
/// # Errors
/// 002003 when the named format is not there; whatever is wrong with an option.
pub(in crate::engine) fn file_format(work: &Work<'_>, given: &Properties) -> Result<Options> {
    let mut kept = options::keep(given)?;
    if let Some(value) = kept.get("FORMAT_NAME") {
        let text = value.text().unwrap_or_default();
        let name =
            QualifiedName::parse(&text).ok_or_else(|| Error::invalid_property("FORMAT_NAME", &text))?;
        let object = work.names().require(ObjectKind::FileFormat, &name)?;
        if kept.get("TYPE").is_some() {
            return Err(fault(
                1_423,
                "22023",
                "FORMAT_NAME and TYPE are mutually exclusive",
            ));
        }
        kept.set("FORMAT_NAME", OptionValue::Text(work.names().full_name(&object)));
    } else {
        check_file_format(&kept)?;
    }
    Ok(kept)
}

/// The stage in an object.
///
/// # Errors
/// When it is none: a mistake of the caller.
pub(super) fn body(object: &Object) -> Result<&Stage> {
    object
        .as_stage()
        .ok_or_else(|| Error::internal("a stage without a body"))
}

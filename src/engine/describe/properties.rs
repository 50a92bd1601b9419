//! DESCRIBE of what consists of properties: stages, file formats, integrations.
//! <https://docs.snowflake.com/en/sql-reference/sql/desc-stage>,
//! <https://docs.snowflake.com/en/sql-reference/sql/desc-file-format>,
//! <https://docs.snowflake.com/en/sql-reference/sql/desc-integration>

use super::TEXT;
use crate::catalog::object::{Integration, Stage, Table};
use crate::catalog::{Object, ObjectKind, OptionValue, Options};
use crate::engine::Work;
use crate::engine::options;
use crate::engine::rows::{Columns, Rows};
use crate::error::Result;
use crate::sql::QualifiedName;
use crate::stage::format::{DescribedOption, FileFormat};

const OF_STAGE: Columns = &[
    ("parent_property", TEXT),
    ("property", TEXT),
    ("property_type", TEXT),
    ("property_value", TEXT),
    ("property_default", TEXT),
];

const PROPERTIES: Columns = &[
    ("property", TEXT),
    ("property_type", TEXT),
    ("property_value", TEXT),
    ("property_default", TEXT),
];

/// Copy options with their types and defaults.
const COPY_OPTIONS: [(&str, &str, &str); 7] = [
    ("ON_ERROR", "String", "ABORT_STATEMENT"),
    ("SIZE_LIMIT", "Long", ""),
    ("PURGE", "Boolean", "false"),
    ("RETURN_FAILED_ONLY", "Boolean", "false"),
    ("ENFORCE_LENGTH", "Boolean", "true"),
    ("TRUNCATECOLUMNS", "Boolean", "false"),
    ("FORCE", "Boolean", "false"),
];

/// The options of a file format.
///
/// # Errors
/// When options were kept that no format takes.
pub fn file_format(given: &Options) -> Result<Rows> {
    let mut rows = Rows::new(PROPERTIES);
    for option in described(given)? {
        rows.push(vec![
            option.property.into(),
            option.property_type.into(),
            option.property_value.into(),
            option.property_default.into(),
        ]);
    }
    Ok(rows)
}

fn described(given: &Options) -> Result<Vec<DescribedOption>> {
    Ok(FileFormat::from_properties(&options::format_properties(given)?)?.describe())
}

/// A value as DESCRIBE STAGE shows it: truth values in lower case.
fn value(option: &DescribedOption, text: &str) -> String {
    if option.property_type == "Boolean" {
        text.to_lowercase()
    } else {
        text.to_string()
    }
}

/// The properties of a stage.
///
/// # Errors
/// As [`file_format`].
pub fn stage(work: &Work<'_>, stage: &Stage) -> Result<Rows> {
    let mut rows = Rows::new(OF_STAGE);
    format_and_copy(work, &mut rows, &stage.file_format, &stage.copy_options)?;
    let url = stage
        .url
        .as_ref()
        .map_or_else(String::new, |url| format!("[\"{url}\"]"));
    let mut push = |parent: &str, name: &str, kind: &str, value: String, default: &str| {
        rows.push(vec![
            parent.into(),
            name.into(),
            kind.into(),
            value.into(),
            default.into(),
        ]);
    };
    push("STAGE_LOCATION", "URL", "String", url, "");
    if let Some(integration) = &stage.storage_integration {
        push(
            "STAGE_INTEGRATION",
            "STORAGE_INTEGRATION",
            "String",
            integration.clone(),
            "",
        );
    }
    if stage.url.is_some() {
        let key = if stage.has_credentials { "*****" } else { "" };
        push("STAGE_CREDENTIALS", "AWS_KEY_ID", "String", key.to_string(), "");
    }
    for (parent, nested) in stage.options.0.iter().filter(|(name, _)| name != "DIRECTORY") {
        match nested {
            OptionValue::Nested(nested) => nested.0.iter().for_each(|(name, value)| {
                let (kind, shown) = match value {
                    OptionValue::Boolean(value) => ("Boolean", value.to_string()),
                    other => ("String", options::shown(other)),
                };
                push(parent, name, kind, shown, "");
            }),
            other => push("STAGE_LOCATION", parent, "String", options::shown(other), ""),
        }
    }
    for name in ["ENABLE", "AUTO_REFRESH"] {
        let given = match stage.options.get("DIRECTORY") {
            Some(OptionValue::Nested(directory)) => directory.get(name),
            _ => None,
        };
        let on = given == Some(&OptionValue::Boolean(true));
        push("DIRECTORY", name, "Boolean", on.to_string(), "false");
    }
    Ok(rows)
}

/// The stage of a table.
///
/// # Errors
/// As [`file_format`].
pub fn table_stage(work: &Work<'_>, table: &Table) -> Result<Rows> {
    let nested = |name: &str| match table.options.get(name) {
        Some(OptionValue::Nested(options)) => options.clone(),
        _ => Options::default(),
    };
    let mut rows = Rows::new(OF_STAGE);
    format_and_copy(
        work,
        &mut rows,
        &nested("STAGE_FILE_FORMAT"),
        &nested("STAGE_COPY_OPTIONS"),
    )?;
    Ok(rows)
}

fn format_and_copy(work: &Work<'_>, rows: &mut Rows, format: &Options, copy: &Options) -> Result<()> {
    let named = format.get("FORMAT_NAME").and_then(OptionValue::text);
    let found = named
        .as_deref()
        .and_then(QualifiedName::parse)
        .map(|name| work.names().find(ObjectKind::FileFormat, &name));
    let base = match found {
        Some(found) => found?.and_then(|object| object.as_file_format().map(|format| format.options.clone())),
        None => None,
    };
    if let Some(named) = &named {
        rows.push(vec![
            "STAGE_FILE_FORMAT".into(),
            "FORMAT_NAME".into(),
            "String".into(),
            named.as_str().into(),
            "".into(),
        ]);
    }
    // What the stage says beside the name comes on top.
    let mut all = base.unwrap_or_default();
    format
        .0
        .iter()
        .for_each(|(name, value)| all.set(name.as_str(), value.clone()));
    for option in described(&all)? {
        rows.push(vec![
            "STAGE_FILE_FORMAT".into(),
            option.property.into(),
            option.property_type.into(),
            value(&option, &option.property_value).into(),
            value(&option, &option.property_default).into(),
        ]);
    }
    for (name, kind, default) in COPY_OPTIONS {
        let given = copy.get(name).map(|value| match value {
            OptionValue::Boolean(value) => value.to_string(),
            other => options::shown(other),
        });
        rows.push(vec![
            "STAGE_COPY_OPTIONS".into(),
            name.into(),
            kind.into(),
            given.unwrap_or_else(|| default.to_string()).into(),
            default.into(),
        ]);
    }
    Ok(())
}

/// The properties of an integration. What a cloud account would be given is made up, and always the same.
pub fn integration(object: &Object, integration: &Integration) -> Rows {
    const SHOWN: [(&str, &str, &str); 8] = [
        ("ENABLED", "Boolean", "false"),
        ("STORAGE_PROVIDER", "String", ""),
        ("STORAGE_ALLOWED_LOCATIONS", "List", "[]"),
        ("STORAGE_BLOCKED_LOCATIONS", "List", "[]"),
        ("STORAGE_AWS_IAM_USER_ARN", "String", ""),
        ("STORAGE_AWS_ROLE_ARN", "String", ""),
        ("STORAGE_AWS_EXTERNAL_ID", "String", ""),
        ("STORAGE_AWS_OBJECT_ACL", "String", ""),
    ];
    let mut rows = Rows::new(PROPERTIES);
    let storage = integration.category == "STORAGE";
    let mut push = |name: &str, kind: &str, value: String, default: &str| {
        rows.push(vec![name.into(), kind.into(), value.into(), default.into()]);
    };
    let own = |name: &str| {
        integration.options.get(name).map(|value| match value {
            OptionValue::Boolean(value) => value.to_string(),
            OptionValue::List(items) => items.join(","),
            other => options::shown(other),
        })
    };
    let known: &[(&str, &str, &str)] = if storage { &SHOWN } else { &SHOWN[..1] };
    for (name, kind, default) in known {
        let value = own(name).or_else(|| match *name {
            "STORAGE_AWS_IAM_USER_ARN" => Some("arn:aws:iam::000000000000:user/snowglobe".to_string()),
            "STORAGE_AWS_EXTERNAL_ID" => Some(format!("SNOWGLOBE_SFCRole={}_{:012x}", object.id, object.id)),
            "STORAGE_AWS_OBJECT_ACL" => None,
            _ => Some(String::new()),
        });
        if let Some(value) = value {
            push(name, kind, value, default);
        }
    }
    for (name, value) in &integration.options.0 {
        if !known.iter().any(|(shown, ..)| shown == name) && name != "TYPE" {
            let kind = match value {
                OptionValue::List(_) => "List",
                OptionValue::Boolean(_) => "Boolean",
                _ => "String",
            };
            push(name, kind, own(name).unwrap_or_default(), "");
        }
    }
    push(
        "COMMENT",
        "String",
        object.comment.clone().unwrap_or_default(),
        "",
    );
    rows
}

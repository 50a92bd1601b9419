//! CREATE of warehouses, roles, users, file formats, sequences and integrations.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-warehouse>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-role>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-file-format>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-sequence>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-storage-integration>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-notification-integration>
//!
//! A warehouse has no effect on how statements run: all its properties are checked, kept and shown. So are those of
//! integrations, but for STORAGE_ALLOWED_LOCATIONS and STORAGE_BLOCKED_LOCATIONS, which stages are held to; nothing
//! here talks to a cloud.

use super::common::{
    alters, check_bool, check_range, check_word, created, existed, exists_already, new_object,
};
use crate::catalog::object::{FileFormat, Integration, Role, Sequence, Warehouse};
use crate::catalog::user::User;
use crate::catalog::{ObjectBody, ObjectKind, OptionValue, Options};
use crate::engine::{StatementResult, Work, options};
use crate::error::{Error, Result};
use crate::sql::statement::{self, CreateSimple};
use crate::sql::{Ident, Properties, QualifiedName};
use crate::stage::format;

/// Runs CREATE of one of these kinds.
pub(in crate::engine) fn create(work: &mut Work<'_>, create: CreateSimple) -> Result<StatementResult> {
    let kind = super::common::kind_of(create.kind)?;
    if let Some(result) = exists_already(work, kind, &create.header)? {
        return Ok(result);
    }
    let name = create.header.name.object().to_string();
    let properties = &create.properties;
    let mut new = new_object(&create.header, properties)?;
    let body = match create.kind {
        statement::ObjectKind::Warehouse => ObjectBody::Warehouse(warehouse(work, properties)?),
        statement::ObjectKind::Role => {
            if super::grant::SYSTEM_ROLES.contains(&name.as_str()) {
                return Err(Error::already_exists(&name));
            }
            ObjectBody::Role(Role {})
        }
        statement::ObjectKind::FileFormat => {
            new.temporary = create.temporary;
            let options = options::keep(properties)?;
            check_file_format(&options)?;
            ObjectBody::FileFormat(FileFormat { options })
        }
        statement::ObjectKind::Sequence => ObjectBody::Sequence(sequence(properties)?),
        statement::ObjectKind::Integration => ObjectBody::Integration(integration(properties)?),
        statement::ObjectKind::User => {
            let mut user = User::default();
            super::user::apply(work, &name, &mut user, properties)?;
            ObjectBody::User(user)
        }
        other => return Err(Error::unsupported(format!("CREATE {other}"))),
    };
    let alters = alters(work, kind, &create.header)?;
    if work.create(&new, body)?.is_none() {
        return existed(&name);
    }
    if kind == ObjectKind::Warehouse && !alters {
        work.context.warehouse = Some(name.clone());
    }
    created(kind, &name)
}

/// Fails for options that no file format takes. FORMAT_NAME may stand among them.
///
/// # Errors
/// Those of [`format::FileFormat::from_properties`].
pub(super) fn check_file_format(options: &Options) -> Result<()> {
    format::FileFormat::from_properties(&options::format_properties(options)?).map(|_| ())
}

/// The sizes of warehouses, as they may be written and as they are shown.
pub(in crate::engine) const SIZES: &[(&str, &str)] = &[
    ("XSMALL", "X-Small"),
    ("X-SMALL", "X-Small"),
    ("SMALL", "Small"),
    ("MEDIUM", "Medium"),
    ("LARGE", "Large"),
    ("XLARGE", "X-Large"),
    ("X-LARGE", "X-Large"),
    ("XXLARGE", "2X-Large"),
    ("X2LARGE", "2X-Large"),
    ("2X-LARGE", "2X-Large"),
    ("XXXLARGE", "3X-Large"),
    ("X3LARGE", "3X-Large"),
    ("3X-LARGE", "3X-Large"),
    ("X4LARGE", "4X-Large"),
    ("4X-LARGE", "4X-Large"),
    ("X5LARGE", "5X-Large"),
    ("5X-LARGE", "5X-Large"),
    ("X6LARGE", "6X-Large"),
    ("6X-LARGE", "6X-Large"),
];

fn warehouse(work: &Work<'_>, properties: &Properties) -> Result<Warehouse> {
    check_warehouse(work, properties)?;
    let mut options = options::keep(properties)?;
    options.unset("INITIALLY_SUSPENDED");
    let suspended = properties.bool("INITIALLY_SUSPENDED")?.unwrap_or(false);
    Ok(Warehouse {
        options,
        suspended,
        resumed_at: (!suspended).then_some(work.now),
    })
}

/// Checks a warehouse's properties.
///
/// # Errors
/// 001008 for a value that a property does not take; 002003 for a resource monitor that is not there.
pub(super) fn check_warehouse(work: &Work<'_>, properties: &Properties) -> Result<()> {
    let sizes: Vec<&str> = SIZES.iter().map(|(written, _)| *written).collect();
    check_word(properties, "WAREHOUSE_SIZE", &sizes)?;
    check_word(properties, "WAREHOUSE_TYPE", &["STANDARD", "SNOWPARK-OPTIMIZED"])?;
    check_word(properties, "SCALING_POLICY", &["STANDARD", "ECONOMY"])?;
    check_range(properties, "MIN_CLUSTER_COUNT", 1, 300)?;
    check_range(properties, "MAX_CLUSTER_COUNT", 1, 300)?;
    let count = |name| Ok::<i64, Error>(properties.i64(name)?.unwrap_or(1));
    if properties.get("MAX_CLUSTER_COUNT").is_some()
        && count("MIN_CLUSTER_COUNT")? > count("MAX_CLUSTER_COUNT")?
    {
        return Err(Error::invalid_property(
            "MIN_CLUSTER_COUNT",
            count("MIN_CLUSTER_COUNT")?,
        ));
    }
    match properties.property("AUTO_SUSPEND") {
        Some(property) if property.value.as_text() == Some("NULL") => {}
        _ => check_range(properties, "AUTO_SUSPEND", 0, i64::from(i32::MAX))?,
    }
    for name in [
        "AUTO_RESUME",
        "INITIALLY_SUSPENDED",
        "ENABLE_QUERY_ACCELERATION",
        "WAIT_FOR_COMPLETION",
    ] {
        check_bool(properties, name)?;
    }
    check_range(properties, "QUERY_ACCELERATION_MAX_SCALE_FACTOR", 0, 100)?;
    check_range(properties, "MAX_CONCURRENCY_LEVEL", 1, 32)?;
    check_range(
        properties,
        "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
        0,
        i64::from(i32::MAX),
    )?;
    check_range(properties, "STATEMENT_TIMEOUT_IN_SECONDS", 0, 604_800)?;
    match properties.text("RESOURCE_MONITOR")? {
        Some(name) if !name.eq_ignore_ascii_case("NULL") => {
            let name = QualifiedName::single(Ident::quoted(name));
            work.names()
                .require(ObjectKind::ResourceMonitor, &name)
                .map(|_| ())
        }
        _ => Ok(()),
    }
}

fn sequence(properties: &Properties) -> Result<Sequence> {
    let increment = properties.i64("INCREMENT")?.unwrap_or(1);
    if increment == 0 {
        return Err(Error::invalid_property("INCREMENT", 0));
    }
    Ok(Sequence {
        start: properties.i64("START")?.unwrap_or(1),
        increment,
        ordered: properties.bool("ORDER")?.unwrap_or(false),
    })
}

/// What an integration of a family takes: its required properties, and the others.
const INTEGRATIONS: &[(&str, &[&str], &[&str])] = &[
    (
        "STORAGE",
        &["TYPE", "STORAGE_PROVIDER", "ENABLED", "STORAGE_ALLOWED_LOCATIONS"],
        &[
            "STORAGE_BLOCKED_LOCATIONS",
            "STORAGE_AWS_ROLE_ARN",
            "STORAGE_AWS_EXTERNAL_ID",
            "STORAGE_AWS_OBJECT_ACL",
            "USE_PRIVATELINK_ENDPOINT",
            "AZURE_TENANT_ID",
        ],
    ),
    (
        "NOTIFICATION",
        &["TYPE", "ENABLED"],
        &[
            "NOTIFICATION_PROVIDER",
            "DIRECTION",
            "AWS_SNS_TOPIC_ARN",
            "AWS_SNS_ROLE_ARN",
            "AWS_SQS_ARN",
            "AWS_SQS_ROLE_ARN",
            "GCP_PUBSUB_SUBSCRIPTION_NAME",
            "GCP_PUBSUB_TOPIC_NAME",
            "AZURE_STORAGE_QUEUE_PRIMARY_URI",
            "AZURE_EVENT_GRID_TOPIC_ENDPOINT",
            "AZURE_TENANT_ID",
            "USE_PRIVATELINK_ENDPOINT",
            "ALLOWED_RECIPIENTS",
            "DEFAULT_RECIPIENTS",
            "DEFAULT_SUBJECT",
            "WEBHOOK_URL",
            "WEBHOOK_SECRET",
            "WEBHOOK_BODY_TEMPLATE",
            "WEBHOOK_HEADERS",
        ],
    ),
];

fn integration(properties: &Properties) -> Result<Integration> {
    let category = properties.text("FAMILY")?.unwrap_or_default().to_string();
    let mut given = properties.clone();
    given.remove("FAMILY");
    check_integration(&category, &given)?;
    let required = INTEGRATIONS
        .iter()
        .find(|(name, ..)| *name == category)
        .map_or(&[][..], |(_, required, _)| required);
    if let Some(missing) = required.iter().find(|name| given.get(name).is_none()) {
        let message = format!("SQL compilation error:\nMissing option(s): [{missing}].");
        return Err(Error::new(2_029, "42601", message));
    }
    let s3 = properties
        .text("STORAGE_PROVIDER")?
        .is_some_and(|provider| provider.eq_ignore_ascii_case("S3"));
    if s3 && properties.get("STORAGE_AWS_ROLE_ARN").is_none() {
        let message = "SQL compilation error:\nMissing option(s): [STORAGE_AWS_ROLE_ARN].";
        return Err(Error::new(2_029, "42601", message));
    }
    Ok(Integration {
        category,
        options: options::keep(&given)?,
    })
}

/// Checks the properties of an integration of a family.
///
/// # Errors
/// For a name that the family does not have; 001008 for a value that a property does not take.
pub(super) fn check_integration(category: &str, properties: &Properties) -> Result<()> {
    let (_, required, others) = INTEGRATIONS
        .iter()
        .find(|(name, ..)| *name == category)
        .ok_or_else(|| Error::unsupported(format!("{category} INTEGRATION")))?;
    for property in properties.iter() {
        let name = property.name.as_str();
        if name != "COMMENT" && !required.contains(&name) && !others.contains(&name) {
            return Err(Error::invalid_property_name(
                name,
                format!("{category} INTEGRATION"),
            ));
        }
    }
    check_bool(properties, "ENABLED")?;
    check_bool(properties, "USE_PRIVATELINK_ENDPOINT")?;
    match category {
        "STORAGE" => {
            check_word(properties, "TYPE", &["EXTERNAL_STAGE"])?;
            check_word(
                properties,
                "STORAGE_PROVIDER",
                &["S3", "S3GOV", "S3CHINA", "GCS", "AZURE"],
            )?;
            for name in ["STORAGE_ALLOWED_LOCATIONS", "STORAGE_BLOCKED_LOCATIONS"] {
                let Some(locations) = properties.texts(name)? else {
                    continue;
                };
                let allowed = name == "STORAGE_ALLOWED_LOCATIONS";
                if let Some(wrong) = locations
                    .iter()
                    .find(|at| !(at.contains("://") || allowed && **at == "*"))
                {
                    return Err(Error::invalid_property(name, wrong));
                }
            }
            Ok(())
        }
        _ => {
            check_word(properties, "TYPE", &["QUEUE", "EMAIL", "WEBHOOK"])?;
            check_word(properties, "DIRECTION", &["INBOUND", "OUTBOUND"])
        }
    }
}

/// Fails when a storage integration does not allow a location.
///
/// # Errors
/// 003167 for a location that is blocked, or not among the allowed ones.
pub(super) fn check_allowed(name: &str, integration: &Integration, location: &str) -> Result<()> {
    let listed = |option: &str| match integration.options.get(option) {
        Some(OptionValue::List(items)) => items.clone(),
        Some(value) => value.text().into_iter().collect(),
        None => Vec::new(),
    };
    let covers = |prefix: &String| {
        let prefix = prefix.trim_end_matches('/');
        prefix == "*"
            || location
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let enabled = integration.options.get("ENABLED") == Some(&OptionValue::Boolean(true));
    if !enabled {
        let message = format!("SQL compilation error:\nIntegration '{name}' is not enabled.");
        return Err(Error::new(3_168, "42601", message));
    }
    let allowed = listed("STORAGE_ALLOWED_LOCATIONS").iter().any(covers);
    if allowed && !listed("STORAGE_BLOCKED_LOCATIONS").iter().any(covers) {
        return Ok(());
    }
    let message = format!(
        "SQL compilation error:\nLocation '{location}' is not allowed by integration '{name}'. Please use DESC INTEGRATION \
         to check out allowed and blocked locations."
    );
    Err(Error::new(3_167, "42601", message))
}

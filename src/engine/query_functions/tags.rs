//! SYSTEM$GET_TAG and SYSTEM$GET_TAG_ALLOWED_VALUES, and how the functions about tags name objects.
//! <https://docs.snowflake.com/en/sql-reference/functions/system_get_tag>,
//! <https://docs.snowflake.com/en/sql-reference/functions/system_get_tag_allowed_values>

use std::sync::Arc;

use datafusion::common::ScalarValue;

use super::text;
use crate::catalog::object::{ACCOUNT, Column};
use crate::catalog::{Object, ObjectKind};
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};
use crate::sql::{self, QualifiedName};

/// What the functions about tags are asked about.
#[derive(Debug, Clone)]
pub struct Tagged {
    /// The object; absent for the account.
    pub object: Option<Arc<Object>>,
    /// One of its columns.
    pub column: Option<Column>,
}

/// The domains of objects that have tags here.
const DOMAINS: [ObjectKind; 14] = [
    ObjectKind::Database,
    ObjectKind::Function,
    ObjectKind::Integration,
    ObjectKind::MaskingPolicy,
    ObjectKind::Pipe,
    ObjectKind::Procedure,
    ObjectKind::Role,
    ObjectKind::RowAccessPolicy,
    ObjectKind::Schema,
    ObjectKind::Stage,
    ObjectKind::Stream,
    ObjectKind::Task,
    ObjectKind::User,
    ObjectKind::Warehouse,
];

/// The object or column of a name and domain.
///
/// # Errors
/// 002003 when it is not there; for a domain that there is not.
pub fn tagged(environment: &StatementEnvironment, name: &str, domain: &str) -> Result<Tagged> {
    let upper = domain.to_uppercase();
    let names = environment.names();
    let parsed = || QualifiedName::parse(name).ok_or_else(|| Error::not_found("Object", name));
    let mut column = None;
    let object = match upper.as_str() {
        "ACCOUNT" => None,
        "TABLE" | "VIEW" => Some(names.relation(&parsed()?)?),
        "COLUMN" => {
            let (table, own) = sql::parse_column_name(name)?;
            let table = names.relation(&table)?;
            let found = table.columns().iter().find(|column| column.name == own.value);
            column = Some(
                found
                    .ok_or_else(|| Error::invalid_identifier(&own.value))?
                    .clone(),
            );
            Some(table)
        }
        other => {
            let kind = DOMAINS.iter().find(|kind| kind.traits().sql == other);
            let Some(kind) = kind else {
                return Err(Error::unsupported(format!("tags of the domain '{domain}'")));
            };
            let routine = matches!(kind, ObjectKind::Function | ObjectKind::Procedure);
            let name = sql::parse_object_name(routine, name)?;
            Some(names.require(*kind, &name)?)
        }
    };
    Ok(Tagged { object, column })
}

/// SYSTEM$GET_TAG.
pub fn get_tag(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    let [
        ScalarValue::Utf8(Some(tag)),
        ScalarValue::Utf8(Some(name)),
        ScalarValue::Utf8(Some(domain)),
    ] = arguments
    else {
        return Err(Error::argument_types(
            "SYSTEM$GET_TAG",
            "a tag, an object's name and its domain are wanted",
        ));
    };
    let tag = tag_of(environment, tag)?;
    let tagged = tagged(environment, name, domain)?;
    let id = tagged.object.map_or(ACCOUNT, |object| object.id);
    let column = tagged.column.map(|column| column.id);
    let held = environment.snapshot.held_tags(id, column);
    let value = held.into_iter().find(|held| held.tag.id == tag.id);
    Ok(ScalarValue::Utf8(value.map(|held| held.value)))
}

/// SYSTEM$GET_TAG_ALLOWED_VALUES: the list as a JSON array, or NULL when any value is allowed.
pub fn allowed_values(environment: &StatementEnvironment, tag: &str) -> Result<ScalarValue> {
    let tag = tag_of(environment, tag)?;
    let allowed = tag.as_tag().and_then(|tag| tag.allowed.as_ref());
    Ok(allowed.map_or(ScalarValue::Utf8(None), |values| {
        text(serde_json::json!(values).to_string())
    }))
}

fn tag_of(environment: &StatementEnvironment, name: &str) -> Result<Arc<Object>> {
    let parsed = QualifiedName::parse(name);
    let parsed = parsed.ok_or_else(|| Error::not_found(ObjectKind::Tag.traits().label, name))?;
    environment.names().require(ObjectKind::Tag, &parsed)
}

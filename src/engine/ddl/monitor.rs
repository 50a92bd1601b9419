//! Resource monitors: made, changed, and given to warehouses and the account. No credits are used here, so that no
//! trigger ever fires: everything is kept and shown.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-resource-monitor>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-resource-monitor>

use datafusion::common::ScalarValue;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::common::{check_range, check_word, created, existed, exists_already, fault, new_object};
use crate::catalog::monitor::ResourceMonitor;
use crate::catalog::{Object, ObjectBody, ObjectId, ObjectKind};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::{CreateResourceMonitor, MonitorSettings};
use crate::sql::{Properties, Property, PropertyValue, QualifiedName};
use crate::types::cast::{CastMode, cast_scalar};
use crate::types::{SnowType, TypeContext, temporal};

/// The most triggers that notify.
const MOST_NOTIFIES: usize = 5;
/// The most users that are notified.
const MOST_USERS: usize = 5;

/// Runs CREATE RESOURCE MONITOR.
pub(in crate::engine) fn create(
    work: &mut Work<'_>,
    create: CreateResourceMonitor,
) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::ResourceMonitor, &create.header)? {
        return Ok(result);
    }
    let properties = &create.settings.properties;
    for (given, wanted) in [("FREQUENCY", "START_TIMESTAMP"), ("START_TIMESTAMP", "FREQUENCY")] {
        if properties.get(given).is_some() && properties.get(wanted).is_none() {
            return Err(fault(2_029, "42601", format!("Missing option(s): [{wanted}].")));
        }
    }
    let mut monitor = ResourceMonitor {
        start: work.now,
        ..ResourceMonitor::default()
    };
    apply(work, &mut monitor, &create.settings)?;
    let new = new_object(&create.header, &Properties::default())?;
    let name = create.header.name.object();
    match work.create(&new, ObjectBody::ResourceMonitor(monitor))? {
        Some(_) => created(ObjectKind::ResourceMonitor, name),
        None => existed(name),
    }
}

/// ALTER RESOURCE MONITOR.
///
/// # Errors
/// Those of [`apply`].
pub(super) fn alter(work: &mut Work<'_>, object: &Object, settings: &MonitorSettings) -> Result<()> {
    let mut changed = object.clone();
    let Some(monitor) = changed.as_resource_monitor_mut() else {
        return Err(Error::internal("a monitor without a body"));
    };
    apply(work, monitor, settings)?;
    work.replace(changed)
}

/// Takes over what a statement says.
///
/// # Errors
/// 001008 for values that a property does not take; 002003 for users that are not there.
fn apply(work: &Work<'_>, monitor: &mut ResourceMonitor, settings: &MonitorSettings) -> Result<()> {
    let properties = &settings.properties;
    check_range(properties, "CREDIT_QUOTA", 1, i64::MAX)?;
    let quota = properties.i64("CREDIT_QUOTA")?;
    monitor.quota = quota
        .and_then(|quota| u64::try_from(quota).ok())
        .or(monitor.quota);
    let frequencies = ["MONTHLY", "DAILY", "WEEKLY", "YEARLY", "NEVER"];
    check_word(properties, "FREQUENCY", &frequencies)?;
    if let Some(frequency) = properties.text("FREQUENCY")? {
        monitor.frequency = Some(frequency.to_uppercase());
    }
    if let Some(property) = properties.property("START_TIMESTAMP") {
        monitor.start = match &property.value {
            PropertyValue::Word(word) if word.object() == "IMMEDIATELY" => work.now,
            _ => moment(work, property)?,
        };
    }
    if let Some(property) = properties.property("END_TIMESTAMP") {
        monitor.end = Some(moment(work, property)?);
    }
    if let Some(users) = properties.texts("NOTIFY_USERS")? {
        if users.len() > MOST_USERS {
            let message = format!("A resource monitor notifies at most {MOST_USERS} users.");
            return Err(fault(1_008, "22023", message));
        }
        for user in &users {
            let name = QualifiedName::single(crate::sql::Ident::quoted(*user));
            work.names().require(ObjectKind::User, &name)?;
        }
        monitor.notify_users = users.into_iter().map(str::to_string).collect();
    }
    if let Some(triggers) = &settings.triggers {
        let notifies = triggers
            .iter()
            .filter(|trigger| trigger.action == "NOTIFY")
            .count();
        if notifies > MOST_NOTIFIES {
            let message = format!("A resource monitor has at most {MOST_NOTIFIES} NOTIFY triggers.");
            return Err(fault(1_008, "22023", message));
        }
        monitor.triggers = triggers
            .iter()
            .map(|trigger| {
                let threshold = u32::try_from(trigger.threshold)
                    .ok()
                    .filter(|percent| *percent > 0);
                let threshold =
                    threshold.ok_or_else(|| Error::invalid_property("TRIGGERS", trigger.threshold))?;
                Ok((threshold, trigger.action.to_string()))
            })
            .collect::<Result<_>>()?;
    }
    Ok(())
}

/// A moment, in UTC unless it says otherwise; a date alone means the present time of that day.
fn moment(work: &Work<'_>, property: &Property) -> Result<Timestamp> {
    let PropertyValue::String(text) = &property.value else {
        return Err(property.invalid());
    };
    let mut text = text.trim().to_string();
    if text.len() <= "2026-01-31".len() {
        let time = work.now.to_zoned(TimeZone::UTC).strftime(" %H:%M:%S").to_string();
        text.push_str(&time);
    }
    let mut utc = TypeContext::default();
    utc.set("TIMEZONE", "UTC")?;
    let value = cast_scalar(
        &ScalarValue::Utf8(Some(text)),
        &SnowType::VARCHAR,
        &SnowType::TIMESTAMP_LTZ,
        CastMode::Strict,
        &utc,
    )
    .map_err(|_| property.invalid())?;
    match value {
        ScalarValue::FixedSizeBinary(_, Some(bytes)) => {
            Timestamp::from_nanosecond(temporal::decode(&bytes)).map_err(|_| property.invalid())
        }
        _ => Err(property.invalid()),
    }
}

/// ALTER ACCOUNT SET RESOURCE_MONITOR, and UNSET with nothing given: the account has one monitor at most.
///
/// # Errors
/// 002003 when the monitor is not there.
pub(in crate::engine) fn of_account(work: &mut Work<'_>, name: Option<&QualifiedName>) -> Result<()> {
    let chosen = match name {
        Some(name) => Some(work.names().require(ObjectKind::ResourceMonitor, name)?.id),
        None => None,
    };
    let all = work.snapshot().all(ObjectKind::ResourceMonitor);
    let changed: Vec<ObjectId> = all
        .filter(|object| {
            let has = object
                .as_resource_monitor()
                .is_some_and(|monitor| monitor.of_account);
            has != (chosen == Some(object.id))
        })
        .map(|object| object.id)
        .collect();
    for id in changed {
        work.alter(id, |object| {
            if let Some(monitor) = object.as_resource_monitor_mut() {
                monitor.of_account = chosen == Some(id);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Warehouses lose a monitor that is dropped.
///
/// # Errors
/// None that the snapshot does not have already.
pub(super) fn give_up(work: &mut Work<'_>, name: &str) -> Result<()> {
    let warehouses = work.snapshot().all(ObjectKind::Warehouse);
    let watched: Vec<ObjectId> = warehouses
        .filter(|object| of_warehouse(object).as_deref() == Some(name))
        .map(|object| object.id)
        .collect();
    for id in watched {
        work.alter(id, |object| {
            if let Some(warehouse) = object.as_warehouse_mut() {
                warehouse.options.unset("RESOURCE_MONITOR");
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The monitor of a warehouse, by its name.
pub(in crate::engine) fn of_warehouse(object: &Object) -> Option<String> {
    let text = object.as_warehouse()?.options.get("RESOURCE_MONITOR")?.text()?;
    let name = QualifiedName::parse(&text)?;
    Some(name.object().to_string()).filter(|name| name != "NULL")
}

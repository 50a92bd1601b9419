//! Resource monitors: CREATE RESOURCE MONITOR, and what ALTER RESOURCE MONITOR sets
//! (<https://docs.snowflake.com/en/sql-reference/sql/create-resource-monitor>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-resource-monitor>).

use super::Statement;
use super::common::{CreateHeader, Modifiers};
use crate::error::Result;
use crate::sql::cursor::Cursor;
use crate::sql::properties::Properties;

/// CREATE RESOURCE MONITOR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateResourceMonitor {
    /// Heading.
    pub header: CreateHeader,
    /// What it says.
    pub settings: MonitorSettings,
}

/// What a statement says of a resource monitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorSettings {
    /// CREDIT_QUOTA, FREQUENCY, START_TIMESTAMP, END_TIMESTAMP, NOTIFY_USERS.
    pub properties: Properties,
    /// TRIGGERS, which replace those that were there.
    pub triggers: Option<Vec<MonitorTrigger>>,
}

/// `ON threshold PERCENT DO action`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorTrigger {
    /// Per cent of the quota.
    pub threshold: i64,
    /// `SUSPEND`, `SUSPEND_IMMEDIATE` or `NOTIFY`.
    pub action: &'static str,
}

const PROPERTIES: &[&str] = &[
    "CREDIT_QUOTA",
    "FREQUENCY",
    "START_TIMESTAMP",
    "END_TIMESTAMP",
    "NOTIFY_USERS",
];

/// CREATE RESOURCE MONITOR, after the words.
pub(crate) fn create_resource_monitor(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow("RESOURCE MONITOR", Modifiers::none())?;
    let header = cursor.create_header(modifiers)?;
    let _ = cursor.take("WITH");
    let settings = settings(cursor)?;
    Ok(Statement::CreateResourceMonitor(CreateResourceMonitor {
        header,
        settings,
    }))
}

/// `[property …] [TRIGGERS ON n PERCENT DO action …]`.
pub(super) fn settings(cursor: &mut Cursor<'_>) -> Result<MonitorSettings> {
    let properties = cursor.properties(PROPERTIES)?;
    let triggers = match cursor.take("TRIGGERS") {
        true => Some(triggers(cursor)?),
        false => None,
    };
    Ok(MonitorSettings { properties, triggers })
}

fn triggers(cursor: &mut Cursor<'_>) -> Result<Vec<MonitorTrigger>> {
    let mut triggers = Vec::new();
    while triggers.is_empty() || cursor.sees("ON") {
        cursor.expect("ON")?;
        let threshold = cursor.integer()?;
        cursor.expect("PERCENT DO")?;
        match cursor.take_one_of(&["SUSPEND_IMMEDIATE", "SUSPEND", "NOTIFY"]) {
            Some(action) => triggers.push(MonitorTrigger { threshold, action }),
            None => return cursor.unexpected(),
        }
    }
    Ok(triggers)
}

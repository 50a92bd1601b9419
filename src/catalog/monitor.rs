//! Resource monitors. They watch credits, of which none are used here: they are kept and shown.
//! <https://docs.snowflake.com/en/user-guide/resource-monitors>

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// CREATE RESOURCE MONITOR.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ResourceMonitor {
    /// CREDIT_QUOTA, in credits for each interval.
    pub quota: Option<u64>,
    /// FREQUENCY, in upper case.
    pub frequency: Option<String>,
    /// START_TIMESTAMP, or the creation.
    pub start: Timestamp,
    /// END_TIMESTAMP.
    pub end: Option<Timestamp>,
    /// NOTIFY_USERS.
    pub notify_users: Vec<String>,
    /// TRIGGERS: thresholds in per cent with `SUSPEND`, `SUSPEND_IMMEDIATE` or `NOTIFY`.
    pub triggers: Vec<(u32, String)>,
    /// Whether it is the account's.
    pub of_account: bool,
}

//! SHOW RESOURCE MONITORS. <https://docs.snowflake.com/en/sql-reference/sql/show-resource-monitors>

use super::lister::blank;
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::{Object, ObjectKind};
use crate::engine::ddl::monitor_of_warehouse;
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::ResourceMonitor,
    columns: &[
        ("name", TEXT),
        ("credit_quota", TEXT),
        ("used_credits", TEXT),
        ("remaining_credits", TEXT),
        ("level", TEXT),
        ("frequency", TEXT),
        ("start_time", TIME),
        ("end_time", TIME),
        ("notify_at", TEXT),
        ("suspend_at", TEXT),
        ("suspend_immediately_at", TEXT),
        ("created_on", TIME),
        ("owner", TEXT),
        ("comment", TEXT),
        ("notify_users", TEXT),
    ],
    row,
    terse_kind: None,
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(monitor) = object.as_resource_monitor() else {
        return Vec::new();
    };
    let mut warehouses = lister.names.snapshot.all(ObjectKind::Warehouse);
    let watches = |warehouse: &Object| monitor_of_warehouse(warehouse).as_ref() == Some(&object.name);
    let level = if monitor.of_account {
        Some("ACCOUNT")
    } else if warehouses.any(|warehouse| watches(warehouse)) {
        Some("WAREHOUSE")
    } else {
        None
    };
    let at = |action: &str| {
        let thresholds = monitor.triggers.iter().filter(|(_, does)| does == action);
        let shown: Vec<String> = thresholds.map(|(percent, _)| format!("{percent}%")).collect();
        Some(shown.join(",")).filter(|shown| !shown.is_empty())
    };
    // No credits are used here.
    let quota = monitor.quota.map(|quota| format!("{quota}.00"));
    vec![
        object.name.as_str().into(),
        quota.clone().into(),
        "0.00".into(),
        quota.into(),
        level.into(),
        monitor.frequency.as_deref().unwrap_or("MONTHLY").into(),
        monitor.start.into(),
        monitor.end.into(),
        at("NOTIFY").into(),
        at("SUSPEND").into(),
        at("SUSPEND_IMMEDIATE").into(),
        object.created.into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        monitor.notify_users.join(", ").into(),
    ]
}

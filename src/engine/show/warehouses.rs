//! SHOW WAREHOUSES. <https://docs.snowflake.com/en/sql-reference/sql/show-warehouses>

use jiff::Timestamp;

use super::lister::{blank, truth, yes};
use super::{KindListing, Lister, NUMBER, TEXT, TIME};
use crate::catalog::{Object, ObjectKind, OptionValue};
use crate::engine::ddl::{WAREHOUSE_SIZES, monitor_of_warehouse};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Warehouse,
    columns: &[
        ("name", TEXT),
        ("state", TEXT),
        ("type", TEXT),
        ("size", TEXT),
        ("min_cluster_count", NUMBER),
        ("max_cluster_count", NUMBER),
        ("started_clusters", NUMBER),
        ("running", NUMBER),
        ("queued", NUMBER),
        ("is_default", TEXT),
        ("is_current", TEXT),
        ("is_interactive", TEXT),
        ("auto_suspend", NUMBER),
        ("auto_resume", TEXT),
        ("available", TEXT),
        ("provisioning", TEXT),
        ("quiescing", TEXT),
        ("other", TEXT),
        ("created_on", TIME),
        ("resumed_on", TIME),
        ("updated_on", TIME),
        ("owner", TEXT),
        ("comment", TEXT),
        ("enable_query_acceleration", TEXT),
        ("query_acceleration_max_scale_factor", NUMBER),
        ("resource_monitor", TEXT),
        ("actives", NUMBER),
        ("pendings", NUMBER),
        ("failed", NUMBER),
        ("suspended", NUMBER),
        ("uuid", TEXT),
        ("scaling_policy", TEXT),
        ("owner_role_type", TEXT),
        ("resource_constraint", TEXT),
        ("generation", TEXT),
    ],
    row,
    terse_kind: None,
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(warehouse) = object.as_warehouse() else {
        return Vec::new();
    };
    let option = |name: &str| warehouse.options.get(name).and_then(OptionValue::text);
    let number =
        |name: &str, default: i64| option(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let flag =
        |name: &str, default: bool| option(name).map_or(default, |text| text.eq_ignore_ascii_case("true"));
    let size = option("WAREHOUSE_SIZE").unwrap_or_else(|| "XSMALL".to_string());
    let size = WAREHOUSE_SIZES
        .iter()
        .find(|(written, _)| written.eq_ignore_ascii_case(&size))
        .map(|(_, shown)| *shown);
    let upper = |name: &str, default: &str| {
        option(name).map_or_else(|| default.to_string(), |text| text.to_uppercase())
    };
    let auto_suspend = match option("AUTO_SUSPEND").as_deref() {
        None => Cell::Number(600),
        Some(text) => text.parse::<i64>().ok().filter(|seconds| *seconds > 0).into(),
    };
    let none = || Cell::Text(String::new());
    vec![
        object.name.as_str().into(),
        if warehouse.suspended {
            "SUSPENDED"
        } else {
            "STARTED"
        }
        .into(),
        upper("WAREHOUSE_TYPE", "STANDARD").into(),
        size.into(),
        number("MIN_CLUSTER_COUNT", 1).into(),
        number("MAX_CLUSTER_COUNT", 1).into(),
        i64::from(!warehouse.suspended).into(),
        0_i64.into(),
        0_i64.into(),
        "N".into(),
        yes(lister.is_current(object)),
        "N".into(),
        auto_suspend,
        truth(flag("AUTO_RESUME", true)),
        none(),
        none(),
        none(),
        none(),
        object.created.into(),
        // One that never ran shows the epoch.
        warehouse.resumed_at.unwrap_or(Timestamp::UNIX_EPOCH).into(),
        object.altered.unwrap_or(object.created).into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        truth(flag("ENABLE_QUERY_ACCELERATION", false)),
        number("QUERY_ACCELERATION_MAX_SCALE_FACTOR", 8).into(),
        monitor_of_warehouse(object)
            .unwrap_or_else(|| "null".to_string())
            .into(),
        0_i64.into(),
        0_i64.into(),
        0_i64.into(),
        i64::from(warehouse.suspended).into(),
        object.id.to_string().into(),
        upper("SCALING_POLICY", "STANDARD").into(),
        "ROLE".into(),
        option("RESOURCE_CONSTRAINT").into(),
        option("GENERATION").unwrap_or_else(|| "1".to_string()).into(),
    ]
}

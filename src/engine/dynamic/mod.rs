//! Dynamic tables: CREATE and ALTER DYNAMIC TABLE, and what a refresh does.
//! <https://docs.snowflake.com/en/user-guide/dynamic-tables/overview>
//!
//! A dynamic table is a table like any other, so that queries, streams and clones know it, with a
//! [`Dynamic`](crate::catalog::dynamic::Dynamic) that says where its rows come from. A refresh always evaluates the query
//! over all rows and writes only what differs, so that rows which stay keep their identity and a stream on the table shows
//! real changes only; REFRESH_MODE is kept and shown. What has to be refreshed together is, in one commit and upstream
//! tables first, so that all of it stands for one moment.
//!
//! * [`create`], [`alter`]: the statements
//! * [`graph`]: what a dynamic table reads, and what reads it
//! * [`refresh`]: one refresh of some tables and all upstream of them; [`difference`]: which rows have changed
//! * [`properties`]: TARGET_LAG, SCHEDULER, WAREHOUSE and the others
//!
//! The scheduler, in [`task`](crate::task), asks for refreshes that are due with ALTER … REFRESH, as a user would.

pub(super) mod alter;
pub(super) mod create;
mod difference;
mod graph;
mod properties;
mod refresh;

use crate::catalog::Object;
use crate::error::Error;

pub(super) use properties::shown as shown_lag;

/// 002741: a dynamic table that is read before its first refresh.
pub(super) fn not_initialized(object: &Object) -> Error {
    let message = format!(
        "SQL compilation error:\nDynamic Table '{}' is not initialized. Please run a manual refresh or wait for a scheduled \
         refresh before querying.",
        object.name
    );
    Error::new(2741, "55000", message)
}

//! Streams and time travel: tables as they were, and what has changed since.
//!
//! A stream is an offset, the number of a commit. Reading it gives the net change of its source from that commit to
//! the one its transaction began with ([`read`]); a DML that reads it and commits moves the offset, in its own commit.
//! The change set of a table comes from its versions alone ([`crate::storage::ChangeSet`]) at a cost that follows the
//! changes; that of a view is the difference of the view's rows then and now ([`view`]), told apart by the identities of
//! the table rows they come from ([`identity`]). [`supported`] tells which views that is possible for.
//!
//! <https://docs.snowflake.com/en/user-guide/streams-intro>

mod changes;
mod identity;
pub mod read;
pub mod supported;
pub mod travel;
mod view;

pub use changes::METADATA;

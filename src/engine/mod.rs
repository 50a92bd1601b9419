//! The engine: one account, its sessions, and what each statement does.
//!
//! An [`Account`] is the warehouse: its catalog, its clock, its object storage. A [`Session`] is one connection to it,
//! and [`Session::execute`] the one door for SQL: servers, tasks, pipes, scripts and the command line all use it.
//! For the time of one statement a [`Work`] holds the snapshot it reads and the facts it gathers; at the end these
//! become one commit, or join the session's open transaction.
//!
//! * [`statement`]: which file handles which statement; one file per command or family of commands below it
//! * [`beside`]: several statements of one session at the same time
//! * [`names`]: from names to objects, as a session sees them
//! * [`routine`]: which function or procedure a call means
//! * [`procedure`]: CALL, blocks and EXECUTE IMMEDIATE: statements that run statements
//! * [`environment`]: what queries may ask of the session and the account
//! * [`binds`]: values that come beside a statement's text; [`staged_binds`]: from files in a stage
//! * [`result`], [`rows`]: what a statement gives back; [`description`]: what it would give back
//! * [`queries`]: what the account remembers of its statements
//! * [`information_schema`]: its views and table functions
//! * [`dynamic`]: dynamic tables and their refreshes
//! * [`masking`]: masking policies applied to what is read
//! * [`parameters`]: the session parameters and what each means here

pub mod account;
mod beside;
pub mod binds;
pub mod context;
pub(crate) mod copy;
mod ddl;
mod describe;
pub mod description;
mod dml;
mod dynamic;
pub mod environment;
mod events;
pub(crate) mod external;
pub mod information_schema;
mod masking;
pub mod names;
pub mod options;
pub mod parameters;
mod parsed;
mod procedure;
pub mod queries;
mod query;
mod query_functions;
pub mod result;
pub mod routine;
pub mod rows;
mod sequence;
pub mod session;
mod show;
mod staged_binds;
pub mod statement;
mod transaction;
mod view;
pub mod work;

pub use crate::catalog::routine::Given;
pub use account::Account;
pub use binds::Binds;
pub use context::Context;
pub use description::Description;
pub use queries::{Queries, QueryRecord, QueryStatus};
pub use result::{DmlCounts, ResultColumn, StatementResult};
pub use session::{CancelHandle, Session};
pub use work::Work;

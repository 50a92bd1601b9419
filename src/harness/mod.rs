//! The test harness: plain Snowflake scripts with stored results, in Snowglobe and on a real account.
//!
//! * [`case`](mod@case): what is a case, and where its snapshots lie; [`script`]: its statements, and what its [`directive`]s ask
//! * [`target`]: where a case runs; [`local`]: in an account of its own, in memory, under a virtual clock
//!   [`account`]: in a scratch database of a real account
//! * [`play`]: one case from its first step to its last; [`runner`]: many at the same time
//! * [`outcome`]: what a client sees of a statement, less what [`mask`] takes out; [`snapshot`] is that as a file, spelled
//!   as [`cells`] says
//! * [`judge`]: what a case did against its snapshot; [`difference`]: two outcomes, cell by cell
//! * [`fidelity`]: how much of what an account said Snowglobe gives
//! * [`embedded`]: a warehouse inside of a Rust test
//! * [`report`]: a run as text, JSON, JUnit XML and HTML
//!
//! The command line (`snowglobe test`, `snowglobe compare`) runs it.

pub mod account;
pub mod case;
pub mod cells;
pub mod difference;
pub mod directive;
pub mod embedded;
pub mod fidelity;
pub mod judge;
pub mod local;
pub mod mask;
pub mod outcome;
pub mod play;
pub mod report;
pub mod runner;
pub mod script;
pub mod snapshot;
pub mod target;

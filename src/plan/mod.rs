//! Queries to DataFusion plans: Snowflake's names, types and forms on DataFusion's planner.
//!
//! A query passes through these steps, each in a file of its own:
//!
//! 1. [`metric`] puts queries in the place of data metric functions. [`select`] gives unnamed columns their Snowflake
//!    names and resolves aliases that are used in the same SELECT; [`condition`] has conditions be BOOLEANs, [`places`] refuses calls where a clause takes none. It needs to know what columns a FROM clause offers, which [`scope`] tells. [`plus_join`] writes `(+)` as joins, [`joins`] sees to conditions that were left out, [`columns`] resolves what DataFusion
//!    would resolve in another way, [`wildcard`] and [`row_object`] write out stars, [`hierarchy`] writes CONNECT BY as a
//!    recursive WITH, which [`recursion`] knows, and [`match_recognize`] MATCH_RECOGNIZE as windows. Before all that, [`pivot`] finds out what values
//!    a dynamic PIVOT has.
//! 2. [`expression`] rewrites Snowflake's forms of expressions into calls of functions that [`crate::functions`] has:
//!    casts, paths into VARIANT, date parts, object constants, context functions; [`call_form`], [`count`], [`interval`],
//!    [`lambda`], [`like`], [`percentile`], [`several_by`], [`spread`], [`tuple`] and [`window_call`] have a form each.
//! 3. DataFusion's planner turns the result into a logical plan. [`provider`] answers its questions about tables and
//!    functions, [`operator`] gives operators Snowflake's types, [`relation`] plans FLATTEN, stages and other table
//!    functions, [`asof`] ASOF JOIN, [`pivot`], [`unpivot`] and [`sample`] what they are called.
//! 4. [`features`] tells which of the following a plan needs. [`inline`] puts the bodies of user-defined functions, which [`routine`] stands for until then, in the place of
//!    their calls. [`coercion`] brings the branches of CASE, IN, UNION, VALUES ([`cell`]) and others to common types, [`barrier`] keeps numbers of rows, [`groups`]
//!    groups what is equal without being the same, [`lateral`] turns a lateral FLATTEN into an unnest, [`partition`]
//!    groups what table functions OVER partitions are joined to, [`subquery`] sees to it that scalar subqueries give one
//!    row, [`domain`] brings correlations that DataFusion leaves alone into joins, [`range_frames`] has frames over timestamps count nanoseconds, and [`window_keys`] sees to it that random keys of windows are computed once.
//! 5. [`execute`] optimizes and runs the plan; [`result_type`] says what the columns of its result are.
//!
//! [`masked`] puts the bodies of masking policies in the place of columns, in the same way as 4 does.
//!
//! What a plan may know of its surroundings (names, stages, session) comes through [`Environment`].

mod aliases;
mod asof;
mod barrier;
mod call_form;
mod cell;
mod coercion;
mod columns;
mod condition;
mod constants;
mod count;
mod domain;
mod environment;
mod errors;
pub mod execute;
mod expression;
mod factor;
mod features;
mod flatten;
mod frames;
mod groups;
mod hierarchy;
mod inline;
mod interval;
mod joins;
mod lambda;
mod lateral;
mod like;
mod masked;
mod match_recognize;
mod metric;
mod operator;
mod partition;
mod path;
mod percentile;
mod pivot;
mod places;
mod plus_join;
mod provider;
mod pseudo;
mod range_frames;
mod recursion;
mod relation;
mod result_type;
mod routine;
mod row_object;
mod row_set_table;
mod sample;
mod scope;
mod select;
mod several_by;
mod spread;
mod subquery;
mod table;
mod tuple;
mod unpivot;
mod user_call;
mod wildcard;
mod window_call;
mod window_keys;

pub use columns::is_position;
pub use environment::{Bound, Environment, NamedArgument, RelationSource};
pub use errors::translate;
pub use expression::{cast_call, store_call};
pub use masked::{Mask, filtered, masked, unmasked};
pub use partition::{ARGUMENT, KEPT, Kept, Partitions};
pub use provider::{Planner, base_state};
pub use routine::{Body, CODE_MARK, Parameter, Resolved, UserFunction, Value, given};
pub use row_set_table::row_set_table;
pub use select::has_unnamed_column;
pub use table::{ROW_ADDRESS, ROW_ID, VersionedTable};

//! Loading and unloading: COPY in both directions, the files of stages, and stages as tables of queries.
//!
//! What a file holds and how it is read is the business of [`crate::stage`]; here stands what needs the catalog and the
//! object storage.
//!
//! * [`place`]: from `@stage/path` or a URL to a bucket and keys, with what storage integrations allow
//! * [`listing`]: which files a statement means, and fetching them
//! * [`format`], [`options`]: FILE_FORMAT and copy options, from the statement, the stage and the table
//! * [`load`]: COPY INTO table; [`history`] keeps it from loading a file twice, [`plain`] and [`transform`] turn
//!   files into rows, [`outcome`] words the result, [`validate`] is VALIDATION_MODE
//! * [`unload`]: COPY INTO location
//! * [`files`]: LIST and REMOVE; [`put`], [`get`]: PUT and GET
//! * [`staged`]: `SELECT … FROM @stage`; [`infer`]: INFER_SCHEMA; [`reference`] finds both in queries

pub(super) mod files;
mod format;
mod functions;
pub(crate) mod get;
mod history;
pub(super) mod infer;
mod listing;
pub(super) mod load;
mod options;
mod outcome;
mod place;
mod plain;
pub(crate) mod put;
mod reference;
pub(super) mod staged;
mod transform;
pub(super) mod unload;
mod validate;

pub(crate) use format::{of_options as format_of_options, resolve as resolve_format};
pub(crate) use history::{path_of, pipe_knows, pipe_received};
pub(crate) use listing::{fetch as fetch_files, groups as file_groups, list, select as select_files};
pub(crate) use load::place_of;
pub(crate) use place::Place;

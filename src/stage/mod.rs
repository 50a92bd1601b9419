//! Loading and unloading: from staged bytes to columns and from columns to files.
//!
//! Everything here is a pure function of bytes and options: fetching files, catalog objects, load history and the
//! COPY statement itself stand above. The way of a file:
//!
//! ```text
//! location + pattern   which files a stage reference names
//! file                 one fetched file: name, bytes, MD5, time
//! compression          inflate, bounded          ┐
//! encoding             to UTF-8, byte order mark  │  one file
//! csv, json, xml, avro split into records         │
//! columnar             parquet and orc: columns   │
//! load                 to a table's typed columns │  COPY INTO table
//! scan                 to $1..$n and METADATA$…   ┘  SELECT … FROM @stage
//! infer                to names and types of columns  INFER_SCHEMA
//! writer               batches to files              COPY INTO location
//! ```
//!
//! [`format::FileFormat`] holds the options of CREATE FILE FORMAT that steer all of them. A record that cannot be
//! read is a [`record::RecordError`] and costs only itself; whether the statement goes on is decided by
//! [`load::OnError`]. Large files are cut into pieces of a fixed size that are read on all cores; the result does
//! not depend on how many there are (see [`pieces`]).

pub mod avro;
pub mod columnar;
pub mod compression;
pub mod convert;
pub mod csv;
pub mod encoding;
pub mod file;
pub mod format;
pub mod infer;
pub mod json;
pub mod load;
pub mod location;
pub mod orc;
pub mod parquet;
pub mod pattern;
pub mod pieces;
pub mod record;
pub mod scan;
pub mod writer;
pub mod xml;

pub use file::StagedFile;
pub use format::{FileFormat, FileType, PropertyValue};
pub use load::{FileLoad, LoadColumn, LoadOptions, LoadTarget, MatchByColumnName, OnError};
pub use location::StageLocation;
pub use record::{Category, RecordError};
pub use scan::{ScanOptions, scan};

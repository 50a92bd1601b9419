//! The command line: run, sql.

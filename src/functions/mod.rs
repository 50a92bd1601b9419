//! SQL functions, one file per family of Snowflake's function reference.

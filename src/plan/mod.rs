//! Statements to DataFusion plans: names, types, Snowflake's rewrites.

//! Sessions, transactions, queries, DML, DDL, SHOW and DESCRIBE, INFORMATION_SCHEMA.

-- Without IN, SHOW lists the schema in use; without one, the database.
-- https://docs.snowflake.com/en/sql-reference/sql/show
CREATE DATABASE D;
CREATE TABLE T (ID INT);
CREATE STREAM S ON TABLE T;
CREATE SCHEMA OTHER;
CREATE TABLE T (ID INT);
SHOW TERSE TABLES;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | T | TABLE | D | OTHER
SHOW TERSE STREAMS;
--> created_on | name | kind | database_name | schema_name | tableOn
SHOW TERSE TABLES IN DATABASE;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | T | TABLE | D | OTHER
--- 2025-12-31 16:00:00.000 -0800 | T | TABLE | D | PUBLIC
SHOW TABLES IN SCHEMA NOSUCH;
--! 002043 Object does not exist, or operation cannot be performed.
SHOW VIEWS IN SCHEMA D.NOSUCH;
--! 002043 Object does not exist, or operation cannot be performed.
SHOW STREAMS IN SCHEMA NOSUCH;
--! 002003 Schema 'D.NOSUCH' does not exist or not authorized.

-- Temporary tables belong to a session and hide others of their name.
-- https://docs.snowflake.com/en/user-guide/tables-temp-transient
CREATE DATABASE D;
CREATE TABLE T (A INT);
INSERT INTO T VALUES (1);
--> number of rows inserted
--- 1
CREATE TEMPORARY TABLE T (B INT);
INSERT INTO T VALUES (100), (200);
--> number of rows inserted
--- 2
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 2
--@ session OTHER
USE DATABASE D;
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 1
SHOW TERSE TABLES;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | T | TABLE | D | PUBLIC
SELECT "name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name
--- T
--@ session MAIN
DROP TABLE T;
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 1
CREATE TEMP TABLE ONLY_HERE (A INT);
--@ session OTHER
SELECT * FROM ONLY_HERE;
--! 002003 Object 'D.PUBLIC.ONLY_HERE' does not exist or not authorized.
--@ session MAIN
CREATE TABLE PERMANENT CLONE ONLY_HERE;
--! 002119 A temporary table cannot be cloned to a permanent table.
-- Client libraries call their own temporary objects scoped.
CREATE OR REPLACE SCOPED TEMPORARY TABLE SCOPED_ONE (A INT);
CREATE SCOPED TEMP VIEW IF NOT EXISTS SCOPED_VIEW AS SELECT A FROM SCOPED_ONE;
INSERT INTO SCOPED_ONE VALUES (7);
--> number of rows inserted
--- 1
SELECT * FROM SCOPED_VIEW;
--> A
--- 7
CREATE SCOPED TABLE NOT_TEMPORARY (A INT);
--! 001003
--@ session OTHER
SELECT * FROM SCOPED_ONE;
--! 002003 Object 'D.PUBLIC.SCOPED_ONE' does not exist or not authorized.

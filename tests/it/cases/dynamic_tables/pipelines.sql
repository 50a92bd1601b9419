-- Dynamic tables on dynamic tables: one refresh sees one moment.
-- https://docs.snowflake.com/en/user-guide/dynamic-tables/overview
CREATE DATABASE D;
CREATE WAREHOUSE WH;
CREATE TABLE SRC (ID INT, V INT);
INSERT INTO SRC VALUES (1, 10);
--> number of rows inserted
--- 1
CREATE DYNAMIC TABLE LOW TARGET_LAG = DOWNSTREAM WAREHOUSE = WH INITIALIZE = ON_SCHEDULE AS SELECT ID, V * 2 AS W FROM SRC;
SELECT * FROM LOW;
--! 002741 Dynamic Table 'LOW' is not initialized. Please run a manual refresh or wait for a scheduled refresh before querying.
-- Creating a table refreshes what it reads.
CREATE DYNAMIC TABLE HIGH (N, TOTAL COMMENT 'of W') TARGET_LAG = '1 minute' WAREHOUSE = WH REFRESH_MODE = FULL AS SELECT COUNT(*), SUM(W) FROM LOW;
SELECT * FROM LOW;
--> ID | W
--- 1 | 20
SELECT * FROM HIGH;
--> N | TOTAL
--- 1 | 20
INSERT INTO SRC VALUES (2, 5);
--> number of rows inserted
--- 1
--@ advance 1 minutes
SELECT * FROM HIGH;
--> N | TOTAL
--- 2 | 30
SELECT NAME, STATE, REFRESH_ACTION, REFRESH_TRIGGER FROM TABLE(INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY()) ORDER BY DATA_TIMESTAMP, NAME DESC;
--> NAME | STATE | REFRESH_ACTION | REFRESH_TRIGGER
--- LOW | SUCCEEDED | INCREMENTAL | CREATION
--- HIGH | SUCCEEDED | FULL | CREATION
--- LOW | SUCCEEDED | INCREMENTAL | SCHEDULED
--- HIGH | SUCCEEDED | FULL | SCHEDULED
-- A suspended table takes those below it with it.
ALTER DYNAMIC TABLE LOW SUSPEND;
--> status
--- Statement executed successfully.
SHOW DYNAMIC TABLES;
--> created_on | name | database_name | schema_name | cluster_by | rows | bytes | owner | target_lag | scheduler | refresh_mode | refresh_mode_reason | warehouse | comment | text | automatic_clustering | scheduling_state | last_suspended_on | is_clone | is_replica | is_iceberg | data_timestamp | owner_role_type | immutable_where | execute_as_user
--- 2025-12-31 16:00:00.000 -0800 | HIGH | D | PUBLIC |  | 1 | 336 | ACCOUNTADMIN | 1 minute | NULL | FULL | NULL | WH |  | CREATE DYNAMIC TABLE HIGH (N, TOTAL COMMENT 'of W') TARGET_LAG = '1 minute' WAREHOUSE = WH REFRESH_MODE = FULL AS SELECT COUNT(*), SUM(W) FROM LOW | OFF | SUSPENDED | 2025-12-31 16:01:00.000 -0800 | false | false | false | 2025-12-31 16:01:00.000 -0800 | ROLE | NULL | NULL
--- 2025-12-31 16:00:00.000 -0800 | LOW | D | PUBLIC |  | 2 | 544 | ACCOUNTADMIN | DOWNSTREAM | NULL | AUTO | NULL | WH |  | CREATE DYNAMIC TABLE LOW TARGET_LAG = DOWNSTREAM WAREHOUSE = WH INITIALIZE = ON_SCHEDULE AS SELECT ID, V * 2 AS W FROM SRC | OFF | SUSPENDED | 2025-12-31 16:01:00.000 -0800 | false | false | false | 2025-12-31 16:01:00.000 -0800 | ROLE | NULL | NULL
SELECT "name", "scheduling_state", "target_lag", "refresh_mode" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | scheduling_state | target_lag | refresh_mode
--- HIGH | SUSPENDED | 1 minute | FULL
--- LOW | SUSPENDED | DOWNSTREAM | AUTO
INSERT INTO SRC VALUES (3, 1);
--> number of rows inserted
--- 1
--@ advance 10 minutes
SELECT * FROM HIGH;
--> N | TOTAL
--- 2 | 30
-- By name it is refreshed all the same.
ALTER DYNAMIC TABLE HIGH REFRESH;
SELECT * FROM HIGH;
--> N | TOTAL
--- 3 | 32
ALTER DYNAMIC TABLE LOW RESUME;
SHOW DYNAMIC TABLES;
--> created_on | name | database_name | schema_name | cluster_by | rows | bytes | owner | target_lag | scheduler | refresh_mode | refresh_mode_reason | warehouse | comment | text | automatic_clustering | scheduling_state | last_suspended_on | is_clone | is_replica | is_iceberg | data_timestamp | owner_role_type | immutable_where | execute_as_user
--- 2025-12-31 16:00:00.000 -0800 | HIGH | D | PUBLIC |  | 1 | 336 | ACCOUNTADMIN | 1 minute | NULL | FULL | NULL | WH |  | CREATE DYNAMIC TABLE HIGH (N, TOTAL COMMENT 'of W') TARGET_LAG = '1 minute' WAREHOUSE = WH REFRESH_MODE = FULL AS SELECT COUNT(*), SUM(W) FROM LOW | OFF | RUNNING | 2025-12-31 16:01:00.000 -0800 | false | false | false | 2025-12-31 16:11:00.000 -0800 | ROLE | NULL | NULL
--- 2025-12-31 16:00:00.000 -0800 | LOW | D | PUBLIC |  | 3 | 816 | ACCOUNTADMIN | DOWNSTREAM | NULL | AUTO | NULL | WH |  | CREATE DYNAMIC TABLE LOW TARGET_LAG = DOWNSTREAM WAREHOUSE = WH INITIALIZE = ON_SCHEDULE AS SELECT ID, V * 2 AS W FROM SRC | OFF | RUNNING | 2025-12-31 16:01:00.000 -0800 | false | false | false | 2025-12-31 16:11:00.000 -0800 | ROLE | NULL | NULL
SELECT "name", "scheduling_state" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | scheduling_state
--- HIGH | RUNNING
--- LOW | RUNNING
ALTER DYNAMIC TABLE HIGH, HIGH REFRESH;
--! 002008 Duplicate Dynamic Table: HIGH
ALTER DYNAMIC TABLE HIGH SET TARGET_LAG = '2 hours' COMMENT = 'c';
SHOW DYNAMIC TABLES LIKE 'HIGH';
--> created_on | name | database_name | schema_name | cluster_by | rows | bytes | owner | target_lag | scheduler | refresh_mode | refresh_mode_reason | warehouse | comment | text | automatic_clustering | scheduling_state | last_suspended_on | is_clone | is_replica | is_iceberg | data_timestamp | owner_role_type | immutable_where | execute_as_user
--- 2025-12-31 16:00:00.000 -0800 | HIGH | D | PUBLIC |  | 1 | 336 | ACCOUNTADMIN | 2 hours | NULL | FULL | NULL | WH | c | CREATE DYNAMIC TABLE HIGH (N, TOTAL COMMENT 'of W') TARGET_LAG = '1 minute' WAREHOUSE = WH REFRESH_MODE = FULL AS SELECT COUNT(*), SUM(W) FROM LOW | OFF | RUNNING | 2025-12-31 16:01:00.000 -0800 | false | false | false | 2025-12-31 16:11:00.000 -0800 | ROLE | NULL | NULL
SELECT "target_lag", "comment" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> target_lag | comment
--- 2 hours | c
-- Failures stand in the history, and five in a row suspend.
ALTER TABLE SRC RENAME TO GONE;
ALTER DYNAMIC TABLE HIGH REFRESH;
--! 002003 Object 'D.PUBLIC.SRC' does not exist or not authorized.
ALTER DYNAMIC TABLE HIGH SET TARGET_LAG = '1 minute';
--@ advance 10 minutes
SELECT NAME, STATE, STATE_CODE, REFRESH_TRIGGER, COUNT(*) FROM TABLE(INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY(ERROR_ONLY => TRUE)) GROUP BY ALL ORDER BY 1, 2, 4;
--> NAME | STATE | STATE_CODE | REFRESH_TRIGGER | COUNT(*)
--- HIGH | UPSTREAM_FAILED | NULL | MANUAL | 1
--- HIGH | UPSTREAM_FAILED | NULL | SCHEDULED | 4
--- LOW | FAILED | 002003 | MANUAL | 1
--- LOW | FAILED | 002003 | SCHEDULED | 5
ALTER TABLE GONE RENAME TO SRC;
-- Another shape of what is read starts the table afresh.
CREATE DYNAMIC TABLE ALL_OF TARGET_LAG = '1 minute' WAREHOUSE = WH AS SELECT * FROM SRC;
ALTER TABLE SRC ADD COLUMN EXTRA VARCHAR;
INSERT INTO SRC VALUES (9, 9, 'nine');
--> number of rows inserted
--- 1
ALTER DYNAMIC TABLE ALL_OF REFRESH;
SELECT * FROM ALL_OF ORDER BY ID;
--> ID | V | EXTRA
--- 1 | 10 | NULL
--- 2 | 5 | NULL
--- 3 | 1 | NULL
--- 9 | 9 | nine
SELECT REFRESH_ACTION, REFRESH_TRIGGER FROM TABLE(INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY(NAME => 'ALL_OF'));
--> REFRESH_ACTION | REFRESH_TRIGGER
--- REINITIALIZE | MANUAL
--- INCREMENTAL | CREATION
-- What cannot be.
CREATE DYNAMIC TABLE BAD TARGET_LAG = '10 seconds' WAREHOUSE = WH AS SELECT 1 AS X;
--! 002740 Invalid target lag '10 seconds': the minimum is 60 seconds.
CREATE DYNAMIC TABLE BAD TARGET_LAG = 'soon' WAREHOUSE = WH AS SELECT 1 AS X;
--! 001008 invalid value ['soon'] for parameter 'TARGET_LAG'
CREATE DYNAMIC TABLE BAD WAREHOUSE = WH AS SELECT 1 AS X;
--! 002029 Missing option(s): [TARGET_LAG]
CREATE DYNAMIC TABLE BAD TARGET_LAG = '1 minute' AS SELECT 1 AS X;
--! 002029 Missing option(s): [WAREHOUSE]
CREATE DYNAMIC TABLE BAD TARGET_LAG = '1 minute' WAREHOUSE = NOSUCH AS SELECT 1 AS X;
--! 002003 Warehouse 'NOSUCH' does not exist or not authorized.
CREATE DYNAMIC TABLE BAD TARGET_LAG = '1 minute' WAREHOUSE = WH AS SELECT * FROM NOSUCH;
--! 002003 Object 'D.PUBLIC.NOSUCH' does not exist or not authorized.
CREATE OR REPLACE DYNAMIC TABLE LOW TARGET_LAG = '1 minute' WAREHOUSE = WH AS SELECT * FROM HIGH;
--! 002738 Dynamic table 'LOW' depends on itself.
CREATE DYNAMIC TABLE BAD TARGET_LAG = '1 minute' WAREHOUSE = WH REFRESH_MODE = ADAPTIVE AS SELECT 1 AS X;
--! 000002 Unsupported feature 'REFRESH_MODE = ADAPTIVE'.
DROP DYNAMIC TABLE SRC;
--! 002203 Object found is of type 'TABLE', not specified type 'DYNAMIC TABLE'.
DROP DYNAMIC TABLE ALL_OF;
--> status
--- ALL_OF successfully dropped.
UNDROP DYNAMIC TABLE ALL_OF;
CREATE TABLE COPIED CLONE ALL_OF;
INSERT INTO COPIED VALUES (0, 0, 'zero');
--> number of rows inserted
--- 1
CREATE SCHEMA TWIN CLONE PUBLIC;
SHOW DYNAMIC TABLES IN SCHEMA TWIN;
--> created_on | name | database_name | schema_name | cluster_by | rows | bytes | owner | target_lag | scheduler | refresh_mode | refresh_mode_reason | warehouse | comment | text | automatic_clustering | scheduling_state | last_suspended_on | is_clone | is_replica | is_iceberg | data_timestamp | owner_role_type | immutable_where | execute_as_user
--- 2025-12-31 16:21:00.000 -0800 | ALL_OF | D | TWIN |  | 4 | 528 | ACCOUNTADMIN | 1 minute | NULL | AUTO | NULL | WH |  | CREATE DYNAMIC TABLE ALL_OF TARGET_LAG = '1 minute' WAREHOUSE = WH AS SELECT * FROM SRC | OFF | SUSPENDED | 2025-12-31 16:21:00.000 -0800 | true | false | false | 2025-12-31 16:21:00.000 -0800 | ROLE | NULL | NULL
--- 2025-12-31 16:21:00.000 -0800 | HIGH | D | TWIN |  | 1 | 336 | ACCOUNTADMIN | 1 minute | NULL | FULL | NULL | WH | c | CREATE DYNAMIC TABLE HIGH (N, TOTAL COMMENT 'of W') TARGET_LAG = '1 minute' WAREHOUSE = WH REFRESH_MODE = FULL AS SELECT COUNT(*), SUM(W) FROM LOW | OFF | SUSPENDED | 2025-12-31 16:21:00.000 -0800 | true | false | false | 2025-12-31 16:11:00.000 -0800 | ROLE | NULL | NULL
--- 2025-12-31 16:21:00.000 -0800 | LOW | D | TWIN |  | 3 | 816 | ACCOUNTADMIN | DOWNSTREAM | NULL | AUTO | NULL | WH |  | CREATE DYNAMIC TABLE LOW TARGET_LAG = DOWNSTREAM WAREHOUSE = WH INITIALIZE = ON_SCHEDULE AS SELECT ID, V * 2 AS W FROM SRC | OFF | SUSPENDED | 2025-12-31 16:21:00.000 -0800 | true | false | false | 2025-12-31 16:11:00.000 -0800 | ROLE | NULL | NULL
SELECT "name", "scheduling_state", "is_clone" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | scheduling_state | is_clone
--- ALL_OF | SUSPENDED | true
--- HIGH | SUSPENDED | true
--- LOW | SUSPENDED | true
-- A table that others schedule.
CREATE DYNAMIC TABLE BY_HAND SCHEDULER = DISABLE WAREHOUSE = WH AS SELECT COUNT(*) AS N FROM SRC;
INSERT INTO SRC VALUES (10, 10, 'ten');
--> number of rows inserted
--- 1
--@ advance 10 minutes
SELECT * FROM BY_HAND;
--> N
--- 4
ALTER DYNAMIC TABLE BY_HAND REFRESH;
SELECT * FROM BY_HAND;
--> N
--- 5

-- What external tables are made of, as far as no file is needed.
-- https://docs.snowflake.com/en/sql-reference/sql/create-external-table
CREATE DATABASE D;
CREATE STAGE ST URL = 's3://bucket/files/';
CREATE STAGE INNER_ST;
CREATE FILE FORMAT JSON_LINES TYPE = JSON;
CREATE EXTERNAL TABLE E (
  ID NUMBER(10) AS (VALUE:id::NUMBER(10)) NOT NULL,
  DAY DATE AS TO_DATE(SPLIT_PART(METADATA$FILENAME, '/', 2)) COMMENT 'from the name',
  PRIMARY KEY (ID)
) PARTITION BY (DAY) WITH LOCATION = @ST/in/ REFRESH_ON_CREATE = FALSE PATTERN = '.*[.]json' AUTO_REFRESH = TRUE
  FILE_FORMAT = (FORMAT_NAME = JSON_LINES) COMMENT = 'ext';
--> status
--- Table E successfully created.
CREATE EXTERNAL TABLE BARE LOCATION = @ST REFRESH_ON_CREATE = FALSE AUTO_REFRESH = FALSE FILE_FORMAT = (TYPE = PARQUET);
CREATE EXTERNAL TABLE IF NOT EXISTS BARE LOCATION = @ST;
--> status
--- BARE already exists, statement succeeded.
SELECT * FROM E;
--> VALUE | ID | DAY
SELECT METADATA$FILENAME, METADATA$FILE_ROW_NUMBER, ID FROM E;
--> METADATA$FILENAME | METADATA$FILE_ROW_NUMBER | ID
DESCRIBE EXTERNAL TABLE E;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- VALUE | VARIANT | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- ID | NUMBER(10,0) | VIRTUAL | Y | NULL | Y | N | NULL | (VALUE:id::NUMBER(10)) | NULL | NULL | NULL
--- DAY | DATE | VIRTUAL | Y | NULL | N | N | NULL | TO_DATE(SPLIT_PART(METADATA$FILENAME, '/', 2)) | from the name | NULL | NULL
SHOW EXTERNAL TABLES;
--> created_on | name | database_name | schema_name | invalid | invalid_reason | owner | comment | stage | location | file_format_name | file_format_type | cloud | region | notification_channel | last_refreshed_on | table_format | last_refresh_details | owner_role_type
--- 2025-12-31 16:00:00.000 -0800 | BARE | D | PUBLIC | false |  | ACCOUNTADMIN |  | D.PUBLIC.ST | @D.PUBLIC.ST/ |  | PARQUET | AWS | NULL | NULL | NULL | UNSPECIFIED | NULL | ROLE
--- 2025-12-31 16:00:00.000 -0800 | E | D | PUBLIC | false |  | ACCOUNTADMIN | ext | D.PUBLIC.ST | @D.PUBLIC.ST/in/ | D.PUBLIC.JSON_LINES | JSON | AWS | NULL | arn:aws:sqs:local:000000000000:snowglobe | NULL | UNSPECIFIED | NULL | ROLE
SHOW TERSE EXTERNAL TABLES LIKE 'b%';
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | BARE | EXTERNAL_TABLE | D | PUBLIC
SHOW TABLES LIKE 'E';
--> created_on | name | database_name | schema_name | kind | comment | cluster_by | rows | bytes | owner | retention_time | automatic_clustering | change_tracking | search_optimization | search_optimization_progress | search_optimization_bytes | is_external | enable_schema_evolution | owner_role_type | is_event | is_hybrid | is_iceberg | is_immutable
--- 2025-12-31 16:00:00.000 -0800 | E | D | PUBLIC | TABLE | ext |  | 0 | 0 | ACCOUNTADMIN | 1 | OFF | OFF | OFF | NULL | NULL | Y | N | ROLE | N | N | N | N
SELECT "name", "is_external" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | is_external
--- E | Y
SELECT TABLE_NAME, LOCATION, FILE_FORMAT_NAME, FILE_FORMAT_TYPE FROM INFORMATION_SCHEMA.EXTERNAL_TABLES ORDER BY 1;
--> TABLE_NAME | LOCATION | FILE_FORMAT_NAME | FILE_FORMAT_TYPE
--- BARE | @D.PUBLIC.ST/ | NULL | PARQUET
--- E | @D.PUBLIC.ST/in/ | D.PUBLIC.JSON_LINES | JSON
SELECT TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1;
--> TABLE_NAME | TABLE_TYPE
--- BARE | EXTERNAL TABLE
--- E | EXTERNAL TABLE
SELECT COLUMN_NAME, DATA_TYPE, IS_NULLABLE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'E' ORDER BY ORDINAL_POSITION;
--> COLUMN_NAME | DATA_TYPE | IS_NULLABLE
--- VALUE | VARIANT | YES
--- ID | NUMBER | YES
--- DAY | DATE | YES
DROP FILE FORMAT JSON_LINES;
SHOW EXTERNAL TABLES LIKE 'E';
--> created_on | name | database_name | schema_name | invalid | invalid_reason | owner | comment | stage | location | file_format_name | file_format_type | cloud | region | notification_channel | last_refreshed_on | table_format | last_refresh_details | owner_role_type
--- 2025-12-31 16:00:00.000 -0800 | E | D | PUBLIC | true | File format dropped | ACCOUNTADMIN | ext | D.PUBLIC.ST | @D.PUBLIC.ST/in/ | D.PUBLIC.JSON_LINES |  | AWS | NULL | arn:aws:sqs:local:000000000000:snowglobe | NULL | UNSPECIFIED | NULL | ROLE
SELECT "name", "invalid", "invalid_reason" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | invalid | invalid_reason
--- E | true | File format dropped
ALTER EXTERNAL TABLE E SET AUTO_REFRESH = FALSE;
ALTER TABLE E SET COMMENT = 'other';
CREATE TAG G;
ALTER TABLE E SET TAG G = 'x';
SELECT SYSTEM$GET_TAG('G', 'E', 'TABLE') AS V;
--> V
--- x
-- Refused
CREATE EXTERNAL TABLE X LOCATION = @INNER_ST;
--! 000002 Unsupported feature 'an external table over an internal stage'.
CREATE EXTERNAL TABLE X LOCATION = @NOSUCH;
--! 002003 Stage 'D.PUBLIC.NOSUCH' does not exist or not authorized.
CREATE EXTERNAL TABLE X LOCATION = @ST FILE_FORMAT = (FORMAT_NAME = NOSUCH);
--! 002003 File format 'D.PUBLIC.NOSUCH' does not exist or not authorized.
CREATE EXTERNAL TABLE X (A INT) LOCATION = @ST;
--! 001003 column 'A' of an external table needs a type and an expression: AS (…)
CREATE EXTERNAL TABLE X (A INT DEFAULT 1 AS (VALUE:a)) LOCATION = @ST;
--! 001003 column 'A' of an external table has neither a default nor an identity
CREATE EXTERNAL TABLE X (VALUE INT AS (VALUE:a::INT)) LOCATION = @ST;
--! 002025 duplicate column name 'VALUE'
CREATE EXTERNAL TABLE X (A INT AS (NOSUCH)) LOCATION = @ST;
--! 000904 invalid identifier 'NOSUCH'
CREATE EXTERNAL TABLE X (A INT AS (VALUE:a::INT), B INT AS (A + 1)) LOCATION = @ST;
--! 000904 invalid identifier 'A'
CREATE EXTERNAL TABLE X LOCATION = @ST PATTERN = '(';
--! 000904 Invalid regular expression: '('
CREATE EXTERNAL TABLE X LOCATION = @ST PARTITION_TYPE = USER_SPECIFIED;
--! 002029 Missing option(s): [PARTITION BY].
CREATE EXTERNAL TABLE X (A INT AS (VALUE:a::INT)) PARTITION BY (NOSUCH) LOCATION = @ST;
--! 000904 invalid identifier 'NOSUCH'
CREATE EXTERNAL TABLE X LOCATION = @ST TABLE_FORMAT = DELTA;
--! 000002 Unsupported feature 'TABLE_FORMAT of an external table'.
CREATE TEMPORARY EXTERNAL TABLE X LOCATION = @ST;
--! 000002 Unsupported feature 'CREATE TEMPORARY EXTERNAL TABLE'.
CREATE TABLE PLAIN (A INT, B INT AS (A + 1));
--! 000002 Unsupported feature 'virtual column'.
INSERT INTO E (ID) VALUES (1);
--! 002101 Invalid operation: D.PUBLIC.E is an external table, whose rows its files give
CREATE TABLE C CLONE E;
--! 002119 External tables cannot be cloned.
CREATE TABLE C LIKE E;
--! 000002 Unsupported feature 'CREATE TABLE … LIKE an external table'.
ALTER TABLE E CLUSTER BY (ID);
--! 000002 Unsupported feature 'this ALTER TABLE of an external table'.
SELECT * FROM E AT (OFFSET => -1);
--! 000002 Unsupported feature 'time travel on an external table'.
ALTER EXTERNAL TABLE E ADD PARTITION (DAY = '2026-01-01') LOCATION 'x';
--! 000002 partitions are added and dropped by hand with PARTITION_TYPE = USER_SPECIFIED only
ALTER EXTERNAL TABLE NOSUCH REFRESH;
--! 002003 Table 'D.PUBLIC.NOSUCH' does not exist or not authorized.
DROP EXTERNAL TABLE E;
--> status
--- E successfully dropped.
SHOW TABLES;
--> created_on | name | database_name | schema_name | kind | comment | cluster_by | rows | bytes | owner | retention_time | automatic_clustering | change_tracking | search_optimization | search_optimization_progress | search_optimization_bytes | is_external | enable_schema_evolution | owner_role_type | is_event | is_hybrid | is_iceberg | is_immutable
--- 2025-12-31 16:00:00.000 -0800 | BARE | D | PUBLIC | TABLE |  |  | 0 | 0 | ACCOUNTADMIN | 1 | OFF | OFF | OFF | NULL | NULL | Y | N | ROLE | N | N | N | N
SELECT "name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name
--- BARE

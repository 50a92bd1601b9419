-- CREATE TABLE USING TEMPLATE: the columns are what a query says of them.
-- https://docs.snowflake.com/en/sql-reference/sql/create-table
-- https://docs.snowflake.com/en/sql-reference/functions/infer_schema
CREATE DATABASE D;
CREATE TABLE SOURCE AS SELECT COLUMN1 AS ID, COLUMN2 AS NAME, COLUMN3 AS DAY FROM VALUES (1, 'a', '2024-01-31'::DATE), (2, NULL, '2024-02-29'::DATE);
CREATE STAGE FILES;
CREATE FILE FORMAT PARQUET_FILES TYPE = PARQUET;
COPY INTO @FILES/source FROM SOURCE FILE_FORMAT = (TYPE = PARQUET) HEADER = TRUE;
SELECT COLUMN_NAME, TYPE, NULLABLE, ORDER_ID FROM TABLE(INFER_SCHEMA(LOCATION => '@FILES', FILE_FORMAT => 'PARQUET_FILES')) ORDER BY ORDER_ID;
--> COLUMN_NAME | TYPE | NULLABLE | ORDER_ID
--- ID | NUMBER(1, 0) | TRUE | 0
--- NAME | TEXT | TRUE | 1
--- DAY | DATE | TRUE | 2
CREATE TABLE T USING TEMPLATE (
  SELECT ARRAY_AGG(OBJECT_CONSTRUCT(*)) WITHIN GROUP (ORDER BY ORDER_ID)
  FROM TABLE(INFER_SCHEMA(LOCATION => '@FILES', FILE_FORMAT => 'PARQUET_FILES'))
) COMMENT = 'as the files are';
--> status
--- Table T successfully created.
DESC TABLE T;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- ID | NUMBER(1,0) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- NAME | VARCHAR(16777216) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- DAY | DATE | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
COPY INTO T FROM @FILES FILE_FORMAT = (FORMAT_NAME = 'PARQUET_FILES') MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE;
--> file | status | rows_parsed | rows_loaded | error_limit | errors_seen | first_error | first_error_line | first_error_character | first_error_column_name
--- files/source_0_0_0.snappy.parquet | LOADED | 2 | 2 | 1 | 0 | NULL | NULL | NULL | NULL
SELECT * FROM T ORDER BY ID;
--> ID | NAME | DAY
--- 1 | a | 2024-01-31
--- 2 | NULL | 2024-02-29
CREATE OR REPLACE TABLE T USING TEMPLATE (SELECT PARSE_JSON('[{"COLUMN_NAME": "a b", "TYPE": "NUMBER(5,2)", "NULLABLE": false}, {"COLUMN_NAME": "C", "TYPE": "TEXT"}]'));
DESC TABLE T;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- a b | NUMBER(5,2) | COLUMN | N | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- C | VARCHAR(16777216) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
CREATE TABLE BAD USING TEMPLATE (SELECT 1);
--! 001003 invalid template: one array of objects is wanted
CREATE TABLE BAD USING TEMPLATE (SELECT ARRAY_CONSTRUCT());
--! 001003 invalid template: there are no columns
CREATE TABLE BAD USING TEMPLATE (SELECT PARSE_JSON('[{"COLUMN_NAME": "A"}]'));
--! 001003 invalid template: a column has no TYPE
CREATE TABLE BAD USING TEMPLATE (SELECT PARSE_JSON('[{"COLUMN_NAME": "A", "TYPE": "NOSUCH"}]'));
--! 002040 Unsupported data type 'NOSUCH'.
CREATE TABLE BAD USING TEMPLATE (SELECT PARSE_JSON('[{"COLUMN_NAME": "A", "TYPE": "INT"}, {"COLUMN_NAME": "A", "TYPE": "INT"}]'));
--! 002025 duplicate column name 'A'
CREATE TABLE BAD (A INT) USING TEMPLATE (SELECT PARSE_JSON('[{"COLUMN_NAME": "A", "TYPE": "INT"}]'));
--! 001003 columns cannot be given with USING TEMPLATE

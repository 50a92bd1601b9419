-- Tags: their allowed values, and what ALTER TAG, DROP and UNDROP do.
-- https://docs.snowflake.com/en/sql-reference/sql/create-tag
CREATE DATABASE D;
CREATE TAG COST_CENTER ALLOWED_VALUES 'finance', 'engineering' COMMENT = 'who pays';
--> status
--- Tag COST_CENTER successfully created.
CREATE TAG IF NOT EXISTS COST_CENTER;
--> status
--- COST_CENTER already exists, statement succeeded.
CREATE TAG COST_CENTER;
--! 002002 Object 'COST_CENTER' already exists.
CREATE TAG FREE;
SHOW TAGS;
--> created_on | name | database_name | schema_name | owner | comment | allowed_values | owner_role_type
--- 2025-12-31 16:00:00.000 -0800 | COST_CENTER | D | PUBLIC | ACCOUNTADMIN | who pays | ["finance","engineering"] | ROLE
--- 2025-12-31 16:00:00.000 -0800 | FREE | D | PUBLIC | ACCOUNTADMIN |  | NULL | ROLE
SELECT SYSTEM$GET_TAG_ALLOWED_VALUES('d.public.cost_center') AS V, SYSTEM$GET_TAG_ALLOWED_VALUES('free') AS NONE;
--> V | NONE
--- ["finance","engineering"] | NULL
CREATE TABLE T (ID INT, NAME VARCHAR);
ALTER TABLE T SET TAG COST_CENTER = 'sales';
--! 001008 Tag value 'sales' is not allowed for tag 'COST_CENTER'. The allowed values are: finance, engineering.
ALTER TAG COST_CENTER ADD ALLOWED_VALUES 'sales', 'finance';
ALTER TABLE T SET TAG COST_CENTER = 'sales', FREE = '';
SELECT SYSTEM$GET_TAG('cost_center', 'T', 'table') AS V, SYSTEM$GET_TAG('free', 'T', 'TABLE') AS F;
--> V | F
--- sales |
-- A value that is no longer allowed stays where it was set.
ALTER TAG COST_CENTER DROP ALLOWED_VALUES 'sales';
SELECT SYSTEM$GET_TAG('cost_center', 'T', 'table') AS V, SYSTEM$GET_TAG_ALLOWED_VALUES('cost_center') AS A;
--> V | A
--- sales | ["finance","engineering"]
ALTER TABLE T SET TAG COST_CENTER = 'sales';
--! 001008 Tag value 'sales' is not allowed for tag 'COST_CENTER'. The allowed values are: finance, engineering.
-- A list without values allows none; no list allows all.
ALTER TAG COST_CENTER DROP ALLOWED_VALUES 'finance', 'engineering';
ALTER TABLE T SET TAG COST_CENTER = 'finance';
--! 001008 Tag value 'finance' is not allowed for tag 'COST_CENTER'. The allowed values are: .
ALTER TAG COST_CENTER UNSET ALLOWED_VALUES;
ALTER TABLE T SET TAG COST_CENTER = 'anything';
ALTER TAG COST_CENTER SET ALLOWED_VALUES 'b', 'a' COMMENT = 'new';
ALTER TAG COST_CENTER RENAME TO PAYER;
SHOW TAGS LIKE 'pay%';
--> created_on | name | database_name | schema_name | owner | comment | allowed_values | owner_role_type
--- 2025-12-31 16:00:00.000 -0800 | PAYER | D | PUBLIC | ACCOUNTADMIN | new | ["b","a"] | ROLE
SELECT SYSTEM$GET_TAG('payer', 'T', 'table') AS V;
--> V
--- anything
DROP TAG PAYER;
--> status
--- PAYER successfully dropped.
SELECT TAG_NAME FROM TABLE(D.INFORMATION_SCHEMA.TAG_REFERENCES('T', 'TABLE'));
--> TAG_NAME
--- FREE
SELECT SYSTEM$GET_TAG('payer', 'T', 'table') AS V;
--! 002003 Tag 'D.PUBLIC.PAYER' does not exist or not authorized.
UNDROP TAG PAYER;
--> status
--- Tag PAYER successfully restored.
SELECT SYSTEM$GET_TAG('payer', 'T', 'table') AS V;
--> V
--- anything
ALTER TABLE T UNSET TAG PAYER, FREE;
SELECT SYSTEM$GET_TAG('payer', 'T', 'table') AS V;
--> V
--- NULL
-- Refused
CREATE TAG P PROPAGATE = ON_DEPENDENCY;
--! 000002 Unsupported feature 'PROPAGATE of a tag'.
CREATE TAG P MULTI_VALUE = TRUE;
--! 000002 Unsupported feature 'MULTI_VALUE of a tag'.
ALTER TAG FREE SET MASKING POLICY M;
--! 000002 Unsupported feature 'ALTER TAG … SET MASKING POLICY'.
ALTER TABLE T SET TAG NOSUCH = 'x';
--! 002003 Tag 'D.PUBLIC.NOSUCH' does not exist or not authorized.
ALTER TABLE NOSUCH SET TAG FREE = 'x';
--! 002003 Object 'D.PUBLIC.NOSUCH' does not exist or not authorized.
ALTER TABLE IF EXISTS NOSUCH SET TAG FREE = 'x';
--> status
--- Statement executed successfully.
ALTER TABLE T SET TAG FREE = 'x', FREE = 'y';
--! 001013 duplicate tag 'FREE'
ALTER TABLE T MODIFY COLUMN NOSUCH SET TAG FREE = 'x';
--! 000904 invalid identifier 'NOSUCH'
ALTER SEQUENCE S SET TAG FREE = 'x';
--! 001003 syntax error line 1 at position 21 unexpected 'TAG'.
DESCRIBE TAG FREE;
--! 000002 Unsupported feature 'DESCRIBE TAG'.
DECLARE
  CHANGE VARCHAR DEFAULT 'ALTER TABLE T SET TAG FREE = ';
BEGIN
  CHANGE := CHANGE || '\'' || REPEAT('x', 257) || '\'';
  EXECUTE IMMEDIATE CHANGE;
END;
--! 001008 Uncaught exception of type 'STATEMENT_ERROR' on line 5 at position 2 : SQL compilation error: A tag value has at most 256 characters, not 257.
DECLARE
  CHANGE VARCHAR DEFAULT 'ALTER TABLE T SET TAG FREE = ';
BEGIN
  CHANGE := CHANGE || '\'' || REPEAT('ä', 256) || '\'';
  EXECUTE IMMEDIATE CHANGE;
END;
--> anonymous block
--- NULL
SELECT LENGTH(SYSTEM$GET_TAG('free', 'T', 'table')) AS L;
--> L
--- 256

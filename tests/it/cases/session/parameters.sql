-- Session parameters and variables.
-- https://docs.snowflake.com/en/sql-reference/parameters
SELECT '2026-07-01 12:00:00 +0000'::TIMESTAMP_LTZ AS T;
--> T
--- 2026-07-01 05:00:00.000 -0700
ALTER SESSION SET TIMEZONE = 'Europe/Berlin', TIMESTAMP_OUTPUT_FORMAT = 'YYYY-MM-DD HH24:MI TZH';
--> status
--- Statement executed successfully.
SELECT '2026-07-01 12:00:00 +0000'::TIMESTAMP_LTZ AS T;
--> T
--- 2026-07-01 14:00 +02
ALTER SESSION SET TIMEZONE = 'Mars/Olympus';
--! 001008 invalid value [Mars/Olympus] for parameter 'TIMEZONE'
ALTER SESSION SET NOSUCH = 1;
--! 001424 invalid parameter 'NOSUCH'
ALTER SESSION SET QUERY_TAG = 'nightly', LOCK_TIMEOUT = 10;
ALTER SESSION SET LOCK_TIMEOUT = -1;
--! 001008 invalid value [-1] for parameter 'LOCK_TIMEOUT'
ALTER SESSION SET QUOTED_IDENTIFIERS_IGNORE_CASE = TRUE;
--> status
--- Statement executed successfully.
SELECT 1 AS "Name";
--> NAME
--- 1
ALTER SESSION UNSET QUOTED_IDENTIFIERS_IGNORE_CASE;
--> status
--- Statement executed successfully.
SHOW PARAMETERS LIKE 'TIMEZONE';
--> key | value | default | level | description | type
--- TIMEZONE | Europe/Berlin | America/Los_Angeles | SESSION | Time zone of the session | STRING
SHOW PARAMETERS LIKE '%TAG' IN SESSION;
--> key | value | default | level | description | type
--- QUERY_TAG | nightly |  | SESSION | Text that marks the session's statements | STRING
ALTER SESSION UNSET TIMEZONE, QUERY_TAG;
SHOW PARAMETERS LIKE 'TIMEZONE';
--> key | value | default | level | description | type
--- TIMEZONE | America/Los_Angeles | America/Los_Angeles |  | Time zone of the session | STRING
ALTER ACCOUNT SET TIMEZONE = 'UTC';
--! 000002 Unsupported feature 'ALTER ACCOUNT of TIMEZONE'.
-- Variables.
SET ANSWER = 42;
--> status
--- Statement executed successfully.
SET (LOW, HIGH) = (1, $ANSWER + 1);
SELECT $ANSWER, $LOW, $HIGH;
--> $ANSWER | $LOW | $HIGH
--- 42 | 1 | 43
SET WHEN_ = '2026-01-01'::DATE;
SELECT $WHEN_ AS D;
--> D
--- 2026-01-01
CREATE DATABASE D;
CREATE TABLE T (A INT);
INSERT INTO T VALUES (7);
--> number of rows inserted
--- 1
SET TOP = (SELECT MAX(A) FROM T);
SELECT A FROM T WHERE A = $TOP;
--> A
--- 7
SET LONG = REPEAT('x', 16385);
--! 001045 Assignment to 'LONG' not done because value exceeds size limit for variables. Its size is 16385; the limit is 16384 (internal storage size in bytes).
SET PUBLIC = 1;
--! 000904 Variable name 'PUBLIC' is reserved.
UNSET ANSWER;
SELECT $ANSWER;
--! 002211 Session variable '$ANSWER' does not exist
SHOW VARIABLES;
--> session_id | created_on | updated_on | name | value | type | comment
--- 1 | 2025-12-31 16:00 -08 | 2025-12-31 16:00 -08 | HIGH | 43 | fixed |
--- 1 | 2025-12-31 16:00 -08 | 2025-12-31 16:00 -08 | LOW | 1 | fixed |
--- 1 | 2025-12-31 16:00 -08 | 2025-12-31 16:00 -08 | TOP | 7 | fixed |
--- 1 | 2025-12-31 16:00 -08 | 2025-12-31 16:00 -08 | WHEN_ | 2026-01-01 | date |
SELECT "name", "value", "type" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | value | type
--- HIGH | 43 | fixed
--- LOW | 1 | fixed
--- TOP | 7 | fixed
--- WHEN_ | 2026-01-01 | date

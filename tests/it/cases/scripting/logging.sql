-- Messages of handlers, and the event tables that they end in.
CREATE DATABASE D;
CREATE SCHEMA telemetry;
CREATE EVENT TABLE telemetry.events;
USE SCHEMA public;
DESCRIBE TABLE telemetry.events ->> SELECT "name", "type" FROM $1;
--> name | type
--- TIMESTAMP | TIMESTAMP_NTZ(9)
--- START_TIMESTAMP | TIMESTAMP_NTZ(9)
--- OBSERVED_TIMESTAMP | TIMESTAMP_NTZ(9)
--- TRACE | OBJECT
--- RESOURCE | OBJECT
--- RESOURCE_ATTRIBUTES | OBJECT
--- SCOPE | OBJECT
--- SCOPE_ATTRIBUTES | OBJECT
--- RECORD_TYPE | VARCHAR(16777216)
--- RECORD | OBJECT
--- RECORD_ATTRIBUTES | OBJECT
--- VALUE | VARIANT
--- EXEMPLARS | ARRAY
SHOW TABLES IN SCHEMA telemetry ->> SELECT "name", "is_event" FROM $1;
--> name | is_event
--- EVENTS | Y
-- It is written by the account alone, and its columns are what they are.
INSERT INTO telemetry.events (record_type) VALUES ('LOG');
--! 000002 Unsupported feature 'writing rows into an event table'.
UPDATE telemetry.events SET record_type = 'x';
--! 000002 Unsupported feature 'changing rows of an event table'.
ALTER TABLE telemetry.events ADD COLUMN more INT;
--! 000002 Unsupported feature 'ALTER TABLE of an event table but for its properties'.
CREATE OR REPLACE EVENT TABLE telemetry.events DATA_RETENTION_TIME_IN_DAYS = 1 COMMENT = 'all that is logged';
CREATE EVENT TABLE IF NOT EXISTS telemetry.events;
SELECT table_type FROM information_schema.tables WHERE table_name = 'EVENTS';
--> TABLE_TYPE
--- EVENT TABLE
SELECT GET_DDL('TABLE', 'telemetry.events') AS ddl;
--> DDL
--- create or replace EVENT TABLE EVENTS COMMENT='all that is logged';
CREATE EVENT TABLE telemetry.events;
--! 002002 Object 'TELEMETRY.EVENTS' already exists.

CREATE PROCEDURE says(what VARCHAR) RETURNS VARCHAR AS
BEGIN
  SYSTEM$LOG('info', 'Says ' || :what);
  SYSTEM$LOG_INFO('Again ' || what);
  SYSTEM$LOG('warning', 42);
  SYSTEM$LOG_DEBUG('in detail');
  SYSTEM$LOG_TRACE('in more detail');
  SYSTEM$LOG_ERROR('badly');
  SYSTEM$LOG_FATAL(NULL);
  RETURN 'said';
END;
-- Without an event table, and without a level, nothing is kept.
CALL says('a');
--> SAYS
--- said
ALTER DATABASE D SET EVENT_TABLE = D.telemetry.events;
CALL says('b');
--> SAYS
--- said
SELECT COUNT(*) FROM telemetry.events;
--> COUNT(*)
--- 0
-- What the session asks for.
ALTER SESSION SET LOG_LEVEL = INFO;
CALL says('c');
--> SAYS
--- said
SELECT RECORD['severity_text']::VARCHAR AS severity, VALUE, RECORD_TYPE, TIMESTAMP, OBSERVED_TIMESTAMP = TIMESTAMP AS same,
  RESOURCE_ATTRIBUTES['snow.executable.name']::VARCHAR AS source
  FROM telemetry.events ORDER BY severity, VALUE::VARCHAR;
--> SEVERITY | VALUE | RECORD_TYPE | TIMESTAMP | SAME | SOURCE
--- ERROR | "badly" | LOG | 2026-01-01 00:00:00.000 | TRUE | SAYS(WHAT VARCHAR):VARCHAR(16777216)
--- INFO | "Again c" | LOG | 2026-01-01 00:00:00.000 | TRUE | SAYS(WHAT VARCHAR):VARCHAR(16777216)
--- INFO | "Says c" | LOG | 2026-01-01 00:00:00.000 | TRUE | SAYS(WHAT VARCHAR):VARCHAR(16777216)
--- WARN | "42" | LOG | 2026-01-01 00:00:00.000 | TRUE | SAYS(WHAT VARCHAR):VARCHAR(16777216)
TRUNCATE TABLE telemetry.events;
-- What a procedure is set to counts, where it wants more.
ALTER PROCEDURE says(VARCHAR) SET LOG_LEVEL = DEBUG;
CALL says('d');
--> SAYS
--- said
SELECT RECORD['severity_text']::VARCHAR AS severity, COUNT(*) AS messages FROM telemetry.events GROUP BY 1 ORDER BY 1;
--> SEVERITY | MESSAGES
--- DEBUG | 1
--- ERROR | 1
--- INFO | 2
--- WARN | 1
ALTER PROCEDURE says(VARCHAR) UNSET LOG_LEVEL;
ALTER SESSION UNSET LOG_LEVEL;
DELETE FROM telemetry.events;
--> number of rows deleted
--- 5
-- The levels of schemas, databases and the account, the nearest first.
ALTER ACCOUNT SET LOG_LEVEL = INFO;
ALTER DATABASE D SET LOG_LEVEL = ERROR;
CALL says('e');
--> SAYS
--- said
ALTER SCHEMA public SET LOG_LEVEL = FATAL;
CALL says('f');
--> SAYS
--- said
ALTER SCHEMA public UNSET LOG_LEVEL;
ALTER DATABASE D UNSET LOG_LEVEL;
CALL says('g');
--> SAYS
--- said
SELECT VALUE FROM telemetry.events ORDER BY VALUE::VARCHAR;
--> VALUE
--- "42"
--- "Again g"
--- "Says g"
--- "badly"
--- "badly"
TRUNCATE TABLE telemetry.events;

-- What is rolled back was logged all the same.
CREATE TABLE t (a INT);
BEGIN
  BEGIN TRANSACTION;
  INSERT INTO t VALUES (1);
  SYSTEM$LOG_WARN('rolled back');
  ROLLBACK;
END;
--> anonymous block
--- NULL
SELECT VALUE, RESOURCE_ATTRIBUTES['snow.executable.type']::VARCHAR AS kind,
  RESOURCE_ATTRIBUTES['telemetry.sdk.language']::VARCHAR AS language FROM telemetry.events;
--> VALUE | KIND | LANGUAGE
--- "rolled back" | SQL | sql
SELECT COUNT(*) FROM t;
--> COUNT(*)
--- 0

-- In JavaScript, with attributes; a function logs for every row.
CREATE PROCEDURE tells() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$ snowflake.log('error', 'from JavaScript', {customer: 7}); return 'told'; $$;
CREATE FUNCTION doubled(x FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS
$$ snowflake.log('info', 'row ' + X); return 2 * X; $$;
TRUNCATE TABLE telemetry.events;
CALL tells();
--> TELLS
--- told
SELECT SUM(doubled(column1)) FROM VALUES (1), (2);
--> SUM(DOUBLED(COLUMN1))
--- 6
SELECT VALUE, RECORD_ATTRIBUTES, RESOURCE_ATTRIBUTES['snow.executable.type']::VARCHAR AS kind
  FROM telemetry.events ORDER BY VALUE::VARCHAR;
--> VALUE | RECORD_ATTRIBUTES | KIND
--- "from JavaScript" | {\n  "customer": 7\n} | PROCEDURE
--- "row 1" | NULL | FUNCTION
--- "row 2" | NULL | FUNCTION

-- An event table for the account, for what has none nearer by.
ALTER DATABASE D UNSET EVENT_TABLE;
ALTER ACCOUNT SET EVENT_TABLE = D.telemetry.events;
TRUNCATE TABLE telemetry.events;
CALL says('h');
--> SAYS
--- said
SELECT COUNT(*) FROM telemetry.events;
--> COUNT(*)
--- 4
-- A stream sees what is written.
CREATE STREAM fresh ON TABLE telemetry.events APPEND_ONLY = TRUE;
CALL tells();
--> TELLS
--- told
SELECT VALUE, METADATA$ACTION FROM fresh;
--> VALUE | METADATA$ACTION
--- "from JavaScript" | INSERT
ALTER ACCOUNT UNSET EVENT_TABLE;
CALL says('i');
--> SAYS
--- said
SELECT COUNT(*) FROM telemetry.events;
--> COUNT(*)
--- 5

-- What is wrong.
ALTER DATABASE D SET EVENT_TABLE = D.public.t;
--! 001008 invalid value [D.PUBLIC.T] for parameter 'EVENT_TABLE'
ALTER DATABASE D SET EVENT_TABLE = D.public.nosuch;
--! 002003 Table 'D.PUBLIC.NOSUCH' does not exist or not authorized.
ALTER ACCOUNT SET LOG_LEVEL = LOUD;
--! 001008 invalid value [LOUD] for parameter 'LOG_LEVEL'
ALTER ACCOUNT SET NETWORK_POLICY = p;
--! 000002 Unsupported feature 'ALTER ACCOUNT of NETWORK_POLICY'.
ALTER SCHEMA public SET EVENT_TABLE = D.telemetry.events;
--! 000002 Unsupported feature 'EVENT_TABLE of a database or schema'.
BEGIN
  SYSTEM$LOG('loud', 'x');
END;
--! 100137 Uncaught exception of type 'EXPRESSION_ERROR' on line 2 at position 13 : Invalid value [loud] for function 'SYSTEM$LOG', it takes the name of a level
BEGIN
  SYSTEM$LOG_LOUD('x');
END;
--! 001003 syntax error line 2 at position 2 unexpected 'SYSTEM$LOG_LOUD'.
BEGIN
  SYSTEM$LOG('info');
END;
--! 001003 syntax error line 2 at position 20 unexpected ';'.
SELECT SYSTEM$LOG('info', 'x');
--! 002140 Unknown function SYSTEM$LOG.

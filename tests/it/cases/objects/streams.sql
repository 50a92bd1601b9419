-- CREATE STREAM.
-- https://docs.snowflake.com/en/sql-reference/sql/create-stream
CREATE DATABASE D;
CREATE TABLE T (A INT);
INSERT INTO T VALUES (1);
--> number of rows inserted
--- 1
CREATE STREAM S ON TABLE T COMMENT = 'changes';
--> status
--- Stream S successfully created.
INSERT INTO T VALUES (2);
--> number of rows inserted
--- 1
CREATE STREAM AT_S ON TABLE T AT(STREAM => 'S');
SELECT A FROM AT_S;
--> A
--- 2
CREATE STREAM COPY_OF_S CLONE S;
SELECT A FROM COPY_OF_S;
--> A
--- 2
CREATE STREAM BAD ON TABLE NOSUCH;
--! 002003 Table 'D.PUBLIC.NOSUCH' does not exist or not authorized.
CREATE STREAM BAD ON VIEW T;
--! 002003 View 'D.PUBLIC.T' does not exist or not authorized.
CREATE STREAM BAD ON TABLE T INSERT_ONLY = TRUE;
--! 002232 INSERT_ONLY streams are for external tables
CREATE STREAM BAD ON TABLE T AT(OFFSET => -86400);
--! 000707 Time travel data is not available for table T. The requested time is either beyond the allowed time travel period or before the object creation time.
CREATE VIEW V AS SELECT A FROM T WHERE A > 1;
CREATE STREAM ON_V ON VIEW V;
INSERT INTO T VALUES (0), (3);
--> number of rows inserted
--- 2
SELECT A FROM ON_V;
--> A
--- 3
CREATE OR REPLACE STREAM S ON TABLE T;
SELECT SYSTEM$STREAM_HAS_DATA('S'), SYSTEM$STREAM_HAS_DATA('D.PUBLIC.AT_S');
--> SYSTEM$STREAM_HAS_DATA('S') | SYSTEM$STREAM_HAS_DATA('D.PUBLIC.AT_S')
--- FALSE | TRUE
SELECT SYSTEM$STREAM_HAS_DATA('NOSUCH');
--! 002003 Stream 'D.PUBLIC.NOSUCH' does not exist or not authorized.
ALTER STREAM S SET COMMENT = 'newer';
ALTER STREAM S SET APPEND_ONLY = TRUE;
--! 000002 Unsupported feature 'ALTER STREAM … SET APPEND_ONLY'.
SHOW STREAMS;
--> created_on | name | database_name | schema_name | owner | comment | table_name | source_type | base_tables | type | stale | mode | stale_after | invalid_reason | owner_role_type
--- 2025-12-31 16:00:00.000 -0800 | AT_S | D | PUBLIC | ACCOUNTADMIN |  | D.PUBLIC.T | Table | D.PUBLIC.T | DELTA | false | DEFAULT | 2026-01-14 16:00:00.000 -0800 | N/A | ROLE
--- 2025-12-31 16:00:00.000 -0800 | COPY_OF_S | D | PUBLIC | ACCOUNTADMIN |  | D.PUBLIC.T | Table | D.PUBLIC.T | DELTA | false | DEFAULT | 2026-01-14 16:00:00.000 -0800 | N/A | ROLE
--- 2025-12-31 16:00:00.000 -0800 | ON_V | D | PUBLIC | ACCOUNTADMIN |  | D.PUBLIC.V | View | D.PUBLIC.T | DELTA | false | DEFAULT | 2026-01-14 16:00:00.000 -0800 | N/A | ROLE
--- 2025-12-31 16:00:00.000 -0800 | S | D | PUBLIC | ACCOUNTADMIN | newer | D.PUBLIC.T | Table | D.PUBLIC.T | DELTA | false | DEFAULT | 2026-01-14 16:00:00.000 -0800 | N/A | ROLE
SELECT "name", "table_name", "source_type", "base_tables", "mode", "stale", "comment" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | table_name | source_type | base_tables | mode | stale | comment
--- AT_S | D.PUBLIC.T | Table | D.PUBLIC.T | DEFAULT | false |
--- COPY_OF_S | D.PUBLIC.T | Table | D.PUBLIC.T | DEFAULT | false |
--- ON_V | D.PUBLIC.V | View | D.PUBLIC.T | DEFAULT | false |
--- S | D.PUBLIC.T | Table | D.PUBLIC.T | DEFAULT | false | newer
DROP TABLE T;
SHOW TERSE STREAMS LIKE 's';
--> created_on | name | kind | database_name | schema_name | tableOn
--- 2025-12-31 16:00:00.000 -0800 | S | DELTA | D | PUBLIC | No privilege or table dropped
SELECT "name", "kind", "tableOn" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | kind | tableOn
--- S | DELTA | No privilege or table dropped

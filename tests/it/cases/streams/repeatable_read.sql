-- Within a transaction all statements see the same changes, also after one of them has used them.
-- https://docs.snowflake.com/en/user-guide/streams-intro#repeatable-read-isolation
CREATE DATABASE D;
CREATE TABLE T (ID INT);
CREATE TABLE ONE (ID INT);
CREATE TABLE TWO (ID INT);
CREATE STREAM S ON TABLE T;
INSERT INTO T VALUES (1), (2);
--> number of rows inserted
--- 2
BEGIN;
INSERT INTO ONE SELECT ID FROM S;
--> number of rows inserted
--- 2
--@ session OTHER
USE DATABASE D;
INSERT INTO T VALUES (3);
--> number of rows inserted
--- 1
--@ session MAIN
-- What others commit meanwhile, and what the transaction does itself, comes with the next one.
INSERT INTO T VALUES (4);
--> number of rows inserted
--- 1
SELECT ID FROM S ORDER BY ID;
--> ID
--- 1
--- 2
INSERT INTO TWO SELECT ID FROM S;
--> number of rows inserted
--- 2
SELECT SYSTEM$STREAM_HAS_DATA('S');
--> SYSTEM$STREAM_HAS_DATA('S')
--- TRUE
COMMIT;
SELECT COUNT(*) FROM ONE;
--> COUNT(*)
--- 2
SELECT COUNT(*) FROM TWO;
--> COUNT(*)
--- 2
SELECT ID FROM S ORDER BY ID;
--> ID
--- 3
--- 4
-- CREATE TABLE AS SELECT consumes, too.
CREATE TABLE THREE AS SELECT ID FROM S;
SELECT COUNT(*) FROM S;
--> COUNT(*)
--- 0
-- What a stream on a view cannot stand on.
CREATE VIEW V AS SELECT COUNT(*) AS N FROM T GROUP BY ID;
CREATE STREAM BAD ON VIEW V;
--! 000002 Change tracking is not supported on queries with GROUP BY.
CREATE VIEW DV AS SELECT DISTINCT ID FROM T;
CREATE STREAM BAD ON VIEW DV;
--! 000002 Change tracking is not supported on queries with DISTINCT.
CREATE VIEW LV AS SELECT ID FROM T LIMIT 1;
CREATE STREAM BAD ON VIEW LV;
--! 000002 Change tracking is not supported on queries with LIMIT.
CREATE VIEW OV AS SELECT T.ID FROM T LEFT JOIN ONE ON T.ID = ONE.ID;
CREATE STREAM BAD ON VIEW OV;
--! 000002 Change tracking is not supported on queries with joins of type '[LEFT_OUTER_JOIN]'.
CREATE VIEW UV AS SELECT ID FROM T UNION ALL SELECT ID FROM ONE;
CREATE STREAM GOOD ON VIEW UV;

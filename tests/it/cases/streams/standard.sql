-- What a standard stream shows, row history by row history.
-- https://docs.snowflake.com/en/user-guide/streams-intro
CREATE DATABASE D;
CREATE TABLE T (ID INT, V VARCHAR);
INSERT INTO T VALUES (1, 'old'), (2, 'old'), (3, 'old');
--> number of rows inserted
--- 3
CREATE STREAM S ON TABLE T;
SELECT SYSTEM$STREAM_HAS_DATA('S');
--> SYSTEM$STREAM_HAS_DATA('S')
--- FALSE
-- Inserted, then updated: one insert with the last value.
INSERT INTO T VALUES (4, 'first');
--> number of rows inserted
--- 1
UPDATE T SET V = 'last' WHERE ID = 4;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
-- Inserted, then deleted: nothing.
INSERT INTO T VALUES (5, 'gone');
--> number of rows inserted
--- 1
DELETE FROM T WHERE ID = 5;
--> number of rows deleted
--- 1
-- Updated twice: a delete with the old value, an insert with the last.
UPDATE T SET V = 'middle' WHERE ID = 1;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
UPDATE T SET V = 'new' WHERE ID = 1;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
-- Updated, then deleted: a delete with the old value.
UPDATE T SET V = 'middle' WHERE ID = 2;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
DELETE FROM T WHERE ID = 2;
--> number of rows deleted
--- 1
SELECT ID, V, METADATA$ACTION, METADATA$ISUPDATE FROM S ORDER BY ID, METADATA$ACTION;
--> ID | V | METADATA$ACTION | METADATA$ISUPDATE
--- 1 | old | DELETE | TRUE
--- 1 | new | INSERT | TRUE
--- 2 | old | DELETE | FALSE
--- 4 | last | INSERT | FALSE
-- Both halves of an update carry one row id.
SELECT ID, COUNT(DISTINCT METADATA$ROW_ID) AS ROW_IDS, COUNT(*) AS HALVES FROM S WHERE METADATA$ISUPDATE GROUP BY ID;
--> ID | ROW_IDS | HALVES
--- 1 | 1 | 2
-- Reading does not consume; a DML that reads does.
SELECT SYSTEM$STREAM_HAS_DATA('S');
--> SYSTEM$STREAM_HAS_DATA('S')
--- TRUE
CREATE TABLE SINK (ID INT, V VARCHAR, A VARCHAR);
INSERT INTO SINK SELECT ID, V, METADATA$ACTION FROM S;
--> number of rows inserted
--- 4
SELECT SYSTEM$STREAM_HAS_DATA('S');
--> SYSTEM$STREAM_HAS_DATA('S')
--- FALSE
SELECT COUNT(*) FROM S;
--> COUNT(*)
--- 0
-- A DML that reads the stream and writes nothing consumes it all the same.
INSERT INTO T VALUES (6, 'x');
--> number of rows inserted
--- 1
INSERT INTO SINK SELECT ID, V, METADATA$ACTION FROM S WHERE FALSE;
--> number of rows inserted
--- 0
SELECT SYSTEM$STREAM_HAS_DATA('S');
--> SYSTEM$STREAM_HAS_DATA('S')
--- FALSE
-- TRUNCATE shows as deletes.
TRUNCATE TABLE T;
SELECT ID, METADATA$ACTION, METADATA$ISUPDATE FROM S ORDER BY ID;
--> ID | METADATA$ACTION | METADATA$ISUPDATE
--- 1 | DELETE | FALSE
--- 3 | DELETE | FALSE
--- 4 | DELETE | FALSE
--- 6 | DELETE | FALSE
-- A dropped table leaves its stream unreadable.
DROP TABLE T;
SELECT * FROM S;
--! 002003 Base table 'D.PUBLIC.T' dropped, cannot read from stream 'S'.

-- What a standard stream shows, row history by row history.
-- https://docs.snowflake.com/en/user-guide/streams-intro
CREATE DATABASE D;
CREATE TABLE T (ID INT, V VARCHAR);
INSERT INTO T VALUES (1, 'old'), (2, 'old'), (3, 'old');
CREATE STREAM S ON TABLE T;
SELECT SYSTEM$STREAM_HAS_DATA('S');
-- Inserted, then updated: one insert with the last value.
INSERT INTO T VALUES (4, 'first');
UPDATE T SET V = 'last' WHERE ID = 4;
-- Inserted, then deleted: nothing.
INSERT INTO T VALUES (5, 'gone');
DELETE FROM T WHERE ID = 5;
-- Updated twice: a delete with the old value, an insert with the last.
UPDATE T SET V = 'middle' WHERE ID = 1;
UPDATE T SET V = 'new' WHERE ID = 1;
-- Updated, then deleted: a delete with the old value.
UPDATE T SET V = 'middle' WHERE ID = 2;
DELETE FROM T WHERE ID = 2;
SELECT ID, V, METADATA$ACTION, METADATA$ISUPDATE FROM S ORDER BY ID, METADATA$ACTION;
-- Both halves of an update carry one row id.
SELECT ID, COUNT(DISTINCT METADATA$ROW_ID) AS ROW_IDS, COUNT(*) AS HALVES FROM S WHERE METADATA$ISUPDATE GROUP BY ID;
-- Reading does not consume; a DML that reads does.
SELECT SYSTEM$STREAM_HAS_DATA('S');
CREATE TABLE SINK (ID INT, V VARCHAR, A VARCHAR);
INSERT INTO SINK SELECT ID, V, METADATA$ACTION FROM S;
SELECT SYSTEM$STREAM_HAS_DATA('S');
SELECT COUNT(*) FROM S;
-- A DML that reads the stream and writes nothing consumes it all the same.
INSERT INTO T VALUES (6, 'x');
INSERT INTO SINK SELECT ID, V, METADATA$ACTION FROM S WHERE FALSE;
SELECT SYSTEM$STREAM_HAS_DATA('S');
-- TRUNCATE shows as deletes.
TRUNCATE TABLE T;
SELECT ID, METADATA$ACTION, METADATA$ISUPDATE FROM S ORDER BY ID;
-- A dropped table leaves its stream unreadable.
DROP TABLE T;
SELECT * FROM S;

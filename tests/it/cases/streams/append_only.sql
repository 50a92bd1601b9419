-- Append-only streams show inserts, whatever became of the rows.
-- https://docs.snowflake.com/en/sql-reference/sql/create-stream
CREATE DATABASE D;
CREATE TABLE T (ID INT, V VARCHAR);
INSERT INTO T VALUES (0, 'before');
CREATE STREAM S ON TABLE T APPEND_ONLY = TRUE;
CREATE STREAM INITIAL ON TABLE T SHOW_INITIAL_ROWS = TRUE;
INSERT INTO T VALUES (1, 'a'), (2, 'b');
UPDATE T SET V = 'changed' WHERE ID = 1;
DELETE FROM T WHERE ID IN (0, 2);
SELECT ID, V, METADATA$ACTION, METADATA$ISUPDATE FROM S ORDER BY ID;
-- The first read of INITIAL gives what was there when it was created, the next what came after.
CREATE TABLE SINK (ID INT, V VARCHAR, A VARCHAR);
SELECT ID, V, METADATA$ACTION FROM INITIAL ORDER BY ID;
INSERT INTO SINK SELECT ID, V, METADATA$ACTION FROM INITIAL;
SELECT ID, V, METADATA$ACTION FROM INITIAL ORDER BY ID, METADATA$ACTION;
-- Two streams on one table are independent of each other.
SELECT COUNT(*) FROM S;

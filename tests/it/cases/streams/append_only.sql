-- Append-only streams show inserts, whatever became of the rows.
-- https://docs.snowflake.com/en/sql-reference/sql/create-stream
CREATE DATABASE D;
CREATE TABLE T (ID INT, V VARCHAR);
INSERT INTO T VALUES (0, 'before');
--> number of rows inserted
--- 1
CREATE STREAM S ON TABLE T APPEND_ONLY = TRUE;
CREATE STREAM INITIAL ON TABLE T SHOW_INITIAL_ROWS = TRUE;
INSERT INTO T VALUES (1, 'a'), (2, 'b');
--> number of rows inserted
--- 2
UPDATE T SET V = 'changed' WHERE ID = 1;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
DELETE FROM T WHERE ID IN (0, 2);
--> number of rows deleted
--- 2
SELECT ID, V, METADATA$ACTION, METADATA$ISUPDATE FROM S ORDER BY ID;
--> ID | V | METADATA$ACTION | METADATA$ISUPDATE
--- 1 | a | INSERT | FALSE
--- 2 | b | INSERT | FALSE
-- The first read of INITIAL gives what was there when it was created, the next what came after.
CREATE TABLE SINK (ID INT, V VARCHAR, A VARCHAR);
SELECT ID, V, METADATA$ACTION FROM INITIAL ORDER BY ID;
--> ID | V | METADATA$ACTION
--- 0 | before | INSERT
INSERT INTO SINK SELECT ID, V, METADATA$ACTION FROM INITIAL;
--> number of rows inserted
--- 1
SELECT ID, V, METADATA$ACTION FROM INITIAL ORDER BY ID, METADATA$ACTION;
--> ID | V | METADATA$ACTION
--- 0 | before | DELETE
--- 1 | changed | INSERT
-- Two streams on one table are independent of each other.
SELECT COUNT(*) FROM S;
--> COUNT(*)
--- 2

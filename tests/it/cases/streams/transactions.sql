-- Streams in transactions: one view for the whole transaction, consumed by its commit.
-- https://docs.snowflake.com/en/user-guide/streams-intro
CREATE DATABASE D;
CREATE TABLE T (ID INT);
CREATE TABLE SINK (ID INT);
CREATE STREAM S ON TABLE T;
INSERT INTO T VALUES (1);
--> number of rows inserted
--- 1
BEGIN;
INSERT INTO SINK SELECT ID FROM S;
--> number of rows inserted
--- 1
-- Rows that the transaction itself inserts are not in its streams.
INSERT INTO T VALUES (2);
--> number of rows inserted
--- 1
SELECT ID FROM S ORDER BY ID;
--> ID
--- 1
INSERT INTO SINK SELECT ID + 100 FROM S;
--> number of rows inserted
--- 1
ROLLBACK;
SELECT COUNT(*) FROM SINK;
--> COUNT(*)
--- 0
SELECT ID FROM S ORDER BY ID;
--> ID
--- 1
BEGIN;
INSERT INTO SINK SELECT ID FROM S;
--> number of rows inserted
--- 1
INSERT INTO SINK SELECT ID + 100 FROM S;
--> number of rows inserted
--- 1
COMMIT;
SELECT ID FROM SINK ORDER BY ID;
--> ID
--- 1
--- 101
SELECT SYSTEM$STREAM_HAS_DATA('S');
--> SYSTEM$STREAM_HAS_DATA('S')
--- FALSE
-- A failing DML leaves the offset where it was.
INSERT INTO T VALUES (3);
--> number of rows inserted
--- 1
INSERT INTO SINK SELECT 1 / (ID - 3) FROM S;
--! 100051 Division by zero
SELECT ID FROM S;
--> ID
--- 3

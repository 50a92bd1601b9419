-- Explicit transactions, and DDL that commits.
-- https://docs.snowflake.com/en/sql-reference/transactions
CREATE DATABASE D;
CREATE TABLE T (ID INT);
BEGIN;
INSERT INTO T VALUES (1);
--> number of rows inserted
--- 1
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 1
ROLLBACK;
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 0
BEGIN TRANSACTION;
INSERT INTO T VALUES (1), (2);
--> number of rows inserted
--- 2
UPDATE T SET ID = ID * 10;
--> number of rows updated | number of multi-joined rows updated
--- 2 | 0
DELETE FROM T WHERE ID = 10;
--> number of rows deleted
--- 1
COMMIT;
SELECT * FROM T;
--> ID
--- 20
-- A failing statement leaves the transaction open, without its own changes.
BEGIN;
INSERT INTO T VALUES (3);
--> number of rows inserted
--- 1
INSERT INTO T SELECT 1 / 0;
--! 100051 Division by zero
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 2
COMMIT;
SELECT * FROM T ORDER BY ID;
--> ID
--- 3
--- 20
-- DDL commits what is open.
BEGIN;
INSERT INTO T VALUES (4);
--> number of rows inserted
--- 1
CREATE TABLE U (ID INT);
ROLLBACK;
SELECT * FROM T ORDER BY ID;
--> ID
--- 3
--- 4
--- 20
COMMIT;

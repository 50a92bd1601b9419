-- Explicit transactions, and DDL that commits.
-- https://docs.snowflake.com/en/sql-reference/transactions
CREATE DATABASE D;
CREATE TABLE T (ID INT);
BEGIN;
INSERT INTO T VALUES (1);
SELECT COUNT(*) FROM T;
ROLLBACK;
SELECT COUNT(*) FROM T;
BEGIN TRANSACTION;
INSERT INTO T VALUES (1), (2);
UPDATE T SET ID = ID * 10;
DELETE FROM T WHERE ID = 10;
COMMIT;
SELECT * FROM T;
-- A failing statement leaves the transaction open, without its own changes.
BEGIN;
INSERT INTO T VALUES (3);
INSERT INTO T SELECT 1 / 0;
SELECT COUNT(*) FROM T;
COMMIT;
SELECT * FROM T ORDER BY ID;
-- DDL commits what is open.
BEGIN;
INSERT INTO T VALUES (4);
CREATE TABLE U (ID INT);
ROLLBACK;
SELECT * FROM T ORDER BY ID;
COMMIT;

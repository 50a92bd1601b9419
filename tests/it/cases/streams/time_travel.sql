-- AT, BEFORE and CHANGES.
-- https://docs.snowflake.com/en/sql-reference/constructs/at-before
CREATE DATABASE D;
CREATE TABLE T (ID INT);
INSERT INTO T VALUES (1);
--> number of rows inserted
--- 1
CREATE STREAM S ON TABLE T;
INSERT INTO T VALUES (2);
--> number of rows inserted
--- 1
DELETE FROM T WHERE ID = 1;
--> number of rows deleted
--- 1
SELECT ID FROM T AT(STREAM => 'S');
--> ID
--- 1
SELECT ID, METADATA$ACTION FROM T CHANGES(INFORMATION => DEFAULT) AT(STREAM => 'S') ORDER BY ID;
--> ID | METADATA$ACTION
--- 1 | DELETE
--- 2 | INSERT
SELECT ID, METADATA$ACTION FROM T CHANGES(INFORMATION => APPEND_ONLY) AT(STREAM => 'S') ORDER BY ID;
--> ID | METADATA$ACTION
--- 2 | INSERT
SELECT ID FROM T AT(OFFSET => 0);
--> ID
--- 2
SELECT ID FROM T AT(OFFSET => -86400);
--! 000707 Time travel data is not available for table T. The requested time is either beyond the allowed time travel period or before the object creation time.
SELECT ID FROM T AT(STATEMENT => '01c00000-ffff-0000-0000-000000000001');
--! 000709 Statement 01c00000-ffff-0000-0000-000000000001 not found

-- UPDATE … FROM and DELETE … USING.
-- https://docs.snowflake.com/en/sql-reference/sql/update
CREATE DATABASE D;
CREATE TABLE T (ID INT, V VARCHAR);
INSERT INTO T VALUES (1, 'a'), (2, 'b'), (3, 'c');
--> number of rows inserted
--- 3
CREATE TABLE S (ID INT, V VARCHAR);
INSERT INTO S VALUES (1, 'A'), (3, 'C'), (3, 'C2');
--> number of rows inserted
--- 3
UPDATE T SET V = V || '!' WHERE ID < 3;
--> number of rows updated | number of multi-joined rows updated
--- 2 | 0
UPDATE T SET V = S.V FROM S WHERE T.ID = S.ID AND T.ID = 1;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
-- Row 3 joins twice: updated once.
UPDATE T SET V = 'twice' FROM S WHERE T.ID = S.ID AND T.ID = 3;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 1
SELECT * FROM T ORDER BY ID;
--> ID | V
--- 1 | A
--- 2 | b!
--- 3 | twice
UPDATE T SET NOSUCH = 1;
--! 000904 invalid identifier 'NOSUCH'
UPDATE T SET V = 1, V = 2;
--! 001110 duplicate column name 'V'
DELETE FROM T USING S WHERE T.ID = S.ID AND S.ID = 3;
--> number of rows deleted
--- 1
SELECT * FROM T ORDER BY ID;
--> ID | V
--- 1 | A
--- 2 | b!
DELETE FROM T WHERE ID = (SELECT MAX(ID) FROM T);
--> number of rows deleted
--- 1
SELECT * FROM T ORDER BY ID;
--> ID | V
--- 1 | A
DELETE FROM T;
--> number of rows deleted
--- 1
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 0
UPDATE T SET V = 'none';
--> number of rows updated | number of multi-joined rows updated
--- 0 | 0

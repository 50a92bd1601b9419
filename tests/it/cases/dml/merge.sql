-- MERGE: clauses in any order, the first that applies wins.
-- https://docs.snowflake.com/en/sql-reference/sql/merge
CREATE DATABASE D;
CREATE TABLE T (ID INT, V VARCHAR, N INT DEFAULT 7);
CREATE TABLE S (ID INT, V VARCHAR, OP VARCHAR);
INSERT INTO T VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3);
--> number of rows inserted
--- 3
INSERT INTO S VALUES (1, 'ONE', 'U'), (2, NULL, 'D'), (4, 'FOUR', 'I'), (5, 'FIVE', 'X');
--> number of rows inserted
--- 4
MERGE INTO T USING S ON T.ID = S.ID
    WHEN MATCHED AND S.OP = 'D' THEN DELETE
    WHEN NOT MATCHED AND S.OP = 'I' THEN INSERT (ID, V) VALUES (S.ID, S.V)
    WHEN MATCHED THEN UPDATE SET V = S.V, N = T.N + 10;
--> number of rows inserted | number of rows updated | number of rows deleted
--- 1 | 1 | 1
SELECT * FROM T ORDER BY ID;
--> ID | V | N
--- 1 | ONE | 11
--- 3 | three | 3
--- 4 | FOUR | 7
-- A source row without a clause for it does nothing.
MERGE INTO T USING S ON T.ID = S.ID WHEN MATCHED AND S.OP = 'nothing' THEN DELETE;
--> number of rows deleted
--- 0
-- Only the columns that a clause can give are counted.
MERGE INTO T tgt USING (SELECT ID, 'n' || ID AS V FROM S WHERE OP = 'X') src ON tgt.ID = src.ID
    WHEN NOT MATCHED THEN INSERT VALUES (src.ID, src.V, DEFAULT);
--> number of rows inserted
--- 1
SELECT * FROM T ORDER BY ID;
--> ID | V | N
--- 1 | ONE | 11
--- 3 | three | 3
--- 4 | FOUR | 7
--- 5 | n5 | 7
-- Two source rows for one target row: refused, unless both delete.
CREATE TABLE TWICE (ID INT, V VARCHAR);
INSERT INTO TWICE VALUES (1, 'a'), (1, 'b');
--> number of rows inserted
--- 2
MERGE INTO T USING TWICE S ON T.ID = S.ID WHEN MATCHED THEN UPDATE SET V = S.V;
--! 100090 Duplicate row detected during DML action Row Values: [1, "b", 11]
MERGE INTO T USING TWICE S ON T.ID = S.ID WHEN MATCHED AND S.V = 'a' THEN UPDATE SET V = 'only a';
--> number of rows updated
--- 1
MERGE INTO T USING TWICE S ON T.ID = S.ID WHEN MATCHED THEN DELETE;
--> number of rows deleted
--- 1
SELECT * FROM T ORDER BY ID;
--> ID | V | N
--- 3 | three | 3
--- 4 | FOUR | 7
--- 5 | n5 | 7
-- An expression of a clause that does not apply is not evaluated.
MERGE INTO T USING (SELECT 4 AS ID, 0 AS Z) S ON T.ID = S.ID
    WHEN MATCHED AND S.Z <> 0 THEN UPDATE SET N = 1 / S.Z
    WHEN MATCHED THEN UPDATE SET N = 0;
--> number of rows updated
--- 1
-- Mistakes.
MERGE INTO T USING S ON T.ID = S.ID WHEN MATCHED THEN UPDATE SET NOSUCH = 1;
--! 000904 invalid identifier 'NOSUCH'
MERGE INTO T USING S ON T.ID = S.ID WHEN NOT MATCHED THEN INSERT (ID) VALUES (1, 2);
--! 002020 Insert value list does not match column list expecting 1 but got 2
MERGE INTO NOSUCH USING S ON NOSUCH.ID = S.ID WHEN MATCHED THEN DELETE;
--! 002003 Object 'D.PUBLIC.NOSUCH' does not exist or not authorized.
-- A clause without AND is the last of its kind.
MERGE INTO T USING S ON T.ID = S.ID WHEN MATCHED THEN DELETE WHEN MATCHED AND S.OP = 'U' THEN UPDATE SET N = 1;
--! 000904 MERGE has an unreachable clause: WHEN MATCHED without AND must be the last WHEN MATCHED.
MERGE INTO T USING S ON T.ID = S.ID WHEN NOT MATCHED THEN INSERT (ID) VALUES (1) WHEN NOT MATCHED THEN INSERT (ID) VALUES (2);
--! 000904 MERGE has an unreachable clause: WHEN NOT MATCHED without AND must be the last WHEN NOT MATCHED.
-- Columns by their names, whatever their order.
CREATE TABLE BY_NAME (ID INT, X INT, Y VARCHAR);
CREATE TABLE NAMED (ID INT, Y VARCHAR, X INT);
INSERT INTO BY_NAME VALUES (1, 10, 'a'), (2, 20, 'b');
--> number of rows inserted
--- 2
INSERT INTO NAMED VALUES (1, 'a', 10), (2, 'B', 25), (3, 'c', 30);
--> number of rows inserted
--- 3
MERGE INTO BY_NAME USING NAMED ON BY_NAME.ID = NAMED.ID
    WHEN MATCHED THEN UPDATE ALL BY NAME
    WHEN NOT MATCHED THEN INSERT ALL BY NAME;
--> number of rows inserted | number of rows updated
--- 1 | 2
SELECT * FROM BY_NAME ORDER BY ID;
--> ID | X | Y
--- 1 | 10 | a
--- 2 | 25 | B
--- 3 | 30 | c
-- Each of equal source rows is inserted.
MERGE INTO BY_NAME USING (SELECT 9 AS ID FROM VALUES (1), (2)) S ON BY_NAME.ID = S.ID WHEN NOT MATCHED THEN INSERT (ID) VALUES (S.ID);
--> number of rows inserted
--- 2
-- Updated and deleted at once: refused.
MERGE INTO BY_NAME USING TWICE S ON BY_NAME.ID = S.ID WHEN MATCHED AND S.V = 'a' THEN DELETE WHEN MATCHED THEN UPDATE SET X = 0;
--! 100090 Duplicate row detected during DML action Row Values: [1, 0, "a"]
-- The values of an INSERT are the source's: a name that the target has too is not ambiguous, and the target's is unknown.
CREATE TABLE BOTH_HAVE (ID INT, X INT);
INSERT INTO BOTH_HAVE VALUES (1, 10), (5, 50);
--> number of rows inserted
--- 2
MERGE INTO BY_NAME AS DEST USING BOTH_HAVE AS SRC ON SRC.ID = DEST.ID
    WHEN MATCHED THEN UPDATE SET X = SRC.X + 1
    WHEN NOT MATCHED THEN INSERT ("ID", "X") VALUES ("ID", "X");
--> number of rows inserted | number of rows updated
--- 1 | 1
SELECT * FROM BY_NAME WHERE ID IN (1, 5) ORDER BY ID;
--> ID | X | Y
--- 1 | 11 | a
--- 5 | 50 | NULL
MERGE INTO BY_NAME AS DEST USING BOTH_HAVE AS SRC ON SRC.ID = DEST.ID WHEN NOT MATCHED THEN INSERT (ID) VALUES (DEST.ID);
--! 000904 invalid identifier 'DEST.ID'
MERGE INTO BY_NAME AS DEST USING BOTH_HAVE AS SRC ON SRC.ID = DEST.ID WHEN MATCHED THEN UPDATE SET X = ID;
--! 002028 ambiguous column name 'ID'

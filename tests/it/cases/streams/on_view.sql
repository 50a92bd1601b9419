-- A stream on a view shows the view's rows now, less its rows then.
-- https://docs.snowflake.com/en/user-guide/streams-intro
CREATE DATABASE D;
CREATE TABLE A (ID INT, V VARCHAR);
CREATE TABLE B (ID INT, W VARCHAR);
INSERT INTO A VALUES (1, 'a'), (2, 'b');
--> number of rows inserted
--- 2
INSERT INTO B VALUES (1, 'x'), (2, 'y');
--> number of rows inserted
--- 2
CREATE VIEW J AS SELECT A.ID, V, W FROM A JOIN B ON A.ID = B.ID WHERE W <> 'hidden';
CREATE STREAM S ON VIEW J;
SELECT COUNT(*) FROM S;
--> COUNT(*)
--- 0
INSERT INTO A VALUES (3, 'c');
--> number of rows inserted
--- 1
SELECT COUNT(*) FROM S;
--> COUNT(*)
--- 0
INSERT INTO B VALUES (3, 'z');
--> number of rows inserted
--- 1
UPDATE B SET W = 'hidden' WHERE ID = 1;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
SELECT ID, V, W, METADATA$ACTION FROM S ORDER BY ID;
--> ID | V | W | METADATA$ACTION
--- 1 | a | x | DELETE
--- 3 | c | z | INSERT
CREATE TABLE SINK (ID INT);
INSERT INTO SINK SELECT ID FROM S;
--> number of rows inserted
--- 2
SELECT COUNT(*) FROM S;
--> COUNT(*)
--- 0

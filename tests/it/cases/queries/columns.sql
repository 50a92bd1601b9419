-- Columns by position, and names that both sides of a join have.
-- https://docs.snowflake.com/en/sql-reference/constructs/values
CREATE DATABASE D;
CREATE TABLE T (ID INT, NAME VARCHAR);
INSERT INTO T SELECT $2, $1 FROM VALUES ('a', 1), ('b', 2), ('c', 3);
--> number of rows inserted
--- 3
SELECT $2, T.$1 FROM T WHERE $1 > 1 ORDER BY $1;
--> $2 | $1
--- b | 2
--- c | 3
SELECT A.$2, B.$2 FROM T AS A JOIN (VALUES (1, 'x'), (3, 'y')) AS B ON A.$1 = B.$1 ORDER BY 1;
--> $2 | $2
--- a | x
--- c | y
MERGE INTO T USING (SELECT $1 AS K, $2 AS V FROM VALUES (3, 'three'), (4, 'four')) S ON T.ID = S.K WHEN MATCHED THEN UPDATE SET NAME = S.V WHEN NOT MATCHED THEN INSERT VALUES (S.K, S.V);
--> number of rows inserted | number of rows updated
--- 1 | 1
SELECT * FROM T ORDER BY ID;
--> ID | NAME
--- 1 | a
--- 2 | b
--- 3 | three
--- 4 | four
SELECT $3 FROM T;
--! 000904 invalid identifier '$3'
SELECT $1 FROM T, T AS U;
--! 000904 invalid identifier '$1'
-- A join with USING takes a name that both sides have from the left; a join with ON does not know.
CREATE TABLE U (ID INT, NAME VARCHAR);
INSERT INTO U VALUES (1, 'right');
--> number of rows inserted
--- 1
SELECT ID, NAME, U.NAME FROM T LEFT JOIN U USING (ID) WHERE NAME <> 'b' ORDER BY ID;
--> ID | NAME | NAME
--- 1 | a | right
--- 3 | three | NULL
--- 4 | four | NULL
SELECT NAME FROM T JOIN U ON T.ID = U.ID;
--! 002028 ambiguous column name 'NAME'
SELECT NAME FROM T JOIN U USING (ID) JOIN U AS W ON W.ID = T.ID;
--! 002028 ambiguous column name 'NAME'
-- A name of a table as text.
SELECT COUNT(*) FROM TABLE('u');
--> COUNT(*)
--- 1
SELECT COUNT(*) FROM TABLE('"u"');
--! 002003 Object 'D.PUBLIC."u"' does not exist or not authorized.
-- Text that begins like a stage is text.
SELECT SPLIT_PART('x@y', '@', 2), CONCAT('~', '@a') FROM U WHERE NAME IN ('z', '@s', 'right') ORDER BY NAME, '@';
--> SPLIT_PART('X@Y', '@', 2) | CONCAT('~', '@A')
--- y | ~@a

-- Identifiers: folding, quotes, IDENTIFIER(), and quotes that do not count
-- sql-reference/identifiers-syntax; sql-reference/identifier-literal; sql-reference/parameters
-- (QUOTED_IDENTIFIERS_IGNORE_CASE); sql-reference/session-variables

-- Without quotes names are upper case, with quotes they are as written.
CREATE TABLE MyTable (c1 INT, "c1" INT, "C2" INT, "a b" INT, "x.y" INT, "say ""hi""" INT, _u$1 INT);
INSERT INTO mytable VALUES (1, 2, 3, 4, 5, 6, 7);
SELECT * FROM MYTABLE;
SELECT C1, c1, "C1", "c1", c2, "a b", "x.y", "say ""hi""", _U$1 FROM "MYTABLE";
SELECT T.c1, t."c1", MyTable.C2 FROM mytable AS t, MYTABLE;
CREATE TABLE LOWERED ("c1" INT);
ALTER TABLE LOWERED RENAME TO "mytable";
INSERT INTO "mytable" VALUES (99);
SELECT "c1" FROM "mytable";
SELECT "c1" FROM PUBLIC."mytable";
SELECT "c1" FROM SNOWGLOBE_TEST.public."mytable";
SELECT "c1" FROM "SNOWGLOBE_TEST"."PUBLIC"."MYTABLE";
-- @error 002003
SELECT * FROM "MyTable";
-- @error 002003
SELECT * FROM "public".MYTABLE;

CREATE TABLE ODD ("идентификатор" INT, "3rd" VARCHAR, "$id" INT);
ALTER TABLE ODD RENAME TO "My.Schema Table!";
INSERT INTO "My.Schema Table!" VALUES (1, 'b', 3);
SELECT "идентификатор", "3rd", "$id" FROM "My.Schema Table!";
SELECT M."3rd" || '!' AS "Third One" FROM "My.Schema Table!" M WHERE M."идентификатор" = 1 ORDER BY "Third One";

-- Aliases fold like every other name.
SELECT 1 AS lower, 2 AS "lower", 3 AS UPPER, 4 AS "Mixed Case", 5 "no as", 6 noas;
SELECT a.x, a."x" FROM (SELECT 1 AS X, 2 AS "x") a;
WITH Cte (First, "second") AS (SELECT 1, 2) SELECT FIRST, "second" FROM CTE;

-- Reserved words need quotes.
CREATE TABLE RESERVED ("from" INT, "group" INT);
ALTER TABLE RESERVED RENAME TO "select";
INSERT INTO "select" VALUES (1, 2);
SELECT "from", "group" FROM "select";
-- @error 001003
CREATE TABLE FROM (A INT);
-- @error 001003
SELECT 1 AS SELECT;
-- @error 001003
CREATE TABLE 3RD (A INT);

-- IDENTIFIER() takes a text for a name.
SELECT "c1" FROM IDENTIFIER('mytable') ORDER BY 1;
SELECT "c1" FROM IDENTIFIER('"mytable"');
SELECT C2 FROM IDENTIFIER('public.mytable');
SELECT C2 FROM IDENTIFIER('snowglobe_test.public.mytable');
SELECT C2 FROM TABLE('mytable');
SET TABLE_NAME = 'mytable';
SET COLUMN_NAME = 'c2';
SELECT C2 FROM IDENTIFIER($TABLE_NAME);
SELECT IDENTIFIER('c2') + 1 AS N, IDENTIFIER($COLUMN_NAME) AS M FROM MYTABLE;
INSERT INTO IDENTIFIER($TABLE_NAME) (C1) VALUES (10);
UPDATE IDENTIFIER('mytable') SET C2 = 30 WHERE IDENTIFIER('c1') = 10;
SELECT C1, C2 FROM IDENTIFIER($TABLE_NAME) T ORDER BY IDENTIFIER($COLUMN_NAME) DESC;
CREATE TABLE IDENTIFIER('made_by_name') (C1 NUMBER);
DROP TABLE IDENTIFIER('made_by_name');
-- @error 002003
SELECT * FROM IDENTIFIER('no_such');

-- Names that mean nothing, or more than one thing: number, SQLSTATE, line and position of the name
-- sql-reference/identifiers-syntax, sql-reference/sql/select, sql-reference/constructs/with, constructs/join,
-- sql-reference/session-variables; user-guide/querying-semistructured

CREATE TABLE T (A INT, B INT);
CREATE TABLE U (A INT, C INT);

-- In each clause of a query, the line is counted from 1 and the position from 0.
-- @error 000904
SELECT NOSUCH;
-- @error 000904
SELECT NOSUCH FROM T;
-- @error 000904
SELECT nosuch FROM T;
-- @error 000904
SELECT A, NOSUCH FROM T;
-- @error 000904
SELECT A + NOSUCH FROM T;
-- @error 000904
SELECT UPPER(NOSUCH) FROM T;
-- @error 000904
SELECT A
  FROM T
  WHERE A = 1 AND
    NOSUCH = 1;
-- @error 000904
SELECT A FROM T GROUP BY NOSUCH;
-- @error 000904
SELECT COUNT(*) FROM T GROUP BY A HAVING NOSUCH > 1;
-- @error 000904
SELECT A FROM T QUALIFY ROW_NUMBER() OVER (ORDER BY NOSUCH) = 1;
-- @error 000904
SELECT A FROM T ORDER BY NOSUCH;
-- @error 000904
SELECT * FROM T JOIN U ON T.A = U.NOSUCH;
-- @error 000904
SELECT * FROM T JOIN U USING (NOSUCH);
-- @error 000904
SELECT A FROM T WHERE A IN (SELECT NOSUCH FROM U);
-- @error 000904
SELECT (SELECT MAX(NOSUCH) FROM U) FROM T;

-- A name with its table is shown with it.
-- @error 000904
SELECT T.NOSUCH FROM T;
-- @error 000904
SELECT X.A FROM T;
-- An alias takes the place of the table's own name.
-- @error 000904
SELECT T.A FROM T AS X;
-- @error 000904
SELECT U.C FROM T WHERE EXISTS (SELECT 1 FROM U);
-- @error 000904
WITH C AS (SELECT 1 AS X) SELECT Y FROM C;
-- @error 000904
WITH C AS (SELECT 1 AS X) SELECT T.X FROM C;
-- @error 000904
WITH C (Y) AS (SELECT 1 AS X) SELECT X FROM C;
-- @error 000904
SELECT D.B FROM (SELECT A FROM T) D;

-- In what changes tables.
-- @error 000904
INSERT INTO T (NOSUCH) VALUES (1);
-- @error 000904
INSERT INTO T (A, NOSUCH) VALUES (1, 2);
-- @error 000904
INSERT INTO T SELECT NOSUCH, 1 FROM U;
-- @error 000904
UPDATE T SET NOSUCH = 1;
-- @error 000904
UPDATE T SET A = NOSUCH;
-- @error 000904
UPDATE T SET A = 1 WHERE NOSUCH = 1;
-- @error 000904
DELETE FROM T WHERE NOSUCH = 1;
-- @error 000904
MERGE INTO T USING U ON T.A = U.NOSUCH WHEN MATCHED THEN DELETE;
-- @error 000904
MERGE INTO T USING U ON T.A = U.A WHEN MATCHED THEN UPDATE SET NOSUCH = 1;
-- @error 000904
MERGE INTO T USING U ON T.A = U.A WHEN NOT MATCHED THEN INSERT (A, NOSUCH) VALUES (1, 2);
-- @error 000904
CREATE VIEW V AS SELECT NOSUCH FROM T;
-- @error 000904
CREATE TABLE W AS SELECT NOSUCH FROM T;

-- A name that two tables have.
-- @error 002028
SELECT A FROM T, U;
-- @error 002028
SELECT T.A FROM T, U WHERE A = 1;
-- @error 002028
SELECT B FROM T JOIN U ON A = C;
SELECT T.A, U.A, B, C FROM T, U;

-- Functions and variables.
-- @error 002140
SELECT NOSUCH(1);
-- @error 002140
SELECT NOSUCH(ALSO_NOSUCH) FROM T;
-- @error 002141
SELECT PUBLIC.NOSUCH(1);
-- @error 002211
SELECT $NOSUCH;
-- @error 000938
SELECT UPPER();
-- @error 000938
SELECT A, UPPER() FROM T;
-- @error 000938
SELECT A FROM T
  WHERE UPPER() = 'X';
-- @error 000938
SELECT SUM() FROM T;

-- Comments, texts and letters of any language count as they are written.
-- @error 000904
SELECT /* a comment */ NOSUCH FROM T;
-- @error 000904
SELECT 'düşünce; -- no comment', NOSUCH FROM T;
-- @error 000904
SELECT A,
  $$several
lines$$, NOSUCH FROM T;
-- @error 000904
SELECT	A,	NOSUCH FROM T;
-- @error 001003
SELECT 'ünï' FRM T;

-- A name that needs its quotes keeps them.
-- @error 000904
SELECT "a" FROM T;
-- @error 000904
SELECT T."no such" FROM T;
-- A path has the place of its column.
-- @error 000904
SELECT NOSUCH:a.b FROM T;
-- A path has a colon first.
-- @error 000904
SELECT V.A FROM (SELECT PARSE_JSON('{}') AS V) T;
-- @error 000904
SELECT X.* FROM T;
-- @error 000904
SELECT * REPLACE (1 AS NOSUCH) FROM T;
-- @error 000904
SELECT 1 AS X FROM T JOIN T ON TRUE;
-- @error 000904
SELECT * FROM (SELECT 1 AS A) AS X (P, Q);
-- @error 000904
SELECT A FROM T ORDER BY 3;
-- @error 001789
SELECT 1 UNION SELECT 1, 2;
-- @error 001789
SELECT 1 AS A UNION ALL SELECT 2 UNION ALL SELECT 3, 4;
-- A new table or view wants a name for what has none.
-- @error 002022
CREATE TABLE NEW_TABLE AS SELECT A + 1 FROM T;
-- @error 002022
CREATE VIEW NEW_VIEW AS SELECT COUNT(*) FROM T;
CREATE TABLE NEW_TABLE (N) AS SELECT COUNT(*) FROM T;
CREATE VIEW NEW_VIEW (N) AS SELECT COUNT(*) FROM T;

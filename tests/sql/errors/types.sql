-- Types that do not go together
-- sql-reference/data-type-conversion, sql-reference/data-types-numeric, data-types-text, data-types-semistructured;
-- sql-reference/sql/insert, update; sql-reference/constructs/where, operators-query

CREATE TABLE T (N INT, D DATE, B BOOLEAN, V VARIANT, O OBJECT, A ARRAY, S VARCHAR);

-- A value of a type that the column's type is not made from.
-- @error 002023
INSERT INTO T (N) VALUES (TO_DATE('2024-01-01'));
-- @error 002023
INSERT INTO T (D) VALUES (1);
-- @error 002023
INSERT INTO T (D) VALUES (TRUE);
-- @error 002023
INSERT INTO T (B) SELECT TO_DATE('2024-01-01');
-- @error 002023
INSERT INTO T (N) SELECT ARRAY_CONSTRUCT(1);
-- @error 002023
INSERT INTO T (O) SELECT ARRAY_CONSTRUCT();
-- @error 002023
INSERT INTO T (A) SELECT OBJECT_CONSTRUCT();
-- @error 002023
INSERT INTO T (N) VALUES (TRUE);
-- @error 002023
INSERT INTO T (V) SELECT S FROM T;
-- @error 002023
INSERT INTO T (V) SELECT D FROM T;
-- @error 002023
INSERT INTO T (A) SELECT S FROM T;
-- @error 002023
INSERT INTO T (O) SELECT S FROM T;
-- @error 002023
INSERT INTO T (S) SELECT O FROM T;
-- @error 002023
INSERT INTO T (S) SELECT A FROM T;
-- @error 002023
INSERT INTO T (D) SELECT B FROM T;
-- @error 002023
INSERT INTO T (B) SELECT D FROM T;
-- @error 002023
UPDATE T SET N = ARRAY_CONSTRUCT(1);
-- @error 002023
UPDATE T SET D = N;
-- @error 002023
MERGE INTO T USING (SELECT 1 AS X) Q ON T.N = Q.X WHEN NOT MATCHED THEN INSERT (D) VALUES (Q.X);

-- What is converted without being asked.
INSERT INTO T (N, D, B, V, S) SELECT '5', '2024-02-29', 1, 12.5, TRUE;
INSERT INTO T (N, D, B, V, S) SELECT 1.5, '2024-02-29 10:00:00'::TIMESTAMP_NTZ, 'no', A, '2024-02-29'::DATE FROM T;
SELECT N, D, B, V, S FROM T ORDER BY N;

-- Text is read as what is asked for, and says when it cannot be.
-- @error 100038
SELECT 'a' + 1;
-- @error 100038
SELECT 1 BETWEEN 'a' AND 'b';
-- @error 100038
SELECT 1 IN ('a', 2);
-- @error 100038
SELECT COALESCE(1, 'x');
-- @error 100038
SELECT GREATEST(1, 'x');
-- @error 100038
SELECT ABS('abc');
-- @error 100038
SELECT ROUND('x');
-- @error 100038
SELECT SUBSTR('abc', 'x');
-- @error 100038
SELECT SUM('abc');
-- @error 100038
SELECT 1 UNION ALL SELECT 'x';
-- @error 100037
SELECT IFF('abc', 1, 2);
-- @error 100037
SELECT TRUE = 'abc';
-- @error 100040
SELECT TO_DATE('2024-01-01') = 'yesterday';
SELECT '5' + 1 AS SUM_OF, TRUE = 'yes' AS YES, TO_DATE('2024-01-01') = '2024-01-01' AS DAY;

-- A column's aggregate of a type that has none, with the type of the column.
-- @error 001044
SELECT SUM(D) FROM T;
-- @error 001044
SELECT SUM(B) FROM T;
-- @error 001044
SELECT AVG(D) FROM T;
-- @error 001044
SELECT N, ABS(B) FROM T;
-- @error 001044
SELECT ABS(D) FROM T;
-- @error 001044
SELECT ARRAY_SIZE(S) FROM T;
-- @error 001044
SELECT ARRAY_SIZE(N) FROM T;
-- @error 001044
SELECT N,
  OBJECT_KEYS(N) FROM T;
-- @error 001044
SELECT ARRAY_CAT(N, S) FROM T;
-- @error 001044
SELECT IS_INTEGER(N) FROM T;

-- Types that are not there.
-- @error 002040
SELECT 1::NOSUCHTYPE;
-- @error 002040
CREATE TABLE U (A NOSUCHTYPE);

-- A subquery in the place of a value has one row at most.
-- @error 090150
SELECT (SELECT COLUMN1 FROM VALUES (1), (2)) AS X;
-- @error 090150
SELECT COLUMN1 FROM VALUES (1) WHERE COLUMN1 = (SELECT COLUMN1 FROM VALUES (1), (2));
SELECT (SELECT COLUMN1 FROM VALUES (1) WHERE FALSE) AS NOTHING;

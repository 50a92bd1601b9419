-- Conditional functions: CASE, COALESCE and its kin, the logic functions of numbers, GREATEST and LEAST.
-- Pages: sql-reference/expressions-conditional.md, and sql-reference/functions/ case, coalesce, decode, iff, nvl2, nullif, zeroifnull, greatest, booland, equal_null, between, in, is-distinct-from, regr_valx

CREATE TABLE I (A INT, B INT, C INT, S VARCHAR(5), F FLOAT);
INSERT INTO I VALUES (1, 2, 3, 'one', 1.5), (NULL, 2, 3, NULL, NULL), (NULL, NULL, 3, 'x', 0),
    (0, 0, NULL, '', -2.5), (NULL, NULL, NULL, NULL, NULL);

-- COALESCE gives the first value that is there.
SELECT COALESCE(A, B, C) AS X, COALESCE(A, -1) AS Y, NVL(A, B) AS Z, IFNULL(S, '-')::VARCHAR AS S,
    COALESCE(A, F) AS W
FROM I
ORDER BY A, B, C;
SELECT COALESCE(NULL, NULL)::VARCHAR AS A, COALESCE(NULL, 'x', 'y')::VARCHAR AS B,
    NVL(NULL, NULL)::VARCHAR AS C, NVL2(1, 'a', 'b')::VARCHAR AS D, NVL2(NULL, 'a', 'b')::VARCHAR AS E,
    NVL2(0, NULL, 'b')::VARCHAR AS F, IFNULL('', 'x')::VARCHAR AS G;
-- @error 000938
SELECT COALESCE(1) AS A;
-- @error 000938
SELECT NVL(1) AS A;
-- @error 000938
SELECT NVL2(1, 2) AS A;

-- NULLIF has the type of its first argument.
SELECT NULLIF(A, B) AS X, NULLIF(B, 0) AS Y, NULLIF(A, NULL) AS Z, NULLIFZERO(B) AS V, ZEROIFNULL(A) AS W
FROM I
ORDER BY A, B, C;
SELECT NULLIF(S, 'one') AS A FROM I ORDER BY A;
SELECT NULLIF('a', 'A') AS A, NULLIF('a', 'a') AS B, NULLIF(1.5, 1) AS C;
SELECT COLUMN1 AS V, ZEROIFNULL(COLUMN1) AS Z FROM VALUES (1), (NULL), (5), (0), (3.14159) ORDER BY V;
SELECT ZEROIFNULL(3.14159) AS A;
-- @error 100038
SELECT ZEROIFNULL('x') AS A;

-- IFF: what is not TRUE takes the last argument.
SELECT IFF(TRUE, 'true', 'false')::VARCHAR AS A, IFF(FALSE, 'true', 'false')::VARCHAR AS B,
    IFF(NULL, 'true', 'false')::VARCHAR AS C, IFF(TRUE, NULL, 'false')::VARCHAR AS D;
SELECT IFF(1 > 2, 1, 22) AS E;
SELECT COLUMN1 AS V, IFF(V::INT = V, 'integer', 'non-integer')::VARCHAR AS K
FROM VALUES (1.0), (1.1), (-3.1415), (-5.000), (NULL)
ORDER BY V DESC;

-- CASE, searched and simple; without ELSE it ends in NULL, and NULL matches nothing.
SELECT A, (CASE WHEN A = 1 THEN 'one' WHEN A IS NULL THEN 'none' ELSE 'other' END)::VARCHAR AS X,
    (CASE A WHEN 1 THEN 'one' WHEN NULL THEN 'null' END)::VARCHAR AS Y,
    CASE WHEN A = 1 THEN 1 WHEN A = 0 THEN 2.5 END AS Z
FROM I
WHERE B IS NOT NULL
ORDER BY A;

-- The first branch that fits ends it: what stands behind is not computed.
SELECT CASE WHEN B = 0 THEN 0 ELSE 10 / B END AS X, IFF(B = 0, NULL, 10 / B) AS Y
FROM I
WHERE B IS NOT NULL
ORDER BY B;

-- DECODE: NULL matches NULL.
SELECT A, DECODE(A, 1, 'one', 0, 'zero', NULL, '-NULL-', 'other')::VARCHAR AS X,
    DECODE(A, 1, 'one', NULL, '-NULL-')::VARCHAR AS Y, DECODE(A, 5, 'five')::VARCHAR AS Z,
    DECODE(A, 1, 'first', 1, 'second')::VARCHAR AS U
FROM I
WHERE B IS NOT NULL
ORDER BY A;
-- @error 000938
SELECT DECODE(1, 1) AS A;

-- GREATEST and LEAST: NULL as soon as one is NULL; the others pass NULLs by.
SELECT GREATEST(A, B, C) AS G, LEAST(A, B, C) AS L, GREATEST_IGNORE_NULLS(A, B, C) AS GI,
    LEAST_IGNORE_NULLS(A, B, C) AS LI, GREATEST(A, F) AS GF
FROM I
ORDER BY A, B, C;
SELECT GREATEST(1, 2.5) AS C, LEAST(1, 2.50, 3.125) AS D, GREATEST(7) AS G;
SELECT GREATEST('b', 'a', 'C')::VARCHAR AS A, LEAST('b', 'a', 'C')::VARCHAR AS B,
    GREATEST('2024-01-01'::DATE, '2024-01-02'::DATE) AS E, LEAST(TRUE, FALSE) AS F,
    LEAST('2024-01-01'::TIMESTAMP_NTZ, '2023-12-31'::DATE) AS H;
-- @error 100040
SELECT GREATEST('2024-01-01'::DATE, 'x') AS A;
-- @error 000938
SELECT GREATEST() AS A;

-- Logic of numbers: all but zero is true.
SELECT BOOLAND(1, -2) AS A, BOOLAND(0, 0) AS B, BOOLAND(0, NULL) AS C, BOOLAND(NULL, 3) AS D,
    BOOLAND(NULL, NULL) AS E, BOOLOR(1, 2) AS F, BOOLOR(0, 0) AS G, BOOLOR(3, NULL) AS H,
    BOOLOR(0, NULL) AS I, BOOLXOR(2, 0) AS J, BOOLXOR(1, -1) AS K, BOOLXOR(0, 0) AS L, BOOLXOR(NULL, 3) AS M;
SELECT BOOLNOT(0) AS A, BOOLNOT(10) AS B, BOOLNOT(-3.79) AS C, BOOLNOT(NULL) AS D;

-- They round before they look.
SELECT BOOLAND(2, 0.3) AS A, BOOLAND(-0.4, 5) AS B, BOOLOR(0.5, 0) AS C, BOOLOR(0.4, 0) AS D,
    BOOLNOT(0.3) AS E, BOOLXOR(0.4, 1) AS F;
SELECT 2 AND 0.3 AS A;

-- Comparison with and without NULL.
SELECT EQUAL_NULL(A, B) AS E, A = B AS Q, A IS DISTINCT
FROM B AS D, A IS NOT DISTINCT
FROM B AS N, A IS NULL AS U, B IS NOT NULL AS V
FROM I
ORDER BY A, B, C;
SELECT 5 BETWEEN 1 AND 5 AS A, 5 NOT BETWEEN 1 AND 4 AS B, NULL BETWEEN 1 AND 2 AS C,
    3 BETWEEN NULL AND 2 AS D, 3 BETWEEN 5 AND 1 AS E, 'b' BETWEEN 'a' AND 'c' AS F;
SELECT 1 IN (1, 2) AS A, 3 IN (1, 2) AS B, 3 IN (1, NULL) AS C, 1 IN (1, NULL) AS D, 3 NOT IN (1, 2) AS E,
    3 NOT IN (1, NULL) AS F, NULL IN (1) AS G, 'a' IN ('A', 'a') AS H;
SELECT (1, 'x') IN ((1, 'x'), (2, 'y')) AS A, (1, 'y') IN ((1, 'x'), (2, 'y')) AS B,
    (1, NULL) IN ((1, 'x')) AS C;

-- REGR_VALX and REGR_VALY: NULL as soon as one is NULL.
SELECT REGR_VALX(NULL, 10) AS A, REGR_VALX(1, NULL) AS B, REGR_VALX(1, 10) AS C, REGR_VALY(1, 10) AS D,
    REGR_VALY(NULL, 10) AS E, REGR_VALY(1, NULL) AS F;
-- @error 000938
SELECT EQUAL_NULL(1) AS A;

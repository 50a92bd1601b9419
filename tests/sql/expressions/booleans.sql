-- Booleans: three-valued logic, conversions both ways, and where a value stands for one.
-- Pages: sql-reference/data-types-logical.md, sql-reference/ternary-logic.md, sql-reference/operators-logical.md, sql-reference/functions/to_boolean.md

CREATE TABLE L (ID INT, B BOOLEAN, N NUMBER, S STRING);
INSERT INTO L VALUES (1, TRUE, 1, 'yes'), (2, FALSE, 0, 'no'), (3, NULL, NULL, NULL);
SELECT * FROM L ORDER BY ID;

-- The tables of AND, OR and NOT.
SELECT A.B AS X, C.B AS Y, A.B AND C.B AS "AND", A.B OR C.B AS "OR", NOT A.B AS "NOT"
FROM L A
CROSS JOIN L C
ORDER BY A.ID, C.ID;
SELECT B, N, NOT B AND (N < 1) FROM L ORDER BY ID;

-- NOT binds closer than AND, and AND closer than OR.
SELECT TRUE OR TRUE AND FALSE AS A, (TRUE OR TRUE) AND FALSE AS B, NOT FALSE AND FALSE AS C,
    NOT (FALSE AND FALSE) AS D;

-- Only TRUE passes a filter.
SELECT ID FROM L WHERE NOT B AND (N < 1);
SELECT COUNT(*) AS C FROM L WHERE B OR NOT B;
SELECT ID FROM L WHERE N ORDER BY ID;

-- Text that stands for a boolean, in any letter case.
SELECT TO_BOOLEAN('true') AS A, TO_BOOLEAN('T') AS B, TO_BOOLEAN('Yes') AS C, TO_BOOLEAN('y') AS D,
    TO_BOOLEAN('ON') AS E, TO_BOOLEAN('1') AS F;
SELECT TO_BOOLEAN('false') AS A, TO_BOOLEAN('F') AS B, TO_BOOLEAN('No') AS C, TO_BOOLEAN('n') AS D,
    TO_BOOLEAN('Off') AS E, TO_BOOLEAN('0') AS F;
-- @error 100037
SELECT TO_BOOLEAN('2') AS A;
-- @error 100037
SELECT TO_BOOLEAN('maybe') AS A;
-- @error 100037
SELECT TO_BOOLEAN('') AS A;
SELECT TRY_TO_BOOLEAN('maybe') AS A, TRY_TO_BOOLEAN('on') AS B, TRY_TO_BOOLEAN(NULL) AS C,
    TRY_CAST('off' AS BOOLEAN) AS D, TRY_CAST('nope' AS BOOLEAN) AS E;

-- Numbers: all but zero are TRUE.
SELECT TO_BOOLEAN(0) AS A, TO_BOOLEAN(-3) AS B, TO_BOOLEAN(0.001) AS C, 5::BOOLEAN AS D, 0::BOOLEAN AS E,
    TO_BOOLEAN(N) AS F, TO_BOOLEAN(S) AS G
FROM L
ORDER BY ID;
-- @error 001007
SELECT TO_BOOLEAN('2024-01-01'::DATE) AS A;

-- Out of booleans.
SELECT TRUE::VARCHAR AS A, FALSE::VARCHAR AS B, TRUE::INT AS C, FALSE::NUMBER(3,1) AS D, TO_VARCHAR(B) AS E,
    ('is ' || B)::VARCHAR AS F
FROM L
ORDER BY ID;

-- The minus sign does not take a boolean, and the cast is done first.
-- @error 001044
SELECT -0.0::FLOAT::BOOLEAN;

-- Without a cast, 'true' and 'false' and numbers stand for booleans.
SELECT B = 'true' AS A, B = 'FALSE' AS C, B = 1 AS D, 'TRUE' = (1 = 1) AS E, 0 = (1 = 2) AS F
FROM L
WHERE ID = 1;
SELECT NOT 0 AS E, IFF(1, 'a', 'b') AS F, 'true' AND TRUE AS G;

-- Order and comparison: FALSE before TRUE.
SELECT FALSE < TRUE AS A, TRUE = TRUE AS X, TRUE <> NULL AS C, B IS TRUE AS D, B IS NOT TRUE AS E,
    B IS FALSE AS F, B IS NULL AS G
FROM L
ORDER BY B;
SELECT TRUE IS DISTINCT
FROM NULL AS A, NULL IS DISTINCT
FROM NULL AS B, NULL IS NOT DISTINCT
FROM FALSE AS C, EQUAL_NULL(NULL, NULL) AS D, NULL = NULL AS E, NOT NULL AS F;
-- @error 001044
SELECT TRUE + 1 AS A;
-- @error 100037
SELECT TRUE AND 'x' AS A;
SELECT MIN(B) AS A, MAX(B) AS C, BOOLAND_AGG(B) AS D, BOOLOR_AGG(B) AS E, COUNT_IF(B)::VARCHAR AS F FROM L;

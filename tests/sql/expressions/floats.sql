-- Floating-point numbers: special values, their order, their text, and conversions.
-- Pages: sql-reference/data-types-numeric.md, sql-reference/functions/to_double.md, sql-reference/data-type-conversion.md

CREATE TABLE F (ID INT, A FLOAT, B DOUBLE PRECISION, C REAL, D FLOAT4, E FLOAT8, G DOUBLE);
INSERT INTO F SELECT 1, 'NaN', 'inf', '-INF', 1.5, 2, '1e300';
INSERT INTO F VALUES (2, 0.1, -0.25, 0.001, 123456789, 0, NULL);

-- All names of the type are FLOAT.
SELECT * FROM F ORDER BY ID;

-- NaN is equal to itself and above everything else, infinity too.
SELECT 'NaN'::FLOAT = 'nan'::FLOAT AS A, 'NaN'::FLOAT > 'inf'::FLOAT AS B, 'NaN'::FLOAT > '1e308'::FLOAT AS C,
    'inf'::FLOAT > '1e308'::FLOAT AS D, '-inf'::FLOAT < '-1e308'::FLOAT AS E,
    'NaN'::FLOAT <> 'NaN'::FLOAT AS G, 'NaN'::FLOAT < '-inf'::FLOAT AS H, 'NaN'::FLOAT >= 'NaN'::FLOAT AS I,
    'inf'::FLOAT = 'Infinity'::FLOAT AS J;
SELECT COLUMN1::FLOAT AS V FROM VALUES ('inf'), ('NaN'), ('1'), ('-inf'), ('0'), (NULL), ('-5.5') ORDER BY V;
SELECT MAX(COLUMN1::FLOAT) AS A, MIN(COLUMN1::FLOAT) AS B, COUNT(DISTINCT COLUMN1::FLOAT) AS C
FROM VALUES ('inf'), ('NaN'), ('nan'), ('-inf'), ('0');
SELECT COLUMN1::FLOAT AS V, COUNT(*) AS N
FROM VALUES ('NaN'), ('nan'), ('NAN'), ('0'), ('-0')
GROUP BY V
ORDER BY V;
SELECT 'NaN'::FLOAT IN (1, 'nan'::FLOAT) AS A, EQUAL_NULL('NaN'::FLOAT, 'NaN'::FLOAT) AS B,
    GREATEST('NaN'::FLOAT, 'inf'::FLOAT) AS C, LEAST('NaN'::FLOAT, '-inf'::FLOAT) AS D;

-- Text has no trailing zeros, and ten digits.
SELECT 5.000::FLOAT::VARCHAR AS A, 0.1::FLOAT::VARCHAR AS B, 1e20::FLOAT::VARCHAR AS C,
    1.5e-7::FLOAT::VARCHAR AS D, 123456.789::FLOAT::VARCHAR AS E,
    12345678901234567890123456789::FLOAT::VARCHAR AS G, (-0.5::FLOAT)::VARCHAR AS H;
SELECT TO_VARCHAR('inf'::FLOAT) AS A, TO_VARCHAR('-inf'::FLOAT) AS B, TO_VARCHAR('NAN'::FLOAT) AS C,
    TO_VARCHAR(1/3::FLOAT) AS D, TO_VARCHAR(LOG(3, 4)) AS E;

-- What one side of an operator is, both are.
SELECT 1::FLOAT / 4 AS A, 1.5 * 2::FLOAT AS B, 0.1::FLOAT + 0.2 AS C, 7::FLOAT % 4 AS D, -(2.5::FLOAT) AS E,
    2 - 0.5::FLOAT AS G;
SELECT 1::FLOAT = 1 AS A, 2 > 1.5::FLOAT AS B, '2.5' = 2.5::FLOAT AS C,
    0.1::FLOAT + 0.2::FLOAT = 0.3::FLOAT AS D;

-- There is no division by zero here, either.
-- @error 100051
SELECT 1::FLOAT / 0 AS A;
-- @error 100051
SELECT 1 / 0::FLOAT AS A;

-- To NUMBER: rounded to the scale; too many digits in front, infinities and NaN do not go.
SELECT 1.1::FLOAT::NUMBER(38,18) AS A, 2.5::FLOAT::INT AS B, -2.5::FLOAT::INT AS C, 1e10::FLOAT::NUMBER AS D,
    12.345::FLOAT::NUMBER(4,2) AS E, 0.4::FLOAT::INT AS G;
-- @error 100046
SELECT 12.3::FLOAT::NUMBER(3,2) AS A;
-- @error 100046
SELECT '1e39'::FLOAT::NUMBER AS A;
-- @error 100046
SELECT 'inf'::FLOAT::NUMBER AS A;
-- @error 100046
SELECT 'NaN'::FLOAT::NUMBER AS A;

-- To BOOLEAN: zero is FALSE; special values do not go.
SELECT 0.0::FLOAT::BOOLEAN AS A, 0.1::FLOAT::BOOLEAN AS B, (-0.0::FLOAT)::BOOLEAN AS C;
-- @error 100037
SELECT 'NaN'::FLOAT::BOOLEAN AS A;
-- @error 100037
SELECT 'inf'::FLOAT::BOOLEAN AS A;

-- From text: decimal or scientific notation and the special values, in any letter case.
SELECT TO_DOUBLE('1.1') AS A, TO_DOUBLE(' 42 ') AS B, TO_DOUBLE('-1.5E3') AS C, TO_DOUBLE('infinity') AS D,
    TO_DOUBLE('-Inf') AS E, TO_DOUBLE('nan') AS G, TO_DOUBLE(NULL) AS H, TO_DOUBLE('.5') AS I,
    TO_DOUBLE('5.') AS J;
SELECT TO_DOUBLE('123e7000') AS A, TO_DOUBLE('-4.2e-5432') AS B;
-- @error 100038
SELECT TO_DOUBLE('1,5') AS A;
-- @error 100038
SELECT TO_DOUBLE('') AS A;
-- @error 001007
SELECT TO_DOUBLE(TRUE) AS A;
SELECT TRY_TO_DOUBLE('1,5') AS A, TRY_TO_DOUBLE('') AS B, TRY_TO_DOUBLE('2e2') AS C,
    TRY_TO_DOUBLE('nan') AS D, TRY_TO_DOUBLE(NULL) AS E;

-- With a format, the text is read by it.
SELECT TO_DOUBLE('1,234.5', '9,999.9') AS A, TO_DOUBLE('$7.25', '$9.99') AS B, TO_DOUBLE('ff', 'XX') AS C,
    TRY_TO_DOUBLE('12-', '99MI') AS D;
-- @error 100140
SELECT TO_DOUBLE('1234', '99') AS A;

-- Out of VARIANT.
SELECT TO_DOUBLE(PARSE_JSON('3.14')) AS A, TO_DOUBLE(PARSE_JSON('"2.5"')) AS B,
    TO_DOUBLE(PARSE_JSON('true')) AS C, TO_DOUBLE(PARSE_JSON('null')) AS D,
    TO_DOUBLE(PARSE_JSON('false')) AS E;

-- Literals that no NUMBER holds.
SELECT 1e-300 AS A, 1e308 AS B, -1e308 AS C, 125000000000000000000000000000000000000000 AS D;

-- Both zeroes are one value.
SELECT COUNT(DISTINCT COLUMN1::FLOAT) AS C FROM VALUES ('0'), ('-0');

-- Fixed-point numbers: literals, and precision and scale of arithmetic.
-- Pages: sql-reference/data-types-numeric.md, sql-reference/operators-arithmetic.md

-- A literal has just the digits that it needs; zeros behind the last digit do not count.
SELECT 15 AS A, -1 AS B, +1.34 AS C, 0.2 AS D, .5 AS E, 1.50 AS F, 0.05 AS G, 0.000 AS H, 007 AS I;

-- An exponent is worked in before the digits are counted.
SELECT 15e-03 AS A, 1.234E2 AS B, 1.234E+2 AS C, 1.5e2 AS D, 5e0 AS E, 2e3 AS F;
SELECT 99999999999999999999999999999999999999 AS BIGGEST, -99999999999999999999999999999999999999 AS SMALLEST;

-- Beyond 38 digits a literal is a FLOAT.
SELECT 1e40 AS A, 125000000000000000000000000000000000000000 AS B, 1e-40 AS C;

CREATE TABLE N (ID NUMBER(2,0), A NUMBER(10,2), B NUMBER(8,5), C NUMBER(38,0), D NUMBER(20,15), E NUMBER(3,0),
    G NUMBER(18,9));
INSERT INTO N VALUES (1, 12345.67, 3.14159, 1000000007, 0.000000000012345, 7, 123456789.987654321),
    (2, -0.05, -999.00001, -12, -99999.5, -3, 0.000000001), (3, NULL, NULL, NULL, NULL, NULL, NULL);

-- Addition and subtraction: one leading digit more than the longer one, the larger scale.
SELECT A + B, B + A, A + C, C + D, E + A, D + G, E + E FROM N ORDER BY ID;
SELECT A - B, C - A, B - D, E - G, G - A FROM N ORDER BY ID;

-- Multiplication: leading digits and scales add up; the scale stays at 12, or at the larger one that came in.
SELECT A * B, A * E, B * B, B * D, D * D, C * E, E * G, G * A FROM N ORDER BY ID;

-- Division: six digits of scale more than the dividend, up to 12, or its own; rounded.
SELECT A / B, B / A, A / E, E / A, C / E, D / B, E / B, G / E, E / E FROM N ORDER BY ID;

-- Modulo: the most leading digits, the largest scale; the sign is the dividend's.
SELECT A % B, C % A, A % E, G % E, C % E, D % B FROM N ORDER BY ID;

-- The digits of literals enter the same rules.
SELECT 10.01 * 1.1 AS A, 10.001 * .001 AS B, .1 * .0000000000001 AS C, 3 * 4 AS D, -1.5 * 2 AS E;
SELECT 2 / 7 AS A, 10.1 / 2.1 AS B, 10.001 / .001 AS C, .1 / .0000000000001 AS D, 1 / 3 AS E, -2 / 3 AS F,
    1 / 3 / 3 AS G;
SELECT 1 + 1 AS A, 99 + 1 AS B, 0.5 - 0.25 AS C, 1.05 + 10 AS D, 3 - 10 AS E;
SELECT 7 % 3 AS A, -7 % 3 AS B, 7 % -3 AS C, 5.5 % 2 AS D, 1 % 0.3 AS E;

-- Signs keep precision and scale; a string becomes a number behind a plus.
SELECT -A, +A AS P, -(-E) AS Q FROM N WHERE ID = 1;
SELECT +'12' AS A, +'-0.5' AS B;
-- @error 100038
SELECT +'twelve' AS A;

-- Multiplication and division come first, from left to right; parentheses change that.
SELECT 2 + 3 * 4 AS A, (2 + 3) * 4 AS B, 24 / 4 / 2 AS C, 24 / (4 / 2) AS D, 10 - 4 - 3 AS E, 17 % 5 * 2 AS F;

-- No digits are left for the result.
-- @error 100046
SELECT 99999999999999999999999999999999999999 + 1 AS A;
-- @error 100046
SELECT 10000000000000000000 * 10000000000000000000 AS A;
-- @error 100051
SELECT 1 / 0 AS A;
-- @error 100051
SELECT A / (E - 7) AS X FROM N WHERE ID = 1;
-- @error 100051
SELECT 5 % 0 AS A;
-- @error 100038
SELECT 'a' * 2 AS A;
-- @error 001044
SELECT TRUE + CURRENT_DATE AS A;

-- A column's precision bounds what is stored; digits behind its scale are rounded, half away from zero.
CREATE TABLE M (V NUMBER(5,2), W DECIMAL(3), X INTEGER);
INSERT INTO M VALUES (1.005, 2.5, 0.5), (-1.005, -2.5, -0.5), (999.994, 999.4, 1.4999);
SELECT V, W, X FROM M ORDER BY V;
-- @error 100046
INSERT INTO M (V) VALUES (999.995);
-- @error 100046
INSERT INTO M (W) VALUES (1000);
-- @error 100038
INSERT INTO M (W) VALUES ('twelve');

-- Casts to fewer digits behind the point round, too.
SELECT 2.5::INT AS A, 3.5::INT AS B, -2.5::INT AS C, 1.2345::NUMBER(5,3) AS D, 0.049::NUMBER(3,1) AS E,
    0.05::NUMBER(3,1) AS F, 123.456::DECIMAL AS G;
-- @error 100046
SELECT 12.5::NUMBER(2,1) AS A;

-- Every name of the type is NUMBER; the whole ones are NUMBER(38,0).
CREATE TABLE K (A NUMBER, B DECIMAL(12,3), C DEC(4), D NUMERIC(30,3), E INT, F INTEGER, G BIGINT, H SMALLINT,
    I TINYINT, J BYTEINT, K NUMBER(38,37));
INSERT INTO K
SELECT 1, 1, 1, 1, 1, 1, 1, 1, 255, 99999999999999999999999999999999999999,
    9.8765432109876543210987654321098765432;
SELECT * FROM K;
-- @error 002040
CREATE TABLE BAD (A NUMBER(39,0));
-- @error 002040
CREATE TABLE BAD (A NUMBER(10,11));

-- Comparison is by value, whatever the scales are.
SELECT 1.50 = 1.5 AS A, 2 > 1.999 AS B, 0 = -0 AS C, 1e2 = 100 AS D, '10' > 9 AS E, NULL = 1 AS F,
    1 <> 1.0 AS G;

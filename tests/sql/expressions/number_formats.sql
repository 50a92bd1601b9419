-- Numeric format models: numbers to text, and text to numbers.
-- Pages: sql-reference/sql-format-models.md, sql-reference/functions/to_char.md, sql-reference/functions/to_decimal.md

-- Where the sign and its blank stand.
SELECT COLUMN1 AS N, TO_CHAR(COLUMN1, '99') AS A, TO_CHAR(COLUMN1, 'S99') AS B, TO_CHAR(COLUMN1, '99S') AS C,
    TO_CHAR(COLUMN1, 'MI99') AS D, TO_CHAR(COLUMN1, '99MI') AS E, TO_CHAR(COLUMN1, '$99') AS F,
    TO_CHAR(COLUMN1, 'FM99') AS G
FROM VALUES (12), (-7)
ORDER BY N DESC;
SELECT COLUMN1 AS N, TO_CHAR(COLUMN1, '">"$99.0"<"') AS A, TO_CHAR(COLUMN1, '">"B9,999.0"<"') AS B,
    TO_CHAR(COLUMN1, '">"TME"<"') AS C, TO_CHAR(COLUMN1, '">"TM9"<"') AS D,
    TO_CHAR(COLUMN1, '">"0XXX"<"') AS E, TO_CHAR(COLUMN1, '">"S0XXX"<"') AS F
FROM VALUES (-12.391), (0), (-1), (0.10), (0.01), (3987), (1.111)
ORDER BY N;

-- Floating-point numbers under formats with groups.
SELECT COLUMN1::FLOAT AS N, TO_VARCHAR(N, '999,999.999') AS A, TO_VARCHAR(N, 'S000,000.000') AS B,
    TO_VARCHAR(N, 'S999,999.999') AS C, TO_VARCHAR(N, 'FM999,999.999') AS D
FROM VALUES (1.2), (123.456), (1234.56), (-123456.789)
ORDER BY N;
SELECT TO_CHAR(-123.45, '999.99MI') AS A, TO_CHAR(12, '">"99"<"') AS B, TO_CHAR(1234.5, 'FM9G999D99') AS C,
    TO_CHAR(7, '000') AS D, TO_CHAR(-7, 'FM000') AS E, TO_CHAR(12, '(999)') AS F,
    TO_CHAR(1234567, 'FM9,999,999') AS G, TO_CHAR(0.5, 'FM0.00') AS H;

-- Too many digits in front are shown as number signs; what has no number is, too.
SELECT TO_CHAR(1234, '99') AS A, TO_CHAR(-1234, 'S999') AS B, TO_CHAR(99.99, '99.9') AS C,
    TO_CHAR('inf'::FLOAT, '99') AS D, TO_CHAR('NaN'::FLOAT, 'FM999') AS E;

-- The last digit is rounded.
SELECT TO_CHAR(2.345, 'FM9.00') AS A, TO_CHAR(2.344, 'FM9.00') AS B, TO_CHAR(-0.999, 'FM0.0') AS C,
    TO_CHAR(1.005, 'FM0.00') AS D;

-- Exponents.
SELECT TO_CHAR(1234, 'FM9D999EE') AS A, TO_CHAR(1234, 'FM9.99EEE') AS B, TO_CHAR(1234, 'FM9.99EEEE') AS C,
    TO_CHAR(1234, 'FM9.99EEEEE') AS D, TO_CHAR(0.00012, 'FM9.9EE') AS E, TO_CHAR(0.00012, 'FM9.9eeee') AS F,
    TO_CHAR(0, 'FM9.0EE') AS G, TO_CHAR('1.5e200'::FLOAT, 'FM9.0EE') AS H;

-- Hexadecimal digits: without a sign, negative numbers have their high bits set.
SELECT TO_CHAR(255, 'XX') AS A, TO_CHAR(255, 'xx') AS B, TO_CHAR(255, 'XXXX') AS C, TO_CHAR(255, '000X') AS D,
    TO_CHAR(255, '000x') AS E, TO_CHAR(-1, 'XX') AS F, TO_CHAR(-255, 'MIXX') AS G, TO_CHAR(4096, 'XX') AS H,
    TO_CHAR(171, 'FMXXXX') AS I;

-- As few characters as it takes.
SELECT TO_CHAR(12.500::NUMBER(6,3), 'TM9') AS A, TO_CHAR(-0.05, 'TM9') AS B,
    TO_CHAR(12345678901234567890, 'TM9') AS C, TO_CHAR(1.25::FLOAT, 'TM9') AS D,
    TO_CHAR(12000::FLOAT, 'TME') AS E, TO_CHAR(0.00012::FLOAT, 'tme') AS F, TO_CHAR(5, 'STM9') AS G,
    TO_CHAR(5, '$TM9') AS H, TO_CHAR(-5, 'TM9MI') AS I, TO_CHAR('1.5e300'::FLOAT, 'TM9') AS J,
    TO_CHAR(0, 'TME') AS K;
SELECT TO_CHAR(0.25, 'TM9%') AS A, TO_CHAR(0.5, 'FM999%') AS B, TO_CHAR(1234567.891, 'TM9(ALL,3)') AS D;

-- So many fractional digits at most, and the integer digits in groups.
SELECT TO_CHAR(1234567.89, 'TM9(0,3)') AS A, TO_CHAR(1234567.89, 'TM9(1,3)') AS B,
    TO_CHAR(1234567.1234567, 'TM9(6,3)') AS C, TO_CHAR(1234567.89, 'TM9(4,3)') AS D,
    TO_CHAR(-999999.9, 'TM9(0,2)') AS E;
-- @error 100137
SELECT TO_CHAR(1234.56789, 'TM9(2)') AS A;
SELECT TO_CHAR(0.1234, 'FM9,999,999,999,999.00%') AS A, TO_CHAR(0.1234, '%FM9999999999999.00') AS B;
-- @error 100137
SELECT TO_CHAR(1, 'TM9(6, 3)') AS A;

-- Strict matching is not there.
-- @refused
SELECT TO_NUMBER('12', 'FX99') AS A;

-- What is no format.
-- @error 100137
SELECT TO_CHAR(1, 'QQ') AS A;
-- @error 100137
SELECT TO_CHAR(1, '9.9.9') AS A;
-- @error 100137
SELECT TO_CHAR(1, '9TM9') AS A;

-- Without a format.
SELECT TO_CHAR(1.50) AS A, TO_CHAR(1.50::NUMBER(5,3)) AS B, TO_CHAR(-1) AS C, TO_CHAR(1e3::FLOAT) AS D,
    TO_CHAR(NULL::INT, '99') AS E, TO_CHAR(12, NULL) AS F;

-- Text to numbers: a 9 lets digits be missing, a 0 does not; groups may be left out, and blanks may lead.
SELECT TO_NUMBER('012,345.67', '999,999.99', 8, 2) AS A, TO_NUMBER('12,345.67', '999,999.99', 8, 2) AS B,
    TO_NUMBER(' 12,345.67', '999,999.99', 8, 2) AS C, TO_NUMBER('012,345.67', '000,000.00', 8, 2) AS D,
    TO_NUMBER('12345.67', '999,999.99', 8, 2) AS E;
-- @error 100140
SELECT TO_NUMBER('12,345.67', '000,000.00', 8, 2) AS A;
-- @error 100140
SELECT TO_NUMBER(' 12,345.67', '000,000.00', 8, 2) AS A;
SELECT COLUMN1::VARCHAR AS V, TO_DECIMAL(COLUMN1, '99.9') AS A, TO_DECIMAL(COLUMN1, '99.9', 9, 5) AS B,
    TO_DECIMAL(COLUMN1, 'TM9', 9, 5) AS C
FROM VALUES ('1.0'), ('-12.3'), ('0.0'), ('- 0.1')
ORDER BY V;
SELECT TO_DECIMAL('3,741.72', '9,999.99', 6, 2) AS A, TO_DECIMAL('$3,741.72', '$9,999.99', 6, 2) AS B,
    TO_DECIMAL('ae5', 'XXX') AS C, TO_DECIMAL('FF', 'xxxx') AS D, TO_DECIMAL('-7', 'S9') AS E,
    TO_DECIMAL('7-', '9S') AS F, TO_DECIMAL('1.5E3', '9.9EE') AS G, TO_DECIMAL('1.5E3', 'TME') AS H,
    TO_DECIMAL('12', 'TM') AS I;
-- @error 100140
SELECT TO_DECIMAL('ae5', 'XX') AS A;
-- @error 100140
SELECT TO_DECIMAL('1e3', 'TM9') AS A;
-- @error 100140
SELECT TO_DECIMAL('15', 'TME') AS A;
-- @error 100140
SELECT TO_DECIMAL('1234', '999') AS A;
-- @error 100140
SELECT TO_DECIMAL('7-', '9') AS A;

-- Alternatives, and AUTO among them.
SELECT TO_NUMBER(COLUMN1, 'MI999|999MI') AS A FROM VALUES ('-101'), ('102-'), ('103') ORDER BY A;
SELECT TO_NUMBER('$5', 'AUTO|$9') AS A, TO_NUMBER('15', '$9|AUTO') AS B;
SELECT TO_NUMBER('12', 'AUTO') AS A, TRY_TO_NUMBER('12-', '99MI') AS C, TRY_TO_NUMBER('x', '99') AS D,
    TRY_TO_DECIMAL('1.29', '9.99', 5, 1) AS E;

-- Precision and scale of TO_NUMBER.
SELECT TO_NUMBER('12.3456') AS A, TO_NUMBER('12.3456', 10, 1) AS B, TO_NUMBER('12.3456', 10, 8) AS C,
    TO_NUMBER('98.76546') AS D, TO_NUMERIC(1.55, 10, 1) AS E, TO_DECIMAL(2.5) AS F, TO_NUMBER('E') AS G,
    TO_NUMBER('5E') AS H, TO_NUMBER(TRUE) AS I, TO_NUMBER(' 12 ', 5) AS J;
-- @error 100039
SELECT TO_NUMBER('12.3456', 10, 9) AS A;
SELECT TO_NUMBER(PARSE_JSON('12.5'), 5, 1) AS A, TO_NUMBER(PARSE_JSON('"7"')) AS B,
    TO_NUMBER(PARSE_JSON('true')) AS C, TO_NUMBER(PARSE_JSON('null')) AS D;

-- Dates: the years 1 to 9999, constants, what AUTO reads, arithmetic with days and intervals, conversions.
-- Pages: sql-reference/data-types-datetime.md, sql-reference/date-time-input-output.md, sql-reference/operators-arithmetic.md, sql-reference/functions/to_date.md

SELECT DATE '2024-08-14' AS A, '2024-02-29'::DATE AS B, TO_DATE('1900-03-01') AS C,
    CAST('0001-01-01' AS DATE) AS D, '9999-12-31'::DATE AS E, '1582-10-10'::DATE AS F,
    DATE('2024-05-10') AS G;

-- Three forms are found without a format; a month's name may be whole, and a day or month may have one digit.
SELECT '2013-04-28'::DATE AS A, '17-DEC-1980'::DATE AS B, '12/17/1980'::DATE AS C, '03-April-2024'::DATE AS D,
    '2/3/2024'::DATE AS E, '2024-1-5'::DATE AS F, '5-jan-2024'::DATE AS G;

-- Timestamps are dates, too; their time is dropped.
SELECT '2024-05-09 23:59:59.999'::DATE AS A, '2024-05-09T14:32:29-07:00'::DATE AS B,
    'Thu, 21 Dec 2000 16:01:07 +0200'::DATE AS C, '2024-05-09 14:32:29'::TIMESTAMP_NTZ::DATE AS D,
    TO_DATE('2024-05-09 23:30:00 -0800'::TIMESTAMP_TZ) AS E;
-- @error 100040
SELECT '2023-02-29'::DATE AS A;
-- @error 100040
SELECT '2024-13-01'::DATE AS A;
-- @error 100040
SELECT TO_DATE('2024-04-31') AS A;
-- @error 100040
SELECT TO_DATE('2019/01/02') AS A;
-- @error 100040
SELECT TO_DATE('yesterday') AS A;
-- @error 100040
SELECT DATE '' AS A;
SELECT TRY_TO_DATE('2024-02-30') AS A, TRY_TO_DATE('2024-02-28') AS B, TRY_CAST('05/16' AS DATE) AS C,
    TRY_TO_DATE(NULL) AS D, TRY_TO_DATE('31.12.2024', 'DD.MM.YYYY') AS E,
    TRY_TO_DATE('31.12.2024', 'MM.DD.YYYY') AS F;

-- Integers in text: seconds, milliseconds, microseconds or nanoseconds, by their size.
SELECT COLUMN1::VARCHAR AS V, TO_DATE(COLUMN1) AS D
FROM VALUES ('31536000'), ('31536000000'), ('31536000000000'), ('31536000000000000'), ('0'), ('-86400'),
    ('31535999999'), ('1487654321')
ORDER BY D, V;

-- Numbers are no dates.
-- @error 001007
SELECT TO_DATE(20240101) AS A;
-- @error 001007
SELECT 45000::DATE AS A;

-- Days are added and taken away as whole numbers; a difference of dates is a number of days.
SELECT TO_DATE('2024-04-15') + 1 AS A, TO_DATE('2024-04-15') - 4 AS B, '2024-02-28'::DATE + 2 AS C,
    '2023-12-31'::DATE + 1 AS D, '2024-03-01'::DATE - 366 AS E, 1 + '2024-01-31'::DATE AS F;
SELECT '2024-03-01'::DATE - '2023-03-01'::DATE AS A, '9999-12-31'::DATE - '0001-01-01'::DATE AS B,
    '2024-01-01'::DATE - '2024-01-02'::DATE AS C;
-- @error 001044
SELECT '2024-01-01'::DATE - NULL AS D;
-- @error 001044
SELECT '2024-01-01'::DATE + '2024-01-02'::DATE AS A;
-- @error 001044
SELECT '2024-01-01'::DATE * 2 AS A;

-- Interval constants.
SELECT TO_DATE('2023-04-15') + INTERVAL '1 year' AS A, '2024-01-31'::DATE + INTERVAL '1 month' AS B,
    '2024-01-31'::DATE - INTERVAL '3 days' AS C, '2024-01-01'::DATE + INTERVAL '2 weeks' AS E;
SELECT '2024-01-01'::DATE + INTERVAL '36 hours' AS A, '2024-01-01'::DATE - INTERVAL '1 second' AS B;

-- In a list, the parts are added one after the other, months before they meet a month's end.
SELECT TO_DATE('2019-02-28') + INTERVAL '1 day, 1 year' AS B,
    TO_DATE('2019-02-28') + INTERVAL '1 year, 1 day' AS C, '2024-01-31'::DATE + INTERVAL '1 month' AS D,
    '2024-03-31'::DATE - INTERVAL '1 mon' AS E, '2024-02-29'::DATE + INTERVAL '1 y' AS F,
    '2024-01-01'::DATE - INTERVAL '1 week' AS G, '2024-01-01'::DATE + INTERVAL '2 quarters' AS H;
SELECT '2025-01-17'::DATE + INTERVAL '1 y, 3 q, 4 mm, 5 w, 6 d, 7 h, 9 m, 8 s, 1000 ms, 445343232 us, 898498273498 ns' AS A,
    '2024-01-01'::DATE + INTERVAL '36 hours' AS B, '2024-01-01'::DATE - INTERVAL '1 second' AS C,
    '2024-01-01'::DATE + INTERVAL '90' AS D;

-- Comparison and order; text beside a date becomes a date.
SELECT '2024-02-01'::DATE > '2024-1-31' AS A, '0001-01-01'::DATE < '9999-12-31'::DATE AS B,
    '2024-01-01'::DATE = '2024-01-01 00:00:00'::TIMESTAMP_NTZ AS C,
    '2024-01-01'::DATE BETWEEN '2023-12-31' AND '2024-01-02' AS D,
    '2024-01-01'::DATE IN ('01/01/2024', '01/02/2024') AS E;
-- @error 100040
SELECT '2024-01-01'::DATE = 'never' AS A;
SELECT COLUMN1::DATE AS D
FROM VALUES ('9999-12-31'), (NULL), ('0001-01-01'), ('1970-01-01'), ('1969-12-31')
ORDER BY D;

-- Out of dates: text, and midnight.
SELECT '2024-02-29'::DATE::VARCHAR AS A, TO_VARCHAR('0007-01-02'::DATE) AS B,
    '2024-02-29'::DATE::TIMESTAMP_NTZ AS C, '2024-02-29'::DATE::TIMESTAMP_LTZ AS D,
    '2024-07-01'::DATE::TIMESTAMP_TZ AS E, TO_CHAR('2024-02-29'::DATE, 'yyyy.mm.dd') AS F;
-- @error 001007
SELECT '2024-01-01'::DATE::NUMBER AS A;
-- @error 001007
SELECT '2024-01-01'::DATE::TIME AS A;
-- @error 001007
SELECT '2024-01-01'::DATE::BOOLEAN AS A;

-- Out of VARIANT: dates, and text that is one; no timestamps.
SELECT TO_DATE(TO_VARIANT('2024-01-02'::DATE)) AS A, TO_DATE(PARSE_JSON('"2024-01-03"')) AS B,
    PARSE_JSON('null')::DATE AS C;

-- A column takes text, dates and timestamps.
CREATE TABLE T (ID INT, D DATE);
INSERT INTO T VALUES (1, '2024-02-29'), (4, NULL);
INSERT INTO T VALUES (2, DATE '2024-08-15');
INSERT INTO T VALUES (3, '2024-08-15 10:00:00'::TIMESTAMP_NTZ);
SELECT * FROM T ORDER BY ID;
-- @error 100040
INSERT INTO T VALUES (5, '2023-02-29');
-- @error 002023
INSERT INTO T VALUES (5, 20240101);

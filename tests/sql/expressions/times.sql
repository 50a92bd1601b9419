-- Times of day: nine fractional digits, precision, what AUTO reads, arithmetic, conversions.
-- Pages: sql-reference/data-types-datetime.md, sql-reference/date-time-input-output.md, sql-reference/functions/to_time.md

SELECT TIME '10:03:56' AS A, '00:00:00'::TIME AS B, '23:59:59.999999999'::TIME AS C,
    TO_TIME('13:30:00.000') AS D, TIME('7:5:9') AS E, CAST('12:34:56.789' AS TIME(3)) AS F,
    '12:34:56'::TIME(0) AS G;

-- The default output has no fraction; a format shows it.
SELECT TO_VARCHAR('20:57:01.123456789'::TIME, 'HH24:MI:SS.FF9') AS A,
    TO_VARCHAR('20:57:01.12'::TIME, 'HH24:MI:SS.FF9') AS B,
    TO_VARCHAR('20:57:01.123456789'::TIME(3), 'HH24:MI:SS.FF9') AS C, '20:57:01.5'::TIME::VARCHAR AS D,
    TO_VARCHAR('20:57:01.987654'::TIME, 'HH24:MI:SS.FF3') AS E;

-- Forms found without a format.
SELECT '20:57:01.123456789+07:00'::TIME AS A, '20:57'::TIME AS B, '07:57:01.123456789 AM'::TIME AS C,
    '04:01:07 PM'::TIME AS D, '04:01 PM'::TIME AS E, '12:00 AM'::TIME AS F, '12:00 PM'::TIME AS G,
    '12:30:15 am'::TIME AS H;
-- @error 100108
SELECT '24:00:00'::TIME AS A;
-- @error 100108
SELECT '12:60:00'::TIME AS A;
-- @error 100108
SELECT '12:00:60'::TIME AS A;
-- @error 100108
SELECT '13:00 PM'::TIME AS A;
-- @error 100108
SELECT 'noon'::TIME AS A;
SELECT TRY_TO_TIME('25:00') AS A, TRY_TO_TIME('23:00') AS B, TRY_CAST('x' AS TIME) AS C,
    TRY_TO_TIME('11.15.00', 'HH24.MI.SS') AS D, TRY_TO_TIME(NULL) AS E;
SELECT TO_TIME('11.15.00', 'HH24.MI.SS') AS A, TO_TIME('3 07 pm', 'HH12 MI AM') AS B;

-- Integers in text: the unit is found by size, and whole days are dropped.
SELECT COLUMN1::VARCHAR AS V, TO_TIME(COLUMN1) AS T
FROM VALUES ('31536001'), ('31536002400'), ('31536003600000'), ('31536004900000000'), ('59'), ('86399'),
    ('86400')
ORDER BY V;

-- Out of timestamps comes their own wall clock's time.
SELECT '2024-05-09 14:32:29.135'::TIMESTAMP_NTZ::TIME AS A,
    TO_TIME('2024-05-09 14:32:29 +0900'::TIMESTAMP_TZ) AS B,
    TO_TIME('2024-05-09 14:32:29 +0000'::TIMESTAMP_LTZ) AS C;
-- @error 001007
SELECT 3600::TIME AS A;
-- @error 001007
SELECT '10:00:00'::TIME::TIMESTAMP_NTZ AS A;
-- @error 001007
SELECT '10:00:00'::TIME::DATE AS A;
-- @error 001007
SELECT '10:00:00'::TIME::NUMBER AS A;

-- Intervals.
SELECT '23:30:00'::TIME + INTERVAL '45 minutes' AS B, '12:00:00'::TIME + INTERVAL '86400 seconds' AS D,
    '04:00'::TIME - INTERVAL '1 hour' AS E;

-- They go round midnight.
SELECT TO_TIME('04:15:29') + INTERVAL '3 hours, 18 minutes' AS A,
    '23:30:00'::TIME + INTERVAL '45 minutes' AS B, '00:00:10'::TIME - INTERVAL '30 s' AS C,
    '12:00:00'::TIME + INTERVAL '86400 seconds' AS D,
    TO_VARCHAR('00:00:00'::TIME + INTERVAL '1 ns', 'HH24:MI:SS.FF9') AS E;
-- @error 001044
SELECT '10:00:00'::TIME + 1 AS A;

-- Comparison and order.
SELECT '10:00'::TIME = '10:00:00.000'::TIME AS A, '09:59:59.999999999'::TIME < '10:00'::TIME AS B,
    '10:00'::TIME > '9:30' AS C, '10:00:00.5'::TIME(0) = '10:00'::TIME AS D,
    GREATEST('10:00'::TIME, '11:00'::TIME) AS E;
SELECT COLUMN1::TIME AS T
FROM VALUES ('23:59:59'), ('00:00'), (NULL), ('12:00 PM'), ('12:00:00.001')
ORDER BY T DESC;

-- Columns keep their precision.
CREATE TABLE T (A TIME, B TIME(0), C TIME(3));
INSERT INTO T VALUES ('01:02:03.123456789', '01:02:03.1', '01:02:03.123456');
SELECT TO_VARCHAR(A, 'HH24:MI:SS.FF9') AS A9, TO_VARCHAR(B, 'HH24:MI:SS.FF9') AS B9,
    TO_VARCHAR(C, 'HH24:MI:SS.FF9') AS C9, A, B, C
FROM T;
SELECT TO_TIME(TO_VARIANT('10:11:12'::TIME)) AS A, TO_TIME(PARSE_JSON('"10:11:13"')) AS B,
    TO_TIME(PARSE_JSON('null')) AS C;
-- @error 002040
SELECT '1:00'::TIME(10) AS A;

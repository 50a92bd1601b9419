-- What windows go by: values, in whatever form they are held.
-- Pages: sql-reference/functions-window-syntax.md, data-types-semistructured.md, data-types-datetime.md (comparison of
-- TIMESTAMP_TZ), data-types-numeric.md

CREATE TABLE W (I INT, V VARIANT, Z TIMESTAMP_TZ, F FLOAT);
INSERT INTO W
SELECT 1, PARSE_JSON('{"n": 10, "k": "a"}'), '2024-01-01 00:00:00 +0000', 0
UNION ALL SELECT 2, PARSE_JSON('{"n": 9, "k": "b"}'), '2024-01-01 02:00:00 +0200', '-0'::FLOAT
UNION ALL SELECT 3, PARSE_JSON('{"n": -1.5, "k": "a"}'), '2023-12-31 23:30:00 +0000', -1
UNION ALL SELECT 4, PARSE_JSON('{"n": 9.0, "k": "b"}'), '2024-01-01 01:00:00 +0200', 'NaN'::FLOAT
UNION ALL SELECT 5, PARSE_JSON('{"k": "c"}'), NULL, NULL;

-- Numbers in a VARIANT are ordered as numbers, and 9 is 9.0.
SELECT I, V:n AS N, ROW_NUMBER() OVER (ORDER BY V:n, I) AS R, DENSE_RANK() OVER (ORDER BY V:n DESC NULLS LAST) AS D,
    COUNT(*) OVER (PARTITION BY V:n) AS C, LAG(I) OVER (PARTITION BY V:k ORDER BY V:n, I) AS L
FROM W
ORDER BY I;
-- The latest of each key, as a change feed is deduplicated.
SELECT I, V:k::VARCHAR AS K FROM W QUALIFY ROW_NUMBER() OVER (PARTITION BY V:k ORDER BY V:n DESC, I) = 1 ORDER BY K;

-- Moments are the same whatever offset they are written in.
SELECT I, RANK() OVER (ORDER BY Z) AS R, DENSE_RANK() OVER (ORDER BY Z) AS D, COUNT(*) OVER (PARTITION BY Z) AS C,
    SUM(I) OVER (ORDER BY Z) AS S
FROM W
ORDER BY I;
SELECT I FROM W ORDER BY Z DESC NULLS LAST, I DESC;

-- There is one zero, and NaN is larger than all numbers.
SELECT I, RANK() OVER (ORDER BY F) AS R, COUNT(*) OVER (PARTITION BY F) AS C FROM W ORDER BY I;
SELECT I FROM W ORDER BY F NULLS LAST, I;

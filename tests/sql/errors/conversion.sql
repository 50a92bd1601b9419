-- Values that are not what they should become
-- sql-reference/functions/to_decimal, to_boolean, to_date, to_time, to_timestamp, to_double, to_binary, try_cast,
-- sum, div0null, parse_json;
-- sql-reference/constructs/values; sql-reference/data-type-conversion

-- @error 100038
SELECT 'x'::INT AS N;
-- @error 100038
SELECT TO_NUMBER('12a') AS N;
-- @error 100038
SELECT 'one'::FLOAT AS F;
-- @error 100038
SELECT 1 + 'x' AS N;
-- @error 100038
SELECT ''::NUMBER AS N;
-- @error 100046
SELECT 1000::NUMBER(3,0) AS N;
-- @error 100039
SELECT TO_NUMBER('12.3456', 10, 9) AS N;
-- @error 100046
SELECT 99.999::NUMBER(4,2) AS N;
-- @error 100140
SELECT TO_DECIMAL('ae5', 'XX') AS N;
-- @error 100037
SELECT 'perhaps'::BOOLEAN AS B;
-- @error 100037
SELECT TO_BOOLEAN('2') AS B;
-- @error 100040
SELECT 'no date'::DATE AS D;
-- @error 100040
SELECT '2023-02-29'::DATE AS D;
-- @error 100040
SELECT TO_DATE('2024-13-01') AS D;
-- @error 100108
SELECT 'no time'::TIME AS T;
-- @error 100035
SELECT 'no time at all'::TIMESTAMP_NTZ AS T;
-- @error 100035
SELECT TO_TIMESTAMP('2024-02-30 10:00:00') AS T;
-- @error 100096
SELECT TO_DATE('2024-02-01', 'DD.MM.YYYY') AS D;
-- @error 100078
SELECT 'abcdef'::VARCHAR(3) AS S;
-- @error 100069
SELECT PARSE_JSON('{"a": ') AS V;
-- @error 100051
SELECT 1 / 0 AS N;
-- @error 100051
SELECT 1 % 0 AS N;
-- @error 100051
SELECT 5.5 / (1 - 1) AS N;

-- TRY_ forms give NULL instead.
SELECT TRY_CAST('x' AS INT) AS A, TRY_TO_NUMBER('12a') AS B, TRY_TO_DATE('2023-02-29') AS C,
    TRY_TO_BOOLEAN('perhaps') AS D, TRY_TO_TIME('no time') AS E, TRY_TO_TIMESTAMP('x') AS F,
    TRY_PARSE_JSON('{') AS G, TRY_TO_DOUBLE('one') AS H, TRY_CAST('1000' AS NUMBER(3,0)) AS I;
-- The same in rows of tables: the first bad value stops the statement.
CREATE TABLE T (S VARCHAR);
INSERT INTO T VALUES ('1'), ('two'), ('3');
-- @error 100038
SELECT S::INT AS N FROM T;
-- @error 100038
SELECT SUM(S) AS N FROM T;
SELECT SUM(TRY_TO_NUMBER(S)) AS N FROM T;
-- @error 100038
SELECT * FROM T WHERE S > 1;
-- A row that is filtered by its own text may be cast behind the filter.
SELECT S::INT AS N FROM T WHERE S <> 'two' ORDER BY N;
SELECT IFF(S = 'two', 2, TRY_TO_NUMBER(S)) AS N FROM T ORDER BY N;
-- Digits in front of the point are never lost, nor is text cut, asked for or not.
-- @error 100078
SELECT S::VARCHAR(2) AS S FROM T;
-- @error 100038
SELECT COALESCE('foo', 1) AS C;
-- @error 100046
SELECT 12.3::FLOAT::NUMBER(3,2) AS N;
SELECT ABS('-3') AS A, 12.3456::FLOAT::NUMBER(4,2) AS N;

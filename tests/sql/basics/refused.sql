-- What Snowglobe does not have is refused by name
CREATE TABLE T (ID INT, V INT);
-- @refused
CREATE TABLE PLACES (P GEOGRAPHY);
-- @refused
SELECT * FROM T MATCH_RECOGNIZE (ORDER BY ID MEASURES COUNT(*) AS N PATTERN (A+) DEFINE A AS TRUE);
-- @refused
SELECT * FROM T SAMPLE (10);
-- @refused
SELECT * FROM T PIVOT (SUM(V) FOR ID IN (1, 2));
-- @refused
SELECT FILTER([1, 2], X -> X > 1) AS F;
SELECT COUNT(*) AS STILL_HERE FROM T;

-- PIVOT: values of a column become columns, from a list, from ANY and from a subquery
-- https://docs.snowflake.com/en/sql-reference/constructs/pivot
CREATE TABLE RAIN (STATION INT, MM INT, SEASON VARCHAR);
INSERT INTO RAIN VALUES (1, 10, 'spring'), (1, 4, 'spring'), (2, 45, 'spring'), (1, 50, 'summer'), (2, 2, 'summer'),
  (1, 60, 'autumn'), (2, 25, 'autumn'), (3, 27, 'autumn'), (3, NULL, 'summer');

-- The values of the list become columns; their names have the quotes in them.
SELECT * FROM RAIN PIVOT (SUM(MM) FOR SEASON IN ('spring', 'summer', 'autumn')) ORDER BY STATION;
SELECT STATION, "'summer'" FROM RAIN PIVOT (MAX(MM) FOR SEASON IN ('summer')) AS P ORDER BY 1;
-- Aliases of values, with and without AS, and of the aggregate.
SELECT * FROM RAIN PIVOT (SUM(MM) FOR SEASON IN ('spring' AS A, 'summer' B)) ORDER BY STATION;
SELECT * FROM RAIN PIVOT (SUM(MM) AS TOTAL FOR SEASON IN ('spring', 'summer' AS S)) ORDER BY STATION;
-- An alias of the whole, with names of columns.
SELECT P.ST, P.X FROM RAIN PIVOT (SUM(MM) FOR SEASON IN ('spring')) AS P (ST, X) ORDER BY 1;
-- AVG and COUNT have their own types; COUNT is never NULL.
SELECT * FROM RAIN PIVOT (AVG(MM) FOR SEASON IN ('spring', 'summer')) ORDER BY STATION;
SELECT * FROM RAIN PIVOT (COUNT(MM) FOR SEASON IN ('spring', 'summer')) ORDER BY STATION;
SELECT * FROM RAIN PIVOT (MIN(MM) FOR SEASON IN ('winter')) ORDER BY STATION;
-- ANY: all values there are.
SELECT * FROM RAIN PIVOT (SUM(MM) FOR SEASON IN (ANY ORDER BY SEASON)) ORDER BY STATION;
SELECT * FROM RAIN PIVOT (SUM(MM) FOR SEASON IN (ANY ORDER BY SEASON DESC)) ORDER BY STATION;
SELECT * FROM RAIN PIVOT (SUM(MM) AS TOTAL FOR SEASON IN (ANY ORDER BY SEASON)) ORDER BY STATION;
-- A subquery: the values that it gives, each once.
SELECT * FROM RAIN PIVOT (SUM(MM) FOR SEASON IN (SELECT DISTINCT SEASON FROM RAIN WHERE MM > 40 ORDER BY SEASON)) ORDER BY STATION;
-- DEFAULT ON NULL.
SELECT * FROM RAIN PIVOT (SUM(MM) FOR SEASON IN ('spring', 'summer') DEFAULT ON NULL (0)) ORDER BY STATION;
SELECT * FROM RAIN PIVOT (SUM(MM) FOR SEASON IN (ANY ORDER BY SEASON) DEFAULT ON NULL (-1)) ORDER BY STATION;
-- Numbers, NULL and dates as values.
SELECT * FROM RAIN PIVOT (COUNT(MM) FOR STATION IN (1, 2)) ORDER BY SEASON;
CREATE TABLE SPARSE (K INT, D DATE, N INT);
INSERT INTO SPARSE VALUES (1, '2024-01-05', 1), (1, NULL, 2), (2, '2024-01-06', 3);
SELECT * FROM SPARSE PIVOT (SUM(N) FOR D IN (ANY ORDER BY D)) ORDER BY K;
SELECT * FROM SPARSE PIVOT (SUM(N) FOR D IN ('2024-01-05', NULL)) ORDER BY K;
-- Over a common table expression and a subquery; joined to another relation; one after the other.
WITH S AS (SELECT * EXCLUDE STATION FROM RAIN) SELECT * FROM S PIVOT (SUM(MM) FOR SEASON IN (ANY ORDER BY SEASON));
WITH W AS (SELECT * FROM RAIN PIVOT (SUM(MM) FOR SEASON IN (ANY ORDER BY SEASON)))
SELECT N.NAME, W.* FROM (SELECT 1 AS ID, 'hill' AS NAME UNION ALL SELECT 3, 'shore') N JOIN W ON N.ID = W.STATION ORDER BY NAME;
SELECT SUM($1) AS A, SUM($2) AS B, MAX($3) AS C
FROM (SELECT MM, SEASON AS S1, SEASON AS S2, STATION FROM RAIN)
PIVOT (SUM(MM) FOR S1 IN ('spring', 'summer')) PIVOT (MAX(STATION) FOR S2 IN ('spring', 'autumn'));
-- In a view, and in a table that is made of it.
CREATE VIEW WIDE AS SELECT * FROM RAIN PIVOT (SUM(MM) FOR SEASON IN ('spring' AS SPRING, 'summer' AS SUMMER));
SELECT * FROM WIDE WHERE SPRING > 20;
CREATE TABLE KEPT AS SELECT * FROM RAIN PIVOT (SUM(MM) FOR SEASON IN (ANY ORDER BY SEASON));
SELECT "'autumn'", "'spring'", "'summer'" FROM KEPT ORDER BY STATION;
-- What PIVOT does not take.
-- @error 904
SELECT * FROM RAIN PIVOT (STDDEV(MM) FOR SEASON IN ('spring'));
-- @error 904
SELECT * FROM RAIN PIVOT (SUM(MM), MAX(MM) FOR SEASON IN ('spring'));
-- @error 904
SELECT * FROM RAIN PIVOT (SUM(MM + 1) FOR SEASON IN ('spring'));
-- @error 904
SELECT * FROM RAIN PIVOT (SUM(MM) FOR NOSUCH IN ('spring'));

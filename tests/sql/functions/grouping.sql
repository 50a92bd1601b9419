-- GROUPING: which columns a row of ROLLUP, CUBE or GROUPING SETS is grouped by
-- https://docs.snowflake.com/en/sql-reference/functions/grouping
-- https://docs.snowflake.com/en/sql-reference/functions/grouping_id
CREATE TABLE AGGR (X INT, Y INT, Z INT);
INSERT INTO AGGR VALUES (1, 2, 1), (1, 2, 3), (2, 1, 10), (2, 2, 11), (2, 2, 3);
SELECT X, Y, SUM(Z), GROUPING(X), GROUPING(Y), GROUPING(X, Y) FROM AGGR GROUP BY GROUPING SETS ((X), (Y), ()) ORDER BY 1, 2;
SELECT X, Y, SUM(Z), GROUPING(X) AS GX, GROUPING_ID(X, Y) AS GXY FROM AGGR GROUP BY ROLLUP (X, Y) ORDER BY 1, 2;
SELECT X, GROUPING(X) AS G FROM AGGR GROUP BY X ORDER BY X;
SELECT X, COUNT(*) AS N FROM AGGR GROUP BY ROLLUP (X) HAVING GROUPING(X) = 1;
-- https://docs.snowflake.com/en/sql-reference/functions/count
SELECT COUNT(DISTINCT X, Y) AS PAIRS, COUNT(DISTINCT X) AS ONE, COUNT(X, Y) AS BOTH_KNOWN FROM (SELECT X, Y FROM AGGR UNION ALL SELECT 1, NULL);

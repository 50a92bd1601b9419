-- A number's literal has exactly its digits.
-- https://docs.snowflake.com/en/sql-reference/data-types-numeric
CREATE DATABASE D;
CREATE VIEW V AS SELECT 0.25 AS A, 12.500 AS B, 0.00 AS C, 2.5e3 AS D, 100 AS E, -0.001 AS F, 1e-2 AS G;
SELECT COLUMN_NAME, NUMERIC_PRECISION, NUMERIC_SCALE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'V' ORDER BY ORDINAL_POSITION;
--> COLUMN_NAME | NUMERIC_PRECISION | NUMERIC_SCALE
--- A | 3 | 2
--- B | 3 | 1
--- C | 1 | 0
--- D | 4 | 0
--- E | 3 | 0
--- F | 4 | 3
--- G | 3 | 2
SELECT * FROM V;
--> A | B | C | D | E | F | G
--- 0.25 | 12.5 | 0 | 2500 | 100 | -0.001 | 0.01
CREATE TABLE T AS SELECT X * 2 AS X FROM (SELECT 0.05 AS X);
SELECT X FROM T;
--> X
--- 0.10

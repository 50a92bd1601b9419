-- What is no SQL: number, SQLSTATE, line and position of the token that is not expected
-- sql-reference/constructs, sql-reference/sql/select (001080), sql-reference/reserved-keywords

-- @error 001003
SELEC 1;
-- @error 001003
SELECT 1 +;
-- @error 001003
SELECT (1;
-- @error 001003
SELECT 1);
-- @error 001003
SELECT 1 FROM;
-- @error 001003
SELECT 1
  FROM
  WHERE 1 = 1;
-- @error 001003
SELECT * FROM T WHERE;
-- @error 001003
SELECT * FROM T ORDER BY;
-- @error 001003
SELECT 1 AS 2;
-- @error 001003
CREATE TABLE (A INT);
-- @error 001003
CREATE TABLE T;
-- @error 001003
CREATE TABLE T (A INT,, B INT);
-- @error 001003
CREATE TABLE T (A INT B INT);
-- @error 001003
CREATE TABEL T (A INT);
-- @error 001003
INSERT T VALUES (1);
-- @error 001003
INSERT INTO T VALUES 1;
-- @error 001003
DELETE T WHERE A = 1;
-- @error 001003
DROP TABLE;
-- @error 001003
SELECT 1 UNION;
-- @error 001003
SELECT 1 IN;
-- @error 001003
SELECT 5 BETWEEN 1;
-- @error 001003
WITH C AS SELECT 1 SELECT * FROM C;
-- @error 001003
SELECT CAST(1 INT);
-- @error 001003
SELECT ROW_NUMBER() OVER;
-- @error 001003
ALTER TABLE T ADD;
-- @error 001003
COPY INTO;

-- @error 001003
SELECT FROM T;
-- @error 001003
SELECT X.Y. FROM T;

-- The flow operator: statements that read what those before them gave.
CREATE DATABASE D;
CREATE TABLE dept (deptno NUMBER(2), dname VARCHAR(14), loc VARCHAR(13)) AS SELECT * FROM VALUES
  (10, 'ACCOUNTING', 'NEW YORK'), (20, 'RESEARCH', 'DALLAS'), (30, 'SALES', 'CHICAGO');
CREATE TABLE emp (empno NUMBER(4), ename VARCHAR(10), sal NUMBER(7, 2), deptno NUMBER(2)) AS SELECT * FROM VALUES
  (7369, 'SMITH', 800, 20), (7499, 'ALLEN', 1600, 30), (7521, 'WARD', 1250, 30), (7698, 'BLAKE', 2850, 30);

-- Columns of what SHOW gives.
SHOW TABLES ->> SELECT "name", "rows" FROM $1 ORDER BY "name";
--> name | rows
--- DEPT | 3
--- EMP | 4
-- In a subquery, and in FROM.
SELECT * FROM dept WHERE dname = 'SALES'
  ->> SELECT * FROM emp WHERE sal > 1500 AND deptno IN (SELECT deptno FROM $1)
  ->> SELECT ename, sal FROM $1 ORDER BY 2 DESC;
--> ENAME | SAL
--- BLAKE | 2850.00
--- ALLEN | 1600.00
-- Several references, with aliases.
SELECT 1 AS a ->> SELECT 2 AS b ->> SELECT x.b, y.a FROM $1 AS x, $2 AS y;
--> B | A
--- 2 | 1
SELECT 1 AS a ->> SELECT a + 1 AS a FROM $1 ->> SELECT * FROM $1 JOIN $2 ON TRUE;
--> A | A
--- 2 | 1
-- What DML counts.
CREATE OR REPLACE TABLE counted (a INT, b INT)
  ->> INSERT INTO counted VALUES (1, 2)
  ->> INSERT INTO counted VALUES (3, 4), (5, 6)
  ->> SELECT (SELECT $1 FROM $2) + (SELECT $1 FROM $1) AS "Number of rows";
--> Number of rows
--- 3
BEGIN TRANSACTION
  ->> INSERT INTO counted VALUES (1, 2)
  ->> DELETE FROM counted WHERE a = 1
  ->> UPDATE counted SET b = 2
  ->> COMMIT
  ->> SELECT
        (SELECT $1 FROM $4) AS "Inserted rows",
        (SELECT $1 FROM $3) AS "Deleted rows",
        (SELECT $1 FROM $2) AS "Updated rows";
--> Inserted rows | Deleted rows | Updated rows
--- 1 | 2 | 2
SELECT CURRENT_TRANSACTION() IS NULL AS ended;
--> ENDED
--- TRUE
-- A result outlives its table.
CREATE OR REPLACE TABLE gone (id INT IDENTITY START 10 INCREMENT 1, data VARCHAR)
  ->> INSERT INTO gone (data) VALUES ('row1'), ('row2'), ('row3')
  ->> SELECT * FROM gone
  ->> DROP TABLE gone
  ->> SELECT COUNT(*) "Number of rows", MAX(id) AS "Last ID" FROM $2;
--> Number of rows | Last ID
--- 3 | 12

-- In a block.
DECLARE
  res RESULTSET;
BEGIN
  res := (SELECT 'myvalue' ->> SELECT $1 FROM $1);
  RETURN TABLE(res);
END;
--> $1
--- myvalue

-- A failure ends the chain.
INSERT INTO counted VALUES (7, 7) ->> SELECT 1 / 0 ->> INSERT INTO counted VALUES (8, 8);
--! 100051 Division by zero
SELECT a FROM counted WHERE a > 5;
--> A
--- 7
-- No statement stands there.
SELECT 1 ->> SELECT * FROM $2;
--! 000904 $2 stands for no statement of the chain
SELECT 1 FROM $1;
--! 002003 Object 'D.PUBLIC."$1"' does not exist or not authorized.
SELECT 1 ->> SELEKT 2;
--! 001003 syntax error line 1 at position 13 unexpected 'SELEKT'.
DECLARE x INT := 1; BEGIN SELECT :x ->> SELECT * FROM $1; END;
--! 000002 Uncaught exception of type 'STATEMENT_ERROR' on line 1 at position 26 : Unsupported feature 'bind variables in statements chained by ->>'.

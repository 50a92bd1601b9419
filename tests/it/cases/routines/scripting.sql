-- Functions whose body is a Snowflake Scripting block.
CREATE DATABASE D;

-- Variables, and values of columns.
CREATE OR REPLACE FUNCTION calculate_profit(cost NUMBER(38, 2), revenue NUMBER(38, 2))
RETURNS NUMBER(38, 2) LANGUAGE SQL AS
DECLARE
  profit NUMBER(38, 2) DEFAULT 0.0;
BEGIN
  profit := revenue - cost;
  RETURN profit;
END;
SELECT calculate_profit(100, 110);
--> CALCULATE_PROFIT(100, 110)
--- 10.00
CREATE TABLE takings (cost NUMBER(38, 2), revenue NUMBER(38, 2));
INSERT INTO takings VALUES (100, 200), (200, 190), (300, 500), (NULL, 401);
--> number of rows inserted
--- 4
SELECT cost, calculate_profit(cost, revenue) AS profit FROM takings ORDER BY cost;
--> COST | PROFIT
--- 100.00 | 100.00
--- 200.00 | -10.00
--- 300.00 | 200.00
--- NULL | NULL

-- Branches, and session variables as arguments.
CREATE FUNCTION check_dept(department_id INTEGER) RETURNS VARCHAR LANGUAGE SQL AS
$$
BEGIN
  IF (department_id < 3) THEN
    RETURN 'Engineering';
  ELSEIF (department_id = 3) THEN
    RETURN 'Tool Design';
  ELSE
    RETURN 'Marketing';
  END IF;
END;
$$;
SELECT check_dept(2), check_dept(3), check_dept(NULL);
--> CHECK_DEPT(2) | CHECK_DEPT(3) | CHECK_DEPT(NULL)
--- Engineering | Tool Design | Marketing
SET my_variable = 3;
SELECT check_dept($my_variable) AS dept;
--> DEPT
--- Tool Design

-- Loops.
CREATE FUNCTION count_to(target_number INTEGER) RETURNS VARCHAR AS
DECLARE
  counter INTEGER DEFAULT 0;
  sum_total INTEGER DEFAULT 0;
BEGIN
  WHILE (counter < target_number) DO
    counter := counter + 1;
    sum_total := sum_total + counter;
  END WHILE;
  RETURN 'Counted to ' || counter || '. Sum of all numbers: ' || sum_total;
END;
SELECT count_to(10);
--> COUNT_TO(10)
--- Counted to 10. Sum of all numbers: 55
CREATE FUNCTION collatz(n INTEGER) RETURNS INTEGER AS
$$
DECLARE
  steps INTEGER := 0;
BEGIN
  LOOP
    IF (n = 1) THEN BREAK; END IF;
    n := CASE WHEN n % 2 = 0 THEN n / 2 ELSE 3 * n + 1 END;
    steps := steps + 1;
  END LOOP;
  RETURN steps;
END
$$;
SELECT collatz(column1) AS steps FROM VALUES (1), (6), (27);
--> STEPS
--- 0
--- 8
--- 111

-- Exceptions, caught and not.
CREATE FUNCTION raise_exception(input_value INTEGER) RETURNS VARCHAR AS
DECLARE
  counter_val INTEGER DEFAULT 0;
  my_exception EXCEPTION (-20002, 'My exception text');
BEGIN
  WHILE (counter_val < 12) DO
    counter_val := counter_val + 1;
    IF (counter_val > 10) THEN
      RAISE my_exception;
    END IF;
  END WHILE;
  RETURN counter_val;
EXCEPTION
  WHEN my_exception THEN
    IF (input_value = 1) THEN
      RETURN 'My exception caught: ' || sqlcode;
    ELSEIF (input_value = 2) THEN
      RETURN 'My exception caught with different path: ' || sqlcode;
    END IF;
    RETURN 'Default exception handling path: ' || sqlcode;
END;
SELECT raise_exception(1) AS one, raise_exception(2) AS two, raise_exception(NULL) AS other;
--> ONE | TWO | OTHER
--- My exception caught: -20002 | My exception caught with different path: -20002 | Default exception handling path: -20002
CREATE FUNCTION never() RETURNS INTEGER AS
$$
DECLARE
  e EXCEPTION (-20003, 'Not today');
BEGIN
  RAISE e;
END
$$;
SELECT never();
--! -20003 Uncaught exception of type 'E' on line 5 at position 2 : Not today
CREATE FUNCTION ratio(l NUMBER, r NUMBER) RETURNS NUMBER(10, 2) AS
$$
BEGIN
  RETURN l / r;
EXCEPTION
  WHEN EXPRESSION_ERROR THEN RETURN -1;
END
$$;
SELECT ratio(1, 4), ratio(1, 0);
--> RATIO(1, 4) | RATIO(1, 0)
--- 0.25 | -1.00

-- In DML, in WHERE and in ORDER BY.
CREATE FUNCTION get_product(a INTEGER, b INTEGER) RETURNS VARCHAR AS
BEGIN
  RETURN a * b;
END;
CREATE TABLE clauses (p1 INT, p2 INT);
INSERT INTO clauses VALUES (100, 7), (100, 3), (100, 4), (NULL, NULL);
--> number of rows inserted
--- 4
SELECT * FROM clauses WHERE get_product(p1, p2) > 350 ORDER BY p2;
--> P1 | P2
--- 100 | 4
--- 100 | 7
SELECT * FROM clauses ORDER BY get_product(p1, p2);
--> P1 | P2
--- 100 | 3
--- 100 | 4
--- 100 | 7
--- NULL | NULL
INSERT INTO clauses SELECT ratio(10, 2), collatz(3);
--> number of rows inserted
--- 1
UPDATE clauses SET p2 = collatz(p2) WHERE p2 = 7;
--> number of rows updated | number of multi-joined rows updated
--- 2 | 0
SELECT p1, p2 FROM clauses ORDER BY p1, p2;
--> P1 | P2
--- 5 | 16
--- 100 | 3
--- 100 | 4
--- 100 | 16
--- NULL | NULL
CREATE VIEW products AS SELECT get_product(p1, p2) AS product FROM clauses;
SELECT product FROM products ORDER BY product;
--> PRODUCT
--- 1600
--- 300
--- 400
--- 80
--- NULL

-- Semi-structured values are taken, and what wants a constant gets the variable's value.
CREATE FUNCTION part_of(v VARIANT, unit VARCHAR, t TIMESTAMP_NTZ) RETURNS VARCHAR AS
$$
BEGIN
  LET name VARCHAR := v:who::VARCHAR;
  RETURN name || ' ' || DATE_TRUNC(:unit, t)::VARCHAR;
END
$$;
SELECT part_of(PARSE_JSON('{"who": "Ada"}'), 'month', '2026-03-14 15:09:26') AS part;
--> PART
--- Ada 2026-03-01 00:00:00.000
-- Without RETURN the value is NULL, which NOT NULL forbids.
CREATE FUNCTION nothing() RETURNS VARCHAR AS $$ BEGIN NULL; END $$;
SELECT nothing() IS NULL AS is_null;
--> IS_NULL
--- TRUE
CREATE FUNCTION something() RETURNS VARCHAR NOT NULL AS $$ BEGIN NULL; END $$;
SELECT something();
--! 100072 NULL result in a non-nullable function SOMETHING
-- A value that is none of the declared type.
CREATE FUNCTION wrong() RETURNS INTEGER AS $$ BEGIN RETURN 'x'; END $$;
SELECT wrong();
--! 100038 Numeric value 'x' is not recognized
CREATE FUNCTION unknown_name() RETURNS INTEGER AS $$ BEGIN RETURN nosuch + 1; END $$;
SELECT unknown_name();
--! 000904 Uncaught exception of type 'EXPRESSION_ERROR' on line 1 at position 14 : SQL compilation error: invalid identifier 'NOSUCH'

-- What a function may not do.
CREATE FUNCTION bad() RETURNS INTEGER AS $$ BEGIN DELETE FROM takings; RETURN 1; END $$;
--! 000002 Unsupported feature 'a SQL statement in a function in Snowflake Scripting'.
CREATE FUNCTION bad() RETURNS INTEGER AS $$ BEGIN LET x INT := (SELECT 1); RETURN x; END $$;
--! 000002 Unsupported feature 'a SQL statement in a function in Snowflake Scripting'.
CREATE FUNCTION bad() RETURNS INTEGER AS $$ DECLARE c CURSOR FOR SELECT 1; BEGIN RETURN 1; END $$;
--! 000002 Unsupported feature 'a cursor in a function in Snowflake Scripting'.
CREATE FUNCTION bad() RETURNS INTEGER AS $$ DECLARE r RESULTSET; BEGIN RETURN 1; END $$;
--! 000002 Unsupported feature 'a RESULTSET in a function in Snowflake Scripting'.
CREATE FUNCTION bad() RETURNS INTEGER AS $$ BEGIN RETURN MAX(1); END $$;
--! 000002 Unsupported feature 'an aggregate function in a function in Snowflake Scripting'.
CREATE FUNCTION bad() RETURNS INTEGER AS $$ BEGIN SYSTEM$LOG('info', 'x'); RETURN 1; END $$;
--! 000002 Unsupported feature 'a message for the log in a function in Snowflake Scripting'.
CREATE FUNCTION bad() RETURNS TABLE (a INT) AS $$ BEGIN RETURN TABLE(SELECT 1); END $$;
--! 000002 Unsupported feature 'table functions in Snowflake Scripting'.
CREATE FUNCTION bad() RETURNS VARIANT AS $$ BEGIN RETURN 1; END $$;
--! 000002 Unsupported feature 'functions that return VARIANT in Snowflake Scripting'.
CREATE FUNCTION bad() RETURNS INTEGER MEMOIZABLE AS $$ BEGIN RETURN 1; END $$;
--! 000002 Unsupported feature 'MEMOIZABLE functions in Snowflake Scripting'.
CREATE FUNCTION bad() RETURNS INTEGER AS $$ BEGIN RETRUN 1; END $$;
--! 001003 Compilation of SQL UDF failed: SQL compilation error: syntax error line 1 at position 7 unexpected 'RETRUN'.
CREATE FUNCTION calls_other() RETURNS INTEGER AS $$ BEGIN RETURN collatz(6); END $$;
SELECT calls_other();
--! 000002 Uncaught exception of type 'EXPRESSION_ERROR' on line 1 at position 14 : Unsupported feature 'a user-defined function in a function in Snowflake Scripting'.

-- Procedures in SQL: arguments, results, nesting, whose session they run in.
CREATE DATABASE D;
CREATE TABLE T (V INTEGER);

CREATE PROCEDURE output_message(message VARCHAR) RETURNS VARCHAR NOT NULL LANGUAGE SQL AS
BEGIN
  RETURN message;
END;
CALL output_message('hello');
--> OUTPUT_MESSAGE
--- hello
CALL output_message(NULL);
--! 100072 NULL result in a non-nullable procedure OUTPUT_MESSAGE

CREATE PROCEDURE add_all(a INTEGER, b INTEGER DEFAULT 10, c NUMBER(6, 2) DEFAULT 0.5)
RETURNS NUMBER(10, 2) LANGUAGE SQL AS
$$
BEGIN
  RETURN a + b + c;
END;
$$;
CALL add_all(1);
--> ADD_ALL
--- 11.50
CALL add_all(1, 2);
--> ADD_ALL
--- 3.50
CALL add_all(c => 3, a => 1);
--> ADD_ALL
--- 14.00
CALL add_all(1, c => 3);
--! 001003 illegal mixing of named and positional arguments for function ADD_ALL
CALL add_all();
--! 001044 Invalid argument types for function 'ADD_ALL': ()
CALL add_all('x');
--! 100038 Numeric value 'x' is not recognized
CALL nosuch(1);
--! 002140 Unknown function NOSUCH.

-- The kind of an argument chooses among procedures of one name.
CREATE PROCEDURE kind_of(x INTEGER) RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN ''number''; END';
CREATE PROCEDURE kind_of(x VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS 'BEGIN RETURN ''text''; END';
CALL kind_of(1);
--> KIND_OF
--- number
CALL kind_of('1');
--> KIND_OF
--- text

-- A table as the result, its columns named and typed by RETURNS.
INSERT INTO T VALUES (1), (2);
--> number of rows inserted
--- 2
CREATE PROCEDURE rows_of(least INTEGER) RETURNS TABLE (A VARCHAR, B INTEGER) LANGUAGE SQL AS
DECLARE
  res RESULTSET DEFAULT (SELECT v, v * 10 FROM t WHERE v >= :least ORDER BY v);
BEGIN
  RETURN TABLE(res);
END;
CALL rows_of(1);
--> A | B
--- 1 | 10
--- 2 | 20
SELECT B FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) WHERE A = '2';
--> B
--- 20
CREATE PROCEDURE any_rows() RETURNS TABLE () LANGUAGE SQL AS
BEGIN
  RETURN TABLE(SELECT 1 AS X, 'a' AS Y);
END;
CALL any_rows();
--> X | Y
--- 1 | a
CREATE PROCEDURE wrong_rows() RETURNS TABLE (A DATE) LANGUAGE SQL AS
BEGIN
  RETURN TABLE(SELECT 1 AS X, 'a' AS Y);
END;
CALL wrong_rows();
--! 090233 Stored procedure execution error: data type of returned table does not match expected returned table type

-- One procedure calls another; INTO, an expression and a RESULTSET take what it gives.
CREATE PROCEDURE insert_value(n INTEGER) RETURNS VARCHAR LANGUAGE SQL AS
BEGIN
  INSERT INTO t VALUES (:n);
  RETURN 'rows inserted: ' || SQLROWCOUNT;
END;
CREATE PROCEDURE caller() RETURNS VARCHAR LANGUAGE SQL AS
DECLARE
  a VARCHAR;
  b VARCHAR;
  n INTEGER;
BEGIN
  CALL insert_value(3) INTO :a;
  b := (CALL insert_value(4));
  LET res RESULTSET := (CALL rows_of(3));
  FOR r IN res DO
    n := NVL(n, 0) + r.b;
  END FOR;
  RETURN a || ', ' || b || ', ' || n;
END;
CALL caller();
--> CALLER
--- rows inserted: 1, rows inserted: 1, 70

-- A name of several parts.
CREATE PROCEDURE says(what VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS
BEGIN
  RETURN 'said ' || what;
END;
DECLARE
  told VARCHAR;
  word VARCHAR DEFAULT 'this';
BEGIN
  CALL d.public.says(:word) INTO :told;
  RETURN told;
END;
--> anonymous block
--- said this

-- Output arguments.
CREATE PROCEDURE twice(x OUT NUMBER, y IN VARCHAR, z OUT VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS
BEGIN
  x := x * 2;
  y := y || '!';
  z := y;
  RETURN 'done';
END;
BEGIN
  LET a FLOAT := 500.662;
  LET b := 'in';
  LET c VARCHAR;
  CALL twice(:a, :b, :c);
  RETURN a || ' ' || b || ' ' || c;
END;
--> anonymous block
--- 1002 in in!
BEGIN
  LET a := 1;
  LET c := '';
  CALL twice(:a + 2, 'x', :c);
END;
--! 000904 Uncaught exception of type 'STATEMENT_ERROR' on line 4 at position 2 : SQL compilation error: argument X of procedure TWICE is an output argument: it takes a variable

-- Nested procedures see their block's names.
DECLARE
  total INTEGER DEFAULT 0;
  add_to PROCEDURE (n INTEGER) RETURNS INTEGER AS
    BEGIN
      total := total + n;
      RETURN total;
    END;
BEGIN
  LET last INTEGER;
  CALL add_to(5);
  CALL add_to(7) INTO :last;
  RETURN total || ' ' || last;
END;
--> anonymous block
--- 12 12

-- With the owner's rights a procedure has its own schema and no session variables; with the caller's the caller's.
CREATE SCHEMA OTHER;
CREATE TABLE D.OTHER.T (V INTEGER);
INSERT INTO D.OTHER.T VALUES (100);
--> number of rows inserted
--- 1
USE SCHEMA PUBLIC;
CREATE PROCEDURE D.PUBLIC.of_owner() RETURNS INTEGER LANGUAGE SQL AS
BEGIN
  RETURN (SELECT MAX(v) FROM t);
END;
CREATE PROCEDURE D.PUBLIC.of_caller() RETURNS INTEGER LANGUAGE SQL EXECUTE AS CALLER AS
BEGIN
  SET fresh = 5;
  RETURN (SELECT MAX(v) FROM t) + $base;
END;
CREATE PROCEDURE D.PUBLIC.sets() RETURNS INTEGER LANGUAGE SQL AS
BEGIN
  SET fresh = 5;
END;
SET BASE = 1;
USE SCHEMA OTHER;
CALL D.PUBLIC.of_owner();
--> OF_OWNER
--- 4
CALL D.PUBLIC.of_caller();
--> OF_CALLER
--- 101
SELECT $FRESH;
--> $FRESH
--- 5
CALL D.PUBLIC.sets();
--! 090236 Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Stored procedure execution error: Unsupported statement type 'SET'.
SELECT CURRENT_SCHEMA();
--> CURRENT_SCHEMA()
--- OTHER
USE SCHEMA PUBLIC;

-- A failure inside shows the way through the calls.
CREATE PROCEDURE fails() RETURNS INTEGER LANGUAGE SQL AS
BEGIN
  RETURN 1 / 0;
END;
CREATE PROCEDURE calls_fails() RETURNS INTEGER LANGUAGE SQL AS
BEGIN
  CALL fails();
  RETURN 1;
END;
CALL calls_fails();
--! 100051 Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Uncaught exception of type 'EXPRESSION_ERROR' on line 2 at position 9 : Division by zero

-- Calls without end.
CREATE PROCEDURE endless(n INTEGER) RETURNS INTEGER LANGUAGE SQL AS
BEGIN
  CALL endless(:n + 1);
  RETURN n;
END;
CALL endless(0);
--! 090235 Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Stored procedure execution error: maximum depth of 8 calls exceeded

CREATE PROCEDURE bad() RETURNS INTEGER LANGUAGE SQL AS
$$
BEGIN
  IF (1 = 1) THEN
    RETURN 1;
END;
$$;
--! 001003 syntax error line 5 at position 0 unexpected 'END'.

-- A procedure that is defined where it is called.
WITH anonymous AS PROCEDURE (message VARCHAR, n INTEGER DEFAULT 2)
  RETURNS VARCHAR
  LANGUAGE SQL
  AS $$
  BEGIN
    INSERT INTO t VALUES (:n * 1000);
    RETURN message || ' ' || n;
  END;
  $$
CALL anonymous('hello');
--> ANONYMOUS
--- hello 2
WITH anonymous AS PROCEDURE () RETURNS TABLE () LANGUAGE SQL AS 'BEGIN RETURN TABLE(SELECT MAX(v) AS M FROM t); END'
CALL anonymous();
--> M
--- 2000
WITH anonymous AS PROCEDURE () RETURNS INTEGER LANGUAGE SQL AS 'BEGIN RETURN 1; END' CALL other();
--! 000904 CALL after WITH is of ANONYMOUS
WITH procedure_like AS (SELECT 1 AS N) SELECT N FROM procedure_like;
--> N
--- 1

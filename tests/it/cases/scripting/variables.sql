-- Variables: declared and inferred types, scopes, assignment, binds in statements and in names.
CREATE DATABASE D;

DECLARE
  profit NUMBER(38, 2) DEFAULT 0.0;
BEGIN
  LET cost NUMBER(38, 2) := 100.0;
  LET revenue NUMBER(38, 2) DEFAULT 110.0;
  profit := revenue - cost;
  RETURN profit;
END;
--> anonymous block
--- 10.00

-- Without a type, a number with a fraction becomes FLOAT, a whole one NUMBER(38,0).
BEGIN
  LET x := 12.3;
  LET n := 7;
  RETURN TYPEOF(TO_VARIANT(x)) || ' ' || (n / 2);
END;
--> anonymous block
--- DOUBLE 3.500000

DECLARE
  w INTEGER;
  dt DATE;
BEGIN
  w := 24 * 7;
  dt := '2020-09-30';
  RETURN w::VARCHAR || ', ' || dt::VARCHAR;
END;
--> anonymous block
--- 168, 2020-09-30

-- An inner block hides a name and does not change the outer one.
DECLARE
  x INTEGER DEFAULT 1;
  seen VARCHAR DEFAULT '';
BEGIN
  DECLARE
    x INTEGER DEFAULT 2;
  BEGIN
    x := x + 10;
    seen := 'inner ' || x;
  END;
  RETURN seen || ', outer ' || x;
END;
--> anonymous block
--- inner 12, outer 1

-- A value that does not fit is an error of the expression.
DECLARE
  n NUMBER(3, 0);
BEGIN
  n := 'abc';
END;
--! 100038 Uncaught exception of type 'EXPRESSION_ERROR' on line 4 at position 2 : Numeric value 'abc' is not recognized

DECLARE
  n INTEGER;
BEGIN
  m := 1;
END;
--! 000904 Uncaught exception of type 'EXPRESSION_ERROR' on line 4 at position 2 : SQL compilation error: invalid identifier 'M'

CREATE TABLE T (ID INTEGER, NAME VARCHAR);
INSERT INTO T VALUES (1, 'a'), (2, 'b');
--> number of rows inserted
--- 2

DECLARE
  id INTEGER;
  name VARCHAR;
BEGIN
  SELECT id, name INTO :id, :name FROM t WHERE id = 2;
  RETURN id || ' ' || name;
END;
--> anonymous block
--- 2 b

-- No row leaves NULL, two rows are an error.
DECLARE
  id INTEGER DEFAULT 5;
BEGIN
  SELECT id INTO id FROM t WHERE id = 9;
  RETURN NVL(id, -1);
END;
--> anonymous block
--- -1
DECLARE
  id INTEGER;
BEGIN
  SELECT id INTO :id FROM t;
END;
--! 090237 Uncaught exception of type 'STATEMENT_ERROR' on line 4 at position 2 :  A SELECT INTO statement expects exactly 1 returned row, but got 2.

-- A variable as a name, as a property, in DDL, in DML and in a subquery of an expression.
DECLARE
  source VARCHAR DEFAULT 't';
  target VARCHAR DEFAULT 'copy_of_t';
  note VARCHAR DEFAULT 'made by a block';
  n INTEGER;
BEGIN
  CREATE TABLE IDENTIFIER(:target) COMMENT = :note AS SELECT * FROM IDENTIFIER(:source);
  LET more := 3;
  INSERT INTO IDENTIFIER(:target) VALUES (:more, 'it''s');
  UPDATE copy_of_t SET name = name || :more WHERE id < :more;
  n := (SELECT COUNT(*) FROM IDENTIFIER(:target) WHERE id <= :more);
  RETURN n;
END;
--> anonymous block
--- 3
SELECT * FROM COPY_OF_T ORDER BY ID;
--> ID | NAME
--- 1 | a3
--- 2 | b3
--- 3 | it's
SELECT COMMENT FROM D.INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = 'COPY_OF_T';
--> COMMENT
--- made by a block

-- A bare name in a statement is a column, not a variable.
BEGIN
  LET v := 1;
  INSERT INTO t VALUES (v, 'x');
END;
--! 000904 Uncaught exception of type 'STATEMENT_ERROR' on line 3 at position 2 : SQL compilation error: error line 1 at position 22 invalid identifier 'V'

-- Semi-structured values, session variables and built-in functions in expressions.
SET BASE = 40;
DECLARE
  o OBJECT DEFAULT OBJECT_CONSTRUCT('a', ARRAY_CONSTRUCT(1, 2), 'b', 'x');
BEGIN
  RETURN (o:a[1]::INTEGER + $BASE) || UPPER(o:b::VARCHAR);
END;
--> anonymous block
--- 42X

-- The type of a row's column is not known when the block is read.
DECLARE
  c CURSOR FOR SELECT id FROM t;
BEGIN
  FOR r IN c DO
    LET x := r.id;
  END FOR;
END;
--! 092228 error line 5 at position 4 variable 'X' cannot have its type inferred from initializer

-- Exceptions: declared ones, those of statements and expressions, handlers that end a block and that go on.
CREATE DATABASE D;
CREATE TABLE LOG (WHAT VARCHAR, CODE INTEGER, MESSAGE VARCHAR, STATE VARCHAR);

DECLARE
  my_exception EXCEPTION (-20002, 'Raised MY_EXCEPTION.');
BEGIN
  LET counter := 0;
  IF (TRUE) THEN
    RAISE my_exception;
  END IF;
  counter := counter + 1;
  RETURN counter;
END;
--! -20002 Uncaught exception of type 'MY_EXCEPTION' on line 6 at position 4 : Raised MY_EXCEPTION.

EXECUTE IMMEDIATE $$
DECLARE
  my_exception EXCEPTION (-20002, 'Raised MY_EXCEPTION.');
BEGIN
  RAISE my_exception;
EXCEPTION
  WHEN STATEMENT_ERROR THEN
    RETURN 'wrong';
  WHEN my_exception THEN
    INSERT INTO log VALUES ('mine', :sqlcode, :sqlerrm, :sqlstate);
    RETURN OBJECT_CONSTRUCT('code', sqlcode, 'message', sqlerrm, 'state', sqlstate);
END;
$$;
--> anonymous block
--- {\n  "code": -20002,\n  "message": "Raised MY_EXCEPTION.",\n  "state": "P0001"\n}
SELECT * FROM LOG;
--> WHAT | CODE | MESSAGE | STATE
--- mine | -20002 | Raised MY_EXCEPTION. | P0001

-- A statement that fails, an expression that fails.
BEGIN
  SELECT 1 / 0;
EXCEPTION
  WHEN EXPRESSION_ERROR THEN
    RETURN 'expression ' || sqlcode;
  WHEN STATEMENT_ERROR THEN
    RETURN 'statement ' || sqlcode || ' ' || sqlstate || ' ' || sqlerrm;
END;
--> anonymous block
--- statement 100051 22012 Division by zero
BEGIN
  LET x := 1 / 0;
EXCEPTION
  WHEN EXPRESSION_ERROR THEN
    RETURN 'expression ' || sqlcode;
  WHEN OTHER THEN
    RETURN 'other';
END;
--> anonymous block
--- expression 100051

-- Uncaught, they tell where.
BEGIN
  INSERT INTO log (what) VALUES ('before');
  DROP TABLE nosuch;
END;
--! 002003 Uncaught exception of type 'STATEMENT_ERROR' on line 3 at position 2 : SQL compilation error: Table 'D.PUBLIC.NOSUCH' does not exist or not authorized.
BEGIN
  LET x := 1;
  x := x / 0;
END;
--! 100051 Uncaught exception of type 'EXPRESSION_ERROR' on line 3 at position 7 : Division by zero
SELECT COUNT(*) FROM LOG WHERE WHAT = 'before';
--> COUNT(*)
--- 1

-- CONTINUE goes on behind the statement that failed, in a loop with its next turn.
DECLARE
  e EXCEPTION (-20001, 'caught');
BEGIN
  LET counter := 0;
  IF (TRUE) THEN
    RAISE e;
  END IF;
  counter := counter + 10;
  RETURN 'counter ' || counter;
EXCEPTION
  WHEN e CONTINUE THEN
    INSERT INTO log (what) VALUES ('continued');
END;
--> anonymous block
--- counter 10
DECLARE
  x INTEGER := 0;
  failures INTEGER := 0;
BEGIN
  FOR i IN 0 TO 5 DO
    x := 10 / i;
  END FOR;
  RETURN x || ' after ' || failures;
EXCEPTION
  WHEN EXPRESSION_ERROR CONTINUE THEN
    failures := failures + 1;
END;
--> anonymous block
--- 2 after 1

-- Nested blocks: the inner handler first; two exceptions of one name are two.
DECLARE
  e1 EXCEPTION (-20001, 'outer e1');
BEGIN
  DECLARE
    e1 EXCEPTION (-20101, 'inner e1');
  BEGIN
    RAISE e1;
  EXCEPTION
    WHEN e1 THEN
      RETURN 'inner caught ' || sqlerrm;
  END;
EXCEPTION
  WHEN e1 THEN
    RETURN 'outer caught';
END;
--> anonymous block
--- inner caught inner e1
DECLARE
  e1 EXCEPTION (-20001, 'from inside');
BEGIN
  BEGIN
    RAISE e1;
  END;
EXCEPTION
  WHEN e1 THEN
    RETURN sqlerrm || ', caught outside';
END;
--> anonymous block
--- from inside, caught outside

-- A handler that ends lets the outer block go on; RAISE alone raises the same again.
BEGIN
  LET seen := '';
  BEGIN
    SELECT * FROM nosuch;
  EXCEPTION
    WHEN OTHER THEN
      seen := 'inner ' || sqlcode;
  END;
  RETURN seen || ', outer goes on';
END;
--> anonymous block
--- inner 2003, outer goes on
BEGIN
  SELECT * FROM nosuch;
EXCEPTION
  WHEN OTHER THEN
    INSERT INTO log (what, code) VALUES ('again', :sqlcode);
    RAISE;
END;
--! 002003 Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : SQL compilation error: Object 'D.PUBLIC.NOSUCH' does not exist or not authorized.
SELECT CODE FROM LOG WHERE WHAT = 'again';
--> CODE
--- 2003

-- Several in one handler; variables that LET declared are not for handlers.
DECLARE
  e1 EXCEPTION (-20001, 'one');
  e2 EXCEPTION (-20002, 'two');
BEGIN
  RAISE e2;
EXCEPTION
  WHEN e1 OR e2 THEN
    RETURN 'either: ' || sqlerrm;
END;
--> anonymous block
--- either: two
BEGIN
  LET inside := 1;
  SELECT 1 / 0;
EXCEPTION
  WHEN OTHER THEN
    RETURN inside;
END;
--! 000904 Uncaught exception of type 'EXPRESSION_ERROR' on line 6 at position 11 : SQL compilation error: invalid identifier 'INSIDE'

DECLARE
  bad EXCEPTION (-5, 'out of range');
BEGIN
  NULL;
END;
--! 000904 Exception number -5 is not between -20999 and -20000

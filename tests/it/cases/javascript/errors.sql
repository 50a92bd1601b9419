-- What goes wrong in JavaScript, in procedures and functions.
-- https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-javascript
CREATE DATABASE D;
CREATE TABLE T (A INT);
-- What `catch` sees of a failed statement.
CREATE PROCEDURE CAUGHT(TEXT VARCHAR) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  try {
    snowflake.execute( {sqlText: TEXT} );
    return 'Succeeded';
  } catch (err) {
    return "Failed: " + err + "\nCode: " + err.code + " State: " + err.state + "\nStack: " + err.stackTraceTxt + (err instanceof Error);
  }
$$;
CALL CAUGHT('Invalid Command!;');
--> CAUGHT
--- Failed: SQL compilation error:\nsyntax error line 1 at position 0 unexpected 'Invalid'.\nCode: 1003 State: 42000\nStack: Snowflake.execute, line 3 position 14true
CALL CAUGHT('SELECT * FROM NOWHERE');
--> CAUGHT
--- Failed: SQL compilation error:\nObject 'D.PUBLIC.NOWHERE' does not exist or not authorized.\nCode: 2003 State: 42S02\nStack: Snowflake.execute, line 3 position 14true
CALL CAUGHT('INSERT INTO T VALUES (''x'')');
--> CAUGHT
--- Failed: DML operation to table T failed on column A with error: Numeric value 'x' is not recognized\nCode: 100038 State: 22018\nStack: Snowflake.execute, line 3 position 14true
CALL CAUGHT('INSERT INTO T VALUES (1); SELECT 1');
--> CAUGHT
--- Failed: Actual statement count 2 did not match the desired statement count 1.\nCode: 8 State: 0A000\nStack: Snowflake.execute, line 3 position 14true
CALL CAUGHT('SELECT ?');
--> CAUGHT
--- Failed: SQL compilation error: error line 1 at position 7\nBind variable ? not set.\nCode: 2049 State: 42601\nStack: Snowflake.execute, line 3 position 14true
-- What nobody catches.
CREATE PROCEDURE UNCAUGHT() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  var s = snowflake.createStatement({sqlText: 'DELETE FROM NOWHERE'});
  s.execute();
$$;
CALL UNCAUGHT();
--! 100183 Execution error in store procedure UNCAUGHT: SQL compilation error: Object 'D.PUBLIC.NOWHERE' does not exist or not authorized. At Statement.execute, line 3 position 4
CREATE PROCEDURE AGAIN() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  try { snowflake.execute({sqlText: 'CALL UNCAUGHT()'}); } catch (err) { throw err; }
$$;
CALL AGAIN();
--! 100183 Execution error in store procedure AGAIN: Execution error in store procedure UNCAUGHT: SQL compilation error: Object 'D.PUBLIC.NOWHERE' does not exist or not authorized. At Statement.execute, line 3 position 4 At Snowflake.execute, line 2 position 18
CREATE PROCEDURE THROWN() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  var a = null;
  return a.b;
$$;
CALL THROWN();
--! 100132 JavaScript execution error: Uncaught TypeError: Cannot read properties of null (reading 'b') in THROWN at '  return a.b;' position 11 stackstrace:  THROWN line: 3
CREATE PROCEDURE SAID() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'throw "Age cannot be negative!";';
CALL SAID();
--! 100132 JavaScript execution error: Uncaught Age cannot be negative! in SAID at 'throw "Age cannot be negative!";' position 0 stackstrace:  SAID line: 1
CREATE PROCEDURE LOWER_CASE(A FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return a * 2;';
CALL LOWER_CASE(1);
--! 100132 JavaScript execution error: Uncaught ReferenceError: a is not defined in LOWER_CASE at 'return a * 2;' position 7 stackstrace:  LOWER_CASE line: 1
-- A body is read when it is called.
CREATE PROCEDURE UNREADABLE() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return 1 +;';
CALL UNREADABLE();
--! 100131 JavaScript compilation error: Uncaught SyntaxError: unexpected token in expression: ';' in UNREADABLE at 'return 1 +;' position 10
-- What Scripting sees of it.
BEGIN
  CALL THROWN();
EXCEPTION
  WHEN STATEMENT_ERROR THEN RETURN SQLCODE || ' ' || SQLSTATE;
END;
--> anonymous block
--- 100132 P0000
-- A transaction that a procedure begins, it ends: by hand, or by its error.
CREATE PROCEDURE REPLACE_ALL(FAIL BOOLEAN) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  snowflake.execute({sqlText: 'BEGIN WORK;'});
  try {
    snowflake.execute({sqlText: 'DELETE FROM T;'});
    snowflake.execute({sqlText: 'INSERT INTO T VALUES (2)'});
    if (FAIL) snowflake.execute({sqlText: 'DELETE FROM NO_SUCH_TABLE;'});
    snowflake.execute({sqlText: 'COMMIT WORK;'});
    return 'Succeeded';
  } catch (err) {
    snowflake.execute({sqlText: 'ROLLBACK WORK;'});
    return 'Failed: ' + err;
  }
$$;
INSERT INTO T VALUES (1);
--> number of rows inserted
--- 1
CALL REPLACE_ALL(TRUE);
--> REPLACE_ALL
--- Failed: SQL compilation error:\nObject 'D.PUBLIC.NO_SUCH_TABLE' does not exist or not authorized.
SELECT * FROM T;
--> A
--- 1
CALL REPLACE_ALL(FALSE);
--> REPLACE_ALL
--- Succeeded
SELECT * FROM T;
--> A
--- 2
CREATE PROCEDURE HALF_WAY() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  snowflake.execute({sqlText: 'BEGIN'});
  snowflake.execute({sqlText: 'DELETE FROM T'});
  throw new Error('half way');
$$;
CALL HALF_WAY();
--! 100132 JavaScript execution error: Uncaught Error: half way in HALF_WAY at '  throw new Error('half way');' position 2 stackstrace:  HALF_WAY line: 4
SELECT * FROM T;
--> A
--- 2
CREATE PROCEDURE LEFT_OPEN() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS $$ snowflake.execute({sqlText: 'BEGIN'}); snowflake.execute({sqlText: 'DELETE FROM T'}); $$;
CALL LEFT_OPEN();
--! 090232 Scoped transaction started in stored procedure is incomplete and it was rolled back.
SELECT * FROM T;
--> A
--- 2
-- Owner's and caller's rights.
SET LEAST = 1;
CREATE PROCEDURE OWNERS() RETURNS FLOAT LANGUAGE JAVASCRIPT AS $$ snowflake.execute({sqlText: 'SELECT $LEAST'}); return 1; $$;
CALL OWNERS();
--! 100183 Execution error in store procedure OWNERS: SQL compilation error: Session variable '$LEAST' does not exist At Snowflake.execute, line 1 position 11
CREATE PROCEDURE SETS() RETURNS FLOAT LANGUAGE JAVASCRIPT EXECUTE AS OWNER AS $$ snowflake.execute({sqlText: "SET OTHER = 'x'"}); return 1; $$;
CALL SETS();
--! 100183 Execution error in store procedure SETS: Stored procedure execution error: Unsupported statement type 'SET'. At Snowflake.execute, line 1 position 11
CREATE PROCEDURE CALLERS() RETURNS FLOAT LANGUAGE JAVASCRIPT EXECUTE AS CALLER AS
$$
  snowflake.execute({sqlText: "SET OTHER = 'set inside'"});
  var rs = snowflake.execute({sqlText: 'SELECT $LEAST + 1'});
  rs.next();
  return rs.getColumnValue(1);
$$;
CALL CALLERS();
--> CALLERS
--- 2
SELECT $OTHER;
--> $OTHER
--- set inside
-- What does not end, or wants too much, fails alone.
CREATE PROCEDURE DEEP() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'function down(n) { return down(n + 1) + 1; } return down(0);';
CALL DEEP();
--! 100132 JavaScript execution error: Uncaught RangeError: Maximum call stack size exceeded in DEEP at 'function down(n) { return down(n + 1) + 1; } return down(0);' position 35 stackstrace:  down line: 1 down line: 1 down line: 1 down line: 1 down line: 1 down line: 1 down line: 1 down line: 1 down line: 1 DEEP line: 1
CREATE PROCEDURE GREEDY() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'var all = []; while (true) all.push(new Uint8Array(1 << 20));';
CALL GREEDY();
--! 100176 JavaScript out of memory error: UDF thread memory limit exceeded
CREATE PROCEDURE CODE() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return eval("1 + 1");';
CALL CODE();
--! 100132 JavaScript execution error: Uncaught EvalError: Code generation from strings disallowed for this context in CODE at 'return eval("1 + 1");' position 7 stackstrace:  CODE line: 1
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 1
-- Types and names that JavaScript has not.
CREATE PROCEDURE P(A NUMBER) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return A;';
--! 001003 Language JAVASCRIPT does not support type 'NUMBER(38,0)' for argument or return type.
CREATE FUNCTION F() RETURNS INT LANGUAGE JAVASCRIPT AS 'return 1;';
--! 001003 Language JAVASCRIPT does not support type 'NUMBER(38,0)' for argument or return type.
CREATE FUNCTION F(A TIME) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return A;';
--! 001003 Language JAVASCRIPT does not support type 'TIME(9)' for argument or return type.
CREATE FUNCTION "delete"() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return 1;';
--! 001003 Invalid UDF function name: 'delete'
CREATE PROCEDURE P("my arg" FLOAT, "class" FLOAT, OK FLOAT) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return 1;';
--! 001003 Invalid argument name(s): 'my arg, class'
CREATE PROCEDURE P() RETURNS TABLE (A FLOAT) LANGUAGE JAVASCRIPT AS 'return 1;';
--! 000002 Unsupported feature 'RETURNS TABLE of a procedure in JAVASCRIPT'.

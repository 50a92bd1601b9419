-- Tasks whose statement is a block or a CALL.
CREATE DATABASE D;
CREATE TABLE T (ID INTEGER AUTOINCREMENT, WHAT VARCHAR);
CREATE PROCEDURE writes(w VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS
BEGIN
  INSERT INTO t (what) VALUES (:w);
  RETURN 'written';
END;
CREATE TASK calls SCHEDULE = '1 MINUTE' AS CALL writes('by call');
--> status
--- Task CALLS successfully created.
CREATE TASK blocks SCHEDULE = '1 MINUTE' AS
DECLARE
  target VARCHAR DEFAULT 't';
BEGIN
  FOR i IN 1 TO 2 DO
    INSERT INTO IDENTIFIER(:target) (what) VALUES ('turn ' || :i);
  END FOR;
END;
CREATE TASK fails SCHEDULE = '1 MINUTE' AS
BEGIN
  INSERT INTO t (what) VALUES ('kept');
  SELECT 1 / 0;
END;
ALTER TASK calls RESUME;
--> status
--- Statement executed successfully.
ALTER TASK blocks RESUME;
ALTER TASK fails RESUME;
--@ advance 1 minutes
SELECT WHAT FROM T ORDER BY WHAT;
--> WHAT
--- by call
--- kept
--- turn 1
--- turn 2
SELECT NAME, STATE, ERROR_CODE, ERROR_MESSAGE FROM TABLE(D.INFORMATION_SCHEMA.TASK_HISTORY()) WHERE STATE <> 'SCHEDULED' ORDER BY NAME;
--> NAME | STATE | ERROR_CODE | ERROR_MESSAGE
--- BLOCKS | SUCCEEDED | NULL | NULL
--- CALLS | SUCCEEDED | NULL | NULL
--- FAILS | FAILED | 100051 | Uncaught exception of type 'STATEMENT_ERROR' on line 3 at position 2 : Division by zero

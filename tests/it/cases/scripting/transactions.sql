-- Procedures and transactions: a procedure ends only what it began, and what it leaves open is rolled back.
CREATE DATABASE D;
CREATE TABLE T (WHAT VARCHAR);

CREATE PROCEDURE writes(w VARCHAR) RETURNS VARCHAR LANGUAGE SQL AS
BEGIN
  INSERT INTO t VALUES (:w);
  RETURN 'written';
END;
BEGIN TRANSACTION;
CALL writes('rolled back');
--> WRITES
--- written
ROLLBACK;
BEGIN TRANSACTION;
CALL writes('committed');
--> WRITES
--- written
COMMIT;
SELECT * FROM T;
--> WHAT
--- committed

-- A transaction of its own inside the caller's: neither undoes the other.
CREATE TABLE U (WHAT VARCHAR);
CREATE PROCEDURE commits() RETURNS VARCHAR LANGUAGE SQL AS
BEGIN
  BEGIN TRANSACTION;
  INSERT INTO u VALUES ('inner');
  COMMIT;
  RETURN 'committed';
END;
BEGIN TRANSACTION;
INSERT INTO T VALUES ('outer');
--> number of rows inserted
--- 1
CALL commits();
--> COMMITS
--- committed
ROLLBACK;
SELECT * FROM U;
--> WHAT
--- inner
SELECT COUNT(*) FROM T WHERE WHAT = 'outer';
--> COUNT(*)
--- 0

-- COMMIT and ROLLBACK of the caller's transaction, and DDL, are refused.
CREATE PROCEDURE ends_caller() RETURNS VARCHAR LANGUAGE SQL AS
BEGIN
  COMMIT;
  RETURN 'no';
END;
CREATE PROCEDURE makes_table() RETURNS VARCHAR LANGUAGE SQL AS
BEGIN
  CREATE TABLE d.public.x (a INTEGER);
  RETURN 'no';
END;
BEGIN TRANSACTION;
INSERT INTO T VALUES ('still open');
--> number of rows inserted
--- 1
CALL ends_caller();
--! 090231 Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Modifying a transaction that has started at a different scope is not allowed.
CALL makes_table();
--! 090231 Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : Modifying a transaction that has started at a different scope is not allowed.
COMMIT;
SELECT COUNT(*) FROM T WHERE WHAT = 'still open';
--> COUNT(*)
--- 1

-- What a procedure leaves open is rolled back, and the call fails.
CREATE PROCEDURE leaves_open() RETURNS VARCHAR LANGUAGE SQL AS
BEGIN
  INSERT INTO u VALUES ('before');
  BEGIN TRANSACTION;
  INSERT INTO u VALUES ('lost');
  RETURN 'open';
END;
CALL leaves_open();
--! 090232 Scoped transaction started in stored procedure is incomplete and it was rolled back.
SELECT * FROM U ORDER BY WHAT;
--> WHAT
--- before
--- inner
SELECT CURRENT_TRANSACTION();
--> CURRENT_TRANSACTION()
--- NULL

-- A failure in the middle leaves the transaction to the block's handler.
BEGIN
  BEGIN TRANSACTION;
  INSERT INTO u VALUES ('half');
  SELECT 1 / 0;
  COMMIT;
  RETURN 'never';
EXCEPTION
  WHEN OTHER THEN
    ROLLBACK;
    RETURN 'rolled back: ' || sqlcode;
END;
--> anonymous block
--- rolled back: 100051
SELECT COUNT(*) FROM U WHERE WHAT = 'half';
--> COUNT(*)
--- 0

-- The same table in both is a deadlock, and is told as one.
CREATE PROCEDURE same_table() RETURNS VARCHAR LANGUAGE SQL AS
BEGIN
  BEGIN TRANSACTION;
  UPDATE t SET what = 'x';
  COMMIT;
  RETURN 'no';
END;
BEGIN TRANSACTION;
UPDATE T SET WHAT = 'y';
--> number of rows updated | number of multi-joined rows updated
--- 2 | 0
CALL same_table();
--! 000625 Uncaught exception of type 'STATEMENT_ERROR' on line 3 at position 2 : Statement was aborted: a lock that it needs is held by another transaction (the transactions wait for each other).
ROLLBACK;

-- Cursors and RESULTSETs.
CREATE DATABASE D;
CREATE TABLE INVOICES (ID INTEGER, PRICE NUMBER(12, 2));
INSERT INTO INVOICES VALUES (1, 11.11), (2, 22.22);
--> number of rows inserted
--- 2

DECLARE
  id INTEGER DEFAULT 0;
  low NUMBER(13, 2) DEFAULT 22.00;
  high NUMBER(13, 2) DEFAULT 33.00;
  c1 CURSOR FOR SELECT id FROM invoices WHERE price > ? AND price < ?;
BEGIN
  OPEN c1 USING (low, high);
  FETCH c1 INTO id;
  RETURN id;
END;
--> anonymous block
--- 2

-- Behind the last row come NULLs; columns too many are left out, variables too many stay.
DECLARE
  a INTEGER;
  b NUMBER(12, 2);
  untouched VARCHAR DEFAULT 'stays';
  seen VARCHAR DEFAULT '';
  c CURSOR FOR SELECT id, price FROM invoices ORDER BY id;
BEGIN
  OPEN c;
  FETCH c INTO a;
  seen := seen || a;
  FETCH c INTO a, b, untouched;
  seen := seen || ' ' || a || ' ' || b || ' ' || untouched;
  FETCH c INTO a, b;
  seen := seen || ' ' || NVL(a, 0);
  CLOSE c;
  RETURN seen;
END;
--> anonymous block
--- 1 2 22.22 stays 0

-- All rows, whatever was fetched.
DECLARE
  a INTEGER;
  c CURSOR FOR SELECT * FROM invoices ORDER BY id;
BEGIN
  OPEN c;
  FETCH c INTO a;
  RETURN TABLE(RESULTSET_FROM_CURSOR(c));
END;
--> ID | PRICE
--- 1 | 11.11
--- 2 | 22.22

DECLARE
  res RESULTSET DEFAULT (SELECT id FROM invoices ORDER BY id);
  c CURSOR FOR res;
BEGIN
  LET total := 0;
  FOR r IN c DO
    total := total + r.id;
  END FOR;
  FOR r IN res DO
    total := total + r.id * 100;
  END FOR;
  RETURN total;
END;
--> anonymous block
--- 303

-- FETCH inside a loop takes rows from it.
DECLARE
  x INTEGER;
  turns INTEGER DEFAULT 0;
  c CURSOR FOR SELECT id FROM invoices ORDER BY id;
BEGIN
  OPEN c;
  FOR r IN c DO
    turns := turns + 1;
    FETCH c INTO x;
  END FOR;
  RETURN turns || ' ' || x;
END;
--> anonymous block
--- 1 2

DECLARE
  res RESULTSET;
  stmt VARCHAR DEFAULT 'SELECT id, price FROM invoices WHERE id >= ? ORDER BY id';
  least INTEGER DEFAULT 2;
BEGIN
  res := (EXECUTE IMMEDIATE :stmt USING (least));
  RETURN TABLE(res);
END;
--> ID | PRICE
--- 2 | 22.22

BEGIN
  LET res RESULTSET := (SHOW TABLES LIKE 'INVOICES');
  LET c CURSOR FOR res;
  FOR t IN c DO
    RETURN t."name";
  END FOR;
END;
--> anonymous block
--- INVOICES

BEGIN
  RETURN TABLE(SELECT COUNT(*) AS N FROM invoices);
END;
--> N
--- 2

DECLARE
  c CURSOR FOR SELECT 1 AS n;
  n INTEGER;
BEGIN
  FETCH c INTO n;
END;
--! 090239 Uncaught exception of type 'STATEMENT_ERROR' on line 5 at position 2 : CURSOR C is not open.
DECLARE
  res RESULTSET;
BEGIN
  RETURN TABLE(res);
END;
--! 000904 Uncaught exception of type 'STATEMENT_ERROR' on line 4 at position 2 : SQL compilation error: RESULTSET 'RES' has no result

-- What statements did.
CREATE TABLE V (X INTEGER);
BEGIN
  INSERT INTO v VALUES (1), (2), (3);
  LET inserted := SQLROWCOUNT;
  UPDATE v SET x = x + 1 WHERE x > 5;
  LET nothing := SQLNOTFOUND;
  SELECT * FROM v WHERE x > 1;
  LET read := ACTIVITY_COUNT;
  RETURN inserted || ' ' || nothing || ' ' || read || ' ' || NVL(SQLROWCOUNT::VARCHAR, 'none');
END;
--> anonymous block
--- 3 true 2 none

-- Child jobs.
BEGIN
  LET a RESULTSET := ASYNC (INSERT INTO v SELECT 10);
  LET b RESULTSET := ASYNC (INSERT INTO v SELECT 20);
  AWAIT a;
  AWAIT b;
  FOR i IN 1 TO 3 DO
    ASYNC (INSERT INTO v VALUES (:i + 100));
  END FOR;
  AWAIT ALL;
  RETURN (SELECT COUNT(*) FROM v WHERE x >= 10);
END;
--> anonymous block
--- 5
BEGIN
  LET res RESULTSET := ASYNC (SELECT * FROM invalid_table);
  AWAIT res;
END;
--! 002003 Uncaught exception of type 'STATEMENT_ERROR' on line 2 at position 2 : SQL compilation error: Object 'D.PUBLIC.INVALID_TABLE' does not exist or not authorized.
BEGIN
  LET res RESULTSET := ASYNC (SELECT 1);
  RETURN TABLE(res);
END;
--! 000904 Uncaught exception of type 'STATEMENT_ERROR' on line 3 at position 2 : SQL compilation error: RESULTSET 'RES' was not awaited

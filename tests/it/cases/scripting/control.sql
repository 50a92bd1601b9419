-- Branches and loops.
CREATE DATABASE D;

BEGIN
  LET n := 3;
  IF (n > 5) THEN
    RETURN 'big';
  ELSEIF (n > 2) THEN
    RETURN 'middle';
  ELSE
    RETURN 'small';
  END IF;
END;
--> anonymous block
--- middle

-- NULL is not true.
BEGIN
  LET n INTEGER := NULL;
  IF (n > 5) THEN
    RETURN 'yes';
  END IF;
  RETURN 'no';
END;
--> anonymous block
--- no

DECLARE
  v VARCHAR DEFAULT 'second';
BEGIN
  CASE (v)
    WHEN 'first' THEN
      RETURN 'one';
    WHEN 'second' THEN
      RETURN CASE WHEN LENGTH(v) > 3 THEN 'two' ELSE '2' END;
    ELSE
      RETURN 'other';
  END CASE;
END;
--> anonymous block
--- two

DECLARE
  n INTEGER DEFAULT 7;
BEGIN
  CASE
    WHEN n < 5 THEN RETURN 'low';
    WHEN n < 10 THEN RETURN 'high';
  END;
END;
--> anonymous block
--- high

-- Counters, both ways; an empty range; the counter is the loop's own.
DECLARE
  i INTEGER DEFAULT -999;
  seen VARCHAR DEFAULT '';
BEGIN
  FOR i IN 1 TO 3 DO
    seen := seen || i || ' ';
  END FOR;
  FOR i IN REVERSE 1 TO 3 LOOP
    seen := seen || i || ' ';
  END LOOP;
  FOR i IN 3 TO 1 DO
    seen := 'never';
  END FOR;
  RETURN seen || i;
END;
--> anonymous block
--- 1 2 3 3 2 1 -999

BEGIN
  LET n := 0;
  WHILE (n < 4) DO
    n := n + 1;
    IF (n = 2) THEN
      CONTINUE;
    END IF;
    IF (n = 3) THEN
      BREAK;
    END IF;
  END WHILE;
  RETURN n;
END;
--> anonymous block
--- 3

BEGIN
  LET n := 0;
  REPEAT
    n := n + 2;
  UNTIL (n >= 5)
  END REPEAT;
  RETURN n;
END;
--> anonymous block
--- 6

-- Labels: BREAK and CONTINUE of an outer loop.
BEGIN
  LET inner_turns := 0;
  LET outer_turns := 0;
  LOOP
    outer_turns := outer_turns + 1;
    LOOP
      inner_turns := inner_turns + 1;
      IF (inner_turns < 3) THEN
        CONTINUE outer_loop;
      END IF;
      BREAK outer_loop;
    END LOOP inner_loop;
  END LOOP outer_loop;
  RETURN outer_turns || ' ' || inner_turns;
END;
--> anonymous block
--- 3 3

-- RETURN ends all loops; a block without RETURN gives NULL.
BEGIN
  FOR i IN 1 TO 10 DO
    FOR j IN 1 TO 10 DO
      IF (i * j = 42) THEN
        RETURN i || 'x' || j;
      END IF;
    END FOR;
  END FOR;
END;
--> anonymous block
--- 6x7
BEGIN
  NULL;
END;
--> anonymous block
--- NULL

-- Rows of a query, one by one.
CREATE TABLE EMPLOYEES (ID INTEGER, DEPARTMENT VARCHAR, SALARY NUMBER(12, 2));
INSERT INTO EMPLOYEES VALUES (1, 'Engineering', 1000), (2, 'Sales', 2000), (3, 'Engineering', 3000);
--> number of rows inserted
--- 3
DECLARE
  raised INTEGER DEFAULT 0;
  pct INTEGER;
  pay NUMBER(12, 2);
  who INTEGER;
  c CURSOR FOR SELECT id, department, salary FROM employees ORDER BY id;
BEGIN
  FOR r IN c DO
    who := r.id;
    IF (r.department = 'Engineering') THEN
      pct := 10;
    ELSE
      pct := 5;
    END IF;
    pay := r.salary * (1 + :pct / 100);
    UPDATE employees SET salary = :pay WHERE id = :who;
    raised := raised + SQLROWCOUNT;
  END FOR;
  RETURN raised || ' rows';
END;
--> anonymous block
--- 3 rows
SELECT ID, SALARY FROM EMPLOYEES ORDER BY ID;
--> ID | SALARY
--- 1 | 1100.00
--- 2 | 2100.00
--- 3 | 3300.00

-- Mistakes are found before anything runs, with their place.
BEGIN
  INSERT INTO employees VALUES (9, 'x', 1);
  IF (1 = 1) THEN
    SELECT FROM WHERE;
  END IF;
END;
--! 001003 syntax error line 4 at position 11 unexpected 'FROM'.
BEGIN
  WHILE (TRUE) DO
    BREAK;
  END LOOP;
END;
--! 001003 syntax error line 4 at position 6 unexpected 'LOOP'.
BEGIN
  RETURN 1
END;
--! 001003 syntax error line 3 at position 3 unexpected '<EOF>'.
SELECT COUNT(*) FROM EMPLOYEES WHERE ID = 9;
--> COUNT(*)
--- 0

-- INSERT, UPDATE, MERGE and DELETE that cannot be done, and leave their tables as they were
-- sql-reference/sql/insert, update, merge, delete; sql-reference/constraints-overview; sql-reference/data-types-text,
-- data-types-numeric

CREATE TABLE T (ID INT NOT NULL, V VARCHAR(3), N NUMBER(4,2), D DATE);
INSERT INTO T VALUES (1, 'a', 1.5, '2024-01-01');

-- @error 100072
INSERT INTO T VALUES (NULL, 'a', 1, NULL);
-- @error 100072
INSERT INTO T (V) VALUES ('a');
-- @error 100072
UPDATE T SET ID = NULL;
-- @error 100078
INSERT INTO T VALUES (2, 'abcd', 1, NULL);
-- @error 100078
UPDATE T SET V = 'abcd' WHERE ID = 1;
-- Of several rows none is there when one is bad.
-- @error 100078
INSERT INTO T VALUES (3, 'ok', 1, NULL), (4, 'too long', 1, NULL);
SELECT COUNT(*) AS N FROM T;

CREATE TABLE SOURCE (ID INT, V VARCHAR(10));
INSERT INTO SOURCE VALUES (1, 'b'), (1, 'c'), (7, 'z');
-- @error 100090
MERGE INTO T USING SOURCE S ON T.ID = S.ID WHEN MATCHED THEN UPDATE SET V = S.V;
SELECT * FROM T;

-- A row that several source rows would update.
ALTER SESSION SET ERROR_ON_NONDETERMINISTIC_UPDATE = TRUE;
-- @error 100090
UPDATE T SET V = S.V FROM SOURCE S WHERE T.ID = S.ID;
ALTER SESSION UNSET ERROR_ON_NONDETERMINISTIC_UPDATE;
-- @error 100090
MERGE INTO T USING SOURCE S ON T.ID = S.ID WHEN MATCHED AND S.V = 'b' THEN UPDATE SET V = S.V WHEN MATCHED AND S.V = 'c' THEN DELETE;

-- A row as an object.
-- https://docs.snowflake.com/en/sql-reference/functions/object_construct
CREATE DATABASE D;
CREATE TABLE T (A INT, B VARCHAR);
INSERT INTO T VALUES (1, 'x'), (2, NULL);
--> number of rows inserted
--- 2
SELECT OBJECT_CONSTRUCT(*) FROM T ORDER BY A;
--> OBJECT_CONSTRUCT(*)
--- {\n  "A": 1,\n  "B": "x"\n}
--- {\n  "A": 2\n}
SELECT OBJECT_CONSTRUCT_KEEP_NULL(*) AS O FROM T ORDER BY A;
--> O
--- {\n  "A": 1,\n  "B": "x"\n}
--- {\n  "A": 2,\n  "B": null\n}
SELECT OBJECT_CONSTRUCT(T.*) AS O, OBJECT_CONSTRUCT(*):C::INT AS C FROM T JOIN (SELECT 1 AS ID, 5 AS C) S ON S.ID = T.A;
--> O | C
--- {\n  "A": 1,\n  "B": "x"\n} | 5
SELECT ARRAY_AGG(OBJECT_CONSTRUCT(*)) WITHIN GROUP (ORDER BY A DESC) AS O FROM T;
--> O
--- [\n  {\n    "A": 2\n  },\n  {\n    "A": 1,\n    "B": "x"\n  }\n]
SELECT A FROM T WHERE OBJECT_CONSTRUCT(*):B = 'x';
--> A
--- 1
WITH W AS (SELECT A AS "a b" FROM T) SELECT OBJECT_CONSTRUCT(*) AS O FROM W ORDER BY "a b";
--> O
--- {\n  "a b": 1\n}
--- {\n  "a b": 2\n}
SELECT OBJECT_CONSTRUCT(NOSUCH.*) FROM T;
--! 000904 invalid identifier 'NOSUCH'

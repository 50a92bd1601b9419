-- Scalar functions in SQL.
-- https://docs.snowflake.com/en/developer-guide/udf/sql/udf-sql-scalar-functions
CREATE DATABASE D;
CREATE FUNCTION AREA(RADIUS FLOAT) RETURNS FLOAT AS $$ PI() * RADIUS * RADIUS $$;
SELECT AREA(1.0), ROUND(AREA(2), 3) AS R, AREA(NULL) AS N, D.PUBLIC.AREA('1') > 3 AS T;
--> AREA(1.0) | R | N | T
--- 3.141592653589793 | 12.566 | NULL | TRUE
CREATE TABLE PURCHASES (NUMBER_SOLD INTEGER, WHOLESALE_PRICE NUMBER(7,2), RETAIL_PRICE NUMBER(7,2));
INSERT INTO PURCHASES VALUES (3, 10, 20), (5, 100, 200);
--> number of rows inserted
--- 2
CREATE FUNCTION PROFIT() RETURNS NUMERIC(11, 2) AS $$
  SELECT SUM((RETAIL_PRICE - WHOLESALE_PRICE) * NUMBER_SOLD) FROM PURCHASES
$$;
SELECT PROFIT();
--> PROFIT()
--- 530.00
SELECT PROFIT() + 1 AS P, (SELECT PROFIT()) AS Q WHERE PROFIT() > 0;
--> P | Q
--- 531.00 | 530.00
-- In every place an expression may stand.
CREATE TABLE C (ID INT, DIAMETER FLOAT);
INSERT INTO C VALUES (1, 2.0), (2, 4.0);
--> number of rows inserted
--- 2
CREATE FUNCTION HALF(F FLOAT) RETURNS FLOAT AS $$ F / 2 $$;
WITH RADII AS (SELECT HALF(DIAMETER) AS RADIUS FROM C) SELECT RADIUS FROM RADII ORDER BY RADIUS;
--> RADIUS
--- 1
--- 2
SELECT ID FROM C WHERE HALF(DIAMETER) > 1 ORDER BY HALF(DIAMETER);
--> ID
--- 2
SELECT HALF(DIAMETER) AS H, COUNT(*) AS N, SUM(HALF(DIAMETER)) AS S FROM C GROUP BY HALF(DIAMETER) HAVING HALF(SUM(DIAMETER)) > 0 ORDER BY 1;
--> H | N | S
--- 1 | 1 | 1
--- 2 | 1 | 2
SELECT ID, HALF(SUM(DIAMETER) OVER (ORDER BY ID)) AS H FROM C QUALIFY HALF(ROW_NUMBER() OVER (ORDER BY ID)) > 0.5;
--> ID | H
--- 2 | 3
SELECT A.ID, B.ID FROM C A JOIN C B ON HALF(B.DIAMETER) = A.DIAMETER;
--> ID | ID
--- 1 | 2
SELECT CASE WHEN HALF(DIAMETER) = 1 THEN 'one' ELSE 'more' END AS K, COALESCE(HALF(NULL), 7) AS L FROM C ORDER BY ID;
--> K | L
--- one | 7
--- more | 7
CREATE VIEW V AS SELECT ID, HALF(DIAMETER) AS RADIUS FROM C;
SELECT * FROM V ORDER BY ID;
--> ID | RADIUS
--- 1 | 1
--- 2 | 2
INSERT INTO C SELECT 3, HALF(20);
--> number of rows inserted
--- 1
INSERT INTO C VALUES (4, HALF(6));
--> number of rows inserted
--- 1
UPDATE C SET DIAMETER = HALF(DIAMETER) WHERE HALF(DIAMETER) = 5;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
MERGE INTO C USING (SELECT 4 AS ID) S ON C.ID = S.ID WHEN MATCHED AND HALF(C.DIAMETER) = 1.5 THEN UPDATE SET DIAMETER = HALF(100) WHEN NOT MATCHED THEN INSERT VALUES (9, HALF(1));
--> number of rows inserted | number of rows updated
--- 0 | 1
DELETE FROM C WHERE HALF(DIAMETER) = 1;
--> number of rows deleted
--- 1
SELECT * FROM C ORDER BY ID;
--> ID | DIAMETER
--- 2 | 4
--- 3 | 5
--- 4 | 50
SET X = HALF(8);
SELECT $X AS X;
--> X
--- 4
CREATE TABLE CTAS AS SELECT ID, HALF(ID) AS H FROM C;
DESC TABLE CTAS;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- ID | NUMBER(38,0) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- H | FLOAT | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
CREATE TABLE REFUSED (A FLOAT DEFAULT HALF(2));
--! 000002 Unsupported feature 'user-defined functions in DEFAULT'.
-- Functions of functions; names inside a body belong to the function.
CREATE FUNCTION QUARTER(F FLOAT) RETURNS FLOAT AS $$ HALF(HALF(F)) $$;
--! 002002 Function 'QUARTER' cannot be created: a system-defined function has this name.
SELECT QUARTER(8), QUARTER(ID) AS Q FROM C ORDER BY ID;
--! 001044 Invalid argument types for function 'QUARTER': (NUMBER(38,0))
CREATE FUNCTION ID(DIAMETER INT) RETURNS INT AS $$ (SELECT MAX(ID) FROM C WHERE C.ID < DIAMETER) $$;
SELECT ID(4);
--> ID(4)
--- 4
CREATE FUNCTION BIGGEST_BELOW(X INT) RETURNS INT AS $$ SELECT MAX(ID) FROM C WHERE C.ID < X $$;
SELECT ID, BIGGEST_BELOW(ID) AS B, BIGGEST_BELOW(C.ID + 1) AS E FROM C ORDER BY ID;
--! 002031 Unsupported subquery type cannot be evaluated
SELECT ID FROM C WHERE BIGGEST_BELOW(ID) = 3;
--! 002031 Unsupported subquery type cannot be evaluated
CREATE SCHEMA OTHER;
SELECT D.PUBLIC.PROFIT(), PROFIT() AS P;
--> D.PUBLIC.PROFIT() | P
--- 530.00 | 530.00
CREATE FUNCTION PROFIT() RETURNS INT AS '-1';
SELECT PROFIT(), PUBLIC.PROFIT() AS P;
--> PROFIT() | P
--- -1 | 530.00
CREATE FUNCTION WHERE_AM_I() RETURNS VARCHAR AS $$ CURRENT_DATABASE() || '.' || CURRENT_SCHEMA() $$;
USE SCHEMA PUBLIC;
SELECT OTHER.WHERE_AM_I();
--> OTHER.WHERE_AM_I()
--- D.OTHER
SELECT WHERE_AM_I();
--! 002140 Unknown function where_am_i.
-- Precision, scale and length of arguments and results do not count.
CREATE FUNCTION SHARE(N NUMBER(3,0)) RETURNS NUMBER AS $$ N / 4 $$;
SELECT SHARE(5), SHARE(1.25) AS B;
--> SHARE(5) | B
--- 1.250000 | 0.31250000
CREATE FUNCTION LONGER(S VARCHAR(1)) RETURNS VARCHAR(2) AS $$ S || 'xyz' $$;
SELECT LONGER('ab');
--> LONGER('ab')
--- abxyz
CREATE FUNCTION TYPED(N NUMBER) RETURNS VARCHAR AS $$ N $$;
SELECT TYPED(1) || '!' AS T;
--> T
--- 1!
SELECT SYSTEM$TYPEOF(TYPED(1)) AS A, SYSTEM$TYPEOF(AREA(1)) AS B;
--! 002140 Unknown function system$typeof.
CREATE FUNCTION ANYTHING(V VARIANT) RETURNS VARIANT AS $$ V:a $$;
SELECT ANYTHING(PARSE_JSON('{"a": [1, 2]}')) AS A, ANYTHING(5) AS B;
--> A | B
--- [\n  1,\n  2\n] | NULL
CREATE FUNCTION LISTED() RETURNS ARRAY MEMOIZABLE AS $$ SELECT ARRAY_AGG(ID) WITHIN GROUP (ORDER BY ID) FROM C $$;
SELECT ID FROM C WHERE ARRAY_CONTAINS(ID::VARIANT, LISTED()) ORDER BY ID;
--> ID
--- 2
--- 3
--- 4
-- Session variables.
SET LIMIT_ID = 3;
CREATE FUNCTION ABOVE() RETURNS INT AS $$ SELECT COUNT(*) FROM C WHERE ID > $LIMIT_ID $$;
SELECT ABOVE();
--> ABOVE()
--- 1
-- What is wrong is said when the function is made.
CREATE FUNCTION BAD(A INT) RETURNS INT AS 'A +';
--! 001003 Compilation of SQL UDF failed: SQL compilation error: syntax error line 3 at position 0 unexpected ')'.
CREATE FUNCTION BAD(A INT) RETURNS INT AS 'B + 1';
--! 000904 Compilation of SQL UDF failed: SQL compilation error: invalid identifier 'B'
CREATE FUNCTION BAD(A INT) RETURNS INT AS 'SELECT A, A';
--! 001007 Declared return type 'NUMBER(38,0)' is incompatible with actual return type 'NUMBER(38,0), NUMBER(38,0)'
CREATE FUNCTION BAD(A INT) RETURNS INT AS 'SELECT X FROM NOSUCH';
--! 002003 Compilation of SQL UDF failed: SQL compilation error: Object 'D.PUBLIC.NOSUCH' does not exist or not authorized.
CREATE FUNCTION BAD(A INT) RETURNS BOOLEAN AS 'CURRENT_DATE()';
--! 001007 Declared return type 'BOOLEAN' is incompatible with actual return type 'DATE'
CREATE FUNCTION BAD(A INT) RETURNS INT AS 'INSERT INTO C VALUES (1, 1)';
--! 001003 Compilation of SQL UDF failed: SQL compilation error: syntax error line 2 at position 7 unexpected 'INTO'.
CREATE FUNCTION BAD(A INT) RETURNS INT AS 'BAD(A)';
--! 002140 Compilation of SQL UDF failed: SQL compilation error: Unknown function bad.
CREATE FUNCTION LOOPS(A INT) RETURNS INT AS 'A';
CREATE OR REPLACE FUNCTION LOOPS(A INT) RETURNS INT AS 'LOOPS(A)';
SELECT LOOPS(1);
--! 000002 Unsupported feature 'the function LOOPS calling itself'.
CREATE FUNCTION TEMPORARY_USE(A INT) RETURNS INT AS 'QUARTER(A)';
--! 001044 Compilation of SQL UDF failed: SQL compilation error: Invalid argument types for function 'QUARTER': (NUMBER(38,0))
DROP FUNCTION QUARTER(FLOAT);
--! 002003 Function 'D.PUBLIC.QUARTER(FLOAT)' does not exist or not authorized.
SELECT TEMPORARY_USE(1);
--! 002140 Unknown function temporary_use.
SELECT NOSUCH(1);
--! 002140 Unknown function nosuch.
SELECT D.PUBLIC.NOSUCH(1);
--! 002141 Unknown user-defined function D.PUBLIC.NOSUCH.
SELECT AREA();
--! 001044 Invalid argument types for function 'AREA': ()
SELECT AREA(1, 2);
--! 001044 Invalid argument types for function 'AREA': (NUMBER(38,0), NUMBER(38,0))
SELECT AREA('abc');
--! 100038 Numeric value 'abc' is not recognized
SELECT AREA(TRUE);
--! 001044 Invalid argument types for function 'AREA': (BOOLEAN)
SELECT AREA(1) OVER ();
--! 000002 Unsupported feature 'OVER, FILTER and WITHIN GROUP of a user-defined function'.
-- A row's subquery that gives more than one row.
CREATE FUNCTION MANY() RETURNS INT AS $$ SELECT ID FROM C $$;
SELECT MANY();
--! 090150 Single-row subquery returns more than one row.
-- Other languages.
CREATE FUNCTION J(A FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return A;';
SELECT J(1);
--! 000002 Unsupported feature 'functions in JAVASCRIPT'.
CREATE FUNCTION S(A INT) RETURNS INT AS BEGIN RETURN A; END;
SELECT S(1);
--! 000002 Unsupported feature 'functions in Snowflake Scripting'.

-- INSERT ALL and INSERT FIRST: routes, columns and values of each INTO, OVERWRITE, one read of the source.
-- https://docs.snowflake.com/en/sql-reference/sql/insert-multi-table
CREATE DATABASE D;
CREATE TABLE ORDERS (ID INT, REGION VARCHAR, AMOUNT NUMBER(8,2));
INSERT INTO ORDERS VALUES (1, 'north', 5), (2, 'south', 70), (3, NULL, 900), (4, 'north', NULL);
--> number of rows inserted
--- 4
CREATE TABLE LEDGER (ID INT, REGION VARCHAR DEFAULT 'nowhere', AMOUNT NUMBER(8,2));
CREATE TABLE BRIEF (AMOUNT VARCHAR, ID INT NOT NULL);
-- Every row goes to every INTO; a table that is named twice has one count.
INSERT ALL
    INTO LEDGER
    INTO LEDGER (AMOUNT, ID, REGION) VALUES (AMOUNT * 2, ID + 100, DEFAULT)
    INTO BRIEF (ID) VALUES (ID)
    INTO BRIEF VALUES (NULL, $1)
SELECT ID, REGION, AMOUNT FROM ORDERS;
--> number of rows inserted into LEDGER | number of rows inserted into BRIEF
--- 8 | 8
SELECT * FROM LEDGER ORDER BY ID;
--> ID | REGION | AMOUNT
--- 1 | north | 5.00
--- 2 | south | 70.00
--- 3 | NULL | 900.00
--- 4 | north | NULL
--- 101 | nowhere | 10.00
--- 102 | nowhere | 140.00
--- 103 | nowhere | 1800.00
--- 104 | nowhere | NULL
SELECT * FROM BRIEF ORDER BY ID;
--> AMOUNT | ID
--- NULL | 1
--- NULL | 1
--- NULL | 2
--- NULL | 2
--- NULL | 3
--- NULL | 3
--- NULL | 4
--- NULL | 4
-- ALL: every condition that is true; ELSE: none is, also where they are unknown.
INSERT OVERWRITE ALL
    WHEN AMOUNT > 500 THEN INTO LEDGER
    WHEN AMOUNT > 50 THEN
        INTO LEDGER (ID, AMOUNT) VALUES (-ID, AMOUNT)
        INTO BRIEF VALUES (AMOUNT, ID)
    ELSE INTO BRIEF (ID, AMOUNT) VALUES (ID, 'else')
SELECT * FROM ORDERS;
--> number of rows inserted into LEDGER | number of rows inserted into BRIEF
--- 3 | 4
SELECT * FROM LEDGER ORDER BY ID;
--> ID | REGION | AMOUNT
--- -3 | nowhere | 900.00
--- -2 | nowhere | 70.00
--- 3 | NULL | 900.00
SELECT * FROM BRIEF ORDER BY ID;
--> AMOUNT | ID
--- else | 1
--- 70.00 | 2
--- 900.00 | 3
--- else | 4
-- FIRST: the first condition that is true, with all of its tables.
INSERT OVERWRITE FIRST
    WHEN AMOUNT > 500 THEN INTO LEDGER
    WHEN AMOUNT > 50 THEN
        INTO LEDGER (ID, AMOUNT) VALUES (-ID, AMOUNT)
        INTO BRIEF VALUES (AMOUNT, ID)
    ELSE INTO BRIEF (ID, AMOUNT) VALUES (ID, 'else')
SELECT * FROM ORDERS;
--> number of rows inserted into LEDGER | number of rows inserted into BRIEF
--- 2 | 3
SELECT * FROM LEDGER ORDER BY ID;
--> ID | REGION | AMOUNT
--- -2 | nowhere | 70.00
--- 3 | NULL | 900.00
SELECT * FROM BRIEF ORDER BY ID;
--> AMOUNT | ID
--- else | 1
--- 70.00 | 2
--- else | 4
-- FIRST does not look at conditions after the one that is true.
INSERT OVERWRITE FIRST
    WHEN N = 0 THEN INTO BRIEF VALUES ('zero', N)
    WHEN 10 / N > 4 THEN INTO BRIEF VALUES (10 / N, N)
SELECT COLUMN1 AS N FROM VALUES (0), (2), (5);
--> number of rows inserted into BRIEF
--- 2
SELECT * FROM BRIEF ORDER BY ID;
--> AMOUNT | ID
--- zero | 0
--- 5.000000 | 2
-- Names of the source's columns: aliases, the text of an expression, positions; the last alone where a name repeats.
CREATE TABLE THREE (A INT, B INT, C INT);
INSERT ALL INTO THREE VALUES ($1, TWO, "2 + 3") SELECT 1, 2 AS TWO, 2 + 3;
--> number of rows inserted into THREE
--- 1
INSERT ALL INTO THREE INTO THREE (C, B) VALUES ($2 * 10, $3) SELECT 7, 7, 8;
--> number of rows inserted into THREE
--- 2
INSERT ALL WHEN $2 = 7 THEN INTO THREE (A) VALUES ($1) SELECT 70, 7, 7;
--> number of rows inserted into THREE
--- 1
SELECT * FROM THREE ORDER BY A, B;
--> A | B | C
--- 1 | 2 | 5
--- 7 | 7 | 8
--- 70 | NULL | NULL
--- NULL | 8 | 70
-- What is not in the source's list is not there.
INSERT ALL INTO THREE (A) VALUES (AMOUNT) SELECT ID FROM ORDERS;
--! 000904 invalid identifier 'AMOUNT'
INSERT ALL WHEN AMOUNT > 1 THEN INTO THREE (A) SELECT ID FROM ORDERS;
--! 000904 invalid identifier 'AMOUNT'
INSERT ALL INTO THREE (A) VALUES (O.ID) SELECT O.ID FROM ORDERS O;
--! 000904 invalid identifier 'O.ID'
-- Conditions may have subqueries; VALUES look at their row alone.
INSERT OVERWRITE ALL
    WHEN ID = (SELECT MAX(ID) FROM ORDERS) THEN INTO THREE (A) VALUES (ID)
    WHEN AMOUNT < (SELECT AVG(AMOUNT) FROM ORDERS) THEN INTO THREE (B) VALUES (ID)
SELECT ID, AMOUNT FROM ORDERS;
--> number of rows inserted into THREE
--- 3
SELECT * FROM THREE ORDER BY A, B;
--> A | B | C
--- 4 | NULL | NULL
--- NULL | 1 | NULL
--- NULL | 2 | NULL
INSERT ALL INTO THREE (A) VALUES (MAX(ID)) SELECT ID FROM ORDERS;
--! 002014 Invalid expression [MAX(ID)] in VALUES clause
INSERT ALL INTO THREE (A) VALUES ((SELECT 1)) SELECT ID FROM ORDERS;
--! 002014 Invalid expression [(SELECT 1)] in VALUES clause
-- What does not fit.
INSERT ALL WHEN 1 = 1 THEN INTO THREE SELECT 1, 2;
--! 002020 Insert value list does not match column list expecting 3 but got 2
INSERT ALL INTO THREE (A, B) VALUES (ID) SELECT ID FROM ORDERS;
--! 002020 Insert value list does not match column list expecting 2 but got 1
INSERT ALL INTO THREE (A, A) VALUES (ID, ID) SELECT ID FROM ORDERS;
--! 001110 duplicate column name 'A'
INSERT ALL INTO THREE (A) INTO NOSUCH SELECT ID FROM ORDERS;
--! 002003 Object 'D.PUBLIC.NOSUCH' does not exist or not authorized.
INSERT ALL INTO THREE (A) VALUES (TRUE) SELECT TO_DATE('2024-05-06');
--! 002023 Expression type does not match column data type, expecting NUMBER(38,0) but got BOOLEAN for column A
INSERT ALL INTO THREE (A) SELECT TO_DATE('2024-05-06');
--! 002023 Expression type does not match column data type, expecting NUMBER(38,0) but got DATE for column A
INSERT FIRST INTO THREE (A) SELECT ID FROM ORDERS;
--! 001003 syntax error line 1 at position 13 unexpected 'INTO'.
CREATE VIEW V AS SELECT * FROM THREE;
INSERT ALL INTO V (A) SELECT ID FROM ORDERS;
--! 002101 View D.PUBLIC.V is not updatable
-- One table's failure leaves all of them as they were.
INSERT OVERWRITE ALL INTO THREE (A) INTO BRIEF (ID) VALUES (NULLIF(ID, 3)) SELECT ID FROM ORDERS;
--! 100072 DML operation to table BRIEF failed on column ID with error: NULL result in a non-nullable column
SELECT COUNT(*) FROM THREE;
--> COUNT(*)
--- 3
-- No row at all: the counts are zero, and OVERWRITE still empties.
INSERT OVERWRITE ALL WHEN ID > 100 THEN INTO THREE (A) ELSE INTO BRIEF (ID) SELECT ID FROM ORDERS WHERE ID > 1000;
--> number of rows inserted into THREE | number of rows inserted into BRIEF
--- 0 | 0
SELECT (SELECT COUNT(*) FROM THREE), (SELECT COUNT(*) FROM BRIEF);
--> (SELECT COUNT(*) FROM THREE) | (SELECT COUNT(*) FROM BRIEF)
--- 0 | 0
-- A target may be what the source reads.
INSERT OVERWRITE ALL INTO ORDERS INTO THREE (A) VALUES (ID) SELECT ID + 10 AS ID, REGION, AMOUNT FROM ORDERS WHERE ID < 3;
--> number of rows inserted into ORDERS | number of rows inserted into THREE
--- 2 | 2
SELECT * FROM ORDERS ORDER BY ID;
--> ID | REGION | AMOUNT
--- 11 | north | 5.00
--- 12 | south | 70.00
-- Numbers of AUTOINCREMENT and of sequences go on from one INTO to the next.
CREATE SEQUENCE S;
CREATE TABLE NUMBERED (ID INT AUTOINCREMENT, S INT DEFAULT S.NEXTVAL, V INT);
INSERT ALL INTO NUMBERED (V) INTO NUMBERED VALUES (DEFAULT, DEFAULT, V + 1) SELECT COLUMN1 AS V FROM VALUES (10), (20);
--> number of rows inserted into NUMBERED
--- 4
INSERT INTO NUMBERED (V) VALUES (99);
--> number of rows inserted
--- 1
SELECT COUNT(DISTINCT ID), MIN(ID), MAX(ID), COUNT(DISTINCT S), MAX(V) FROM NUMBERED;
--> COUNT(DISTINCT ID) | MIN(ID) | MAX(ID) | COUNT(DISTINCT S) | MAX(V)
--- 5 | 1 | 5 | 5 | 99
-- What the source draws from a sequence is the same for every table; rows stay whole on their way to their branches.
CREATE TABLE DRAWN1 (R INT, N INT);
CREATE TABLE DRAWN2 (R INT, N INT);
INSERT ALL INTO DRAWN1 INTO DRAWN2
SELECT S.NEXTVAL AS R, SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => 20000));
--> number of rows inserted into DRAWN1 | number of rows inserted into DRAWN2
--- 20000 | 20000
SELECT COUNT(*), COUNT(DISTINCT R) FROM DRAWN1 JOIN DRAWN2 USING (R, N);
--> COUNT(*) | COUNT(DISTINCT R)
--- 20000 | 20000
INSERT OVERWRITE FIRST WHEN N % 3 = 0 THEN INTO DRAWN1 ELSE INTO DRAWN2 VALUES (N, N) SELECT R, N FROM DRAWN1;
--> number of rows inserted into DRAWN1 | number of rows inserted into DRAWN2
--- 6667 | 13333
SELECT COUNT_IF(N % 3 = 0), COUNT(*), COUNT_IF(R = N) FROM DRAWN1;
--> COUNT_IF(N % 3 = 0) | COUNT(*) | COUNT_IF(R = N)
--- 6667 | 6667 | 0
SELECT COUNT_IF(N % 3 = 0), COUNT(*), COUNT_IF(R = N) FROM DRAWN2;
--> COUNT_IF(N % 3 = 0) | COUNT(*) | COUNT_IF(R = N)
--- 0 | 13333 | 13333
-- Tables of one name in two schemas are two tables; any query is a source.
CREATE SCHEMA OTHER;
CREATE TABLE OTHER.THREE (A VARCHAR);
USE SCHEMA PUBLIC;
INSERT OVERWRITE ALL INTO D.PUBLIC.THREE (A) VALUES ($1) INTO OTHER.THREE VALUES (A || '!')
WITH W AS (SELECT 1 AS A UNION ALL SELECT 2) SELECT A FROM W ORDER BY A DESC LIMIT 1;
--> number of rows inserted into THREE | number of rows inserted into THREE
--- 1 | 1
SELECT P.A, O.A FROM THREE P, OTHER.THREE O;
--> A | A
--- 2 | 2!
INSERT OVERWRITE ALL INTO THREE (A, B) VALUES ($1, $2) SELECT $2, $1 FROM VALUES (1, 2);
--> number of rows inserted into THREE
--- 1
SELECT A, B FROM THREE;
--> A | B
--- 2 | 1
SET LIMIT_OF = 15;
INSERT OVERWRITE ALL WHEN ID < $LIMIT_OF THEN INTO THREE (A) VALUES (ID + $LIMIT_OF) SELECT ID FROM ORDERS;
--> number of rows inserted into THREE
--- 2
SELECT A FROM THREE ORDER BY A;
--> A
--- 26
--- 27
-- A stream is consumed once for all tables, and not at all when the statement fails or is rolled back.
CREATE STREAM CHANGED ON TABLE ORDERS;
INSERT INTO ORDERS VALUES (20, 'west', 1), (21, 'east', 2);
--> number of rows inserted
--- 2
INSERT ALL INTO BRIEF (ID) VALUES (NULL) INTO THREE (A) VALUES (ID) SELECT ID FROM CHANGED;
--! 100072 DML operation to table BRIEF failed on column ID with error: NULL result in a non-nullable column
BEGIN;
INSERT OVERWRITE ALL INTO THREE (A) INTO BRIEF (ID) SELECT ID FROM CHANGED;
--> number of rows inserted into THREE | number of rows inserted into BRIEF
--- 2 | 2
SELECT COUNT(*) FROM THREE;
--> COUNT(*)
--- 2
ROLLBACK;
SELECT COUNT(*) FROM CHANGED;
--> COUNT(*)
--- 2
INSERT OVERWRITE ALL
    WHEN METADATA$ACTION = 'INSERT' AND REGION = 'west' THEN INTO THREE (A) VALUES (ID)
    ELSE INTO BRIEF (ID) VALUES (ID)
SELECT * FROM CHANGED;
--> number of rows inserted into THREE | number of rows inserted into BRIEF
--- 1 | 1
SELECT COUNT(*) FROM CHANGED;
--> COUNT(*)
--- 0
SELECT A, ID FROM THREE, BRIEF;
--> A | ID
--- 20 | 21

-- INSERT: columns, defaults, types, NOT NULL, OVERWRITE.
-- https://docs.snowflake.com/en/sql-reference/sql/insert
CREATE DATABASE D;
CREATE TABLE T (ID INT NOT NULL, V VARCHAR(3) DEFAULT 'abc', N NUMBER(5,2), TS TIMESTAMP_NTZ);
INSERT INTO T VALUES (1, 'x', 1.005, '2024-02-29 12:00:00');
--> number of rows inserted
--- 1
INSERT INTO T (N, ID) VALUES ('12.344', '2');
--> number of rows inserted
--- 1
INSERT INTO T (ID, V) VALUES (3, DEFAULT), (4, NULL);
--> number of rows inserted
--- 2
INSERT INTO T (ID, TS) SELECT 5, '9999-12-31'::DATE;
--> number of rows inserted
--- 1
SELECT * FROM T ORDER BY ID;
--> ID | V | N | TS
--- 1 | x | 1.01 | 2024-02-29 12:00:00.000
--- 2 | abc | 12.34 | NULL
--- 3 | abc | NULL | NULL
--- 4 | NULL | NULL | NULL
--- 5 | abc | NULL | 9999-12-31 00:00:00.000
INSERT INTO T (V) VALUES ('y');
--! 100072 DML operation to table T failed on column ID with error: NULL result in a non-nullable column
INSERT INTO T (ID, V) VALUES (6, 'toolong');
--! 100078 String 'toolong' is too long and would be truncated
INSERT INTO T (ID, N) VALUES (6, 1234.5);
--! 100046 DML operation to table T failed on column N with error: Number out of representable range: type FIXED[SB4](5,2){nullable}, value 1234.5
INSERT INTO T (ID, N) VALUES (6, 'abc');
--! 100038 Numeric value 'abc' is not recognized
INSERT INTO T (ID, ID) VALUES (6, 6);
--! 001110 duplicate column name 'ID'
INSERT INTO T (ID) VALUES (6, 7);
--! 002020 Insert value list does not match column list expecting 1 but got 2
INSERT INTO T VALUES (6);
--! 002020 Insert value list does not match column list expecting 4 but got 1
INSERT INTO NOSUCH VALUES (1);
--! 002003 Object 'D.PUBLIC.NOSUCH' does not exist or not authorized.
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 5
INSERT OVERWRITE INTO T (ID) SELECT 9;
--> number of rows inserted
--- 1
SELECT * FROM T;
--> ID | V | N | TS
--- 9 | abc | NULL | NULL
-- AUTOINCREMENT gives numbers where none is given.
CREATE TABLE A (ID INT AUTOINCREMENT START 10 INCREMENT 5, V VARCHAR);
INSERT INTO A (V) VALUES ('a'), ('b');
--> number of rows inserted
--- 2
INSERT INTO A VALUES (1, 'c');
--> number of rows inserted
--- 1
INSERT INTO A (V) VALUES ('d');
--> number of rows inserted
--- 1
SELECT * FROM A ORDER BY V;
--> ID | V
--- 10 | a
--- 15 | b
--- 1 | c
--- 20 | d
-- Sequences.
CREATE SEQUENCE Q START 5 INCREMENT 2;
INSERT INTO A SELECT Q.NEXTVAL, COLUMN1 FROM VALUES ('e'), ('f');
--> number of rows inserted
--- 2
SELECT * FROM A WHERE V >= 'e' ORDER BY V;
--> ID | V
--- 5 | e
--- 7 | f
SELECT Q.NEXTVAL AS N;
--> N
--- 9
-- What VALUES does not take; a SELECT does.
CREATE TABLE J (ID INT, V VARIANT);
INSERT INTO J VALUES (1, PARSE_JSON('{"a": 1}'));
--! 002014 Invalid expression [PARSE_JSON('{"a": 1}')] in VALUES clause
INSERT INTO J VALUES (1, ARRAY_CONSTRUCT(1)), (2, NULL);
--! 002014 Invalid expression [ARRAY_CONSTRUCT(1)] in VALUES clause
INSERT INTO J (ID) VALUES ((SELECT MAX(ID) FROM A));
--! 002014 Invalid expression [(SELECT MAX(ID) FROM A)] in VALUES clause
INSERT INTO J (ID) VALUES (ROW_NUMBER() OVER (ORDER BY 1));
--! 002014 Invalid expression [ROW_NUMBER() OVER (ORDER BY 1)] in VALUES clause
INSERT INTO J (ID) VALUES (MAX(1));
--! 002014 Invalid expression [MAX(1)] in VALUES clause
INSERT INTO J (ID) VALUES (Q.NEXTVAL), (1 + 1), (-3), (ABS(-4)), (LENGTH('five!')), ('6');
--> number of rows inserted
--- 6
INSERT INTO J SELECT 1, PARSE_JSON('{"a": 1}');
--> number of rows inserted
--- 1
INSERT INTO J (V) VALUES ('text'), (NULL);
--! 002023 Expression type does not match column data type, expecting VARIANT but got VARCHAR(16777216) for column V
SELECT ID, V FROM J ORDER BY ID, V;
--> ID | V
--- -3 | NULL
--- 1 | {\n  "a": 1\n}
--- 2 | NULL
--- 4 | NULL
--- 5 | NULL
--- 6 | NULL
--- 11 | NULL
-- The first row says which type a column of VALUES has.
CREATE TABLE W (V VARCHAR);
INSERT INTO W VALUES (3), ('d');
--! 100038 Numeric value 'd' is not recognized
INSERT INTO W VALUES (3), (4), ('5');
--> number of rows inserted
--- 3
SELECT V FROM W ORDER BY V;
--> V
--- 3.00000
--- 4.00000
--- 5.00000

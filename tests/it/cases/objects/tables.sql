-- CREATE TABLE in its forms.
-- https://docs.snowflake.com/en/sql-reference/sql/create-table
CREATE DATABASE D;
--> status
--- Database D successfully created.
CREATE TABLE T (
    ID INT AUTOINCREMENT START 10 INCREMENT 5 ORDER,
    NAME VARCHAR(20) NOT NULL DEFAULT 'nobody' COMMENT 'who',
    AMOUNT NUMBER(10, 2) DEFAULT 0,
    AT TIMESTAMP_NTZ,
    DOC VARIANT,
    CONSTRAINT PK_T PRIMARY KEY (ID),
    UNIQUE (NAME)
) COMMENT = 'a table';
--> status
--- Table T successfully created.
CREATE TABLE T (A INT);
--! 002002 Object 'T' already exists.
CREATE TABLE IF NOT EXISTS T (A INT);
--> status
--- T already exists, statement succeeded.
DESC TABLE T;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- ID | NUMBER(38,0) | COLUMN | N | IDENTITY START 10 INCREMENT 5 ORDER | Y | N | NULL | NULL | NULL | NULL | NULL
--- NAME | VARCHAR(20) | COLUMN | N | 'nobody' | N | Y | NULL | NULL | who | NULL | NULL
--- AMOUNT | NUMBER(10,2) | COLUMN | Y | 0 | N | N | NULL | NULL | NULL | NULL | NULL
--- AT | TIMESTAMP_NTZ(9) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- DOC | VARIANT | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
INSERT INTO T (AMOUNT) VALUES (1.5), (2);
--> number of rows inserted
--- 2
SELECT ID, NAME, AMOUNT FROM T ORDER BY ID;
--> ID | NAME | AMOUNT
--- 10 | nobody | 1.50
--- 15 | nobody | 2.00
INSERT INTO T (NAME) VALUES (NULL);
--! 100072 DML operation to table T failed on column NAME with error: NULL result in a non-nullable column
-- A default must be there, and fit.
CREATE TABLE BAD (A INT DEFAULT NOSUCH());
--! 002140 Unknown function NOSUCH.
CREATE TABLE BAD (A BINARY DEFAULT 1);
--! 002023 Expression type does not match column data type, expecting BINARY(8388608) but got NUMBER(38,0) for column A
CREATE TABLE BAD (A INT, A INT);
--! 002025 duplicate column name 'A'
CREATE TABLE BAD (A VARCHAR AUTOINCREMENT);
--! 002091 Invalid data type [VARCHAR(16777216)] for identity column 'A'
CREATE TABLE BAD (A INT, PRIMARY KEY (B));
--! 000904 invalid identifier 'B'
-- A sequence as default is remembered in full.
CREATE SEQUENCE S START 100 INCREMENT 10;
CREATE TABLE NUMBERED (N INT DEFAULT S.NEXTVAL, V VARCHAR);
CREATE SCHEMA OTHER;
INSERT INTO D.PUBLIC.NUMBERED (V) VALUES ('a'), ('b');
--> number of rows inserted
--- 2
SELECT N, V FROM D.PUBLIC.NUMBERED ORDER BY N;
--> N | V
--- 100 | a
--- 110 | b
USE SCHEMA PUBLIC;
-- Foreign keys are kept and shown.
CREATE TABLE CHILD (T_ID INT REFERENCES T, PARENT INT REFERENCES CHILD (T_ID));
CREATE TABLE CHILD_OF_NONE (A INT REFERENCES NOSUCH (X));
--! 002003 Table 'D.PUBLIC.NOSUCH' does not exist or not authorized.
SELECT CONSTRAINT_TYPE, TABLE_NAME, ENFORCED FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS ORDER BY TABLE_NAME, CONSTRAINT_TYPE;
--> CONSTRAINT_TYPE | TABLE_NAME | ENFORCED
--- FOREIGN KEY | CHILD | NO
--- FOREIGN KEY | CHILD | NO
--- PRIMARY KEY | T | NO
--- UNIQUE | T | NO
-- AS: types come from the query, or from the statement.
CREATE TABLE C AS SELECT ID, NAME || '!' AS SHOUT, AMOUNT * 2 AS TWICE, NULL AS NOTHING FROM T;
--> status
--- Table C successfully created.
SELECT * FROM C ORDER BY ID;
--> ID | SHOUT | TWICE | NOTHING
--- 10 | nobody! | 3.00 | NULL
--- 15 | nobody! | 4.00 | NULL
CREATE TABLE TYPED (A VARCHAR(3), B FLOAT) AS SELECT 12, 3;
SELECT A, B FROM TYPED;
--> A | B
--- 12 | 3
DESC TABLE TYPED;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- A | VARCHAR(3) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- B | FLOAT | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
CREATE TABLE TWO_OF_ONE AS SELECT 1 AS A, 2 AS A;
--! 002025 duplicate column name 'A'
CREATE TABLE TOO_FEW (A) AS SELECT 1, 2;
--! 001010 number of columns declared (1) differs from those of the query (2)
CREATE OR REPLACE TABLE C AS SELECT COUNT(*) AS N FROM C;
SELECT N FROM C;
--> N
--- 2
-- LIKE takes the definition, CLONE also the rows.
CREATE TABLE L LIKE T;
CREATE TABLE K CLONE T;
SELECT (SELECT COUNT(*) FROM L) AS OF_L, (SELECT COUNT(*) FROM K) AS OF_K;
--> OF_L | OF_K
--- 0 | 2
INSERT INTO K (AMOUNT) VALUES (9);
--> number of rows inserted
--- 1
INSERT INTO L (AMOUNT) VALUES (9);
--> number of rows inserted
--- 1
SELECT 'K' AS FROM_TABLE, MAX(ID) FROM K UNION ALL SELECT 'L', MAX(ID) FROM L ORDER BY 1;
--> FROM_TABLE | MAX(ID)
--- K | 20
--- L | 10
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 2
-- A transient table has no permanent clone.
CREATE TRANSIENT TABLE TR (A INT);
CREATE TABLE PERMANENT CLONE TR;
--! 002119 A transient table cannot be cloned to a permanent table.
-- Names are taken by tables and views alike.
CREATE VIEW V AS SELECT 1 AS ONE;
CREATE TABLE V (A INT);
--! 002203 Object found is of type 'VIEW', not specified type 'TABLE'.
CREATE OR REPLACE TABLE V (A INT);
--! 002203 Object found is of type 'VIEW', not specified type 'TABLE'.
DROP TABLE V;
--! 002203 Object found is of type 'VIEW', not specified type 'TABLE'.
DROP VIEW V;
--> status
--- V successfully dropped.
-- Drop and back again.
DROP TABLE T;
--> status
--- T successfully dropped.
SELECT * FROM T;
--! 002003 Object 'D.PUBLIC.T' does not exist or not authorized.
DROP TABLE T;
--! 002003 Table 'D.PUBLIC.T' does not exist or not authorized.
DROP TABLE IF EXISTS T;
--> status
--- Drop statement executed successfully (T already dropped).
UNDROP TABLE T;
--> status
--- Table T successfully restored.
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 2
UNDROP TABLE T;
--! 002002 Object 'D.PUBLIC.T' already exists.
UNDROP TABLE NOSUCH;
--! 002003 Table 'D.PUBLIC.NOSUCH' did not exist or was purged.
DROP TABLE T RESTRICT;
--! 002209 Cannot drop D.PUBLIC.T: the foreign key SYS_CONSTRAINT_00000000-0008-4000-8000-000000000008 of D.PUBLIC.CHILD refers to it. Use CASCADE to drop it all the same.

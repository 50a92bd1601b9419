-- ALTER TABLE.
-- https://docs.snowflake.com/en/sql-reference/sql/alter-table
CREATE DATABASE D;
CREATE TABLE T (A INT, B VARCHAR(5));
INSERT INTO T VALUES (1, 'one'), (2, 'two');
--> number of rows inserted
--- 2
-- Rows from before get the default; later ones may differ.
ALTER TABLE T ADD COLUMN C NUMBER(6, 2) DEFAULT 1.25, D VARCHAR DEFAULT 'early';
ALTER TABLE T ADD COLUMN E BOOLEAN NOT NULL DEFAULT TRUE;
INSERT INTO T (A, C) VALUES (3, 9);
--> number of rows inserted
--- 1
SELECT * FROM T ORDER BY A;
--> A | B | C | D | E
--- 1 | one | 1.25 | early | TRUE
--- 2 | two | 1.25 | early | TRUE
--- 3 | NULL | 9.00 | early | TRUE
ALTER TABLE T ADD COLUMN A INT;
--! 001430 column 'A' already exists
ALTER TABLE T ADD COLUMN IF NOT EXISTS A INT;
ALTER TABLE T ADD COLUMN F INT NOT NULL;
--! 002240 Non-nullable column 'F' cannot be added to non-empty table 'D.PUBLIC.T' unless it has a non-null default value.
ALTER TABLE T ADD COLUMN G INT AUTOINCREMENT;
--! 002242 Cannot add identity column 'G' to a table that is not empty
-- An old version of the table is read with the present columns.
SELECT COUNT(C) FROM T AT(OFFSET => 0);
--> COUNT(C)
--- 3
ALTER TABLE T DROP COLUMN D, E;
ALTER TABLE T DROP COLUMN D;
--! 002003 column 'D' does not exist
ALTER TABLE T DROP COLUMN IF EXISTS D;
ALTER TABLE T RENAME COLUMN B TO LABEL;
ALTER TABLE T RENAME COLUMN LABEL TO A;
--! 002025 duplicate column name 'A'
ALTER TABLE T RENAME COLUMN NOSUCH TO X;
--! 002003 column 'NOSUCH' does not exist
SELECT * FROM T ORDER BY A;
--> A | LABEL | C
--- 1 | one | 1.25
--- 2 | two | 1.25
--- 3 | NULL | 9.00
-- Types get wider, never of another kind.
ALTER TABLE T ALTER COLUMN LABEL SET DATA TYPE VARCHAR(50);
ALTER TABLE T ALTER COLUMN LABEL SET DATA TYPE VARCHAR(4);
--! 040052 cannot change column LABEL from type VARCHAR(50) to VARCHAR(4) because reducing the byte-length of a varchar is not supported
ALTER TABLE T ALTER COLUMN LABEL SET DATA TYPE INT;
--! 002108 cannot change column LABEL from type VARCHAR(50) to NUMBER(38,0)
ALTER TABLE T MODIFY C NUMBER(12, 2);
ALTER TABLE T MODIFY C NUMBER(3, 2);
ALTER TABLE T MODIFY C NUMBER(2, 2);
--! 040053 cannot change column C from type NUMBER(3,2) to NUMBER(2,2): values do not fit
ALTER TABLE T MODIFY C NUMBER(12, 3);
--! 002108 cannot change column C from type NUMBER(3,2) to NUMBER(12,3)
-- NOT NULL looks at the rows that are there.
ALTER TABLE T ALTER COLUMN LABEL SET NOT NULL;
--! 100072 NULL result in a non-nullable column 'LABEL'
UPDATE T SET LABEL = 'three' WHERE LABEL IS NULL;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
ALTER TABLE T ALTER COLUMN LABEL SET NOT NULL, COLUMN A SET NOT NULL;
ALTER TABLE T ALTER COLUMN A DROP NOT NULL;
ALTER TABLE T ALTER COLUMN A COMMENT 'number';
ALTER TABLE T ALTER COLUMN C DROP DEFAULT;
--! 002263 the default of column 'C', which was added to the table, stays
DESC TABLE T;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- A | NUMBER(38,0) | COLUMN | Y | NULL | N | N | NULL | NULL | number | NULL | NULL
--- LABEL | VARCHAR(50) | COLUMN | N | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- C | NUMBER(3,2) | COLUMN | Y | 1.25 | N | N | NULL | NULL | NULL | NULL | NULL
-- Constraints.
ALTER TABLE T ADD CONSTRAINT PK PRIMARY KEY (A);
ALTER TABLE T ADD PRIMARY KEY (LABEL);
--! 001415 primary key already exists for table
ALTER TABLE T RENAME CONSTRAINT PK TO KEY_OF_T;
SHOW PRIMARY KEYS IN TABLE T;
--> created_on | database_name | schema_name | table_name | column_name | key_sequence | constraint_name | rely | comment
--- 2025-12-31 16:00:00.000 -0800 | D | PUBLIC | T | A | 1 | KEY_OF_T | false | NULL
SELECT "table_name", "column_name", "constraint_name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> table_name | column_name | constraint_name
--- T | A | KEY_OF_T
ALTER TABLE T DROP PRIMARY KEY;
ALTER TABLE T DROP CONSTRAINT NOSUCH;
--! 002003 Constraint 'NOSUCH' does not exist or not authorized.
-- The table itself.
ALTER TABLE T SET COMMENT = 'changed', DATA_RETENTION_TIME_IN_DAYS = 7;
ALTER TABLE T SET DATA_RETENTION_TIME_IN_DAYS = 91;
--! 001008 invalid value [91] for parameter 'DATA_RETENTION_TIME_IN_DAYS'
ALTER TABLE T CLUSTER BY (A, LABEL);
ALTER TABLE T CLUSTER BY (NOSUCH);
--! 000904 invalid identifier 'NOSUCH'
ALTER TABLE T DROP COLUMN LABEL;
--! 002118 column 'LABEL' is part of the clustering key
SELECT TABLE_NAME, CLUSTERING_KEY, RETENTION_TIME, COMMENT FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC';
--> TABLE_NAME | CLUSTERING_KEY | RETENTION_TIME | COMMENT
--- T | LINEAR(A, LABEL) | 7 | changed
ALTER TABLE T DROP CLUSTERING KEY;
ALTER TABLE T UNSET COMMENT;
CREATE TABLE U (X INT);
ALTER TABLE T SWAP WITH U;
SELECT COUNT(*) FROM T;
--> COUNT(*)
--- 0
SELECT COUNT(*) FROM U;
--> COUNT(*)
--- 3
CREATE SCHEMA ELSEWHERE;
ALTER TABLE D.PUBLIC.U RENAME TO D.ELSEWHERE.MOVED;
SELECT COUNT(*) FROM MOVED;
--> COUNT(*)
--- 3
ALTER TABLE D.PUBLIC.T RENAME TO MOVED;
--! 002002 Object 'D.ELSEWHERE.MOVED' already exists.
ALTER TABLE IF EXISTS NOSUCH ADD COLUMN A INT;
ALTER TABLE NOSUCH ADD COLUMN A INT;
--! 002003 Table 'D.ELSEWHERE.NOSUCH' does not exist or not authorized.
-- What ALTER COLUMN does not do.
CREATE SEQUENCE Q;
CREATE SEQUENCE Q2 START 50;
CREATE TABLE C (ID INT DEFAULT Q.NEXTVAL, N INT DEFAULT 1, V VARIANT, B BINARY(4));
INSERT INTO C (N) VALUES (1);
--> number of rows inserted
--- 1
ALTER TABLE C ALTER COLUMN V SET NOT NULL;
--! 000002 Unsupported feature 'SET NOT NULL of the VARIANT column 'V' of a table with rows'.
ALTER TABLE C ALTER COLUMN B SET DATA TYPE BINARY(8);
--! 002108 cannot change column B from type BINARY(4) to BINARY(8)
ALTER TABLE C ALTER COLUMN N SET DEFAULT Q.NEXTVAL;
--! 000002 Unsupported feature 'Alter Column Set Default' of column 'N': only a sequence can follow a sequence
ALTER TABLE C MODIFY (COLUMN ID SET DEFAULT Q2.NEXTVAL, N DROP DEFAULT, B COMMENT 'bytes');
DESC TABLE C;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- ID | NUMBER(38,0) | COLUMN | Y | D.ELSEWHERE.Q2.NEXTVAL | N | N | NULL | NULL | NULL | NULL | NULL
--- N | NUMBER(38,0) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- V | VARIANT | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- B | BINARY(4) | COLUMN | Y | NULL | N | N | NULL | NULL | bytes | NULL | NULL
CREATE TEMPORARY TABLE TEMP_C (A INT);
ALTER TABLE C SWAP WITH TEMP_C;
--! 000002 Unsupported feature 'SWAP WITH of a temporary and a permanent table'.

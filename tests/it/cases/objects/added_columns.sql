-- What ALTER TABLE ADD COLUMN takes for a default: a literal of the column's kind.
-- https://docs.snowflake.com/en/sql-reference/sql/alter-table
CREATE DATABASE D;
CREATE TABLE T (ID INT);
ALTER TABLE T ADD COLUMN A INT DEFAULT -5, B FLOAT DEFAULT 2.5, C VARCHAR(3) DEFAULT 'abc', E BOOLEAN DEFAULT FALSE, F DATE DEFAULT NULL;
INSERT INTO T (ID) VALUES (1);
--> number of rows inserted
--- 1
SELECT * FROM T;
--> ID | A | B | C | E | F
--- 1 | -5 | 2.5 | abc | FALSE | NULL
ALTER TABLE T ADD COLUMN X INT DEFAULT 2 * 3;
--! 002262 Invalid column default expression [2 * 3]
ALTER TABLE T ADD COLUMN X VARCHAR DEFAULT LOWER('A');
--! 002262 Invalid column default expression [LOWER('A')]
ALTER TABLE T ADD COLUMN X INT DEFAULT '7'::INT;
--! 002262 Invalid column default expression [CAST('7' AS INT)]
ALTER TABLE T ADD COLUMN X TIMESTAMP_LTZ DEFAULT CURRENT_TIMESTAMP();
--! 002262 Invalid column default expression [CURRENT_TIMESTAMP()]
ALTER TABLE T ADD COLUMN X VARCHAR(5) DEFAULT 12.50;
--! 002023 Expression type does not match column data type, expecting VARCHAR(5) but got NUMBER(3,1) for column X
ALTER TABLE T ADD COLUMN X INT DEFAULT 'seven';
--! 002023 Expression type does not match column data type, expecting NUMBER(38,0) but got VARCHAR(5) for column X
ALTER TABLE T ADD COLUMN X DATE DEFAULT '2024-01-31';
--! 002023 Expression type does not match column data type, expecting DATE but got VARCHAR(10) for column X
ALTER TABLE T ADD COLUMN X BOOLEAN DEFAULT 0;
--! 002023 Expression type does not match column data type, expecting BOOLEAN but got NUMBER(1,0) for column X
ALTER TABLE T ADD COLUMN X BINARY DEFAULT 'ab';
--! 002268 SQL compilation error: Default values are not allowed on 'BINARY' columns.
ALTER TABLE T ADD COLUMN X VARIANT DEFAULT 1;
--! 002023 Default value data type does not match data type for column X
-- Lengths are looked at when the default is used.
CREATE TABLE U (ID INT);
ALTER TABLE U ADD COLUMN C VARCHAR(2) DEFAULT 'abc';
INSERT INTO U (ID) VALUES (1);
--! 100078 DML operation to table U failed on column C with error: String 'abc' is too long and would be truncated
INSERT INTO U VALUES (1, 'ab');
--> number of rows inserted
--- 1
ALTER TABLE U ADD COLUMN E VARCHAR(2) DEFAULT 'abc';
--! 100078 String 'abc' is too long and would be truncated

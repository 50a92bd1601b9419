-- A row is there only for whom its policy lets see it.
-- https://docs.snowflake.com/en/user-guide/security-row-intro
CREATE DATABASE D;
CREATE ROLE SELLER;
GRANT ROLE SELLER TO ROLE ACCOUNTADMIN;
CREATE TABLE SALES (ID INT, REGION VARCHAR, AMOUNT INT, NOTE VARCHAR);
INSERT INTO SALES VALUES (1, 'north', 10, 'a'), (2, 'south', 20, 'b'), (3, 'south', 30, NULL);
--> number of rows inserted
--- 3
CREATE SCHEMA RULES;
CREATE TABLE ENTITLED (ROLE VARCHAR, REGION VARCHAR);
INSERT INTO ENTITLED VALUES ('SELLER', 'south');
--> number of rows inserted
--- 1
CREATE ROW ACCESS POLICY BY_REGION AS (WHERE_SOLD VARCHAR) RETURNS BOOLEAN ->
  CURRENT_ROLE() = 'ACCOUNTADMIN' OR EXISTS (SELECT 1 FROM ENTITLED WHERE ROLE = CURRENT_ROLE() AND REGION = WHERE_SOLD)
  COMMENT = 'who sees what';
--> status
--- Row access policy BY_REGION successfully created.
USE SCHEMA D.PUBLIC;
ALTER TABLE SALES ADD ROW ACCESS POLICY RULES.BY_REGION ON (REGION);
--> status
--- Statement executed successfully.
SELECT ID FROM SALES ORDER BY ID;
--> ID
--- 1
--- 2
--- 3
CREATE VIEW TOTALS AS SELECT REGION, SUM(AMOUNT) AS TOTAL FROM SALES GROUP BY REGION;
CREATE STREAM S ON TABLE SALES;
INSERT INTO SALES VALUES (4, 'north', 40, 'd'), (5, 'south', 50, 'e');
--> number of rows inserted
--- 2
USE ROLE SELLER;
SELECT ID, AMOUNT FROM SALES ORDER BY ID;
--> ID | AMOUNT
--- 2 | 20
--- 3 | 30
--- 5 | 50
SELECT COUNT(*) AS C FROM SALES WHERE REGION = 'north';
--> C
--- 0
SELECT * FROM TOTALS ORDER BY REGION;
--> REGION | TOTAL
--- south | 100
SELECT ID, METADATA$ACTION FROM S ORDER BY ID;
--> ID | METADATA$ACTION
--- 5 | INSERT
SELECT A.ID, B.ID FROM SALES A JOIN SALES B ON A.ID = B.ID + 1 ORDER BY 1;
--> ID | ID
--- 3 | 2
-- A DML reaches the rows that its role sees, and no others.
UPDATE SALES SET AMOUNT = AMOUNT + 1;
--> number of rows updated | number of multi-joined rows updated
--- 3 | 0
DELETE FROM SALES WHERE ID IN (1, 2);
--> number of rows deleted
--- 1
MERGE INTO SALES T USING (SELECT 4 AS ID UNION ALL SELECT 5) N ON T.ID = N.ID
  WHEN MATCHED THEN UPDATE SET NOTE = 'merged' WHEN NOT MATCHED THEN INSERT (ID, REGION) VALUES (N.ID, 'south');
--> number of rows inserted | number of rows updated
--- 1 | 1
CREATE TABLE SEEN AS SELECT ID FROM SALES;
SELECT COUNT(*) AS C FROM SEEN;
--> C
--- 3
USE ROLE ACCOUNTADMIN;
SELECT ID, REGION, AMOUNT, NOTE FROM SALES ORDER BY ID, REGION;
--> ID | REGION | AMOUNT | NOTE
--- 1 | north | 10 | a
--- 3 | south | 31 | NULL
--- 4 | north | 40 | d
--- 4 | south | NULL | NULL
--- 5 | south | 51 | merged
SHOW ROW ACCESS POLICIES IN DATABASE;
--> created_on | name | database_name | schema_name | kind | owner | comment | options | owner_role_type
--- 2025-12-31 16:00:00.000 -0800 | BY_REGION | D | RULES | ROW_ACCESS_POLICY | ACCOUNTADMIN | who sees what |  | ROLE
DESCRIBE ROW ACCESS POLICY RULES.BY_REGION;
--> name | signature | return_type | body
--- BY_REGION | (WHERE_SOLD VARCHAR) | BOOLEAN | CURRENT_ROLE() = 'ACCOUNTADMIN' OR EXISTS (SELECT 1 FROM ENTITLED WHERE ROLE = CURRENT_ROLE() AND REGION = WHERE_SOLD)
-- Changed, exchanged and dropped
ALTER ROW ACCESS POLICY RULES.BY_REGION SET BODY -> WHERE_SOLD = 'north';
SELECT ID FROM SALES ORDER BY ID;
--> ID
--- 1
--- 4
CREATE OR ALTER ROW ACCESS POLICY RULES.BY_REGION AS (WHERE_SOLD VARCHAR) RETURNS BOOLEAN -> WHERE_SOLD = 'south';
SELECT COUNT(*) AS C FROM SALES;
--> C
--- 3
CREATE ROW ACCESS POLICY RULES.NOTHING AS (ANYTHING INT, ELSE_ VARCHAR) RETURNS BOOLEAN -> FALSE;
DROP ROW ACCESS POLICY RULES.BY_REGION;
--! 003729 Policy BY_REGION cannot be dropped/replaced as it is associated with one or more entities.
CREATE OR REPLACE ROW ACCESS POLICY RULES.BY_REGION AS (V VARCHAR) RETURNS BOOLEAN -> TRUE;
--! 003729 Policy BY_REGION cannot be dropped/replaced as it is associated with one or more entities.
ALTER TABLE SALES ADD ROW ACCESS POLICY RULES.NOTHING ON (ID, NOTE);
--! 003569 Object SALES already has a ROW_ACCESS_POLICY. Only one is allowed at a time.
ALTER TABLE SALES DROP ROW ACCESS POLICY RULES.NOTHING;
--! 003542 Policy 'NOTHING' is not attached to 'SALES'.
ALTER TABLE SALES DROP ROW ACCESS POLICY RULES.BY_REGION, ADD ROW ACCESS POLICY RULES.NOTHING ON (ID, NOTE);
SELECT COUNT(*) AS C FROM SALES;
--> C
--- 0
ALTER TABLE SALES DROP COLUMN NOTE;
--! 003544 column 'NOTE' is an argument of the table's row access policy
ALTER TABLE SALES DROP ALL ROW ACCESS POLICIES;
SELECT COUNT(*) AS C FROM SALES;
--> C
--- 5
-- With CREATE, on views, and in clones
CREATE TABLE T (A INT, B VARCHAR) WITH ROW ACCESS POLICY RULES.BY_REGION ON (B);
INSERT INTO T VALUES (1, 'south'), (2, 'west');
--> number of rows inserted
--- 2
SELECT A FROM T;
--> A
--- 1
CREATE TABLE T2 CLONE T;
SELECT A FROM T2;
--> A
--- 1
CREATE VIEW V ROW ACCESS POLICY RULES.BY_REGION ON (REGION) AS SELECT ID, REGION FROM SALES;
SELECT DISTINCT REGION FROM V;
--> REGION
--- south
ALTER VIEW V DROP ROW ACCESS POLICY RULES.BY_REGION;
SELECT DISTINCT REGION FROM V ORDER BY 1;
--> REGION
--- north
--- south
ALTER VIEW V ADD ROW ACCESS POLICY RULES.BY_REGION ON (ID);
--! 003537 Column 'ID' data type 'NUMBER(38,0)' does not match with row access policy argument 'WHERE_SOLD' data type 'VARCHAR(16777216)'.
ALTER VIEW V ADD ROW ACCESS POLICY RULES.BY_REGION ON (NOSUCH);
--! 000904 invalid identifier 'NOSUCH'
ALTER VIEW V ADD ROW ACCESS POLICY RULES.BY_REGION ON (REGION, ID);
--! 003544 Row access policy 'BY_REGION' takes 1 column(s), 2 given.
ALTER TABLE SALES ADD ROW ACCESS POLICY RULES.NOSUCH ON (ID);
--! 002003 Row access policy 'D.RULES.NOSUCH' does not exist or not authorized.
-- Masks come after, and their columns are none of the policy's.
CREATE MASKING POLICY RULES.STARS AS (V VARCHAR) RETURNS VARCHAR -> '***';
CREATE TABLE M (A VARCHAR MASKING POLICY RULES.STARS, B VARCHAR) ROW ACCESS POLICY RULES.BY_REGION ON (A);
--! 003544 Column 'A' has a masking policy and cannot be an argument of a row access policy.
CREATE TABLE M (A VARCHAR MASKING POLICY RULES.STARS, B VARCHAR) ROW ACCESS POLICY RULES.BY_REGION ON (B);
INSERT INTO M VALUES ('x', 'south'), ('y', 'north');
--> number of rows inserted
--- 2
SELECT * FROM M;
--> A | B
--- *** | south
UPDATE M SET B = 'south';
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
SELECT * FROM M;
--> A | B
--- *** | south
CREATE ROW ACCESS POLICY WRONG AS (A INT) RETURNS INT -> A;
--! 000904 a row access policy returns BOOLEAN
CREATE ROW ACCESS POLICY WRONG AS (A INT) RETURNS BOOLEAN -> B;
--! 000904 invalid identifier 'B'

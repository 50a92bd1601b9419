-- A masked column is what its policy makes of it, wherever it is read.
-- https://docs.snowflake.com/en/user-guide/security-column-intro
CREATE DATABASE D;
CREATE ROLE ANALYST;
GRANT ROLE ANALYST TO ROLE ACCOUNTADMIN;
CREATE SCHEMA RULES;
CREATE FUNCTION RULES.STARS(V VARCHAR) RETURNS VARCHAR AS $$ REPEAT('*', LENGTH(V)) $$;
CREATE MASKING POLICY RULES.EMAIL_MASK AS (VAL STRING) RETURNS STRING ->
  CASE WHEN CURRENT_ROLE() IN ('ANALYST') THEN VAL ELSE STARS(VAL) END COMMENT = 'mails';
--> status
--- Masking policy EMAIL_MASK successfully created.
CREATE MASKING POLICY RULES.AMOUNT_MASK AS (VAL NUMBER, KIND STRING) RETURNS NUMBER ->
  CASE WHEN KIND = 'public' OR CURRENT_ROLE() = 'ANALYST' THEN VAL ELSE -1 END;
USE SCHEMA D.PUBLIC;
CREATE TABLE PEOPLE (
  ID INT,
  EMAIL VARCHAR(20) WITH MASKING POLICY RULES.EMAIL_MASK,
  KIND VARCHAR,
  AMOUNT NUMBER(10, 2) MASKING POLICY RULES.AMOUNT_MASK USING (AMOUNT, KIND)
);
INSERT INTO PEOPLE VALUES (1, 'a@x.org', 'public', 10.5), (2, 'bb@x.org', 'secret', 20);
--> number of rows inserted
--- 2
SELECT * FROM PEOPLE ORDER BY ID;
--> ID | EMAIL | KIND | AMOUNT
--- 1 | ******* | public | 10.50
--- 2 | ******** | secret | -1.00
-- Conditions see what is shown.
SELECT ID FROM PEOPLE WHERE EMAIL = 'a@x.org';
--> ID
SELECT COUNT(*) FROM PEOPLE WHERE AMOUNT < 0;
--> COUNT(*)
--- 1
SELECT P.ID, Q.ID FROM PEOPLE P JOIN PEOPLE Q ON P.EMAIL = Q.EMAIL ORDER BY 1, 2;
--> ID | ID
--- 1 | 1
--- 2 | 2
CREATE VIEW V AS SELECT ID, UPPER(EMAIL) AS MAIL FROM PEOPLE;
SELECT * FROM V ORDER BY ID;
--> ID | MAIL
--- 1 | *******
--- 2 | ********
CREATE STREAM S ON TABLE PEOPLE;
INSERT INTO PEOPLE VALUES (3, 'ccc@x.org', 'secret', 30);
--> number of rows inserted
--- 1
SELECT ID, EMAIL, AMOUNT, METADATA$ACTION FROM S;
--> ID | EMAIL | AMOUNT | METADATA$ACTION
--- 3 | ********* | -1.00 | INSERT
CREATE STREAM SV ON VIEW V;
INSERT INTO PEOPLE VALUES (4, 'd@x.org', 'secret', 40);
--> number of rows inserted
--- 1
SELECT ID, MAIL, METADATA$ACTION FROM SV;
--> ID | MAIL | METADATA$ACTION
--- 4 | ******* | INSERT
-- A DML reads masked values, and leaves those be that it does not assign.
UPDATE PEOPLE SET KIND = 'seen' WHERE EMAIL = 'a@x.org';
--> number of rows updated | number of multi-joined rows updated
--- 0 | 0
UPDATE PEOPLE SET KIND = 'seen' WHERE ID = 2;
--> number of rows updated | number of multi-joined rows updated
--- 1 | 0
MERGE INTO PEOPLE P USING (SELECT 3 AS ID) N ON P.ID = N.ID WHEN MATCHED THEN UPDATE SET KIND = 'merged';
--> number of rows updated
--- 1
DELETE FROM PEOPLE WHERE EMAIL = '*******' AND ID = 4;
--> number of rows deleted
--- 1
CREATE TABLE COPIED AS SELECT ID, EMAIL FROM PEOPLE;
SELECT * FROM COPIED ORDER BY ID;
--> ID | EMAIL
--- 1 | *******
--- 2 | ********
--- 3 | *********
USE ROLE ANALYST;
SELECT * FROM PEOPLE ORDER BY ID;
--> ID | EMAIL | KIND | AMOUNT
--- 1 | a@x.org | public | 10.50
--- 2 | bb@x.org | seen | 20.00
--- 3 | ccc@x.org | merged | 30.00
SELECT * FROM COPIED ORDER BY ID;
--> ID | EMAIL
--- 1 | *******
--- 2 | ********
--- 3 | *********
SELECT * FROM V ORDER BY ID;
--> ID | MAIL
--- 1 | A@X.ORG
--- 2 | BB@X.ORG
--- 3 | CCC@X.ORG
USE ROLE ACCOUNTADMIN;
SELECT ID, EMAIL FROM PEOPLE AT (OFFSET => 0) ORDER BY ID;
--> ID | EMAIL
--- 1 | *******
--- 2 | ********
--- 3 | *********
DESCRIBE TABLE PEOPLE;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- ID | NUMBER(38,0) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- EMAIL | VARCHAR(20) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | D.RULES.EMAIL_MASK | NULL
--- KIND | VARCHAR(16777216) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- AMOUNT | NUMBER(10,2) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | D.RULES.AMOUNT_MASK | NULL
SHOW MASKING POLICIES IN DATABASE;
--> created_on | name | database_name | schema_name | kind | owner | comment | owner_role_type | options
--- 2025-12-31 16:00:00.000 -0800 | AMOUNT_MASK | D | RULES | MASKING_POLICY | ACCOUNTADMIN |  | ROLE |
--- 2025-12-31 16:00:00.000 -0800 | EMAIL_MASK | D | RULES | MASKING_POLICY | ACCOUNTADMIN | mails | ROLE |
DESCRIBE MASKING POLICY RULES.AMOUNT_MASK;
--> name | signature | return_type | body
--- AMOUNT_MASK | (VAL NUMBER, KIND VARCHAR) | NUMBER(38,0) | CASE WHEN KIND = 'public' OR CURRENT_ROLE() = 'ANALYST' THEN VAL ELSE -1 END
-- Rules with a look-up.
CREATE TABLE RULES.ENTITLED (ROLE VARCHAR);
ALTER MASKING POLICY RULES.EMAIL_MASK SET BODY -> CASE WHEN EXISTS (SELECT 1 FROM ENTITLED WHERE ROLE = CURRENT_ROLE()) THEN VAL ELSE 'hidden by policy, at length' END;
SELECT ID, EMAIL FROM PEOPLE ORDER BY ID;
--> ID | EMAIL
--- 1 | hidden by policy, at length
--- 2 | hidden by policy, at length
--- 3 | hidden by policy, at length
INSERT INTO RULES.ENTITLED VALUES ('ACCOUNTADMIN');
--> number of rows inserted
--- 1
SELECT ID, EMAIL FROM PEOPLE ORDER BY ID;
--> ID | EMAIL
--- 1 | a@x.org
--- 2 | bb@x.org
--- 3 | ccc@x.org
-- Set and unset.
ALTER TABLE PEOPLE MODIFY COLUMN EMAIL UNSET MASKING POLICY;
ALTER TABLE PEOPLE ALTER COLUMN AMOUNT SET MASKING POLICY RULES.AMOUNT_MASK USING (AMOUNT, EMAIL);
--! 003543 Specified column 'AMOUNT' already attached to another masking policy. Unset it first, or set the new one with FORCE.
ALTER TABLE PEOPLE ALTER COLUMN AMOUNT SET MASKING POLICY RULES.AMOUNT_MASK USING (AMOUNT, EMAIL) FORCE;
ALTER VIEW V MODIFY COLUMN MAIL SET MASKING POLICY RULES.EMAIL_MASK;
TRUNCATE TABLE RULES.ENTITLED;
SELECT * FROM V ORDER BY ID;
--> ID | MAIL
--- 1 | hidden by policy, at length
--- 2 | hidden by policy, at length
--- 3 | hidden by policy, at length
ALTER VIEW V MODIFY COLUMN MAIL UNSET MASKING POLICY;
DROP MASKING POLICY RULES.AMOUNT_MASK;
--! 003729 Policy AMOUNT_MASK cannot be dropped/replaced as it is associated with one or more entities.
CREATE OR REPLACE MASKING POLICY RULES.AMOUNT_MASK AS (VAL NUMBER) RETURNS NUMBER -> 0;
--! 003729 Policy AMOUNT_MASK cannot be dropped/replaced as it is associated with one or more entities.
ALTER TABLE PEOPLE DROP COLUMN EMAIL;
--! 003544 column 'EMAIL' is a condition of another column's masking policy
ALTER TABLE PEOPLE ALTER COLUMN ID SET MASKING POLICY RULES.EMAIL_MASK;
--! 003537 Column 'ID' data type 'NUMBER(38,0)' does not match with masking policy argument 'VAL' data type 'VARCHAR(16777216)'.
ALTER TABLE PEOPLE ALTER COLUMN ID SET MASKING POLICY RULES.AMOUNT_MASK;
--! 003544 Masking policy 'AMOUNT_MASK' takes 2 column(s), 1 given.
ALTER TABLE PEOPLE ALTER COLUMN ID SET MASKING POLICY NOSUCH;
--! 002003 Masking policy 'D.PUBLIC.NOSUCH' does not exist or not authorized.
CREATE MASKING POLICY BAD AS (VAL STRING) RETURNS NUMBER -> 1;
--! 003538 Masking policy function argument and return type mismatch: VARCHAR(16777216) and NUMBER(38,0).
CREATE MASKING POLICY BAD AS (VAL STRING) RETURNS STRING -> NOSUCH;
--! 000904 invalid identifier 'NOSUCH'
ALTER TABLE PEOPLE ALTER COLUMN AMOUNT UNSET MASKING POLICY;
ALTER MASKING POLICY RULES.AMOUNT_MASK RENAME TO RULES.OTHER;
DROP MASKING POLICY RULES.OTHER;
--> status
--- OTHER successfully dropped.

-- Views.
-- https://docs.snowflake.com/en/sql-reference/sql/create-view
CREATE DATABASE D;
CREATE TABLE T (A INT, B VARCHAR);
INSERT INTO T VALUES (1, 'x'), (2, 'y');
--> number of rows inserted
--- 2
CREATE VIEW V (NUMBER_OF, NAME COMMENT 'of it') COMMENT = 'both' AS SELECT * FROM T WHERE A > 1;
--> status
--- View V successfully created.
SELECT * FROM V;
--> NUMBER_OF | NAME
--- 2 | y
DESC VIEW V;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- NUMBER_OF | NUMBER(38,0) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- NAME | VARCHAR(16777216) | COLUMN | Y | NULL | N | N | NULL | NULL | of it | NULL | NULL
CREATE VIEW IF NOT EXISTS V AS SELECT 1 AS X;
--> status
--- V already exists, statement succeeded.
CREATE VIEW V AS SELECT 1 AS X;
--! 002002 Object 'V' already exists.
CREATE VIEW BAD AS SELECT NOSUCH FROM T;
--! 000904 invalid identifier 'NOSUCH'
CREATE VIEW BAD AS SELECT 1 AS X, 2 AS X;
--! 002025 duplicate column name 'X'
CREATE VIEW BAD (ONE) AS SELECT 1, 2;
--! 002026 Invalid column definition list: the view declares 1 column(s), its query produces 2
CREATE VIEW OF_VIEW AS SELECT NAME FROM V;
SELECT * FROM OF_VIEW;
--> NAME
--- y
-- * was what it was: a new column is not in the view, and takes its shape away.
CREATE VIEW STAR AS SELECT * FROM T;
ALTER TABLE T ADD COLUMN C INT;
SELECT * FROM STAR;
--! 002057 View definition for 'D.PUBLIC.STAR' declared 2 column(s), but view query produces 3 column(s).
CREATE OR REPLACE SECURE VIEW STAR AS SELECT * FROM T;
SELECT * FROM STAR ORDER BY A;
--> A | B | C
--- 1 | x | NULL
--- 2 | y | NULL
ALTER VIEW STAR UNSET SECURE;
ALTER VIEW STAR SET COMMENT = 'everything';
ALTER VIEW STAR RENAME TO ALL_OF_T;
ALTER VIEW ALL_OF_T ALTER COLUMN B COMMENT 'letters';
SHOW VIEWS LIKE 'all%';
--> created_on | name | reserved | kind | database_name | schema_name | owner | comment | text | is_secure | is_materialized | owner_role_type | change_tracking
--- 2025-12-31 16:00:00.000 -0800 | ALL_OF_T |  | VIEW | D | PUBLIC | ACCOUNTADMIN | everything | CREATE OR REPLACE SECURE VIEW STAR AS SELECT * FROM T | false | false | ROLE | OFF
SELECT "name", "comment", "is_secure", "text" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | comment | is_secure | text
--- ALL_OF_T | everything | false | CREATE OR REPLACE SECURE VIEW STAR AS SELECT * FROM T
DROP VIEW V;
SELECT * FROM OF_VIEW;
--! 002037 Failure during expansion of view 'OF_VIEW': SQL compilation error: Object 'D.PUBLIC.V' does not exist or not authorized.
INSERT INTO ALL_OF_T VALUES (1, 'a', 2);
--! 002101 View D.PUBLIC.ALL_OF_T is not updatable

-- Dynamic tables are refreshed on their lag, upstream first, and write only what differs.
-- https://docs.snowflake.com/en/user-guide/dynamic-tables/target-lag
CREATE DATABASE D;
CREATE WAREHOUSE WH;
CREATE TABLE ORDERS (ID INT, CUSTOMER VARCHAR, AMOUNT NUMBER(10, 2));
INSERT INTO ORDERS VALUES (1, 'a', 10), (2, 'b', 20), (3, 'a', 5);
--> number of rows inserted
--- 3
CREATE DYNAMIC TABLE TOTALS TARGET_LAG = '5 minutes' WAREHOUSE = WH COMMENT = 'by customer'
  AS SELECT CUSTOMER, SUM(AMOUNT) AS TOTAL FROM ORDERS GROUP BY CUSTOMER;
--> status
--- Dynamic table TOTALS successfully created.
SELECT * FROM TOTALS ORDER BY 1;
--> CUSTOMER | TOTAL
--- a | 15.00
--- b | 20.00
CREATE STREAM CHANGES ON DYNAMIC TABLE TOTALS;
INSERT INTO ORDERS VALUES (4, 'a', 1);
--> number of rows inserted
--- 1
-- Not yet: the lag has not passed.
--@ advance 4 minutes
SELECT * FROM TOTALS ORDER BY 1;
--> CUSTOMER | TOTAL
--- a | 15.00
--- b | 20.00
--@ advance 1 minutes
SELECT * FROM TOTALS ORDER BY 1;
--> CUSTOMER | TOTAL
--- a | 16.00
--- b | 20.00
-- The row that did not change is not in the stream.
SELECT CUSTOMER, TOTAL, METADATA$ACTION FROM CHANGES ORDER BY 3, 1;
--> CUSTOMER | TOTAL | METADATA$ACTION
--- a | 15.00 | DELETE
--- a | 16.00 | INSERT
-- Nothing new: the next refresh has no data.
--@ advance 5 minutes
SELECT NAME, STATE, REFRESH_ACTION, REFRESH_TRIGGER, TARGET_LAG_SEC, STATISTICS, DATA_TIMESTAMP
  FROM TABLE(INFORMATION_SCHEMA.DYNAMIC_TABLE_REFRESH_HISTORY(NAME => 'TOTALS'));
--> NAME | STATE | REFRESH_ACTION | REFRESH_TRIGGER | TARGET_LAG_SEC | STATISTICS | DATA_TIMESTAMP
--- TOTALS | SUCCEEDED | NO_DATA | SCHEDULED | 300 | {\n  "numDeletedRows": 0,\n  "numInsertedRows": 0\n} | 2025-12-31 16:10:00.000 -0800
--- TOTALS | SUCCEEDED | INCREMENTAL | SCHEDULED | 300 | {\n  "numDeletedRows": 1,\n  "numInsertedRows": 1\n} | 2025-12-31 16:05:00.000 -0800
--- TOTALS | SUCCEEDED | INCREMENTAL | CREATION | 300 | {\n  "numDeletedRows": 0,\n  "numInsertedRows": 2\n} | 2025-12-31 16:00:00.000 -0800
-- Its rows are its query's.
INSERT INTO TOTALS VALUES ('c', 1);
--! 002101 Invalid operation: D.PUBLIC.TOTALS is a dynamic table, whose rows its query gives
UPDATE TOTALS SET TOTAL = 0;
--! 002101 Invalid operation: D.PUBLIC.TOTALS is a dynamic table, whose rows its query gives
DELETE FROM TOTALS;
--! 002101 Invalid operation: D.PUBLIC.TOTALS is a dynamic table, whose rows its query gives
MERGE INTO TOTALS USING ORDERS ON FALSE WHEN NOT MATCHED THEN INSERT VALUES ('x', 1);
--! 002101 Invalid operation: D.PUBLIC.TOTALS is a dynamic table, whose rows its query gives
TRUNCATE TABLE TOTALS;
--! 002101 Invalid operation: D.PUBLIC.TOTALS is a dynamic table, whose rows its query gives
ALTER TABLE TOTALS ADD COLUMN X INT;
--! 000002 Unsupported feature 'ALTER TABLE of a dynamic table: ALTER DYNAMIC TABLE changes it'.
SHOW DYNAMIC TABLES;
--> created_on | name | database_name | schema_name | cluster_by | rows | bytes | owner | target_lag | scheduler | refresh_mode | refresh_mode_reason | warehouse | comment | text | automatic_clustering | scheduling_state | last_suspended_on | is_clone | is_replica | is_iceberg | data_timestamp | owner_role_type | immutable_where | execute_as_user
--- 2025-12-31 16:00:00.000 -0800 | TOTALS | D | PUBLIC |  | 2 | 8702 | ACCOUNTADMIN | 5 minutes | NULL | AUTO | NULL | WH | by customer | CREATE DYNAMIC TABLE TOTALS TARGET_LAG = '5 minutes' WAREHOUSE = WH COMMENT = 'by customer'\n  AS SELECT CUSTOMER, SUM(AMOUNT) AS TOTAL FROM ORDERS GROUP BY CUSTOMER | OFF | RUNNING | NULL | false | false | false | 2025-12-31 16:10:00.000 -0800 | ROLE | NULL | NULL
DESCRIBE DYNAMIC TABLE TOTALS;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- CUSTOMER | VARCHAR(16777216) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- TOTAL | NUMBER(38,2) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
SELECT TABLE_NAME, IS_DYNAMIC FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1;
--> TABLE_NAME | IS_DYNAMIC
--- ORDERS | NO
--- TOTALS | YES
SELECT GET_DDL('DYNAMIC_TABLE', 'TOTALS');
--> GET_DDL('DYNAMIC_TABLE', 'TOTALS')
--- CREATE DYNAMIC TABLE TOTALS TARGET_LAG = '5 minutes' WAREHOUSE = WH COMMENT = 'by customer'\n  AS SELECT CUSTOMER, SUM(AMOUNT) AS TOTAL FROM ORDERS GROUP BY CUSTOMER;
-- Refreshed as its owner: what a policy hides from that role is hidden from all.
CREATE MASKING POLICY HIDE AS (V VARCHAR) RETURNS VARCHAR -> CASE WHEN CURRENT_ROLE() = 'ACCOUNTADMIN' THEN V ELSE '?' END;
CREATE DYNAMIC TABLE NAMES (WHO WITH MASKING POLICY HIDE) TARGET_LAG = '1 minute' WAREHOUSE = WH AS SELECT DISTINCT CUSTOMER FROM ORDERS;
SELECT * FROM NAMES ORDER BY 1;
--> WHO
--- a
--- b
USE ROLE SYSADMIN;
SELECT * FROM NAMES ORDER BY 1;
--> WHO
--- ?
--- ?

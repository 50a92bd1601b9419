-- Grants on future objects hold for objects made afterwards; those of a schema go before those of its database.
-- https://docs.snowflake.com/en/sql-reference/sql/grant-privilege
CREATE DATABASE D;
CREATE WAREHOUSE WH;
CREATE SCHEMA OWN;
CREATE ROLE READER;
CREATE ROLE WRITER;
CREATE TABLE PUBLIC.BEFORE_ALL (A INT);
GRANT SELECT ON FUTURE TABLES IN DATABASE D TO ROLE READER;
GRANT INSERT ON FUTURE TABLES IN SCHEMA D.OWN TO ROLE WRITER;
GRANT USAGE ON FUTURE SCHEMAS IN DATABASE D TO ROLE READER;
GRANT OPERATE, MONITOR ON FUTURE DYNAMIC TABLES IN SCHEMA D.PUBLIC TO ROLE WRITER;
--> status
--- Statement executed successfully.
CREATE TABLE PUBLIC.T (A INT);
CREATE TABLE OWN.T (A INT);
CREATE SCHEMA LATER;
CREATE DYNAMIC TABLE PUBLIC.DT TARGET_LAG = '1 hour' WAREHOUSE = WH AS SELECT A FROM PUBLIC.T;
SHOW GRANTS ON TABLE PUBLIC.BEFORE_ALL;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by_role_type | granted_by
--- 2025-12-31 16:00:00.000 -0800 | OWNERSHIP | TABLE | D.PUBLIC.BEFORE_ALL | ROLE | ACCOUNTADMIN | true | ROLE | ACCOUNTADMIN
SHOW GRANTS ON TABLE PUBLIC.T;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by_role_type | granted_by
--- 2025-12-31 16:00:00.000 -0800 | OWNERSHIP | TABLE | D.PUBLIC.T | ROLE | ACCOUNTADMIN | true | ROLE | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | SELECT | TABLE | D.PUBLIC.T | ROLE | READER | false | ROLE | ACCOUNTADMIN
SHOW GRANTS ON TABLE OWN.T;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by_role_type | granted_by
--- 2025-12-31 16:00:00.000 -0800 | OWNERSHIP | TABLE | D.OWN.T | ROLE | ACCOUNTADMIN | true | ROLE | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | INSERT | TABLE | D.OWN.T | ROLE | WRITER | false | ROLE | ACCOUNTADMIN
SHOW GRANTS ON SCHEMA LATER;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by_role_type | granted_by
--- 2025-12-31 16:00:00.000 -0800 | OWNERSHIP | SCHEMA | D.LATER | ROLE | ACCOUNTADMIN | true | ROLE | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | USAGE | SCHEMA | D.LATER | ROLE | READER | false | ROLE | ACCOUNTADMIN
SHOW GRANTS ON DYNAMIC TABLE PUBLIC.DT;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by_role_type | granted_by
--- 2025-12-31 16:00:00.000 -0800 | OWNERSHIP | TABLE | D.PUBLIC.DT | ROLE | ACCOUNTADMIN | true | ROLE | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | MONITOR | TABLE | D.PUBLIC.DT | ROLE | WRITER | false | ROLE | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | OPERATE | TABLE | D.PUBLIC.DT | ROLE | WRITER | false | ROLE | ACCOUNTADMIN
GRANT SELECT ON ALL DYNAMIC TABLES IN SCHEMA PUBLIC TO ROLE READER;
SHOW GRANTS TO ROLE READER;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by
--- 2025-12-31 16:00:00.000 -0800 | SELECT | TABLE | D.PUBLIC.T | ROLE | READER | false | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | SELECT | TABLE | D.PUBLIC.DT | ROLE | READER | false | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | USAGE | SCHEMA | D.LATER | ROLE | READER | false | ACCOUNTADMIN
SHOW FUTURE GRANTS IN DATABASE D;
--> created_on | privilege | grant_on | name | grant_to | grantee_name | grant_option
--- 2025-12-31 16:00:00.000 -0800 | SELECT | TABLE | D.<TABLE> | ROLE | READER | false
--- 2025-12-31 16:00:00.000 -0800 | USAGE | SCHEMA | D.<SCHEMA> | ROLE | READER | false
SHOW FUTURE GRANTS TO ROLE WRITER;
--> created_on | privilege | grant_on | name | grant_to | grantee_name | grant_option
--- 2025-12-31 16:00:00.000 -0800 | INSERT | TABLE | D.OWN.<TABLE> | ROLE | WRITER | false
--- 2025-12-31 16:00:00.000 -0800 | MONITOR | DYNAMIC TABLE | D.PUBLIC.<DYNAMIC TABLE> | ROLE | WRITER | false
--- 2025-12-31 16:00:00.000 -0800 | OPERATE | DYNAMIC TABLE | D.PUBLIC.<DYNAMIC TABLE> | ROLE | WRITER | false
GRANT OPERATE ON TABLE PUBLIC.T TO ROLE WRITER;
--! 003008 Invalid privilege 'OPERATE' for object type 'TABLE'.

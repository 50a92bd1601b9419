-- Roles and grants are kept and shown.
-- https://docs.snowflake.com/en/sql-reference/sql/grant-privilege
CREATE DATABASE D;
CREATE TABLE A (X INT);
CREATE TABLE B (X INT);
CREATE ROLE READER COMMENT = 'reads';
--> status
--- Role READER successfully created.
CREATE ROLE SYSADMIN;
--! 002002 Object 'SYSADMIN' already exists.
GRANT USAGE ON DATABASE D TO ROLE READER;
--> status
--- Statement executed successfully.
GRANT SELECT, INSERT ON TABLE A TO ROLE READER WITH GRANT OPTION;
GRANT SELECT ON ALL TABLES IN SCHEMA PUBLIC TO ROLE READER;
GRANT SELECT ON FUTURE TABLES IN DATABASE D TO ROLE READER;
GRANT CREATE WAREHOUSE ON ACCOUNT TO ROLE READER;
GRANT ROLE READER TO ROLE SYSADMIN;
GRANT ROLE READER TO USER TESTER;
GRANT ROLE READER TO ROLE READER;
--! 003005 cannot grant role READER to itself
GRANT SELECT ON TABLE A TO ROLE NOSUCH;
--! 002003 Role 'NOSUCH' does not exist or not authorized.
GRANT FLY ON TABLE A TO ROLE READER;
--! 003008 Invalid privilege 'FLY' for object type 'TABLE'.
SHOW GRANTS TO ROLE READER;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by
--- 2025-12-31 16:00:00.000 -0800 | CREATE WAREHOUSE | ACCOUNT | SNOWGLOBE | ROLE | READER | false | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | INSERT | TABLE | D.PUBLIC.A | ROLE | READER | true | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | SELECT | TABLE | D.PUBLIC.A | ROLE | READER | true | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | SELECT | TABLE | D.PUBLIC.B | ROLE | READER | false | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | USAGE | DATABASE | D | ROLE | READER | false | ACCOUNTADMIN
SHOW GRANTS ON TABLE A;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by_role_type | granted_by
--- 2025-12-31 16:00:00.000 -0800 | OWNERSHIP | TABLE | D.PUBLIC.A | ROLE | ACCOUNTADMIN | true | ROLE | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | INSERT | TABLE | D.PUBLIC.A | ROLE | READER | true | ROLE | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | SELECT | TABLE | D.PUBLIC.A | ROLE | READER | true | ROLE | ACCOUNTADMIN
SHOW GRANTS OF ROLE READER;
--> created_on | role | granted_to | grantee_name | granted_by
--- 2025-12-31 16:00:00.000 -0800 | READER | ROLE | SYSADMIN | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | READER | USER | TESTER | ACCOUNTADMIN
SHOW GRANTS;
--> created_on | role | granted_to | grantee_name | granted_by
--- 2025-12-31 16:00:00.000 -0800 | READER | USER | TESTER | ACCOUNTADMIN
SHOW FUTURE GRANTS IN DATABASE D;
--> created_on | privilege | grant_on | name | grant_to | grantee_name | grant_option
--- 2025-12-31 16:00:00.000 -0800 | SELECT | TABLE | D.<TABLE> | ROLE | READER | false
REVOKE GRANT OPTION FOR SELECT ON TABLE A FROM ROLE READER;
REVOKE INSERT ON TABLE A FROM ROLE READER;
-- A new name keeps its grants; a replaced table has none, unless they are copied.
ALTER TABLE A RENAME TO A2;
CREATE OR REPLACE TABLE B (X INT);
CREATE OR REPLACE TABLE A2 COPY GRANTS (X INT, Y INT);
SELECT GRANTEE, TABLE_NAME, PRIVILEGE_TYPE, IS_GRANTABLE FROM INFORMATION_SCHEMA.TABLE_PRIVILEGES WHERE PRIVILEGE_TYPE <> 'OWNERSHIP';
--> GRANTEE | TABLE_NAME | PRIVILEGE_TYPE | IS_GRANTABLE
--- READER | B | SELECT | NO
--- READER | A2 | SELECT | NO
GRANT OWNERSHIP ON TABLE A2 TO ROLE READER;
--! 003036 SQL execution error: Dependent grant of privilege on securable to role exists. It must be revoked first. More than one dependent grant may exist: use 'SHOW GRANTS' command to view them. To revoke all dependent grants while transferring object ownership, use convenience command 'GRANT OWNERSHIP ON <target_objects> TO <target_role> REVOKE CURRENT GRANTS'.
GRANT OWNERSHIP ON TABLE A2 TO ROLE READER REVOKE CURRENT GRANTS;
SELECT TABLE_NAME, TABLE_OWNER FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1;
--> TABLE_NAME | TABLE_OWNER
--- A2 | READER
--- B | ACCOUNTADMIN
USE ROLE READER;
SELECT CURRENT_ROLE();
--> CURRENT_ROLE()
--- READER
USE ROLE NOSUCH;
--! 002043 Object does not exist, or operation cannot be performed.
ALTER ROLE READER RENAME TO VIEWER;
SHOW GRANTS OF ROLE VIEWER;
--> created_on | role | granted_to | grantee_name | granted_by
--- 2025-12-31 16:00:00.000 -0800 | VIEWER | ROLE | SYSADMIN | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | VIEWER | USER | TESTER | ACCOUNTADMIN
SELECT ROLE_NAME FROM INFORMATION_SCHEMA.ENABLED_ROLES ORDER BY 1;
--> ROLE_NAME
--- PUBLIC
--- VIEWER
DROP ROLE PUBLIC;
--! 003001 SQL access control error: Cannot drop system role 'PUBLIC'.
DROP ROLE VIEWER;
--! 003001 SQL execution error: Cannot drop role VIEWER as it is the current primary role.
USE ROLE ACCOUNTADMIN;
GRANT SELECT ON TABLE B TO ROLE VIEWER;
DROP ROLE VIEWER;
SELECT TABLE_NAME, TABLE_OWNER FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'PUBLIC' ORDER BY 1;
--> TABLE_NAME | TABLE_OWNER
--- A2 | ACCOUNTADMIN
--- B | ACCOUNTADMIN
SHOW GRANTS ON TABLE B;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by_role_type | granted_by
--- 2025-12-31 16:00:00.000 -0800 | OWNERSHIP | TABLE | D.PUBLIC.B | ROLE | ACCOUNTADMIN | true | ROLE | ACCOUNTADMIN
SHOW GRANTS;
--> created_on | role | granted_to | grantee_name | granted_by

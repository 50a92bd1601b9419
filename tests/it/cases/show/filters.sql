-- What SHOW commands share: scope, LIKE, STARTS WITH, LIMIT, TERSE, HISTORY.
-- https://docs.snowflake.com/en/sql-reference/sql/show-tables
CREATE DATABASE ONE;
CREATE TABLE APPLE (A INT);
CREATE TABLE "apple pie" (A INT);
CREATE TABLE PEAR (A INT);
CREATE SCHEMA S;
CREATE TABLE APRICOT (A INT);
CREATE DATABASE TWO;
CREATE TABLE AVOCADO (A INT);
SHOW TERSE TABLES IN ACCOUNT;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | APPLE | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | PEAR | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | apple pie | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | APRICOT | TABLE | ONE | S
--- 2025-12-31 16:00:00.000 -0800 | AVOCADO | TABLE | TWO | PUBLIC
SHOW TERSE TABLES;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | AVOCADO | TABLE | TWO | PUBLIC
SHOW TERSE TABLES IN ONE.PUBLIC;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | APPLE | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | PEAR | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | apple pie | TABLE | ONE | PUBLIC
SHOW TERSE TABLES IN DATABASE ONE;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | APPLE | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | PEAR | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | apple pie | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | APRICOT | TABLE | ONE | S
SHOW TERSE TABLES LIKE 'ap%' IN DATABASE ONE;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | APPLE | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | apple pie | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | APRICOT | TABLE | ONE | S
SHOW TERSE TABLES IN ACCOUNT STARTS WITH 'AP';
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | APPLE | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | APRICOT | TABLE | ONE | S
SHOW TERSE TABLES IN ACCOUNT LIMIT 2 FROM 'APPLE';
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | PEAR | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | apple pie | TABLE | ONE | PUBLIC
SHOW TERSE TABLES IN DATABASE NOSUCH;
--! 002003 Database 'NOSUCH' does not exist or not authorized.
USE DATABASE ONE;
DROP TABLE APPLE;
SHOW TERSE TABLES HISTORY IN SCHEMA ONE.PUBLIC;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | APPLE | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | PEAR | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | apple pie | TABLE | ONE | PUBLIC
SHOW TABLES HISTORY LIKE 'APPLE';
--> created_on | name | database_name | schema_name | kind | comment | cluster_by | rows | bytes | owner | retention_time | dropped_on | automatic_clustering | change_tracking | search_optimization | search_optimization_progress | search_optimization_bytes | is_external | enable_schema_evolution | owner_role_type | is_event | is_hybrid | is_iceberg | is_immutable
--- 2025-12-31 16:00:00.000 -0800 | APPLE | ONE | PUBLIC | TABLE |  |  | 0 | 0 | ACCOUNTADMIN | 1 | 2025-12-31 16:00:00.000 -0800 | OFF | OFF | OFF | NULL | NULL | N | N | NULL | N | N | N | N
SELECT "name", "rows", "dropped_on" IS NULL AS LIVE FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | rows | LIVE
--- APPLE | 0 | FALSE
SHOW TERSE SCHEMAS IN DATABASE ONE;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | INFORMATION_SCHEMA | NULL | ONE | NULL
--- 2025-12-31 16:00:00.000 -0800 | PUBLIC | NULL | ONE | NULL
--- 2025-12-31 16:00:00.000 -0800 | S | NULL | ONE | NULL
SHOW TERSE DATABASES;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | ONE | NULL | NULL | NULL
--- 2025-12-31 16:00:00.000 -0800 | TWO | NULL | NULL | NULL
SHOW TERSE OBJECTS IN ACCOUNT;
--> created_on | name | kind | database_name | schema_name
--- 2025-12-31 16:00:00.000 -0800 | PEAR | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | apple pie | TABLE | ONE | PUBLIC
--- 2025-12-31 16:00:00.000 -0800 | APRICOT | TABLE | ONE | S
--- 2025-12-31 16:00:00.000 -0800 | AVOCADO | TABLE | TWO | PUBLIC
SHOW TERSE ROLES;
--> created_on | name | is_default | is_current | is_inherited | is_from_organization_user_group
--- 1969-12-31 16:00:00.000 -0800 | ACCOUNTADMIN | Y | Y | N | N
--- 1969-12-31 16:00:00.000 -0800 | ORGADMIN | N | N | N | N
--- 1969-12-31 16:00:00.000 -0800 | PUBLIC | N | N | Y | N
--- 1969-12-31 16:00:00.000 -0800 | SECURITYADMIN | N | N | Y | N
--- 1969-12-31 16:00:00.000 -0800 | SYSADMIN | N | N | Y | N
--- 1969-12-31 16:00:00.000 -0800 | USERADMIN | N | N | Y | N
SHOW USERS;
--> name | created_on | login_name | display_name | first_name | last_name | email | mins_to_unlock | days_to_expiry | comment | disabled | must_change_password | snowflake_lock | default_warehouse | default_namespace | default_role | default_secondary_roles | ext_authn_duo | ext_authn_uid | mins_to_bypass_mfa | owner | last_success_login | expires_at_time | locked_until_time | has_password | has_rsa_public_key | type | has_mfa | has_pat | has_federated_workload_authentication | is_from_organization_user
--- TESTER | 1969-12-31 16:00:00.000 -0800 | TESTER | TESTER | NULL | NULL | NULL | NULL | NULL | NULL | false | false | false | NULL | NULL | ACCOUNTADMIN | ["ALL"] | false | NULL | NULL | ACCOUNTADMIN | NULL | NULL | NULL | false | false | PERSON | false | false | false | false

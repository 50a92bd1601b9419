-- SHOW of what belongs to the account: databases, roles, users, transactions, warehouses.
-- https://docs.snowflake.com/en/sql-reference/sql/show-databases
CREATE TRANSIENT DATABASE D COMMENT = 'd';
CREATE DATABASE GONE;
DROP DATABASE GONE;
SHOW DATABASES;
--> created_on | name | is_default | is_current | origin | owner | comment | options | retention_time | kind | owner_role_type | object_visibility | data_quality_monitoring_settings
--- 2025-12-31 16:00:00.000 -0800 | D | N | N |  | ACCOUNTADMIN | d | TRANSIENT | 1 | STANDARD | ROLE | NULL | NULL
SHOW DATABASES HISTORY LIKE 'gone';
--> created_on | name | is_default | is_current | origin | owner | comment | options | retention_time | dropped_on | kind | owner_role_type | object_visibility | data_quality_monitoring_settings
--- 2025-12-31 16:00:00.000 -0800 | GONE | N | N |  | ACCOUNTADMIN |  |  | 1 | 2025-12-31 16:00:00.000 -0800 | STANDARD | ROLE | NULL | NULL
USE DATABASE D;
SHOW SCHEMAS;
--> created_on | name | is_default | is_current | database_name | owner | comment | options | retention_time | owner_role_type | object_visibility | is_nested
--- 2025-12-31 16:00:00.000 -0800 | INFORMATION_SCHEMA | N | N | D |  | Views describing the contents of schemas in this database |  | 1 |  | NULL | N
--- 2025-12-31 16:00:00.000 -0800 | PUBLIC | N | Y | D | ACCOUNTADMIN |  | TRANSIENT | 1 | ROLE | NULL | N
DESC DATABASE D;
--> created_on | name | kind
--- 2025-12-31 16:00:00.000 -0800 | INFORMATION_SCHEMA | SCHEMA
--- 2025-12-31 16:00:00.000 -0800 | PUBLIC | SCHEMA
CREATE TABLE T (A INT);
DROP TABLE T;
CREATE TRANSIENT TABLE TR (A INT);
SHOW TABLES HISTORY;
--> created_on | name | database_name | schema_name | kind | comment | cluster_by | rows | bytes | owner | retention_time | dropped_on | automatic_clustering | change_tracking | search_optimization | search_optimization_progress | search_optimization_bytes | is_external | enable_schema_evolution | owner_role_type | is_event | is_hybrid | is_iceberg | is_immutable
--- 2025-12-31 16:00:00.000 -0800 | T | D | PUBLIC | TRANSIENT |  |  | 0 | 0 | ACCOUNTADMIN | 1 | 2025-12-31 16:00:00.000 -0800 | OFF | OFF | OFF | NULL | NULL | N | N | NULL | N | N | N | N
--- 2025-12-31 16:00:00.000 -0800 | TR | D | PUBLIC | TRANSIENT |  |  | 0 | 0 | ACCOUNTADMIN | 1 | NULL | OFF | OFF | OFF | NULL | NULL | N | N | ROLE | N | N | N | N
SELECT "name", "kind", "owner_role_type" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | kind | owner_role_type
--- T | TRANSIENT | NULL
--- TR | TRANSIENT | ROLE
SHOW OBJECTS;
--> created_on | name | database_name | schema_name | kind | comment | cluster_by | rows | bytes | owner | retention_time | owner_role_type | is_hybrid | is_dynamic | is_iceberg
--- 2025-12-31 16:00:00.000 -0800 | TR | D | PUBLIC | TABLE |  |  | 0 | 0 | ACCOUNTADMIN | 1 | ROLE | N | N | N
-- Roles and what they inherit.
-- https://docs.snowflake.com/en/sql-reference/sql/show-roles
CREATE ROLE READER COMMENT = 'reads';
GRANT ROLE READER TO ROLE SYSADMIN;
SHOW ROLES;
--> created_on | name | is_default | is_current | is_inherited | assigned_to_users | granted_to_roles | granted_roles | owner | comment | is_from_organization_user_group
--- 1969-12-31 16:00:00.000 -0800 | ACCOUNTADMIN | Y | Y | N | 0 | 0 | 2 |  |  | N
--- 1969-12-31 16:00:00.000 -0800 | ORGADMIN | N | N | N | 0 | 0 | 0 |  |  | N
--- 1969-12-31 16:00:00.000 -0800 | PUBLIC | N | N | Y | 0 | 0 | 0 |  |  | N
--- 2025-12-31 16:00:00.000 -0800 | READER | N | N | Y | 0 | 1 | 0 | ACCOUNTADMIN | reads | N
--- 1969-12-31 16:00:00.000 -0800 | SECURITYADMIN | N | N | Y | 0 | 1 | 1 |  |  | N
--- 1969-12-31 16:00:00.000 -0800 | SYSADMIN | N | N | Y | 0 | 1 | 1 |  |  | N
--- 1969-12-31 16:00:00.000 -0800 | USERADMIN | N | N | Y | 0 | 1 | 0 |  |  | N
SHOW TERSE ROLES LIKE 'reader';
--> created_on | name | is_default | is_current | is_inherited | is_from_organization_user_group
--- 2025-12-31 16:00:00.000 -0800 | READER | N | N | Y | N
USE ROLE SYSADMIN;
SELECT ROLE_NAME, ROLE_OWNER FROM INFORMATION_SCHEMA.ENABLED_ROLES ORDER BY 1;
--> ROLE_NAME | ROLE_OWNER
--- PUBLIC | NULL
--- READER | ACCOUNTADMIN
--- SYSADMIN | NULL
SELECT GRANTEE, ROLE_NAME, ROLE_OWNER, IS_GRANTABLE FROM INFORMATION_SCHEMA.APPLICABLE_ROLES;
--> GRANTEE | ROLE_NAME | ROLE_OWNER | IS_GRANTABLE
--- SYSADMIN | READER | ACCOUNTADMIN | NO
USE ROLE ACCOUNTADMIN;
SHOW GRANTS TO ROLE SYSADMIN;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by
--- 2025-12-31 16:00:00.000 -0800 | USAGE | ROLE | READER | ROLE | SYSADMIN | false | ACCOUNTADMIN
-- https://docs.snowflake.com/en/sql-reference/sql/show-users
GRANT ROLE READER TO USER OTHER;
SHOW USERS;
--> name | created_on | login_name | display_name | first_name | last_name | email | mins_to_unlock | days_to_expiry | comment | disabled | must_change_password | snowflake_lock | default_warehouse | default_namespace | default_role | default_secondary_roles | ext_authn_duo | ext_authn_uid | mins_to_bypass_mfa | owner | last_success_login | expires_at_time | locked_until_time | has_password | has_rsa_public_key | type | has_mfa | has_pat | has_federated_workload_authentication | is_from_organization_user
--- OTHER | 1969-12-31 16:00:00.000 -0800 | OTHER | OTHER | NULL | NULL | NULL | NULL | NULL | NULL | false | false | false | NULL | NULL | ACCOUNTADMIN | ["ALL"] | false | NULL | NULL | ACCOUNTADMIN | NULL | NULL | NULL | false | false | PERSON | false | false | false | false
--- TESTER | 1969-12-31 16:00:00.000 -0800 | TESTER | TESTER | NULL | NULL | NULL | NULL | NULL | NULL | false | false | false | NULL | NULL | ACCOUNTADMIN | ["ALL"] | false | NULL | NULL | ACCOUNTADMIN | NULL | NULL | NULL | false | false | PERSON | false | false | false | false
SHOW TERSE USERS LIKE 'other';
--> name | created_on | display_name | first_name | last_name | email | org_identity | comment | has_password | has_rsa_public_key | type | has_mfa | has_pat | has_federated_workload_authentication | is_from_organization_user
--- OTHER | 1969-12-31 16:00:00.000 -0800 | OTHER | NULL | NULL | NULL | NULL | NULL | false | false | PERSON | false | false | false | false
-- https://docs.snowflake.com/en/sql-reference/sql/show-transactions
BEGIN;
--@ session SECOND
BEGIN;
SHOW TRANSACTIONS;
--> id | user | session | name | started_on | state | scope
--- 1767225600000000000 | TESTER | 1 | 18867251-edfa-4000-8000-000000000001 | 2025-12-31 16:00:00.000 -0800 | running | 0
--- 1767225600000000001 | TESTER | 2 | 18867251-edfa-4000-8000-000000000002 | 2025-12-31 16:00:00.000 -0800 | running | 0
ROLLBACK;
SHOW TRANSACTIONS IN ACCOUNT;
--> id | user | session | name | started_on | state | scope
--- 1767225600000000000 | TESTER | 1 | 18867251-edfa-4000-8000-000000000001 | 2025-12-31 16:00:00.000 -0800 | running | 0
--@ session MAIN
COMMIT;
SHOW TRANSACTIONS;
--> id | user | session | name | started_on | state | scope
-- https://docs.snowflake.com/en/sql-reference/sql/show-warehouses
CREATE WAREHOUSE W AUTO_SUSPEND = NULL INITIALLY_SUSPENDED = TRUE;
SHOW WAREHOUSES;
--> name | state | type | size | min_cluster_count | max_cluster_count | started_clusters | running | queued | is_default | is_current | is_interactive | auto_suspend | auto_resume | available | provisioning | quiescing | other | created_on | resumed_on | updated_on | owner | comment | enable_query_acceleration | query_acceleration_max_scale_factor | resource_monitor | actives | pendings | failed | suspended | uuid | scaling_policy | owner_role_type | resource_constraint | generation
--- W | SUSPENDED | STANDARD | X-Small | 1 | 1 | 0 | 0 | 0 | N | Y | N | NULL | true |  |  |  |  | 2025-12-31 16:00:00.000 -0800 | 1969-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN |  | false | 8 | null | 0 | 0 | 0 | 1 | 8 | STANDARD | ROLE | NULL | 1
SELECT "auto_suspend", "resumed_on" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> auto_suspend | resumed_on
--- NULL | 1969-12-31 16:00:00.000 -0800
--@ advance 1 hour
ALTER WAREHOUSE W RESUME;
SHOW WAREHOUSES;
--> name | state | type | size | min_cluster_count | max_cluster_count | started_clusters | running | queued | is_default | is_current | is_interactive | auto_suspend | auto_resume | available | provisioning | quiescing | other | created_on | resumed_on | updated_on | owner | comment | enable_query_acceleration | query_acceleration_max_scale_factor | resource_monitor | actives | pendings | failed | suspended | uuid | scaling_policy | owner_role_type | resource_constraint | generation
--- W | STARTED | STANDARD | X-Small | 1 | 1 | 1 | 0 | 0 | N | Y | N | NULL | true |  |  |  |  | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 17:00:00.000 -0800 | 2025-12-31 17:00:00.000 -0800 | ACCOUNTADMIN |  | false | 8 | null | 0 | 0 | 0 | 0 | 8 | STANDARD | ROLE | NULL | 1
SELECT "state", "created_on", "resumed_on", "updated_on" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> state | created_on | resumed_on | updated_on
--- STARTED | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 17:00:00.000 -0800 | 2025-12-31 17:00:00.000 -0800
DESC WAREHOUSE W;
--> created_on | name | kind
--- 2025-12-31 16:00:00.000 -0800 | W | WAREHOUSE

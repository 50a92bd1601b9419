-- Resource monitors are kept and shown; nothing here uses credits.
-- https://docs.snowflake.com/en/sql-reference/sql/create-resource-monitor
CREATE USER JDOE;
CREATE USER "Jane Smith";
CREATE OR REPLACE RESOURCE MONITOR LIMITER
  WITH CREDIT_QUOTA = 5000
       NOTIFY_USERS = (JDOE, "Jane Smith")
  TRIGGERS ON 75 PERCENT DO NOTIFY
           ON 80 PERCENT DO NOTIFY
           ON 100 PERCENT DO SUSPEND
           ON 110 PERCENT DO SUSPEND_IMMEDIATE;
--> status
--- Resource monitor LIMITER successfully created.
CREATE RESOURCE MONITOR IF NOT EXISTS LIMITER WITH CREDIT_QUOTA = 1;
--> status
--- LIMITER already exists, statement succeeded.
CREATE RESOURCE MONITOR LIMITER WITH CREDIT_QUOTA = 1;
--! 002002 Object 'LIMITER' already exists.
CREATE RESOURCE MONITOR WEEKLY FREQUENCY = WEEKLY START_TIMESTAMP = '2026-03-01 08:00' END_TIMESTAMP = '2026-12-31';
CREATE RESOURCE MONITOR BARE;
CREATE WAREHOUSE W RESOURCE_MONITOR = LIMITER;
ALTER ACCOUNT SET RESOURCE_MONITOR = WEEKLY;
SHOW RESOURCE MONITORS;
--> name | credit_quota | used_credits | remaining_credits | level | frequency | start_time | end_time | notify_at | suspend_at | suspend_immediately_at | created_on | owner | comment | notify_users
--- BARE | NULL | 0.00 | NULL | NULL | MONTHLY | 2025-12-31 16:00:00.000 -0800 | NULL | NULL | NULL | NULL | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN |  |
--- LIMITER | 5000.00 | 0.00 | 5000.00 | WAREHOUSE | MONTHLY | 2025-12-31 16:00:00.000 -0800 | NULL | 75%,80% | 100% | 110% | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN |  | JDOE, Jane Smith
--- WEEKLY | NULL | 0.00 | NULL | ACCOUNT | WEEKLY | 2026-03-01 00:00:00.000 -0800 | 2026-12-30 16:00:00.000 -0800 | NULL | NULL | NULL | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN |  |
SHOW WAREHOUSES;
--> name | state | type | size | min_cluster_count | max_cluster_count | started_clusters | running | queued | is_default | is_current | is_interactive | auto_suspend | auto_resume | available | provisioning | quiescing | other | created_on | resumed_on | updated_on | owner | comment | enable_query_acceleration | query_acceleration_max_scale_factor | resource_monitor | actives | pendings | failed | suspended | uuid | scaling_policy | owner_role_type | resource_constraint | generation
--- W | STARTED | STANDARD | X-Small | 1 | 1 | 1 | 0 | 0 | N | Y | N | 600 | true |  |  |  |  | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN |  | false | 8 | LIMITER | 0 | 0 | 0 | 0 | 6 | STANDARD | ROLE | NULL | 1
SELECT "name", "resource_monitor" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | resource_monitor
--- W | LIMITER
ALTER RESOURCE MONITOR LIMITER SET CREDIT_QUOTA = 2000 TRIGGERS ON 80 PERCENT DO SUSPEND;
ALTER RESOURCE MONITOR WEEKLY SET FREQUENCY = DAILY START_TIMESTAMP = IMMEDIATELY;
ALTER RESOURCE MONITOR BARE TRIGGERS ON 90 PERCENT DO NOTIFY;
ALTER ACCOUNT UNSET RESOURCE_MONITOR;
ALTER WAREHOUSE W UNSET RESOURCE_MONITOR;
SHOW RESOURCE MONITORS LIKE '%';
--> name | credit_quota | used_credits | remaining_credits | level | frequency | start_time | end_time | notify_at | suspend_at | suspend_immediately_at | created_on | owner | comment | notify_users
--- BARE | NULL | 0.00 | NULL | NULL | MONTHLY | 2025-12-31 16:00:00.000 -0800 | NULL | 90% | NULL | NULL | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN |  |
--- LIMITER | 2000.00 | 0.00 | 2000.00 | NULL | MONTHLY | 2025-12-31 16:00:00.000 -0800 | NULL | NULL | 80% | NULL | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN |  | JDOE, Jane Smith
--- WEEKLY | NULL | 0.00 | NULL | NULL | DAILY | 2025-12-31 16:00:00.000 -0800 | 2026-12-30 16:00:00.000 -0800 | NULL | NULL | NULL | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN |  |
ALTER WAREHOUSE W SET RESOURCE_MONITOR = BARE;
DROP RESOURCE MONITOR BARE;
--> status
--- BARE successfully dropped.
SHOW WAREHOUSES;
--> name | state | type | size | min_cluster_count | max_cluster_count | started_clusters | running | queued | is_default | is_current | is_interactive | auto_suspend | auto_resume | available | provisioning | quiescing | other | created_on | resumed_on | updated_on | owner | comment | enable_query_acceleration | query_acceleration_max_scale_factor | resource_monitor | actives | pendings | failed | suspended | uuid | scaling_policy | owner_role_type | resource_constraint | generation
--- W | STARTED | STANDARD | X-Small | 1 | 1 | 1 | 0 | 0 | N | Y | N | 600 | true |  |  |  |  | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN |  | false | 8 | null | 0 | 0 | 0 | 0 | 6 | STANDARD | ROLE | NULL | 1
SELECT "name", "resource_monitor" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | resource_monitor
--- W | null
ALTER WAREHOUSE W SET RESOURCE_MONITOR = LIMITER;
ALTER WAREHOUSE W SET RESOURCE_MONITOR = NULL;
SHOW WAREHOUSES;
--> name | state | type | size | min_cluster_count | max_cluster_count | started_clusters | running | queued | is_default | is_current | is_interactive | auto_suspend | auto_resume | available | provisioning | quiescing | other | created_on | resumed_on | updated_on | owner | comment | enable_query_acceleration | query_acceleration_max_scale_factor | resource_monitor | actives | pendings | failed | suspended | uuid | scaling_policy | owner_role_type | resource_constraint | generation
--- W | STARTED | STANDARD | X-Small | 1 | 1 | 1 | 0 | 0 | N | Y | N | 600 | true |  |  |  |  | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN |  | false | 8 | null | 0 | 0 | 0 | 0 | 6 | STANDARD | ROLE | NULL | 1
SELECT "name", "resource_monitor" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | resource_monitor
--- W | null
-- Refused
CREATE RESOURCE MONITOR X FREQUENCY = DAILY;
--! 002029 Missing option(s): [START_TIMESTAMP].
CREATE RESOURCE MONITOR X START_TIMESTAMP = IMMEDIATELY;
--! 002029 Missing option(s): [FREQUENCY].
CREATE RESOURCE MONITOR X CREDIT_QUOTA = 0;
--! 001008 invalid value [0] for parameter 'CREDIT_QUOTA'
CREATE RESOURCE MONITOR X NOTIFY_USERS = (NOSUCH);
--! 002003 User 'NOSUCH' does not exist or not authorized.
CREATE RESOURCE MONITOR X TRIGGERS ON 75 PERCENT DO SHOUT;
--! 001003 syntax error line 1 at position 52 unexpected 'SHOUT'.
CREATE RESOURCE MONITOR X TRIGGERS ON 1 PERCENT DO NOTIFY ON 2 PERCENT DO NOTIFY ON 3 PERCENT DO NOTIFY ON 4 PERCENT DO NOTIFY ON 5 PERCENT DO NOTIFY ON 6 PERCENT DO NOTIFY;
--! 001008 A resource monitor has at most 5 NOTIFY triggers.
CREATE WAREHOUSE W2 RESOURCE_MONITOR = NOSUCH;
--! 002003 Resource monitor 'NOSUCH' does not exist or not authorized.
ALTER ACCOUNT SET RESOURCE_MONITOR = NOSUCH;
--! 002003 Resource monitor 'NOSUCH' does not exist or not authorized.
ALTER ACCOUNT SET TIMEZONE = 'UTC';
--! 000002 Unsupported feature 'ALTER ACCOUNT of TIMEZONE'.
ALTER RESOURCE MONITOR LIMITER SET;
--! 001003 syntax error line 1 at position 34 unexpected '<EOF>'.
DROP RESOURCE MONITOR IF EXISTS NOSUCH;
--> status
--- Drop statement executed successfully (NOSUCH already dropped).

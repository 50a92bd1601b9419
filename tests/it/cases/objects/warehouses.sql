-- Warehouses change nothing here, and are all the same what they say they are.
-- https://docs.snowflake.com/en/sql-reference/sql/create-warehouse
CREATE WAREHOUSE W WAREHOUSE_SIZE = 'MEDIUM' AUTO_SUSPEND = 60 INITIALLY_SUSPENDED = TRUE COMMENT = 'work';
--> status
--- Warehouse W successfully created.
SELECT CURRENT_WAREHOUSE();
--> CURRENT_WAREHOUSE()
--- W
CREATE WAREHOUSE BAD WAREHOUSE_SIZE = 'HUGE';
--! 001008 invalid value ['HUGE'] for parameter 'WAREHOUSE_SIZE'
CREATE WAREHOUSE BAD AUTO_SUSPEND = -1;
--! 001008 invalid value [-1] for parameter 'AUTO_SUSPEND'
SHOW WAREHOUSES;
--> name | state | type | size | min_cluster_count | max_cluster_count | started_clusters | running | queued | is_default | is_current | is_interactive | auto_suspend | auto_resume | available | provisioning | quiescing | other | created_on | resumed_on | updated_on | owner | comment | enable_query_acceleration | query_acceleration_max_scale_factor | resource_monitor | actives | pendings | failed | suspended | uuid | scaling_policy | owner_role_type | resource_constraint | generation
--- W | SUSPENDED | STANDARD | Medium | 1 | 1 | 0 | 0 | 0 | N | Y | N | 60 | true |  |  |  |  | 2025-12-31 16:00:00.000 -0800 | 1969-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN | work | false | 8 | null | 0 | 0 | 0 | 1 | 1 | STANDARD | ROLE | NULL | 1
SELECT "name", "state", "size", "auto_suspend", "auto_resume", "is_current", "comment" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | state | size | auto_suspend | auto_resume | is_current | comment
--- W | SUSPENDED | Medium | 60 | true | Y | work
ALTER WAREHOUSE W SUSPEND;
--! 090064 Invalid state. Warehouse 'W' cannot be suspended.
ALTER WAREHOUSE W RESUME;
ALTER WAREHOUSE W RESUME;
--! 090063 Invalid state. Warehouse 'W' cannot be resumed.
ALTER WAREHOUSE W RESUME IF SUSPENDED;
ALTER WAREHOUSE SET WAREHOUSE_SIZE = 'LARGE' AUTO_SUSPEND = NULL;
--> status
--- Statement executed successfully.
ALTER WAREHOUSE W RENAME TO W2;
SELECT CURRENT_WAREHOUSE();
--> CURRENT_WAREHOUSE()
--- W2
SHOW WAREHOUSES LIKE 'w_';
--> name | state | type | size | min_cluster_count | max_cluster_count | started_clusters | running | queued | is_default | is_current | is_interactive | auto_suspend | auto_resume | available | provisioning | quiescing | other | created_on | resumed_on | updated_on | owner | comment | enable_query_acceleration | query_acceleration_max_scale_factor | resource_monitor | actives | pendings | failed | suspended | uuid | scaling_policy | owner_role_type | resource_constraint | generation
--- W2 | STARTED | STANDARD | Large | 1 | 1 | 1 | 0 | 0 | N | Y | N | NULL | true |  |  |  |  | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN | work | false | 8 | null | 0 | 0 | 0 | 0 | 1 | STANDARD | ROLE | NULL | 1
SELECT "name", "state", "size", "auto_suspend" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | state | size | auto_suspend
--- W2 | STARTED | Large | NULL
USE WAREHOUSE NOSUCH;
--! 002003 Warehouse 'NOSUCH' does not exist or not authorized.
DROP WAREHOUSE W2;
ALTER WAREHOUSE SUSPEND;
--! 000606 No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command.

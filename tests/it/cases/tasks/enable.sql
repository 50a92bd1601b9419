-- SYSTEM$TASK_DEPENDENTS_ENABLE resumes a task and all below it, and no others.
-- https://docs.snowflake.com/en/sql-reference/functions/system_task_dependents_enable
CREATE DATABASE D;
CREATE TASK ROOT SCHEDULE = '5 MINUTES' AS SELECT 1;
CREATE TASK CHILD AFTER ROOT AS SELECT 1;
CREATE TASK GRANDCHILD AFTER CHILD AS SELECT 1;
CREATE TASK LAST FINALIZE = ROOT AS SELECT 1;
CREATE TASK OTHER SCHEDULE = '5 MINUTES' AS SELECT 1;
SELECT SYSTEM$TASK_DEPENDENTS_ENABLE('root');
--> SYSTEM$TASK_DEPENDENTS_ENABLE('ROOT')
--- TRUE
SHOW TASKS;
--> created_on | name | id | database_name | schema_name | owner | comment | warehouse | schedule | scheduling_mode | target_completion_interval | predecessors | state | definition | condition | allow_overlapping_execution | error_integration | success_integration | last_committed_on | last_suspended_on | owner_role_type | config | last_suspended_reason | task_relations | execute_as_user
--- 2025-12-31 16:00:00.000 -0800 | CHILD | 00000000-0004-4000-8000-000000000004 | D | PUBLIC | ACCOUNTADMIN |  | NULL | NULL | NULL | NULL | ["D.PUBLIC.ROOT"] | started | SELECT 1 | NULL | NULL | NULL | NULL | 2025-12-31 16:00:00.000 -0800 | NULL | ROLE | NULL | NULL | {"Predecessors":["D.PUBLIC.ROOT"]} | NULL
--- 2025-12-31 16:00:00.000 -0800 | GRANDCHILD | 00000000-0005-4000-8000-000000000005 | D | PUBLIC | ACCOUNTADMIN |  | NULL | NULL | NULL | NULL | ["D.PUBLIC.CHILD"] | started | SELECT 1 | NULL | NULL | NULL | NULL | 2025-12-31 16:00:00.000 -0800 | NULL | ROLE | NULL | NULL | {"Predecessors":["D.PUBLIC.CHILD"]} | NULL
--- 2025-12-31 16:00:00.000 -0800 | LAST | 00000000-0006-4000-8000-000000000006 | D | PUBLIC | ACCOUNTADMIN |  | NULL | NULL | NULL | NULL | [] | started | SELECT 1 | NULL | NULL | NULL | NULL | 2025-12-31 16:00:00.000 -0800 | NULL | ROLE | NULL | NULL | {"FinalizedRootTask":"D.PUBLIC.ROOT","Predecessors":[]} | NULL
--- 2025-12-31 16:00:00.000 -0800 | OTHER | 00000000-0007-4000-8000-000000000007 | D | PUBLIC | ACCOUNTADMIN |  | NULL | 5 MINUTES | FIXED | NULL | [] | suspended | SELECT 1 | NULL | false | NULL | NULL | NULL | NULL | ROLE | NULL | NULL | {"Predecessors":[]} | NULL
--- 2025-12-31 16:00:00.000 -0800 | ROOT | 00000000-0003-4000-8000-000000000003 | D | PUBLIC | ACCOUNTADMIN |  | NULL | 5 MINUTES | FIXED | NULL | [] | started | SELECT 1 | NULL | false | NULL | NULL | 2025-12-31 16:00:00.000 -0800 | NULL | ROLE | NULL | NULL | {"Predecessors":[],"FinalizerTask":"D.PUBLIC.LAST"} | NULL
SELECT "name", "state" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) ORDER BY 1;
--> name | state
--- CHILD | started
--- GRANDCHILD | started
--- LAST | started
--- OTHER | suspended
--- ROOT | started
SELECT SYSTEM$TASK_DEPENDENTS_ENABLE('nosuch');
--! 002003 Task 'D.PUBLIC.NOSUCH' does not exist or not authorized.

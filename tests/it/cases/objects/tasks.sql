-- Task graphs: what they may be, and when they may change.
-- https://docs.snowflake.com/en/user-guide/tasks-graphs
CREATE DATABASE D;
CREATE WAREHOUSE W;
--> status
--- Warehouse W successfully created.
CREATE TABLE LOG (N INT AUTOINCREMENT, WHO VARCHAR);
CREATE TASK ROOT WAREHOUSE = W SCHEDULE = '5 MINUTE' CONFIG = '{"colour": "red"}' COMMENT = 'first'
    AS INSERT INTO LOG (WHO) SELECT 'root ' || SYSTEM$GET_TASK_GRAPH_CONFIG('colour');
--> status
--- Task ROOT successfully created.
CREATE TASK CHILD WAREHOUSE = W TIMEZONE = 'Europe/Berlin' AFTER ROOT
    AS INSERT INTO LOG (WHO) SELECT SYSTEM$CURRENT_USER_TASK_NAME();
CREATE TASK FINISH FINALIZE = ROOT AS INSERT INTO LOG (WHO) VALUES ('finish');
CREATE TASK SECOND_FINISH FINALIZE = ROOT AS SELECT 1;
--! 091088 The root task has a finalizer task already.
CREATE TASK AFTER_FINISH AFTER FINISH AS SELECT 1;
--! 091088 A finalizer task cannot have child tasks.
CREATE TASK BAD SCHEDULE = '5 MINUTE' AFTER ROOT AS SELECT 1;
--! 091088 A task with predecessors cannot have a schedule.
CREATE TASK BAD SCHEDULE = '5 PARSECS' AS SELECT 1;
--! 001008 invalid value [5 PARSECS] for parameter 'SCHEDULE'
CREATE TASK BAD SCHEDULE = '1 SECOND' AS SELECT 1;
--! 001008 invalid value [1 SECOND] for parameter 'SCHEDULE'
CREATE TASK BAD SCHEDULE = 'USING CRON 0 9 * * MON Mars/Olympus' AS SELECT 1;
--! 001008 invalid value [USING CRON 0 9 * * MON Mars/Olympus] for parameter 'SCHEDULE'
CREATE TASK BAD SCHEDULE = 'USING CRON 0 99 * * MON UTC' AS SELECT 1;
--! 001008 invalid value [USING CRON 0 99 * * MON UTC] for parameter 'SCHEDULE'
CREATE TASK BAD WAREHOUSE = NOSUCH SCHEDULE = '5 MINUTE' AS SELECT 1;
--! 002003 Warehouse 'NOSUCH' does not exist or not authorized.
CREATE TASK BAD SCHEDULE = '5 MINUTE' COLOUR = 'red' AS SELECT 1;
--! 001420 invalid property 'COLOUR' for 'TASK'
CREATE TASK BAD SCHEDULE = '5 MINUTE' CONFIG = 'red' AS SELECT 1;
--! 001008 invalid value [red] for parameter 'CONFIG'
CREATE TASK BAD AFTER NOSUCH AS SELECT 1;
--! 002003 Task 'D.PUBLIC.NOSUCH' does not exist or not authorized.
CREATE SCHEMA ELSEWHERE;
CREATE TASK BAD AFTER D.PUBLIC.ROOT AS SELECT 1;
--! 091088 All tasks of a graph must be in one schema.
USE SCHEMA PUBLIC;
ALTER TASK ROOT ADD AFTER CHILD;
--! 091088 A task with predecessors cannot have a schedule.
ALTER TASK CHILD ADD AFTER CHILD;
--! 091088 Task CHILD cannot run after itself.
-- A graph is changed while its root is suspended.
ALTER TASK FINISH RESUME;
ALTER TASK CHILD RESUME;
ALTER TASK ROOT RESUME;
ALTER TASK CHILD SUSPEND;
--! 091421 Unable to update graph with root task D.PUBLIC.ROOT since that root task is not suspended.
ALTER TASK CHILD SET COMMENT = 'x';
--! 091421 Unable to update graph with root task D.PUBLIC.ROOT since that root task is not suspended.
CREATE TASK LATE AFTER CHILD AS SELECT 1;
--! 091421 Unable to update graph with root task D.PUBLIC.ROOT since that root task is not suspended.
DROP TASK CHILD;
--! 091421 Unable to update graph with root task D.PUBLIC.ROOT since that root task is not suspended.
CREATE OR REPLACE TASK ROOT SCHEDULE = '1 HOUR' AS SELECT 1;
--! 091421 Unable to update graph with root task D.PUBLIC.ROOT since that root task is not suspended.
SELECT NAME, STATE FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY());
--> NAME | STATE
--- ROOT | SCHEDULED
--@ advance 11 minutes
SELECT WHO FROM LOG ORDER BY N;
--> WHO
--- root red
--- D.PUBLIC.CHILD
--- finish
--- root red
--- D.PUBLIC.CHILD
--- finish
SELECT NAME, STATE, SCHEDULED_FROM FROM TABLE(INFORMATION_SCHEMA.TASK_HISTORY(TASK_NAME => 'root', RESULT_LIMIT => 2));
--> NAME | STATE | SCHEDULED_FROM
--- ROOT | SCHEDULED | SCHEDULE
--- ROOT | SUCCEEDED | SCHEDULE
SELECT ROOT_TASK_NAME, STATE FROM TABLE(INFORMATION_SCHEMA.COMPLETE_TASK_GRAPHS());
--> ROOT_TASK_NAME | STATE
--- ROOT | SUCCEEDED
--- ROOT | SUCCEEDED
SELECT ROOT_TASK_NAME, SCHEDULED_TIME FROM TABLE(INFORMATION_SCHEMA.CURRENT_TASK_GRAPHS());
--> ROOT_TASK_NAME | SCHEDULED_TIME
--- ROOT | 2025-12-31 16:15:00.000 -0800
SELECT NAME, PREDECESSORS, STATE FROM TABLE(INFORMATION_SCHEMA.TASK_DEPENDENTS('D.PUBLIC.ROOT'));
--> NAME | PREDECESSORS | STATE
--- ROOT | [] | started
--- CHILD | ["D.PUBLIC.ROOT"] | started
--- FINISH | [] | started
ALTER TASK ROOT SUSPEND;
-- Replaced, a task keeps its place in the graph.
CREATE OR REPLACE TASK ROOT SCHEDULE = 'USING CRON 0 9 * * MON-FRI Europe/Berlin' AS SELECT 1;
SELECT NAME FROM TABLE(INFORMATION_SCHEMA.TASK_DEPENDENTS(TASK_NAME => 'ROOT', RECURSIVE => FALSE));
--> NAME
--- ROOT
--- CHILD
--- FINISH
ALTER TASK CHILD REMOVE AFTER ROOT;
ALTER TASK CHILD REMOVE AFTER ROOT;
--! 091088 Task CHILD does not run after ROOT.
ALTER TASK CHILD RESUME;
--! 091088 Task D.PUBLIC.CHILD has neither a schedule nor a stream that triggers it.
ALTER TASK CHILD SET SCHEDULE = '10 MINUTES';
ALTER TASK CHILD RESUME;
ALTER TASK CHILD UNSET SCHEDULE;
--! 091421 Unable to update graph with root task D.PUBLIC.CHILD since that root task is not suspended.
ALTER TASK IF EXISTS NOSUCH RESUME;
ALTER TASK NOSUCH RESUME;
--! 002003 Task 'D.PUBLIC.NOSUCH' does not exist or not authorized.
SHOW TASKS;
--> created_on | name | id | database_name | schema_name | owner | comment | warehouse | schedule | scheduling_mode | target_completion_interval | predecessors | state | definition | condition | allow_overlapping_execution | error_integration | success_integration | last_committed_on | last_suspended_on | owner_role_type | config | last_suspended_reason | task_relations | execute_as_user
--- 2025-12-31 16:00:00.000 -0800 | CHILD | 00000000-0006-4000-8000-000000000006 | D | PUBLIC | ACCOUNTADMIN |  | W | 10 MINUTES | NULL | NULL | [] | started | INSERT INTO LOG (WHO) SELECT SYSTEM$CURRENT_USER_TASK_NAME() | NULL | false | NULL | NULL | 2025-12-31 16:11:00.000 -0800 | 2025-12-31 16:11:00.000 -0800 | ROLE | NULL | CHILD_BECAME_ROOT | {"Predecessors":[]} | NULL
--- 2025-12-31 16:00:00.000 -0800 | FINISH | 00000000-0007-4000-8000-000000000007 | D | PUBLIC | ACCOUNTADMIN |  | NULL | NULL | NULL | NULL | [] | started | INSERT INTO LOG (WHO) VALUES ('finish') | NULL | NULL | NULL | NULL | 2025-12-31 16:00:00.000 -0800 | NULL | ROLE | NULL | NULL | {"FinalizedRootTask":"D.PUBLIC.ROOT","Predecessors":[]} | NULL
--- 2025-12-31 16:11:00.000 -0800 | ROOT | 00000000-0009-4000-8000-000000000009 | D | PUBLIC | ACCOUNTADMIN |  | NULL | USING CRON 0 9 * * MON-FRI Europe/Berlin | FIXED | NULL | [] | suspended | SELECT 1 | NULL | false | NULL | NULL | NULL | NULL | ROLE | NULL | NULL | {"Predecessors":[],"FinalizerTask":"D.PUBLIC.FINISH"} | NULL
SELECT "name", "schedule", "state", "predecessors", "task_relations" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | schedule | state | predecessors | task_relations
--- CHILD | 10 MINUTES | started | [] | {"Predecessors":[]}
--- FINISH | NULL | started | [] | {"FinalizedRootTask":"D.PUBLIC.ROOT","Predecessors":[]}
--- ROOT | USING CRON 0 9 * * MON-FRI Europe/Berlin | suspended | [] | {"Predecessors":[],"FinalizerTask":"D.PUBLIC.FINISH"}
DROP TASK ROOT;
SHOW TASKS;
--> created_on | name | id | database_name | schema_name | owner | comment | warehouse | schedule | scheduling_mode | target_completion_interval | predecessors | state | definition | condition | allow_overlapping_execution | error_integration | success_integration | last_committed_on | last_suspended_on | owner_role_type | config | last_suspended_reason | task_relations | execute_as_user
--- 2025-12-31 16:00:00.000 -0800 | CHILD | 00000000-0006-4000-8000-000000000006 | D | PUBLIC | ACCOUNTADMIN |  | W | 10 MINUTES | NULL | NULL | [] | started | INSERT INTO LOG (WHO) SELECT SYSTEM$CURRENT_USER_TASK_NAME() | NULL | false | NULL | NULL | 2025-12-31 16:11:00.000 -0800 | 2025-12-31 16:11:00.000 -0800 | ROLE | NULL | CHILD_BECAME_ROOT | {"Predecessors":[]} | NULL
--- 2025-12-31 16:00:00.000 -0800 | FINISH | 00000000-0007-4000-8000-000000000007 | D | PUBLIC | ACCOUNTADMIN |  | NULL | NULL | NULL | NULL | [] | suspended | INSERT INTO LOG (WHO) VALUES ('finish') | NULL | false | NULL | NULL | 2025-12-31 16:00:00.000 -0800 | 2025-12-31 16:11:00.000 -0800 | ROLE | NULL | FINALIZER_BECAME_ROOT | {"Predecessors":[]} | NULL
SELECT "name", "task_relations" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | task_relations
--- CHILD | {"Predecessors":[]}
--- FINISH | {"Predecessors":[]}

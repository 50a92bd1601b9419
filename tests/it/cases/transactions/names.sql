-- BEGIN may name its transaction.
-- https://docs.snowflake.com/en/sql-reference/sql/begin
CREATE DATABASE D;
BEGIN TRANSACTION NAME "Load 1";
SHOW TRANSACTIONS;
--> id | user | session | name | started_on | state | scope
--- 1767225600000000000 | TESTER | 1 | Load 1 | 2025-12-31 16:00:00.000 -0800 | running | 0
SELECT "name", "state" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | state
--- Load 1 | running
ROLLBACK;
START TRANSACTION NAME first.second;
SHOW TRANSACTIONS;
--> id | user | session | name | started_on | state | scope
--- 1767225600000000000 | TESTER | 1 | FIRST | 2025-12-31 16:00:00.000 -0800 | running | 0
SELECT "name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name
--- FIRST
COMMIT;

-- What a session knows of itself.
-- https://docs.snowflake.com/en/sql-reference/functions-context
SELECT CURRENT_DATABASE(), CURRENT_SCHEMA(), CURRENT_WAREHOUSE(), CURRENT_ROLE(), CURRENT_USER();
--> CURRENT_DATABASE() | CURRENT_SCHEMA() | CURRENT_WAREHOUSE() | CURRENT_ROLE() | CURRENT_USER()
--- NULL | NULL | NULL | ACCOUNTADMIN | TESTER
CREATE DATABASE D;
CREATE SCHEMA S;
SELECT CURRENT_DATABASE(), CURRENT_SCHEMA(), CURRENT_SCHEMAS();
--> CURRENT_DATABASE() | CURRENT_SCHEMA() | CURRENT_SCHEMAS()
--- D | S | ["D.S", "D.PUBLIC"]
SELECT CURRENT_USER, CURRENT_ACCOUNT(), CURRENT_REGION(), CURRENT_SESSION();
--> Utf8("TESTER") | CURRENT_ACCOUNT() | CURRENT_REGION() | CURRENT_SESSION()
--- TESTER | SNOWGLOBE | LOCAL | 1
SELECT CURRENT_TRANSACTION() IS NULL AS NONE;
--> NONE
--- TRUE
BEGIN;
SELECT CURRENT_TRANSACTION() IS NULL AS NONE;
--> NONE
--- FALSE
SHOW TRANSACTIONS;
--> id | user | session | name | started_on | state | scope
--- 1767225600000000000 | TESTER | 1 | 18867251-edfa-4000-8000-000000000001 | 2025-12-31 16:00:00.000 -0800 | running | 0
SELECT "state", "user" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> state | user
--- running | TESTER
COMMIT;
SELECT 'remember' AS WORD;
--> WORD
--- remember
SELECT WORD FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> WORD
--- remember
SELECT WORD FROM TABLE(RESULT_SCAN(LAST_QUERY_ID(-2)));
--> WORD
--- remember
SELECT LAST_QUERY_ID(0) IS NULL AS ZERO, LAST_QUERY_ID(1) IS NULL AS FIRST;
--> ZERO | FIRST
--- TRUE | FALSE
SELECT * FROM TABLE(RESULT_SCAN('nonsense'));
--! 000709 Statement nonsense not found
SELECT CURRENT_DATABASE('x');
--! 000939 too many arguments for function [CURRENT_DATABASE(…)] expected 0, got 1
-- Table functions of constants.
SELECT COUNT(*) FROM TABLE(GENERATOR(ROWCOUNT => 10000));
--> COUNT(*)
--- 10000
SELECT SEQ4() AS N, N * 2 AS TWICE FROM TABLE(GENERATOR(ROWCOUNT => 3)) ORDER BY N;
--! 001003 'SEQ4' does not support zero arguments. No function matches the given name and argument types 'SEQ4()'. You might need to add explicit type casts. 	Candidate functions: 	SEQ4(Any, .., Any)
SELECT SEQ, INDEX, VALUE FROM TABLE(SPLIT_TO_TABLE('a.b..c', '.')) ORDER BY INDEX;
--> SEQ | INDEX | VALUE
--- 1 | 1 | a
--- 1 | 2 | b
--- 1 | 3 |
--- 1 | 4 | c
SELECT INDEX, VALUE FROM TABLE(STRTOK_SPLIT_TO_TABLE('a b,,c', ' ,')) ORDER BY INDEX;
--> INDEX | VALUE
--- 1 | a
--- 2 | b
--- 3 | c
SELECT * FROM TABLE(NOSUCH(1));
--! 002141 Unknown table function NOSUCH.
SELECT SYSTEM$TASK_RUNTIME_INFO('CURRENT_TASK_NAME');
--! 091100 Function SYSTEM$TASK_RUNTIME_INFO must be called from within a task.

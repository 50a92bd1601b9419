-- Context: what the session is, by functions and by SYS_CONTEXT
-- https://docs.snowflake.com/en/sql-reference/functions-context
-- https://docs.snowflake.com/en/sql-reference/functions/getvariable
-- https://docs.snowflake.com/en/sql-reference/functions/is_role_in_session
-- https://docs.snowflake.com/en/sql-reference/functions/is_granted_to_invoker_role
-- https://docs.snowflake.com/en/sql-reference/functions/last_transaction
-- https://docs.snowflake.com/en/sql-reference/functions/sys_context_snowflake_session
-- https://docs.snowflake.com/en/sql-reference/functions/sys_context_snowflake_current
-- https://docs.snowflake.com/en/sql-reference/functions/current_statement
-- https://docs.snowflake.com/en/sql-reference/functions/all_user_names
SET VAR_2 = 'value_2';
SET COUNTED = 42;
SELECT GETVARIABLE('var_2') AS LOWER_CASE, GETVARIABLE('VAR_2') AS UPPER_CASE, SESSION_CONTEXT('VAR_2') AS OLD_NAME, GETVARIABLE('COUNTED') AS N, GETVARIABLE('NO_SUCH') AS NOTHING;
SELECT 2.71, CURRENT_STATEMENT() AS S;
SELECT ARRAY_CONTAINS(CURRENT_USER()::VARIANT, ALL_USER_NAMES()) AS FOUND, TYPEOF(ALL_USER_NAMES()) AS T;
SELECT INVOKER_SHARE() AS NONE, LAST_TRANSACTION() AS NONE_YET;
CREATE TABLE T (N INT);
BEGIN TRANSACTION;
SET OPEN_ONE = (SELECT CURRENT_TRANSACTION());
COMMIT;
SELECT LAST_TRANSACTION() = $OPEN_ONE AS THAT_ONE, CURRENT_TRANSACTION() AS NONE;
CREATE ROLE ANALYST;
CREATE ROLE STRANGER;
GRANT ROLE ANALYST TO ROLE SYSADMIN;
SELECT IS_ROLE_IN_SESSION('ANALYST') AS INHERITED, IS_ROLE_IN_SESSION('STRANGER') AS NOT_GRANTED, IS_ROLE_IN_SESSION('PUBLIC') AS P, IS_ROLE_IN_SESSION('analyst') AS LETTER_CASE, IS_GRANTED_TO_INVOKER_ROLE('ANALYST') AS I;
SELECT COLUMN1 AS R, IS_ROLE_IN_SESSION(COLUMN1) AS ACTIVE FROM VALUES ('ANALYST'), ('STRANGER'), (NULL) ORDER BY R;
USE ROLE ANALYST;
SELECT IS_ROLE_IN_SESSION('SYSADMIN') AS ABOVE, IS_ROLE_IN_SESSION('ANALYST') AS OWN, SYS_CONTEXT('SNOWFLAKE$SESSION', 'ROLE') AS R;
USE ROLE ACCOUNTADMIN;
SELECT SYS_CONTEXT('SNOWFLAKE$SESSION', 'DATABASE') AS D, SYS_CONTEXT('SNOWFLAKE$SESSION', 'SCHEMA') AS S, SYS_CONTEXT('SNOWFLAKE$SESSION', 'PRINCIPAL_TYPE') AS P, SYS_CONTEXT('SNOWFLAKE$SESSION', 'IS_ROLE_ACTIVATED', 'ANALYST')::BOOLEAN AS A, SYS_CONTEXT('SNOWFLAKE$CURRENT', 'IS_ROLE_ACTIVATED', 'STRANGER') AS N, SYS_CONTEXT('snowflake$environment', 'account') = CURRENT_ACCOUNT() AS E;
-- @refused
SELECT SYS_CONTEXT('SNOWFLAKE$SESSION', 'NO_SUCH');
-- @error 000938
SELECT SYS_CONTEXT('SNOWFLAKE$SESSION');

-- Functions of Snowflake's that are not here are refused by name; names of none are unknown
-- https://docs.snowflake.com/en/sql-reference/functions-all
-- @refused
SELECT ST_DISTANCE(1, 2);
-- @refused
SELECT SNOWFLAKE.CORTEX.COMPLETE('model', 'prompt');
-- @refused
SELECT * FROM TABLE(INFORMATION_SCHEMA.LOGIN_HISTORY());
-- @refused
SELECT * FROM TABLE(VALIDATE(T, JOB_ID => '_last'));
-- @refused
SELECT SYSTEM$ALLOWLIST();
-- @error 002140
SELECT ST_NO_SUCH(1, 2);
-- @error 002141
SELECT SNOWFLAKE.CORTEX.NO_SUCH('prompt');
-- @error 002141
SELECT * FROM TABLE(NO_SUCH(1));

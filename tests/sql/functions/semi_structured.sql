-- Semi-structured data: repeated elements, prompts, paths into JSON texts, and XML out of any value
-- https://docs.snowflake.com/en/sql-reference/functions/array_repeat
-- https://docs.snowflake.com/en/sql-reference/functions/prompt
-- https://docs.snowflake.com/en/sql-reference/functions/json_extract_path_text
-- https://docs.snowflake.com/en/sql-reference/functions/to_xml
SELECT ARRAY_REPEAT(42, 3) AS N, ARRAY_REPEAT('hello', 2) AS S, ARRAY_REPEAT([1, 2], 2) AS A, ARRAY_REPEAT('x', 0) AS NONE, ARRAY_REPEAT('x', -1) AS LESS, ARRAY_REPEAT('hi', NULL) AS NOTHING, ARRAY_SIZE(ARRAY_REPEAT(NULL, 2)) AS NULLS;
-- @error 100069
SELECT ARRAY_REPEAT('long', 1000000000);
SELECT PROMPT('Hello, {0}! Today is {1}.', 'Alice', 'Monday') AS P, PROMPT('No placeholders', 1) AS Q;
-- @error 100137
SELECT PROMPT('{0} {1}', 'one');
SELECT JSON_EXTRACT_PATH_TEXT('{"level_1": {"level_2": ["zero", "one"]}}', 'level_1.level_2[1]') AS ELEMENT, JSON_EXTRACT_PATH_TEXT('{"level_1": {"level_2": ["zero", "one"]}}', 'level_1') AS WHOLE, JSON_EXTRACT_PATH_TEXT('{"a": 1}', 'b') AS NOTHING, JSON_EXTRACT_PATH_TEXT('{"a": null}', 'a') AS JSON_NULL, JSON_EXTRACT_PATH_TEXT(NULL, 'a') AS N;
SELECT COLUMN2 AS PATH, JSON_EXTRACT_PATH_TEXT(COLUMN1, COLUMN2) AS T FROM VALUES ('{"a": true}', 'a'), ('{"a": {"b c": 1.50}}', 'a["b c"]') ORDER BY PATH;
-- @error 100069
SELECT JSON_EXTRACT_PATH_TEXT('{', 'a');
SELECT TO_XML(OBJECT_CONSTRUCT('key1', 'value1', 'key2', 'value2')) AS O, TO_XML(ARRAY_CONSTRUCT('v1', 'v2')) AS A, TO_XML(PARSE_JSON('{"key1": ["a1", "a2"]}')) AS N;
SELECT TO_XML(PARSE_XML('<note> <body>Sample XML</body> </note>')) AS X, TO_XML(1) AS NUMERIC_VALUE, TO_XML('a < b') AS TEXT, TO_XML(NULL) AS NOTHING;

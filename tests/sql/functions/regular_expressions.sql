-- REGEXP_SUBSTR_ALL: every match as an array
-- https://docs.snowflake.com/en/sql-reference/functions/regexp_substr_all
SELECT REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]') AS ALL_OF_THEM, REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]', 2) AS FROM_2, REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]', 1, 3) AS THIRD_ON;
SELECT REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', 'a[[:digit:]]', 1, 1, 'i') AS IGNORE_CASE, REGEXP_SUBSTR_ALL('a1_a2a3_a4A5a6', '(a)([[:digit:]])', 1, 1, 'ie') AS FIRST_GROUP, REGEXP_EXTRACT_ALL('a1_a2', '(a)([[:digit:]])', 1, 1, 'e', 2) AS SECOND_GROUP;
SELECT REGEXP_SUBSTR_ALL('A MAN A PLAN A CANAL', 'A\\W+(\\w+)', 1, 2, 'e', 1) AS WORDS;
SELECT REGEXP_SUBSTR_ALL('a1', 'b') AS NONE, REGEXP_SUBSTR_ALL('abc', 'a(b)c', 1, 1, 'e', 2) AS NO_SUCH_GROUP, REGEXP_SUBSTR_ALL(NULL, 'a') AS SUBJECT, REGEXP_SUBSTR_ALL('a', NULL) AS PATTERN;
-- @error 100137
SELECT REGEXP_SUBSTR_ALL('a', 'a', 0);
-- @error 100048
SELECT REGEXP_SUBSTR_ALL('a', '(');

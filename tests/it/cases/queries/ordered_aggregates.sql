-- Each aggregate has an order of its own.
-- https://docs.snowflake.com/en/sql-reference/functions/array_agg
CREATE DATABASE D;
CREATE TABLE T (G INT, K INT, V VARCHAR);
INSERT INTO T VALUES (1, 3, 'c'), (1, 1, 'a'), (1, 2, NULL), (1, 2, 'b'), (2, 9, 'z'), (1, 5, 'a');
--> number of rows inserted
--- 6
SELECT TO_JSON(ARRAY_AGG(V) WITHIN GROUP (ORDER BY K)) AS UP, TO_JSON(ARRAY_AGG(K) WITHIN GROUP (ORDER BY K DESC)) AS DOWN, LISTAGG(V, '-') WITHIN GROUP (ORDER BY V DESC, K) AS L FROM T;
--> UP | DOWN | L
--- ["a","b","c","a","z"] | [9,5,3,2,2,1] | z-c-b-a-a
SELECT G, TO_JSON(ARRAY_AGG(DISTINCT V) WITHIN GROUP (ORDER BY V DESC)) AS A FROM T GROUP BY G ORDER BY G;
--> G | A
--- 1 | ["c","b","a"]
--- 2 | ["z"]
-- The union of arrays keeps what one of them has several times.
CREATE TABLE A (G INT, L ARRAY);
INSERT INTO A SELECT 1, ARRAY_CONSTRUCT(1, 2, 1);
--> number of rows inserted
--- 1
INSERT INTO A SELECT 1, ARRAY_CONSTRUCT(2, 3, 2, 2);
--> number of rows inserted
--- 1
INSERT INTO A VALUES (1, NULL), (2, NULL);
--> number of rows inserted
--- 2
SELECT G, TO_JSON(ARRAY_SORT(ARRAY_UNION_AGG(L))) AS U FROM A GROUP BY G ORDER BY G;
--> G | U
--- 1 | [1,1,2,2,2,3]
--- 2 | []
SELECT ARRAY_TO_STRING(ARRAY_CONSTRUCT('a', NULL, 1), '+');
--> ARRAY_TO_STRING(ARRAY_CONSTRUCT('A', NULL, 1), '+')
--- a++1
SELECT ARRAY_TO_STRING(PARSE_JSON('["a",null]'), '+');
--! 100071 Failed to cast variant value from array to string

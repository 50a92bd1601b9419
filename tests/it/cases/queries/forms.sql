-- Query forms that the planner rewrites.
SELECT 1 + 1.5, 'a' || 'b', 10 / 3, 7 % 3, -5;
--> 1 + 1.5 | 'A' || 'B' | 10 / 3 | 7 % 3 | -5
--- 2.5 | ab | 3.333333 | 1 | -5
SELECT A, A + 1 AS B, B * 2 AS C FROM (VALUES (1), (2), (3)) V(A) WHERE B > 2 ORDER BY C DESC;
--> A | B | C
--- 3 | 4 | 8
--- 2 | 3 | 6
SELECT COLUMN1, COUNT(*) FROM VALUES ('x'), ('y'), ('x') GROUP BY ALL ORDER BY 1;
--> COLUMN1 | COUNT(*)
--- x | 2
--- y | 1
SELECT F.INDEX, F.VALUE::INT AS V FROM (SELECT PARSE_JSON('[10, 20, 30]') AS J) T, LATERAL FLATTEN(INPUT => T.J) F WHERE V > 10;
--> INDEX | V
--- 1 | 20
--- 2 | 30
SELECT F.KEY, F.VALUE, F.PATH FROM TABLE(FLATTEN(INPUT => PARSE_JSON('{"a": 1, "b": {"c": 2}}'), RECURSIVE => TRUE)) F;
--> KEY | VALUE | PATH
--- a | 1 | a
--- b | {\n  "c": 2\n} | b
--- c | 2 | b.c
SELECT ROW_NUMBER() OVER (ORDER BY A DESC) AS RN, LAG(A) OVER (ORDER BY A) AS L FROM (VALUES (1), (2)) V(A) QUALIFY RN = 1;
--> RN | L
--- 1 | 1
SELECT CASE WHEN TRUE THEN 1 ELSE 2.5 END AS N, '1' = 1 AS E, 3 IN (1, 2, 3.0) AS I, COALESCE(NULL, 5) AS C;
--> N | E | I | C
--- 1.0 | TRUE | TRUE | 5
SELECT 1 AS A UNION ALL SELECT 2.5 UNION ALL SELECT '3';
--> A
--- 1.00000
--- 2.50000
--- 3.00000
SELECT PARSE_JSON('{"a": {"b": [1, {"c": "x"}]}}'):a.b[1].c::STRING AS C;
--> C
--- x
SELECT '2024-02-28'::DATE + 2 AS D, DATEADD(MONTH, 1, '2024-01-31'::DATE) AS M, DATEDIFF(DAY, '2024-01-01', '2024-03-01') AS DIFF;
--> D | M | DIFF
--- 2024-03-01 | 2024-02-29 | 60
SELECT '9999-12-31 23:59:59.123456789'::TIMESTAMP_NTZ AS LAST, '0001-01-01'::TIMESTAMP_NTZ AS FIRST;
--> LAST | FIRST
--- 9999-12-31 23:59:59.123 | 0001-01-01 00:00:00.000
SELECT LISTAGG(X, ',') WITHIN GROUP (ORDER BY X DESC) AS L, AVG(X) AS A FROM (VALUES (1), (2)) V(X);
--> L | A
--- 2,1 | 1.500000
SELECT V FROM (SELECT PARSE_JSON(COLUMN1) AS V FROM VALUES ('2'), ('"x"'), ('1')) ORDER BY V;
--> V
--- 1
--- 2
--- "x"
SELECT FIRST_VALUE(A) OVER (ORDER BY A) AS F, LAST_VALUE(A) OVER (ORDER BY A) AS L FROM (VALUES (1), (2)) V(A);
--> F | L
--- 1 | 2
--- 1 | 2
-- IS DISTINCT FROM ends before AND and OR.
SELECT 1 IS DISTINCT FROM 1 OR 2 IS DISTINCT FROM 3 AND TRUE AS D, NOT 1 IS NOT DISTINCT FROM 1 AND FALSE AS N;
--> D | N
--- TRUE | FALSE
-- Mistakes, in Snowflake's words.
SELECT NOSUCH FROM (SELECT 1 AS A);
--! 000904 invalid identifier 'NOSUCH'
SELECT NOSUCH_FUNCTION(1);
--! 002140 Unknown function NOSUCH_FUNCTION.
SELECT A, COUNT(*) FROM (SELECT 1 AS A, 2 AS B) GROUP BY B;
--! 001104 SQL compilation error: error line 1 at position 7 'A' in select clause is neither an aggregate nor in the group by clause.
SELECT 1 / 0;
--! 100051 Division by zero
SELECT 'abc'::INT;
--! 100038 Numeric value 'abc' is not recognized
SELECT * FROM NOSUCH;
--! 090105 Cannot perform SELECT. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.
SELECT A FROM (SELECT 1 AS A) X, (SELECT 2 AS A) Y;
--! 002028 ambiguous column name 'A'
SELECT 1 UNION ALL SELECT 1, 2;
--! 001789 invalid number of result columns for set operator input branches, expected 1, got 2 in branch 2
SELECT FROM WHERE;
--! 001003 syntax error line 1 at position 7 unexpected 'FROM'.
-- The cells of a column of VALUES take a common type.
SELECT COLUMN1 FROM VALUES (1), ('2'), (NULL);
--> COLUMN1
--- 1.00000
--- 2.00000
--- NULL
SELECT COLUMN1 FROM VALUES (1), ('d');
--! 100038 Numeric value 'd' is not recognized
-- MINUS and EXCEPT are the same. https://docs.snowflake.com/en/sql-reference/operators-query
SELECT COLUMN1 AS A FROM VALUES (1), (2), (2), (3) MINUS SELECT 2 ORDER BY A;
--> A
--- 1
--- 3

-- What the columns of results are called
-- sql-reference/sql/select and the column headings of the examples all over the documentation, in particular
-- user-guide/querying-semistructured,
-- sql-reference/data-types-semistructured, sql-reference/functions/parse_json, constructs/values, operators-arithmetic

CREATE TABLE T (Id INT, "mixed" INT, V VARIANT, S VARCHAR);
INSERT INTO T SELECT 1, 2, PARSE_JSON('{"a": {"b": 3}, "x": 4}'), 'text';

-- A column is called by its own name, however it is written.
SELECT id, ID, "mixed", t.id, T."mixed", PUBLIC.T.ID FROM T;
SELECT * FROM T;
SELECT ID AS renamed, ID "Quoted", ID AS ID2 FROM T;
SELECT COLUMN1, $2 FROM VALUES (1, 'one');
SELECT X.COLUMN1, X.$1 FROM (VALUES (1)) X;

-- Anything else by its text in capitals.
SELECT 1;
SELECT NULL, TRUE, -1, 1.50;
SELECT COUNT(*), SUM(ID), MAX(S) FROM T;
SELECT V:A.B, V:x FROM T;
SELECT $1 FROM T;
-- Names come from the first branch of a set operator.
SELECT 1 AS A, 2 AS B UNION ALL SELECT 3 AS C, 4 AS D ORDER BY A;
SELECT ID FROM T UNION SELECT 5 AS OTHER ORDER BY ID;
-- And from the query that a view or a common table stands for.
CREATE VIEW W AS SELECT ID AS "Id", S FROM T;
SELECT * FROM W;
CREATE VIEW W2 (First, "second") AS SELECT ID, S FROM T;
SELECT * FROM W2;
WITH C AS (SELECT ID AS N FROM T) SELECT * FROM C;
WITH C (A, "b") AS (SELECT ID, S FROM T) SELECT * FROM C;
CREATE TABLE MADE AS SELECT ID AS "Id", S AS LABEL FROM T;
SELECT * FROM MADE;
-- Text literals keep their quotes, and everything in them is in capitals too.
SELECT 1+1, 'it''s', cast(1 as number(5,2)), 1::int;
SELECT T.ID+1, "mixed"*2, id = 1, id between 1 and 2, id in (1,2), not true FROM T;
SELECT v['x'], v:"a".b, v:x::int, v:a:b FROM T;
SELECT iff(id=1,id,null), case when id = 1 then 1 else 2 end, coalesce(s, 'none'), upper(s) FROM T;
SELECT row_number() over (order by id), (1 + 2) * 3, {'key1': 1}, [1,2] FROM T;
-- Blanks and ends of lines are part of the text.
SELECT id||
  s, concat( s , 'x' ) FROM T;
SELECT TO_JSON(PARSE_JSON('{"b":1,"a":2}'));
-- A query around it finds such a column by its name in quotes.
SELECT "1+1", X."SUM(ID)" FROM (SELECT 1+1, sum(id) FROM T) X;
SET MY_VARIABLE = 10;
SELECT {'key1': $my_variable+1, 'key2': $my_variable+2}, [$my_variable+1, $my_variable+2];
UNSET MY_VARIABLE;

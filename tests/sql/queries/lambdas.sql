-- Lambdas: FILTER, TRANSFORM and REDUCE over arrays, with types, with columns, and in one another
-- https://docs.snowflake.com/en/user-guide/querying-semistructured,
-- https://docs.snowflake.com/en/sql-reference/functions/filter, …/transform, …/reduce
CREATE TABLE BASKETS (ID INT, ITEMS ARRAY, FLOOR INT);
INSERT INTO BASKETS SELECT 1, [{'name': 'pen', 'n': 3, 'sum': 15}, {'name': 'ink', 'n': 1, 'sum': 12}], 13;
INSERT INTO BASKETS SELECT 2, [{'name': 'cup', 'n': 5, 'sum': 75}], 100;
INSERT INTO BASKETS SELECT 3, [], 0;
INSERT INTO BASKETS SELECT 4, NULL, 0;

-- FILTER: what is not TRUE goes.
SELECT FILTER([1, 5, 9], X -> X > 4) AS F;
SELECT FILTER([1, NULL, 3], X -> X IS NOT NULL) AS F;
SELECT FILTER([1, NULL, 3], X -> X > 1) AS F;
SELECT ID, FILTER(ITEMS, I -> I:sum >= 15) AS F FROM BASKETS ORDER BY ID;
-- A column of the row.
SELECT ID, FILTER(ITEMS, I -> I:sum < FLOOR) AS F FROM BASKETS ORDER BY ID;
SELECT FILTER(NULL, X -> X > 1) AS F, FILTER([1], NULL) AS G;

-- TRANSFORM: the type of the argument may be given.
SELECT TRANSFORM([1, 2, 3], A INT -> A * 2) AS T;
SELECT TRANSFORM([1.25, 2], A NUMBER(10, 1) -> A) AS T, TRANSFORM(['1', '2'], (A INT) -> A + 1) AS U;
SELECT TRANSFORM(['a', NULL], X -> X || '!') AS T;
SELECT ID, TRANSFORM(ITEMS, I -> OBJECT_INSERT(I, 'each', (I:sum / I:n)::NUMBER(10, 2))) AS T FROM BASKETS ORDER BY ID;
SELECT ID, TRANSFORM(ITEMS, I -> I:n + FLOOR) AS T FROM BASKETS ORDER BY ID;
SELECT TRANSFORM([1, 2], V INT -> V + NULL) AS T;
-- A lambda in a lambda, whose parameter hides the outer one or not.
SELECT TRANSFORM([[1, 2], [3]], A -> TRANSFORM(A::ARRAY, B INT -> B * 10)) AS T;
SELECT TRANSFORM([1, 2], A INT -> TRANSFORM([5], A INT -> A + 1)) AS T;
SELECT TRANSFORM([1, 2], A INT -> TRANSFORM([10, 20], B INT -> A + B)) AS T;
-- A parameter comes before a column and an alias of its name.
SELECT 100 AS X, TRANSFORM([1, 2], X INT -> X + 1) AS T;
SELECT TRANSFORM([1], FLOOR -> FLOOR) AS T FROM BASKETS WHERE ID = 1;

-- REDUCE.
SELECT REDUCE([1, 2, 3], 0, (ACC, VAL) -> ACC + VAL) AS R;
SELECT REDUCE([1, 2, 3], 10, (ACC, VAL) -> ACC + VAL * VAL) AS R;
SELECT REDUCE([1, NULL, 2], 0, (ACC, VAL) -> ACC + ZEROIFNULL(VAL)) AS R;
SELECT REDUCE(['a', 'b'], '', (ACC, VAL) -> ACC || ' ' || VAL) AS R;
SELECT REDUCE([1, 2, 3], [], (ACC, VAL) -> ARRAY_PREPEND(ACC, VAL)) AS R;
SELECT REDUCE([5, 10, 15], 0, (ACC, VAL) -> IFF(VAL < 7, ACC + VAL * VAL, ACC + VAL)) AS R;
SELECT REDUCE([1.5, 2.25], 0, (ACC, VAL NUMBER(5, 2)) -> ACC + VAL) AS R;
SELECT REDUCE([1, 2], 0, (ACC INT, VAL INT) -> ACC + VAL) AS R;
SELECT ID, REDUCE(ITEMS, 0, (ACC, VAL) -> ACC + VAL:sum) AS R, REDUCE(ITEMS, '', (ACC, VAL) -> VAL:name || ',' || ACC) AS S FROM BASKETS ORDER BY ID;
SELECT ID, REDUCE(ITEMS, 10, (ACC, VAL) -> (ACC + FLOOR) + VAL:n) AS R FROM BASKETS ORDER BY ID;
-- The initial value where there are no elements; NULL where something is.
SELECT REDUCE([], 7, (ACC, VAL) -> ACC + VAL) AS A, REDUCE(NULL, 7, (ACC, VAL) -> ACC + VAL) AS B,
  REDUCE([1], NULL, (ACC, VAL) -> ACC + VAL) AS C, REDUCE([1, NULL, 2], 0, (ACC, VAL) -> ACC + VAL) AS D;
-- In WHERE, and over what another one gives.
SELECT ID FROM BASKETS WHERE ARRAY_SIZE(FILTER(ITEMS, I -> I:n > 2)) = 1 ORDER BY ID;
SELECT REDUCE(TRANSFORM(FILTER([1, 2, 3, 4], X -> X % 2 = 0), X INT -> X * X), 0, (A, B) -> A + B) AS R;
-- What is wrong.
-- @error 904
SELECT FILTER([1], 2);
-- @error 904
SELECT FILTER([1], (A, B) -> A > B);
-- @error 904
SELECT REDUCE([1], 0, A -> A);
-- @error 938
SELECT TRANSFORM([1]);
-- @error 1044
SELECT FILTER('text', X -> X > 1);
-- @error 904
SELECT UPPER(X -> X);
-- @error 904
SELECT FILTER([1], X -> Y > 1);

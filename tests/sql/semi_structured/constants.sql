-- Constants of objects and arrays, with expressions and wildcards in them
-- sql-reference/data-types-semistructured (OBJECT constants, ARRAY constants); sql-reference/functions/object_construct

SELECT {} AS EMPTY, {'key1': 'value1', 'key2': 'value2'} AS TEXTS,
    {'n': 1, 'd': 1.50, 'b': TRUE, 'x': NULL} AS KINDS, {'a': {'b': {'c': 1}}} AS NESTED,
    {'list': [1, 'two', [3]]} AS LISTS;
SELECT [] AS EMPTY, [1, 'value1'] AS MIXED, [12, 'twelve', NULL] AS GAP, [[1, 2], [3]] AS NESTED,
    [{'a': 1}, {}] AS OBJECTS, [1.50, 2e0, TRUE] AS KINDS;
SELECT {'Manitoba': 'Winnipeg'} AS PROVINCE_CAPITAL, ['Alberta', 'Manitoba'] AS PROVINCES,
    {'a b': 1, 'É': 2} AS ODD_KEYS;

SET MY_VARIABLE = 10;
SELECT {'key1': $MY_VARIABLE + 1, 'key2': $MY_VARIABLE + 2} AS O, [$MY_VARIABLE + 1, $MY_VARIABLE + 2] AS A;

CREATE TABLE PROVINCES (PROVINCE VARCHAR, CAPITAL VARCHAR, COL1 INT);
INSERT INTO PROVINCES VALUES ('Ontario', 'Toronto', 1), ('British Columbia', 'Victoria', 2);
SELECT {'name': PROVINCE, 'next': COL1 + 1, 'first': LEFT(CAPITAL, 1)} AS O, [COL1, COL1 * 10] AS A
FROM PROVINCES ORDER BY COL1;

CREATE TABLE KEPT (O OBJECT, A ARRAY);
INSERT INTO KEPT SELECT {'PROVINCE': 'Alberta'::VARIANT, 'CAPITAL': 'Edmonton'::VARIANT}, [12, 'twelve', NULL];
INSERT INTO KEPT SELECT {'CAPITAL': CAPITAL, 'PROVINCE': PROVINCE}, [CAPITAL] FROM PROVINCES WHERE COL1 = 1;
SELECT O, A, O['CAPITAL'] AS BY_KEY, O:PROVINCE AS BY_PATH, A[0] AS FIRST FROM KEPT ORDER BY O['CAPITAL'];
UPDATE KEPT SET A = [1, 2] WHERE O:CAPITAL = 'Toronto';
SELECT A FROM KEPT ORDER BY O['CAPITAL'];

SELECT {'a': 1}:a AS PATH, {'a': [1, 2]}['a'][1] AS BRACKETS, [10, 20][1] AS ELEMENT,
    OBJECT_KEYS({'b': 1, 'a': 2}) AS KEYS, ARRAY_SIZE([1, 2, 3]) AS SIZE, {'a': 1}::VARIANT AS V,
    {'a': 1}::VARCHAR AS TEXT;

-- What is no constant.
-- @error 001003
SELECT {'a' 1} AS O;
-- @error 001003
SELECT [1, 2 AS A;

-- Casts between semi-structured and structured values, and among structured ones
-- sql-reference/data-types-structured, functions/cast, functions/to_array, functions/to_object, functions/to_variant

-- Elements are cast one by one.
SELECT [1, 2, 3]::ARRAY(VARCHAR) AS TEXTS, ['1', '2.5']::ARRAY(NUMBER(4,1)) AS NUMBERS, [1.25, 2]::ARRAY(NUMBER) AS ROUNDED,
    [1, 2]::ARRAY(DOUBLE) AS DOUBLES, ['2024-02-29']::ARRAY(DATE) AS DATES;
SELECT [[1], []]::ARRAY(ARRAY(VARCHAR)) AS NESTED, [{'a': 1}]::ARRAY(OBJECT) AS SEMI, NULL::ARRAY(INT) AS NOTHING,
    [1, 'b', NULL]::ARRAY(VARIANT) AS VARIANTS;
-- @error 100071
SELECT ['a', 'b']::ARRAY(NUMBER);
SELECT [1, NULL, 3]::ARRAY(NUMBER) AS GAP;
-- @error 100072
SELECT [1, NULL, 3]::ARRAY(NUMBER NOT NULL);
SELECT PARSE_JSON('[1, null]')::ARRAY(NUMBER) AS BECOMES_NULL, PARSE_JSON('[1, null]')::ARRAY(VARIANT) AS STAYS_JSON;
-- @error 100078
SELECT ['long text']::ARRAY(VARCHAR(3));
-- @error 001007
SELECT {'a': 1}::ARRAY(NUMBER);
-- @error 100071
SELECT 1::VARIANT::ARRAY(NUMBER);

-- An OBJECT has exactly the keys of its type, and shows them in its order.
SELECT TO_JSON({'state': 'CA', 'city': 'Napa', 'n': 1}::OBJECT(city VARCHAR, state VARCHAR, n INT)) AS O,
    TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL('a', 1, 'b', NULL)::OBJECT(b VARCHAR, a VARIANT)) AS NULLS;
-- @error 100071
SELECT {'city': 'Napa', 'more': 1}::OBJECT(city VARCHAR);
-- @error 100071
SELECT {'city': 'Napa'}::OBJECT(city VARCHAR, state VARCHAR);
-- @error 100071
SELECT {'city': 'Napa'}::OBJECT(CITY VARCHAR);
-- @error 100071
SELECT {'n': 'x'}::OBJECT(n INT);
-- @error 100072
SELECT {'n': PARSE_JSON('null')}::OBJECT(n INT NOT NULL);
-- @error 001007
SELECT [1]::OBJECT(n INT);

SELECT TO_JSON({'b': 2, 'a': '1'}::MAP(VARCHAR, NUMBER)) AS M, TO_JSON({'-10': 'CA', '7': 'OR'}::MAP(NUMBER, VARCHAR)) AS BY_NUMBER,
    TO_JSON({'x': PARSE_JSON('null')}::VARIANT::MAP(VARCHAR, VARCHAR)) AS JSON_NULL;
-- @error 100038
SELECT {'x': 1}::MAP(NUMBER, NUMBER);
-- @error 100103
SELECT {'1': 1, '01': 2}::MAP(NUMBER, NUMBER);

-- Back to semi-structured values.
SELECT [1, 2, NULL]::ARRAY(INT)::VARIANT AS V, TYPEOF([1]::ARRAY(INT)::VARIANT) AS T,
    OBJECT_CONSTRUCT_KEEP_NULL('b', 1, 'a', NULL)::OBJECT(b INT, a INT)::OBJECT AS O, {'1': 'x'}::MAP(INT, VARCHAR)::OBJECT AS M;
SELECT SYSTEM$TYPEOF([1]::ARRAY(INT)::ARRAY) AS A, SYSTEM$TYPEOF(TO_ARRAY([1]::ARRAY(INT))) AS B,
    SYSTEM$TYPEOF(TO_OBJECT({'a': 1}::MAP(VARCHAR, INT))) AS C, SYSTEM$TYPEOF(TO_VARIANT({'a': 1}::OBJECT(a INT))) AS D;
-- @error 001007
SELECT [1]::ARRAY(INT)::OBJECT;
-- @error 001007
SELECT {'a': 1}::OBJECT(a INT)::ARRAY;
-- @error 001007
SELECT [1]::ARRAY(INT)::NUMBER;

-- Structured to structured.
SELECT CAST([1, 2]::ARRAY(NUMBER) AS ARRAY(VARCHAR)) AS TEXTS,
    TO_JSON(CAST({'city': 'Napa', 'state': 'CA'}::OBJECT(city VARCHAR, state VARCHAR) AS OBJECT(state VARCHAR, city VARCHAR)))
        AS REORDERED;
SELECT TO_JSON(CAST({'city': 'Napa', 'state': 'CA'}::OBJECT(city VARCHAR, state VARCHAR)
    AS OBJECT(town VARCHAR, province VARCHAR) RENAME FIELDS)) AS RENAMED;
SELECT TO_JSON(CAST({'city': 'Napa'}::OBJECT(city VARCHAR) AS OBJECT(city VARCHAR, zip NUMBER) ADD FIELDS)) AS ADDED,
    SYSTEM$TYPEOF(CAST({'city': 'Napa'}::OBJECT(city VARCHAR) AS OBJECT(city VARCHAR, zip NUMBER) ADD FIELDS)) AS T;
SELECT {'a': 1, 'b': 2}::OBJECT(a INT, b INT)::MAP(VARCHAR, VARCHAR) AS TO_MAP,
    TO_JSON({'a': '1', 'b': '2'}::MAP(VARCHAR, VARCHAR)::OBJECT(b INT, a INT)) AS FROM_MAP,
    {'1': 1.6}::MAP(VARCHAR, DOUBLE)::MAP(INT, INT) AS OTHER_MAP;
-- @error 001007
SELECT [TRUE]::ARRAY(BOOLEAN)::ARRAY(DATE);
-- @error 001007
SELECT CAST({'a': 1}::OBJECT(a INT) AS OBJECT(b INT));
-- @error 001007
SELECT CAST({'a': 1}::OBJECT(a INT) AS OBJECT(b INT, c INT) RENAME FIELDS);
-- @error 001007
SELECT CAST({'a': 1}::OBJECT(a INT) AS OBJECT(b INT) ADD FIELDS);
-- @error 001007
SELECT CAST({'a': 1} AS OBJECT(a INT, b INT) ADD FIELDS);
-- @error 001003
SELECT {'a': 1}::OBJECT(a INT)::OBJECT(b INT) RENAME FIELDS;
-- @error 001065
SELECT TRY_CAST([1]::ARRAY(INT) AS ARRAY(VARCHAR));

-- Nothing structured goes into what is semi-structured.
-- @error 001044
SELECT ['a', [1]::ARRAY(INT)];
-- @error 001044
SELECT {'a': {'b': 1}::MAP(VARCHAR, INT)};
-- @error 001044
SELECT ARRAY_CONSTRUCT_COMPACT({'b': 1}::OBJECT(b INT));
-- @error 001044
SELECT ARRAY_AGG(C) FROM (SELECT [1]::ARRAY(INT) AS C);
-- @error 001044
SELECT OBJECT_AGG('k', C) FROM (SELECT [1]::ARRAY(INT) AS C);

-- Functions of structured objects
-- sql-reference/data-types-structured, functions/object_delete, object_insert, object_pick, object_keys,
-- object_construct_keep_null_structured

SELECT TO_JSON(OBJECT_DELETE({'city': 'Napa', 'state': 'CA'}::OBJECT(city VARCHAR, state VARCHAR), 'city')) AS O,
    SYSTEM$TYPEOF(OBJECT_DELETE({'city': 'Napa', 'state': 'CA'}::OBJECT(city VARCHAR, state VARCHAR), 'city')) AS T,
    SYSTEM$TYPEOF(OBJECT_DELETE({'state': 'CA'}::OBJECT(state VARCHAR), 'state')) AS EMPTY;
-- @error 093201
SELECT OBJECT_DELETE({'city': 'Napa'}::OBJECT(city VARCHAR), 'zip_code');

SELECT TO_JSON(OBJECT_INSERT({'city': 'Napa', 'b': 1}::OBJECT(city VARCHAR, b INT), 'area', 94402::VARCHAR)) AS O,
    SYSTEM$TYPEOF(OBJECT_INSERT({'city': 'Napa'}::OBJECT(city VARCHAR), 'zip', 94402::VARCHAR, FALSE)) AS T;
SELECT TO_JSON(OBJECT_INSERT({'n': 1}::OBJECT(n NUMBER(3,1)), 'n', '2.55', TRUE)) AS UPDATED,
    SYSTEM$TYPEOF(OBJECT_INSERT({'n': 1}::OBJECT(n NUMBER(3,1)), 'n', '2.55', TRUE)) AS T;
-- @error 093202
SELECT OBJECT_INSERT({'city': 'Napa'}::OBJECT(city VARCHAR), 'city', 'Reno', FALSE);
-- @error 093201
SELECT OBJECT_INSERT({'city': 'Napa'}::OBJECT(city VARCHAR), 'state', 'CA', TRUE);
-- @error 001044
SELECT OBJECT_INSERT({'n': 1}::OBJECT(n INT), 'n', '2024-01-01'::DATE, TRUE);

SELECT TO_JSON(OBJECT_PICK({'a': 1, 'b': 2, 'c': 3}::OBJECT(a INT, b INT, c INT), 'c', 'a')) AS O,
    SYSTEM$TYPEOF(OBJECT_PICK({'a': 1, 'b': 2, 'c': 3}::OBJECT(a INT, b DOUBLE, c INT), 'c', 'b')) AS T;
-- @error 001044
SELECT OBJECT_PICK({'a': 1}::OBJECT(a INT), ['a']);
-- @error 093201
SELECT OBJECT_PICK({'a': 1}::OBJECT(a INT), 'z');

SELECT TO_JSON(OBJECT_CONSTRUCT_KEEP_NULL_STRUCTURED('b', 1::INT, 'a', NULL::VARCHAR)) AS O,
    SYSTEM$TYPEOF(OBJECT_CONSTRUCT_KEEP_NULL_STRUCTURED('b', 1::INT, 'a', NULL::VARCHAR)) AS T;
-- @error 001044
SELECT OBJECT_CONSTRUCT_KEEP_NULL_STRUCTURED('a', NULL);
-- @error 000904
SELECT OBJECT_CONSTRUCT_KEEP_NULL_STRUCTURED('a', 1, 'a', 2);
-- @error 000938
SELECT OBJECT_CONSTRUCT_KEEP_NULL_STRUCTURED('a', 1, 'b');
-- @error 001044
SELECT OBJECT_CONSTRUCT_KEEP_NULL_STRUCTURED('', 1);
CREATE TABLE PROVINCES (NAME VARCHAR, SINCE DATE);
INSERT INTO PROVINCES VALUES ('Manitoba', '2024-01-18'), ('Alberta', '2024-01-19');
SELECT OBJECT_CONSTRUCT_KEEP_NULL_STRUCTURED(*) AS OC FROM PROVINCES ORDER BY OC['NAME'];

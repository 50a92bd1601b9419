-- Functions in JavaScript: one value for each row.
-- https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-introduction
-- https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-scalar-functions
CREATE DATABASE D;
ALTER SESSION SET TIMEZONE = 'UTC';
CREATE FUNCTION ADD5(N DOUBLE) RETURNS DOUBLE LANGUAGE JAVASCRIPT AS 'return N + 5;';
SELECT ADD5(0.0), ADD5(37), ADD5(NULL), ADD5(1.5::FLOAT);
--> ADD5(0.0) | ADD5(37) | ADD5(NULL) | ADD5(1.5::FLOAT)
--- 5 | 42 | NaN | 6.5
CREATE FUNCTION ADD5_QUOTED("n" DOUBLE) RETURNS DOUBLE LANGUAGE JAVASCRIPT AS 'return n + 5;';
SELECT ADD5_QUOTED(1);
--> ADD5_QUOTED(1)
--- 6
CREATE FUNCTION ADD5_LOWERCASE(N DOUBLE) RETURNS DOUBLE LANGUAGE JAVASCRIPT AS 'return n + 5;';
SELECT ADD5_LOWERCASE(1);
--! 100132 JavaScript execution error: Uncaught ReferenceError: n is not defined in ADD5_LOWERCASE at 'return n + 5;' position 7 stackstrace:  ADD5_LOWERCASE line: 1
CREATE FUNCTION BACKWARDS(A ARRAY) RETURNS ARRAY LANGUAGE JAVASCRIPT AS 'return A.reverse();';
SELECT BACKWARDS(ARRAY_CONSTRUCT(1, 'two', NULL, 3.5)), BACKWARDS(PARSE_JSON('[1, null, {"a": 1}]'));
--> BACKWARDS(ARRAY_CONSTRUCT(1, 'TWO', NULL, 3.5)) | BACKWARDS(PARSE_JSON('[1, NULL, {"A": 1}]'))
--- [\n  3.5,\n  "two",\n  1\n] | [\n  {\n    "a": 1\n  },\n  null,\n  1\n]
-- NULL and undefined.
CREATE TABLE STRINGS (S VARCHAR) AS SELECT * FROM VALUES (NULL), ('non-null string');
CREATE FUNCTION SWAP_NULLS(S VARCHAR) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return S === undefined ? "string was null" : undefined;';
SELECT SWAP_NULLS(S) FROM STRINGS ORDER BY 1;
--> SWAP_NULLS(S)
--- string was null
--- NULL
CREATE FUNCTION WHICH_NULL(V VARIANT) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return V === undefined ? "SQL null" : V === null ? "variant null" : V;';
SELECT WHICH_NULL(CAST(NULL AS VARIANT)) AS A, WHICH_NULL(PARSE_JSON('null')) AS B, WHICH_NULL('x'::VARIANT) AS C;
--> A | B | C
--- SQL null | variant null | x
CREATE FUNCTION GIVE_NULL(V VARIANT) RETURNS VARIANT LANGUAGE JAVASCRIPT AS
$$
  if (V == 'undefined') return undefined;
  if (V == 'null') return null;
  if (V == 3) return { key1: undefined, key2: null };
  return V;
$$;
SELECT GIVE_NULL('undefined'::VARIANT) AS A, GIVE_NULL('null'::VARIANT) AS B, GIVE_NULL(3) AS C, GIVE_NULL(PARSE_JSON('{"b": 1.25, "a": [true]}')) AS D;
--> A | B | C | D
--- NULL | null | {\n  "key2": null\n} | {\n  "a": [\n    true\n  ],\n  "b": 1.25\n}
CREATE FUNCTION NEVER_NULL(A FLOAT, B VARCHAR) RETURNS VARCHAR LANGUAGE JAVASCRIPT STRICT AS 'return A + B;';
SELECT NEVER_NULL(1, 'x') AS A, NEVER_NULL(NULL, 'x') AS B, NEVER_NULL(1, NULL) AS C;
--> A | B | C
--- 1x | NULL | NULL
-- Over the rows of a table, with other expressions around.
CREATE TABLE EMPLOYEES (ID INT, NAME VARCHAR) AS SELECT * FROM VALUES (1, 'ann'), (-1, 'bob'), (NULL, NULL);
CREATE FUNCTION VALIDATE_ID(ID FLOAT) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  try {
    if (ID < 0) throw "ID cannot be negative!";
    return "ID validated.";
  } catch (err) {
    return "Error: " + err;
  }
$$;
SELECT ID, VALIDATE_ID(ID) FROM EMPLOYEES ORDER BY ID;
--> ID | VALIDATE_ID(ID)
--- -1 | Error: ID cannot be negative!
--- 1 | ID validated.
--- NULL | ID validated.
SELECT COUNT(*) FROM EMPLOYEES WHERE VALIDATE_ID(ID) LIKE 'Error%';
--> COUNT(*)
--- 1
SELECT VALIDATE_ID(SUM(ID)) AS S FROM EMPLOYEES;
--> S
--- ID validated.
CREATE FUNCTION UNDERSCORED(STR VARCHAR) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS
$$
  return (STR.length <= 1 ? STR : STR.substring(0, 1) + '_' + UNDERSCORED(STR.substring(1)));
$$;
SELECT UNDERSCORED('ABC');
--> UNDERSCORED('ABC')
--- A_B_C
SELECT UNDERSCORED(NAME) FROM EMPLOYEES;
--! 100132 JavaScript execution error: Uncaught TypeError: Cannot read properties of undefined (reading 'length') in UNDERSCORED at '  return (STR.length <= 1 ? STR : STR.substring(0, 1) + '_' + UNDERSCORED(STR.substring(1)));' position 14 stackstrace:  UNDERSCORED line: 2
-- Times are the session's.
CREATE FUNCTION DAY_OF(D DATE) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return D.toString() + " " + D.getHours();';
CREATE FUNCTION LATER(T TIMESTAMP_NTZ, H FLOAT) RETURNS TIMESTAMP_NTZ LANGUAGE JAVASCRIPT AS 'T.setHours(T.getHours() + H); return T;';
CREATE FUNCTION TODAY() RETURNS DATE LANGUAGE JAVASCRIPT AS 'return new Date();';
SELECT DAY_OF('2024-07-01') AS D, LATER('2024-01-01 10:00:00.123456', 20) AS L, TODAY() = CURRENT_DATE() AS T;
--> D | L | T
--- Mon Jul 01 2024 00:00:00 GMT+0000 (Coordinated Universal Time) 0 | 2024-01-02 06:00:00.123 | TRUE
ALTER SESSION SET TIMEZONE = 'Europe/Paris';
SELECT DAY_OF('2024-07-01') AS D, LATER('2024-01-01 10:00:00.123456', 20) AS L, TODAY() = CURRENT_DATE() AS T;
--> D | L | T
--- Mon Jul 01 2024 00:00:00 GMT+0200 (CEST) 0 | 2024-01-02 06:00:00.123 | TRUE
ALTER SESSION UNSET TIMEZONE;
-- Precision ends at 2^53.
CREATE FUNCTION AS_IT_IS(A DOUBLE) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return A;';
SELECT AS_IT_IS(-4730168494964875235), AS_IT_IS(0.1), AS_IT_IS('1e300'::FLOAT), AS_IT_IS(1);
--> AS_IT_IS(-4730168494964875235) | AS_IT_IS(0.1) | AS_IT_IS('1E300'::FLOAT) | AS_IT_IS(1)
--- -4730168494964875000 | 0.1 | 1e+300 | 1
-- Overloads, SQL functions over them, views.
CREATE FUNCTION HOW_MANY(A FLOAT) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return "one:" + HOW_MANY.length;';
CREATE FUNCTION HOW_MANY(A FLOAT, B FLOAT) RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'return "two:" + HOW_MANY.length;';
SELECT HOW_MANY(1), HOW_MANY(1, 2);
--> HOW_MANY(1) | HOW_MANY(1, 2)
--- one:1 | two:2
CREATE FUNCTION TWICE(A FLOAT) RETURNS FLOAT AS 'ADD5(ADD5(A)) - 10 + A';
CREATE VIEW W AS SELECT ID, TWICE(ID) AS T FROM EMPLOYEES WHERE ID IS NOT NULL;
SELECT * FROM W ORDER BY ID;
--> ID | T
--- -1 | -2
--- 1 | 2
-- Errors.
CREATE FUNCTION THROWS(A FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS
$$
  function inner(v) {
    if (v > 1) throw new RangeError('too much: ' + v);
    return v;
  }
  return inner(A);
$$;
SELECT THROWS(1);
--> THROWS(1)
--- 1
SELECT THROWS(COLUMN1) FROM VALUES (1), (2);
--! 100132 JavaScript execution error: Uncaught RangeError: too much: 2 in THROWS at '    if (v > 1) throw new RangeError('too much: ' + v);' position 15 stackstrace:  inner line: 3 THROWS line: 6
CREATE FUNCTION UNREADABLE() RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return (;';
SELECT UNREADABLE();
--! 100131 JavaScript compilation error: Uncaught SyntaxError: unexpected token in expression: ';' in UNREADABLE at 'return (;' position 8
CREATE FUNCTION NO_SQL() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS 'snowflake.log("info", "hello"); return typeof snowflake.execute;';
SELECT NO_SQL();
--> NO_SQL()
--- undefined
CREATE FUNCTION MEMO() RETURNS FLOAT LANGUAGE JAVASCRIPT MEMOIZABLE AS 'return 1;';
--! 000002 Unsupported feature 'MEMOIZABLE functions in JAVASCRIPT'.

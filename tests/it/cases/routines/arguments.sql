-- How a call's arguments choose a function and fill its parameters.
-- https://docs.snowflake.com/en/developer-guide/udf-stored-procedure-naming-conventions
-- https://docs.snowflake.com/en/developer-guide/udf/udf-calling-sql
CREATE DATABASE D;
CREATE FUNCTION ADD5(N NUMBER) RETURNS NUMBER AS 'N + 5';
CREATE FUNCTION ADD5(S VARCHAR) RETURNS VARCHAR AS $$ S || '5' $$;
SELECT ADD5(1);
--> ADD5(1)
--- 6
SELECT ADD5('1');
--> ADD5('1')
--- 15
SELECT ADD5('hello');
--> ADD5('HELLO')
--- hello5
SELECT ADD5(TO_DATE('2014-01-01'));
--> ADD5(TO_DATE('2014-01-01'))
--- 2014-01-015
SELECT ADD5(N => 1), ADD5(S => '1');
--> ADD5(N => 1) | ADD5(S => '1')
--- 6 | 15
SELECT ADD5(s => 1) AS T;
--> T
--- 15
SELECT ADD5(S => '1', N => 1);
--! 001044 Invalid argument types for function 'ADD5': (S => VARCHAR(16777216), N => NUMBER(38,0))
SELECT ADD5(X => 1);
--! 001044 Invalid argument types for function 'ADD5': (X => NUMBER(38,0))
CREATE FUNCTION BUILD(WORD VARCHAR, PREFIX VARCHAR DEFAULT 'pre-', SUFFIX VARCHAR DEFAULT '-' || 'post') RETURNS VARCHAR AS $$
  SELECT PREFIX || WORD || SUFFIX
$$;
SELECT BUILD('hello');
--> BUILD('HELLO')
--- pre-hello-post
SELECT BUILD('hello', 'before-');
--> BUILD('HELLO', 'BEFORE-')
--- before-hello-post
SELECT BUILD(WORD => 'hello', SUFFIX => '-after') AS A, BUILD(SUFFIX => '>', PREFIX => '<', WORD => 'x') AS B, BUILD('hello', SUFFIX => '!') AS C;
--> A | B | C
--- pre-hello-after | <x> | pre-hello!
SELECT BUILD(PREFIX => 'x');
--! 001044 Invalid argument types for function 'BUILD': (PREFIX => VARCHAR(16777216))
SELECT BUILD(WORD => 'x', 'y');
--! 001003 illegal mixing of named and positional arguments for function BUILD
SELECT BUILD('x', WORD => 'y');
--! 001044 Invalid argument types for function 'BUILD': (VARCHAR(16777216), WORD => VARCHAR(16777216))
SELECT BUILD('a', 'b', 'c', 'd');
--! 001044 Invalid argument types for function 'BUILD': (VARCHAR(16777216), VARCHAR(16777216), VARCHAR(16777216), VARCHAR(16777216))
CREATE FUNCTION TODAY(D DATE DEFAULT CURRENT_DATE()) RETURNS DATE AS 'D';
SELECT TODAY() = CURRENT_DATE() AS T, TODAY('2024-02-29') AS D;
--> T | D
--- TRUE | 2024-02-29
-- The nearest types win, and NULL fits all.
CREATE FUNCTION KIND(A FLOAT) RETURNS VARCHAR AS $$ 'float' $$;
CREATE FUNCTION KIND(A VARCHAR) RETURNS VARCHAR AS $$ 'text' $$;
CREATE FUNCTION KIND(A TIMESTAMP_NTZ) RETURNS VARCHAR AS $$ 'time' $$;
CREATE FUNCTION KIND(A VARIANT, B INT) RETURNS VARCHAR AS $$ 'two' $$;
SELECT KIND(1) AS A, KIND(1.5::FLOAT) AS B, KIND('x') AS C, KIND(CURRENT_DATE()) AS D, KIND(TRUE) AS E, KIND(1, 1) AS F, KIND(NULL, 2) AS G;
--> A | B | C | D | E | F | G
--- float | float | text | time | text | two | two
SELECT KIND(TO_BINARY('ab'));
--! 001044 Invalid argument types for function 'KIND': (BINARY(8388608))

-- Functions and procedures as objects.
-- https://docs.snowflake.com/en/sql-reference/sql/create-function
-- https://docs.snowflake.com/en/sql-reference/sql/create-procedure
CREATE DATABASE D;
CREATE FUNCTION ADD5(N NUMBER) RETURNS NUMBER AS 'N + 5';
--> status
--- Function ADD5 successfully created.
CREATE FUNCTION ADD5(S VARCHAR) RETURNS VARCHAR AS $$ S || '5' $$;
CREATE FUNCTION ADD5(N INT) RETURNS NUMBER AS 'N + 5';
--! 002002 Object 'D.PUBLIC.ADD5(NUMBER)' already exists.
CREATE FUNCTION ADD5(N NUMBER(3,1)) RETURNS NUMBER AS 'N + 5';
--! 002002 Object 'D.PUBLIC.ADD5(NUMBER)' already exists.
CREATE OR REPLACE SECURE FUNCTION ADD5(N INT) RETURNS NUMBER(10,0) NOT NULL LANGUAGE SQL IMMUTABLE COMMENT = 'adds' AS 'N + 5';
CREATE FUNCTION IF NOT EXISTS D.PUBLIC.ADD5(N INT) RETURNS NUMBER AS 'N';
--> status
--- ADD5 already exists, statement succeeded.
CREATE FUNCTION T(A INT, B VARCHAR DEFAULT 'x') RETURNS TABLE (MSG VARCHAR, N INT) AS 'SELECT B, A';
CREATE PROCEDURE P() RETURNS TABLE () LANGUAGE SQL EXECUTE AS CALLER AS BEGIN RETURN 1; END;
--> status
--- Procedure P successfully created.
CREATE OR REPLACE PROCEDURE P(A OUT INT, B FLOAT) RETURNS VARCHAR NOT NULL LANGUAGE SQL AS
DECLARE
  X INT;
BEGIN
  A := 1;
  RETURN 'done';
END;
CREATE PROCEDURE J(A FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT STRICT AS 'return A;';
CREATE FUNCTION PY(A INT) RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = 3.11 PACKAGES = ('numpy', 'pandas==2.0') HANDLER = 'f' AS 'def f(a): return a';
SHOW USER FUNCTIONS;
--> created_on | name | schema_name | is_builtin | is_aggregate | is_ansi | min_num_arguments | max_num_arguments | arguments | description | catalog_name | is_table_function | valid_for_clustering | is_secure | secrets | external_access_integrations | is_external_function | language | is_memoizable | is_data_metric
--- 2025-12-31 16:00:00.000 -0800 | ADD5 | PUBLIC | N | N | N | 1 | 1 | ADD5(NUMBER) RETURN NUMBER | adds | D | N | N | Y |  |  | N | SQL | N | N
--- 2025-12-31 16:00:00.000 -0800 | ADD5 | PUBLIC | N | N | N | 1 | 1 | ADD5(VARCHAR) RETURN VARCHAR | user-defined function | D | N | N | N |  |  | N | SQL | N | N
--- 2025-12-31 16:00:00.000 -0800 | PY | PUBLIC | N | N | N | 1 | 1 | PY(NUMBER) RETURN NUMBER | user-defined function | D | N | N | N |  |  | N | PYTHON | N | N
--- 2025-12-31 16:00:00.000 -0800 | T | PUBLIC | N | N | N | 1 | 2 | T(NUMBER, DEFAULT VARCHAR) RETURN TABLE (MSG VARCHAR, N NUMBER) | user-defined function | D | Y | N | N |  |  | N | SQL | N | N
SHOW PROCEDURES LIKE 'p%' IN DATABASE D;
--> created_on | name | schema_name | is_builtin | is_aggregate | is_ansi | min_num_arguments | max_num_arguments | arguments | description | catalog_name | is_table_function | valid_for_clustering | is_secure | secrets | external_access_integrations
--- 2025-12-31 16:00:00.000 -0800 | P | PUBLIC | N | N | N | 0 | 0 | P() RETURN TABLE () | user-defined procedure | D | Y | N | N |  |
--- 2025-12-31 16:00:00.000 -0800 | P | PUBLIC | N | N | N | 2 | 2 | P(OUT NUMBER, FLOAT) RETURN VARCHAR | user-defined procedure | D | N | N | N |  |
DESCRIBE FUNCTION ADD5(NUMBER);
--> property | value
--- signature | (N NUMBER(38,0))
--- returns | NUMBER(10,0) NOT NULL
--- language | SQL
--- body | N + 5
DESC FUNCTION PY(INT);
--> property | value
--- signature | (A NUMBER(38,0))
--- returns | NUMBER(38,0)
--- language | PYTHON
--- null handling | CALLED ON NULL INPUT
--- volatility | VOLATILE
--- body | def f(a): return a
--- imports | []
--- handler | f
--- runtime_version | 3.11
--- packages | ['numpy','pandas==2.0']
DESC PROCEDURE P(INT, FLOAT);
--> property | value
--- signature | (A OUT NUMBER(38,0), B FLOAT)
--- returns | VARCHAR(16777216) NOT NULL
--- language | SQL
--- null handling | CALLED ON NULL INPUT
--- volatility | VOLATILE
--- execute as | OWNER
--- body | DECLARE\n  X INT;\nBEGIN\n  A := 1;\n  RETURN 'done';\nEND
DESC PROCEDURE J(FLOAT);
--> property | value
--- signature | (A FLOAT)
--- returns | FLOAT
--- language | JAVASCRIPT
--- null handling | RETURNS NULL ON NULL INPUT
--- volatility | VOLATILE
--- execute as | OWNER
--- body | return A;
SELECT FUNCTION_NAME, ARGUMENT_SIGNATURE, DATA_TYPE, NUMERIC_PRECISION, FUNCTION_LANGUAGE, FUNCTION_DEFINITION, VOLATILITY, IS_NULL_CALL, IS_SECURE, HANDLER, RUNTIME_VERSION, PACKAGES FROM INFORMATION_SCHEMA.FUNCTIONS ORDER BY 1, 2;
--> FUNCTION_NAME | ARGUMENT_SIGNATURE | DATA_TYPE | NUMERIC_PRECISION | FUNCTION_LANGUAGE | FUNCTION_DEFINITION | VOLATILITY | IS_NULL_CALL | IS_SECURE | HANDLER | RUNTIME_VERSION | PACKAGES
--- ADD5 | (N NUMBER) | NUMBER(10,0) | 10 | SQL | N + 5 | IMMUTABLE | YES | YES | NULL | NULL | NULL
--- ADD5 | (S VARCHAR) | VARCHAR(16777216) | NULL | SQL |  S || '5'  | VOLATILE | YES | NO | NULL | NULL | NULL
--- PY | (A NUMBER) | NUMBER(38,0) | 38 | PYTHON | def f(a): return a | VOLATILE | YES | NO | f | 3.11 | [numpy, pandas==2.0]
--- T | (A NUMBER, B VARCHAR) | TABLE (MSG VARCHAR, N NUMBER) | NULL | SQL | SELECT B, A | VOLATILE | YES | NO | NULL | NULL | NULL
SELECT PROCEDURE_NAME, ARGUMENT_SIGNATURE, DATA_TYPE, PROCEDURE_LANGUAGE FROM INFORMATION_SCHEMA.PROCEDURES ORDER BY 1, 2;
--> PROCEDURE_NAME | ARGUMENT_SIGNATURE | DATA_TYPE | PROCEDURE_LANGUAGE
--- J | (A FLOAT) | FLOAT | JAVASCRIPT
--- P | () | TABLE () | SQL
--- P | (A NUMBER, B FLOAT) | VARCHAR(16777216) | SQL
-- Commands other than calls name a routine by the types of its arguments.
DESC FUNCTION ADD5;
--! 090208 Argument types of function 'ADD5' must be specified.
DROP FUNCTION ADD5(FLOAT);
--! 002003 Function 'D.PUBLIC.ADD5(FLOAT)' does not exist or not authorized.
DROP FUNCTION IF EXISTS ADD5(FLOAT);
--> status
--- Drop statement executed successfully (ADD5(FLOAT) already dropped).
COMMENT ON FUNCTION ADD5(VARCHAR) IS 'of text';
ALTER FUNCTION ADD5(VARCHAR) SET COMMENT = 'of a text';
ALTER FUNCTION ADD5(VARCHAR) SET SECURE;
ALTER FUNCTION ADD5(VARCHAR) RENAME TO APPEND5;
ALTER FUNCTION IF EXISTS NOSUCH(VARCHAR) UNSET SECURE;
ALTER PROCEDURE J(FLOAT) SET LOG_LEVEL = 'LOUD';
--! 001008 invalid value ['LOUD'] for parameter 'LOG_LEVEL'
ALTER PROCEDURE J(FLOAT) SET LOG_LEVEL = 'INFO';
ALTER PROCEDURE J(FLOAT) EXECUTE AS CALLER;
DESC PROCEDURE J(FLOAT);
--> property | value
--- signature | (A FLOAT)
--- returns | FLOAT
--- language | JAVASCRIPT
--- null handling | RETURNS NULL ON NULL INPUT
--- volatility | VOLATILE
--- execute as | CALLER
--- body | return A;
SHOW USER FUNCTIONS LIKE '%5';
--> created_on | name | schema_name | is_builtin | is_aggregate | is_ansi | min_num_arguments | max_num_arguments | arguments | description | catalog_name | is_table_function | valid_for_clustering | is_secure | secrets | external_access_integrations | is_external_function | language | is_memoizable | is_data_metric
--- 2025-12-31 16:00:00.000 -0800 | ADD5 | PUBLIC | N | N | N | 1 | 1 | ADD5(NUMBER) RETURN NUMBER | adds | D | N | N | Y |  |  | N | SQL | N | N
--- 2025-12-31 16:00:00.000 -0800 | APPEND5 | PUBLIC | N | N | N | 1 | 1 | APPEND5(VARCHAR) RETURN VARCHAR | of a text | D | N | N | Y |  |  | N | SQL | N | N
-- Grants.
CREATE ROLE R;
GRANT USAGE ON FUNCTION ADD5(NUMBER) TO ROLE R;
GRANT USAGE ON ALL PROCEDURES IN SCHEMA PUBLIC TO ROLE R;
GRANT SELECT ON PROCEDURE J(FLOAT) TO ROLE R;
--! 003008 Invalid privilege 'SELECT' for object type 'PROCEDURE'.
SHOW GRANTS ON FUNCTION ADD5(NUMBER);
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by_role_type | granted_by
--- 2025-12-31 16:00:00.000 -0800 | OWNERSHIP | FUNCTION | D.PUBLIC."ADD5(N NUMBER):NUMBER(10,0)" | ROLE | ACCOUNTADMIN | true | ROLE | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | USAGE | FUNCTION | D.PUBLIC."ADD5(N NUMBER):NUMBER(10,0)" | ROLE | R | false | ROLE | ACCOUNTADMIN
-- The definition of a secure routine is for its owner.
USE ROLE R;
DESC FUNCTION ADD5(NUMBER);
--> property | value
--- signature | (N NUMBER(38,0))
--- returns | NUMBER(10,0) NOT NULL
--- language | SQL
--- body | NULL
USE ROLE ACCOUNTADMIN;
-- Routines go with their schema.
CREATE SCHEMA COPY CLONE PUBLIC;
SHOW USER FUNCTIONS IN SCHEMA COPY;
--> created_on | name | schema_name | is_builtin | is_aggregate | is_ansi | min_num_arguments | max_num_arguments | arguments | description | catalog_name | is_table_function | valid_for_clustering | is_secure | secrets | external_access_integrations | is_external_function | language | is_memoizable | is_data_metric
--- 2025-12-31 16:00:00.000 -0800 | ADD5 | COPY | N | N | N | 1 | 1 | ADD5(NUMBER) RETURN NUMBER | adds | D | N | N | Y |  |  | N | SQL | N | N
--- 2025-12-31 16:00:00.000 -0800 | APPEND5 | COPY | N | N | N | 1 | 1 | APPEND5(VARCHAR) RETURN VARCHAR | of a text | D | N | N | Y |  |  | N | SQL | N | N
--- 2025-12-31 16:00:00.000 -0800 | PY | COPY | N | N | N | 1 | 1 | PY(NUMBER) RETURN NUMBER | user-defined function | D | N | N | N |  |  | N | PYTHON | N | N
--- 2025-12-31 16:00:00.000 -0800 | T | COPY | N | N | N | 1 | 2 | T(NUMBER, DEFAULT VARCHAR) RETURN TABLE (MSG VARCHAR, N NUMBER) | user-defined function | D | Y | N | N |  |  | N | SQL | N | N
DROP FUNCTION D.PUBLIC.ADD5(NUMBER);
--> status
--- ADD5 successfully dropped.
DROP PROCEDURE D.PUBLIC.P();
DROP PROCEDURE D.PUBLIC.P();
--! 002003 Procedure 'D.PUBLIC.P()' does not exist or not authorized.
-- Arguments with defaults do not tell routines apart.
CREATE FUNCTION A() RETURNS INT AS '1';
CREATE FUNCTION A(X INT DEFAULT 0) RETURNS INT AS 'X';
--! 000949 Cannot overload FUNCTION 'A' as it would cause ambiguous FUNCTION overloading.
CREATE FUNCTION B(X INT) RETURNS INT AS 'X';
CREATE FUNCTION B(X INT, Y INT DEFAULT 0) RETURNS INT AS 'X';
--! 000949 Cannot overload FUNCTION 'B' as it would cause ambiguous FUNCTION overloading.
CREATE FUNCTION C(X INT, Y INT DEFAULT 0) RETURNS INT AS 'X';
ALTER FUNCTION C(INT, INT) RENAME TO B;
--! 000949 Cannot overload FUNCTION 'B' as it would cause ambiguous FUNCTION overloading.
CREATE FUNCTION E(X INT DEFAULT 0, Y INT) RETURNS INT AS 'X';
--! 001003 required argument 'Y' stands behind an argument with a default
CREATE FUNCTION E(X INT, X INT) RETURNS INT AS 'X';
--! 001003 duplicate argument 'X'
-- A temporary function takes no other's name.
CREATE TEMPORARY FUNCTION B(X INT) RETURNS INT AS 'X';
--! 002002 Object 'D.COPY.B(NUMBER)' already exists.
CREATE TEMPORARY FUNCTION F(X INT) RETURNS INT AS 'X';
CREATE FUNCTION F(X INT) RETURNS INT AS 'X';
--! 002002 Object 'D.COPY.F(NUMBER)' already exists.
CREATE FUNCTION ABS(X INT) RETURNS INT AS 'X';
--! 002002 Function 'ABS' cannot be created: a system-defined function has this name.
-- What is refused.
CREATE FUNCTION G() RETURNS INT LANGUAGE JAVA HANDLER = 'A.b' AS 'x';
--! 000002 Unsupported feature 'functions in JAVA'.
CREATE PROCEDURE G() RETURNS INT LANGUAGE SCALA RUNTIME_VERSION = '2.12' HANDLER = 'A.b' AS 'x';
--! 000002 Unsupported feature 'procedures in SCALA'.
CREATE AGGREGATE FUNCTION G(A INT) RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = '3.11' HANDLER = 'G' AS 'x';
--! 000002 Unsupported feature 'CREATE AGGREGATE FUNCTION'.
CREATE EXTERNAL FUNCTION G() RETURNS INT API_INTEGRATION = X AS 'https://example.com';
--! 000002 Unsupported feature 'CREATE EXTERNAL FUNCTION'.
CREATE FUNCTION G() RETURNS INT LANGUAGE PYTHON HANDLER = 'f' AS 'x';
--! 002029 Missing option(s): [RUNTIME_VERSION].
CREATE FUNCTION G() RETURNS INT HANDLER = 'f' AS '1';
--! 001420 invalid property 'HANDLER' for 'FUNCTION in SQL'
CREATE FUNCTION G(A INT) RETURNS INT STRICT AS 'A';
--! 000002 Unsupported feature 'STRICT functions in SQL'.
CREATE FUNCTION G() RETURNS TABLE () AS 'SELECT 1';
--! 001003 a table function has at least one column
CREATE PROCEDURE G() RETURNS INT EXTERNAL_ACCESS_INTEGRATIONS = (X) AS 'BEGIN END';
--! 000002 Unsupported feature 'EXTERNAL_ACCESS_INTEGRATIONS'.
CREATE FUNCTION G(A INT) RETURNS INT SELECT A;
--! 001003 syntax error line 1 at position 37 unexpected 'SELECT'.

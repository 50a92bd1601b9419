-- EXECUTE IMMEDIATE FROM: the statements of staged files.
CREATE DATABASE D;
CREATE STAGE my_stage;
CREATE FILE FORMAT plain TYPE = CSV COMPRESSION = NONE FIELD_DELIMITER = NONE ESCAPE_UNENCLOSED_FIELD = NONE;

-- A file that runs another one beside it.
COPY INTO @my_stage/scripts/create-inventory.sql FROM (SELECT $$
CREATE OR REPLACE TABLE my_inventory(
  sku VARCHAR,
  price NUMBER
);

EXECUTE IMMEDIATE FROM './insert-inventory.sql';

SELECT sku, price
  FROM my_inventory
  ORDER BY price DESC;
$$) FILE_FORMAT = (FORMAT_NAME = plain) SINGLE = TRUE;
--> rows_unloaded | input_bytes | output_bytes
--- 1 | 185 | 185
COPY INTO @my_stage/scripts/insert-inventory.sql FROM (SELECT $$
INSERT INTO my_inventory
  VALUES ('XYZ12345', 10.00),
      ('XYZ81974', 50.00);
-- A block is a statement, too.
BEGIN
  FOR i IN 1 TO 2 DO
    INSERT INTO my_inventory VALUES ('LOOP', :i);
  END FOR;
END;
$$) FILE_FORMAT = (FORMAT_NAME = plain) SINGLE = TRUE;
--> rows_unloaded | input_bytes | output_bytes
--- 1 | 209 | 209
EXECUTE IMMEDIATE FROM @my_stage/scripts/create-inventory.sql;
--> SKU | PRICE
--- XYZ81974 | 50
--- XYZ12345 | 10
--- LOOP | 2
--- LOOP | 1
EXECUTE IMMEDIATE FROM '@D.PUBLIC.MY_STAGE/scripts/insert-inventory.sql';
--> anonymous block
--- NULL
SELECT COUNT(*) FROM my_inventory;
--> COUNT(*)
--- 8

-- What is not there.
EXECUTE IMMEDIATE FROM @my_stage/scripts/nosuch.sql;
--! 001501 File 'scripts/nosuch.sql' not found in stage 'D.PUBLIC.MY_STAGE'.
EXECUTE IMMEDIATE FROM @my_stage/scripts/;
--! 001501 File 'scripts/' not found in stage 'D.PUBLIC.MY_STAGE'.
EXECUTE IMMEDIATE FROM @nosuch/a.sql;
--! 002003 Stage 'D.PUBLIC.NOSUCH' does not exist or not authorized.
EXECUTE IMMEDIATE FROM './create-inventory.sql';
--! 001503 Relative file references like './create-inventory.sql' cannot be used in top-level EXECUTE IMMEDIATE calls.

-- A statement that fails: those before it have run.
COPY INTO @my_stage/fails.sql FROM (SELECT $$CREATE TABLE before_it (a INT);
  SELECT 1 / 0;
CREATE TABLE behind_it (a INT);
$$) FILE_FORMAT = (FORMAT_NAME = plain) SINGLE = TRUE;
--> rows_unloaded | input_bytes | output_bytes
--- 1 | 81 | 81
EXECUTE IMMEDIATE FROM @my_stage/fails.sql;
--! 100051 Uncaught exception of type 'STATEMENT_ERROR' in file @D.PUBLIC.MY_STAGE/fails.sql on line 2 at position 2: Division by zero
SELECT table_name FROM information_schema.tables WHERE table_name LIKE '%_IT' ORDER BY 1;
--> TABLE_NAME
--- BEFORE_IT
-- A mistake in the syntax is found before anything runs.
COPY INTO @my_stage/syntax.sql FROM (SELECT $$CREATE TABLE never_it (a INT);
SELEKT 1;
$$) FILE_FORMAT = (FORMAT_NAME = plain) SINGLE = TRUE;
--> rows_unloaded | input_bytes | output_bytes
--- 1 | 42 | 42
EXECUTE IMMEDIATE FROM @my_stage/syntax.sql;
--! 001003 syntax error line 2 at position 0 unexpected 'SELEKT'.
SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'NEVER_IT';
--> COUNT(*)
--- 0
-- Files that run each other without end.
COPY INTO @my_stage/circle.sql FROM (SELECT $$EXECUTE IMMEDIATE FROM '/circle.sql';$$)
  FILE_FORMAT = (FORMAT_NAME = plain) SINGLE = TRUE;
--> rows_unloaded | input_bytes | output_bytes
--- 1 | 38 | 38
EXECUTE IMMEDIATE FROM @my_stage/circle.sql;
--! 000904 Uncaught exception of type 'STATEMENT_ERROR' in file @D.PUBLIC.MY_STAGE/circle.sql on line 1 at position 0: Uncaught exception of type 'STATEMENT_ERROR' in file @D.PUBLIC.MY_STAGE/circle.sql on line 1 at position 0: Uncaught exception of type 'STATEMENT_ERROR' in file @D.PUBLIC.MY_STAGE/circle.sql on line 1 at position 0: Uncaught exception of type 'STATEMENT_ERROR' in file @D.PUBLIC.MY_STAGE/circle.sql on line 1 at position 0: Uncaught exception of type 'STATEMENT_ERROR' in file @D.PUBLIC.MY_STAGE/circle.sql on line 1 at position 0: SQL compilation error: EXECUTE IMMEDIATE FROM nests deeper than 5 files
EXECUTE IMMEDIATE FROM './circle.sql';
--! 001503 Relative file references like './circle.sql' cannot be used in top-level EXECUTE IMMEDIATE calls.

-- Templates: by USING, or by a directive.
COPY INTO @my_stage/templates/setup.sql FROM (SELECT $$--!jinja
CREATE SCHEMA {{ env }};
CREATE TABLE {{ env }}.raw (col OBJECT) DATA_RETENTION_TIME_IN_DAYS = {{ retention_time }};
{% if retention_time > 0 %}SELECT 'kept' AS outcome;{% else %}SELECT 'not kept' AS outcome;{% endif %}
$$) FILE_FORMAT = (FORMAT_NAME = plain) SINGLE = TRUE;
--> rows_unloaded | input_bytes | output_bytes
--- 1 | 230 | 230
EXECUTE IMMEDIATE FROM @my_stage/templates/setup.sql USING (env => 'dev', retention_time => 0);
--> OUTCOME
--- not kept
-- The new schema is the current one.
USE SCHEMA public;
EXECUTE IMMEDIATE FROM @my_stage/templates/setup.sql USING (env => 'dev', retention_time => 0) DRY_RUN = TRUE;
--> rendered file contents
--- --!jinja\nCREATE SCHEMA dev;\nCREATE TABLE dev.raw (col OBJECT) DATA_RETENTION_TIME_IN_DAYS = 0;\nSELECT 'not kept' AS outcome;\n
EXECUTE IMMEDIATE FROM @my_stage/templates/setup.sql USING (ENV => 'dev', retention_time => 0);
--! 000005 Python Interpreter Error: jinja2.exceptions.UndefinedError: 'env' is undefined in template processing
EXECUTE IMMEDIATE FROM @my_stage/templates/setup.sql;
--! 000005 Python Interpreter Error: jinja2.exceptions.UndefinedError: 'env' is undefined in template processing
COPY INTO @my_stage/templates/macros.jinja FROM (SELECT $$
{%- macro get_environments(deployment_type) -%}
  {%- if deployment_type == 'prod' -%}{{ "prod1,prod2" }}{%- else -%}{{ "dev,qa,staging" }}{%- endif -%}
{%- endmacro -%}
$$) FILE_FORMAT = (FORMAT_NAME = plain) SINGLE = TRUE;
--> rows_unloaded | input_bytes | output_bytes
--- 1 | 172 | 172
COPY INTO @my_stage/templates/setup-env.sql FROM (SELECT $$--!jinja2
{% from "macros.jinja" import get_environments %}
{%- set environments = get_environments(DEPLOYMENT_TYPE).split(",") -%}
{%- for environment in environments %}
CREATE TABLE {{ environment }}_orders (id NUMBER);
{%- endfor %}
$$) FILE_FORMAT = (FORMAT_NAME = plain) SINGLE = TRUE;
--> rows_unloaded | input_bytes | output_bytes
--- 1 | 237 | 237
EXECUTE IMMEDIATE FROM @my_stage/templates/setup-env.sql USING (DEPLOYMENT_TYPE => 'prod') DRY_RUN = TRUE;
--> rendered file contents
--- --!jinja2\n\nCREATE TABLE prod1_orders (id NUMBER);\nCREATE TABLE prod2_orders (id NUMBER);\n
EXECUTE IMMEDIATE FROM @my_stage/templates/setup-env.sql USING (DEPLOYMENT_TYPE => 'prod');
SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'PROD%' ORDER BY 1;
--> TABLE_NAME
--- PROD1_ORDERS
--- PROD2_ORDERS
-- Variables of a session and of a block.
COPY INTO @my_stage/templates/value.sql FROM (SELECT $$SELECT '{{ v }}' AS v;$$)
  FILE_FORMAT = (FORMAT_NAME = plain) SINGLE = TRUE;
--> rows_unloaded | input_bytes | output_bytes
--- 1 | 23 | 23
SET word = 'spoken';
EXECUTE IMMEDIATE FROM @my_stage/templates/value.sql USING (v => $word);
--> V
--- spoken
EXECUTE IMMEDIATE FROM @my_stage/templates/value.sql USING ("v" => -1.5);
--> V
--- -1.5
DECLARE
  r RESULTSET;
BEGIN
  LET held VARCHAR := 'bound';
  r := (EXECUTE IMMEDIATE FROM @my_stage/templates/value.sql USING (v => :held));
  RETURN TABLE(r);
END;
--> V
--- bound
EXECUTE IMMEDIATE FROM @my_stage/templates/value.sql USING (v => CURRENT_DATE());
--! 001510 Unable to use value of template variable 'v'

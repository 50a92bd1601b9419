-- The statement that makes an object again.
-- https://docs.snowflake.com/en/sql-reference/functions/get_ddl
CREATE DATABASE D;
CREATE FUNCTION F(A NUMBER, B VARCHAR DEFAULT 'x') RETURNS NUMBER(10,2) COMMENT = 'it''s' AS $$ A + LENGTH('a') $$;
SELECT GET_DDL('FUNCTION', 'F(NUMBER, VARCHAR)') AS DDL;
--> DDL
--- CREATE OR REPLACE FUNCTION "F"("A" NUMBER(38,0), "B" VARCHAR(16777216) DEFAULT 'x')\nRETURNS NUMBER(10,2)\nLANGUAGE SQL\nCOMMENT='it''s'\nAS ' A + LENGTH(''a'') ';
CREATE PROCEDURE P() RETURNS TABLE () LANGUAGE SQL AS BEGIN RETURN 1; END;
SELECT GET_DDL('procedure', 'd.public.p()', TRUE) AS DDL;
--> DDL
--- CREATE OR REPLACE PROCEDURE "D"."PUBLIC"."P"()\nRETURNS TABLE ()\nLANGUAGE SQL\nEXECUTE AS OWNER\nAS 'BEGIN RETURN 1; END';
CREATE FUNCTION PY(A INT) RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = '3.11' PACKAGES = ('numpy') HANDLER = 'f' AS 'def f(a): return a';
SELECT GET_DDL('FUNCTION', 'PY(INT)') AS DDL;
--> DDL
--- CREATE OR REPLACE FUNCTION "PY"("A" NUMBER(38,0))\nRETURNS NUMBER(38,0)\nLANGUAGE PYTHON\nRUNTIME_VERSION = '3.11'\nPACKAGES = ('numpy')\nHANDLER = 'f'\nAS 'def f(a): return a';
CREATE TRANSIENT TABLE T (ID INT NOT NULL AUTOINCREMENT START 10 INCREMENT 5, "Name" VARCHAR(20) DEFAULT 'none' COMMENT 'its name', AT TIMESTAMP_LTZ, PRIMARY KEY (ID), CONSTRAINT ONE UNIQUE ("Name")) CLUSTER BY (ID) COMMENT = 'a table';
SELECT GET_DDL('TABLE', 'T') AS DDL;
--> DDL
--- create or replace TRANSIENT TABLE T cluster by (ID) (\n	ID NUMBER(38,0) NOT NULL autoincrement start 10 increment 5 noorder,\n	"Name" VARCHAR(20) DEFAULT 'none' COMMENT 'its name',\n	AT TIMESTAMP_LTZ(9),\n	primary key (ID),\n	constraint ONE unique ("Name")\n)COMMENT='a table';
CREATE SECURE VIEW V (X, Y COMMENT 'why') AS SELECT ID, "Name" FROM T;
SELECT GET_DDL('TABLE', 'PUBLIC.V', TRUE) AS DDL;
--> DDL
--- create or replace secure view D.PUBLIC.V(\n	X,\n	Y COMMENT 'why'\n) as SELECT ID, "Name" FROM T;
CREATE SEQUENCE S START 3 INCREMENT 2;
SELECT GET_DDL('SEQUENCE', 'S') AS DDL;
--> DDL
--- create or replace sequence S start with 3 increment by 2 noorder;
SELECT GET_DDL('TABLE', 'NOSUCH');
--! 002003 Object 'D.PUBLIC.NOSUCH' does not exist or not authorized.
SELECT GET_DDL('FUNCTION', 'F');
--! 090208 Argument types of function 'F' must be specified.
SELECT GET_DDL('WAREHOUSE', 'W');
--! 000002 Unsupported feature 'GET_DDL of WAREHOUSE'.
SELECT GET_DDL('TABLE');
--! 001044 Invalid argument types for function 'GET_DDL': (an object's type and name are wanted)

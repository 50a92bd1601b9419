-- SHOW COLUMNS, keys and parameters; DESCRIBE.
-- https://docs.snowflake.com/en/sql-reference/sql/show-columns
CREATE DATABASE D;
CREATE TABLE T (
    N NUMBER(10, 2) DEFAULT 5, I INT AUTOINCREMENT, F FLOAT NOT NULL, V VARCHAR(10) COMMENT 'text', B BINARY(4),
    O BOOLEAN, D DATE, T TIME(3), TN TIMESTAMP_NTZ(6), TL TIMESTAMP_LTZ, TT TIMESTAMP_TZ, X VARIANT, J OBJECT, A ARRAY
);
CREATE VIEW W AS SELECT N, V FROM T;
SHOW COLUMNS IN TABLE T;
--> table_name | schema_name | column_name | data_type | null? | default | kind | expression | comment | database_name | autoincrement | schema_evolution_record
--- T | PUBLIC | N | {"type":"FIXED","precision":10,"scale":2,"nullable":true} | true | 5 | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | I | {"type":"FIXED","precision":38,"scale":0,"nullable":true} | true |  | COLUMN |  |  | D | IDENTITY START 1 INCREMENT 1 NOORDER | NULL
--- T | PUBLIC | F | {"type":"REAL","nullable":false} | NOT_NULL |  | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | V | {"type":"TEXT","length":10,"byteLength":40,"nullable":true,"fixed":false} | true |  | COLUMN |  | text | D |  | NULL
--- T | PUBLIC | B | {"type":"BINARY","length":4,"byteLength":4,"nullable":true,"fixed":true} | true |  | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | O | {"type":"BOOLEAN","nullable":true} | true |  | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | D | {"type":"DATE","nullable":true} | true |  | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | T | {"type":"TIME","precision":0,"scale":3,"nullable":true} | true |  | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | TN | {"type":"TIMESTAMP_NTZ","precision":0,"scale":6,"nullable":true} | true |  | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | TL | {"type":"TIMESTAMP_LTZ","precision":0,"scale":9,"nullable":true} | true |  | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | TT | {"type":"TIMESTAMP_TZ","precision":0,"scale":9,"nullable":true} | true |  | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | X | {"type":"VARIANT","nullable":true} | true |  | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | J | {"type":"OBJECT","nullable":true} | true |  | COLUMN |  |  | D |  | NULL
--- T | PUBLIC | A | {"type":"ARRAY","nullable":true} | true |  | COLUMN |  |  | D |  | NULL
SHOW COLUMNS IN VIEW W;
--> table_name | schema_name | column_name | data_type | null? | default | kind | expression | comment | database_name | autoincrement | schema_evolution_record
--- W | PUBLIC | N | {"type":"FIXED","precision":10,"scale":2,"nullable":true} | true |  | COLUMN |  |  | D |  | NULL
--- W | PUBLIC | V | {"type":"TEXT","length":10,"byteLength":40,"nullable":true,"fixed":false} | true |  | COLUMN |  |  | D |  | NULL
SHOW COLUMNS LIKE 'n';
--> table_name | schema_name | column_name | data_type | null? | default | kind | expression | comment | database_name | autoincrement | schema_evolution_record
--- T | PUBLIC | N | {"type":"FIXED","precision":10,"scale":2,"nullable":true} | true | 5 | COLUMN |  |  | D |  | NULL
--- W | PUBLIC | N | {"type":"FIXED","precision":10,"scale":2,"nullable":true} | true |  | COLUMN |  |  | D |  | NULL
SELECT COLUMN_NAME, ORDINAL_POSITION, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION,
    IS_NULLABLE, IS_IDENTITY FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'T' ORDER BY ORDINAL_POSITION;
--> COLUMN_NAME | ORDINAL_POSITION | DATA_TYPE | CHARACTER_MAXIMUM_LENGTH | NUMERIC_PRECISION | NUMERIC_SCALE | DATETIME_PRECISION | IS_NULLABLE | IS_IDENTITY
--- N | 1 | NUMBER | NULL | 10 | 2 | NULL | YES | NO
--- I | 2 | NUMBER | NULL | 38 | 0 | NULL | YES | YES
--- F | 3 | FLOAT | NULL | NULL | NULL | NULL | NO | NO
--- V | 4 | TEXT | 10 | NULL | NULL | NULL | YES | NO
--- B | 5 | BINARY | 4 | NULL | NULL | NULL | YES | NO
--- O | 6 | BOOLEAN | NULL | NULL | NULL | NULL | YES | NO
--- D | 7 | DATE | NULL | NULL | NULL | NULL | YES | NO
--- T | 8 | TIME | NULL | NULL | NULL | 3 | YES | NO
--- TN | 9 | TIMESTAMP_NTZ | NULL | NULL | NULL | 6 | YES | NO
--- TL | 10 | TIMESTAMP_LTZ | NULL | NULL | NULL | 9 | YES | NO
--- TT | 11 | TIMESTAMP_TZ | NULL | NULL | NULL | 9 | YES | NO
--- X | 12 | VARIANT | NULL | NULL | NULL | NULL | YES | NO
--- J | 13 | OBJECT | NULL | NULL | NULL | NULL | YES | NO
--- A | 14 | ARRAY | NULL | NULL | NULL | NULL | YES | NO
DESC TABLE T;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- N | NUMBER(10,2) | COLUMN | Y | 5 | N | N | NULL | NULL | NULL | NULL | NULL
--- I | NUMBER(38,0) | COLUMN | Y | IDENTITY START 1 INCREMENT 1 NOORDER | N | N | NULL | NULL | NULL | NULL | NULL
--- F | FLOAT | COLUMN | N | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- V | VARCHAR(10) | COLUMN | Y | NULL | N | N | NULL | NULL | text | NULL | NULL
--- B | BINARY(4) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- O | BOOLEAN | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- D | DATE | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- T | TIME(3) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- TN | TIMESTAMP_NTZ(6) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- TL | TIMESTAMP_LTZ(9) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- TT | TIMESTAMP_TZ(9) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- X | VARIANT | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- J | OBJECT | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- A | ARRAY | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
DESC TABLE NOSUCH;
--! 002003 Object 'D.PUBLIC.NOSUCH' does not exist or not authorized.
DESC SCHEMA PUBLIC;
--> created_on | name | kind
--- 2025-12-31 16:00:00.000 -0800 | T | TABLE
--- 2025-12-31 16:00:00.000 -0800 | W | VIEW
CREATE TABLE PARENT (A INT, B INT, CONSTRAINT PK PRIMARY KEY (A, B));
CREATE TABLE CHILD (X INT, Y INT, CONSTRAINT FK FOREIGN KEY (X, Y) REFERENCES PARENT (A, B), CONSTRAINT UK UNIQUE (X));
SHOW IMPORTED KEYS IN TABLE CHILD;
--> created_on | pk_database_name | pk_schema_name | pk_table_name | pk_column_name | fk_database_name | fk_schema_name | fk_table_name | fk_column_name | key_sequence | update_rule | delete_rule | fk_name | pk_name | deferrability | rely | comment
--- 2025-12-31 16:00:00.000 -0800 | D | PUBLIC | PARENT | A | D | PUBLIC | CHILD | X | 1 | NO ACTION | NO ACTION | FK | PK | NOT DEFERRABLE | false | NULL
--- 2025-12-31 16:00:00.000 -0800 | D | PUBLIC | PARENT | B | D | PUBLIC | CHILD | Y | 2 | NO ACTION | NO ACTION | FK | PK | NOT DEFERRABLE | false | NULL
SHOW UNIQUE KEYS IN SCHEMA PUBLIC;
--> created_on | database_name | schema_name | table_name | column_name | key_sequence | constraint_name | rely | comment
--- 2025-12-31 16:00:00.000 -0800 | D | PUBLIC | CHILD | X | 1 | UK | false | NULL
SELECT 1 AS A, 'x' AS B;
--> A | B
--- 1 | x
DESC RESULT LAST_QUERY_ID();
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment
--- A | NUMBER(1,0) | COLUMN | N | NULL | N | N | NULL | NULL | NULL
--- B | VARCHAR(1) | COLUMN | N | NULL | N | N | NULL | NULL | NULL

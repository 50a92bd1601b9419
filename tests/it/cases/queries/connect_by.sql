-- CONNECT BY walks from roots to what hangs on them.
-- https://docs.snowflake.com/en/sql-reference/constructs/connect-by
CREATE DATABASE D;
CREATE TABLE PARTS (NAME VARCHAR(20), ID INT NOT NULL, PART_OF INT);
INSERT INTO PARTS VALUES ('bike', 1, NULL), ('wheel', 10, 1), ('spoke', 100, 10), ('frame', 20, 1), ('bell', 2, NULL);
--> number of rows inserted
--- 5
SELECT NAME, LEVEL, CONNECT_BY_ROOT NAME AS WHOLE, SYS_CONNECT_BY_PATH(NAME, '/') AS PATH FROM PARTS START WITH PART_OF IS NULL CONNECT BY PART_OF = PRIOR ID ORDER BY PATH;
--> NAME | LEVEL | WHOLE | PATH
--- bell | 1 | bell | /bell
--- bike | 1 | bike | /bike
--- frame | 2 | bike | /bike/frame
--- wheel | 2 | bike | /bike/wheel
--- spoke | 3 | bike | /bike/wheel/spoke
-- Without START WITH every row is a root.
SELECT NAME, LEVEL FROM PARTS CONNECT BY PRIOR ID = PART_OF ORDER BY NAME, LEVEL;
--> NAME | LEVEL
--- bell | 1
--- bike | 1
--- frame | 1
--- frame | 2
--- spoke | 1
--- spoke | 2
--- spoke | 3
--- wheel | 1
--- wheel | 2
-- WHERE filters what was found, not the way to it.
SELECT NAME FROM PARTS WHERE LEVEL = 3 START WITH ID = 1 CONNECT BY PART_OF = PRIOR ID;
--> NAME
--- spoke
SELECT NAME FROM PARTS START WITH ID = 1 CONNECT BY PART_OF = PRIOR ID AND LEVEL < 3 ORDER BY 1;
--> NAME
--- bike
--- frame
--- wheel
-- A star is the source's columns; LEVEL is there when asked for, by any name of the source.
SELECT * FROM PARTS P START WITH P.NAME = 'wheel' CONNECT BY P.PART_OF = PRIOR P.ID ORDER BY P.ID;
--> NAME | ID | PART_OF
--- wheel | 10 | 1
--- spoke | 100 | 10
SELECT P.LEVEL, P.NAME FROM PARTS P START WITH P.NAME = 'wheel' CONNECT BY P.PART_OF = PRIOR P.ID ORDER BY LEVEL;
--> LEVEL | NAME
--- 1 | wheel
--- 2 | spoke
-- LEVEL hides a column of that name.
SELECT LEVEL FROM (SELECT 7 AS LEVEL) CONNECT BY LEVEL <= 3 ORDER BY 1;
--> LEVEL
--- 1
--- 2
--- 3
-- Joins come first, also those that WHERE makes.
CREATE TABLE PRICES (ID INT, PRICE NUMBER(6, 2));
INSERT INTO PRICES VALUES (1, 500), (10, 40), (100, 0.25);
--> number of rows inserted
--- 3
SELECT NAME, PARTS.ID, PRICES.ID, PRICE FROM PARTS, PRICES WHERE PARTS.ID = PRICES.ID AND PRICE < 100 START WITH PART_OF IS NULL CONNECT BY PART_OF = PRIOR PARTS.ID ORDER BY PRICE;
--> NAME | ID | ID | PRICE
--- spoke | 100 | 100 | 0.25
--- wheel | 10 | 10 | 40.00
SELECT * FROM PARTS JOIN PRICES ON PARTS.ID = PRICES.ID START WITH PART_OF IS NULL CONNECT BY PART_OF = PRIOR PARTS.ID ORDER BY PRICE;
--> NAME | ID | PART_OF | ID | PRICE
--- spoke | 100 | 10 | 100 | 0.25
--- wheel | 10 | 1 | 10 | 40.00
--- bike | 1 | NULL | 1 | 500.00
-- The outcome is a relation like others.
SELECT WHOLE, COUNT(*), MAX(DEPTH) FROM (SELECT CONNECT_BY_ROOT NAME AS WHOLE, LEVEL AS DEPTH FROM PARTS START WITH PART_OF IS NULL CONNECT BY PART_OF = PRIOR ID) GROUP BY WHOLE ORDER BY WHOLE;
--> WHOLE | COUNT(*) | MAX(DEPTH)
--- bell | 1 | 1
--- bike | 4 | 3
SELECT COUNT(*) FROM PARTS START WITH ID = 999 CONNECT BY PART_OF = PRIOR ID;
--> COUNT(*)
--- 0
SELECT CONNECT_BY_ROOT NAME FROM PARTS ORDER BY 1 LIMIT 2;
--> NAME
--- bell
--- bike
SELECT PRIOR, CONNECT_BY_ROOT FROM (SELECT 1 AS PRIOR, 2 AS CONNECT_BY_ROOT);
--> PRIOR | CONNECT_BY_ROOT
--- 1 | 2
SELECT NAME FROM PARTS START WITH ID = 1;
--! 000904 START WITH without CONNECT BY
SELECT NAME FROM PARTS START WITH ID = 1 CONNECT BY NOCYCLE PART_OF = PRIOR ID;
--! 000002 Unsupported feature 'NOCYCLE'.
SELECT CONNECT_BY_ISLEAF FROM PARTS START WITH ID = 1 CONNECT BY PART_OF = PRIOR ID;
--! 000002 Unsupported feature 'CONNECT_BY_ISLEAF'.
SELECT LEVEL, COUNT(*) FROM PARTS START WITH ID = 1 CONNECT BY PART_OF = PRIOR ID GROUP BY LEVEL;
--! 000904 GROUP BY and HAVING cannot be in one SELECT with CONNECT BY
SELECT SYS_CONNECT_BY_PATH(NAME) FROM PARTS START WITH ID = 1 CONNECT BY PART_OF = PRIOR ID;
--! 001044 Invalid argument types for function 'SYS_CONNECT_BY_PATH': (it takes a column and a separator)

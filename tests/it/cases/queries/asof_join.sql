-- ASOF JOIN finds the one closest row, and keeps left rows that have none.
-- https://docs.snowflake.com/en/sql-reference/constructs/asof-join
CREATE DATABASE D;
CREATE TABLE TRADES (SYMBOL VARCHAR(4), AT TIMESTAMP_NTZ, QTY INT);
CREATE TABLE QUOTES (SYMBOL VARCHAR(4), AT TIMESTAMP_NTZ, BID NUMBER(6, 2));
INSERT INTO TRADES VALUES ('AB', '2024-03-01 10:00:00', 1), ('AB', '2024-03-01 10:05:00', 2), ('CD', '2024-03-01 10:00:00', 3), ('AB', NULL, 4), (NULL, '2024-03-01 10:00:00', 5);
--> number of rows inserted
--- 5
INSERT INTO QUOTES VALUES ('AB', '2024-03-01 09:59:00', 1.5), ('AB', '2024-03-01 10:00:00', 1.25), ('AB', NULL, 9), ('CD', '2024-03-01 10:01:00', 7), (NULL, '2024-03-01 09:00:00', 8);
--> number of rows inserted
--- 5
-- NULL is close to nothing, and equal to nothing.
SELECT QTY, QUOTES.AT, BID FROM TRADES ASOF JOIN QUOTES MATCH_CONDITION (TRADES.AT >= QUOTES.AT) ON TRADES.SYMBOL = QUOTES.SYMBOL ORDER BY QTY;
--> QTY | AT | BID
--- 1 | 2024-03-01 10:00:00.000 | 1.25
--- 2 | 2024-03-01 10:00:00.000 | 1.25
--- 3 | NULL | NULL
--- 4 | NULL | NULL
--- 5 | NULL | NULL
SELECT QTY, QUOTES.AT, BID FROM TRADES ASOF JOIN QUOTES MATCH_CONDITION (TRADES.AT > QUOTES.AT) ON (QUOTES.SYMBOL = TRADES.SYMBOL) ORDER BY QTY;
--> QTY | AT | BID
--- 1 | 2024-03-01 09:59:00.000 | 1.50
--- 2 | 2024-03-01 10:00:00.000 | 1.25
--- 3 | NULL | NULL
--- 4 | NULL | NULL
--- 5 | NULL | NULL
SELECT QTY, Q.AT, BID FROM TRADES T ASOF JOIN QUOTES Q MATCH_CONDITION (T.AT < Q.AT) ON T.SYMBOL = Q.SYMBOL ORDER BY QTY;
--> QTY | AT | BID
--- 1 | NULL | NULL
--- 2 | NULL | NULL
--- 3 | 2024-03-01 10:01:00.000 | 7.00
--- 4 | NULL | NULL
--- 5 | NULL | NULL
-- USING gives its columns once.
SELECT * FROM TRADES ASOF JOIN QUOTES MATCH_CONDITION (TRADES.AT <= QUOTES.AT) USING (SYMBOL) ORDER BY QTY;
--> SYMBOL | AT | QTY | AT | BID
--- AB | 2024-03-01 10:00:00.000 | 1 | 2024-03-01 10:00:00.000 | 1.25
--- AB | 2024-03-01 10:05:00.000 | 2 | NULL | NULL
--- CD | 2024-03-01 10:00:00.000 | 3 | 2024-03-01 10:01:00.000 | 7.00
--- AB | NULL | 4 | NULL | NULL
--- NULL | 2024-03-01 10:00:00.000 | 5 | NULL | NULL
-- Without ON every row is a candidate.
SELECT QTY, BID FROM TRADES T ASOF JOIN QUOTES Q MATCH_CONDITION (T.AT >= Q.AT) WHERE T.SYMBOL = 'CD';
--> QTY | BID
--- 3 | 1.25
-- Sides may be expressions, and of types that go together.
SELECT QTY, BID FROM TRADES T ASOF JOIN QUOTES Q MATCH_CONDITION (T.AT >= DATEADD(MINUTE, 1, Q.AT)) ON T.SYMBOL = Q.SYMBOL ORDER BY QTY;
--> QTY | BID
--- 1 | 1.50
--- 2 | 1.25
--- 3 | NULL
--- 4 | NULL
--- 5 | NULL
SELECT D, BID FROM (SELECT '2024-03-02'::DATE AS D) ASOF JOIN QUOTES Q MATCH_CONDITION (D >= Q.AT);
--> D | BID
--- 2024-03-02 | 7.00
-- Joins go on behind it, and may come before it.
SELECT T.QTY, Q1.BID, Q2.BID, N.W FROM TRADES T JOIN (SELECT 1 AS QTY, 'one' AS W) N ON N.QTY = T.QTY ASOF JOIN QUOTES Q1 MATCH_CONDITION (T.AT >= Q1.AT) ON T.SYMBOL = Q1.SYMBOL ASOF JOIN QUOTES Q2 MATCH_CONDITION (T.AT > Q2.AT) ON T.SYMBOL = Q2.SYMBOL JOIN TRADES X ON X.QTY = T.QTY;
--> QTY | BID | BID | W
--- 1 | 1.25 | 1.50 | one
-- Types and lengths of columns stay.
CREATE TABLE J AS SELECT TRADES.SYMBOL, BID FROM TRADES ASOF JOIN QUOTES MATCH_CONDITION (TRADES.AT >= QUOTES.AT);
SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_SCALE FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'J' ORDER BY ORDINAL_POSITION;
--> COLUMN_NAME | DATA_TYPE | CHARACTER_MAXIMUM_LENGTH | NUMERIC_SCALE
--- SYMBOL | TEXT | 4 | NULL
--- BID | NUMBER | NULL | 2
SELECT 1 FROM TRADES T ASOF JOIN QUOTES Q MATCH_CONDITION (T.AT = Q.AT);
--! 002034 MATCH_CONDITION clause is invalid: Only comparison operators '>=', '>', '<=' and '<' are allowed.
SELECT 1 FROM TRADES T ASOF JOIN QUOTES Q MATCH_CONDITION (Q.AT <= T.AT);
--! 002034 MATCH_CONDITION clause is invalid: The left side allows only column references from the left side table, and the right side allows only column references from the right side table.
SELECT 1 FROM TRADES T ASOF JOIN QUOTES Q MATCH_CONDITION (T.AT <= Q.NOSUCH);
--! 000904 invalid identifier 'Q.NOSUCH'
SELECT 1 FROM TRADES T ASOF JOIN QUOTES Q MATCH_CONDITION (T.AT <= Q.AT) ON T.SYMBOL = Q.SYMBOL OR T.QTY = 1;
--! 002035 ON clause for ASOF JOIN must contain conjunctions of equality conditions only. Disjunctions are not allowed. Each side of an equality condition must only refer to either the left table or the right table.
SELECT 1 FROM TRADES T ASOF JOIN QUOTES Q MATCH_CONDITION (T.AT <= Q.AT) ON T.SYMBOL < Q.SYMBOL;
--! 002035 ON clause for ASOF JOIN must contain conjunctions of equality conditions only. Disjunctions are not allowed. Each side of an equality condition must only refer to either the left table or the right table.

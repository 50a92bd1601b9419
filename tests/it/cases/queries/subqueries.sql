-- Scalar subqueries: one value for each row around them.
-- https://docs.snowflake.com/en/user-guide/querying-subqueries
CREATE DATABASE D;
CREATE TABLE ORDERS (ID INT, ITEM INT, TAGS VARIANT);
CREATE TABLE ITEMS (ID INT, NAME VARCHAR(10));
INSERT INTO ORDERS SELECT 1, 10, PARSE_JSON('["a","b"]') UNION ALL SELECT 2, 20, PARSE_JSON('[]') UNION ALL SELECT 3, 30, NULL;
--> number of rows inserted
--- 3
INSERT INTO ITEMS VALUES (10, 'pen'), (20, 'cup'), (20, 'mug');
--> number of rows inserted
--- 3
SELECT ID, (SELECT NAME FROM ITEMS I WHERE I.ID = ITEM) AS NAME FROM ORDERS WHERE ID <> 2 ORDER BY ID;
--> ID | NAME
--- 1 | pen
--- 3 | NULL
SELECT ID FROM ORDERS WHERE (SELECT NAME FROM ITEMS I WHERE I.ID = ITEM AND NAME <> 'mug') = 'cup';
--> ID
--- 2
SELECT (SELECT I.ID FROM ITEMS I WHERE I.ID = ITEM) AS ITEM FROM ORDERS WHERE ID = 1;
--> ITEM
--- 10
-- Several are an error only where a row asks for them.
SELECT ID, (SELECT NAME FROM ITEMS I WHERE I.ID = ITEM) AS NAME FROM ORDERS;
--! 090150 Single-row subquery returns more than one row.
SELECT (SELECT ID FROM ORDERS);
--! 090150 Single-row subquery returns more than one row.
-- What cannot become a join is refused.
SELECT (SELECT COUNT(*) FROM ITEMS I WHERE I.ID > ITEM) FROM ORDERS;
--> (SELECT COUNT(*) FROM ITEMS I WHERE I.ID > ITEM)
--- 2
--- 0
--- 0
-- So are the columns of a table function, with the place.
SELECT ID, (SELECT NAME FROM ITEMS WHERE NAME = VALUE::VARCHAR) FROM ORDERS, TABLE(FLATTEN(TAGS));
--! 002031 Unsupported subquery type cannot be evaluated at line 1, position 12
SELECT ID FROM ORDERS, LATERAL FLATTEN(TAGS) F WHERE 'pen' = (SELECT NAME FROM ITEMS WHERE NAME = F.VALUE::VARCHAR);
--! 002031 Unsupported subquery type cannot be evaluated at line 1, position 62
SELECT O.ID, F.VALUE::VARCHAR AS TAG FROM ORDERS O, TABLE(FLATTEN(TAGS)) F LEFT JOIN ITEMS I ON I.ID = O.ITEM WHERE EXISTS (SELECT 1 FROM ITEMS WHERE ID = ITEM) ORDER BY TAG;
--> ID | TAG
--- 1 | a
--- 1 | b

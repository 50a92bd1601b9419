-- What Snowglobe does not have is refused by name
CREATE TABLE T (ID INT, V INT);
-- @refused
CREATE TABLE PLACES (P GEOGRAPHY);
-- @refused
SELECT ID FROM T START WITH ID = 1 CONNECT BY NOCYCLE V = PRIOR ID;
-- @refused
SELECT [1, 2]::ARRAY(INT) AS A;
SELECT COUNT(*) AS STILL_HERE FROM T;

-- Views that a stream cannot be on.
-- https://docs.snowflake.com/en/user-guide/streams-intro
CREATE DATABASE D;
CREATE TABLE A (ID INT, N INT);
CREATE TABLE B (ID INT);
CREATE VIEW GROUPED AS SELECT ID, SUM(N) AS N FROM A GROUP BY ID;
CREATE VIEW TOTAL AS SELECT MAX(N) AS N FROM A;
CREATE VIEW DIFFERENT AS SELECT DISTINCT N FROM A;
CREATE VIEW LEFT_JOINED AS SELECT A.ID FROM A LEFT JOIN B ON A.ID = B.ID;
CREATE VIEW FULL_JOINED AS SELECT A.ID FROM A FULL JOIN B ON A.ID = B.ID;
CREATE VIEW BOTH AS SELECT ID FROM A UNION SELECT ID FROM B;
CREATE VIEW SHARED AS SELECT ID FROM A INTERSECT SELECT ID FROM B;
CREATE VIEW FIRST_FEW AS SELECT ID FROM A ORDER BY ID LIMIT 3;
--> status
--- View FIRST_FEW successfully created.
CREATE VIEW NUMBERED AS SELECT ID, ROW_NUMBER() OVER (ORDER BY ID) AS R FROM A;
CREATE VIEW CHOSEN AS SELECT ID FROM A WHERE ID IN (SELECT ID FROM B);
CREATE VIEW NESTED AS SELECT N FROM GROUPED WHERE N > 1;
CREATE STREAM S ON VIEW GROUPED;
--! 000002 Change tracking is not supported on queries with GROUP BY.
CREATE STREAM S ON VIEW TOTAL;
--! 000002 Change tracking is not supported on queries with GROUP BY.
CREATE STREAM S ON VIEW DIFFERENT;
--! 000002 Change tracking is not supported on queries with DISTINCT.
CREATE STREAM S ON VIEW LEFT_JOINED;
--! 000002 Change tracking is not supported on queries with joins of type '[LEFT_OUTER_JOIN]'.
CREATE STREAM S ON VIEW FULL_JOINED;
--! 000002 Change tracking is not supported on queries with joins of type '[FULL_OUTER_JOIN]'.
CREATE STREAM S ON VIEW BOTH;
--! 000002 Change tracking is not supported on queries with joins of type '[UNION]'.
CREATE STREAM S ON VIEW SHARED;
--! 000002 Change tracking is not supported on queries with joins of type '[INTERSECT]'.
CREATE STREAM S ON VIEW FIRST_FEW;
--! 000002 Change tracking is not supported on queries with LIMIT.
CREATE STREAM S ON VIEW NUMBERED;
--! 000002 Change tracking is not supported on queries with window functions.
CREATE STREAM S ON VIEW CHOSEN;
--! 000002 Change tracking is not supported on queries with subqueries outside FROM.
CREATE STREAM S ON VIEW NESTED;
--! 000002 Change tracking is not supported on queries with GROUP BY.
CREATE VIEW FINE AS SELECT A.ID FROM A, B WHERE A.ID = B.ID UNION ALL SELECT ID FROM (SELECT * FROM B);
CREATE STREAM S ON VIEW FINE;

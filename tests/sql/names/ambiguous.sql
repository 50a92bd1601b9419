-- Names that two tables have, and columns of one name in results
-- sql-reference/constructs/join; sql-reference/sql/select; sql-reference/functions/result_scan

CREATE TABLE L (K INT, D INT, A INT);
CREATE TABLE R (K INT, D INT, B INT);
INSERT INTO L VALUES (1, 100, 11), (2, 200, 12);
INSERT INTO R VALUES (1, 999, 21), (3, 888, 23);

-- Results may have columns of one name.
SELECT * FROM L JOIN R ON L.K = R.K;
SELECT L.K, R.K, L.D, R.D FROM L JOIN R ON L.K = R.K;
SELECT 1 AS X, 2 AS X;
SELECT K, K, K AS "K" FROM L ORDER BY A LIMIT 1;
SELECT L.*, R.* FROM L, R ORDER BY A, B LIMIT 1;

-- A qualified name, or one that only one side has, is never ambiguous.
SELECT A, B FROM L JOIN R ON L.K = R.K;
SELECT L.D AS LEFT_ONE, R.D AS RIGHT_ONE FROM L LEFT JOIN R ON L.K = R.K ORDER BY L.K;

-- USING and NATURAL take the shared column once, in front.
SELECT * FROM L JOIN R USING (K);
SELECT K, A, B FROM L JOIN R USING (K);
SELECT K, A, B FROM L LEFT JOIN R USING (K) ORDER BY K;
SELECT L.K AS LK, R.K AS RK FROM L LEFT JOIN R USING (K) ORDER BY LK;
SELECT D FROM L JOIN R USING (K);
SELECT * FROM L NATURAL JOIN R;
SELECT * FROM L NATURAL JOIN (SELECT K, B FROM R);

-- What a subquery calls its columns is what there is outside.
SELECT X, Y FROM (SELECT L.D AS X, R.D AS Y FROM L JOIN R ON L.K = R.K);
SELECT S.D FROM (SELECT L.* FROM L JOIN R ON L.K = R.K) S;
-- A column of the inner query goes before one of the outer.
SELECT K, (SELECT MAX(D) FROM R WHERE R.K = L.K) AS M, (SELECT MAX(D) FROM R WHERE D > 900) AS INNER_ONE
FROM L ORDER BY K;
SELECT K FROM L WHERE EXISTS (SELECT 1 FROM R WHERE B = 21 AND A = 12) ORDER BY K;

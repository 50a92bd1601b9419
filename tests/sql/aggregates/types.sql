-- Precision and scale of what aggregates return
-- sql-reference/functions/sum, avg, median, percentile_cont, percentile_disc, mode, min, max, var_pop, var_samp,
-- stddev, kurtosis, skew, bitor_agg, booland_agg, hash_agg, count, listagg, array_agg, corr

CREATE TABLE T (I INT, N NUMBER(5,0), D NUMBER(10,2), F NUMBER(20,10), X FLOAT, S VARCHAR(7), B BOOLEAN, DT DATE,
    TS TIMESTAMP_NTZ(3), V VARIANT);
INSERT INTO T SELECT 1, 10, 1.50, 0.0000000001, 2.5, '3', TRUE, '2024-01-01', '2024-01-01 00:00:00', 1;
INSERT INTO T SELECT 2, 20, 2.25, 0.0000000002, 3.5, '4', FALSE, '2024-01-02', '2024-01-02 00:00:00', 2;

-- Sums keep the scale and have 38 digits.
SELECT SUM(I) AS I, SUM(N) AS N, SUM(D) AS D, SUM(F) AS F, SUM(X) AS X, SUM(S) AS S, SUM(V) AS V FROM T;
SELECT SUM(DISTINCT D) AS D, SUM(D) OVER () AS WINDOWED FROM T GROUP BY D ORDER BY D;

-- Averages have six digits more.
SELECT AVG(I) AS I, AVG(N) AS N, AVG(D) AS D, AVG(X) AS X, AVG(S) AS S FROM T;

-- Medians have three more; modes, least and most keep the type.
SELECT MEDIAN(I) AS I, MEDIAN(D) AS D, MEDIAN(X) AS X, MODE(D) AS MODE, MIN(N) AS N, MAX(D) AS MD, MIN(S) AS S,
    MAX(DT) AS DT, MIN(TS) AS TS, MAX(B) AS B, ANY_VALUE(F) AS F
FROM T WHERE I = 1;
SELECT MAX_BY(S, I) AS S, MIN_BY(D, I) AS D FROM T;

-- Deviations are floats, variances of fixed-point numbers are not.
SELECT STDDEV(I) AS I, STDDEV_POP(D) AS D, STDDEV_SAMP(X) AS X FROM T;
SELECT VAR_POP(D) AS D, VAR_SAMP(D) AS DS, VARIANCE(X) AS X, VARIANCE_POP(X) AS XP FROM T;
SELECT ROUND(SKEW(COLUMN1), 6) AS SK, ROUND(KURTOSIS(COLUMN1::FLOAT), 6) AS KF FROM VALUES (1), (2), (2), (2), (9);
SELECT CORR(D, I) AS C, COVAR_SAMP(X, X) AS CS, REGR_SLOPE(D, I) AS R, REGR_COUNT(D, I) AS RC FROM T;

-- Counts, bits, truth, lists.
SELECT COUNT(*) AS N, COUNT(DISTINCT S) AS ND FROM T WHERE I = 1;
SELECT BITAND_AGG(I) AS BA, BITOR_AGG(D) AS BO, BITXOR_AGG(S) AS BX, BOOLAND_AGG(B) AS LA, BOOLOR_AGG(I) AS LO FROM T;
SELECT LISTAGG(S) AS L, ARRAY_AGG(I) AS A, OBJECT_AGG(S, V) AS O, ARRAY_UNIQUE_AGG(I) AS U FROM T WHERE I = 1;

-- Sums may need all 38 digits, and no more.
SELECT SUM(COLUMN1::NUMBER(38,0)) AS MOST FROM VALUES (99999999999999999999999999999999999998), (1);

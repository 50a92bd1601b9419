-- SCD 1: rows whose hash is the same are not touched
--
-- The hash is MD5 over the columns, with a separator between them and a mark for NULL. So ('AB', 'C') is not ('A', 'BC'),
-- and NULL is not an empty text. Of five customers three have changed; CHANGED_AT shows which.
-- @setup _changes.sql

CREATE TABLE CUSTOMER_CURRENT (
    CUSTOMER_ID NUMBER, NAME VARCHAR, CITY VARCHAR, ROW_HASH VARCHAR(32), CHANGED_AT TIMESTAMP_NTZ
);

INSERT INTO CUSTOMER_CURRENT
SELECT COLUMN1, COLUMN2, COLUMN3, MD5(COALESCE(COLUMN2, '~') || '|' || COALESCE(COLUMN3, '~')), '2026-01-01'
FROM VALUES (1, 'Ada', 'London'), (2, 'Grit', 'Berlin'), (3, 'AB', 'C'), (4, 'Cleo', NULL), (5, 'Dora', NULL);

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'London', 'U', '2026-01-02'),
    (2, 'Grit', 'Bremen', 'U', '2026-01-02'),
    (3, 'A',    'BC',     'U', '2026-01-02'),
    (4, 'Cleo', '',       'U', '2026-01-02'),
    (5, 'Dora', NULL,     'U', '2026-01-02');

MERGE INTO CUSTOMER_CURRENT T
USING (
    SELECT CUSTOMER_ID, NAME, CITY, CHANGED_AT,
        MD5(COALESCE(NAME, '~') || '|' || COALESCE(CITY, '~')) AS ROW_HASH
    FROM NEW_CHANGES
) S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN MATCHED AND T.ROW_HASH <> S.ROW_HASH THEN UPDATE SET
    T.NAME = S.NAME, T.CITY = S.CITY, T.ROW_HASH = S.ROW_HASH, T.CHANGED_AT = S.CHANGED_AT
WHEN NOT MATCHED THEN INSERT (CUSTOMER_ID, NAME, CITY, ROW_HASH, CHANGED_AT)
    VALUES (S.CUSTOMER_ID, S.NAME, S.CITY, S.ROW_HASH, S.CHANGED_AT);

SELECT CUSTOMER_ID, NAME, CITY, ROW_HASH, CHANGED_AT FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

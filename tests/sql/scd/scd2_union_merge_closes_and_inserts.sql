-- SCD 2: one MERGE with a union source closes the old version and inserts the new one
--
-- Each change of a known customer stands in the source twice: with its key, which meets the current version and ends it,
-- and with no key, which meets nothing and is inserted. Ada has two versions that touch, Bela one, and Grit, of whom
-- nothing new is told, stays as she was.
-- @setup _changes.sql
-- @setup _history_with_two.sql

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Paris',    'U', '2026-01-02 09:00:00'),
    (2, 'Grit', 'Berlin',   'U', '2026-01-02 09:30:00'),
    (3, 'Bela', 'Budapest', 'I', '2026-01-02 10:00:00');

MERGE INTO CUSTOMER_HISTORY H
USING (
    SELECT CUSTOMER_ID AS MERGE_KEY, CUSTOMER_ID, NAME, CITY, CHANGED_AT FROM NEW_CHANGES
    UNION ALL
    SELECT NULL, S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT
    FROM NEW_CHANGES S
    JOIN CUSTOMER_HISTORY T ON T.CUSTOMER_ID = S.CUSTOMER_ID AND T.IS_CURRENT
    WHERE T.NAME IS DISTINCT FROM S.NAME OR T.CITY IS DISTINCT FROM S.CITY
) S
ON H.CUSTOMER_ID = S.MERGE_KEY AND H.IS_CURRENT
WHEN MATCHED AND (H.NAME IS DISTINCT FROM S.NAME OR H.CITY IS DISTINCT FROM S.CITY) THEN UPDATE SET
    H.VALID_TO = S.CHANGED_AT,
    H.IS_CURRENT = FALSE
WHEN NOT MATCHED THEN INSERT (CUSTOMER_ID, NAME, CITY, VALID_FROM, VALID_TO, IS_CURRENT)
    VALUES (S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT, '9999-12-31', TRUE);

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

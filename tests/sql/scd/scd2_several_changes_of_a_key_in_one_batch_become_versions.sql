-- SCD 2: each of several changes of one key in a batch becomes a version
--
-- Ada moves twice and leaves, Bela comes and moves, all in one batch. LEAD ends each version where the next change begins;
-- only the first of a key's changes meets the current version and ends it. A delete ends the one before and opens none.
-- @setup _changes.sql
-- @setup _history_with_two.sql

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Paris',    'U', '2026-01-02 09:00:00'),
    (3, 'Bela', 'Budapest', 'I', '2026-01-02 10:00:00'),
    (1, 'Ada',  'Rome',     'U', '2026-01-03 09:00:00'),
    (3, 'Bela', 'Vienna',   'U', '2026-01-03 10:00:00'),
    (1, NULL,   NULL,       'D', '2026-01-04 09:00:00');

MERGE INTO CUSTOMER_HISTORY H
USING (
    WITH STEPS AS (
        SELECT *,
            ROW_NUMBER() OVER (PARTITION BY CUSTOMER_ID ORDER BY CHANGED_AT) AS NR,
            LEAD(CHANGED_AT) OVER (PARTITION BY CUSTOMER_ID ORDER BY CHANGED_AT) AS NEXT_AT
        FROM NEW_CHANGES
    )
    SELECT CUSTOMER_ID, NAME, CITY, CHANGED_AT, NEXT_AT, 'CLOSE' AS WHAT FROM STEPS WHERE NR = 1
    UNION ALL
    SELECT CUSTOMER_ID, NAME, CITY, CHANGED_AT, NEXT_AT, 'OPEN' FROM STEPS WHERE OP <> 'D'
) S
ON H.CUSTOMER_ID = S.CUSTOMER_ID AND H.IS_CURRENT AND S.WHAT = 'CLOSE'
WHEN MATCHED THEN UPDATE SET H.VALID_TO = S.CHANGED_AT, H.IS_CURRENT = FALSE
WHEN NOT MATCHED AND S.WHAT = 'OPEN' THEN INSERT
    VALUES (S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT,
        COALESCE(S.NEXT_AT, '9999-12-31'::TIMESTAMP_NTZ), S.NEXT_AT IS NULL);

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

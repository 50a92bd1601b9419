-- SCD 3: with several changes in one batch, the previous value is the last but one of them
--
-- Ada goes from London by way of Paris to Rome in one batch: her previous city is Paris, as it would be with a run after
-- each change. Grit has one change, and her previous city comes from the table.
-- @setup _changes.sql

CREATE TABLE CUSTOMER_CURRENT (CUSTOMER_ID NUMBER, CITY VARCHAR, PREVIOUS_CITY VARCHAR);

INSERT INTO CUSTOMER_CURRENT VALUES (1, 'London', NULL), (2, 'Berlin', NULL);

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Paris',  'U', '2026-01-02'),
    (2, 'Grit', 'Bremen', 'U', '2026-01-02'),
    (1, 'Ada',  'Rome',   'U', '2026-01-03');

MERGE INTO CUSTOMER_CURRENT T
USING (
    SELECT CUSTOMER_ID, CITY, LAG(CITY) OVER (PARTITION BY CUSTOMER_ID ORDER BY CHANGED_AT) AS CITY_BEFORE
    FROM NEW_CHANGES
    QUALIFY ROW_NUMBER() OVER (PARTITION BY CUSTOMER_ID ORDER BY CHANGED_AT DESC) = 1
) S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN MATCHED THEN UPDATE SET T.PREVIOUS_CITY = COALESCE(S.CITY_BEFORE, T.CITY), T.CITY = S.CITY;

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

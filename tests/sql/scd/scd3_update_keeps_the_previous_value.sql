-- SCD 3: an update keeps the previous value in a column of its own
--
-- All right sides of a SET see the row as it was: PREVIOUS_CITY gets the old city although CITY is set in the same UPDATE.
-- A new customer has no previous city; of Grit's two earlier cities only the last one remains.
-- @setup _changes.sql

CREATE TABLE CUSTOMER_CURRENT (CUSTOMER_ID NUMBER, CITY VARCHAR, PREVIOUS_CITY VARCHAR, MOVED_AT TIMESTAMP_NTZ);

INSERT INTO CUSTOMER_CURRENT VALUES (1, 'London', NULL, NULL), (2, 'Berlin', 'Bremen', '2026-01-01');

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Paris',    'U', '2026-01-02'),
    (2, 'Grit', 'Bonn',     'U', '2026-01-02'),
    (3, 'Bela', 'Budapest', 'I', '2026-01-02');

MERGE INTO CUSTOMER_CURRENT T
USING NEW_CHANGES S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN MATCHED THEN UPDATE SET T.CITY = S.CITY, T.PREVIOUS_CITY = T.CITY, T.MOVED_AT = S.CHANGED_AT
WHEN NOT MATCHED THEN INSERT (CUSTOMER_ID, CITY) VALUES (S.CUSTOMER_ID, S.CITY);

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

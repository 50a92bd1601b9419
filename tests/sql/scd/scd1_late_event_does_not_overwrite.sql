-- SCD 1: an event that comes late does not overwrite a newer state
--
-- Ada's move to Paris is known when her earlier move to Oxford arrives, in a batch of its own: she stays in Paris.
-- Grit's event is newer than what is known, and counts.
-- @setup _changes.sql
-- @setup _current.sql

INSERT INTO CUSTOMER_CURRENT VALUES
    (1, 'Ada',  'Paris',  '2026-01-05 09:00:00'),
    (2, 'Grit', 'Berlin', '2026-01-01 09:00:00');

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Oxford', 'U', '2026-01-03 09:00:00'),
    (2, 'Grit', 'Bremen', 'U', '2026-01-03 09:00:00');

MERGE INTO CUSTOMER_CURRENT T
USING NEW_CHANGES S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN MATCHED AND S.CHANGED_AT > T.CHANGED_AT THEN UPDATE SET
    T.NAME = S.NAME, T.CITY = S.CITY, T.CHANGED_AT = S.CHANGED_AT
WHEN NOT MATCHED THEN INSERT (CUSTOMER_ID, NAME, CITY, CHANGED_AT)
    VALUES (S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT);

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

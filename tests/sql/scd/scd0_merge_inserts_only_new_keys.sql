-- SCD 0: MERGE from a stream inserts new keys and leaves known ones alone
--
-- Ada moves to Paris and is told of again: her row stays as it was first seen. Bela is new and comes in.
-- The stream is read to its end, also where nothing of a row was used.
-- @setup _changes.sql
-- @setup _current.sql

INSERT INTO CUSTOMER_CURRENT VALUES (1, 'Ada', 'London', '2026-01-01 09:00:00');

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Paris',    'U', '2026-01-02 09:00:00'),
    (3, 'Bela', 'Budapest', 'I', '2026-01-02 10:00:00');

MERGE INTO CUSTOMER_CURRENT T
USING NEW_CHANGES S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN NOT MATCHED THEN INSERT (CUSTOMER_ID, NAME, CITY, CHANGED_AT)
    VALUES (S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT);

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

SELECT SYSTEM$STREAM_HAS_DATA('NEW_CHANGES') AS LEFT_IN_STREAM;

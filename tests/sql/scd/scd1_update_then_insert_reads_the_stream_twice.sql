-- SCD 1: UPDATE and then INSERT in one transaction read the same changes, and the stream moves on once
--
-- Both statements see the same rows, for the stream's offset moves only with the COMMIT. Ada is updated and not inserted
-- again, Bela is inserted. After the COMMIT the stream is empty.
-- @setup _changes.sql
-- @setup _current.sql

INSERT INTO CUSTOMER_CURRENT VALUES (1, 'Ada', 'London', '2026-01-01');

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Paris',    'U', '2026-01-02 09:00:00'),
    (3, 'Bela', 'Budapest', 'I', '2026-01-02 10:00:00');

BEGIN TRANSACTION;

UPDATE CUSTOMER_CURRENT T
SET T.NAME = S.NAME, T.CITY = S.CITY, T.CHANGED_AT = S.CHANGED_AT
FROM NEW_CHANGES S
WHERE T.CUSTOMER_ID = S.CUSTOMER_ID;

INSERT INTO CUSTOMER_CURRENT
SELECT S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT
FROM NEW_CHANGES S
LEFT JOIN CUSTOMER_CURRENT T ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHERE T.CUSTOMER_ID IS NULL;

COMMIT;

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

SELECT SYSTEM$STREAM_HAS_DATA('NEW_CHANGES') AS LEFT_IN_STREAM;

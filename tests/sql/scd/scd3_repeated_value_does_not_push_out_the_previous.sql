-- SCD 3: a change to the value that is there already does not push out the previous one
--
-- Ada is told of again, in Paris as before: her previous city stays London. Grit goes back to where she was, which is a
-- change: the two cities change places.
-- @setup _changes.sql

CREATE TABLE CUSTOMER_CURRENT (CUSTOMER_ID NUMBER, CITY VARCHAR, PREVIOUS_CITY VARCHAR);

INSERT INTO CUSTOMER_CURRENT VALUES (1, 'Paris', 'London'), (2, 'Berlin', 'Bremen');

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Paris',  'U', '2026-01-03'),
    (2, 'Grit', 'Bremen', 'U', '2026-01-03');

MERGE INTO CUSTOMER_CURRENT T
USING NEW_CHANGES S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN MATCHED AND T.CITY <> S.CITY THEN UPDATE SET T.PREVIOUS_CITY = T.CITY, T.CITY = S.CITY
WHEN NOT MATCHED THEN INSERT (CUSTOMER_ID, CITY) VALUES (S.CUSTOMER_ID, S.CITY);

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

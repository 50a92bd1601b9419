-- SCD 1: a MERGE inserts a new key as often as its source has it, without an error
--
-- For rows that are to be inserted Snowflake does not ask whether they are several of one key: Bela, told of twice, stands
-- in the table twice. The next MERGE cannot tell that either: it updates both rows. Only de-duplicated sources are safe.
-- @setup _changes.sql
-- @setup _current.sql

INSERT INTO CUSTOMER_CHANGES VALUES
    (3, 'Bela', 'Budapest', 'I', '2026-01-02 10:00:00'),
    (3, 'Bela', 'Budapest', 'I', '2026-01-02 10:00:00');

MERGE INTO CUSTOMER_CURRENT T
USING NEW_CHANGES S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN MATCHED THEN UPDATE SET T.CITY = S.CITY, T.CHANGED_AT = S.CHANGED_AT
WHEN NOT MATCHED THEN INSERT VALUES (S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT);

INSERT INTO CUSTOMER_CHANGES VALUES (3, 'Bela', 'Vienna', 'U', '2026-01-03 10:00:00');

MERGE INTO CUSTOMER_CURRENT T
USING NEW_CHANGES S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN MATCHED THEN UPDATE SET T.CITY = S.CITY, T.CHANGED_AT = S.CHANGED_AT
WHEN NOT MATCHED THEN INSERT VALUES (S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT);

SELECT * FROM CUSTOMER_CURRENT;

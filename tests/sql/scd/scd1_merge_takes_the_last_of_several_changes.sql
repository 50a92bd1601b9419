-- SCD 1: of several changes of one key in a batch, the last one wins
--
-- QUALIFY leaves the latest change of each customer by the source's time, in whatever order the rows came. Ada ends in
-- Rome; Bela, told of twice in the same batch while new, is inserted once.
-- @setup _changes.sql
-- @setup _current.sql

INSERT INTO CUSTOMER_CURRENT VALUES (1, 'Ada', 'London', '2026-01-01');

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Rome',     'U', '2026-01-02 11:00:00'),
    (1, 'Ada',  'Paris',    'U', '2026-01-02 09:00:00'),
    (3, 'Bela', 'Budapest', 'I', '2026-01-02 10:00:00'),
    (3, 'Bela', 'Vienna',   'U', '2026-01-02 12:00:00');

MERGE INTO CUSTOMER_CURRENT T
USING (
    SELECT * FROM NEW_CHANGES
    QUALIFY ROW_NUMBER() OVER (PARTITION BY CUSTOMER_ID ORDER BY CHANGED_AT DESC) = 1
) S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN MATCHED THEN UPDATE SET T.NAME = S.NAME, T.CITY = S.CITY, T.CHANGED_AT = S.CHANGED_AT
WHEN NOT MATCHED THEN INSERT (CUSTOMER_ID, NAME, CITY, CHANGED_AT)
    VALUES (S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT);

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

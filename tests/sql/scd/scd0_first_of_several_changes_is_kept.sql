-- SCD 0: of several changes of a new key in one batch, the first one is kept
--
-- Bela's changes arrive out of order. What is kept is the earliest by the source's time, not the first row that came,
-- and there is one row for Bela, not three.
-- @setup _changes.sql
-- @setup _current.sql

INSERT INTO CUSTOMER_CHANGES VALUES
    (3, 'Bela', 'Vienna',   'U', '2026-01-02 12:00:00'),
    (3, 'Bela', 'Budapest', 'I', '2026-01-02 10:00:00'),
    (3, 'Bela', 'Prague',   'U', '2026-01-02 14:00:00');

INSERT INTO CUSTOMER_CURRENT (CUSTOMER_ID, NAME, CITY, CHANGED_AT)
SELECT S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT
FROM NEW_CHANGES S
WHERE NOT EXISTS (SELECT 1 FROM CUSTOMER_CURRENT T WHERE T.CUSTOMER_ID = S.CUSTOMER_ID)
QUALIFY ROW_NUMBER() OVER (PARTITION BY S.CUSTOMER_ID ORDER BY S.CHANGED_AT) = 1;

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

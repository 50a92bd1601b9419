-- SCD 1: a NULL-safe comparison sees changes to NULL and from NULL, and nothing else
--
-- Ada loses her city, Grit gets her first one, Bela has none before and after, Cleo is as she was. Two rows are updated;
-- with <> instead of IS DISTINCT FROM it would be none.
-- @setup _changes.sql
-- @setup _current.sql

INSERT INTO CUSTOMER_CURRENT VALUES
    (1, 'Ada', 'London', '2026-01-01'), (2, 'Grit', NULL, '2026-01-01'),
    (3, 'Bela', NULL, '2026-01-01'), (4, 'Cleo', 'Cairo', '2026-01-01');

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada', NULL, 'U', '2026-01-02'), (2, 'Grit', 'Berlin', 'U', '2026-01-02'),
    (3, 'Bela', NULL, 'U', '2026-01-02'), (4, 'Cleo', 'Cairo', 'U', '2026-01-02');

MERGE INTO CUSTOMER_CURRENT T
USING NEW_CHANGES S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN MATCHED AND (T.NAME IS DISTINCT FROM S.NAME OR T.CITY IS DISTINCT FROM S.CITY) THEN UPDATE SET
    T.NAME = S.NAME, T.CITY = S.CITY, T.CHANGED_AT = S.CHANGED_AT;

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

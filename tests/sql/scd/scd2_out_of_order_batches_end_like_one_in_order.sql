-- SCD 2: batches out of order lead to the history that one batch in order leads to
--
-- The same five events come in three batches, the last ones first, and one of them twice; then, into an empty history,
-- all at once and in order. No row tells the two histories apart.
-- @setup _changes.sql
-- @setup _history.sql
-- @setup _lay_out_anew.sql

INSERT INTO CUSTOMER_CHANGES VALUES (1, 'Ada', 'Rome', 'U', '2026-01-04'), (3, 'Bela', 'Vienna', 'U', '2026-01-05');

CALL LAY_OUT_ANEW();

INSERT INTO CUSTOMER_CHANGES VALUES (1, 'Ada', 'London', 'I', '2026-01-01'), (1, 'Ada', 'Rome', 'U', '2026-01-04');

CALL LAY_OUT_ANEW();

INSERT INTO CUSTOMER_CHANGES VALUES (3, 'Bela', 'Budapest', 'I', '2026-01-02'), (1, 'Ada', 'Paris', 'U', '2026-01-03');

CALL LAY_OUT_ANEW();

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

CREATE TABLE HISTORY_OUT_OF_ORDER CLONE CUSTOMER_HISTORY;

TRUNCATE TABLE CUSTOMER_HISTORY;

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada', 'London', 'I', '2026-01-01'), (3, 'Bela', 'Budapest', 'I', '2026-01-02'),
    (1, 'Ada', 'Paris', 'U', '2026-01-03'), (1, 'Ada', 'Rome', 'U', '2026-01-04'),
    (3, 'Bela', 'Vienna', 'U', '2026-01-05');

CALL LAY_OUT_ANEW();

SELECT COUNT(*) AS DIFFERENCES
FROM (
    (SELECT * FROM CUSTOMER_HISTORY EXCEPT SELECT * FROM HISTORY_OUT_OF_ORDER)
    UNION ALL
    (SELECT * FROM HISTORY_OUT_OF_ORDER EXCEPT SELECT * FROM CUSTOMER_HISTORY)
);

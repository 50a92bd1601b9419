-- SCD 6: a version carries its own, the previous and the current value
--
-- All from the versions of type 2, by a view: PREVIOUS_CITY is that of the version before (SCD 3), CURRENT_CITY that of the
-- last one (SCD 1). A second move changes CURRENT_CITY on all rows and PREVIOUS_CITY on none that were there.
-- @setup _changes.sql
-- @setup _history_with_two.sql
-- @setup _lay_out_anew.sql

CREATE VIEW CUSTOMER_DIMENSION AS
SELECT CUSTOMER_ID, CITY,
    LAG(CITY) OVER (PARTITION BY CUSTOMER_ID ORDER BY VALID_FROM) AS PREVIOUS_CITY,
    LAST_VALUE(CITY) OVER (PARTITION BY CUSTOMER_ID ORDER BY VALID_FROM) AS CURRENT_CITY,
    VALID_FROM, VALID_TO, IS_CURRENT
FROM CUSTOMER_HISTORY;

INSERT INTO CUSTOMER_CHANGES VALUES (1, 'Ada', 'Paris', 'U', '2026-01-02');

CALL LAY_OUT_ANEW();

SELECT * FROM CUSTOMER_DIMENSION ORDER BY CUSTOMER_ID, VALID_FROM;

INSERT INTO CUSTOMER_CHANGES VALUES (1, 'Ada', 'Rome', 'U', '2026-01-03');

CALL LAY_OUT_ANEW();

SELECT * FROM CUSTOMER_DIMENSION ORDER BY CUSTOMER_ID, VALID_FROM;

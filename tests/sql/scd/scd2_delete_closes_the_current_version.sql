-- SCD 2: a delete closes the current version and opens none
--
-- Grit leaves on the third: her version ends then and nothing of her is current. A delete of somebody unknown does
-- nothing. Whoever is not told of stays current.
-- @setup _changes.sql
-- @setup _history_with_two.sql

INSERT INTO CUSTOMER_CHANGES VALUES
    (2, NULL, NULL, 'D', '2026-01-03 12:00:00'),
    (9, NULL, NULL, 'D', '2026-01-03 13:00:00');

MERGE INTO CUSTOMER_HISTORY H
USING (SELECT * FROM NEW_CHANGES WHERE OP = 'D') S
ON H.CUSTOMER_ID = S.CUSTOMER_ID AND H.IS_CURRENT
WHEN MATCHED THEN UPDATE SET H.VALID_TO = S.CHANGED_AT, H.IS_CURRENT = FALSE;

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

SELECT CUSTOMER_ID, NAME FROM CUSTOMER_HISTORY WHERE IS_CURRENT;

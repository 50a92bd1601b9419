-- SCD 2: a key that returns gets a new version, and the time of its absence stays a gap
--
-- Grit left on the third and is back on the sixth. Her first version still ends on the third; the new one begins on the
-- sixth; on the fourth there was no Grit.
-- @setup _changes.sql
-- @setup _history.sql

INSERT INTO CUSTOMER_HISTORY VALUES (2, 'Grit', 'Berlin', '2026-01-01', '2026-01-03', FALSE);

INSERT INTO CUSTOMER_CHANGES VALUES (2, 'Grit', 'Berlin', 'I', '2026-01-06');

MERGE INTO CUSTOMER_HISTORY H
USING NEW_CHANGES S
ON H.CUSTOMER_ID = S.CUSTOMER_ID AND H.IS_CURRENT
WHEN MATCHED THEN UPDATE SET H.VALID_TO = S.CHANGED_AT, H.IS_CURRENT = FALSE
WHEN NOT MATCHED THEN INSERT VALUES (S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT, '9999-12-31', TRUE);

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

SELECT COUNT(*) AS ON_THE_FOURTH
FROM CUSTOMER_HISTORY
WHERE CUSTOMER_ID = 2 AND VALID_FROM <= '2026-01-04' AND '2026-01-04' < VALID_TO;

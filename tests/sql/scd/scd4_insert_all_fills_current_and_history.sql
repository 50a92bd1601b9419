-- SCD 4: one INSERT ALL from a stream feeds the current table and the history table
--
-- Every change goes to the history; the last one of each customer goes to the current table as well. It is one statement,
-- so the stream is read once and moves once.
-- @setup _changes.sql
-- @setup _current.sql

CREATE TABLE CUSTOMER_PAST LIKE CUSTOMER_CURRENT;

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'London', 'I', '2026-01-01'),
    (1, 'Ada',  'Paris',  'U', '2026-01-02'),
    (2, 'Grit', 'Berlin', 'I', '2026-01-02');

INSERT ALL
    WHEN NR = 1 THEN INTO CUSTOMER_CURRENT VALUES (CUSTOMER_ID, NAME, CITY, CHANGED_AT)
    WHEN TRUE THEN INTO CUSTOMER_PAST VALUES (CUSTOMER_ID, NAME, CITY, CHANGED_AT)
SELECT CUSTOMER_ID, NAME, CITY, CHANGED_AT,
    ROW_NUMBER() OVER (PARTITION BY CUSTOMER_ID ORDER BY CHANGED_AT DESC) AS NR
FROM NEW_CHANGES;

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

SELECT * FROM CUSTOMER_PAST ORDER BY CUSTOMER_ID, CHANGED_AT;

SELECT COUNT(*) AS LEFT_IN_STREAM FROM NEW_CHANGES;

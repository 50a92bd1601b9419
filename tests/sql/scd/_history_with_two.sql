-- Two customers, known since the first of January.
-- @setup _history.sql
INSERT INTO CUSTOMER_HISTORY VALUES
    (1, 'Ada',  'London', '2026-01-01', '9999-12-31', TRUE),
    (2, 'Grit', 'Berlin', '2026-01-01', '9999-12-31', TRUE);

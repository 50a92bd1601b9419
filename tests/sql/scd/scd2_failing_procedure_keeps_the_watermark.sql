-- SCD 2: a procedure that fails after it moved its watermark has moved nothing
--
-- The watermark is moved first and the versions come after it, where a text is too long for the history. The handler
-- rolls back and raises the error again: the caller sees it, the watermark and the history are as before.
-- @setup _changes.sql
-- @setup _history.sql
-- @setup _control.sql

CREATE OR REPLACE TABLE CUSTOMER_HISTORY (
    CUSTOMER_ID NUMBER, NAME VARCHAR(4), CITY VARCHAR, VALID_FROM TIMESTAMP_NTZ, VALID_TO TIMESTAMP_NTZ,
    IS_CURRENT BOOLEAN
);

CREATE PROCEDURE LOAD_HISTORY()
RETURNS VARCHAR
LANGUAGE SQL
AS
$$
BEGIN
    BEGIN TRANSACTION;
    UPDATE LOAD_CONTROL
    SET WATERMARK = (SELECT MAX(CHANGED_AT) FROM CUSTOMER_CHANGES)
    WHERE LOAD_NAME = 'CUSTOMER_HISTORY';
    INSERT INTO CUSTOMER_HISTORY
    SELECT CUSTOMER_ID, NAME, CITY, CHANGED_AT, '9999-12-31', TRUE FROM CUSTOMER_CHANGES;
    COMMIT;
    RETURN 'done';
EXCEPTION
    WHEN OTHER THEN
        ROLLBACK;
        RAISE;
END;
$$;

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',       'London', 'I', '2026-01-02'),
    (2, 'Margarete', 'Berlin', 'I', '2026-01-02');

-- @error 100078
CALL LOAD_HISTORY();

SELECT * FROM LOAD_CONTROL;

SELECT COUNT(*) AS VERSIONS FROM CUSTOMER_HISTORY;

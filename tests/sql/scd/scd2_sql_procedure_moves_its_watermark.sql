-- SCD 2: a procedure in Snowflake Scripting reads from its watermark on and moves it
--
-- Only changes after the watermark are read, and the watermark becomes the latest of them, in the same transaction. A
-- run without changes says so and leaves the watermark alone.
-- @setup _changes.sql
-- @setup _history_with_two.sql
-- @setup _control.sql

CREATE PROCEDURE LOAD_HISTORY()
RETURNS VARCHAR
LANGUAGE SQL
AS
$$
DECLARE
    since TIMESTAMP_NTZ;
    latest TIMESTAMP_NTZ;
    opened INTEGER DEFAULT 0;
BEGIN
    SELECT WATERMARK INTO :since FROM LOAD_CONTROL WHERE LOAD_NAME = 'CUSTOMER_HISTORY';
    SELECT MAX(CHANGED_AT) INTO :latest FROM CUSTOMER_CHANGES WHERE CHANGED_AT > :since;
    IF (latest IS NULL) THEN
        RETURN 'nothing since ' || TO_VARCHAR(since, 'YYYY-MM-DD HH24:MI');
    END IF;
    BEGIN TRANSACTION;
    UPDATE CUSTOMER_HISTORY H
    SET H.VALID_TO = S.CHANGED_AT, H.IS_CURRENT = FALSE
    FROM CUSTOMER_CHANGES S
    WHERE H.CUSTOMER_ID = S.CUSTOMER_ID AND H.IS_CURRENT AND S.CHANGED_AT > :since;
    INSERT INTO CUSTOMER_HISTORY
    SELECT CUSTOMER_ID, NAME, CITY, CHANGED_AT, '9999-12-31', TRUE
    FROM CUSTOMER_CHANGES
    WHERE CHANGED_AT > :since;
    opened := SQLROWCOUNT;
    UPDATE LOAD_CONTROL
    SET WATERMARK = :latest, ROWS_LAST_RUN = :opened
    WHERE LOAD_NAME = 'CUSTOMER_HISTORY';
    COMMIT;
    RETURN opened || ' versions opened';
END;
$$;

INSERT INTO CUSTOMER_CHANGES VALUES
    (1, 'Ada',  'Paris',    'U', '2026-01-02 09:00:00'),
    (3, 'Bela', 'Budapest', 'I', '2026-01-02 10:00:00');

CALL LOAD_HISTORY();

CALL LOAD_HISTORY();

INSERT INTO CUSTOMER_CHANGES VALUES (3, 'Bela', 'Vienna', 'U', '2026-01-03 10:00:00');

CALL LOAD_HISTORY();

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

SELECT * FROM LOAD_CONTROL;

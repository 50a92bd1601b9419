-- 3. The cleansed layer: one tidy row per event, and a view that tells what became of every raw row.
-- The task that fills the table stands in 05_tasks.sql.

USE SCHEMA CUSTOMER_DB.CLEANSED;

CREATE TABLE IF NOT EXISTS CUSTOMER_EVENTS (
    EVENT_ID         VARCHAR NOT NULL,
    EVENT_TYPE       VARCHAR NOT NULL,
    EVENT_TIME       TIMESTAMP_NTZ NOT NULL,
    CUSTOMER_ID      NUMBER NOT NULL,
    FIRST_NAME       VARCHAR,
    LAST_NAME        VARCHAR,
    EMAIL            VARCHAR,
    DOMAIN           VARCHAR,
    STREET           VARCHAR,
    CITY             VARCHAR,
    STATE            VARCHAR,
    COUNTRY          VARCHAR,
    ZIP              VARCHAR,
    FILE_NAME        VARCHAR,
    FILE_ROW_NUMBER  NUMBER,
    LOADED_AT        TIMESTAMP_NTZ,
    CLEANSED_AT      TIMESTAMP_NTZ
) COMMENT = 'Distinct events, tidied; times are UTC';

CREATE STREAM IF NOT EXISTS CUSTOMER_EVENTS_STREAM
    ON TABLE CUSTOMER_EVENTS
    APPEND_ONLY = TRUE;

-- What became of each raw row: CLEANSED, DUPLICATE (its eventId is there from another row), REJECTED (with the
-- reason) or PENDING (the next task run takes it). Valid JSON that is no event ends here as REJECTED.
CREATE OR REPLACE VIEW EVENT_FATE AS
WITH parsed AS (
    SELECT
        TRY_PARSE_JSON(REPLACE(REPLACE(SRC::VARCHAR, '\\\\', '\\u005c'), '\\"', '')) AS EVENT,
        SRC, FILE_NAME, FILE_ROW_NUMBER, LOADED_AT
    FROM CUSTOMER_DB.RAW.RAW_JSON_DATA
),
judged AS (
    SELECT
        SRC, FILE_NAME, FILE_ROW_NUMBER, LOADED_AT,
        NULLIF(TRIM(EVENT:eventId::VARCHAR, ' \t'''), '') AS RAW_EVENT_ID,
        TRIM(EVENT:eventTime::VARCHAR, ' \t''') AS TIME_TEXT,
        CASE
            WHEN EVENT IS NULL OR NOT IS_OBJECT(EVENT) THEN 'not a JSON object'
            WHEN RAW_EVENT_ID IS NULL THEN 'no eventId'
            WHEN COALESCE(UPPER(TRIM(EVENT:eventType::VARCHAR, ' \t''')), '')
                NOT IN ('ACCOUNT_CREATED', 'PROFILE_UPDATED', 'ACCOUNT_CLOSED') THEN 'unknown eventType'
            WHEN TRY_TO_TIMESTAMP_TZ(
                IFF(REGEXP_LIKE(TIME_TEXT, '.*(Z|[+-][0-9]{2}:?[0-9]{2})'), TIME_TEXT, TIME_TEXT || 'Z')
            ) IS NULL THEN 'eventTime is not a time'
            WHEN NOT REGEXP_LIKE(COALESCE(TRIM(EVENT:customerId::VARCHAR, ' \t'''), ''), '[0-9]{1,18}')
                THEN 'customerId is not a whole number'
        END AS REASON
    FROM parsed
)
SELECT
    j.FILE_NAME, j.FILE_ROW_NUMBER, j.LOADED_AT, j.RAW_EVENT_ID AS EVENT_ID,
    CASE
        WHEN j.REASON IS NOT NULL THEN 'REJECTED'
        WHEN c.FILE_NAME = j.FILE_NAME AND c.FILE_ROW_NUMBER = j.FILE_ROW_NUMBER THEN 'CLEANSED'
        WHEN c.EVENT_ID IS NOT NULL THEN 'DUPLICATE'
        ELSE 'PENDING'
    END AS FATE,
    j.REASON,
    j.SRC
FROM judged j
LEFT JOIN CUSTOMER_DB.CLEANSED.CUSTOMER_EVENTS c ON c.EVENT_ID = j.RAW_EVENT_ID;

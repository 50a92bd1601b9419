-- 5. The task graph, every five minutes when there is something to do:
--
--   CLEANSE_EVENTS ─► ACCEPT_EVENTS ─┬─► MERGE_CURRENT
--                                    └─► MERGE_HISTORY
--
-- The tasks of a graph live in one schema; theirs is CURATED.

USE SCHEMA CUSTOMER_DB.CURATED;

-- A graph can only be changed while its root is suspended.
ALTER TASK IF EXISTS CLEANSE_EVENTS SUSPEND;

-- RAW to CLEANSED.
-- The root also wakes when an earlier run failed half-way and left changes in one of the later streams.
CREATE TASK IF NOT EXISTS CLEANSE_EVENTS
    WAREHOUSE = CUSTOMER_WH
    SCHEDULE = '5 MINUTE'
    COMMENT = 'RAW to CLEANSED: strip, parse, tidy, drop duplicates'
WHEN
    SYSTEM$STREAM_HAS_DATA('CUSTOMER_DB.RAW.RAW_JSON_DATA_STREAM')
    OR SYSTEM$STREAM_HAS_DATA('CUSTOMER_DB.CLEANSED.CUSTOMER_EVENTS_STREAM')
    OR SYSTEM$STREAM_HAS_DATA('CUSTOMER_DB.CURATED.CHANGES_FOR_CURRENT')
    OR SYSTEM$STREAM_HAS_DATA('CUSTOMER_DB.CURATED.CHANGES_FOR_HISTORY')
AS
MERGE INTO CUSTOMER_DB.CLEANSED.CUSTOMER_EVENTS t
USING (
    WITH stripped AS (
        -- The event as text. A line that wraps its JSON in a string ("{\"eventId\": ...}") unwraps here by itself.
        -- Quotes inside values appear as \" and are stripped; a backslash that stands for itself is first spelled
        -- \u005c, so that the \" after it cannot be mistaken for one of them.
        SELECT
            REPLACE(REPLACE(SRC::VARCHAR, '\\\\', '\\u005c'), '\\"', '') AS EVENT_TEXT,
            FILE_NAME, FILE_ROW_NUMBER, LOADED_AT
        FROM CUSTOMER_DB.RAW.RAW_JSON_DATA_STREAM
    ),
    parsed AS (
        SELECT TRY_PARSE_JSON(EVENT_TEXT) AS EVENT, FILE_NAME, FILE_ROW_NUMBER, LOADED_AT
        FROM stripped
    ),
    fields AS (
        -- Blanks and apostrophes at either end go; an empty text counts as missing.
        SELECT
            NULLIF(TRIM(EVENT:eventId::VARCHAR, ' \t'''), '')           AS EVENT_ID,
            UPPER(TRIM(EVENT:eventType::VARCHAR, ' \t'''))              AS EVENT_TYPE,
            TRIM(EVENT:eventTime::VARCHAR, ' \t''')                     AS TIME_TEXT,
            TRIM(EVENT:customerId::VARCHAR, ' \t''')                    AS CUSTOMER_TEXT,
            NULLIF(TRIM(EVENT:firstName::VARCHAR, ' \t'''), '')         AS FIRST_NAME_TEXT,
            NULLIF(TRIM(EVENT:lastName::VARCHAR, ' \t'''), '')          AS LAST_NAME_TEXT,
            NULLIF(TRIM(EVENT:email::VARCHAR, ' \t'''), '')             AS EMAIL_TEXT,
            NULLIF(TRIM(EVENT:domain::VARCHAR, ' \t'''), '')            AS DOMAIN_TEXT,
            NULLIF(TRIM(EVENT:address.street::VARCHAR, ' \t'''), '')    AS STREET_TEXT,
            NULLIF(TRIM(EVENT:address.city::VARCHAR, ' \t'''), '')      AS CITY_TEXT,
            NULLIF(TRIM(EVENT:address.state::VARCHAR, ' \t'''), '')     AS STATE_TEXT,
            NULLIF(TRIM(EVENT:address.country::VARCHAR, ' \t'''), '')   AS COUNTRY_TEXT,
            NULLIF(TRIM(EVENT:address.zip::VARCHAR, ' \t'''), '')       AS ZIP_TEXT,
            FILE_NAME, FILE_ROW_NUMBER, LOADED_AT
        FROM parsed
    ),
    tidy AS (
        SELECT
            EVENT_ID,
            EVENT_TYPE,
            -- A time without an offset is UTC; any other is converted to UTC.
            TRY_TO_TIMESTAMP_TZ(
                IFF(REGEXP_LIKE(TIME_TEXT, '.*(Z|[+-][0-9]{2}:?[0-9]{2})'), TIME_TEXT, TIME_TEXT || 'Z')
            ) AS EVENT_TIME_TZ,
            CONVERT_TIMEZONE('UTC', EVENT_TIME_TZ)::TIMESTAMP_NTZ AS EVENT_TIME,
            IFF(REGEXP_LIKE(CUSTOMER_TEXT, '[0-9]{1,18}'), TRY_TO_NUMBER(CUSTOMER_TEXT), NULL) AS CUSTOMER_ID,
            INITCAP(COALESCE(FIRST_NAME_TEXT, 'Unknown'))   AS FIRST_NAME,
            INITCAP(COALESCE(LAST_NAME_TEXT, 'Unknown'))    AS LAST_NAME,
            COALESCE(LOWER(EMAIL_TEXT), 'Unknown')          AS EMAIL,
            COALESCE(LOWER(DOMAIN_TEXT), 'Unknown')         AS DOMAIN,
            INITCAP(COALESCE(STREET_TEXT, 'Unknown'))       AS STREET,
            INITCAP(COALESCE(CITY_TEXT, 'Unknown'))         AS CITY,
            INITCAP(COALESCE(STATE_TEXT, 'Unknown'))        AS STATE,
            INITCAP(COALESCE(COUNTRY_TEXT, 'Unknown'))      AS COUNTRY,
            COALESCE(ZIP_TEXT, 'Unknown')                   AS ZIP,
            FILE_NAME,
            FILE_ROW_NUMBER,
            CONVERT_TIMEZONE('UTC', LOADED_AT)::TIMESTAMP_NTZ AS LOADED_AT_UTC
        FROM fields
    )
    -- What is no event stays in RAW (see CLEANSED.EVENT_FATE). Of several copies of an event the first one to
    -- arrive counts.
    SELECT *
    FROM tidy
    WHERE EVENT_ID IS NOT NULL
      AND EVENT_TYPE IN ('ACCOUNT_CREATED', 'PROFILE_UPDATED', 'ACCOUNT_CLOSED')
      AND EVENT_TIME IS NOT NULL
      AND CUSTOMER_ID IS NOT NULL
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY EVENT_ID ORDER BY LOADED_AT_UTC, FILE_NAME, FILE_ROW_NUMBER
    ) = 1
) s
ON t.EVENT_ID = s.EVENT_ID
WHEN NOT MATCHED THEN INSERT (
    EVENT_ID, EVENT_TYPE, EVENT_TIME, CUSTOMER_ID, FIRST_NAME, LAST_NAME, EMAIL, DOMAIN,
    STREET, CITY, STATE, COUNTRY, ZIP, FILE_NAME, FILE_ROW_NUMBER, LOADED_AT, CLEANSED_AT
) VALUES (
    s.EVENT_ID, s.EVENT_TYPE, s.EVENT_TIME, s.CUSTOMER_ID, s.FIRST_NAME, s.LAST_NAME, s.EMAIL, s.DOMAIN,
    s.STREET, s.CITY, s.STATE, s.COUNTRY, s.ZIP, s.FILE_NAME, s.FILE_ROW_NUMBER, s.LOADED_AT_UTC, SYSDATE()
);

-- CLEANSED to the log of events that count.
-- Per customer, events are ordered by EVENT_TIME, equal times by EVENT_ID. An event that does not come after the
-- customer's last one in the log is late: it stays in CLEANSED and changes nothing. Every other event enters the
-- log, also one that changes nothing (and a closure of an account that is not open), so that what is older than it
-- is known to be late.
CREATE TASK IF NOT EXISTS ACCEPT_EVENTS
    WAREHOUSE = CUSTOMER_WH
    COMMENT = 'CLEANSED to CUSTOMER_CHANGES: leave out late events, tell what each event changed'
    AFTER CLEANSE_EVENTS
AS
INSERT INTO CUSTOMER_DB.CURATED.CUSTOMER_CHANGES (
    CUSTOMER_ID, EVENT_TIME, EVENT_ID, EVENT_TYPE, CHANGE_KIND, PROFILE_HASH,
    FIRST_NAME, LAST_NAME, EMAIL, DOMAIN, STREET, CITY, STATE, COUNTRY, ZIP
)
WITH latest AS (
    SELECT CUSTOMER_ID, EVENT_TIME, EVENT_ID, PROFILE_HASH
    FROM CUSTOMER_DB.CURATED.CUSTOMER_CHANGES
    QUALIFY ROW_NUMBER() OVER (PARTITION BY CUSTOMER_ID ORDER BY EVENT_TIME DESC, EVENT_ID DESC) = 1
),
counting AS (
    SELECT
        e.CUSTOMER_ID, e.EVENT_TIME, e.EVENT_ID, e.EVENT_TYPE,
        e.FIRST_NAME, e.LAST_NAME, e.EMAIL, e.DOMAIN, e.STREET, e.CITY, e.STATE, e.COUNTRY, e.ZIP,
        -- No cleansed value holds a double quote, so it separates the parts without doubt.
        IFF(
            e.EVENT_TYPE = 'ACCOUNT_CLOSED',
            NULL,
            MD5(CONCAT_WS('"', e.FIRST_NAME, e.LAST_NAME, e.EMAIL, e.DOMAIN,
                          e.STREET, e.CITY, e.STATE, e.COUNTRY, e.ZIP))
        ) AS PROFILE_HASH,
        l.PROFILE_HASH AS LATEST_HASH
    FROM CUSTOMER_DB.CLEANSED.CUSTOMER_EVENTS_STREAM e
    LEFT JOIN latest l ON l.CUSTOMER_ID = e.CUSTOMER_ID
    WHERE l.CUSTOMER_ID IS NULL
       OR e.EVENT_TIME > l.EVENT_TIME
       OR (e.EVENT_TIME = l.EVENT_TIME AND e.EVENT_ID > l.EVENT_ID)
),
compared AS (
    SELECT
        c.*,
        IFF(
            ROW_NUMBER() OVER (PARTITION BY CUSTOMER_ID ORDER BY EVENT_TIME, EVENT_ID) = 1,
            LATEST_HASH,
            LAG(PROFILE_HASH) OVER (PARTITION BY CUSTOMER_ID ORDER BY EVENT_TIME, EVENT_ID)
        ) AS PREVIOUS_HASH
    FROM counting c
)
SELECT
    CUSTOMER_ID, EVENT_TIME, EVENT_ID, EVENT_TYPE,
    CASE
        WHEN EQUAL_NULL(PROFILE_HASH, PREVIOUS_HASH) THEN 'NONE'
        WHEN PREVIOUS_HASH IS NULL THEN 'OPENED'
        WHEN PROFILE_HASH IS NULL THEN 'CLOSED'
        ELSE 'CHANGED'
    END AS CHANGE_KIND,
    PROFILE_HASH,
    FIRST_NAME, LAST_NAME, EMAIL, DOMAIN, STREET, CITY, STATE, COUNTRY, ZIP
FROM compared;

-- SCD 1: the last event of each customer decides.
CREATE TASK IF NOT EXISTS MERGE_CURRENT
    WAREHOUSE = CUSTOMER_WH
    COMMENT = 'CUSTOMER_CHANGES to CUSTOMER_CURRENT'
    AFTER ACCEPT_EVENTS
AS
MERGE INTO CUSTOMER_DB.CURATED.CUSTOMER_CURRENT t
USING (
    SELECT
        CUSTOMER_ID, EVENT_TYPE, EVENT_TIME, EVENT_ID,
        FIRST_NAME, LAST_NAME, EMAIL, DOMAIN, STREET, CITY, STATE, COUNTRY, ZIP
    FROM CUSTOMER_DB.CURATED.CHANGES_FOR_CURRENT
    QUALIFY ROW_NUMBER() OVER (PARTITION BY CUSTOMER_ID ORDER BY EVENT_TIME DESC, EVENT_ID DESC) = 1
) s
ON t.CUSTOMER_ID = s.CUSTOMER_ID
WHEN MATCHED AND s.EVENT_TYPE = 'ACCOUNT_CLOSED' THEN DELETE
WHEN MATCHED THEN UPDATE SET
    FIRST_NAME = s.FIRST_NAME, LAST_NAME = s.LAST_NAME, EMAIL = s.EMAIL, DOMAIN = s.DOMAIN,
    STREET = s.STREET, CITY = s.CITY, STATE = s.STATE, COUNTRY = s.COUNTRY, ZIP = s.ZIP,
    EVENT_TIME = s.EVENT_TIME, EVENT_ID = s.EVENT_ID, UPDATED_AT = SYSDATE()
WHEN NOT MATCHED AND s.EVENT_TYPE <> 'ACCOUNT_CLOSED' THEN INSERT (
    CUSTOMER_ID, FIRST_NAME, LAST_NAME, EMAIL, DOMAIN, STREET, CITY, STATE, COUNTRY, ZIP,
    EVENT_TIME, EVENT_ID, UPDATED_AT
) VALUES (
    s.CUSTOMER_ID, s.FIRST_NAME, s.LAST_NAME, s.EMAIL, s.DOMAIN, s.STREET, s.CITY, s.STATE, s.COUNTRY, s.ZIP,
    s.EVENT_TIME, s.EVENT_ID, SYSDATE()
);

-- SCD 2: a customer's first change in the batch ends the open version, every new profile becomes a version that
-- lasts until the next change. Two changes at one moment give a version of no length.
CREATE TASK IF NOT EXISTS MERGE_HISTORY
    WAREHOUSE = CUSTOMER_WH
    COMMENT = 'CUSTOMER_CHANGES to CUSTOMER_HISTORY'
    AFTER ACCEPT_EVENTS
AS
MERGE INTO CUSTOMER_DB.CURATED.CUSTOMER_HISTORY t
USING (
    WITH steps AS (
        SELECT
            CUSTOMER_ID, CHANGE_KIND, EVENT_TIME, EVENT_ID,
            FIRST_NAME, LAST_NAME, EMAIL, DOMAIN, STREET, CITY, STATE, COUNTRY, ZIP,
            ROW_NUMBER() OVER (PARTITION BY CUSTOMER_ID ORDER BY EVENT_TIME, EVENT_ID) AS STEP,
            LEAD(EVENT_TIME) OVER (PARTITION BY CUSTOMER_ID ORDER BY EVENT_TIME, EVENT_ID) AS NEXT_TIME
        FROM CUSTOMER_DB.CURATED.CHANGES_FOR_HISTORY
        WHERE CHANGE_KIND <> 'NONE'
    )
    SELECT steps.*, CUSTOMER_ID AS ENDS_VERSION_OF FROM steps WHERE STEP = 1 AND CHANGE_KIND <> 'OPENED'
    UNION ALL
    SELECT steps.*, NULL AS ENDS_VERSION_OF FROM steps WHERE CHANGE_KIND <> 'CLOSED'
) s
ON t.CUSTOMER_ID = s.ENDS_VERSION_OF AND t.IS_CURRENT
WHEN MATCHED THEN UPDATE SET VALID_TO = s.EVENT_TIME, IS_CURRENT = FALSE
WHEN NOT MATCHED AND s.ENDS_VERSION_OF IS NULL THEN INSERT (
    CUSTOMER_ID, FIRST_NAME, LAST_NAME, EMAIL, DOMAIN, STREET, CITY, STATE, COUNTRY, ZIP,
    EVENT_TIME, EVENT_ID, VALID_FROM, VALID_TO, IS_CURRENT
) VALUES (
    s.CUSTOMER_ID, s.FIRST_NAME, s.LAST_NAME, s.EMAIL, s.DOMAIN, s.STREET, s.CITY, s.STATE, s.COUNTRY, s.ZIP,
    s.EVENT_TIME, s.EVENT_ID, s.EVENT_TIME,
    COALESCE(s.NEXT_TIME, '9999-12-31'::TIMESTAMP_NTZ), s.NEXT_TIME IS NULL
);

-- New tasks are suspended. Children first: the graph starts with its root.
ALTER TASK MERGE_HISTORY RESUME;
ALTER TASK MERGE_CURRENT RESUME;
ALTER TASK ACCEPT_EVENTS RESUME;
ALTER TASK CLEANSE_EVENTS RESUME;

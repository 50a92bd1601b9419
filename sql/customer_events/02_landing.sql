-- 2. From S3 into RAW. New files under s3://customer-activity-raw-zone/customer-data/ are loaded by Snowpipe.
--
-- On a real account, replace the role ARN below by your own, then follow "Configuring a Snowflake storage
-- integration" in Snowflake's documentation (DESC INTEGRATION CUSTOMER_S3 shows what AWS has to trust) and point
-- the bucket's event notification at the queue that SHOW PIPES lists as notification_channel.

USE SCHEMA CUSTOMER_DB.RAW;

CREATE STORAGE INTEGRATION IF NOT EXISTS CUSTOMER_S3
    TYPE = EXTERNAL_STAGE
    STORAGE_PROVIDER = 'S3'
    ENABLED = TRUE
    STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::123456789012:role/snowflake-customer-activity'
    STORAGE_ALLOWED_LOCATIONS = ('s3://customer-activity-raw-zone/customer-data/');

-- Loads newline-delimited JSON, and equally files that hold one array of events.
CREATE FILE FORMAT IF NOT EXISTS CUSTOMER_JSON
    TYPE = JSON
    STRIP_OUTER_ARRAY = TRUE;

CREATE STAGE IF NOT EXISTS CUSTOMER_STAGE
    URL = 's3://customer-activity-raw-zone/customer-data/'
    STORAGE_INTEGRATION = CUSTOMER_S3
    FILE_FORMAT = (FORMAT_NAME = 'CUSTOMER_DB.RAW.CUSTOMER_JSON');

CREATE TABLE IF NOT EXISTS RAW_JSON_DATA (
    SRC              VARIANT,
    FILE_NAME        VARCHAR,
    FILE_ROW_NUMBER  NUMBER,
    LOADED_AT        TIMESTAMP_LTZ
) COMMENT = 'Every event that arrived, unchanged, with the place it came from';

-- The stream comes before the pipe, so that it sees the very first row. Nothing updates RAW, and rows purged from
-- it some day are no business of the cleansing step: append-only.
CREATE STREAM IF NOT EXISTS RAW_JSON_DATA_STREAM
    ON TABLE RAW_JSON_DATA
    APPEND_ONLY = TRUE;

CREATE PIPE IF NOT EXISTS CUSTOMER_PIPE
    AUTO_INGEST = TRUE
    COMMENT = 'Loads new files of customer events as they appear'
AS
COPY INTO CUSTOMER_DB.RAW.RAW_JSON_DATA (SRC, FILE_NAME, FILE_ROW_NUMBER, LOADED_AT)
FROM (
    SELECT $1, METADATA$FILENAME, METADATA$FILE_ROW_NUMBER, METADATA$START_SCAN_TIME
    FROM @CUSTOMER_DB.RAW.CUSTOMER_STAGE
)
FILE_FORMAT = (FORMAT_NAME = 'CUSTOMER_DB.RAW.CUSTOMER_JSON');

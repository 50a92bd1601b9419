-- 1. The house, and the way in: JSON files under s3://customer-changes/events/ become rows of CUSTOMER_CHANGES_RAW.
--
-- Every script in this folder can be run again: what exists stays as it is.

CREATE WAREHOUSE IF NOT EXISTS CHANGES_WH
    WAREHOUSE_SIZE = 'XSMALL'
    AUTO_SUSPEND = 60
    AUTO_RESUME = TRUE
    INITIALLY_SUSPENDED = TRUE;

CREATE DATABASE IF NOT EXISTS CUSTOMER_CHANGES_DB;
CREATE SCHEMA IF NOT EXISTS CUSTOMER_CHANGES_DB.SCD COMMENT = 'Customers now, and over time';

USE WAREHOUSE CHANGES_WH;
USE SCHEMA CUSTOMER_CHANGES_DB.SCD;

-- On a real account, put your own role here; DESC INTEGRATION CHANGES_S3 shows what AWS has to trust.
CREATE STORAGE INTEGRATION IF NOT EXISTS CHANGES_S3
    TYPE = EXTERNAL_STAGE
    STORAGE_PROVIDER = 'S3'
    ENABLED = TRUE
    STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::123456789012:role/snowflake-customer-changes'
    STORAGE_ALLOWED_LOCATIONS = ('s3://customer-changes/events/');

CREATE STAGE IF NOT EXISTS CHANGES_STAGE
    URL = 's3://customer-changes/events/'
    STORAGE_INTEGRATION = CHANGES_S3
    FILE_FORMAT = (TYPE = JSON);

-- Only what has arrived since the last run of the tasks; they empty it.
CREATE TABLE IF NOT EXISTS CUSTOMER_CHANGES_RAW (
    CHANGE     VARIANT,
    FILE_NAME  VARCHAR,
    LOADED_AT  TIMESTAMP_LTZ
);

-- Rows of an append-only stream stay in it until they are read, also when the table has been emptied meanwhile; and the
-- emptying is no change to it. Each reader has a stream of its own.
CREATE STREAM IF NOT EXISTS CHANGES_FOR_LATEST ON TABLE CUSTOMER_CHANGES_RAW APPEND_ONLY = TRUE;
CREATE STREAM IF NOT EXISTS CHANGES_FOR_HISTORY ON TABLE CUSTOMER_CHANGES_RAW APPEND_ONLY = TRUE;

CREATE PIPE IF NOT EXISTS CHANGES_PIPE
    AUTO_INGEST = TRUE
AS
COPY INTO CUSTOMER_CHANGES_DB.SCD.CUSTOMER_CHANGES_RAW (CHANGE, FILE_NAME, LOADED_AT)
FROM (
    SELECT $1, METADATA$FILENAME, METADATA$START_SCAN_TIME
    FROM @CUSTOMER_CHANGES_DB.SCD.CHANGES_STAGE
);

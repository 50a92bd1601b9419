-- 1. The house, and the way in: CSV files under s3://customer-exports/customers/ become rows of CUSTOMER_RAW.
--
-- Every script in this folder can be run again: what exists stays as it is.

CREATE WAREHOUSE IF NOT EXISTS SCD_WH
    WAREHOUSE_SIZE = 'XSMALL'
    AUTO_SUSPEND = 60
    AUTO_RESUME = TRUE
    INITIALLY_SUSPENDED = TRUE;

CREATE DATABASE IF NOT EXISTS SCD_DEMO COMMENT = 'Customers and their history, by streams and tasks';
CREATE SCHEMA IF NOT EXISTS SCD_DEMO.SCD2;

USE WAREHOUSE SCD_WH;
USE SCHEMA SCD_DEMO.SCD2;

-- On a real account, put your own role here; DESC INTEGRATION SCD_S3 shows what AWS has to trust.
CREATE STORAGE INTEGRATION IF NOT EXISTS SCD_S3
    TYPE = EXTERNAL_STAGE
    STORAGE_PROVIDER = 'S3'
    ENABLED = TRUE
    STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::123456789012:role/snowflake-customer-exports'
    STORAGE_ALLOWED_LOCATIONS = ('s3://customer-exports/customers/');

CREATE FILE FORMAT IF NOT EXISTS CUSTOMER_CSV
    TYPE = CSV
    SKIP_HEADER = 1
    FIELD_DELIMITER = ","
    FIELD_OPTIONALLY_ENCLOSED_BY = '\042'
    EMPTY_FIELD_AS_NULL = TRUE;

CREATE STAGE IF NOT EXISTS CUSTOMER_STAGE
    URL = 's3://customer-exports/customers/'
    STORAGE_INTEGRATION = SCD_S3
    FILE_FORMAT = (FORMAT_NAME = 'SCD_DEMO.SCD2.CUSTOMER_CSV');

-- The source's own account of its customers: a row for each insert, update and delete. Nothing leaves this table, so
-- that what arrives late can be told from what is new.
CREATE TABLE IF NOT EXISTS CUSTOMER_RAW (
    CUSTOMER_ID  NUMBER NOT NULL,
    FIRST_NAME   VARCHAR,
    LAST_NAME    VARCHAR,
    EMAIL        VARCHAR,
    STREET       VARCHAR,
    CITY         VARCHAR,
    STATE        VARCHAR,
    COUNTRY      VARCHAR,
    OPERATION    VARCHAR(1) NOT NULL,      -- I, U or D
    CHANGED_AT   TIMESTAMP_NTZ NOT NULL    -- at the source, UTC
);

CREATE STREAM IF NOT EXISTS CUSTOMER_RAW_NEW ON TABLE CUSTOMER_RAW APPEND_ONLY = TRUE;

-- A line that is no customer is left out; COPY_HISTORY tells of it.
CREATE PIPE IF NOT EXISTS CUSTOMER_PIPE
    AUTO_INGEST = TRUE
AS
COPY INTO SCD_DEMO.SCD2.CUSTOMER_RAW
FROM @SCD_DEMO.SCD2.CUSTOMER_STAGE
FILE_FORMAT = (FORMAT_NAME = 'SCD_DEMO.SCD2.CUSTOMER_CSV')
ON_ERROR = CONTINUE;

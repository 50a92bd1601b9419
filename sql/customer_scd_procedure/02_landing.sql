-- 2. From S3 into CUSTOMER_RAW, by Snowpipe. A mover (Apache NiFi: GetFile, UpdateAttribute, PutS3Object) puts files of
-- up to 10,000 rows under s3://customer-files-landing/incoming/.
--
-- On a real account, replace the role ARN below by your own, then point the bucket's event notification at the queue
-- that SHOW PIPES lists as notification_channel (PutBucketNotificationConfiguration).

USE SCHEMA CUSTOMER_SCD_DB.LANDING;

CREATE STORAGE INTEGRATION IF NOT EXISTS CUSTOMER_FILES_S3
    TYPE = EXTERNAL_STAGE
    STORAGE_PROVIDER = 'S3'
    ENABLED = TRUE
    STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::123456789012:role/snowflake-customer-files'
    STORAGE_ALLOWED_LOCATIONS = ('s3://customer-files-landing/incoming/');

CREATE FILE FORMAT IF NOT EXISTS CUSTOMER_CSV
    TYPE = CSV
    SKIP_HEADER = 1
    FIELD_OPTIONALLY_ENCLOSED_BY = '"'
    TIMESTAMP_FORMAT = 'YYYY-MM-DD HH24:MI:SS.FF3';

CREATE STAGE IF NOT EXISTS CUSTOMER_FILES
    URL = 's3://customer-files-landing/incoming/'
    STORAGE_INTEGRATION = CUSTOMER_FILES_S3
    FILE_FORMAT = (FORMAT_NAME = 'CUSTOMER_SCD_DB.LANDING.CUSTOMER_CSV');

-- The columns of a file, tidied, with a hash per group: SCD1_HASH of what the dimension overwrites, SCD2_HASH of what it
-- keeps the history of. SURPLUS is what stands behind the last column; a row that has it is no customer.
CREATE TABLE IF NOT EXISTS CUSTOMER_RAW (
    CUSTOMER_ID      NUMBER NOT NULL,
    FIRST_NAME       VARCHAR,
    LAST_NAME        VARCHAR,
    EMAIL            VARCHAR,
    STREET           VARCHAR,
    CITY             VARCHAR,
    STATE            VARCHAR,
    COUNTRY          VARCHAR,
    ZIP              VARCHAR,
    UPDATED_AT       TIMESTAMP_NTZ NOT NULL,
    SURPLUS          VARCHAR,
    SCD1_HASH        VARCHAR NOT NULL,
    SCD2_HASH        VARCHAR NOT NULL,
    FILE_NAME        VARCHAR NOT NULL,
    FILE_ROW_NUMBER  NUMBER NOT NULL,
    LOADED_AT        TIMESTAMP_LTZ NOT NULL
) COMMENT = 'Rows of files that are loaded and not yet in the dimension';

-- One broken row does not keep the others of its file out (ON_ERROR); COPY_HISTORY tells of it.
CREATE PIPE IF NOT EXISTS CUSTOMER_FILES_PIPE
    AUTO_INGEST = TRUE
    COMMENT = 'Loads new files of customers as they appear'
AS
COPY INTO CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW (
    CUSTOMER_ID, FIRST_NAME, LAST_NAME, EMAIL, STREET, CITY, STATE, COUNTRY, ZIP, UPDATED_AT, SURPLUS,
    SCD1_HASH, SCD2_HASH, FILE_NAME, FILE_ROW_NUMBER, LOADED_AT
)
FROM (
    SELECT
        f.$1,
        NULLIF(TRIM(f.$2), ''),
        NULLIF(TRIM(f.$3), ''),
        NULLIF(TRIM(f.$4), ''),
        NULLIF(TRIM(f.$5), ''),
        NULLIF(TRIM(f.$6), ''),
        NULLIF(TRIM(f.$7), ''),
        NULLIF(TRIM(f.$8), ''),
        NULLIF(TRIM(f.$9), ''),
        f.$10,
        f.$11,
        MD5(NVL(TRIM(f.$2), '') || '|' || NVL(TRIM(f.$3), '') || '|' || NVL(TRIM(f.$4), '')),
        MD5(NVL(TRIM(f.$5), '') || '|' || NVL(TRIM(f.$6), '') || '|' || NVL(TRIM(f.$7), '')
            || '|' || NVL(TRIM(f.$8), '') || '|' || NVL(TRIM(f.$9), '')),
        METADATA$FILENAME,
        METADATA$FILE_ROW_NUMBER,
        METADATA$START_SCAN_TIME
    FROM @CUSTOMER_SCD_DB.LANDING.CUSTOMER_FILES f
)
FILE_FORMAT = (FORMAT_NAME = 'CUSTOMER_SCD_DB.LANDING.CUSTOMER_CSV')
ON_ERROR = CONTINUE;

-- The latest row of each customer in a load.
CREATE TABLE IF NOT EXISTS CUSTOMER_STAGE (
    CUSTOMER_ID      NUMBER NOT NULL,
    FIRST_NAME       VARCHAR,
    LAST_NAME        VARCHAR,
    EMAIL            VARCHAR,
    STREET           VARCHAR,
    CITY             VARCHAR,
    STATE            VARCHAR,
    COUNTRY          VARCHAR,
    ZIP              VARCHAR,
    UPDATED_AT       TIMESTAMP_NTZ NOT NULL,
    SCD1_HASH        VARCHAR NOT NULL,
    SCD2_HASH        VARCHAR NOT NULL
) COMMENT = 'One row per customer of the load that is under way';

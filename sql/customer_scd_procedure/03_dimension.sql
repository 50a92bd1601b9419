-- 3. The customer dimension, the parameters that drive its loads, and the log of them.
--
--   names and mail address   SCD 1: the newest value stands in every version of a customer
--   postal address           SCD 2: a new address is a new version, VALID_FROM up to (not including) VALID_TO

USE SCHEMA CUSTOMER_SCD_DB.DIMENSION;

CREATE TABLE IF NOT EXISTS CUSTOMER_DIM (
    CUSTOMER_KEY  NUMBER AUTOINCREMENT START = 1 INCREMENT = 1,
    CUSTOMER_ID   NUMBER NOT NULL,
    FIRST_NAME    VARCHAR,
    LAST_NAME     VARCHAR,
    EMAIL         VARCHAR,
    STREET        VARCHAR,
    CITY          VARCHAR,
    STATE         VARCHAR,
    COUNTRY       VARCHAR,
    ZIP           VARCHAR,
    SCD1_HASH     VARCHAR NOT NULL,
    SCD2_HASH     VARCHAR NOT NULL,
    UPDATED_AT    TIMESTAMP_NTZ NOT NULL,   -- of the last row that told of this version
    VALID_FROM    TIMESTAMP_NTZ NOT NULL,
    VALID_TO      TIMESTAMP_NTZ NOT NULL,
    IS_CURRENT    BOOLEAN NOT NULL
) COMMENT = 'Customers: names by SCD 1, addresses by SCD 2';

-- The last-extracted timestamp is the newest LOADED_AT that was taken out of CUSTOMER_RAW. A file that began to load
-- before that moment may be committed after it, so each load looks back by OVERLAP_MINUTES; nothing comes twice, since
-- what was taken has left CUSTOMER_RAW.
CREATE TABLE IF NOT EXISTS PARAMETER_CONTROL (
    TABLE_NAME       VARCHAR NOT NULL,
    LAST_EXTRACTED   TIMESTAMP_LTZ NOT NULL,
    OVERLAP_MINUTES  NUMBER NOT NULL,
    LAST_LOAD        NUMBER NOT NULL
) COMMENT = 'How far each source table has been extracted';

MERGE INTO PARAMETER_CONTROL p
USING (SELECT 'CUSTOMER_RAW' AS TABLE_NAME) s ON p.TABLE_NAME = s.TABLE_NAME
WHEN NOT MATCHED THEN INSERT (TABLE_NAME, LAST_EXTRACTED, OVERLAP_MINUTES, LAST_LOAD)
    VALUES ('CUSTOMER_RAW', '1970-01-01 00:00:00 +0000', 60, 0);

-- One row per file and load: a file is in one load, whole.
CREATE TABLE IF NOT EXISTS LOADED_FILES (
    LOAD_ID    NUMBER NOT NULL,
    FILE_NAME  VARCHAR NOT NULL,
    ROW_COUNT  NUMBER NOT NULL,
    LOADED_AT  TIMESTAMP_LTZ NOT NULL
) COMMENT = 'Which files went into which load';

-- ROWS_TAKEN = ROWS_REFUSED + ROWS_SUPERSEDED + ROWS_LATE + NEW_CUSTOMERS + NEW_VERSIONS + OTHER_ROWS
CREATE TABLE IF NOT EXISTS LOAD_LOG (
    LOAD_ID          NUMBER NOT NULL,
    STARTED_AT       TIMESTAMP_LTZ NOT NULL,
    EXTRACTED_FROM   TIMESTAMP_LTZ NOT NULL,
    EXTRACTED_TO     TIMESTAMP_LTZ NOT NULL,
    FILES            NUMBER NOT NULL,
    ROWS_TAKEN       NUMBER NOT NULL,
    ROWS_REFUSED     NUMBER NOT NULL,       -- with more columns than a customer has
    ROWS_SUPERSEDED  NUMBER NOT NULL,       -- of customers of whom the load had a newer row, or the same twice
    ROWS_LATE        NUMBER NOT NULL,       -- not newer than what the dimension knew
    NEW_CUSTOMERS    NUMBER NOT NULL,
    NEW_VERSIONS     NUMBER NOT NULL,
    OTHER_ROWS       NUMBER NOT NULL        -- names changed, or nothing did
) COMMENT = 'What each load did';

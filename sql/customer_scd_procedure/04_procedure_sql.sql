-- 4. The load, in Snowflake Scripting. 04_procedure_javascript.sql holds the same in JavaScript; whichever of the two
-- is run last is the one that the task calls.
--
-- All of it is one transaction: a load that fails leaves everything as it was, and the next one takes it up again.

USE SCHEMA CUSTOMER_SCD_DB.DIMENSION;

CREATE OR REPLACE PROCEDURE LOAD_CUSTOMERS()
RETURNS VARCHAR
LANGUAGE SQL
COMMENT = 'CUSTOMER_RAW through CUSTOMER_STAGE into CUSTOMER_DIM'
AS
$$
DECLARE
    load_id         NUMBER;
    extracted_from  TIMESTAMP_LTZ;
    extracted_to    TIMESTAMP_LTZ;
    files           NUMBER;
    taken           NUMBER;
    refused         NUMBER;
    staged          NUMBER;
    late            NUMBER;
    newcomers       NUMBER;
    versions        NUMBER;
BEGIN
    BEGIN TRANSACTION;

    SELECT LAST_LOAD + 1, DATEADD('MINUTE', -OVERLAP_MINUTES, LAST_EXTRACTED)
    INTO :load_id, :extracted_from
    FROM CUSTOMER_SCD_DB.DIMENSION.PARAMETER_CONTROL
    WHERE TABLE_NAME = 'CUSTOMER_RAW';

    -- The rows of a file are committed together, so naming its files says once and for all what this load takes:
    -- a file that Snowpipe commits from here on is for the next.
    INSERT INTO CUSTOMER_SCD_DB.DIMENSION.LOADED_FILES (LOAD_ID, FILE_NAME, ROW_COUNT, LOADED_AT)
    SELECT :load_id, FILE_NAME, COUNT(*), MAX(LOADED_AT)
    FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW
    WHERE LOADED_AT > :extracted_from
    GROUP BY FILE_NAME
    ORDER BY FILE_NAME;
    files := SQLROWCOUNT;

    IF (files = 0) THEN
        ROLLBACK;
        RETURN 'nothing new';
    END IF;

    SELECT SUM(ROW_COUNT), MAX(LOADED_AT)
    INTO :taken, :extracted_to
    FROM CUSTOMER_SCD_DB.DIMENSION.LOADED_FILES
    WHERE LOAD_ID = :load_id;

    SELECT COUNT(*)
    INTO :refused
    FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW
    WHERE SURPLUS IS NOT NULL
      AND FILE_NAME IN (SELECT FILE_NAME FROM CUSTOMER_SCD_DB.DIMENSION.LOADED_FILES WHERE LOAD_ID = :load_id);

    -- One row per customer: the latest, and of several that tell of one moment the first to arrive.
    DELETE FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_STAGE;

    INSERT INTO CUSTOMER_SCD_DB.LANDING.CUSTOMER_STAGE
    SELECT CUSTOMER_ID, FIRST_NAME, LAST_NAME, EMAIL, STREET, CITY, STATE, COUNTRY, ZIP, UPDATED_AT, SCD1_HASH, SCD2_HASH
    FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW
    WHERE SURPLUS IS NULL
      AND FILE_NAME IN (SELECT FILE_NAME FROM CUSTOMER_SCD_DB.DIMENSION.LOADED_FILES WHERE LOAD_ID = :load_id)
    QUALIFY ROW_NUMBER() OVER (PARTITION BY CUSTOMER_ID ORDER BY UPDATED_AT DESC, FILE_NAME, FILE_ROW_NUMBER) = 1;
    staged := SQLROWCOUNT;

    -- What is not newer than the dimension came late, or a second time.
    DELETE FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_STAGE s
    USING CUSTOMER_SCD_DB.DIMENSION.CUSTOMER_DIM d
    WHERE d.CUSTOMER_ID = s.CUSTOMER_ID AND d.IS_CURRENT AND s.UPDATED_AT <= d.UPDATED_AT;
    late := SQLROWCOUNT;

    SELECT COUNT_IF(d.CUSTOMER_ID IS NULL)
    INTO :newcomers
    FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_STAGE s
    LEFT JOIN CUSTOMER_SCD_DB.DIMENSION.CUSTOMER_DIM d ON d.CUSTOMER_ID = s.CUSTOMER_ID AND d.IS_CURRENT;

    -- SCD 1 in every version; SCD 2: a current version with another address ends.
    MERGE INTO CUSTOMER_SCD_DB.DIMENSION.CUSTOMER_DIM d
    USING CUSTOMER_SCD_DB.LANDING.CUSTOMER_STAGE s
    ON d.CUSTOMER_ID = s.CUSTOMER_ID
    WHEN MATCHED AND d.IS_CURRENT AND d.SCD2_HASH <> s.SCD2_HASH THEN UPDATE SET
        FIRST_NAME = s.FIRST_NAME, LAST_NAME = s.LAST_NAME, EMAIL = s.EMAIL, SCD1_HASH = s.SCD1_HASH,
        VALID_TO = s.UPDATED_AT, IS_CURRENT = FALSE
    WHEN MATCHED AND d.IS_CURRENT THEN UPDATE SET
        FIRST_NAME = s.FIRST_NAME, LAST_NAME = s.LAST_NAME, EMAIL = s.EMAIL, SCD1_HASH = s.SCD1_HASH,
        UPDATED_AT = s.UPDATED_AT
    WHEN MATCHED AND d.SCD1_HASH <> s.SCD1_HASH THEN UPDATE SET
        FIRST_NAME = s.FIRST_NAME, LAST_NAME = s.LAST_NAME, EMAIL = s.EMAIL, SCD1_HASH = s.SCD1_HASH;

    -- A first version for new customers, the next one for those whose version has just ended.
    INSERT INTO CUSTOMER_SCD_DB.DIMENSION.CUSTOMER_DIM (
        CUSTOMER_ID, FIRST_NAME, LAST_NAME, EMAIL, STREET, CITY, STATE, COUNTRY, ZIP,
        SCD1_HASH, SCD2_HASH, UPDATED_AT, VALID_FROM, VALID_TO, IS_CURRENT
    )
    SELECT
        s.CUSTOMER_ID, s.FIRST_NAME, s.LAST_NAME, s.EMAIL, s.STREET, s.CITY, s.STATE, s.COUNTRY, s.ZIP,
        s.SCD1_HASH, s.SCD2_HASH, s.UPDATED_AT, s.UPDATED_AT, '9999-12-31'::TIMESTAMP_NTZ, TRUE
    FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_STAGE s
    LEFT JOIN CUSTOMER_SCD_DB.DIMENSION.CUSTOMER_DIM d ON d.CUSTOMER_ID = s.CUSTOMER_ID AND d.IS_CURRENT
    WHERE d.CUSTOMER_ID IS NULL
    ORDER BY s.CUSTOMER_ID;
    versions := SQLROWCOUNT - newcomers;

    INSERT INTO CUSTOMER_SCD_DB.DIMENSION.LOAD_LOG
    SELECT :load_id, CURRENT_TIMESTAMP(), :extracted_from, :extracted_to, :files, :taken, :refused,
        :taken - :refused - :staged, :late, :newcomers, :versions, :staged - :late - :newcomers - :versions;

    UPDATE CUSTOMER_SCD_DB.DIMENSION.PARAMETER_CONTROL
    SET LAST_EXTRACTED = GREATEST(LAST_EXTRACTED, :extracted_to), LAST_LOAD = :load_id
    WHERE TABLE_NAME = 'CUSTOMER_RAW';

    -- Clean-up: what this load took leaves both tables.
    DELETE FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW
    WHERE FILE_NAME IN (SELECT FILE_NAME FROM CUSTOMER_SCD_DB.DIMENSION.LOADED_FILES WHERE LOAD_ID = :load_id);
    DELETE FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_STAGE;

    COMMIT;
    RETURN 'load ' || load_id || ': ' || files || ' files, ' || taken || ' rows, ' || newcomers || ' new customers, '
        || versions || ' new versions, ' || late || ' late';
EXCEPTION
    WHEN OTHER THEN
        ROLLBACK;
        RAISE;
END;
$$;

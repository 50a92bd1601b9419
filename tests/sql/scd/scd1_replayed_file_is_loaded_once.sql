-- SCD 1: a file that is copied again is not loaded again
--
-- The table's load history knows customers_1.csv: the second COPY loads the other file only, the third nothing at all. A
-- row of the stream stands for each line of the two files, and the MERGE sees it once.
-- @setup _changes.sql
-- @setup _current.sql
-- @setup _files.sql
-- @put data/customers_1.csv @CUSTOMER_FILES

COPY INTO CUSTOMER_CHANGES FROM @CUSTOMER_FILES;

-- @put data/customers_2.csv @CUSTOMER_FILES

COPY INTO CUSTOMER_CHANGES FROM @CUSTOMER_FILES;

COPY INTO CUSTOMER_CHANGES FROM @CUSTOMER_FILES;

SELECT * FROM CUSTOMER_CHANGES ORDER BY CUSTOMER_ID, CHANGED_AT;

MERGE INTO CUSTOMER_CURRENT T
USING (
    SELECT * FROM NEW_CHANGES
    QUALIFY ROW_NUMBER() OVER (PARTITION BY CUSTOMER_ID ORDER BY CHANGED_AT DESC) = 1
) S
ON T.CUSTOMER_ID = S.CUSTOMER_ID
WHEN MATCHED THEN UPDATE SET T.NAME = S.NAME, T.CITY = S.CITY, T.CHANGED_AT = S.CHANGED_AT
WHEN NOT MATCHED THEN INSERT VALUES (S.CUSTOMER_ID, S.NAME, S.CITY, S.CHANGED_AT);

SELECT * FROM CUSTOMER_CURRENT ORDER BY CUSTOMER_ID;

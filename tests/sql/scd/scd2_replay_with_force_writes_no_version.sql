-- SCD 2: a file that is loaded again with FORCE writes no version
--
-- COPY with FORCE takes no notice of the load history: each line is a row twice. The versions are laid out by key and
-- time, so the second run finds all of them in place: 0 versions written, and the history is as it was.
-- @setup _changes.sql
-- @setup _history.sql
-- @setup _lay_out_anew.sql
-- @setup _files.sql
-- @put data/customers_1.csv @CUSTOMER_FILES

COPY INTO CUSTOMER_CHANGES FROM @CUSTOMER_FILES;

CALL LAY_OUT_ANEW();

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

COPY INTO CUSTOMER_CHANGES FROM @CUSTOMER_FILES FORCE = TRUE;

SELECT COUNT(*) AS RAW_ROWS FROM CUSTOMER_CHANGES;

CALL LAY_OUT_ANEW();

SELECT * FROM CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM;

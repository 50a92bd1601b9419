-- A customer who moves has two versions that touch; one who leaves has none that is current
-- @setup ../../sql/customer_stream_history/01_setup.sql
-- @setup ../../sql/customer_stream_history/02_customer.sql
-- @setup ../../sql/customer_stream_history/03_history.sql

-- @s3 data/monday.csv s3://customer-exports/customers/monday.csv
-- @advance 2 minutes
-- @s3 data/tuesday.csv s3://customer-exports/customers/tuesday.csv
-- @advance 2 minutes

SELECT CUSTOMER_ID, CITY, START_TIME, END_TIME, CURRENT_FLAG
FROM CUSTOMER_HISTORY
ORDER BY CUSTOMER_ID, START_TIME;

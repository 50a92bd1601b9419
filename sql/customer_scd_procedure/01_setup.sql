-- 1. The house: a database, a schema for what arrives and one for the dimension, and a warehouse to work in.
--
-- Every script in this folder can be run again: what exists stays as it is.

CREATE WAREHOUSE IF NOT EXISTS CUSTOMER_SCD_WH
    WAREHOUSE_SIZE = 'XSMALL'
    AUTO_SUSPEND = 60
    AUTO_RESUME = TRUE
    INITIALLY_SUSPENDED = TRUE
    COMMENT = 'Customer dimension by a stored procedure';

CREATE DATABASE IF NOT EXISTS CUSTOMER_SCD_DB
    COMMENT = 'Customer files, from a folder to a dimension';

CREATE SCHEMA IF NOT EXISTS CUSTOMER_SCD_DB.LANDING COMMENT = 'Rows on their way: raw and stage, empty between loads';
CREATE SCHEMA IF NOT EXISTS CUSTOMER_SCD_DB.DIMENSION COMMENT = 'The customer dimension, and the log of its loads';

USE WAREHOUSE CUSTOMER_SCD_WH;
USE DATABASE CUSTOMER_SCD_DB;

-- 1. The house: one database with a schema per layer, and a warehouse to work in.
--
--   RAW       what arrived, as it arrived
--   CLEANSED  one tidy row per event
--   CURATED   customers as they are (SCD 1) and as they were (SCD 2)
--
-- Every script in this folder can be run again: what exists stays as it is.

CREATE WAREHOUSE IF NOT EXISTS CUSTOMER_WH
    WAREHOUSE_SIZE = 'XSMALL'
    AUTO_SUSPEND = 60
    AUTO_RESUME = TRUE
    INITIALLY_SUSPENDED = TRUE
    COMMENT = 'Customer event pipeline';

CREATE DATABASE IF NOT EXISTS CUSTOMER_DB
    COMMENT = 'Customer events, from S3 to curated tables';

CREATE SCHEMA IF NOT EXISTS CUSTOMER_DB.RAW COMMENT = 'Events as they arrived';
CREATE SCHEMA IF NOT EXISTS CUSTOMER_DB.CLEANSED COMMENT = 'One tidy row per event';
CREATE SCHEMA IF NOT EXISTS CUSTOMER_DB.CURATED COMMENT = 'Customers now and over time';

USE WAREHOUSE CUSTOMER_WH;
USE DATABASE CUSTOMER_DB;

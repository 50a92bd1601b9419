-- 1. The house, and the way in: CSV files that a stream processor writes become rows of two tables.
--
-- Every script in this folder can be run again: what exists stays as it is.

CREATE WAREHOUSE IF NOT EXISTS SHOP_WH
    WAREHOUSE_SIZE = 'XSMALL'
    AUTO_SUSPEND = 60
    AUTO_RESUME = TRUE
    INITIALLY_SUSPENDED = TRUE;

CREATE DATABASE IF NOT EXISTS SHOP COMMENT = 'Orders of a shop, prepared by a stream processor';
CREATE SCHEMA IF NOT EXISTS SHOP.SALES;

USE WAREHOUSE SHOP_WH;
USE SCHEMA SHOP.SALES;

-- On a real account, put your own role here; DESC INTEGRATION SHOP_S3 shows what AWS has to trust.
CREATE STORAGE INTEGRATION IF NOT EXISTS SHOP_S3
    TYPE = EXTERNAL_STAGE
    STORAGE_PROVIDER = 'S3'
    ENABLED = TRUE
    STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::123456789012:role/snowflake-shop'
    STORAGE_ALLOWED_LOCATIONS = ('s3://shop-prepared/orders/', 's3://shop-prepared/sales/');

CREATE FILE FORMAT IF NOT EXISTS PREPARED_CSV
    TYPE = CSV
    SKIP_HEADER = 1
    FIELD_OPTIONALLY_ENCLOSED_BY = '"';

CREATE STAGE IF NOT EXISTS ORDERS_STAGE
    URL = 's3://shop-prepared/orders/'
    STORAGE_INTEGRATION = SHOP_S3
    FILE_FORMAT = (FORMAT_NAME = 'SHOP.SALES.PREPARED_CSV');

CREATE STAGE IF NOT EXISTS SALES_STAGE
    URL = 's3://shop-prepared/sales/'
    STORAGE_INTEGRATION = SHOP_S3
    FILE_FORMAT = (FORMAT_NAME = 'SHOP.SALES.PREPARED_CSV');

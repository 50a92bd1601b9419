-- 4. The curated layer.
--
--   CUSTOMER_CHANGES   the events that count, each with what it did to its customer; nothing is ever updated here
--   CUSTOMER_CURRENT   SCD 1: one row per open account, as its last event left it
--   CUSTOMER_HISTORY   SCD 2: one row per version of a profile, VALID_FROM up to (not including) VALID_TO
--
-- Which events count is decided once, when they enter CUSTOMER_CHANGES; the two tables after it follow from that
-- log alone, each through a stream of its own. So a failed step can be repeated without harm to the others, and a
-- closed account is remembered although it has left CUSTOMER_CURRENT.

USE SCHEMA CUSTOMER_DB.CURATED;

CREATE TABLE IF NOT EXISTS CUSTOMER_CHANGES (
    CUSTOMER_ID   NUMBER NOT NULL,
    EVENT_TIME    TIMESTAMP_NTZ NOT NULL,
    EVENT_ID      VARCHAR NOT NULL,
    EVENT_TYPE    VARCHAR NOT NULL,
    CHANGE_KIND   VARCHAR NOT NULL,     -- OPENED, CHANGED, CLOSED, or NONE: the profile stayed as it was
    PROFILE_HASH  VARCHAR,              -- of the profile after the event; NULL when the account is closed
    FIRST_NAME    VARCHAR,
    LAST_NAME     VARCHAR,
    EMAIL         VARCHAR,
    DOMAIN        VARCHAR,
    STREET        VARCHAR,
    CITY          VARCHAR,
    STATE         VARCHAR,
    COUNTRY       VARCHAR,
    ZIP           VARCHAR
) COMMENT = 'The events that count, in the order of their time per customer';

CREATE TABLE IF NOT EXISTS CUSTOMER_CURRENT (
    CUSTOMER_ID   NUMBER NOT NULL,
    FIRST_NAME    VARCHAR,
    LAST_NAME     VARCHAR,
    EMAIL         VARCHAR,
    DOMAIN        VARCHAR,
    STREET        VARCHAR,
    CITY          VARCHAR,
    STATE         VARCHAR,
    COUNTRY       VARCHAR,
    ZIP           VARCHAR,
    EVENT_TIME    TIMESTAMP_NTZ,        -- of the customer's last event
    EVENT_ID      VARCHAR,
    UPDATED_AT    TIMESTAMP_NTZ
) COMMENT = 'SCD 1: open accounts as they are now';

CREATE TABLE IF NOT EXISTS CUSTOMER_HISTORY (
    CUSTOMER_ID   NUMBER NOT NULL,
    FIRST_NAME    VARCHAR,
    LAST_NAME     VARCHAR,
    EMAIL         VARCHAR,
    DOMAIN        VARCHAR,
    STREET        VARCHAR,
    CITY          VARCHAR,
    STATE         VARCHAR,
    COUNTRY       VARCHAR,
    ZIP           VARCHAR,
    EVENT_TIME    TIMESTAMP_NTZ,        -- of the event that made this version
    EVENT_ID      VARCHAR,
    VALID_FROM    TIMESTAMP_NTZ NOT NULL,
    VALID_TO      TIMESTAMP_NTZ NOT NULL,
    IS_CURRENT    BOOLEAN NOT NULL
) COMMENT = 'SCD 2: every version of every profile';

-- A stream is used up by the first statement that reads it and commits, so each reader has its own.
CREATE STREAM IF NOT EXISTS CHANGES_FOR_CURRENT ON TABLE CUSTOMER_CHANGES APPEND_ONLY = TRUE;
CREATE STREAM IF NOT EXISTS CHANGES_FOR_HISTORY ON TABLE CUSTOMER_CHANGES APPEND_ONLY = TRUE;

-- Customers over time. A version holds from VALID_FROM until just before VALID_TO; the current one has no end in sight.
CREATE TABLE CUSTOMER_HISTORY (
    CUSTOMER_ID  NUMBER NOT NULL,
    NAME         VARCHAR,
    CITY         VARCHAR,
    VALID_FROM   TIMESTAMP_NTZ NOT NULL,
    VALID_TO     TIMESTAMP_NTZ NOT NULL,
    IS_CURRENT   BOOLEAN NOT NULL
);

-- A source's own table, copied here: its rows are inserted, updated and deleted, and the stream says how.
CREATE TABLE CUSTOMER (
    CUSTOMER_ID  NUMBER NOT NULL,
    NAME         VARCHAR,
    CITY         VARCHAR,
    UPDATED_AT   TIMESTAMP_NTZ NOT NULL
);

CREATE STREAM CUSTOMER_STREAM ON TABLE CUSTOMER;

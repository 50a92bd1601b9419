-- What a source reports: a row for each change of a customer, with the source's own time. OP is I, U or D.
CREATE TABLE CUSTOMER_CHANGES (
    CUSTOMER_ID  NUMBER NOT NULL,
    NAME         VARCHAR,
    CITY         VARCHAR,
    OP           VARCHAR(1) NOT NULL,
    CHANGED_AT   TIMESTAMP_NTZ NOT NULL
);

CREATE STREAM NEW_CHANGES ON TABLE CUSTOMER_CHANGES APPEND_ONLY = TRUE;

-- Where the source leaves its changes as files.
CREATE STAGE CUSTOMER_FILES FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1);

-- Integrations, file formats, stages and pipes.
-- https://docs.snowflake.com/en/sql-reference/sql/create-stage
CREATE DATABASE D;
CREATE STORAGE INTEGRATION I TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE
    STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/r'
    STORAGE_ALLOWED_LOCATIONS = ('s3://bucket/data/', 's3://other/') STORAGE_BLOCKED_LOCATIONS = ('s3://bucket/data/secret/');
--> status
--- Integration I successfully created.
CREATE STORAGE INTEGRATION BAD TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE;
--! 002029 Missing option(s): [STORAGE_ALLOWED_LOCATIONS].
CREATE STORAGE INTEGRATION BAD TYPE = EXTERNAL_STAGE COLOUR = 'red';
--! 001420 invalid property 'COLOUR' for 'STORAGE INTEGRATION'
CREATE NOTIFICATION INTEGRATION N TYPE = QUEUE ENABLED = TRUE DIRECTION = OUTBOUND NOTIFICATION_PROVIDER = AWS_SNS AWS_SNS_TOPIC_ARN = 'arn:x';
DESC INTEGRATION I;
--> property | property_type | property_value | property_default
--- ENABLED | Boolean | true | false
--- STORAGE_PROVIDER | String | S3 |
--- STORAGE_ALLOWED_LOCATIONS | List | s3://bucket/data/,s3://other/ | []
--- STORAGE_BLOCKED_LOCATIONS | List | s3://bucket/data/secret/ | []
--- STORAGE_AWS_IAM_USER_ARN | String | arn:aws:iam::000000000000:user/snowglobe |
--- STORAGE_AWS_ROLE_ARN | String | arn:aws:iam::1:role/r |
--- STORAGE_AWS_EXTERNAL_ID | String | SNOWGLOBE_SFCRole=3_000000000003 |
--- COMMENT | String |  |
SHOW STORAGE INTEGRATIONS;
--> name | type | category | enabled | comment | created_on
--- I | EXTERNAL_STAGE | STORAGE | true |  | 2025-12-31 16:00:00.000 -0800
CREATE FILE FORMAT F TYPE = CSV FIELD_DELIMITER = '|' SKIP_HEADER = 1 NULL_IF = ('', 'NULL') COMMENT = 'pipes';
--> status
--- File format F successfully created.
-- Double quotes do for a text that cannot be a name.
CREATE FILE FORMAT Q TYPE = CSV FIELD_DELIMITER = "|";
SELECT FIELD_DELIMITER FROM INFORMATION_SCHEMA.FILE_FORMATS WHERE FILE_FORMAT_NAME = 'Q';
--> FIELD_DELIMITER
--- |
DROP FILE FORMAT Q;
CREATE FILE FORMAT BAD TYPE = CSV FIELD_DELIMITER = 7;
CREATE FILE FORMAT BAD TYPE = ORC;
--! 000002 Unsupported feature 'FILE FORMAT TYPE = ORC'.
DESC FILE FORMAT F;
--> property | property_type | property_value | property_default
--- TYPE | String | CSV | CSV
--- RECORD_DELIMITER | String | \n | \n
--- FIELD_DELIMITER | String | | | ,
--- FILE_EXTENSION | String |  |
--- SKIP_HEADER | Integer | 1 | 0
--- PARSE_HEADER | Boolean | FALSE | FALSE
--- DATE_FORMAT | String | AUTO | AUTO
--- TIME_FORMAT | String | AUTO | AUTO
--- TIMESTAMP_FORMAT | String | AUTO | AUTO
--- BINARY_FORMAT | String | HEX | HEX
--- ESCAPE | String | NONE | NONE
--- ESCAPE_UNENCLOSED_FIELD | String | \\ | \\
--- TRIM_SPACE | Boolean | FALSE | FALSE
--- FIELD_OPTIONALLY_ENCLOSED_BY | String | NONE | NONE
--- NULL_IF | List | [, NULL] | [\\N]
--- COMPRESSION | String | AUTO | AUTO
--- ERROR_ON_COLUMN_COUNT_MISMATCH | Boolean | TRUE | TRUE
--- VALIDATE_UTF8 | Boolean | TRUE | TRUE
--- SKIP_BLANK_LINES | Boolean | FALSE | FALSE
--- REPLACE_INVALID_CHARACTERS | Boolean | FALSE | FALSE
--- EMPTY_FIELD_AS_NULL | Boolean | TRUE | TRUE
--- SKIP_BYTE_ORDER_MARK | Boolean | TRUE | TRUE
--- ENCODING | String | UTF8 | UTF8
--- MULTI_LINE | Boolean | TRUE | TRUE
ALTER FILE FORMAT F SET SKIP_HEADER = 2;
ALTER FILE FORMAT F SET TYPE = JSON;
--! 000904 File format type cannot be changed.
SELECT FILE_FORMAT_NAME, FILE_FORMAT_TYPE, FIELD_DELIMITER, SKIP_HEADER FROM INFORMATION_SCHEMA.FILE_FORMATS;
--> FILE_FORMAT_NAME | FILE_FORMAT_TYPE | FIELD_DELIMITER | SKIP_HEADER
--- BAD | CSV | 7 | 0
--- F | CSV | | | 2
CREATE STAGE INTERNAL FILE_FORMAT = (FORMAT_NAME = F);
--> status
--- Stage area INTERNAL successfully created.
CREATE STAGE EXTERNAL URL = 's3://bucket/data/in/' STORAGE_INTEGRATION = I FILE_FORMAT = (TYPE = JSON);
CREATE STAGE OPEN URL = 's3://bucket/x/' CREDENTIALS = (AWS_KEY_ID = 'key' AWS_SECRET_KEY = 'secret');
CREATE STAGE BAD URL = 's3://bucket/data/secret/' STORAGE_INTEGRATION = I;
--! 003167 Location 's3://bucket/data/secret/' is not allowed by integration 'I'. Please use DESC INTEGRATION to check out allowed and blocked locations.
CREATE STAGE BAD URL = 's3://elsewhere/' STORAGE_INTEGRATION = I;
--! 003167 Location 's3://elsewhere/' is not allowed by integration 'I'. Please use DESC INTEGRATION to check out allowed and blocked locations.
CREATE STAGE BAD URL = 's3://bucket/data/' STORAGE_INTEGRATION = NOSUCH;
--! 002003 Integration 'NOSUCH' does not exist or not authorized.
CREATE STAGE BAD URL = 'azure://x/y';
--! 000002 Unsupported feature 'stages on azure'.
CREATE STAGE BAD URL = 'nonsense';
--! 001008 invalid value [nonsense] for parameter 'URL'
CREATE STAGE BAD STORAGE_INTEGRATION = I;
--! 001423 property 'STORAGE_INTEGRATION' is for external stages: URL is missing
CREATE STAGE BAD FILE_FORMAT = (FORMAT_NAME = NOSUCH);
--! 002003 File format 'D.PUBLIC.NOSUCH' does not exist or not authorized.
ALTER STAGE INTERNAL SET URL = 's3://bucket/x/';
--! 001423 an internal stage cannot be made an external one
ALTER STAGE OPEN SET COMMENT = 'open to all';
SHOW STAGES;
--> created_on | name | database_name | schema_name | url | has_credentials | has_encryption_key | owner | comment | region | type | cloud | notification_channel | storage_integration | endpoint | owner_role_type | directory_enabled
--- 2025-12-31 16:00:00.000 -0800 | EXTERNAL | D | PUBLIC | s3://bucket/data/in/ | Y | N | ACCOUNTADMIN |  | NULL | EXTERNAL | AWS | NULL | I | NULL | ROLE | N
--- 2025-12-31 16:00:00.000 -0800 | INTERNAL | D | PUBLIC |  | N | N | ACCOUNTADMIN |  | NULL | INTERNAL | NULL | NULL | NULL | NULL | ROLE | N
--- 2025-12-31 16:00:00.000 -0800 | OPEN | D | PUBLIC | s3://bucket/x/ | Y | N | ACCOUNTADMIN | open to all | NULL | EXTERNAL | AWS | NULL | NULL | NULL | ROLE | N
SELECT "name", "url", "has_credentials", "type", "storage_integration", "comment" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | url | has_credentials | type | storage_integration | comment
--- EXTERNAL | s3://bucket/data/in/ | Y | EXTERNAL | I |
--- INTERNAL |  | N | INTERNAL | NULL |
--- OPEN | s3://bucket/x/ | Y | EXTERNAL | NULL | open to all
DESC STAGE OPEN;
--> parent_property | property | property_type | property_value | property_default
--- STAGE_FILE_FORMAT | TYPE | String | CSV | CSV
--- STAGE_FILE_FORMAT | RECORD_DELIMITER | String | \n | \n
--- STAGE_FILE_FORMAT | FIELD_DELIMITER | String | , | ,
--- STAGE_FILE_FORMAT | FILE_EXTENSION | String |  |
--- STAGE_FILE_FORMAT | SKIP_HEADER | Integer | 0 | 0
--- STAGE_FILE_FORMAT | PARSE_HEADER | Boolean | false | false
--- STAGE_FILE_FORMAT | DATE_FORMAT | String | AUTO | AUTO
--- STAGE_FILE_FORMAT | TIME_FORMAT | String | AUTO | AUTO
--- STAGE_FILE_FORMAT | TIMESTAMP_FORMAT | String | AUTO | AUTO
--- STAGE_FILE_FORMAT | BINARY_FORMAT | String | HEX | HEX
--- STAGE_FILE_FORMAT | ESCAPE | String | NONE | NONE
--- STAGE_FILE_FORMAT | ESCAPE_UNENCLOSED_FIELD | String | \\ | \\
--- STAGE_FILE_FORMAT | TRIM_SPACE | Boolean | false | false
--- STAGE_FILE_FORMAT | FIELD_OPTIONALLY_ENCLOSED_BY | String | NONE | NONE
--- STAGE_FILE_FORMAT | NULL_IF | List | [\\N] | [\\N]
--- STAGE_FILE_FORMAT | COMPRESSION | String | AUTO | AUTO
--- STAGE_FILE_FORMAT | ERROR_ON_COLUMN_COUNT_MISMATCH | Boolean | true | true
--- STAGE_FILE_FORMAT | VALIDATE_UTF8 | Boolean | true | true
--- STAGE_FILE_FORMAT | SKIP_BLANK_LINES | Boolean | false | false
--- STAGE_FILE_FORMAT | REPLACE_INVALID_CHARACTERS | Boolean | false | false
--- STAGE_FILE_FORMAT | EMPTY_FIELD_AS_NULL | Boolean | true | true
--- STAGE_FILE_FORMAT | SKIP_BYTE_ORDER_MARK | Boolean | true | true
--- STAGE_FILE_FORMAT | ENCODING | String | UTF8 | UTF8
--- STAGE_FILE_FORMAT | MULTI_LINE | Boolean | true | true
--- STAGE_COPY_OPTIONS | ON_ERROR | String | ABORT_STATEMENT | ABORT_STATEMENT
--- STAGE_COPY_OPTIONS | SIZE_LIMIT | Long |  |
--- STAGE_COPY_OPTIONS | PURGE | Boolean | false | false
--- STAGE_COPY_OPTIONS | RETURN_FAILED_ONLY | Boolean | false | false
--- STAGE_COPY_OPTIONS | ENFORCE_LENGTH | Boolean | true | true
--- STAGE_COPY_OPTIONS | TRUNCATECOLUMNS | Boolean | false | false
--- STAGE_COPY_OPTIONS | FORCE | Boolean | false | false
--- STAGE_LOCATION | URL | String | ["s3://bucket/x/"] |
--- STAGE_CREDENTIALS | AWS_KEY_ID | String | ***** |
--- DIRECTORY | ENABLE | Boolean | false | false
--- DIRECTORY | AUTO_REFRESH | Boolean | false | false
SELECT "property", "property_value" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) WHERE "parent_property" IN ('STAGE_LOCATION', 'STAGE_CREDENTIALS');
--> property | property_value
--- URL | ["s3://bucket/x/"]
--- AWS_KEY_ID | *****
CREATE TABLE T (V VARIANT);
CREATE PIPE P AUTO_INGEST = TRUE AS COPY INTO T FROM @EXTERNAL;
--> status
--- Pipe P successfully created.
CREATE PIPE BAD AS COPY INTO NOSUCH FROM @EXTERNAL;
--! 002003 Object 'D.PUBLIC.NOSUCH' does not exist or not authorized.
CREATE PIPE BAD AS COPY INTO T FROM @NOSUCH;
--! 002003 Stage 'D.PUBLIC.NOSUCH' does not exist or not authorized.
CREATE PIPE BAD AS COPY INTO T FROM @EXTERNAL PURGE = TRUE;
--! 002303 Pipe Notifications bind failure: PURGE is not supported in a pipe.
CREATE PIPE BAD AS COPY INTO T FROM @EXTERNAL FILES = ('a');
--! 002303 Pipe Notifications bind failure: FILES is not supported in a pipe.
CREATE PIPE BAD ERROR_INTEGRATION = NOSUCH AS COPY INTO T FROM @EXTERNAL;
--! 002003 Integration 'NOSUCH' does not exist or not authorized.
SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('P')):executionState::VARCHAR AS STATE;
--> STATE
--- RUNNING
ALTER PIPE P SET PIPE_EXECUTION_PAUSED = TRUE COMMENT = 'resting';
SELECT PARSE_JSON(SYSTEM$PIPE_STATUS('P')):executionState::VARCHAR AS STATE;
--> STATE
--- PAUSED
SELECT PIPE_NAME, DEFINITION, IS_AUTOINGEST_ENABLED, COMMENT FROM INFORMATION_SCHEMA.PIPES;
--> PIPE_NAME | DEFINITION | IS_AUTOINGEST_ENABLED | COMMENT
--- P | COPY INTO T FROM @EXTERNAL | YES | resting
DROP PIPE P;
DROP STAGE EXTERNAL;
DROP INTEGRATION I;

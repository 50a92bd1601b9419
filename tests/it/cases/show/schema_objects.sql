-- SHOW and DESCRIBE of what lives in schemas.
-- https://docs.snowflake.com/en/sql-reference/sql/show-stages
CREATE DATABASE D;
CREATE STORAGE INTEGRATION I TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE
    STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/r' STORAGE_ALLOWED_LOCATIONS = ('s3://bucket/') COMMENT = 'in';
SHOW INTEGRATIONS;
--> name | type | category | enabled | comment | created_on
--- I | EXTERNAL_STAGE | STORAGE | true | in | 2025-12-31 16:00:00.000 -0800
SHOW NOTIFICATION INTEGRATIONS;
--> name | type | category | enabled | comment | created_on
CREATE TEMPORARY STAGE TMP;
CREATE STAGE EXT URL = 's3://bucket/in/' STORAGE_INTEGRATION = I DIRECTORY = (ENABLE = TRUE) COPY_OPTIONS = (ON_ERROR = SKIP_FILE)
    FILE_FORMAT = (TYPE = JSON STRIP_OUTER_ARRAY = TRUE);
SHOW STAGES;
--> created_on | name | database_name | schema_name | url | has_credentials | has_encryption_key | owner | comment | region | type | cloud | notification_channel | storage_integration | endpoint | owner_role_type | directory_enabled
--- 2025-12-31 16:00:00.000 -0800 | EXT | D | PUBLIC | s3://bucket/in/ | Y | N | ACCOUNTADMIN |  | NULL | EXTERNAL | AWS | NULL | I | NULL | ROLE | Y
--- 2025-12-31 16:00:00.000 -0800 | TMP | D | PUBLIC |  | N | N | ACCOUNTADMIN |  | NULL | INTERNAL TEMPORARY | NULL | NULL | NULL | NULL | ROLE | N
DESC STAGE EXT;
--> parent_property | property | property_type | property_value | property_default
--- STAGE_FILE_FORMAT | TYPE | String | JSON | CSV
--- STAGE_FILE_FORMAT | FILE_EXTENSION | String |  |
--- STAGE_FILE_FORMAT | DATE_FORMAT | String | AUTO | AUTO
--- STAGE_FILE_FORMAT | TIME_FORMAT | String | AUTO | AUTO
--- STAGE_FILE_FORMAT | TIMESTAMP_FORMAT | String | AUTO | AUTO
--- STAGE_FILE_FORMAT | BINARY_FORMAT | String | HEX | HEX
--- STAGE_FILE_FORMAT | TRIM_SPACE | Boolean | false | false
--- STAGE_FILE_FORMAT | NULL_IF | List | [] | [\\N]
--- STAGE_FILE_FORMAT | COMPRESSION | String | AUTO | AUTO
--- STAGE_FILE_FORMAT | ENABLE_OCTAL | Boolean | false | false
--- STAGE_FILE_FORMAT | ALLOW_DUPLICATE | Boolean | false | false
--- STAGE_FILE_FORMAT | STRIP_OUTER_ARRAY | Boolean | true | false
--- STAGE_FILE_FORMAT | STRIP_NULL_VALUES | Boolean | false | false
--- STAGE_FILE_FORMAT | IGNORE_UTF8_ERRORS | Boolean | false | false
--- STAGE_FILE_FORMAT | REPLACE_INVALID_CHARACTERS | Boolean | false | false
--- STAGE_FILE_FORMAT | SKIP_BYTE_ORDER_MARK | Boolean | true | true
--- STAGE_FILE_FORMAT | MULTI_LINE | Boolean | true | true
--- STAGE_COPY_OPTIONS | ON_ERROR | String | SKIP_FILE | ABORT_STATEMENT
--- STAGE_COPY_OPTIONS | SIZE_LIMIT | Long |  |
--- STAGE_COPY_OPTIONS | PURGE | Boolean | false | false
--- STAGE_COPY_OPTIONS | RETURN_FAILED_ONLY | Boolean | false | false
--- STAGE_COPY_OPTIONS | ENFORCE_LENGTH | Boolean | true | true
--- STAGE_COPY_OPTIONS | TRUNCATECOLUMNS | Boolean | false | false
--- STAGE_COPY_OPTIONS | FORCE | Boolean | false | false
--- STAGE_LOCATION | URL | String | ["s3://bucket/in/"] |
--- STAGE_INTEGRATION | STORAGE_INTEGRATION | String | I |
--- STAGE_CREDENTIALS | AWS_KEY_ID | String |  |
--- DIRECTORY | ENABLE | Boolean | true | false
--- DIRECTORY | AUTO_REFRESH | Boolean | false | false
CREATE FILE FORMAT J TYPE = JSON STRIP_OUTER_ARRAY = TRUE COMMENT = 'documents';
CREATE FILE FORMAT P TYPE = PARQUET;
SHOW FILE FORMATS;
--> created_on | name | database_name | schema_name | type | owner | comment | format_options | owner_role_type
--- 2025-12-31 16:00:00.000 -0800 | J | D | PUBLIC | JSON | ACCOUNTADMIN | documents | {"TYPE":"JSON","FILE_EXTENSION":"","DATE_FORMAT":"AUTO","TIME_FORMAT":"AUTO","TIMESTAMP_FORMAT":"AUTO","BINARY_FORMAT":"HEX","TRIM_SPACE":false,"NULL_IF":"[]","COMPRESSION":"AUTO","ENABLE_OCTAL":false,"ALLOW_DUPLICATE":false,"STRIP_OUTER_ARRAY":true,"STRIP_NULL_VALUES":false,"IGNORE_UTF8_ERRORS":false,"REPLACE_INVALID_CHARACTERS":false,"SKIP_BYTE_ORDER_MARK":true,"MULTI_LINE":true} | ROLE
--- 2025-12-31 16:00:00.000 -0800 | P | D | PUBLIC | PARQUET | ACCOUNTADMIN |  | {"TYPE":"PARQUET","TRIM_SPACE":false,"NULL_IF":"[]","COMPRESSION":"AUTO","SNAPPY_COMPRESSION":true,"BINARY_AS_TEXT":true,"REPLACE_INVALID_CHARACTERS":false,"USE_LOGICAL_TYPE":false,"USE_VECTORIZED_SCANNER":false} | ROLE
DESC FILE FORMAT J;
--> property | property_type | property_value | property_default
--- TYPE | String | JSON | CSV
--- FILE_EXTENSION | String |  |
--- DATE_FORMAT | String | AUTO | AUTO
--- TIME_FORMAT | String | AUTO | AUTO
--- TIMESTAMP_FORMAT | String | AUTO | AUTO
--- BINARY_FORMAT | String | HEX | HEX
--- TRIM_SPACE | Boolean | FALSE | FALSE
--- NULL_IF | List | [] | [\\N]
--- COMPRESSION | String | AUTO | AUTO
--- ENABLE_OCTAL | Boolean | FALSE | FALSE
--- ALLOW_DUPLICATE | Boolean | FALSE | FALSE
--- STRIP_OUTER_ARRAY | Boolean | TRUE | FALSE
--- STRIP_NULL_VALUES | Boolean | FALSE | FALSE
--- IGNORE_UTF8_ERRORS | Boolean | FALSE | FALSE
--- REPLACE_INVALID_CHARACTERS | Boolean | FALSE | FALSE
--- SKIP_BYTE_ORDER_MARK | Boolean | TRUE | TRUE
--- MULTI_LINE | Boolean | TRUE | TRUE
DESC FILE FORMAT P;
--> property | property_type | property_value | property_default
--- TYPE | String | PARQUET | CSV
--- TRIM_SPACE | Boolean | FALSE | FALSE
--- NULL_IF | List | [] | [\\N]
--- COMPRESSION | String | AUTO | AUTO
--- SNAPPY_COMPRESSION | Boolean | TRUE | TRUE
--- BINARY_AS_TEXT | Boolean | TRUE | TRUE
--- REPLACE_INVALID_CHARACTERS | Boolean | FALSE | FALSE
--- USE_LOGICAL_TYPE | Boolean | FALSE | FALSE
--- USE_VECTORIZED_SCANNER | Boolean | FALSE | FALSE
CREATE TABLE T (V VARIANT);
CREATE PIPE PI AUTO_INGEST = TRUE COMMENT = 'flows' AS COPY INTO T FROM @EXT PATTERN = '.*json';
SHOW PIPES;
--> created_on | name | database_name | schema_name | definition | owner | notification_channel | comment | integration | pattern | error_integration | owner_role_type | invalid_reason | kind
--- 2025-12-31 16:00:00.000 -0800 | PI | D | PUBLIC | COPY INTO T FROM @EXT PATTERN = '.*json' | ACCOUNTADMIN | arn:aws:sqs:local:000000000000:snowglobe | flows | NULL | .*json | NULL | ROLE | NULL | STAGE
DESC PIPE PI;
--> created_on | name | database_name | schema_name | definition | owner | notification_channel | comment | integration | pattern | error_integration | owner_role_type | invalid_reason | kind
--- 2025-12-31 16:00:00.000 -0800 | PI | D | PUBLIC | COPY INTO T FROM @EXT PATTERN = '.*json' | ACCOUNTADMIN | arn:aws:sqs:local:000000000000:snowglobe | flows | NULL | .*json | NULL | ROLE | NULL | STAGE
CREATE SEQUENCE Q START 3 INCREMENT 4 ORDER COMMENT = 'steps';
SHOW SEQUENCES;
--> name | database_name | schema_name | next_value | interval | created_on | owner | comment | owner_role_type | ordered
--- Q | D | PUBLIC | 3 | 4 | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN | steps | ROLE | Y
DESC SEQUENCE Q;
--> name | database_name | schema_name | next_value | interval | created_on | owner | comment | owner_role_type | ordered
--- Q | D | PUBLIC | 3 | 4 | 2025-12-31 16:00:00.000 -0800 | ACCOUNTADMIN | steps | ROLE | Y
CREATE STREAM ST ON TABLE T APPEND_ONLY = TRUE;
DESC STREAM ST;
--> created_on | name | database_name | schema_name | owner | comment | table_name | source_type | base_tables | type | stale | mode | stale_after | invalid_reason | owner_role_type
--- 2025-12-31 16:00:00.000 -0800 | ST | D | PUBLIC | ACCOUNTADMIN |  | D.PUBLIC.T | Table | D.PUBLIC.T | DELTA | false | APPEND_ONLY | 2026-01-14 16:00:00.000 -0800 | N/A | ROLE
--@ advance 360 hours
SHOW STREAMS;
--> created_on | name | database_name | schema_name | owner | comment | table_name | source_type | base_tables | type | stale | mode | stale_after | invalid_reason | owner_role_type
--- 2025-12-31 16:00:00.000 -0800 | ST | D | PUBLIC | ACCOUNTADMIN |  | D.PUBLIC.T | Table | D.PUBLIC.T | DELTA | true | APPEND_ONLY | 2026-01-14 16:00:00.000 -0800 | N/A | ROLE
CREATE TASK TK SCHEDULE = '5 MINUTE' AS SELECT 1;
SHOW TERSE TASKS;
--> created_on | name | kind | database_name | schema_name | schedule
--- 2026-01-15 16:00:00.000 -0800 | TK | NULL | D | PUBLIC | 5 MINUTE
DESC TASK TK;
--> created_on | name | id | database_name | schema_name | owner | comment | warehouse | schedule | scheduling_mode | target_completion_interval | predecessors | state | definition | condition | allow_overlapping_execution | error_integration | success_integration | last_committed_on | last_suspended_on | owner_role_type | config | last_suspended_reason | task_relations | execute_as_user
--- 2026-01-15 16:00:00.000 -0800 | TK | 00000000-000c-4000-8000-00000000000c | D | PUBLIC | ACCOUNTADMIN |  | NULL | 5 MINUTE | FIXED | NULL | [] | suspended | SELECT 1 | NULL | false | NULL | NULL | NULL | NULL | ROLE | NULL | NULL | {"Predecessors":[]} | NULL
DESC TABLE T TYPE = STAGE;
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
SHOW PRIMARY KEYS IN T;
--> created_on | database_name | schema_name | table_name | column_name | key_sequence | constraint_name | rely | comment
SHOW TERSE PRIMARY KEYS;
--> created_on | database_name | schema_name | table_name | column_name | key_sequence | constraint_name | rely | comment
SHOW GRANTS ON STAGE EXT;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by_role_type | granted_by
--- 2025-12-31 16:00:00.000 -0800 | OWNERSHIP | STAGE | D.PUBLIC.EXT | ROLE | ACCOUNTADMIN | true | ROLE | ACCOUNTADMIN
SHOW PARAMETERS LIKE 'timestamp%' IN SESSION;
--> key | value | default | level | description | type
--- TIMESTAMP_DAY_IS_ALWAYS_24H | false | false |  | Whether a day has 24 hours always | BOOLEAN
--- TIMESTAMP_INPUT_FORMAT | AUTO | AUTO |  | How text is read as a timestamp | STRING
--- TIMESTAMP_LTZ_OUTPUT_FORMAT |  |  |  | How TIMESTAMP_LTZ is shown; empty for TIMESTAMP_OUTPUT_FORMAT | STRING
--- TIMESTAMP_NTZ_OUTPUT_FORMAT | YYYY-MM-DD HH24:MI:SS.FF3 | YYYY-MM-DD HH24:MI:SS.FF3 |  | How TIMESTAMP_NTZ is shown; empty for TIMESTAMP_OUTPUT_FORMAT | STRING
--- TIMESTAMP_OUTPUT_FORMAT | YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM | YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM |  | How timestamps are shown whose type has no format of its own | STRING
--- TIMESTAMP_TYPE_MAPPING | TIMESTAMP_NTZ | TIMESTAMP_NTZ |  | Which type the name TIMESTAMP stands for | STRING
--- TIMESTAMP_TZ_OUTPUT_FORMAT |  |  |  | How TIMESTAMP_TZ is shown; empty for TIMESTAMP_OUTPUT_FORMAT | STRING
ALTER SESSION SET TIMEZONE = 'America/Los_Angeles';
SHOW PARAMETERS LIKE 'TIMEZONE';
--> key | value | default | level | description | type
--- TIMEZONE | America/Los_Angeles | America/Los_Angeles | SESSION | Time zone of the session | STRING

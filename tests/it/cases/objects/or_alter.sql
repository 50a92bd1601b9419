-- CREATE OR ALTER makes what is missing and alters what is there.
-- https://docs.snowflake.com/en/sql-reference/sql/create-or-alter
CREATE OR ALTER DATABASE D COMMENT = 'one';
--> status
--- Database D successfully created.
CREATE OR ALTER TABLE T (A INT PRIMARY KEY, B VARCHAR(10) DEFAULT 'x' COMMENT 'second') COMMENT = 'first';
--> status
--- Table T successfully created.
INSERT INTO T VALUES (1, 'one'), (2, 'two');
--> number of rows inserted
--- 2
CREATE TAG G;
ALTER TABLE T SET TAG G = 'kept';
CREATE ROLE R;
GRANT SELECT ON TABLE T TO ROLE R;
CREATE STREAM S ON TABLE T;
-- Columns are added at the end, dropped and widened; rows stay.
CREATE OR ALTER TABLE T (A INT PRIMARY KEY, B VARCHAR(20) DEFAULT 'x', C INT DEFAULT 7 COMMENT 'third') DATA_RETENTION_TIME_IN_DAYS = 5;
--> status
--- Table T successfully created.
SELECT * FROM T ORDER BY A;
--> A | B | C
--- 1 | one | 7
--- 2 | two | 7
DESCRIBE TABLE T;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- A | NUMBER(38,0) | COLUMN | N | NULL | Y | N | NULL | NULL | NULL | NULL | NULL
--- B | VARCHAR(20) | COLUMN | Y | 'x' | N | N | NULL | NULL | NULL | NULL | NULL
--- C | NUMBER(38,0) | COLUMN | Y | 7 | N | N | NULL | NULL | third | NULL | NULL
SHOW TABLES LIKE 'T';
--> created_on | name | database_name | schema_name | kind | comment | cluster_by | rows | bytes | owner | retention_time | automatic_clustering | change_tracking | search_optimization | search_optimization_progress | search_optimization_bytes | is_external | enable_schema_evolution | owner_role_type | is_event | is_hybrid | is_iceberg | is_immutable
--- 2025-12-31 16:00:00.000 -0800 | T | D | PUBLIC | TABLE |  |  | 2 | 1320 | ACCOUNTADMIN | 5 | OFF | ON | OFF | NULL | NULL | N | N | ROLE | N | N | N | N
SELECT "name", "comment", "retention_time" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | comment | retention_time
--- T |  | 5
INSERT INTO T (A) VALUES (3);
--> number of rows inserted
--- 1
SELECT * FROM S ORDER BY A;
--> A | B | C | METADATA$ACTION | METADATA$ISUPDATE | METADATA$ROW_ID
--- 3 | x | 7 | INSERT | FALSE | d194e91b121de3db0b5acf95a259e50f4d28d7e1
-- A column under another name is another column.
CREATE OR ALTER TABLE T (A INT, D INT NOT NULL DEFAULT 0, E VARCHAR) CLUSTER BY (A);
SELECT * FROM T ORDER BY A;
--> A | D | E
--- 1 | 0 | NULL
--- 2 | 0 | NULL
--- 3 | 0 | NULL
SELECT SYSTEM$GET_TAG('G', 'T', 'TABLE') AS TAG;
--> TAG
--- kept
SHOW GRANTS ON TABLE T;
--> created_on | privilege | granted_on | name | granted_to | grantee_name | grant_option | granted_by_role_type | granted_by
--- 2025-12-31 16:00:00.000 -0800 | OWNERSHIP | TABLE | D.PUBLIC.T | ROLE | ACCOUNTADMIN | true | ROLE | ACCOUNTADMIN
--- 2025-12-31 16:00:00.000 -0800 | SELECT | TABLE | D.PUBLIC.T | ROLE | R | false | ROLE | ACCOUNTADMIN
SHOW PRIMARY KEYS IN TABLE T;
--> created_on | database_name | schema_name | table_name | column_name | key_sequence | constraint_name | rely | comment
SELECT TABLE_NAME, CLUSTERING_KEY, RETENTION_TIME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = 'T';
--> TABLE_NAME | CLUSTERING_KEY | RETENTION_TIME
--- T | LINEAR(A) | 1
-- What ALTER TABLE does not do is not done.
CREATE OR ALTER TABLE T (D INT NOT NULL DEFAULT 0, A INT, E VARCHAR) CLUSTER BY (A);
--! 002108 CREATE OR ALTER TABLE cannot change the order of columns; new columns stand behind the others
CREATE OR ALTER TABLE T (A INT, N INT, D INT NOT NULL DEFAULT 0, E VARCHAR);
--! 002108 CREATE OR ALTER TABLE cannot change the order of columns; new columns stand behind the others
CREATE OR ALTER TABLE T (A VARCHAR, D INT NOT NULL DEFAULT 0, E VARCHAR);
--! 002108 cannot change column A from type NUMBER(38,0) to VARCHAR(16777216)
CREATE OR ALTER TABLE T (A INT, D INT NOT NULL DEFAULT 1, E VARCHAR);
--! 000002 Unsupported feature 'Alter Column Set Default' of column 'D': only a sequence can follow a sequence
CREATE OR ALTER TABLE T (A INT, D INT NOT NULL DEFAULT 0, E VARCHAR NOT NULL);
--! 100072 NULL result in a non-nullable column 'E'
CREATE OR ALTER TABLE T (A INT, D INT NOT NULL DEFAULT 0, E VARCHAR, F INT NOT NULL);
--! 002240 Non-nullable column 'F' cannot be added to non-empty table 'D.PUBLIC.T' unless it has a non-null default value.
CREATE OR ALTER TRANSIENT TABLE T (A INT, D INT NOT NULL DEFAULT 0, E VARCHAR);
--! 000002 Unsupported feature 'CREATE OR ALTER that changes how long a table lives'.
CREATE OR ALTER TABLE T (A INT WITH TAG (G = 'x'), D INT NOT NULL DEFAULT 0, E VARCHAR);
--! 000002 Unsupported feature 'CREATE OR ALTER that changes tags or policies'.
CREATE OR ALTER TABLE T (A INT, D INT NOT NULL DEFAULT 0, E VARCHAR) WITH TAG (G = 'x');
--! 000002 Unsupported feature 'CREATE OR ALTER that changes tags or policies'.
CREATE OR ALTER TABLE T AS SELECT 1 AS A;
--! 000002 Unsupported feature 'CREATE OR ALTER TABLE … AS, LIKE, CLONE or USING TEMPLATE'.
CREATE OR ALTER TABLE T CLONE T;
--! 000002 Unsupported feature 'CREATE OR ALTER TABLE … AS, LIKE, CLONE or USING TEMPLATE'.
CREATE OR ALTER TABLE IF NOT EXISTS T (A INT);
--! 000002 Unsupported feature 'CREATE OR ALTER … IF NOT EXISTS'.
SELECT * FROM T ORDER BY A;
--> A | D | E
--- 1 | 0 | NULL
--- 2 | 0 | NULL
--- 3 | 0 | NULL
-- Constraints come and go, and keep their names where they stay.
CREATE OR ALTER TABLE T (A INT, D INT NOT NULL DEFAULT 0, E VARCHAR, CONSTRAINT U UNIQUE (E));
CREATE OR ALTER TABLE T (A INT, D INT NOT NULL DEFAULT 0, E VARCHAR, UNIQUE (E), PRIMARY KEY (D));
SHOW UNIQUE KEYS IN TABLE T;
--> created_on | database_name | schema_name | table_name | column_name | key_sequence | constraint_name | rely | comment
--- 2025-12-31 16:00:00.000 -0800 | D | PUBLIC | T | E | 1 | U | false | NULL
SELECT "column_name", "constraint_name" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> column_name | constraint_name
--- E | U
-- One that is there already stays as it is.
--@ advance 1 hour
CREATE OR ALTER TABLE T (A INT, D INT NOT NULL DEFAULT 0, E VARCHAR, UNIQUE (E), PRIMARY KEY (D));
SELECT LAST_DDL, LAST_ALTERED FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME = 'T';
--> LAST_DDL | LAST_ALTERED
--- 2025-12-31 16:00:00.000 -0800 | 2025-12-31 16:00:00.000 -0800
-- Views
CREATE OR ALTER VIEW V AS SELECT A FROM T;
CREATE OR ALTER SECURE VIEW V (A COMMENT 'first') COMMENT = 'view' AS SELECT A FROM T;
SHOW VIEWS;
--> created_on | name | reserved | kind | database_name | schema_name | owner | comment | text | is_secure | is_materialized | owner_role_type | change_tracking
--- 2025-12-31 17:00:00.000 -0800 | V |  | VIEW | D | PUBLIC | ACCOUNTADMIN | view | CREATE OR ALTER SECURE VIEW V (A COMMENT 'first') COMMENT = 'view' AS SELECT A FROM T | true | false | ROLE | ON
SELECT "name", "comment", "is_secure" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | comment | is_secure
--- V | view | true
DESCRIBE VIEW V;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- A | NUMBER(38,0) | COLUMN | Y | NULL | N | N | NULL | NULL | first | NULL | NULL
CREATE OR ALTER VIEW V AS SELECT D FROM T;
--! 000002 Unsupported feature 'CREATE OR ALTER that changes the query or the columns of a view'.
CREATE OR ALTER TABLE V (A INT);
--! 002203 Object found is of type 'VIEW', not specified type 'TABLE'.
-- Tasks
CREATE OR ALTER TASK TK SCHEDULE = '5 MINUTES' COMMENT = 'a' AS SELECT 1;
CREATE OR ALTER TASK TK SCHEDULE = '10 MINUTES' WHEN TRUE AS SELECT 2;
SHOW TASKS;
--> created_on | name | id | database_name | schema_name | owner | comment | warehouse | schedule | scheduling_mode | target_completion_interval | predecessors | state | definition | condition | allow_overlapping_execution | error_integration | success_integration | last_committed_on | last_suspended_on | owner_role_type | config | last_suspended_reason | task_relations | execute_as_user
--- 2025-12-31 17:00:00.000 -0800 | TK | 00000000-000e-4000-8000-00000000000e | D | PUBLIC | ACCOUNTADMIN |  | NULL | 10 MINUTES | FIXED | NULL | [] | suspended | SELECT 2 | TRUE | false | NULL | NULL | NULL | NULL | ROLE | NULL | NULL | {"Predecessors":[]} | NULL
SELECT "name", "schedule", "comment", "definition", "condition", "state" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | schedule | comment | definition | condition | state
--- TK | 10 MINUTES |  | SELECT 2 | TRUE | suspended
CREATE OR ALTER TASK TK2 AFTER TK AS SELECT 3;
CREATE OR ALTER TASK TK2 AFTER TK AS SELECT 4;
ALTER TASK TK RESUME;
CREATE OR ALTER TASK TK SCHEDULE = '10 MINUTES' AS SELECT 5;
--! 091421 Unable to update graph with root task D.PUBLIC.TK since that root task is not suspended.
ALTER TASK TK SUSPEND;
CREATE OR ALTER TASK TK SCHEDULE = '10 MINUTES' AFTER TK2 AS SELECT 5;
--! 091088 Task TK cannot have both a schedule and a predecessor.
-- Others: what is not said goes back to its default.
CREATE OR ALTER WAREHOUSE W WAREHOUSE_SIZE = LARGE AUTO_SUSPEND = 60 COMMENT = 'w';
CREATE OR ALTER WAREHOUSE W AUTO_SUSPEND = 120;
SHOW WAREHOUSES;
--> name | state | type | size | min_cluster_count | max_cluster_count | started_clusters | running | queued | is_default | is_current | is_interactive | auto_suspend | auto_resume | available | provisioning | quiescing | other | created_on | resumed_on | updated_on | owner | comment | enable_query_acceleration | query_acceleration_max_scale_factor | resource_monitor | actives | pendings | failed | suspended | uuid | scaling_policy | owner_role_type | resource_constraint | generation
--- W | STARTED | STANDARD | X-Small | 1 | 1 | 1 | 0 | 0 | N | Y | N | 120 | true |  |  |  |  | 2025-12-31 17:00:00.000 -0800 | 2025-12-31 17:00:00.000 -0800 | 2025-12-31 17:00:00.000 -0800 | ACCOUNTADMIN |  | false | 8 | null | 0 | 0 | 0 | 0 | 16 | STANDARD | ROLE | NULL | 1
SELECT "name", "size", "auto_suspend", "comment" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | size | auto_suspend | comment
--- W | X-Small | 120 |
CREATE OR ALTER SCHEMA SC DATA_RETENTION_TIME_IN_DAYS = 3;
CREATE TABLE SC.KEPT (A INT);
USE SCHEMA D.PUBLIC;
CREATE OR ALTER SCHEMA SC WITH MANAGED ACCESS COMMENT = 's';
SELECT CURRENT_SCHEMA() AS S;
--> S
--- PUBLIC
SHOW SCHEMAS LIKE 'SC';
--> created_on | name | is_default | is_current | database_name | owner | comment | options | retention_time | owner_role_type | object_visibility | is_nested
--- 2025-12-31 17:00:00.000 -0800 | SC | N | N | D | ACCOUNTADMIN | s | MANAGED ACCESS | 1 | ROLE | NULL | N
SELECT "name", "comment", "options", "retention_time" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | comment | options | retention_time
--- SC | s | MANAGED ACCESS | 1
SELECT COUNT(*) AS C FROM SC.KEPT;
--> C
--- 0
CREATE OR ALTER TRANSIENT SCHEMA SC;
--! 000002 Unsupported feature 'CREATE OR ALTER that changes TRANSIENT of a schema'.
CREATE OR ALTER DATABASE D COMMENT = 'two' DATA_RETENTION_TIME_IN_DAYS = 2;
SHOW DATABASES LIKE 'D';
--> created_on | name | is_default | is_current | origin | owner | comment | options | retention_time | kind | owner_role_type | object_visibility | data_quality_monitoring_settings
--- 2025-12-31 16:00:00.000 -0800 | D | N | Y |  | ACCOUNTADMIN | two |  | 2 | STANDARD | ROLE | NULL | NULL
SELECT "name", "comment", "retention_time" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | comment | retention_time
--- D | two | 2
CREATE OR ALTER FILE FORMAT F TYPE = CSV SKIP_HEADER = 1;
CREATE OR ALTER FILE FORMAT F TYPE = CSV FIELD_DELIMITER = ';';
DESCRIBE FILE FORMAT F;
--> property | property_type | property_value | property_default
--- TYPE | String | CSV | CSV
--- RECORD_DELIMITER | String | \n | \n
--- FIELD_DELIMITER | String | ; | ,
--- FILE_EXTENSION | String |  |
--- SKIP_HEADER | Integer | 0 | 0
--- PARSE_HEADER | Boolean | FALSE | FALSE
--- DATE_FORMAT | String | AUTO | AUTO
--- TIME_FORMAT | String | AUTO | AUTO
--- TIMESTAMP_FORMAT | String | AUTO | AUTO
--- BINARY_FORMAT | String | HEX | HEX
--- ESCAPE | String | NONE | NONE
--- ESCAPE_UNENCLOSED_FIELD | String | \\ | \\
--- TRIM_SPACE | Boolean | FALSE | FALSE
--- FIELD_OPTIONALLY_ENCLOSED_BY | String | NONE | NONE
--- NULL_IF | List | [\\N] | [\\N]
--- COMPRESSION | String | AUTO | AUTO
--- ERROR_ON_COLUMN_COUNT_MISMATCH | Boolean | TRUE | TRUE
--- VALIDATE_UTF8 | Boolean | TRUE | TRUE
--- SKIP_BLANK_LINES | Boolean | FALSE | FALSE
--- REPLACE_INVALID_CHARACTERS | Boolean | FALSE | FALSE
--- EMPTY_FIELD_AS_NULL | Boolean | TRUE | TRUE
--- SKIP_BYTE_ORDER_MARK | Boolean | TRUE | TRUE
--- ENCODING | String | UTF8 | UTF8
--- MULTI_LINE | Boolean | TRUE | TRUE
SELECT "property", "property_value" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID())) WHERE "property" IN ('SKIP_HEADER', 'FIELD_DELIMITER');
--> property | property_value
--- FIELD_DELIMITER | ;
--- SKIP_HEADER | 0
CREATE OR ALTER FILE FORMAT F TYPE = JSON;
--! 000002 Unsupported feature 'CREATE OR ALTER that changes the TYPE of a file format'.
CREATE OR ALTER STAGE ST FILE_FORMAT = (FORMAT_NAME = 'F') COMMENT = 'st';
CREATE OR ALTER STAGE ST;
SHOW STAGES;
--> created_on | name | database_name | schema_name | url | has_credentials | has_encryption_key | owner | comment | region | type | cloud | notification_channel | storage_integration | endpoint | owner_role_type | directory_enabled
--- 2025-12-31 17:00:00.000 -0800 | ST | D | PUBLIC |  | N | N | ACCOUNTADMIN |  | NULL | INTERNAL | NULL | NULL | NULL | NULL | ROLE | N
SELECT "name", "comment" FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()));
--> name | comment
--- ST |
CREATE OR ALTER STAGE ST URL = 's3://bucket/';
--! 000002 Unsupported feature 'CREATE OR ALTER that changes an internal stage to an external one, or back'.
CREATE OR ALTER FUNCTION FN(X INT) RETURNS INT AS 'X + 1';
CREATE OR ALTER FUNCTION FN(X INT) RETURNS INT COMMENT = 'two' AS 'X + 2';
SELECT FN(1) AS V;
--> V
--- 3
CREATE OR ALTER PROCEDURE PR() RETURNS INT LANGUAGE SQL AS 'BEGIN RETURN 1; END';
CREATE OR ALTER PROCEDURE PR() RETURNS VARCHAR LANGUAGE SQL EXECUTE AS CALLER AS 'BEGIN RETURN ''two''; END';
CALL PR();
--> PR
--- two
CREATE OR ALTER ROLE R COMMENT = 'r';
CREATE OR ALTER TAG G ALLOWED_VALUES 'x';
SELECT SYSTEM$GET_TAG_ALLOWED_VALUES('G') AS A, SYSTEM$GET_TAG('G', 'T', 'TABLE') AS V;
--> A | V
--- ["x"] | kept
CREATE OR ALTER MASKING POLICY M AS (V VARCHAR) RETURNS VARCHAR -> '*';
ALTER TABLE T MODIFY COLUMN E SET MASKING POLICY M;
CREATE OR ALTER MASKING POLICY M AS (V VARCHAR) RETURNS VARCHAR -> '#';
SELECT DISTINCT E FROM T;
--> E
--- #
CREATE OR ALTER MASKING POLICY M AS (V INT) RETURNS INT -> 1;
--! 000002 Unsupported feature 'CREATE OR ALTER that changes the signature of a masking policy'.
CREATE OR ALTER TABLE T (A INT, D INT NOT NULL DEFAULT 0, E VARCHAR(100000) COMMENT 'masked', UNIQUE (E), PRIMARY KEY (D));
--! 040052 cannot change column E from type VARCHAR(16777216) to VARCHAR(100000) because reducing the byte-length of a varchar is not supported
DESCRIBE TABLE T;
--> name | type | kind | null? | default | primary key | unique key | check | expression | comment | policy name | privacy domain
--- A | NUMBER(38,0) | COLUMN | Y | NULL | N | N | NULL | NULL | NULL | NULL | NULL
--- D | NUMBER(38,0) | COLUMN | N | 0 | Y | N | NULL | NULL | NULL | NULL | NULL
--- E | VARCHAR(16777216) | COLUMN | Y | NULL | N | Y | NULL | NULL | NULL | D.PUBLIC.M | NULL
CREATE OR ALTER SEQUENCE SQ;
--! 000002 Unsupported feature 'CREATE OR ALTER SEQUENCE'.
CREATE OR ALTER USER U;
--! 000002 Unsupported feature 'CREATE OR ALTER USER'.
CREATE OR ALTER PIPE P AS COPY INTO T FROM @ST;
--! 000002 Unsupported feature 'CREATE OR ALTER PIPE'.
CREATE OR ALTER DYNAMIC TABLE DT TARGET_LAG = '1 hour' WAREHOUSE = W AS SELECT 1 AS A;
--! 000002 Unsupported feature 'CREATE OR ALTER DYNAMIC TABLE'.

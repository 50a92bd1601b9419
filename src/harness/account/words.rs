//! The words by which [`safety`](super::safety) tells what keeps to a case's database from what does not.

/// Kinds of objects that are in a schema, or are one, behind CREATE, ALTER, DROP, UNDROP and COMMENT ON.
pub(super) const OWN_KINDS: &[&str] = &[
    "AGGREGATION",
    "ALERT",
    "COLUMN",
    "DYNAMIC",
    "EVENT",
    "FILE",
    "FUNCTION",
    "HYBRID",
    "MASKING",
    "MATERIALIZED",
    "PIPE",
    "PROCEDURE",
    "PROJECTION",
    "SCHEMA",
    "SEQUENCE",
    "SESSION",
    "STAGE",
    "STREAM",
    "TABLE",
    "TAG",
    "TASK",
    "VIEW",
];
/// Words between CREATE and a kind.
pub(super) const MODIFIERS: &[&str] = &[
    "OR",
    "REPLACE",
    "ALTER",
    "TRANSIENT",
    "TEMP",
    "TEMPORARY",
    "VOLATILE",
    "LOCAL",
    "GLOBAL",
    "SECURE",
    "RECURSIVE",
    "AGGREGATE",
    "IF",
    "NOT",
    "EXISTS",
];
/// Kinds of objects of the account, wherever they are named behind such a verb.
pub(super) const FOREIGN_KINDS: &[&str] = &[
    "ACCOUNT",
    "APPLICATION",
    "COMPUTE",
    "CONNECTION",
    "DATABASE",
    "FAILOVER",
    "INTEGRATION",
    "LISTING",
    "NETWORK",
    "ORGANIZATION",
    "REPLICATION",
    "RESOURCE",
    "ROLE",
    "SHARE",
    "USER",
    "WAREHOUSE",
];
/// What SHOW tells of the account.
pub(super) const FOREIGN_LISTS: &[&str] = &[
    "ACCOUNT",
    "ACCOUNTS",
    "APPLICATIONS",
    "CONNECTIONS",
    "DATABASES",
    "GRANTS",
    "GROUPS",
    "INTEGRATIONS",
    "LISTINGS",
    "MONITORS",
    "ORGANIZATION",
    "POLICIES",
    "POOLS",
    "ROLES",
    "SHARES",
    "USERS",
    "VOLUMES",
    "WAREHOUSES",
];
/// System functions that change nothing outside.
pub(super) const HARMLESS_FUNCTIONS: &[&str] = &[
    "CLUSTERING_INFORMATION",
    "CURRENT_USER_TASK_NAME",
    "GET_PREDECESSOR_RETURN_VALUE",
    "GET_TASK_GRAPH_CONFIG",
    "LAST_CHANGE_COMMIT_TIME",
    "LOG",
    "LOG_DEBUG",
    "LOG_ERROR",
    "LOG_INFO",
    "LOG_WARN",
    "PIPE_STATUS",
    "SET_RETURN_VALUE",
    "STREAM_BACKLOG",
    "STREAM_GET_TABLE_TIMESTAMP",
    "STREAM_HAS_DATA",
    "TASK_RUNTIME_INFO",
    "TYPEOF",
    "WAIT",
];
/// Languages in which a procedure may put any statement together.
pub(super) const LANGUAGES: &[&str] = &["JAVA", "JAVASCRIPT", "PYTHON", "SCALA"];
/// Statements begin behind these words, too.
pub(super) const BEFORE_STATEMENTS: &[&str] = &[
    "AS",
    "BEGIN",
    "DO",
    "ELSE",
    "LOOP",
    "REPEAT",
    "THEN",
    "IMMEDIATE",
    "EXPLAIN",
];
/// What may begin a text that is a statement.
pub(super) const VERBS: &[&str] = &[
    "ALTER", "BEGIN", "CALL", "COMMENT", "COPY", "CREATE", "DECLARE", "DELETE", "DROP", "EXECUTE", "GET",
    "GRANT", "INSERT", "LIST", "LS", "MERGE", "PUT", "REMOVE", "REVOKE", "RM", "SELECT", "SHOW", "TRUNCATE",
    "UNDROP", "UPDATE", "USE", "WITH",
];
/// Addresses of storage outside begin so.
pub(super) const SCHEMES: &[&str] = &[
    "s3://",
    "s3gov://",
    "s3china://",
    "s3compat://",
    "gcs://",
    "azure://",
];

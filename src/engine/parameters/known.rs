//! The session parameters, apart from those of values: what each takes, its default, and what it means here.
//! <https://docs.snowflake.com/en/sql-reference/parameters>

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// TRUE or FALSE.
    Boolean,
    /// A whole number in a range.
    Number(i64, i64),
    /// Any text.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// What a parameter does here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The engine looks at it.
    Used,
    /// It is about clients, limits, caches or logs: kept and shown, and nothing comes of it.
    Kept,
    /// A value other than the default would change what statements do, which is not there: refused.
    DefaultOnly,
}

/// A session parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name, upper case.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Its default, as SHOW PARAMETERS gives it.
    pub default: &'static str,
    /// What it does here.
    pub effect: Effect,
    /// What it is for, as SHOW PARAMETERS gives it.
    pub description: &'static str,
}

const fn parameter(
    name: &'static str,
    kind: Kind,
    default: &'static str,
    effect: Effect,
    description: &'static str,
) -> Parameter {
    Parameter {
        name,
        kind,
        default,
        effect,
        description,
    }
}

use Effect::{DefaultOnly, Kept, Used};
use Kind::{Boolean, Number, Text, Word};

/// Seven days, in seconds.
const WEEK: i64 = 604_800;

/// All of them, by name.
pub const PARAMETERS: &[Parameter] = &[
    parameter(
        "ABORT_DETACHED_QUERY",
        Boolean,
        "false",
        Kept,
        "Whether a query ends when its client is gone",
    ),
    parameter(
        "AUTOCOMMIT",
        Boolean,
        "true",
        Used,
        "Whether a statement outside a transaction commits by itself",
    ),
    parameter(
        "CLIENT_MEMORY_LIMIT",
        Number(0, i64::MAX),
        "1536",
        Kept,
        "Memory for results in JDBC clients, in MB",
    ),
    parameter(
        "CLIENT_METADATA_REQUEST_USE_CONNECTION_CTX",
        Boolean,
        "false",
        Kept,
        "Whether clients ask for metadata of the current database and schema only",
    ),
    parameter(
        "CLIENT_PREFETCH_THREADS",
        Number(1, 10),
        "4",
        Kept,
        "Threads with which clients fetch results",
    ),
    parameter(
        "CLIENT_RESULT_CHUNK_SIZE",
        Number(16, 160),
        "160",
        Kept,
        "Size of parts of results, in MB",
    ),
    parameter(
        "CLIENT_RESULT_COLUMN_CASE_INSENSITIVE",
        Boolean,
        "false",
        Kept,
        "Whether clients look up result columns without regard to letter case",
    ),
    parameter(
        "CLIENT_SESSION_CLONE",
        Boolean,
        "false",
        Kept,
        "Whether clients clone a session",
    ),
    parameter(
        "CLIENT_SESSION_KEEP_ALIVE",
        Boolean,
        "false",
        Kept,
        "Whether clients keep idle sessions open",
    ),
    parameter(
        "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY",
        Number(900, 3600),
        "3600",
        Kept,
        "Seconds between a client's signs of life",
    ),
    parameter(
        "CLIENT_TIMESTAMP_TYPE_MAPPING",
        Word(&["TIMESTAMP_LTZ", "TIMESTAMP_NTZ"]),
        "TIMESTAMP_LTZ",
        Kept,
        "The type in which clients bind timestamps",
    ),
    parameter("DATE_FORMAT", Text, "", DefaultOnly, "Obsolete"),
    parameter(
        "ERROR_ON_NONDETERMINISTIC_MERGE",
        Boolean,
        "true",
        DefaultOnly,
        "Whether MERGE fails when a target row is matched by several source rows",
    ),
    parameter(
        "ERROR_ON_NONDETERMINISTIC_UPDATE",
        Boolean,
        "false",
        Used,
        "Whether UPDATE fails when a target row is matched by several source rows",
    ),
    parameter(
        "GEOGRAPHY_OUTPUT_FORMAT",
        Word(&["GeoJSON", "WKT", "WKB", "EWKT", "EWKB"]),
        "GeoJSON",
        DefaultOnly,
        "Format of GEOGRAPHY values",
    ),
    parameter(
        "JDBC_TREAT_DECIMAL_AS_INT",
        Boolean,
        "true",
        Kept,
        "Whether JDBC gives whole numbers as integers",
    ),
    parameter(
        "JDBC_TREAT_TIMESTAMP_NTZ_AS_UTC",
        Boolean,
        "false",
        Kept,
        "Whether JDBC takes TIMESTAMP_NTZ values as UTC",
    ),
    parameter(
        "LOCK_TIMEOUT",
        Number(0, WEEK),
        "43200",
        Used,
        "Seconds to wait for a lock",
    ),
    parameter(
        "LOG_LEVEL",
        Word(&["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"]),
        "OFF",
        Used,
        "Severity of events that are logged",
    ),
    parameter(
        "MULTI_STATEMENT_COUNT",
        Number(0, i64::MAX),
        "1",
        Kept,
        "Statements that a request may hold",
    ),
    parameter(
        "NOORDER_SEQUENCE_AS_DEFAULT",
        Boolean,
        "true",
        Kept,
        "Whether sequences are NOORDER by default",
    ),
    parameter(
        "ODBC_TREAT_DECIMAL_AS_INT",
        Boolean,
        "false",
        Kept,
        "Whether ODBC gives whole numbers as integers",
    ),
    parameter(
        "QUERY_TAG",
        Text,
        "",
        Kept,
        "Text that marks the session's statements",
    ),
    parameter(
        "QUOTED_IDENTIFIERS_IGNORE_CASE",
        Boolean,
        "false",
        Used,
        "Whether letter case of quoted identifiers is ignored",
    ),
    parameter(
        "ROWS_PER_RESULTSET",
        Number(0, i64::MAX),
        "0",
        Used,
        "The most rows of a result; 0 for no limit",
    ),
    parameter(
        "S3_STAGE_VPCE_DNS_NAME",
        Text,
        "",
        Kept,
        "Interface endpoint of the internal stage",
    ),
    parameter(
        "SEARCH_PATH",
        Text,
        "$current, $public",
        DefaultOnly,
        "Where bare names are looked up",
    ),
    parameter(
        "SIMULATED_DATA_SHARING_CONSUMER",
        Text,
        "",
        DefaultOnly,
        "Account seen by secure views",
    ),
    parameter(
        "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
        Number(0, WEEK),
        "0",
        Kept,
        "Seconds a statement may queue",
    ),
    parameter(
        "STATEMENT_TIMEOUT_IN_SECONDS",
        Number(0, WEEK),
        "172800",
        Used,
        "Seconds a statement may run",
    ),
    parameter(
        "TRACE_LEVEL",
        Word(&["ALWAYS", "ON_EVENT", "PROPAGATE", "OFF"]),
        "OFF",
        Kept,
        "How traces are recorded",
    ),
    parameter(
        "TRANSACTION_ABORT_ON_ERROR",
        Boolean,
        "false",
        DefaultOnly,
        "Whether an error ends its transaction",
    ),
    parameter(
        "TRANSACTION_DEFAULT_ISOLATION_LEVEL",
        Word(&["READ COMMITTED"]),
        "READ COMMITTED",
        Kept,
        "Isolation of transactions",
    ),
    parameter(
        "UNSUPPORTED_DDL_ACTION",
        Word(&["FAIL", "IGNORE"]),
        "ignore",
        Kept,
        "What becomes of constraint properties that are not enforced",
    ),
    parameter(
        "USE_CACHED_RESULT",
        Boolean,
        "true",
        Kept,
        "Whether results of equal queries are used again",
    ),
];

/// A parameter that only clients look at.
const fn client(name: &'static str, kind: Kind, default: &'static str) -> Parameter {
    parameter(name, kind, default, Kept, "Read by clients")
}

/// What a client's results are encoded in.
const RESULT_FORMATS: Kind = Word(&["ARROW", "ARROW_FORCE", "JSON"]);

/// Parameters that clients are told at login and set by themselves; SHOW PARAMETERS does not list them.
pub const CLIENT_PARAMETERS: &[Parameter] = &[
    client("CLIENT_CONSENT_CACHE_ID_TOKEN", Boolean, "false"),
    client("CLIENT_DISABLE_INCIDENTS", Boolean, "true"),
    client("CLIENT_ENABLE_LOG_INFO_STATEMENT_PARAMETERS", Boolean, "false"),
    client("CLIENT_HONOR_CLIENT_TZ_FOR_TIMESTAMP_NTZ", Boolean, "true"),
    client("CLIENT_METADATA_USE_SESSION_DATABASE", Boolean, "false"),
    client("CLIENT_OUT_OF_BAND_TELEMETRY_ENABLED", Boolean, "false"),
    client("CLIENT_RESULT_PREFETCH_SLOTS", Number(1, 1000), "2"),
    client("CLIENT_RESULT_PREFETCH_THREADS", Number(1, 1000), "1"),
    // So large that clients send the values of array binds with the statement, never by way of a stage. Not 0, which
    // one client takes for "always by way of a stage".
    client(
        "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD",
        Number(0, i64::MAX),
        "1000000000",
    ),
    client("CLIENT_STORE_TEMPORARY_CREDENTIAL", Boolean, "false"),
    client("CLIENT_TELEMETRY_ENABLED", Boolean, "false"),
    client("CLIENT_TELEMETRY_SESSIONLESS_ENABLED", Boolean, "false"),
    client("CLIENT_USE_V1_QUERY_API", Boolean, "true"),
    client("CSV_TIMESTAMP_FORMAT", Text, ""),
    client("DOTNET_QUERY_RESULT_FORMAT", RESULT_FORMATS, "JSON"),
    client("ENABLE_STAGE_S3_PRIVATELINK_FOR_US_EAST_1", Boolean, "false"),
    client(
        "GEOMETRY_OUTPUT_FORMAT",
        Word(&["GeoJSON", "WKT", "WKB", "EWKT", "EWKB"]),
        "GeoJSON",
    ),
    client("GO_QUERY_RESULT_FORMAT", RESULT_FORMATS, "ARROW"),
    client("JDBC_FORMAT_DATE_WITH_TIMEZONE", Boolean, "true"),
    client("JDBC_QUERY_RESULT_FORMAT", RESULT_FORMATS, "ARROW"),
    client("JDBC_USE_SESSION_TIMEZONE", Boolean, "true"),
    client("JS_TREAT_INTEGER_AS_BIGINT", Boolean, "false"),
    client("ODBC_QUERY_RESULT_FORMAT", RESULT_FORMATS, "ARROW"),
    client("PYTHON_CONNECTOR_QUERY_RESULT_FORMAT", RESULT_FORMATS, "ARROW"),
    client("PYTHON_CONNECTOR_USE_NANOARROW", Boolean, "true"),
    client("PYTHON_SNOWPARK_CLIENT_AST_MODE", Number(0, 10), "0"),
    client("PYTHON_SNOWPARK_USE_AST", Boolean, "false"),
    client("PYTHON_SNOWPARK_USE_SQL_SIMPLIFIER", Boolean, "true"),
    client("QUERY_CONTEXT_CACHE_SIZE", Number(0, 1000), "5"),
    client("SERVICE_NAME", Text, ""),
    client("SNOWPARK_REQUEST_TIMEOUT_IN_SECONDS", Number(0, WEEK), "86400"),
    client("USE_STATEMENT_TYPE_CALL_FOR_STORED_PROC_CALLS", Boolean, "false"),
];

/// The parameter of a name, in any letter case.
pub fn find(name: &str) -> Option<&'static Parameter> {
    PARAMETERS
        .iter()
        .chain(CLIENT_PARAMETERS)
        .find(|parameter| parameter.name.eq_ignore_ascii_case(name))
}

impl Parameter {
    /// Whether the parameter takes a value.
    pub fn takes(&self, value: &str) -> bool {
        match self.kind {
            Boolean => matches!(value.to_ascii_lowercase().as_str(), "true" | "false"),
            Number(low, high) => value.parse().is_ok_and(|number| (low..=high).contains(&number)),
            Text => true,
            Word(words) => words.iter().any(|word| word.eq_ignore_ascii_case(value)),
        }
    }
}

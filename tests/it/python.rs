//! Functions in Python, where this machine has one. What needs packages is tried with Snowflake's own clients.

use std::process::{Command, Stdio};
use std::sync::Arc;

use snowglobe::clock::{Clock, SystemClock};
use snowglobe::engine::{Account, Session};
use snowglobe::error::Error;
use snowglobe::server::door::PrivateDoor;
use snowglobe::world::s3::ObjectStorage;

/// A session whose functions run in this machine's Python; without one nothing is tested.
async fn session() -> Option<Session> {
    let found = Command::new("python3")
        .args(["-c", "import sys; sys.exit(sys.version_info < (3, 9))"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        eprintln!("skipped: there is no python3 of version 3.9 or later in PATH");
        return None;
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let storage = ObjectStorage::in_memory(Arc::clone(&clock), Default::default());
    let account = Account::in_memory(clock, Arc::new(storage));
    account.python().interpreter.choose("python3");
    account.python().set_door(Arc::new(PrivateDoor));
    let mut session = account.session("TESTER");
    for text in [
        "CREATE DATABASE d",
        "CREATE TABLE t (id INT, name VARCHAR) AS SELECT * FROM VALUES (1, 'a'), (2, 'b'), (NULL, 'c')",
    ] {
        run(&mut session, text).await;
    }
    Some(session)
}

async fn run(session: &mut Session, text: &str) {
    let outcome = session.execute(text).await;
    outcome.unwrap_or_else(|error| panic!("{text}: {error}"));
}

/// Makes a function of a body.
async fn function(session: &mut Session, signature: &str, more: &str, body: &str) {
    let text = format!(
        "CREATE OR REPLACE FUNCTION {signature} LANGUAGE PYTHON RUNTIME_VERSION = '3.11' {more} AS $$\n{body}\n$$"
    );
    run(session, &text).await;
}

async fn rows(session: &mut Session, text: &str) -> Vec<String> {
    let result = session.execute(text).await;
    let result = result.unwrap_or_else(|error| panic!("{text}: {error}"));
    let rows = result.to_text(&session.context().types).unwrap();
    let line = |row: &Vec<Option<String>>| {
        let cells = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL"));
        cells.collect::<Vec<_>>().join("|")
    };
    rows.iter().map(line).collect()
}

async fn failure(session: &mut Session, text: &str) -> Error {
    match session.execute(text).await {
        Ok(_) => panic!("{text} succeeds"),
        Err(error) => error,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scalar_functions_are_called_for_each_row() {
    let Some(mut session) = session().await else {
        return;
    };
    let session = &mut session;
    function(
        session,
        "addone(i INT) RETURNS INT",
        "HANDLER = 'addone_py'",
        "def addone_py(i):\n  return None if i is None else i + 1",
    )
    .await;
    assert_eq!(rows(session, "SELECT addone(10)").await, ["11"]);
    assert_eq!(
        rows(session, "SELECT name, addone(id) FROM t ORDER BY name").await,
        ["a|2", "b|3", "c|NULL"]
    );
    assert_eq!(
        rows(
            session,
            "SELECT SUM(addone(seq4())) FROM TABLE(GENERATOR(ROWCOUNT => 10000))"
        )
        .await,
        ["50005000"]
    );
    // A module is made once for a call in a statement, and anew for the next statement.
    let counting = "n = 0\ndef f(x):\n  global n\n  n += 1\n  return n";
    function(session, "counted(x INT) RETURNS INT", "HANDLER = 'f'", counting).await;
    for _ in 0..2 {
        assert_eq!(rows(session, "SELECT MAX(counted(id)) FROM t").await, ["3"]);
    }
    function(
        session,
        "strict(x INT) RETURNS INT",
        "STRICT HANDLER = 'f'",
        counting,
    )
    .await;
    assert_eq!(
        rows(session, "SELECT name, strict(id) FROM t ORDER BY name").await,
        ["a|1", "b|2", "c|NULL"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn values_have_the_documented_types() {
    let Some(mut session) = session().await else {
        return;
    };
    let session = &mut session;
    run(session, "ALTER SESSION SET TIMEZONE = 'Europe/Berlin'").await;
    let cases = [
        ("INT", "7", "int|7"),
        ("NUMBER(10,2)", "1.5", "Decimal|1.50"),
        ("FLOAT", "1.5", "float|1.5"),
        ("VARCHAR", "'x'", "str|x"),
        ("BINARY", "TO_BINARY('00ff')", "bytes|b'\\x00\\xff'"),
        ("BOOLEAN", "TRUE", "bool|True"),
        ("DATE", "'2024-02-29'", "date|2024-02-29"),
        ("TIME", "'12:34:56.789'", "time|12:34:56.789000"),
        (
            "TIMESTAMP_NTZ",
            "'2024-02-29 01:02:03'",
            "datetime|2024-02-29 01:02:03",
        ),
        (
            "TIMESTAMP_LTZ",
            "'2024-07-01 00:00:00 +0000'",
            "datetime|2024-07-01 02:00:00",
        ),
        (
            "TIMESTAMP_TZ",
            "'2024-07-01 00:00:00 +0530'",
            "datetime|2024-07-01 00:00:00+05:30",
        ),
        ("ARRAY", "ARRAY_CONSTRUCT(1, 'a')", "list|[1, 'a']"),
        ("OBJECT", "OBJECT_CONSTRUCT('a', TRUE)", "dict|{'a': True}"),
        (
            "VARIANT",
            "PARSE_JSON('{\"a\": [1, null]}')",
            "dict|{'a': [1, None]}",
        ),
        ("VARIANT", "PARSE_JSON('1.5')", "float|1.5"),
        ("VARIANT", "PARSE_JSON('null')", "NoneType|None"),
        ("VARIANT", "NULL", "SqlNull|sqlNullWrapper"),
        ("INT", "NULL", "NoneType|None"),
    ];
    for (data_type, value, expected) in cases {
        let signature = format!("shown(v {data_type}) RETURNS VARCHAR");
        function(
            session,
            &signature,
            "HANDLER = 'f'",
            "def f(v):\n  return type(v).__name__ + '|' + str(v)",
        )
        .await;
        let text = format!("SELECT shown({value}::{data_type})");
        assert_eq!(rows(session, &text).await, [expected], "{text}");
        if value == "NULL" || data_type == "VARIANT" {
            continue;
        }
        let signature = format!("same(v {data_type}) RETURNS {data_type}");
        function(session, &signature, "HANDLER = 'f'", "def f(v):\n  return v").await;
        let text = format!("SELECT same({value}::{data_type}) = {value}::{data_type}");
        assert_eq!(rows(session, &text).await, ["TRUE"], "{text}");
    }
    let null = "def f(v):\n  return None if v else __import__('_snowflake').sqlNullWrapper";
    function(
        session,
        "absent(v BOOLEAN) RETURNS VARIANT",
        "HANDLER = 'f'",
        null,
    )
    .await;
    assert_eq!(
        rows(session, "SELECT absent(TRUE) IS NULL, absent(FALSE) IS NULL").await,
        ["FALSE|TRUE"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn table_functions_have_partitions() {
    let Some(mut session) = session().await else {
        return;
    };
    let session = &mut session;
    let body = "class Split:\n  def __init__(self):\n    self.n = 0\n  def process(self, text):\n    for word in text.split():\n      self.n += 1\n      yield (word, self.n)\n  def end_partition(self):\n    yield ('total', self.n)";
    function(
        session,
        "split_words(line VARCHAR) RETURNS TABLE (word VARCHAR, n INT)",
        "HANDLER = 'Split'",
        body,
    )
    .await;
    assert_eq!(
        rows(session, "SELECT * FROM TABLE(split_words('a b'))").await,
        ["a|1", "b|2", "total|2"]
    );
    assert_eq!(
        rows(
            session,
            "SELECT id, word, n FROM t, TABLE(split_words(name)) WHERE id < 3 ORDER BY id, word"
        )
        .await,
        ["1|a|1", "1|total|1", "2|b|1", "2|total|1"]
    );
    // What the end of a partition gives has only the keys beside it.
    run(
        session,
        "CREATE TABLE sales (symbol VARCHAR, quantity INT) AS SELECT * FROM VALUES ('x', 3), ('y', 5), ('x', 1)",
    )
    .await;
    let body = "class Sum:\n  def __init__(self):\n    self.all = []\n  def process(self, n):\n    self.all.append(n)\n    yield (n,)\n  def end_partition(self):\n    yield (sum(n * 10 ** i for i, n in enumerate(self.all)),)";
    function(
        session,
        "digits(n INT) RETURNS TABLE (d INT)",
        "HANDLER = 'Sum'",
        body,
    )
    .await;
    let text = "SELECT symbol, quantity, d FROM sales, \
        TABLE(digits(quantity) OVER (PARTITION BY symbol ORDER BY quantity)) ORDER BY symbol, d";
    assert_eq!(
        rows(session, text).await,
        ["x|1|1", "x|3|3", "x|NULL|31", "y|5|5", "y|NULL|5"]
    );
    let text = "SELECT COUNT(*), SUM(d) FROM sales, TABLE(digits(quantity) OVER (ORDER BY quantity)) WHERE quantity IS NULL";
    assert_eq!(rows(session, text).await, ["1|531"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_end_in_the_event_table() {
    let Some(mut session) = session().await else {
        return;
    };
    let session = &mut session;
    for text in [
        "CREATE EVENT TABLE events",
        "ALTER DATABASE d SET EVENT_TABLE = d.public.events",
        "ALTER SESSION SET LOG_LEVEL = INFO",
    ] {
        run(session, text).await;
    }
    let body = "import logging\nlogger = logging.getLogger('shop')\ndef f(x):\n  logger.info('row %s', x, \
        extra={'customer': x})\n  logger.debug('too much')\n  logging.error('bad')\n  return x";
    function(session, "logs(x INT) RETURNS INT", "HANDLER = 'f'", body).await;
    assert_eq!(rows(session, "SELECT logs(7)").await, ["7"]);
    let text = "SELECT RECORD['severity_text']::VARCHAR, VALUE::VARCHAR, SCOPE['name']::VARCHAR, \
        RECORD_ATTRIBUTES['customer'], RECORD_ATTRIBUTES['code.lineno'], \
        RESOURCE_ATTRIBUTES['telemetry.sdk.language']::VARCHAR FROM events ORDER BY 1";
    assert_eq!(
        rows(session, text).await,
        ["ERROR|bad|root|NULL|7|python", "INFO|row 7|shop|7|5|python"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_told_with_their_place() {
    let Some(mut session) = session().await else {
        return;
    };
    let session = &mut session;
    let divide = "def g(x):\n  return 1 / x\n\ndef f(x):\n  return g(x)";
    function(session, "divide(x INT) RETURNS FLOAT", "HANDLER = 'f'", divide).await;
    let error = failure(session, "SELECT divide(0)").await;
    assert_eq!((error.code(), error.sqlstate()), (100_357, "P0000"));
    let text = error.message();
    assert!(
        text.starts_with("Python Interpreter Error:\nTraceback (most recent call last):\n  File \"_udf_code.py\", line 6, in f\n"),
        "{text}"
    );
    assert!(
        text.ends_with("\nZeroDivisionError: division by zero\n in function DIVIDE with handler f"),
        "{text}"
    );
    assert!(text.contains("File \"_udf_code.py\", line 3, in g"), "{text}");
    let cases = [
        (
            "HANDLER = 'nothing'",
            "def f(x): return 1.0",
            "'nothing' is not defined",
        ),
        ("HANDLER = 'f'", "def f(x):\n  return 1 +", "SyntaxError"),
        (
            "HANDLER = 'f'",
            "def f(x): return 'text'",
            "float is wanted, not str",
        ),
        ("HANDLER = 'f'", "import sys\ndef f(x): sys.exit(1)", "SystemExit"),
        (
            "HANDLER = 'f'",
            "import os\ndef f(x): os._exit(3)",
            "exit status: 3",
        ),
        (
            "HANDLER = 'f' PACKAGES = ('no-such-package')",
            "def f(x): return 1.0",
            "pip install 'no-such-package'",
        ),
    ];
    for (more, body, expected) in cases {
        function(session, "broken(x INT) RETURNS FLOAT", more, body).await;
        let error = failure(session, "SELECT broken(1)").await;
        assert_eq!(error.code(), 100_357, "{error}");
        assert!(error.message().contains(expected), "{error}");
        // None of it is the end of the others.
        assert_eq!(rows(session, "SELECT divide(2)").await, ["0.5"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_function_ends_with_its_statement() {
    let Some(mut session) = session().await else {
        return;
    };
    let session = &mut session;
    let endless = "def f(x):\n  while True: pass";
    function(session, "endless(x INT) RETURNS INT", "HANDLER = 'f'", endless).await;
    run(session, "ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1").await;
    for text in ["SELECT endless(1)", "SELECT endless(id) FROM t"] {
        assert_eq!(failure(session, text).await.code(), 630, "{text}");
    }
    run(session, "ALTER SESSION UNSET STATEMENT_TIMEOUT_IN_SECONDS").await;
    function(
        session,
        "fine(x INT) RETURNS INT",
        "HANDLER = 'f'",
        "def f(x): return x",
    )
    .await;
    assert_eq!(rows(session, "SELECT fine(1)").await, ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn staged_files_lie_beside_the_code() {
    let Some(mut session) = session().await else {
        return;
    };
    let session = &mut session;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let module = write("helpers.py", "def twice(x):\n  return 2 * x\n");
    let words = write("words.txt", "one two");
    run(session, "CREATE STAGE code").await;
    run(
        session,
        &format!("PUT 'file://{module}' @code AUTO_COMPRESS = FALSE"),
    )
    .await;
    run(
        session,
        &format!("PUT 'file://{words}' @code/data AUTO_COMPRESS = FALSE"),
    )
    .await;
    function(
        session,
        "twice(x INT) RETURNS VARCHAR",
        "HANDLER = 'f' IMPORTS = ('@code/helpers.py', '@code/data/')",
        "import sys, helpers\ndef f(x):\n  folder = sys._xoptions['snowflake_import_directory']\n  return str(helpers.twice(x)) + ' ' + open(folder + 'data/words.txt').read()",
    )
    .await;
    assert_eq!(rows(session, "SELECT twice(21)").await, ["42 one two"]);
    run(
        session,
        "CREATE FUNCTION staged(x INT) RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = 3.11 HANDLER = 'helpers.twice' IMPORTS = ('@code/helpers.py')",
    )
    .await;
    assert_eq!(rows(session, "SELECT staged(4)").await, ["8"]);
    // Another file under the same name is noticed.
    write("helpers.py", "def twice(x):\n  return 200 * x\n");
    run(
        session,
        &format!("PUT 'file://{module}' @code AUTO_COMPRESS = FALSE OVERWRITE = TRUE"),
    )
    .await;
    assert_eq!(rows(session, "SELECT staged(4)").await, ["800"]);
    function(
        session,
        "missing(x INT) RETURNS INT",
        "HANDLER = 'f' IMPORTS = ('@code/nothing.py')",
        "def f(x): return x",
    )
    .await;
    let error = failure(session, "SELECT missing(4)").await;
    assert!(error.message().contains("@code/nothing.py"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn procedures_stand_outside_of_transactions() {
    let Some(mut session) = session().await else {
        return;
    };
    let session = &mut session;
    run(
        session,
        "CREATE PROCEDURE p() RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = '3.11' PACKAGES = ('no-such-package') HANDLER = 'f' AS 'def f(session): return 1'",
    )
    .await;
    let error = failure(session, "CALL p()").await;
    assert!(error.message().contains("pip install"), "{error}");
    run(session, "BEGIN").await;
    assert_eq!(failure(session, "CALL p()").await.code(), 2);
}

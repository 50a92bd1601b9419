"""Exercises a Snowglobe server with snowflake-connector-python, 4.x or 5.x.

    python python_connector.py HOST:PORT

Needs snowflake-connector-python[pandas]. Makes a database of its own. Ends with status 0 if everything holds; otherwise
the first thing that does not is raised.
"""

import datetime
import decimal
import gzip
import os
import re
import sys
import tempfile
import threading
import time
import uuid
import warnings

warnings.filterwarnings("ignore", category=FutureWarning)

import snowflake.connector
from snowflake.connector import DictCursor

HOST, PORT = sys.argv[1].rsplit(":", 1)
NAME = f"CHECK_{uuid.uuid4().hex[:8]}".upper()
MAJOR = int(snowflake.connector.__version__.split(".")[0])
PATIENCE = 60
SLOW = ("with a as (select row_number() over (order by 1) as n from table(generator(rowcount => 200000))) "
        "select sum(x.n % (y.n + 1)) from a x, a y")


def connect(**more):
    settings = {"account": "test", "user": "tester", "password": "any", "login_timeout": 20, "network_timeout": 60}
    return snowflake.connector.connect(host=HOST, port=int(PORT), protocol="http", **{**settings, **more})


def check(found, expected, what):
    """Compares, and tells what was compared."""
    if found != expected:
        raise AssertionError(f"{what}: expected {expected!r}, found {found!r}")


def fails(code, state, call, *arguments, **named):
    """The call fails with a number and an SQLSTATE."""
    try:
        call(*arguments, **named)
    except snowflake.connector.errors.Error as error:
        check((error.errno, error.sqlstate), (code, state), f"{error}")
        return error
    raise AssertionError(f"{arguments} should have failed with {code}")


def basics(connection):
    cursor = connection.cursor()
    check(cursor.execute("select 1").fetchall(), [(1,)], "select 1")
    check(cursor.rowcount, 1, "rowcount of a query")
    uuid.UUID(cursor.sfqid)
    column = cursor.description[0]
    check((column.name, column.type_code, column.precision, column.scale), ("1", 0, 1, 0), "description")
    cursor.execute(f"create database {NAME}")
    check(cursor.fetchall(), [(f"Database {NAME} successfully created.",)], "create database")
    # 4.x looks at the names of a reply only after a USE.
    cursor.execute(f"use database {NAME}")
    check((connection.database, connection.schema), (NAME, "PUBLIC"), "current names")
    cursor.execute("create table t (n int, s varchar(10))")
    cursor.execute("insert into t values (1, 'a'), (2, null), (3, 'c')")
    check(cursor.rowcount, 3, "rows inserted")
    cursor.execute("update t set s = 'b' where n >= 2")
    check(cursor.rowcount, 2, "rows updated")
    cursor.execute("delete from t where n = 3")
    check(cursor.rowcount, 1, "rows deleted")
    cursor.execute("merge into t using (select 2 as n union all select 9) s on t.n = s.n "
                   "when matched then update set s = 'm' when not matched then insert values (s.n, 'new')")
    check(cursor.rowcount, 2, "rows merged")
    check(cursor.execute("select n, s from t order by n").fetchall(), [(1, "a"), (2, "m"), (9, "new")], "rows")
    with connection.cursor(DictCursor) as named:
        check(named.execute("select n, s as \"x y\" from t where n = 1").fetchone(), {"N": 1, "x y": "a"}, "DictCursor")
    check(cursor.execute("select * from t where false").fetchall(), [], "no rows")
    check([column.name for column in cursor.description], ["N", "S"], "columns of no rows")
    check(cursor.execute("select n from t where s = %s and n < %s", ("a", 5)).fetchall(), [(1,)], "pyformat")
    cursor.executemany("insert into t values (%s, %s)", [(n, f"m{n}") for n in range(20, 30)])
    check(cursor.rowcount, 10, "executemany")
    check(cursor.execute("select * from t order by n").fetchmany(2), [(1, "a"), (2, "m")], "fetchmany")


def types(connection):
    cursor = connection.cursor()
    cursor.execute("create table every_type (n number(10,2), i int, f float, s varchar(20), b binary, x boolean, d date,"
                   " t time, tn timestamp_ntz, tl timestamp_ltz, tz timestamp_tz, tz3 timestamp_tz(3),"
                   " tn3 timestamp_ntz(3), t0 time(0), v variant, o object, a array)")
    cursor.execute("insert into every_type select -12.34, 12345678901234567890123, 1.5, 'hä \"x\"\\n', to_binary('00ff'),"
                   " true, '1890-01-02', '01:02:03.123456789', '1969-12-31 23:59:58.5', '2026-01-02 03:04:05.123456789',"
                   " '2026-01-02 03:04:05.123 +01:00', '2026-01-02 03:04:05.123 -01:30', '9999-12-31 23:59:59.999',"
                   " '23:59:59', parse_json('{\"a\":[1,null]}'), object_construct('k', 1), array_construct(1, 2)")
    cursor.execute("insert into every_type (n) values (null)")
    zone = lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
    at = datetime.datetime
    pacific = at(2026, 1, 2, 3, 4, 5, 123456, zone(-480))
    row = (decimal.Decimal("-12.34"), 12345678901234567890123, 1.5, 'hä "x"\n', b"\x00\xff", True,
           datetime.date(1890, 1, 2), datetime.time(1, 2, 3, 123456), at(1969, 12, 31, 23, 59, 58, 500000), pacific,
           at(2026, 1, 2, 3, 4, 5, 123000, zone(60)), at(2026, 1, 2, 3, 4, 5, 123000, zone(-90)),
           at(9999, 12, 31, 23, 59, 59, 999000), datetime.time(23, 59, 59),
           '{\n  "a": [\n    1,\n    null\n  ]\n}', '{\n  "k": 1\n}', "[\n  1,\n  2\n]")
    codes = [0, 0, 1, 2, 11, 13, 3, 12, 8, 6, 7, 7, 8, 12, 5, 9, 10]
    for form in ("ARROW", "JSON"):
        cursor.execute(f"alter session set python_connector_query_result_format = '{form}'")
        found = cursor.execute("select * from every_type order by n nulls last").fetchall()
        check(found[0], row, f"values in {form}")
        check(found[1], (None,) * len(row), f"NULLs in {form}")
        check(found[0][11].utcoffset(), datetime.timedelta(minutes=-90), f"offset in {form}")
        check([column.type_code for column in cursor.description], codes, f"type codes in {form}")
    cursor.execute("alter session set timezone = 'Asia/Kolkata'")
    found = cursor.execute("select tl from every_type where tl is not null").fetchone()[0]
    check((found, found.utcoffset()), (pacific, datetime.timedelta(minutes=330)), "TIMEZONE")
    cursor.execute("alter session unset timezone")
    cursor.execute("alter session unset python_connector_query_result_format")
    frame = cursor.execute("select * from every_type order by n nulls last").fetch_pandas_all()
    check((frame.shape, frame["S"][0]), ((2, len(row)), 'hä "x"\n'), "pandas")


def structured(connection):
    cursor = connection.cursor()
    cursor.execute("create or replace table st (a array(int), o object(b varchar, a int), m map(int, varchar), "
                   "f vector(float, 2), i vector(int, 2))")
    cursor.execute("insert into st select [1, 2]::array(int), {'a': 1, 'b': 'x'}::object(b varchar, a int), "
                   "{'7': 's'}::map(int, varchar), [0.5, 1]::vector(float, 2), [1, -2]::vector(int, 2)")
    cursor.execute("insert into st select null, null, null, null, null")
    cursor.execute("select * from st order by a nulls last")
    # Without asking for more, a client gets them as it gets semi-structured values: a MAP is an OBJECT.
    check([column.type_code for column in cursor.description], [10, 9, 9, 16, 16], "types")
    first, second = cursor.fetchall()
    texts = [re.sub(r"\s+", "", text) for text in first[:3]]
    check(texts, ["[1,2]", '{"b":"x","a":1}', '{"7":"s"}'], "structured values")
    check(first[3:], ([0.5, 1.0], [1, -2]), "vectors")
    check(second, (None,) * 5, "NULLs")
    check(cursor.execute("select o:b, a[1], m[7] from st where a is not null").fetchall(), [("x", 2, "s")], "elements")


def binds(connection):
    """Placeholders: by position, by number, and rows of them."""
    with connect(database=NAME, schema="PUBLIC", paramstyle="qmark") as own:
        cursor = own.cursor()
        at = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)
        values = (1, 1.5, "x'y", None, True, b"\x01", datetime.date(2026, 1, 2), at.time(), at, decimal.Decimal("1.25"))
        found = cursor.execute("select " + ", ".join("?" * len(values)), values).fetchone()
        check(found[:8], values[:8], "values there and back")
        check((found[8].replace(tzinfo=None), found[9]), (at, values[9]), "more values there and back")
        cursor.execute("create table bound (n int, s varchar, d date)")
        rows = [(n, f"s{n}" if n % 3 else None, datetime.date(2026, 1, 1 + n % 28)) for n in range(1000)]
        cursor.executemany("insert into bound values (?, ?, ?)", rows)
        check(cursor.rowcount, len(rows), "rows of executemany")
        check(cursor.execute("select * from bound order by n").fetchall(), rows, "rows that were bound")
        check(cursor.execute("select count(*) from identifier(?) where n < ?", ("bound", 10)).fetchone(), (10,), "a name")
    threshold = {"CLIENT_STAGE_ARRAY_BINDING_THRESHOLD": 100}
    with connect(database=NAME, schema="PUBLIC", paramstyle="qmark", session_parameters=threshold) as own:
        cursor = own.cursor()
        cursor.execute("create table by_stage (n int, s varchar, f float, d date, t timestamp_ntz, b boolean)")
        # Not \N, which the stage's file format takes for NULL.
        texts = ("", "a,b", 'q"uote', "line\nfeed", " blank ", "hä", None)
        at = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901)
        rows = [(n, texts[n % len(texts)], n / 4, at.date(), at, None if n % 5 else n % 2 == 0) for n in range(1000)]
        cursor.executemany("insert into by_stage values (?, ?, ?, ?, ?, ?)", rows)
        check(cursor.rowcount, len(rows), "rows of executemany by way of a stage")
        check(cursor.execute("select * from by_stage order by n").fetchall(), rows, "rows by way of a stage")
        staged = cursor.execute("select count(*) from table(information_schema.query_history_by_session()) "
                                "where query_text ilike 'insert into by_stage%'").fetchone()
        check(staged, (1,), "statements that the rows took")
    if MAJOR < 5:
        with connect(paramstyle="numeric") as own:
            check(own.cursor().execute("select :2, :1", (1, "b")).fetchone(), ("b", 1), "numbered placeholders")


def describing(connection):
    cursor = connection.cursor()
    columns = cursor.describe("select n, s, 1.25 as c from t")
    check([(column.name, column.type_code, column.scale) for column in columns],
          [("N", 0, 0), ("S", 2, None), ("C", 0, 2)], "describe")
    cursor.describe("insert into t values (77, 'described')")
    check(cursor.execute("select count(*) from t where n = 77").fetchone(), (0,), "a described INSERT")
    fails(2003, "42S02", cursor.describe, "select * from no_such_table")


def errors(connection):
    cursor = connection.cursor()
    error = fails(2003, "42S02", cursor.execute, "select * from no_such_table")
    uuid.UUID(error.sfqid)
    fails(1003, "42000", cursor.execute, "selec 1")
    fails(100051, "22012", cursor.execute, "select 1 / 0")
    fails(8, "0A000", cursor.execute, "select 1; select 2")
    check(cursor.execute("select 2").fetchone(), (2,), "after errors")


def transactions(connection):
    cursor = connection.cursor()
    cursor.execute("create table kept (n int)")
    with connect(database=NAME, schema="public") as other:
        count = lambda: other.cursor().execute("select count(*) from kept").fetchone()[0]
        cursor.execute("begin")
        cursor.execute("insert into kept values (1)")
        check(count(), 0, "seen before the commit")
        connection.rollback()
        cursor.execute("begin")
        cursor.execute("insert into kept values (2)")
        connection.commit()
        check(count(), 1, "seen after the commit")
        connection.autocommit(False)
        cursor.execute("insert into kept values (3)")
        check(count(), 1, "seen without autocommit")
        connection.rollback()
        connection.autocommit(True)
        check(count(), 1, "after the rollback")
        check((other.database, other.schema), (NAME, "PUBLIC"), "names of the login")


def several(connection):
    cursor = connection.cursor()
    cursor.execute("create table many (n int); insert into many values (1), (2); select * from many order by n",
                   num_statements=3)
    check(cursor.fetchall(), [("Table MANY successfully created.",)], "first of three")
    check(cursor.nextset() is not None, True, "second of three")
    check(cursor.fetchall(), [(2,)], "second of three")
    cursor.nextset()
    check(cursor.fetchall(), [(1,), (2,)], "third of three")
    fails(8, "0A000", cursor.execute, "select 1; select 2", num_statements=3)
    cursor.execute("select 1; select 2", num_statements=0)
    check(cursor.fetchall(), [(1,)], "any number")
    last = [c.fetchall() for c in connection.execute_string("select 1; select 'a;b'; -- end\n")]
    check(last, [[(1,)], [("a;b",)]], "execute_string")


def asynchronous(connection):
    cursor = connection.cursor()
    cursor.execute_async("select 7 as n")
    query = cursor.sfqid
    end = time.monotonic() + PATIENCE
    while connection.is_still_running(connection.get_query_status(query)) and time.monotonic() < end:
        time.sleep(0.05)
    check(connection.get_query_status(query).name, "SUCCESS", "status")
    cursor.get_results_from_sfqid(query)
    check(cursor.fetchall(), [(7,)], "asynchronous result")
    cursor.execute_async("select * from no_such_table")
    query = cursor.sfqid
    while connection.is_still_running(connection.get_query_status(query)) and time.monotonic() < end:
        time.sleep(0.05)
    check(connection.get_query_status(query).name, "FAILED_WITH_ERROR", "status of a failure")
    try:
        connection.get_query_status_throw_if_error(query)
    except snowflake.connector.errors.ProgrammingError as error:
        check(error.errno, 2003, "number of a failure")
    else:
        raise AssertionError("a failed query should have been reported")


def cancelling(connection):
    cursor = connection.cursor()
    cursor.execute_async(SLOW)
    query = cursor.sfqid
    check(connection.get_query_status(query).name, "RUNNING", "status of a slow query")
    start = time.monotonic()
    check(cursor.abort_query(query), True, "abort_query")
    while connection.get_query_status(query).name in ("RUNNING", "ABORTING") and time.monotonic() < start + PATIENCE:
        time.sleep(0.05)
    print(f"   cancelled after {time.monotonic() - start:.2f} s")
    check(connection.get_query_status(query).name, "ABORTED", "status of a cancelled query")
    check(cursor.execute("select 3").fetchone(), (3,), "after a cancelled query")
    start = time.monotonic()
    try:
        if MAJOR >= 5:
            # It passes over `timeout`, and has one for the connection.
            with connect(query_timeout=2) as impatient:
                impatient.cursor().execute(SLOW)
        else:
            cursor.execute(SLOW, timeout=2)
    except snowflake.connector.errors.Error as error:
        check(error.errno, 14 if MAJOR >= 5 else 604, f"a query that takes too long: {error}")
    else:
        raise AssertionError("a slow query should have been cancelled")
    check(time.monotonic() - start < PATIENCE, True, "time of the cancelled query")
    print(f"   gave up after {time.monotonic() - start:.2f} s")
    check(cursor.execute("select 4").fetchone(), (4,), "after the timeout")
    with connect() as other:
        for canceller in (connection, other):
            ended = []
            waiting = threading.Thread(target=lambda: ended.append(fails(604, "57014", connection.cursor().execute, SLOW)))
            waiting.start()
            cancel = f"select system$cancel_all_queries({connection.session_id})"
            while canceller.cursor().execute(cancel).fetchone() != ("1 cancelled.",):
                check(time.monotonic() < start + PATIENCE, True, "time until there was something to cancel")
            waiting.join(PATIENCE)
            check(len(ended), 1, "a query that was cancelled with all others")
        cursor.execute_async("call system$wait(1, 'hours')")
        query = cursor.sfqid
        check(connection.get_query_status(query).name, "RUNNING", "status of a statement that waits")
        answer = other.cursor().execute(f"call system$cancel_query('{query}')").fetchone()
        check(answer, (f"query [{query}] terminated.",), "CALL of a system function that cancels")
        while connection.get_query_status(query).name in ("RUNNING", "ABORTING") and time.monotonic() < start + PATIENCE:
            time.sleep(0.05)
        check(connection.get_query_status(query).name, "ABORTED", "status of a statement that waited")
    begun = time.monotonic()
    check(cursor.execute("call system$wait(300, 'milliseconds')").fetchone(), ("waited 300 milliseconds",), "SYSTEM$WAIT")
    check(0.3 <= time.monotonic() - begun < PATIENCE, True, "time of SYSTEM$WAIT")
    cursor.execute("alter session set statement_timeout_in_seconds = 1")
    fails(630, "57014", cursor.execute, "call system$wait(60)")
    cursor.execute("alter session unset statement_timeout_in_seconds")


def beside(connection):
    cursor = connection.cursor()

    def ended(query):
        end = time.monotonic() + PATIENCE
        while connection.get_query_status(query).name in ("RUNNING", "ABORTING") and time.monotonic() < end:
            time.sleep(0.02)
        return connection.get_query_status(query).name

    cursor.execute("create temporary table only_here (n int)")
    cursor.execute_async(SLOW)
    slow = cursor.sfqid
    cursor.execute_async("insert into only_here values (1)")
    check(ended(cursor.sfqid), "SUCCESS", "a statement beside a slow one")
    check(cursor.execute("select * from only_here").fetchall(), [(1,)], "a temporary table, beside a slow statement")
    cursor.execute_async("set beside = 7")
    check(ended(cursor.sfqid), "SUCCESS", "SET beside a slow statement")
    check(cursor.execute("select $beside").fetchall(), [(7,)], "a variable that was set beside a slow statement")
    cursor.execute_async("create schema if not exists beside")
    check(ended(cursor.sfqid), "SUCCESS", "CREATE SCHEMA beside a slow statement")
    check(cursor.execute("select current_schema()").fetchone(), ("BESIDE",), "the current schema")
    cursor.execute("use schema public")
    cursor.execute("begin")
    cursor.execute_async("insert into only_here values (2)")
    check(ended(cursor.sfqid), "SUCCESS", "an asynchronous statement of a transaction")
    check(cursor.execute("select count(*) from only_here").fetchone(), (2,), "rows inside a transaction")
    cursor.execute("rollback")
    check(cursor.execute("select * from only_here").fetchall(), [(1,)], "rows after it is rolled back")
    check(connection.get_query_status(slow).name, "RUNNING", "the slow statement")
    check(cursor.abort_query(slow), True, "abort_query")
    check(ended(slow), "ABORTED", "the slow statement at the end")
    with connect() as other:
        session = other.session_id
        waiting = threading.Thread(target=lambda: fails(604, "57014", other.cursor().execute, SLOW))
        waiting.start()
        running = (f"select count(*) from table(information_schema.query_history_by_session(session_id => {session}))"
                   " where execution_status = 'RUNNING'")
        while cursor.execute(running).fetchone() != (1,):
            time.sleep(0.02)
    waiting.join(PATIENCE)
    check(waiting.is_alive(), False, "a statement whose session ends")
    check(cursor.execute(running).fetchone(), (0,), "statements of a session that has ended")


def parts(connection):
    cursor = connection.cursor()
    rows = 400_000
    cursor.execute("create table large as select row_number() over (order by 1) as n, 'row ' || n as s, n * 0.25 as q"
                   f" from table(generator(rowcount => {rows}))")
    for form in ("ARROW", "JSON"):
        cursor.execute(f"alter session set python_connector_query_result_format = '{form}'")
        start = time.monotonic()
        cursor.execute("select * from large order by n")
        batches = cursor.get_result_batches() if MAJOR < 5 else None
        found = cursor.fetchall()
        took = time.monotonic() - start
        check((len(found), found[0], found[-1]),
              (rows, (1, "row 1", decimal.Decimal("0.25")), (rows, f"row {rows}", decimal.Decimal(rows) / 4)),
              f"a large result in {form}")
        check([row[0] for row in found] == list(range(1, rows + 1)), True, "the order of a large result")
        print(f"   {rows} rows in {form}: {took:.2f} s, {len(batches) if batches else '?'} parts")
    cursor.execute("alter session unset python_connector_query_result_format")
    start = time.monotonic()
    frame = cursor.execute("select * from large").fetch_pandas_all()
    check(frame.shape, (rows, 3), "pandas of a large result")
    print(f"   {rows} rows as pandas: {time.monotonic() - start:.2f} s")


def files(connection):
    cursor = connection.cursor(DictCursor)
    cursor.execute("create stage st")
    cursor.execute("create table loaded (n int, s varchar)")
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as back:
        for number in range(3):
            with open(f"{folder}/f{number}.csv", "w") as out:
                out.write(f"{number},text {number}\n")
        with open(f"{folder}/large.bin", "wb") as out:
            out.write(os.urandom(3_000_001))
        put = cursor.execute(f"put file://{folder}/f0.csv @st").fetchall()
        check([(row["source"], row["target"], row["status"]) for row in put],
              [("f0.csv", "f0.csv.gz", "UPLOADED")], "PUT of a file")
        put = cursor.execute(f"put 'file://{folder}/f*.csv' @st/more/ overwrite = true").fetchall()
        check(sorted((row["target"], row["status"]) for row in put),
              [(f"f{number}.csv.gz", "UPLOADED") for number in range(3)], "PUT with a wildcard")
        put = cursor.execute(f"put file://{folder}/large.bin @st auto_compress = false").fetchall()
        check(put[0]["status"], "UPLOADED", "PUT of a large file")
        listed = cursor.execute("list @st").fetchall()
        check(sorted(row["name"] for row in listed),
              ["st/f0.csv.gz", "st/large.bin"] + [f"st/more/f{number}.csv.gz" for number in range(3)], "LIST")
        check([row["size"] for row in listed if row["name"] == "st/large.bin"], [3_000_001], "size of a file")
        cursor.execute("copy into loaded from @st/more")
        found = connection.cursor().execute("select * from loaded order by n").fetchall()
        check(found, [(number, f"text {number}") for number in range(3)], "COPY of the files")
        got = cursor.execute(f"get @st/large.bin file://{back}/").fetchall()
        check([(row["file"], row["status"]) for row in got], [("large.bin", "DOWNLOADED")], "GET of a file")
        with open(f"{folder}/large.bin", "rb") as one, open(f"{back}/large.bin", "rb") as other:
            check(one.read() == other.read(), True, "bytes of a file there and back")
        got = cursor.execute(f"get @st/more/ file://{back}/").fetchall()
        check(sorted(row["file"].split("/")[-1] for row in got), [f"f{number}.csv.gz" for number in range(3)], "GET of files")
        with gzip.open(f"{back}/f1.csv.gz", "rt") as unpacked:
            check(unpacked.read(), "1,text 1\n", "a file that was compressed")
        cursor.execute(f"put file://{folder}/f0.csv @%loaded")
        cursor.execute(f"put file://{folder}/f0.csv @~/own")
        check(len(cursor.execute("list @%loaded").fetchall()), 1, "PUT to a table's stage")
        check(len(cursor.execute("list @~/own").fetchall()), 1, "PUT to the user's stage")
        fails(2003, "02000", cursor.execute, f"put file://{folder}/f0.csv @no_such_stage")


def write_pandas(connection):
    import pandas
    from snowflake.connector.pandas_tools import write_pandas as write

    frame = pandas.DataFrame({
        "N": [1, 2, 3],
        "F": [0.5, None, -1.25],
        "S": ["a", None, "it's"],
        "B": [True, None, False],
        "D": [datetime.date(2026, 1, 2), None, datetime.date(1969, 12, 31)],
        "AT": pandas.to_datetime(["2026-01-02 03:04:05.678901", None, "1969-12-31 23:59:59.5"]),
        "X": [b"\x01", None, b"xy"],
    })
    cursor = connection.cursor()

    def holds(table, times, what):
        found = cursor.execute(f"select * from {table} order by 1").fetch_pandas_all()
        wanted = pandas.concat([frame] * times).sort_values("N")
        cells = [[[None if pandas.isna(value) else value for value in row] for row in one[columns].values.tolist()]
                 for one, columns in ((found, list(found.columns)), (wanted, list(wanted.columns)))]
        check([name.upper() for name in found.columns], list(frame.columns), f"columns of {what}")
        check(cells[0], cells[1], f"rows of {what}")

    done, _, rows, _ = write(connection, frame, "FROM_PANDAS", auto_create_table=True)
    check((done, rows), (True, 3), "write_pandas")
    holds("from_pandas", 1, "write_pandas")
    kinds = [row[1].split("(")[0] for row in cursor.execute("desc table from_pandas").fetchall()]
    check(kinds, ["NUMBER", "FLOAT", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP_NTZ", "BINARY"], "types of write_pandas")
    write(connection, frame, "FROM_PANDAS", overwrite=True)
    holds("from_pandas", 1, "write_pandas that truncates")
    write(connection, frame, "FROM_PANDAS", overwrite=True, auto_create_table=True, use_logical_type=True)
    holds("from_pandas", 1, "write_pandas that replaces")
    lower = frame.rename(columns=str.lower)
    write(connection, lower, "of lower case", auto_create_table=True, database=NAME, schema="PUBLIC")
    holds('"of lower case"', 1, "write_pandas with quoted names")
    check(cursor.execute('select "n" from "of lower case" where "s" = \'a\'').fetchall(), [(1,)], "quoted columns")
    for more in ({}, {"overwrite": True}):
        write(connection, lower, "unquoted", auto_create_table=True, quote_identifiers=False, **more)
        holds("UNQUOTED", 1, f"write_pandas without quotes {more}")
    write(connection, frame[["N", "S"]], "PLAIN", auto_create_table=True, table_type="temp", use_vectorized_scanner=True)
    write(connection, frame[["N", "S"]], "PLAIN")
    write(connection, frame[["N", "S"]], "PLAIN", infer_schema=True, chunk_size=2, compression="snappy")
    check(cursor.execute("select count(*), count(s) from plain").fetchone(), (9, 6), "write_pandas into a table")
    same = pandas.DataFrame({"N": [7] * 4, "S": ["x"] * 4})
    written = write(connection, same, "PLAIN", chunk_size=1, bulk_upload_chunks=True)
    check(written[:3], (True, 4, 4), "write_pandas of all chunks at once")
    check(cursor.execute("select count(*) from plain where n = 7 and s = 'x'").fetchone(), (4,), "chunks that are alike")
    check(len([row for row in cursor.execute("show tables").fetchall() if "TEMP" in row[1].upper()]), 0, "tables left over")


def together(_):
    """Many sessions at once; a session that fails or hangs fails the check."""
    problems = []

    def work(number):
        try:
            with connect(database=NAME, schema="PUBLIC") as own:
                cursor = own.cursor()
                cursor.execute(f"create table own_{number} (n int)")
                for step in range(5):
                    cursor.execute(f"insert into own_{number} values ({step})")
                check(cursor.execute(f"select count(*) from own_{number}").fetchone(), (5,), "rows of a session")
        except Exception as error:
            problems.append(error)

    start = time.monotonic()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    print(f"   16 sessions, 112 statements: {time.monotonic() - start:.2f} s")


def speed(connection):
    cursor = connection.cursor()
    start = time.monotonic()
    for _ in range(100):
        cursor.execute("select 1").fetchall()
    print(f"   select 1: {(time.monotonic() - start) * 10:.2f} ms")


def main():
    wanted = sys.argv[2:]
    connection = connect(session_parameters={"QUERY_TAG": "check"})
    print(f"snowflake-connector-python {snowflake.connector.__version__}")
    steps = [basics, types, structured, binds, describing, errors, transactions, several, asynchronous, cancelling, beside, parts,
             files, write_pandas, together, speed]
    failed = []
    for step in steps:
        if wanted and step is not basics and step.__name__ not in wanted:
            continue
        try:
            step(connection)
            print(f"ok {step.__name__}", flush=True)
        except Exception as error:
            print(f"FAILED {step.__name__}: {type(error).__name__}: {error}", flush=True)
            failed.append(step.__name__)
    connection.cursor().execute(f"drop database {NAME}")
    connection.close()
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


main()

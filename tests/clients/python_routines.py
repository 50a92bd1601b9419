"""Functions and procedures in Python, in the environment of this script: with pandas and Snowpark.

    python python_routines.py SNOWGLOBE

SNOWGLOBE is the program; a server is started for the purpose. Needs snowflake-snowpark-python[pandas]. Ends with status 0
if everything holds; otherwise the first thing that does not is raised.
"""

import datetime
import decimal
import sys
import threading
import time
import warnings

warnings.filterwarnings("ignore")

import snowflake.connector
from snowflake.snowpark import Session

import serving
from serving import check


def rows(cursor, text):
    return cursor.execute(text).fetchall()


def fails(cursor, text, number):
    try:
        cursor.execute(text)
    except snowflake.connector.errors.Error as error:
        check(error.errno, number, f"{text}: {error}")
        return error.msg
    raise AssertionError(f"{text} succeeds")


def vectorized_functions(cursor):
    cursor.execute("""CREATE FUNCTION add_inputs(x INT, y FLOAT) RETURNS FLOAT LANGUAGE PYTHON RUNTIME_VERSION = 3.12
        PACKAGES = ('pandas') HANDLER = 'add_inputs' AS $$
import pandas
from _snowflake import vectorized

@vectorized(input=pandas.DataFrame, max_batch_size=100)
def add_inputs(df):
    assert len(df) <= 100
    return df[0] + df[1]
$$""")
    found = rows(cursor, "SELECT add_inputs(x, y) FROM (SELECT 1 AS x, 3.14::FLOAT AS y UNION ALL SELECT 2, 1.59 "
                         "UNION ALL SELECT 3, -0.5 UNION ALL SELECT NULL, 1) ORDER BY 1 NULLS LAST")
    check([None if value is None else round(value, 9) for (value,) in found], [2.5, 3.59, 4.14, None], "a vectorized function")
    found = rows(cursor, "SELECT SUM(add_inputs(SEQ4(), 1)) FROM TABLE(GENERATOR(ROWCOUNT => 10000))")
    check(found, [(50005000.0,)], "many batches")
    cases = [
        ("NUMBER(4,0)", "7", "Int16"), ("NUMBER(9,0)", "7", "Int32"), ("INT", "7", "Int64"), ("FLOAT", "1", "float64"),
        ("INT", "1e30::NUMBER(38,0)", "object"), ("NUMBER(5,2)", "1.5", "object"), ("BOOLEAN", "TRUE", "boolean"),
        ("VARCHAR", "'x'", "string"), ("DATE", "'2024-01-02'", "datetime64[ns]"), ("TIME", "'01:02:03'", "timedelta64[ns]"),
        ("TIMESTAMP_NTZ", "'2024-01-02 03:04:05'", "datetime64[ns]"), ("TIMESTAMP_TZ", "'2024-01-02 03:04:05 +0100'", "object"),
        ("VARIANT", "PARSE_JSON('[1]')", "object"),
    ]
    for data_type, value, dtype in cases:
        for asked, returns, result in (("dtype", "VARCHAR", "[str(df[0].dtype)]"), ("value", data_type, "df[0]")):
            cursor.execute(f"""CREATE OR REPLACE FUNCTION v(x {data_type}) RETURNS {returns} LANGUAGE PYTHON
                RUNTIME_VERSION = 3.12 PACKAGES = ('pandas') HANDLER = 'f' AS $$
import pandas
def f(df):
    return {result}
f._sf_vectorized_input = pandas.DataFrame
$$""")
            if asked == "dtype":
                check(rows(cursor, f"SELECT v({value}::{data_type})"), [(dtype,)], f"the dtype of {data_type}")
            else:
                check(rows(cursor, f"SELECT v({value}::{data_type}) = {value}::{data_type}"), [(True,)], f"{data_type} back")
    cursor.execute("""CREATE OR REPLACE FUNCTION short(x INT) RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = 3.12
        PACKAGES = ('pandas') HANDLER = 'f' AS $$
import pandas
def f(df):
    return [1]
f._sf_vectorized_input = pandas.DataFrame
$$""")
    message = fails(cursor, "SELECT short(x) FROM VALUES (1), (2) AS t(x)", 100357)
    check("1 values for 2 rows" in message, True, message)


#: Types with expressions of their values.
VALUES = {
    "NUMBER(3,0)": ("1", "-999", "NULL"),
    "NUMBER(9,0)": ("123456789", "-1", "NULL"),
    "INT": ("7", "-9223372036854775808", "NULL"),
    "NUMBER(38,0)": ("99999999999999999999999999999999999999", "0", "NULL"),
    "NUMBER(10,2)": ("1.50", "-0.01", "NULL"),
    "FLOAT": ("1.5", "'inf'::FLOAT", "NULL"),
    "VARCHAR": ("'a'", "'ü ☃'", "''", "NULL"),
    "BINARY": ("TO_BINARY('00FF')", "NULL"),
    "BOOLEAN": ("TRUE", "FALSE", "NULL"),
    "DATE": ("'2024-02-29'::DATE", "'1969-12-31'::DATE", "NULL"),
    "TIME": ("'12:34:56.789'::TIME", "NULL"),
    "TIMESTAMP_NTZ": ("'2024-01-01 00:00:00.123456'::TIMESTAMP_NTZ", "'1950-06-01'::TIMESTAMP_NTZ", "NULL"),
    "TIMESTAMP_LTZ": ("'2024-07-01 12:00:00'::TIMESTAMP_LTZ", "NULL"),
    "TIMESTAMP_TZ": ("'2024-01-01 00:00:00 +0530'::TIMESTAMP_TZ", "NULL"),
    "VARIANT": ("PARSE_JSON('{\"a\": [1, 2.5, null]}')", "TO_VARIANT('x')", "PARSE_JSON('null')", "NULL"),
    "ARRAY": ("ARRAY_CONSTRUCT(1, 'a', NULL)", "NULL"),
}


def few_rows_and_many(cursor):
    """Few rows travel as JSON, and many as Arrow; no handler and no result tells one from the other."""
    for kind, values in VALUES.items():
        cursor.execute(f"""CREATE OR REPLACE FUNCTION shown(x {kind}) RETURNS VARCHAR LANGUAGE PYTHON
            RUNTIME_VERSION = '3.11' HANDLER = 'f' AS $$
def f(x):
    return repr(x)
$$""")
        cursor.execute(f"""CREATE OR REPLACE FUNCTION same(x {kind}) RETURNS {kind} LANGUAGE PYTHON
            RUNTIME_VERSION = '3.11' HANDLER = 'f' AS $$
def f(x):
    return x
$$""")
        cursor.execute(f"""CREATE OR REPLACE FUNCTION framed(x {kind}) RETURNS VARCHAR LANGUAGE PYTHON
            RUNTIME_VERSION = '3.11' PACKAGES = ('pandas') HANDLER = 'f' AS $$
import pandas
from _snowflake import vectorized

@vectorized(input=pandas.DataFrame)
def f(df):
    return [f"{{df[0].dtype}} {{value!r}}" for value in df[0]]
$$""")
        cursor.execute(f"""CREATE OR REPLACE FUNCTION same_framed(x {kind}) RETURNS {kind} LANGUAGE PYTHON
            RUNTIME_VERSION = '3.11' PACKAGES = ('pandas') HANDLER = 'f' AS $$
import pandas
from _snowflake import vectorized

@vectorized(input=pandas.DataFrame)
def f(df):
    return df[0]
$$""")
        union = " UNION ALL ".join(f"SELECT ({value})::{kind} AS x, {at} AS at" for at, value in enumerate(values))
        cursor.execute(f"CREATE OR REPLACE TABLE few AS {union}")
        cursor.execute("CREATE OR REPLACE TABLE many AS SELECT few.* FROM few, TABLE(GENERATOR(ROWCOUNT => 500))")
        select = ("SELECT DISTINCT at, shown(x), TO_VARCHAR(same(x)), framed(x), TO_VARCHAR(same_framed(x)), "
                  "TO_VARCHAR(x) FROM {} ORDER BY at")
        few, many = rows(cursor, select.format("few")), rows(cursor, select.format("many"))
        check(many, few, f"many rows of {kind}")
        if kind not in ("VARIANT", "ARRAY"):
            check([row[2] for row in many], [row[5] for row in many], f"{kind} as it went")
            check([row[4] for row in many], [row[5] for row in many], f"{kind} as it went through pandas")


def procedures(cursor):
    cursor.execute("CREATE TABLE sales (id INT, region VARCHAR, amount NUMBER(10,2), sold TIMESTAMP_LTZ)")
    cursor.execute("INSERT INTO sales VALUES (1, 'north', 10.5, '2024-07-01 12:00:00 +0000'), (2, 'south', 2, NULL)")
    cursor.execute("""CREATE PROCEDURE copy_region(source VARCHAR, target VARCHAR, region VARCHAR) RETURNS INT LANGUAGE PYTHON
        RUNTIME_VERSION = 3.11 PACKAGES = ('snowflake-snowpark-python') HANDLER = 'run' AS $$
from snowflake.snowpark.functions import col

def run(session, source, target, region):
    frame = session.table(source).filter(col("region") == region)
    frame.write.mode("overwrite").save_as_table(target)
    return session.table(target).count()
$$""")
    check(rows(cursor, "CALL copy_region('sales', 'north_sales', 'north')"), [(1,)], "CALL")
    check(rows(cursor, "SELECT id, amount FROM north_sales"), [(1, decimal.Decimal("10.50"))], "what it wrote")
    cursor.execute("""CREATE PROCEDURE by_region(wanted VARCHAR) RETURNS TABLE () LANGUAGE PYTHON RUNTIME_VERSION = 3.11
        PACKAGES = ('snowflake-snowpark-python') HANDLER = 'run' AS $$
def run(session, wanted):
    return session.table("sales").filter(f"region = '{wanted}'")
$$""")
    cursor.execute("ALTER SESSION SET TIMEZONE = 'UTC'")
    sold = datetime.datetime(2024, 7, 1, 12, tzinfo=datetime.timezone.utc)
    check(rows(cursor, "CALL by_region('north')"), [(1, "north", decimal.Decimal("10.50"), sold)], "rows of a procedure")
    check([column.name for column in cursor.description], ["ID", "REGION", "AMOUNT", "SOLD"], "their names")
    cursor.execute("""CREATE PROCEDURE typed() RETURNS TABLE (a VARCHAR, b OBJECT) LANGUAGE PYTHON RUNTIME_VERSION = 3.11
        PACKAGES = ('snowflake-snowpark-python') HANDLER = 'run' AS $$
def run(session):
    return session.sql("SELECT 1 AS x, OBJECT_CONSTRUCT('k', 2) AS y")
$$""")
    check([row[0] for row in rows(cursor, "CALL typed()")], ["1"], "rows as RETURNS types them")
    check(rows(cursor, "SELECT b:k FROM TABLE(RESULT_SCAN(LAST_QUERY_ID()))"), [("2",)], "an object of a procedure")
    # It runs where it lives, whatever is current for its caller.
    cursor.execute("""CREATE PROCEDURE place() RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = 3.11
        PACKAGES = ('snowflake-snowpark-python') HANDLER = 'run' AS $$
def run(session):
    return session.sql("SELECT CURRENT_DATABASE() || '.' || CURRENT_SCHEMA() || '.' || CURRENT_USER()").collect()[0][0]
$$""")
    cursor.execute("CREATE SCHEMA elsewhere")
    check(rows(cursor, "CALL public.place()"), [("ROUTINES.PUBLIC.TESTER",)], "where a procedure runs")
    cursor.execute("USE SCHEMA public")
    cursor.execute("""CREATE PROCEDURE fails() RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = 3.11
        PACKAGES = ('snowflake-snowpark-python') HANDLER = 'run' AS $$
def run(session):
    session.sql("SELECT 1/0").collect()
$$""")
    message = fails(cursor, "CALL fails()", 100357)
    check("Division by zero" in message and "in function FAILS with handler run" in message, True, message)
    cursor.execute("""CREATE PROCEDURE endless() RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = 3.11
        PACKAGES = ('snowflake-snowpark-python') HANDLER = 'run' AS $$
def run(session):
    while True:
        pass
$$""")
    cursor.execute("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 5")
    fails(cursor, "CALL endless()", 630)
    cursor.execute("ALTER SESSION UNSET STATEMENT_TIMEOUT_IN_SECONDS")
    check(rows(cursor, "CALL place()"), [("ROUTINES.PUBLIC.TESTER",)], "a call after one that was stopped")


def cancelled(server, cursor):
    """A function that does not end is stopped by its client."""
    cursor.execute("""CREATE FUNCTION endless() RETURNS INT LANGUAGE PYTHON RUNTIME_VERSION = 3.11 HANDLER = 'f' AS $$
def f():
    while True:
        pass
$$""")
    cursor.execute_async("SELECT endless()")
    query = cursor.sfqid
    time.sleep(1)
    check(cursor.abort_query(query), True, "the request to cancel")
    try:
        cursor.get_results_from_sfqid(query)
        cursor.fetchall()
    except snowflake.connector.errors.Error as error:
        check("604" in f"{error.errno} {error}", True, f"a cancelled function: {error}")
    else:
        raise AssertionError("a cancelled function gives rows")


def at_once(settings, cursor):
    """Calls of several sessions do not wait for each other."""
    cursor.execute("""CREATE OR REPLACE FUNCTION named(x VARCHAR) RETURNS VARCHAR LANGUAGE PYTHON RUNTIME_VERSION = 3.11
        HANDLER = 'f' AS $$
def f(x):
    return x * 2
$$""")
    found = {}

    def ask(name):
        with snowflake.connector.connect(**settings, database="routines") as connection:
            for _ in range(20):
                found[name] = rows(connection.cursor(), f"SELECT named('{name}')")

    threads = [threading.Thread(target=ask, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(found, {name: [(2 * name,)] for name in "abcdef"}, "functions of six sessions")


def registered(settings):
    """Snowpark registers functions by what it pickles."""
    session = Session.builder.configs({**settings, "database": "routines", "schema": "public"}).create()
    frame = session.sql("CALL place()")
    check(frame.collect()[0][0], "ROUTINES.PUBLIC.TESTER", "CALL by Snowpark")
    session.close()


with serving.Server(sys.argv[1], "--python", sys.executable) as server:
    settings = {"account": "acc", "user": "tester", "password": "any", "host": server.host, "port": int(server.port),
                "protocol": "http"}
    with snowflake.connector.connect(**settings) as connection:
        cursor = connection.cursor()
        cursor.execute("CREATE DATABASE routines")
        vectorized_functions(cursor)
        few_rows_and_many(cursor)
        procedures(cursor)
        at_once(settings, cursor)
        cancelled(server, cursor)
    registered(settings)
print("functions and procedures in Python: everything holds")

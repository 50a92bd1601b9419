"""Exercises a Snowglobe server with Snowpark for Python.

    python snowpark.py HOST:PORT

Needs snowflake-snowpark-python[pandas]. Makes a database of its own. Ends with status 0 if everything holds; otherwise
the first thing that does not is raised.
"""

import contextlib
import datetime
import decimal
import io
import sys
import threading
import time
import uuid
import warnings

warnings.filterwarnings("ignore")

import snowflake.connector
from snowflake.snowpark import Session, Window
from snowflake.snowpark.exceptions import SnowparkSQLException
from snowflake.snowpark.functions import (col, lit, max as max_, parse_json, row_number, sum as sum_, when_matched,
                                          when_not_matched)
from snowflake.snowpark.types import DoubleType, LongType, StringType

HOST, PORT = sys.argv[1].rsplit(":", 1)
NAME = f"SNOWPARK_{uuid.uuid4().hex[:8]}".upper()
SETTINGS = {"account": "test", "user": "tester", "password": "any", "host": HOST, "port": int(PORT), "protocol": "http"}


def check(found, expected, what):
    """Compares, and tells what was compared."""
    if found != expected:
        raise AssertionError(f"{what}: expected {expected!r}, found {found!r}")


def rows(frame):
    """The rows of a frame, as tuples."""
    return [tuple(row) for row in frame.collect()]


def tables(session):
    frame = session.create_dataframe([[1, "a", 10.5], [2, "b", 20.0], [3, "a", 1.25]], schema=["id", "g", "amt"])
    frame.write.mode("overwrite").save_as_table("sales")
    sales = session.table("sales")
    found = [(field.name, type(field.datatype)) for field in sales.schema.fields]
    check(found, [("ID", LongType), ("G", StringType), ("AMT", DoubleType)], "schema of a table")
    check(sales.count(), 3, "count")
    frame.write.mode("append").save_as_table("sales")
    check(session.table("sales").count(), 6, "count after an append")
    frame.write.mode("overwrite").save_as_table("sales")
    frame.write.save_as_table("for_a_while", table_type="temporary")
    check(session.table("for_a_while").count(), 3, "a temporary table")
    sales.filter(col("id") > 1).create_or_replace_view("later_sales")
    check(session.table("later_sales").count(), 2, "a view")
    sales.create_or_replace_temp_view("all_sales")
    check(session.table("all_sales").count(), 3, "a temporary view")
    check(len(sales.cache_result().collect()), 3, "a cached result")


def queries(session):
    sales = session.table("sales")
    check(rows(sales.group_by("g").agg(sum_("amt").alias("total")).sort("g")), [("a", 11.75), ("b", 20.0)], "group_by")
    window = Window.partition_by("g").order_by(col("amt").desc())
    numbered = sales.select("id", "g", row_number().over(window).alias("rn"))
    check(rows(numbered.filter(col("rn") == 1).sort("id")), [(1, "a", 1), (2, "b", 1)], "row_number")
    notes = session.create_dataframe([[1, "x"], [3, "y"]], schema=["id", "note"])
    joined = sales.join(notes, "id", "left").sort("id")
    check(joined.columns, ["ID", "G", "AMT", "NOTE"], "columns of a join")
    check(rows(joined), [(1, "a", 10.5, "x"), (2, "b", 20.0, None), (3, "a", 1.25, "y")], "join")
    documents = session.create_dataframe(['{"a":{"b":[1,2]}}'], schema=["j"]).select(parse_json("j").alias("v"))
    check(rows(documents.select(col("v")["a"]["b"][1].cast("int").alias("x"))), [(2,)], "a path in a VARIANT")
    check(rows(session.sql("select ? + 1, ?", params=[41, "it's"])), [(42, "it's")], "binds")
    unioned = sales.select("id").union_all(notes.select("id")).distinct().sort("id")
    check(rows(unioned), [(1,), (2,), (3,)], "union_all and distinct")
    try:
        session.sql("select nosuch from sales").collect()
    except SnowparkSQLException as error:
        check(error.sql_error_code, 904, "code of an error")
    else:
        raise AssertionError("an unknown column was found")


def types(session):
    given = [(decimal.Decimal("1.50"), True, datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4, 5, 678000),
              datetime.time(1, 2, 3), b"\x00\xff", "ü", None)]
    frame = session.create_dataframe(given, schema=["d", "b", "day", "at", "t", "bin", "s", "nothing"])
    check(rows(frame), given, "values there and back")


def changes(session):
    sales = session.table("sales")
    source = session.create_dataframe([[1, 99.0], [7, 7.0]], schema=["id", "amt"])
    merged = sales.merge(source, sales["id"] == source["id"],
                         [when_matched().update({"amt": source["amt"]}),
                          when_not_matched().insert({"id": source["id"], "g": lit("n"), "amt": source["amt"]})])
    check(tuple(merged), (1, 1, 0), "merge")
    found = [(1, "a", 99.0), (2, "b", 20.0), (3, "a", 1.25), (7, "n", 7.0)]
    check(rows(session.table("sales").sort("id")), found, "rows after a merge")
    check(tuple(sales.update({"g": lit("z")}, sales["id"] == 7)), (1, 0), "update")
    check(tuple(sales.delete(sales["id"] == 7)), (1,), "delete")


def frames(session):
    import pandas

    found = session.table("sales").sort("id").to_pandas()
    check((list(found.columns), found.values.tolist()),
          (["ID", "G", "AMT"], [[1, "a", 99.0], [2, "b", 20.0], [3, "a", 1.25]]), "to_pandas")
    session.sql("create table written (n int, s varchar)").collect()
    written = session.write_pandas(pandas.DataFrame({"N": [1, 2], "S": ["a", None]}), "WRITTEN")
    check(rows(written.sort("n")), [(1, "a"), (2, None)], "write_pandas")
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        session.table("sales").sort("id").limit(1).show()
    check([line.replace("|", " ").split() for line in shown.getvalue().splitlines() if "|" in line],
          [['"ID"', '"G"', '"AMT"'], ["1", "a", "99.0"]], "show")


def large(session):
    frame = session.create_dataframe([[number, str(number)] for number in range(2000)], schema=["i", "t"])
    check(frame.count(), 2000, "count of a large frame")
    check(rows(frame.agg(max_("i"))), [(1999,)], "aggregate of a large frame")
    check(sum(1 for _ in frame.to_local_iterator()), 2000, "to_local_iterator")
    job = frame.limit(10).collect_nowait()
    check(len(job.result()), 10, "collect_nowait")
    check(rows(session.range(3, 12, 4)), [(3,), (7,), (11,)], "range")


def cancelling(session):
    session.range(200_000).write.save_as_table("many", table_type="temporary")
    ended = []

    def wait():
        try:
            session.sql("select sum(a.id % (b.id + 1)) from many a, many b").collect()
        except SnowparkSQLException as error:
            ended.append(error.sql_error_code)

    waiting = threading.Thread(target=wait)
    waiting.start()
    end = time.monotonic() + 60
    while waiting.is_alive() and time.monotonic() < end:
        session.cancel_all()
        time.sleep(0.1)
    waiting.join(1)
    check(ended, [604], "a query that cancel_all ended")
    check(session.range(2).count(), 2, "after cancel_all")


def main():
    connection = snowflake.connector.connect(**SETTINGS)
    connection.cursor().execute(f"create database {NAME}")
    session = Session.builder.configs({**SETTINGS, "database": NAME, "schema": "PUBLIC"}).create()
    check((session.get_current_database(), session.get_current_schema()), (f'"{NAME}"', '"PUBLIC"'), "current names")
    for step in [tables, queries, types, changes, frames, large, cancelling]:
        step(session)
        print(f"ok {step.__name__}", flush=True)
    session.close()
    connection.cursor().execute(f"drop database {NAME}")
    connection.close()


main()

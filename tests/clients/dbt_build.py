"""Builds the dbt project in tests/clients/dbt on a Snowglobe server, and again after its source has changed.

    python dbt_build.py HOST:PORT

Needs dbt-snowflake. Makes a database of its own. Ends with status 0 if everything holds; otherwise the first thing that
does not is raised.
"""

import decimal
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import uuid

import snowflake.connector

HOST, PORT = sys.argv[1].rsplit(":", 1)
NAME = f"DBT_{uuid.uuid4().hex[:8]}".upper()
PROJECT = pathlib.Path(__file__).parent / "dbt"


def check(found, expected, what):
    """Compares, and tells what was compared."""
    if found != expected:
        raise AssertionError(f"{what}: expected {expected!r}, found {found!r}")


def build(project, *options):
    """Runs `dbt build`: seeds, models, snapshots and tests."""
    environment = {**os.environ, "SNOWGLOBE_HOST": HOST, "SNOWGLOBE_PORT": PORT, "SNOWGLOBE_PROTOCOL": "http",
                   "SNOWGLOBE_DATABASE": NAME, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    dbt = pathlib.Path(sys.executable).parent / "dbt"
    done = subprocess.run([dbt, "--no-use-colors", "--no-version-check", "build", *options, "--profiles-dir", "."],
                          cwd=project, env=environment, capture_output=True, text=True, timeout=240)
    if done.returncode != 0 or "PASS=14 WARN=0 ERROR=0 SKIP=0" not in done.stdout:
        raise AssertionError(f"dbt build {' '.join(options)}\n{done.stdout}\n{done.stderr}")
    print(f"ok dbt build {' '.join(options)}".rstrip(), flush=True)


def main():
    connection = snowflake.connector.connect(account="test", user="tester", password="any", host=HOST, port=int(PORT),
                                             protocol="http")
    cursor = connection.cursor()

    def rows(query):
        return cursor.execute(query).fetchall()

    cursor.execute(f"create database {NAME}")
    with tempfile.TemporaryDirectory() as folder:
        project = pathlib.Path(folder) / "project"
        shutil.copytree(PROJECT, project)
        build(project)
        cursor.execute(f"use schema {NAME}.analytics")
        found = rows("select table_name, table_type from information_schema.tables where table_schema = 'ANALYTICS' "
                     "order by table_name")
        check(found, [("CUSTOMERS", "BASE TABLE"), ("ORDERS_OVER_TIME", "BASE TABLE"), ("ORDER_FACTS", "BASE TABLE"),
                      ("RAW_ORDERS", "BASE TABLE"), ("STG_ORDERS", "VIEW")], "relations")
        check(rows("select * from customers order by customer"),
              [("Ann", 2, decimal.Decimal("11.75")), ("Bob", 1, decimal.Decimal("20.00")),
               ("Cyd", 1, decimal.Decimal("7.75"))], "the table")
        check(rows("select id, run_number from order_facts order by id"), [(1, 1), (2, 1), (3, 1), (4, 1)],
              "the incremental model")
        check(rows("select count(*), count(dbt_valid_to) from orders_over_time"), [(4, 0)], "the snapshot")

        # An order changes, and one is new.
        seed = project / "seeds" / "raw_orders.csv"
        text = seed.read_text().replace("4,Cyd,placed", "4,Cyd,shipped")
        seed.write_text(f"{text}5,Dan,placed,3.00,2026-01-05\n")
        build(project)
        check(rows("select id, run_number from order_facts order by id"), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2)],
              "the incremental model after a merge")
        check(rows("select id, status, dbt_valid_to is null from orders_over_time where id >= 4 order by id, status"),
              [(4, "placed", False), (4, "shipped", True), (5, "placed", True)], "the snapshot after a change")
        check(rows("select total from customers where customer = 'Dan'"), [(decimal.Decimal("3.00"),)],
              "the table after a change")

        build(project, "--full-refresh")
        check(rows("select id, run_number from order_facts order by id"), [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)],
              "the incremental model built anew")
    cursor.execute(f"drop database {NAME}")
    connection.close()


main()

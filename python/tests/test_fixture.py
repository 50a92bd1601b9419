"""What the fixture gives."""

import json
import socket
from datetime import datetime, timedelta, timezone

import pytest
from snowflake.connector import DictCursor
from snowflake.connector.errors import ProgrammingError

from pytest_snowglobe import ServerError
from pytest_snowglobe.server import Server

BEGINNING = datetime(2026, 1, 1, tzinfo=timezone.utc)


def test_rows_come_as_tuples_and_by_name(snowglobe):
    assert snowglobe.execute("select 1, 'a' union all select 2, %s order by 1", ("b",)) == [(1, "a"), (2, "b")]
    assert snowglobe.rows("select 1 as n, %(what)s as s", {"what": "x"}) == [{"N": 1, "S": "x"}]
    with snowglobe.cursor() as cursor:
        assert cursor.execute("select 7").fetchone() == (7,)
    with snowglobe.cursor(DictCursor) as cursor:
        assert cursor.execute("select 7 as n").fetchone() == {"N": 7}


@pytest.mark.parametrize("letter", ["a/b", "ä'\""])
def test_a_database_is_its_tests_own(snowglobe, letter):
    assert snowglobe.execute("select current_database(), current_schema()") == [(snowglobe.database, "PUBLIC")]
    snowglobe.execute("create table t (s varchar)")
    snowglobe.execute("insert into t values (%s)", (letter,))
    other = snowglobe.connect(session_parameters={"TIMEZONE": "UTC"})
    assert other.cursor().execute("select s from t").fetchall() == [(letter,)]
    assert other.cursor().execute("show parameters like 'TIMEZONE'").fetchone()[1] == "UTC"


@pytest.mark.parametrize("_", range(2))
def test_databases_go_when_the_test_ends(snowglobe, _):
    snowglobe.execute('create database "my ""other"" one"')
    snowglobe.execute(f"use database {snowglobe.database}")


def test_a_test_may_leave_everything_open(snowglobe):
    snowglobe.execute("create table t (n int)")
    snowglobe.connect().close()
    for connection in (snowglobe.connect(), snowglobe.connection):
        for statement in ("begin", "insert into t values (1)"):
            connection.cursor().execute(statement)
    snowglobe.connection.close()


def test_errors_are_the_connectors(snowglobe, tmp_path):
    with pytest.raises(ProgrammingError) as caught:
        snowglobe.execute("select * from nosuch")
    assert (caught.value.errno, caught.value.sqlstate) == (2003, "42S02")
    (tmp_path / "wrong.sql").write_text("create table t (n int); selec 1; create table u (n int);")
    with pytest.raises(ProgrammingError, match="selec"):
        snowglobe.script(tmp_path / "wrong.sql")
    assert [row["name"] for row in snowglobe.rows("show tables")] == ["T"]


def test_scripts_run_whole(snowglobe, tmp_path):
    (tmp_path / "s.sql").write_text(
        "create table t (s varchar); -- a ; in a comment\n"
        "insert into t values ('a;b');\n"
        "create procedure twice() returns int language sql as\n$$ begin\n insert into t values ('p'); return 1; end $$;\n"
        "call twice();\n"
    )
    snowglobe.script(str(tmp_path / "s.sql"))
    assert snowglobe.execute("select s from t order by s") == [("a;b",), ("p",)]
    with pytest.raises(FileNotFoundError, match=r"nosuch\.sql is no file"):
        snowglobe.script("nosuch.sql")


@pytest.mark.snowglobe(fresh=True)
def test_the_clock_moves_when_it_is_told_to(snowglobe):
    assert snowglobe.now == BEGINNING
    assert snowglobe.advance("1 hour 30 minutes").now == snowglobe.now == BEGINNING + timedelta(minutes=90)
    assert snowglobe.advance(timedelta(days=1, microseconds=5)).now == BEGINNING + timedelta(
        days=1, hours=1.5, microseconds=5
    )
    assert snowglobe.advance(datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=1)))).now.isoformat() == (
        "2026-03-01T00:00:00+00:00"
    )
    now = snowglobe.execute("select convert_timezone('UTC', current_timestamp())::timestamp_ntz")
    assert now == [(datetime(2026, 3, 1),)]
    with pytest.raises(ServerError, match="duration"):
        snowglobe.advance("a while")
    with pytest.raises(ServerError, match="does not go back"):
        snowglobe.advance(timedelta(seconds=-1))
    with pytest.raises(ValueError, match="no time zone"):
        snowglobe.advance(datetime(2026, 4, 1))


@pytest.mark.snowglobe(fresh=True)
def test_what_ran_is_told(snowglobe):
    snowglobe.execute("create task works schedule = '2 minutes' as select 1")
    snowglobe.execute("create task breaks schedule = '4 minutes' as select * from nosuch")
    for task in ("works", "breaks"):
        snowglobe.execute(f"alter task {task} resume")
    ran = snowglobe.advance("5 minutes")
    told = [(run.name, run.state, run.scheduled - BEGINNING) for run in ran.tasks]
    assert sorted(told) == [
        (f"{snowglobe.database}.PUBLIC.BREAKS", "FAILED", timedelta(minutes=4)),
        (f"{snowglobe.database}.PUBLIC.WORKS", "SUCCEEDED", timedelta(minutes=2)),
        (f"{snowglobe.database}.PUBLIC.WORKS", "SUCCEEDED", timedelta(minutes=4)),
    ]
    assert len(ran.failures) == 1
    assert "NOSUCH" in ran.failures[0]


def test_a_clock_that_stops_on_the_way_is_an_error(snowglobe, monkeypatch):
    answer = {"now": "2026-01-01T00:00:00Z", "complete": False, "tasks": [], "pipes": []}
    monkeypatch.setattr(Server, "ask", lambda *_: answer)
    with pytest.raises(ServerError, match="smaller steps"):
        snowglobe.advance("10001 minutes")


def test_files_go_to_stages(snowglobe, tmp_path):
    folder = tmp_path / "a folder"
    folder.mkdir()
    snowglobe.execute("create stage s")
    for name in ["a b.csv", "c.csv.gz", "a b.csv"]:
        (folder / name).write_text("1\n")
        snowglobe.put(folder / name, "@s/in")
    assert [row["name"] for row in snowglobe.rows("list @s")] == ["s/in/a b.csv", "s/in/c.csv.gz"]
    assert snowglobe.execute("select $1 from '@s/in/a b.csv'") == [("1",)]
    (folder / "it's.csv").write_text("")
    with pytest.raises(ValueError, match="misreads"):
        snowglobe.put(folder / "it's.csv", "@s")


@pytest.mark.parametrize("_", range(2))
def test_files_in_buckets_are_loaded_by_pipes(snowglobe, tmp_path, _):
    file = tmp_path / "e.json"
    file.write_text(json.dumps({"n": 5}))
    bucket, key = "landing", "in/a b+ä.json"
    snowglobe.put_s3(file, bucket, "elsewhere/e.json")
    snowglobe.execute("create stage s url = 's3://landing/in/' file_format = (type = json)")
    snowglobe.execute("create table t (v variant)")
    snowglobe.execute("create pipe p auto_ingest = true as copy into t from @s")
    assert snowglobe.rows("list @s") == []
    snowglobe.put_s3(file, bucket, key)
    snowglobe.advance("1 minute")
    assert snowglobe.execute("select $1:n::int, metadata$filename from @s") == [(5, key)]
    assert snowglobe.execute("select v:n::int from t") == [(5,)]


def test_python_functions_run_in_the_tests_python(snowglobe):
    import sys

    snowglobe.execute(
        "create function version() returns varchar language python runtime_version = '3.11' handler = 'f'\n"
        "as $$\nimport sys\ndef f():\n    return sys.prefix\n$$"
    )
    assert snowglobe.execute("select version()") == [(sys.prefix,)]


def test_addresses_are_given(snowglobe):
    for address in (snowglobe.kafka, snowglobe.s3.endpoint[len("http://") :]):
        host, port = address.split(":")
        socket.create_connection((host, int(port)), timeout=10).close()
    assert (snowglobe.s3.access_key, snowglobe.s3.region) == ("snowglobe", "us-east-1")

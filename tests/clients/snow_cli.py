"""Snowflake's command line client (`snow`) against `snowglobe serve`: statements, scripts, stages, objects.

Usage: snow_cli.py HOST:PORT; `snow` is the one beside this Python.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

HOST, PORT = sys.argv[1].rsplit(":", 1)
SNOW = pathlib.Path(sys.executable).parent / "snow"
ENVIRONMENT = dict(os.environ, SNOWFLAKE_DISABLE_PLATFORM_DETECTION="true", NO_PROXY="localhost,127.0.0.1")


def snow(folder, *arguments, fails=False):
    """Runs `snow` with the connection of `folder`; its output as JSON, or its text if it fails as it should."""
    command = [SNOW, "--config-file", folder / "config.toml", *arguments, "-c", "local", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=120)
    if fails:
        assert done.returncode != 0, f"{arguments} succeeded: {done.stdout}"
        return " ".join((done.stdout + done.stderr).replace("│", " ").split())
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return json.loads(done.stdout) if done.stdout.strip() else None


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        config = folder / "config.toml"
        config.write_text(
            f'[connections.local]\naccount = "test"\nuser = "u"\npassword = "p"\n'
            f'host = "{HOST}"\nport = {PORT}\nprotocol = "http"\n'
        )
        config.chmod(0o600)

        assert snow(folder, "sql", "-q", "SELECT 1 AS A, 'x' AS B") == [{"A": 1, "B": "x"}]

        script = folder / "setup.sql"
        script.write_text(
            "CREATE DATABASE IF NOT EXISTS SNOW_CLI;\nCREATE OR REPLACE SCHEMA SNOW_CLI.S;\n"
            "CREATE STAGE SNOW_CLI.S.ST;\nCREATE TABLE SNOW_CLI.S.T (A NUMBER, B VARCHAR);\n"
            "INSERT INTO SNOW_CLI.S.T VALUES (1, 'one'), (2, NULL);\n"
        )
        results = snow(folder, "sql", "-f", script)
        assert results[-1] == [{"number of rows inserted": 2}], results

        message = snow(folder, "sql", "-q", "SELECT * FROM SNOW_CLI.S.NOSUCH", fails=True)
        assert "002003 (42S02)" in message and "does not exist or not authorized" in message, message

        data = folder / "more.csv"
        data.write_text("3,three\n4,four\n")
        put = snow(folder, "stage", "copy", data, "@SNOW_CLI.S.ST")
        assert [row["status"] for row in put] == ["UPLOADED"], put
        listed = snow(folder, "stage", "list-files", "@SNOW_CLI.S.ST")
        assert [row["name"] for row in listed] == ["st/more.csv"], listed
        snow(folder, "sql", "-q", "COPY INTO SNOW_CLI.S.T FROM @SNOW_CLI.S.ST FILE_FORMAT = (TYPE = CSV)")
        assert snow(folder, "sql", "-q", "SELECT SUM(A) AS TOTAL FROM SNOW_CLI.S.T") == [{"TOTAL": 10}]
        fetched = folder / "fetched"
        fetched.mkdir()
        snow(folder, "stage", "copy", "@SNOW_CLI.S.ST", fetched)
        assert (fetched / "more.csv").read_text() == data.read_text()

        databases = snow(folder, "object", "list", "database", "--like", "SNOW_CLI")
        assert [row["name"] for row in databases] == ["SNOW_CLI"], databases
        tables = snow(folder, "object", "list", "table", "--in", "database", "SNOW_CLI")
        assert [row["name"] for row in tables] == ["T"], tables
        snow(folder, "sql", "-q", "DROP DATABASE SNOW_CLI")
    print("snow: statements, scripts, errors, stages, objects")


main()

"""The fixture's value: a database of a test's own, and the world around it."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from . import clock
from .s3 import S3
from .server import Server, ServerError

if TYPE_CHECKING:
    from snowflake.connector import SnowflakeConnection


class Snowglobe:
    """A database of a test's own on a Snowglobe server."""

    def __init__(self, server: Server, database: str, folders: list[Path], tell: Callable[[str], None]) -> None:
        """Makes the database. Files with relative paths are looked for in `folders`; `tell` hears of failed tasks."""
        self._server = server
        self._folders = folders
        self._tell = tell
        self._connections: list[SnowflakeConnection] = []
        self._objects: list[tuple[str, str]] = []
        self.database = database
        """The database's name; it and its schema PUBLIC are current in every connection."""
        self.s3 = S3(f"http://{server.s3}")
        """Where the server's S3 is, and its keys: `endpoint`, `access_key`, `secret_key`, `region`."""
        self.kafka = server.kafka
        """The Kafka broker's address, HOST:PORT."""
        self._others = self._databases()
        server.housekeeper.cursor().execute(f'create database "{database}"')
        self.connection = self.connect()
        """The connection that everything here runs in."""

    def _databases(self) -> set[str]:
        from snowflake.connector import DictCursor

        cursor: Any = self._server.housekeeper.cursor(DictCursor)
        return {row["name"] for row in cursor.execute("show databases").fetchall()}

    def close(self) -> None:
        """Closes the connections, drops the databases that came since the beginning, and removes what `put_s3` put."""
        for connection in self._connections:
            connection.close(retry=False)
        if self._server.death is not None:
            return
        for bucket, key in self._objects:
            self.s3.delete(bucket, key)
        for name in sorted(self._databases() - self._others):
            quoted = name.replace('"', '""')
            self._server.housekeeper.cursor().execute(f'drop database if exists "{quoted}"')

    def connect(self, **settings: Any) -> SnowflakeConnection:
        """A further connection, closed when the test ends. `settings` are those of `snowflake.connector.connect`."""
        connection = self._server.connect(**{"database": self.database, "schema": "PUBLIC", **settings})
        self._connections.append(connection)
        return connection

    def cursor(self, *kind: Any) -> Any:
        """A cursor of the connection: `cursor()`, `cursor(DictCursor)`."""
        return self.connection.cursor(*kind)

    def execute(self, sql: str, params: Any = None) -> list[Any]:
        """Runs a statement and gives its rows, tuples. `params` as the connector's `execute` takes them."""
        with self.cursor() as cursor:
            rows: list[Any] = cursor.execute(sql, params).fetchall()
        return rows

    def rows(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
        """Runs a statement and gives its rows by the columns' names."""
        from snowflake.connector import DictCursor

        with self.cursor(DictCursor) as cursor:
            rows: list[dict[str, Any]] = cursor.execute(sql, params).fetchall()
        return rows

    def script(self, path: str | os.PathLike[str]) -> None:
        """Runs a script's statements; the first error ends it."""
        for cursor in self.connection.execute_string(self._file(path).read_text(encoding="utf-8")):
            cursor.close()

    def advance(self, by: str | timedelta | datetime) -> clock.Advanced:
        """Moves the clock on, and gives what ran on the way: pipes load, and tasks run as they become due.

        `by` is a length of time, "5 minutes" or a `timedelta`, or the moment to go to. Tasks that fail raise nothing here:
        they are in the answer, and in the report of a test that fails. Raises `ServerError` for what is no length of
        time, and for one with more tasks in it than a test can mean.
        """
        answer = self._server.ask("clock/advance", clock.wanted(by))
        ran = clock.advanced(answer)
        for line in ran.failures:
            self._tell(line)
        if not answer["complete"]:
            raise ServerError(
                f"the clock stopped at {ran.now}, behind {len(ran.tasks)} runs of tasks: advance in smaller steps"
            )
        return ran

    @property
    def now(self) -> datetime:
        """The clock's time, in UTC; `convert_timezone('UTC', current_timestamp())` in SQL."""
        return clock.moment(self._server.ask("clock")["now"])

    def put(self, local: str | os.PathLike[str], stage: str) -> None:
        """Puts a file on a stage, `"@stage/path"`, under its own name, as it is; one of this name is replaced."""
        path = self._file(local).resolve().as_posix()
        if re.search(r"['\\*?\[\]]", path):
            raise ValueError(f"{path}: the connector's PUT misreads quotes, backslashes, brackets, * and ? in a path")
        target = stage.replace("\\", "\\\\").replace("'", "\\'")
        self.execute(f"put 'file://{path}' '{target}' auto_compress = false overwrite = true")

    def put_s3(self, local: str | os.PathLike[str], bucket: str, key: str) -> None:
        """Puts a file into a bucket of the server's S3, which is made if need be; the object goes when the test ends."""
        self.s3.put(self._file(local).read_bytes(), bucket, key)
        self._objects.append((bucket, key))

    def _file(self, path: str | os.PathLike[str]) -> Path:
        for folder in self._folders:
            if (folder / path).is_file():
                return folder / path
        where = ", ".join(str(folder) for folder in self._folders)
        raise FileNotFoundError(f"{path} is no file; it was looked for from {where}")

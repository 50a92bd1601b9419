"""A `snowglobe serve` of the tests' own: started, asked, and stopped."""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from snowflake.connector import SnowflakeConnection

# Seconds.
START_LIMIT = 60.0
STOP_LIMIT = 20.0
CLOCK_LIMIT = 600.0
STATEMENT_LIMIT = 120
# What a dead server wrote is shown up to so many bytes, the last ones.
MOST_SHOWN = 10_000
# The moment at which the clock begins.
BEGINNING = "2026-01-01T00:00:00Z"

# The tests' machine is all there is: no cloud is looked for, and no proxy stands between.
LOCAL = "localhost,127.0.0.1"
READY = re.compile(r"ready http=(\S+):(\d+) s3=(\S+) kafka=(\S+)")


class ServerError(Exception):
    """The server did not start, ended early, or refused to move the clock."""


class Server:
    """A server with a virtual clock, on free ports of this machine.

    Its constructor returns when the server takes connections, and raises `ServerError` where it does not come to that.
    """

    def __init__(self, program: str) -> None:
        # Open for as long as the server writes to it, at its end, wherever it is read.
        self._log: IO[bytes] = tempfile.TemporaryFile("a+b")  # noqa: SIM115
        self._stopped = False
        command = [program, "serve", "--port", "0", "--s3-port", "0", "--kafka-port", "0", "--clock", "virtual"]
        # Functions and procedures in Python find the packages that the tests have.
        environment = {"SNOWGLOBE_PYTHON": sys.executable, **os.environ}
        try:
            # In a session of its own: Ctrl-C is for pytest, which stops the server in good order.
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._log,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            self._log.close()
            raise ServerError(f"{program} cannot be started: {error}") from error
        self._guard = _guard(self._process.pid)
        try:
            ready = READY.match(self._first_line())
            if ready is None:
                raise ServerError(self._story(f"{program} serve did not say that it is ready"))
            self.host, self.port = ready[1], int(ready[2])
            self.s3, self.kafka = ready[3], ready[4]
            self.ask("clock/advance", {"to": BEGINNING})
        except BaseException:
            self.stop()
            raise

    def _first_line(self) -> str:
        """What the server says on standard output: one line, once it is ready."""
        said: queue.Queue[bytes] = queue.Queue()
        out = self._process.stdout
        assert out is not None
        threading.Thread(target=lambda: said.put(out.readline(1000)), daemon=True).start()
        try:
            return said.get(timeout=START_LIMIT).decode(errors="replace")
        except queue.Empty:
            raise ServerError(self._story(f"the server was not ready within {START_LIMIT:g} s")) from None

    def _story(self, what: str) -> str:
        """An error's text, with how the server ended and what it wrote."""
        try:
            status = f"it ended with status {self._process.wait(0.5)}"
        except subprocess.TimeoutExpired:
            status = "it still ran"
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - MOST_SHOWN))
        wrote = self._log.read(MOST_SHOWN).decode(errors="replace").strip()
        return f"{what}; {status}. Its standard error:\n{wrote or '(nothing)'}"

    @property
    def death(self) -> str | None:
        """How the server ended, if nobody stopped it, and what it wrote."""
        if self._stopped or self._process.poll() is None:
            return None
        return self._story("the Snowglobe server ended during this test")

    def stop(self) -> None:
        """Stops the server, however far it came; gently at first. Doing so again does nothing."""
        if self._stopped:
            return
        if "housekeeper" in self.__dict__:
            self.housekeeper.close(retry=False)
        self._stopped = True
        # Before the server: its process id may be another's once it is gone.
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
        self._process.terminate()
        try:
            self._process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._log.close()

    def ask(self, what: str, body: dict[str, str] | None = None) -> Any:
        """The server's answer about its clock, to a GET, or to a POST if there is a body."""
        url = f"http://{self.host}:{self.port}/snowglobe/{what}"
        request = urllib.request.Request(url, None if body is None else json.dumps(body).encode())
        try:
            with _direct().open(request, timeout=CLOCK_LIMIT) as answer:
                reply = json.load(answer)
        except urllib.error.HTTPError as error:
            raise ServerError(f"the clock: HTTP {error.code} {error.read(1000).decode(errors='replace')}") from None
        except (OSError, ValueError) as error:
            raise ServerError(self._story(f"the clock: {error}")) from error
        if not reply["success"]:
            raise ServerError(f"the clock: {reply['message']}")
        return reply["data"]

    def connect(self, **settings: Any) -> SnowflakeConnection:
        """A connection of Snowflake's connector; `settings` are those of its `connect`, and go before the server's."""
        # Imported only here: it takes most of a second, which runs without these tests need not spend.
        import snowflake.connector

        local: dict[str, Any] = {
            "account": "snowglobe",
            "user": "pytest",
            "password": "any",
            "host": self.host,
            "port": self.port,
            "protocol": "http",
        }
        if int(snowflake.connector.__version__.split(".")[0]) < 5:
            # Else it goes on asking a server that is gone; statements end at this limit, too. Its successor gives up
            # by itself within seconds.
            local.update(login_timeout=20, network_timeout=STATEMENT_LIMIT)
        else:
            # Left out, it is warned of.
            local["enable_server_session_keep_alive_auto_detection"] = False
        return snowflake.connector.connect(**{**local, **settings})

    @cached_property
    def housekeeper(self) -> SnowflakeConnection:
        """The connection that makes and drops the tests' databases."""
        return self.connect()


def _guard(server: int) -> subprocess.Popen[bytes] | None:
    """Ends the server when pytest is gone without having done so, killed for instance: its end of the pipe is closed then."""
    if os.name != "posix":
        return None
    command = ["/bin/sh", "-c", 'read -r _; kill "$0"', str(server)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def _direct() -> urllib.request.OpenerDirector:
    """What asks this machine's own servers: without any proxy."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def environment() -> dict[str, str]:
    """What the connector needs in its environment so that it talks to this machine alone."""
    around = {"SNOWFLAKE_DISABLE_PLATFORM_DETECTION": "true"}
    for name in ("no_proxy", "NO_PROXY"):
        before = os.environ.get(name)
        around[name] = f"{before},{LOCAL}" if before else LOCAL
    return around

"""What pytest loads: the option `--snowglobe`, the setting `snowglobe_program`, the marker and the fixture `snowglobe`."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest

from .globe import Snowglobe
from .program import INI, OPTION, VARIABLE, ProgramNotFound, find
from .server import Server, ServerError, environment

MARKER = "snowglobe(fresh=False): with fresh=True the test has a server, an account and a clock of its own"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Says where the program can be named."""
    help = f"the program snowglobe; else the setting {INI}, else the environment's {VARIABLE}, else PATH"
    parser.getgroup("snowglobe").addoption(OPTION, dest="snowglobe_program", metavar="PATH", help=help)
    parser.addini(INI, "the program snowglobe, relative to this file")


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", MARKER)


class Servers:
    """The servers of a session: one that tests share, and those that tests have for themselves."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._shared: Server | None = None
        self._failure: ServerError | None = None
        self._numbers = itertools.count(1)

    def start(self) -> Server:
        """A new server; its end is its starter's business."""
        return Server(self._program)

    def shared(self) -> Server:
        """The server that tests share; another one, where it has ended. One that does not start is not tried again."""
        if self._failure is not None:
            raise self._failure
        if self._shared is None or self._shared.death is not None:
            self.stop()
            try:
                self._shared = self.start()
            except ServerError as error:
                self._failure = error
                raise
        return self._shared

    def stop(self) -> None:
        """Stops the server that tests share."""
        if self._shared is not None:
            self._shared.stop()

    def database(self, test: str) -> str:
        """A database's name that tells whose it is and needs no quotes."""
        words = re.sub(r"[^A-Za-z0-9]+", "_", test).strip("_").upper()[:60]
        return f"T{next(self._numbers)}_{words}"


@pytest.fixture(scope="session")
def _snowglobe_servers(pytestconfig: pytest.Config) -> Iterator[Servers]:
    try:
        servers = Servers(find(pytestconfig))
    except ProgramNotFound as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment().items():
            patch.setenv(name, value)
        yield servers
        servers.stop()


@pytest.fixture
def snowglobe(request: pytest.FixtureRequest, _snowglobe_servers: Servers) -> Iterator[Snowglobe]:
    """A database of the test's own on a Snowglobe server, a connection to it, its clock, stages, S3 and Kafka."""
    servers = _snowglobe_servers
    fresh = _fresh(request)
    folders = [request.path.parent, request.config.invocation_params.dir]
    try:
        server = servers.start() if fresh else servers.shared()
    except ServerError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None

    def tell(line: str) -> None:
        request.node.add_report_section("call", "snowglobe", line)

    try:
        globe = Snowglobe(server, servers.database(request.node.name), folders, tell)
        yield globe
        globe.close()
        if server.death is not None:
            pytest.fail(server.death, pytrace=False)
    finally:
        if fresh:
            server.stop()


def _fresh(request: pytest.FixtureRequest) -> bool:
    """What the test's marker says."""
    marker = request.node.get_closest_marker("snowglobe")
    if marker is None:
        return False
    wrong = marker.args or marker.kwargs.keys() - {"fresh"} or not isinstance(marker.kwargs.get("fresh", False), bool)
    if wrong:
        given = [repr(value) for value in marker.args] + [f"{key}={value!r}" for key, value in marker.kwargs.items()]
        pytest.fail(f"@pytest.mark.snowglobe({', '.join(given)}): it takes fresh=True or fresh=False", pytrace=False)
    return bool(marker.kwargs.get("fresh", False))

"""What the plugin says when something is wrong, in runs of pytest within a test."""

import os
import signal
import socket
import stat
import time

import pytest

from pytest_snowglobe import server
from pytest_snowglobe.program import find

USES_IT = "def test_it(snowglobe):\n    assert snowglobe.execute('select 1') == [(1,)]\n"


@pytest.fixture
def program(pytestconfig, monkeypatch):
    """The true program, which nothing names in the runs within."""
    found = find(pytestconfig)
    monkeypatch.delenv("SNOWGLOBE", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    return found


def fake(folder, script):
    """The option for a program that does something else."""
    path = folder / "fake-snowglobe"
    path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f"--snowglobe={path}"


def shows(result, *lines):
    result.stdout.fnmatch_lines([f"*{line}*" for line in lines])


def test_no_program_is_told_with_what_to_do(pytester, program, monkeypatch):
    # Where CI is set, pytest's summary repeats every message whole.
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("BUILD_NUMBER", raising=False)
    pytester.makepyfile(USES_IT)
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    shows(result, "The program snowglobe is not in PATH", "pytest --snowglobe=PATH", "snowglobe_program = PATH")
    assert result.stdout.str().count("Build it in") == 1


def test_nothing_is_wrong_where_nothing_is_used(pytester, program):
    pytester.makepyfile("def test_it():\n    pass\n")
    pytester.runpytest("--strict-markers").assert_outcomes(passed=1)


@pytest.mark.parametrize("how", ["option", "ini", "variable", "path"])
def test_every_way_to_name_the_program_works(pytester, program, monkeypatch, how):
    pytester.makepyfile(USES_IT)
    options = []
    if how == "option":
        monkeypatch.setenv("SNOWGLOBE", "/nowhere/at-all")
        options = [f"--snowglobe={os.path.relpath(program, pytester.path)}"]
    elif how == "ini":
        pytester.makeini(f"[pytest]\nsnowglobe_program = {os.path.relpath(program, pytester.path)}\n")
        (pytester.path / "below").mkdir()
        options = ["-c", "../tox.ini", ".."]
        monkeypatch.chdir(pytester.path / "below")
    elif how == "variable":
        monkeypatch.setenv("SNOWGLOBE", program)
    else:
        (pytester.path / "snowglobe").symlink_to(program)
        monkeypatch.setenv("PATH", str(pytester.path))
    pytester.runpytest(*options).assert_outcomes(passed=1)


def test_a_wrong_name_is_told_with_its_source(pytester, program, monkeypatch):
    pytester.makepyfile(USES_IT)
    shows(pytester.runpytest("--snowglobe=no/such"), "--snowglobe says no/such, which is no program that can be run")
    monkeypatch.setenv("SNOWGLOBE", "nosuch")
    shows(pytester.runpytest(), "SNOWGLOBE says nosuch, which")


def test_a_program_that_ends_is_told_with_its_words(pytester, program):
    pytester.makepyfile(USES_IT)
    result = pytester.runpytest(fake(pytester.path, "echo 'the port is taken' >&2; exit 3"))
    result.assert_outcomes(errors=1)
    shows(result, "did not say that it is ready; it ended with status 3", "the port is taken")


def test_a_program_that_is_never_ready_is_not_awaited_for_ever(pytester, program, monkeypatch):
    monkeypatch.setattr(server, "START_LIMIT", 1.0)
    pytester.makepyfile(test_two=USES_IT, test_three=USES_IT)
    result = pytester.runpytest(fake(pytester.path, "echo 'thinking' >&2; echo >>starts; exec sleep 60"))
    result.assert_outcomes(errors=2)
    assert (pytester.path / "starts").read_text() == "\n"
    shows(result, "the server was not ready within 1 s; it still ran", "thinking")


def test_another_program_is_told(pytester, program):
    pytester.makepyfile(USES_IT)
    result = pytester.runpytest(fake(pytester.path, "echo 'hello'; exec sleep 60"))
    result.assert_outcomes(errors=1)
    shows(result, "did not say that it is ready; it still ran", "(nothing)")


def test_a_server_that_dies_fails_its_test_and_no_other(pytester, program):
    pytester.makepyfile(
        """
        def test_before(snowglobe):
            snowglobe.execute("create table t (n int)")

        def test_death(snowglobe):
            snowglobe._server._process.kill()
            snowglobe._server._process.wait()

        def test_after(snowglobe):
            assert snowglobe.rows("show tables") == []
        """
    )
    result = pytester.runpytest(f"--snowglobe={program}")
    result.assert_outcomes(passed=3, errors=1)
    shows(result, "test_death", "the Snowglobe server ended during this test; it ended with status -9")


def test_failed_tasks_are_in_the_report_of_a_failed_test(pytester, program):
    pytester.makepyfile(
        """
        def test_it(snowglobe):
            snowglobe.execute("create task breaks schedule = '1 minute' as select * from nosuch")
            snowglobe.execute("alter task breaks resume")
            snowglobe.advance("1 minute")
            assert False
        """
    )
    result = pytester.runpytest(f"--snowglobe={program}")
    result.assert_outcomes(failed=1)
    shows(result, "task T1_TEST_IT.PUBLIC.BREAKS, due at *: FAILED: SQL compilation error:", "PUBLIC.NOSUCH")


@pytest.mark.parametrize("arguments", ["fresh='yes'", "new=True", "True"])
def test_a_wrong_marker_is_told(pytester, program, arguments):
    pytester.makepyfile(f"import pytest\n@pytest.mark.snowglobe({arguments})\n{USES_IT}")
    result = pytester.runpytest(f"--snowglobe={program}")
    result.assert_outcomes(errors=1)
    shows(result, f"@pytest.mark.snowglobe({arguments}): it takes fresh=True or fresh=False")


def test_tests_share_a_server_and_fresh_ones_do_not(pytester, program):
    pytester.makepyfile(
        """
        import pytest

        seen = []

        @pytest.mark.parametrize("_", range(2))
        def test_shared(snowglobe, _):
            seen.append((snowglobe.kafka, snowglobe.now))
            snowglobe.advance("1 day")

        @pytest.mark.snowglobe(fresh=True)
        def test_fresh(snowglobe):
            assert seen[0][0] == seen[1][0] != snowglobe.kafka
            assert seen[0][1] == snowglobe.now < seen[1][1]
        """
    )
    pytester.runpytest(f"--snowglobe={program}").assert_outcomes(passed=3)


def test_no_server_is_left(pytester, program):
    pytester.makepyfile(
        """
        import pathlib, pytest

        def note(snowglobe):
            with open("pids", "a") as pids:
                print(snowglobe._server._process.pid, file=pids)

        def test_shared(snowglobe):
            note(snowglobe)

        @pytest.mark.snowglobe(fresh=True)
        def test_fresh(snowglobe):
            note(snowglobe)
            raise KeyboardInterrupt
        """
    )
    pytester.runpytest_subprocess(f"--snowglobe={program}")
    pids = [int(line) for line in (pytester.path / "pids").read_text().split()]
    assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.skipif(os.name != "posix", reason="there is no guard")
def test_no_server_outlives_a_pytest_that_is_killed(pytester, program):
    pytester.makepyfile(
        """
        import os, signal

        def test_it(snowglobe):
            with open("port", "w") as port:
                print(snowglobe._server.port, file=port)
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    assert pytester.runpytest_subprocess(f"--snowglobe={program}").ret == -signal.SIGKILL
    port = int((pytester.path / "port").read_text())
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=10).close()
        except ConnectionError:
            return
        time.sleep(0.1)
    pytest.fail("the server still runs")


def test_every_worker_of_xdist_has_a_server(pytester, program):
    pytest.importorskip("xdist")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("n", range(6))
        def test_it(snowglobe, worker_id, n):
            with open(f"{worker_id}.address", "a") as addresses:
                print(snowglobe.kafka, file=addresses)
        """
    )
    result = pytester.runpytest_subprocess(f"--snowglobe={program}", "-n", "2")
    result.assert_outcomes(passed=6)
    addresses = [set(path.read_text().split()) for path in pytester.path.glob("*.address")]
    assert [len(of_worker) for of_worker in addresses] == [1, 1]
    assert addresses[0] != addresses[1]


def test_proxies_are_not_asked(pytester, program, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "example.com")
    pytester.makepyfile(
        """
        import os

        def test_it(snowglobe, tmp_path):
            assert os.environ["NO_PROXY"].startswith("example.com,")
            (tmp_path / "f").write_text("1")
            snowglobe.execute("create stage s")
            snowglobe.put(tmp_path / "f", "@s")
            snowglobe.put_s3(tmp_path / "f", "bucket", "f")
            snowglobe.advance("1 minute")
        """
    )
    pytester.runpytest_subprocess(f"--snowglobe={program}").assert_outcomes(passed=1)
    assert os.environ["NO_PROXY"] == "example.com"

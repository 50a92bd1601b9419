"""Loads files through Snowpipe's REST API with Snowflake's own SDK, snowflake-ingest, and by hand what no SDK sends.

    python snowpipe_rest.py SNOWGLOBE

SNOWGLOBE is the program; a server is started for the purpose. Ends with status 0 if everything holds; otherwise the
first thing that does not is raised.
"""

import datetime
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

import snowflake.connector
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from snowflake.ingest import SimpleIngestManager, StagedFile
from snowflake.ingest.error import IngestResponseError

PROGRAM = sys.argv[1]
PIPE = "PIPES.LOADS.ORDERS"


def check(found, expected, what):
    """Compares, and tells what was compared."""
    if found != expected:
        raise AssertionError(f"{what}: expected {expected!r}, found {found!r}")


def key_pair(folder, name):
    """A key pair: the private key, and the file of the public key."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = os.path.join(folder, name)
    with open(path, "wb") as out:
        out.write(private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    return private, path


def private_pem(private):
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


class Setting:
    """A server with one user, her connection, a stage with a pipe, and the SDK pointed at it."""

    def __init__(self, folder):
        self.folder = folder
        self.key, public = key_pair(folder, "ann.pub")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--port", "0", "--s3-port", "0", "--no-kafka",
             "--user", "ann", "--public-key", public, "--user", "bob", "--access-token", "pat"],
            stdout=subprocess.PIPE, text=True)
        ready = dict(part.split("=") for part in self.process.stdout.readline().split()[1:])
        self.host, port = ready["http"].rsplit(":", 1)
        self.port = int(port)
        der = self.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.connection = snowflake.connector.connect(
            account="acc", host=self.host, port=self.port, protocol="http", user="ann", private_key=der,
            authenticator="SNOWFLAKE_JWT")
        for sql in ("create database pipes", "create schema loads", "create stage orders",
                    "create table orders (id int, name varchar)",
                    "create pipe orders as copy into orders from @orders/day/ file_format = (type = csv)"):
            self.sql(sql)

    def close(self):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        check(self.process.wait(30), 0, "the end after SIGTERM")

    def sql(self, text):
        return self.connection.cursor().execute(text).fetchall()

    def manager(self, pipe=PIPE, user="ann", key=None):
        return SimpleIngestManager(
            account="acc", user=user, pipe=pipe, private_key=private_pem(key or self.key), scheme="http",
            host=self.host, port=self.port)

    def put(self, name, content):
        """A file of the stage; its size."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(content)
        self.sql(f"put file://{path} @orders/day/ auto_compress=false overwrite=true")
        return StagedFile(name, os.path.getsize(path))

    def http(self, call, *, pipe=PIPE, token="pat", body=None, kind="application/json", method=None, query=""):
        """A request by hand: status and answer."""
        url = f"http://{self.host}:{self.port}/v1/data/pipes/{urllib.parse.quote(pipe)}/{call}{query}"
        headers = {"Content-Type": kind}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else (body if isinstance(body, bytes) else body.encode())
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


def until_reported(manager, count):
    """Asks for reports, each going on where the last ended, until so many files were told of."""
    files = []
    for _ in range(200):
        report = manager.get_history()
        check(report["completeResult"], True, "nothing was missed")
        files += report["files"]
        if len(files) >= count:
            return files
        time.sleep(0.1)
    raise AssertionError(f"{count} files were to be loaded; reported: {files}")


def loading(setting):
    manager = setting.manager()
    files = [setting.put("one.csv", "1,ann\n2,bob\n"), setting.put("two.csv", "3,cid\n")]
    start = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=1)
    answer = manager.ingest_files(files)
    check(answer["responseCode"], "SUCCESS", "the answer of insertFiles")
    reported = sorted(until_reported(manager, 2), key=lambda file: file["path"])
    check([file["path"] for file in reported], ["one.csv", "two.csv"], "the paths")
    check([file["status"] for file in reported], ["LOADED", "LOADED"], "the states")
    check([file["rowsInserted"] for file in reported], [2, 1], "the rows")
    check(reported[0]["fileSize"], files[0].size, "the size")
    check(reported[0]["stageLocation"].startswith("stages/") and reported[0]["stageLocation"].endswith("/day/"),
          True, "the location of an internal stage")
    check(setting.sql("select id, name from orders order by id"), [(1, "ann"), (2, "bob"), (3, "cid")], "the table")

    # Once only, whatever is under the name now; a file that is new goes through.
    setting.put("one.csv", "9,eve\n")
    manager.ingest_files(files + [setting.put("three.csv", "4,dan\n")])
    check([file["path"] for file in until_reported(manager, 1)], ["three.csv"], "a file counts once")
    check(setting.sql("select count(*) from orders where id = 9"), [(0,)], "what was not loaded again")

    # Errors, by the pipe's ON_ERROR, which skips the file.
    bad = setting.put("bad.csv", "5,fay\nx,gus\n")
    manager.ingest_files([bad, StagedFile("missing.csv", None)])
    reported = {file["path"]: file for file in until_reported(manager, 2)}
    check(reported["bad.csv"]["status"], "LOAD_FAILED", "a bad file")
    check((reported["bad.csv"]["firstErrorLineNum"], reported["bad.csv"]["errorsSeen"]), (2, 1), "its error")
    check("'x'" in reported["bad.csv"]["firstError"], True, "its message")
    check(reported["missing.csv"]["status"], "LOAD_FAILED", "a missing file")
    check("systemError" in reported["missing.csv"], True, "why it is missing")
    check(setting.sql("select count(*) from orders"), [(4,)], "nothing of the bad file")

    history = manager.get_history_range(start.isoformat().replace("+00:00", "Z"))
    check(len(history["files"]), 5, "the history")
    check(history["completeResult"], True, "the history is whole")
    check(manager.get_history_range("2020-01-01T00:00:00Z", "2020-01-02T00:00:00Z")["files"], [], "a year ago")
    check(len(setting.sql("select * from table(information_schema.copy_history(table_name => 'orders', "
                          "start_time => dateadd(hour, -1, current_timestamp()), pipe_name => 'orders'))")), 5,
          "the same in SQL")


def pausing(setting):
    manager = setting.manager()
    manager.get_history()
    setting.sql("alter pipe orders set pipe_execution_paused = true")
    manager.ingest_files([setting.put("paused.csv", "7,hal\n")])
    time.sleep(2)
    waiting = manager.get_history()
    check((waiting["files"], waiting["statistics"]["activeFilesCount"]), ([], 1), "a paused pipe")
    setting.sql("alter pipe orders set pipe_execution_paused = false")
    check([file["path"] for file in until_reported(manager, 1)], ["paused.csv"], "resumed")


def names_and_tokens(setting):
    setting.sql('create pipe "my Pipe" as copy into orders from @orders/other/ pattern = \'.*[.]csv\'')
    manager = setting.manager('pipes.Loads."my Pipe"')
    answer = manager.ingest_files([StagedFile("a.txt", 1)])
    check(answer["unmatchedPatternFiles"], ["a.txt"], "what the pattern leaves out")
    for pipe in ("pipes.loads.nothing", "orders", 'pipes.loads."orders"'):
        try:
            setting.manager(pipe).ingest_files([StagedFile("a.csv", 1)])
            raise AssertionError(f"{pipe} is no pipe")
        except IngestResponseError as error:
            check((error.http_error_code, error.code), (404, "390404"), pipe)
    stranger, _ = key_pair(setting.folder, "stranger.pub")
    for user, key in (("ann", stranger), ("eve", setting.key)):
        try:
            setting.manager(user=user, key=key).get_history()
            raise AssertionError(f"{user} has no such key")
        except IngestResponseError as error:
            check((error.http_error_code, error.code), (401, "390144"), "a wrong key")


def by_hand(setting):
    http = setting.http
    check(http("insertReport")[0], 200, "an access token")
    for token, status in (("no", 401), (None, 401)):
        check(http("insertReport", token=token)[0], status, f"the token {token}")
    setting.put("plain.csv", "8,ida\n")
    status, answer = http("insertFiles", body="plain.csv\nplain.csv\n", kind="text/plain",
                          query="?requestId=abc&showSkippedFiles=true")
    check((status, answer["requestId"], answer["skippedFiles"]), (200, "abc", ["plain.csv"]), "plain text")
    file = lambda path: json.dumps({"files": [{"path": path}]})
    many = json.dumps({"files": [{"path": f"{number}.csv"} for number in range(5001)]})
    for body, kind, status in (("{", "application/json", 400), ("[]", "application/json", 400),
                               ('{"files": []}', "application/json", 400), ("", "text/plain", 400),
                               (file(""), "application/json", 400), (file("x" * 1025), "application/json", 400),
                               (file("é" * 513), "application/json", 400), (b"\xff\xfe", "text/plain", 400),
                               (file("a.csv"), "text/csv", 415), (many, "application/json", 429)):
        found, answer = http("insertFiles", body=body, kind=kind)
        check((found, answer["success"], len(answer["code"])), (status, False, 6), f"{kind}: {body[:40]}")
    check(http("insertFiles")[0], 405, "insertFiles is a POST")
    check(http("insertReport", body="{}")[0], 405, "insertReport is a GET")
    check(http("nothing")[0], 404, "no such call")
    for query in ("?beginMark=x", "?recentSeconds=-1"):
        check(http("insertReport", query=query)[0], 400, query)
    for query in ("", "?startTimeInclusive=x"):
        check(http("loadHistoryScan", query=query)[0], 400, f"loadHistoryScan{query}")


with tempfile.TemporaryDirectory() as folder:
    setting = Setting(folder)
    try:
        loading(setting)
        pausing(setting)
        names_and_tokens(setting)
        by_hand(setting)
        setting.close()
    finally:
        setting.process.kill()

"""Logs in to a Snowglobe server in every way there is, with snowflake-connector-python, 4.x or 5.x.

    python python_logins.py SNOWGLOBE

SNOWGLOBE is the program; servers are started for the purpose. Ends with status 0 if everything holds; otherwise the
first thing that does not is raised.
"""

import json
import sys
import tempfile
import time
import urllib.request
import uuid
import warnings

warnings.filterwarnings("ignore", category=FutureWarning)

import snowflake.connector
from cryptography.hazmat.primitives import serialization

import serving
from serving import check


class Server(serving.Server):
    """A server to log in to."""

    def __init__(self, *options):
        super().__init__(sys.argv[1], *options)

    def connect(self, **named):
        return snowflake.connector.connect(
            account="acc", host=self.host, port=int(self.port), protocol="http", login_timeout=10, **named)

    def refused(self, code, **named):
        try:
            self.connect(**named)
        except snowflake.connector.errors.Error as error:
            # The drivers have numbers of their own for a failed login, and the server's in the text or in the number.
            check(str(code) in f"{error.errno} {error}", True, f"{code} in {error.errno} {error}")
            return
        raise AssertionError(f"{named} should not have been let in")

    def post(self, path, token, body):
        """A request by hand: what comes back."""
        request = urllib.request.Request(
            f"http://{self.host}:{self.port}{path}", json.dumps(body).encode(),
            {"Authorization": f'Snowflake Token="{token}"', "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def login(self, user, password, **query):
        query = "&".join(f"{name}={value}" for name, value in query.items())
        body = {"data": {"ACCOUNT_NAME": "x", "LOGIN_NAME": user, "PASSWORD": password}}
        return self.post(f"/session/v1/login-request?{query}", "None", body)[1]

    def query(self, token, sql, **query):
        query = "&".join(f"{name}={value}" for name, value in {"requestId": uuid.uuid4(), **query}.items())
        return self.post(f"/queries/v1/query-request?{query}", token, {"sqlText": sql})[1]


def keys(folder):
    """A key pair: the private key's bytes, and the file of the public key."""
    private, path = serving.key_pair(folder)
    return private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()), path


def users(folder):
    own, public = keys(folder)
    other, _ = keys(tempfile.mkdtemp(dir=folder))
    options = ["--user", "ann", "--password", "secret", "--user", "bob", "--public-key", public,
               "--user", "cid", "--access-token", "pat"]
    with Server(*options) as server:
        with server.connect(user="Ann", password="secret") as connection:
            check(connection.cursor().execute("select current_user()").fetchone(), ("ANN",), "the user")
        server.refused(390100, user="ann", password="wrong")
        server.refused(390100, user="eve", password="secret")
        with server.connect(user="bob", private_key=own, authenticator="SNOWFLAKE_JWT") as connection:
            check(connection.cursor().execute("select current_user()").fetchone(), ("BOB",), "the key's user")
        server.refused(390144, user="bob", private_key=other, authenticator="SNOWFLAKE_JWT")
        with server.connect(user="cid", token="pat", authenticator="PROGRAMMATIC_ACCESS_TOKEN") as connection:
            check(connection.cursor().execute("select 1").fetchone(), (1,), "an access token")
        server.refused(394400, user="cid", token="no", authenticator="PROGRAMMATIC_ACCESS_TOKEN")
        server.refused(390189, user="ann", password="secret", role="no_such_role")


def users_by_sql(folder):
    """Users that CREATE USER makes log in beside those of the command line."""
    own, public = keys(folder)
    with open(public) as text:
        key = "".join(line.strip() for line in text if "-----" not in line)
    with Server("--user", "ann", "--password", "secret", "--clock", "virtual") as server:
        with server.connect(user="ann", password="secret") as connection:
            cursor = connection.cursor()
            cursor.execute("create database own")
            cursor.execute("create warehouse wh")
            cursor.execute("create user dora password = 'pass word' login_name = 'Dora@Home' default_namespace = own.public"
                           " default_warehouse = wh timezone = 'Asia/Tokyo'")
            cursor.execute(f"create user eli rsa_public_key = '{key}' comment = 'a key'")
            server.refused(390100, user="dora", password="pass word")
            server.refused(390100, user="dora@home", password="*****")
            server.refused(390100, user="eli", password="x")
            with server.connect(user="dora@home", password="pass word") as dora:
                names = "select current_user(), current_schema(), current_warehouse(), current_timestamp()::varchar"
                check(dora.cursor().execute(names).fetchone(),
                      ("DORA", "PUBLIC", "WH", "1970-01-01 09:00:00.000 +0900"), "a user's defaults")
            with server.connect(user="eli", private_key=own, authenticator="SNOWFLAKE_JWT") as eli:
                check(eli.cursor().execute("select current_user()").fetchone(), ("ELI",), "a key of SQL")
            cursor.execute("alter user dora set password = $$other$$")
            server.refused(390100, user="dora@home", password="pass word")
            server.connect(user="dora@home", password="other").close()
            cursor.execute("alter user dora set disabled = true")
            server.refused(390101, user="dora@home", password="other")
            cursor.execute("drop user eli")
            server.refused(390144, user="eli", private_key=own, authenticator="SNOWFLAKE_JWT")
            cursor.execute("use database own")
            cursor.execute("select query_text from table(information_schema.query_history())")
            told = str(cursor.fetchall()) + str(cursor.execute("show users").fetchall())
            check([word for word in ("pass word", "$$other$$") if word in told], [], "secrets in the history")


def renewal():
    with Server("--token-seconds", "1") as server:
        with server.connect(user="u", password="p") as connection:
            for _ in range(3):
                check(connection.cursor().execute("select 1").fetchone(), (1,), "after renewal")
                time.sleep(1.2)
    with Server("--token-seconds", "1", "--idle-seconds", "2") as server:
        data = server.login("u", "p")["data"]
        time.sleep(1.1)
        check(server.query(data["token"], "select 1")["code"], "390112", "an expired token")
        renew = lambda token: server.post("/session/token-request", token, {"requestType": "RENEW"})[1]
        renewed = renew(data["masterToken"])["data"]
        check(server.query(renewed["sessionToken"], "select 1")["success"], True, "a new token")
        check(renew(data["masterToken"])["code"], "390115", "a master token that was used")
        time.sleep(2.1)
        check(renew(renewed["masterToken"])["code"], "390114", "an expired master token")


def by_hand():
    """What no client does if all goes well."""
    with Server() as server:
        check(server.query("nonsense", "select 1")["code"], "390104", "a token that is none")
        data = server.login("u", "p", databaseName="", schemaName="no_such", warehouse="")["data"]
        token = data["token"]
        check(data["sessionInfo"]["databaseName"], None, "a database that is not there")
        for path, body in (("/queries/v1/query-request", [1]), ("/session/v1/login-request", {}),
                           ("/queries/v1/abort-request", "x")):
            status, answer = server.post(path, token, body)
            check((status, answer["success"], answer["code"]), (200, False, "390142"), f"a wrong body for {path}")
        status, answer = server.post("/no/such/thing", token, {})
        check((status, answer["success"]), (404, False), "an unknown address")
        status, answer = server.post("/monitoring//queries/x", token, {})
        check((status, answer["success"]), (405, False), "a wrong method")
        # The same request twice runs once.
        server.query(token, "create database once")
        server.query(token, "create table t (n int)")
        for _ in range(2):
            answer = server.query(token, "insert into t values (1)", requestId="same")
            check(answer["data"]["rowset"], [["1"]], "a repeated request")
        answer = server.query(token, "select count(*) from t")["data"]
        check(answer["rowset"], [["1"]], "rows of a repeated request")
        check(answer["queryResultFormat"], "json", "the format for an unknown client")
        found = server.query(token, "select n, n + 1, x.n from t x")["data"]["rowtype"]
        check([(column["database"], column["schema"], column["table"]) for column in found],
              [("ONCE", "PUBLIC", "T"), ("", "", ""), ("ONCE", "PUBLIC", "T")], "whose a column is")
        # What an ALTER SESSION sets stays, whatever came with its request.
        for wanted in ("b", "a"):
            body = {"sqlText": f"alter session set query_tag = '{wanted}'", "parameters": {"QUERY_TAG": "a", "TIMEZONE": "UTC"}}
            server.post(f"/queries/v1/query-request?requestId={uuid.uuid4()}", token, body)
            parameters = server.query(token, "select 1")["data"]["parameters"]
            parameters = {entry["name"]: entry["value"] for entry in parameters}
            check((parameters["QUERY_TAG"], parameters["TIMEZONE"]), (wanted, "America/Los_Angeles"), "parameters")
        check(server.post("/session?delete=true", token, {})[1]["success"], True, "the end of a session")
        check(server.query(token, "select 1")["code"], "390111", "a session that has ended")


with tempfile.TemporaryDirectory() as place:
    users(place)
    users_by_sql(place)
    renewal()
    by_hand()
print(f"snowflake-connector-python {snowflake.connector.__version__}: logins are as they should be")

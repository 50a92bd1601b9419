"""Talks to Snowglobe servers by Snowflake's SQL API, with `requests` and JWTs.

    python sql_api.py SNOWGLOBE

SNOWGLOBE is the program; servers are started for the purpose. Ends with status 0 if everything holds; otherwise the
first thing that does not is raised.
"""

import base64
import datetime
import hashlib
import sys
import tempfile
import time
import uuid

import jwt
import requests
from cryptography.hazmat.primitives import serialization

from serving import Server, check, key_pair

PROGRAM = sys.argv[1]


class Client:
    """A program that uses the API of a server, with a token."""

    def __init__(self, server, token, kind=None):
        self.base = f"http://{server.host}:{server.port}"
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers.update({
            "Authorization": f"Bearer {token}", "Accept": "application/json", "User-Agent": "sqlApiTest/1.0"})
        if kind:
            self.http.headers["X-Snowflake-Authorization-Token-Type"] = kind

    def submit(self, statement, query="", **fields):
        return self.http.post(f"{self.base}/api/v2/statements{query}", json={"statement": statement, **fields})

    def get(self, path):
        return self.http.get(self.base + path)

    def post(self, path):
        return self.http.post(self.base + path)

    def run(self, statement, **fields):
        """The result set of a statement that goes well."""
        answer = self.submit(statement, **fields)
        check(answer.status_code, 200, f"{statement}: {answer.text[:500]}")
        return answer.json()

    def rows(self, statement, **fields):
        return self.run(statement, **fields)["data"]

    def all(self, *statements, **fields):
        """Runs several statements in one request: the result set of each."""
        parameters = {"MULTI_STATEMENT_COUNT": str(len(statements))}
        whole = self.run(";".join(statements), parameters=parameters, **fields)
        check(whole["data"], [["Multiple statements executed successfully."]], "several statements")
        return [self.get(f"/api/v2/statements/{handle}").json() for handle in whole["statementHandles"]]

    def poll(self, address):
        """What comes of a statement that was not waited for."""
        for _ in range(300):
            answer = self.get(address)
            if answer.status_code != 202:
                return answer
            time.sleep(0.1)
        raise AssertionError(f"{address} does not end")


def failed(answer, status, code, state=None):
    body = answer.json()
    check((answer.status_code, body["code"], body.get("sqlState")), (status, code, state), body["message"])
    return body


def token(private, account, user, **changed):
    """A JWT as the documentation says it is made."""
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    fingerprint = "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode()
    now = datetime.datetime.now(datetime.timezone.utc)
    claims = {"iss": f"{account}.{user}.{fingerprint}", "sub": f"{account}.{user}", "iat": now,
              "exp": now + datetime.timedelta(minutes=59), **changed}
    return jwt.encode(claims, private, algorithm="RS256")


def logins(folder):
    own, public = key_pair(folder)
    other, _ = key_pair(tempfile.mkdtemp(dir=folder))
    with Server(PROGRAM, "--user", "bob", "--public-key", public, "--user", "cid", "--access-token", "pat") as server:
        good = token(own, "MYORG-ACC", "BOB")
        for kind in ("KEYPAIR_JWT", None):
            check(Client(server, good, kind).rows("select current_user()"), [["BOB"]], "the key's user")
        for kind in ("PROGRAMMATIC_ACCESS_TOKEN", None):
            check(Client(server, "pat", kind).rows("select current_user()"), [["CID"]], "the token's user")
        now = time.time()
        millis = token(own, "ACC", "BOB", iat=int(now * 1000), exp=int(now + 60) * 1000)
        check(Client(server, millis).rows("select 1"), [["1"]], "a JWT with milliseconds")
        old = token(own, "ACC", "BOB", iat=int(now - 7200), exp=int(now + 3600))
        for bad in (token(other, "ACC", "BOB"), token(own, "ACC", "CID"), old):
            failed(Client(server, bad).submit("select 1"), 401, "390144")
        failed(Client(server, "no", "PROGRAMMATIC_ACCESS_TOKEN").submit("select 1"), 401, "394400")
        failed(Client(server, "x", "OAUTH").submit("select 1"), 401, "390303")
        # One user's statements are nothing to another.
        handle = Client(server, good).run("select 1")["statementHandle"]
        failed(Client(server, "pat").get(f"/api/v2/statements/{handle}"), 422, "000709", "02000")


def results(client):
    client.run("create database api")
    where = {"database": "API", "schema": "PUBLIC"}
    made = client.all("create table t (n int, s varchar(10), d date, b boolean)",
                      "insert into t values (1, 'a', '2020-01-02', true), (2, null, null, false)", **where)
    check(made[1]["stats"], {"numRowsInserted": 2, "numRowsUpdated": 0, "numRowsDeleted": 0,
                             "numDuplicateRowsUpdated": 0}, "the counts of an INSERT")
    answer = client.run("select * from t order by n", **where)
    check(answer["data"], [["1", "a", "18263", "true"], ["2", None, None, "false"]], "rows")
    check([(c["name"], c["type"], c["nullable"], c["length"]) for c in answer["resultSetMetaData"]["rowType"]],
          [("N", "fixed", True, None), ("S", "text", True, 10), ("D", "date", True, None), ("B", "boolean", True, None)],
          "the columns")
    check(client.submit("select null", "?nullable=false").json()["data"], [["null"]], "NULL as a text")
    check(client.rows("select '2019-03-27'::date", parameters={"DATE_OUTPUT_FORMAT": "MM/DD/YYYY"}),
          [["03/27/2019"]], "a date in a format")
    bindings = {"1": {"type": "FIXED", "value": "2"}, "2": {"type": "TEXT", "value": "x"}}
    check(client.rows("select s, ? from t where n = ?", bindings={"1": bindings["2"], "2": bindings["1"]}, **where),
          [[None, "x"]], "bind variables")
    merged = client.run("merge into t using (select 2 n union all select 3) s on t.n = s.n when matched then update set "
                        "s = 'm' when not matched then insert (n) values (s.n)", **where)
    check((merged["stats"]["numRowsInserted"], merged["stats"]["numRowsUpdated"]), (1, 1), "the counts of a MERGE")
    failed(client.submit("select * from nowhere", **where), 422, "002003", "42S02")
    failed(client.submit("select 1", database="api"), 422, "390201", "08004")
    failed(client.submit("select 1", role="NOBODY"), 422, "390189", "08004")


def partitions(client):
    answer = client.submit("select seq4() n, repeat('é', 50) s from table(generator(rowcount => 200000)) order by n")
    body = answer.json()
    rows, parts = body["data"], body["resultSetMetaData"]["partitionInfo"]
    check(answer.links["next"]["url"].endswith("partition=1"), True, "the link to the next partition")
    check(len(parts) > 2, True, f"a large result has partitions: {parts}")
    while "next" in answer.links:
        answer = client.get(answer.links["next"]["url"])
        check((answer.status_code, answer.headers["Content-Encoding"]), (200, "gzip"), "a partition")
        rows += answer.json()["data"]
    check([int(row[0]) for row in rows], list(range(200_000)), "all rows, in order")
    check([part["rowCount"] for part in parts][0] > 0 and sum(part["rowCount"] for part in parts), 200_000, "counts")


def running(client):
    long = ("with a as (select row_number() over (order by 1) as n from table(generator(rowcount => 200000))) "
            "select sum(b.n * c.n) from a as b join a as c on b.n < c.n")
    started = failed(client.submit(long, "?async=true"), 202, "333334")
    address = started["statementStatusUrl"]
    failed(client.get(address), 202, "333334")
    failed(client.post(f"{address}/cancel"), 200, "000604", "57014")
    failed(client.poll(address), 422, "000604", "57014")
    failed(client.post(f"{address}/cancel"), 422, "000605", "57014")
    failed(client.submit(long, timeout=1), 408, "000630", "57014")
    quick = client.submit("select 42", "?async=true").json()
    check(client.poll(quick["statementStatusUrl"]).json()["data"], [["42"]], "a result that was not waited for")


def several(client):
    where = {"database": "API", "schema": "PUBLIC"}
    inserted = client.all("begin transaction", "insert into t values (9, 'tx', null, null)", "commit",
                          "alter session set query_tag = 'many'", "set v = 9", "create schema other", "use schema other",
                          "select s, current_schema() from api.public.t where n = $v", **where)
    check(inserted[-1]["data"], [["tx", "OTHER"]], "one session for all statements of a request")
    for alone in ("begin", "use database api", "set v = 1", "alter session set timezone = 'UTC'",
                  "create temporary table x (n int)", "put file:///tmp/x @~", "get @~ file:///tmp"):
        failed(client.submit(alone, **where), 422, "000002", "0A000")
    count = {"MULTI_STATEMENT_COUNT": "0"}
    body = failed(client.submit("select 1; select x; select 2", parameters=count), 422, "100132", "P0000")
    check('failed on statement "select x" (at line 1, position 10)' in body["message"], True, body["message"])
    body = failed(client.submit("select 1; select 2; select 3"), 422, "000008", "0A000")
    check(body["message"], "Actual statement count 3 did not match the desired statement count 1.", "the count")
    failed(client.submit("select ?; select ?", parameters=count, bindings={"1": {"type": "TEXT", "value": "x"}}),
           422, "000002", "0A000")


def again(client):
    where = {"database": "API", "schema": "PUBLIC"}
    once = f"?requestId={uuid.uuid4()}"
    first = client.submit("insert into t values (50, '', null, null)", once, **where).json()
    for _ in range(3):
        answer = client.submit("insert into t values (50, '', null, null)", f"{once}&retry=true", **where).json()
        check(answer["statementHandle"], first["statementHandle"], "a request that is sent again")
    check(client.rows("select count(*) from t where n = 50", **where), [["1"]], "its rows")


def nonsense(client):
    post = lambda body, **headers: client.http.post(f"{client.base}/api/v2/statements", data=body, headers=headers)
    json = {"Content-Type": "application/json"}
    for body in ("", "{", "[1]", '{"statement": 7}', '{"sqlText": "select 1"}'):
        failed(post(body, **json), 400, "390142")
    failed(post("{}", **json), 422, "000900", "42601")
    failed(post("{}", **{"Content-Type": "text/plain"}), 415, "390142")
    failed(post("{}", **json, Accept="text/html"), 400, "391902")
    failed(client.get("/api/v2/hello"), 404, "390404")
    check(client.get("/api/v2/statements").status_code, 405, "a wrong method")
    failed(client.get("/api/v2/statements/019c07bc-0000-df4f-0000-001000067c3e"), 422, "000709", "02000")
    handle = client.run("select 1")["statementHandle"]
    for partition in ("1", "-1", "x"):
        failed(client.get(f"/api/v2/statements/{handle}?partition={partition}"), 400, "390142")
    bare = requests.get(f"{client.base}/api/v2/statements/{handle}", headers={"User-Agent": "x"})
    failed(bare, 401, "390101")


with tempfile.TemporaryDirectory() as place:
    logins(place)
with Server(PROGRAM) as open_server:
    one = Client(open_server, "anything")
    for part in (results, partitions, running, several, again, nonsense):
        part(one)
print(f"requests {requests.__version__}, PyJWT {jwt.__version__}: the SQL API is as it should be")

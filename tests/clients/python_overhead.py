"""Compares `select 1` through snowflake-connector-python with the same against a server that answers from a constant.

    python python_overhead.py HOST:PORT [MOST]

Prints both times and their ratio; with MOST, a ratio above it ends with status 1. Meant for a release build. The
constant server records what Snowglobe answers, and plays it back without looking at the request.
"""

import http.server
import socketserver
import statistics
import sys
import threading
import time
import urllib.request
import warnings

warnings.filterwarnings("ignore", category=FutureWarning)

import snowflake.connector

ROUNDS, STATEMENTS = 7, 100


class Recorder(http.server.BaseHTTPRequestHandler):
    """Asks Snowglobe the first time that a path is asked for, and answers the same ever after."""

    protocol_version = "HTTP/1.1"
    answers = {}
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.split("?")[0]
        if path not in self.answers:
            kept = ("Authorization", "Content-Type", "Content-Encoding")
            headers = {name: self.headers[name] for name in kept if name in self.headers}
            request = urllib.request.Request(f"http://{sys.argv[1]}{self.path}", data=body, headers=headers)
            with urllib.request.urlopen(request) as reply:
                text = reply.read()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
            self.answers[path] = head.encode() + text
        self.wfile.write(self.answers[path])

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True


def connect(address):
    host, port = address.rsplit(":", 1)
    return snowflake.connector.connect(account="test", user="tester", password="any", host=host, port=int(port),
                                       protocol="http")


def measure(cursor):
    start = time.perf_counter()
    for _ in range(STATEMENTS):
        cursor.execute("select 1").fetchall()
    return (time.perf_counter() - start) / STATEMENTS * 1000


def main():
    constant = Server(("127.0.0.1", 0), Recorder)
    threading.Thread(target=constant.serve_forever, daemon=True).start()
    cursors = [connect(address).cursor() for address in (sys.argv[1], f"127.0.0.1:{constant.server_address[1]}")]
    for cursor in cursors:
        measure(cursor)
    # Turn and turn about, so that both have the same of whatever else the machine does.
    times = [[measure(cursor) for cursor in cursors] for _ in range(ROUNDS)]
    here, reference = (statistics.median(column) for column in zip(*times))
    print(f"snowflake-connector-python {snowflake.connector.__version__}: select 1 takes {here:.2f} ms, "
          f"{reference:.2f} ms from a constant: {here / reference:.2f}")
    if len(sys.argv) > 2 and here / reference > float(sys.argv[2]):
        raise SystemExit(1)


main()

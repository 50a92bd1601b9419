"""Runs handlers in Python for Snowglobe.

Reads requests from standard input and writes one reply to each, after a first message that tells what this Python can do.
A message is JSON and, behind it, a stream of Arrow for those columns that JSON has `null` for; each is preceded by its
length in four bytes. The values of a column in JSON are written as its type says, see `values`. What handlers print goes to
standard error.
"""

import json
import os
import queue
import shutil
import struct
import sys
import threading
import time

from . import arrow, functions, procedures
from .code import Modules, Refusal, snowflake_module, told
from .logs import Logged

CALLS = {"scalar": functions.scalar, "table": functions.table, "procedure": procedures.procedure}
LOGGED = Logged()


def answer(modules, request, stream):
    body = request["code"]["body"]
    try:
        if os.environ.get("TZ") != request["timezone"]:
            os.environ["TZ"] = request["timezone"]
            time.tzset()
        LOGGED.begin(request["log_level"])
        if stream:
            for place, column in arrow.columns(stream).items():
                request["columns"][place] = column
        handler = modules.handler(request["code"])
        return CALLS[request["call"]](handler, request)
    except Refusal as refusal:
        return {"refused": str(refusal)}
    except BaseException as error:  # Also SystemExit, which a handler may raise.
        return {"raised": told(error, body)}


def received(requests):
    """A request: JSON, and the columns that came as Arrow; None at the end."""
    parts = []
    for _ in range(2):
        head = requests.read(4)
        if len(head) < 4:
            return None
        parts.append(requests.read(struct.unpack(">I", head)[0]))
    return parts


def sent(replies, reply):
    """Writes a reply. Columns that are lists of Arrow's arrays go as Arrow."""
    columns, stream = {}, b""
    for place, column in enumerate(reply.get("columns", ())):
        if column and arrow.is_column(column[0]):
            import pyarrow

            columns[place] = pyarrow.concat_arrays(column)
            reply["columns"][place] = None
    if columns:
        stream = arrow.stream(columns)
    body = json.dumps(reply).encode()
    replies.write(struct.pack(">I", len(body)) + body + struct.pack(">I", len(stream)) + stream)
    replies.flush()


def main():
    # Handlers that write to standard output must not write into the replies.
    replies = os.fdopen(os.dup(1), "wb")
    requests = os.fdopen(os.dup(0), "rb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    folder = sys.argv[1]
    sys._xoptions["snowflake_import_directory"] = os.path.join(folder, "")
    for name in sorted(os.listdir(folder)):
        if name.endswith((".zip", ".whl")):
            sys.path.insert(0, os.path.join(folder, name))
    sys.path.insert(0, folder)
    sys.modules["_snowflake"] = snowflake_module()
    waiting = queue.SimpleQueue()

    sent(replies, {"arrow": arrow.AVAILABLE})

    def read():
        # With its parent this program ends, whatever it is doing.
        while True:
            request = received(requests)
            if request is None:
                own = os.path.dirname(folder)
                if os.path.basename(own).startswith("snowglobe-python-"):
                    shutil.rmtree(own, ignore_errors=True)
                os._exit(0)
            waiting.put(request)

    threading.Thread(target=read, daemon=True).start()
    modules = Modules()
    while True:
        body, stream = waiting.get()
        request = json.loads(body)
        reply = answer(modules, request, stream)
        logged = LOGGED.taken()
        if logged:
            reply["log"] = logged
        sent(replies, reply)

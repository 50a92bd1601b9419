"""Runs handlers in Python for Snowglobe.

Reads requests from standard input and writes one reply to each: a length of four bytes, then JSON of that many bytes. The
values of a column are written as its type says, see `decoder` and `encoder`. What handlers print goes to standard error.
"""

import collections
import datetime
import decimal
import importlib
import importlib.metadata
import json
import linecache
import logging
import os
import queue
import re
import shutil
import struct
import sys
import threading
import time
import traceback
import types

CODE = "_udf_code.py"
MOST_MODULES = 32
MOST_ROWS = 4096
MOST_RECORDS = 10_000
EPOCH = datetime.datetime(1970, 1, 1)
EPOCH_DAY = EPOCH.toordinal()
MICROSECOND = datetime.timedelta(microseconds=1)


class SqlNull:
    """A VARIANT that is SQL NULL, which None is not: None is JSON's null."""

    is_sql_null = True

    def __repr__(self):
        return "sqlNullWrapper"


SQL_NULL = SqlNull()


class Refusal(Exception):
    """What cannot be run, in words for the user."""


def snowflake_module():
    """The module `_snowflake` that handlers import."""

    def vectorized(input, max_batch_size=None, flatten_object_input=False):
        if flatten_object_input:
            raise Refusal("Unsupported feature 'flatten_object_input of vectorized'.")

        def mark(function):
            function._sf_vectorized_input = input
            if max_batch_size is not None:
                function._sf_max_batch_size = max_batch_size
            return function

        return mark

    module = types.ModuleType("_snowflake")
    module.vectorized = vectorized
    module.sqlNullWrapper = SQL_NULL
    return module


# Values ------------------------------------------------------------------------------------------------------------


def naive(nanos):
    return EPOCH + datetime.timedelta(microseconds=nanos // 1000)


def time_of(nanos):
    seconds, nanos = divmod(nanos, 1_000_000_000)
    return datetime.time(seconds // 3600, seconds // 60 % 60, seconds % 60, nanos // 1000)


def aware(value):
    nanos, minutes = value
    zone = datetime.timezone(datetime.timedelta(minutes=minutes))
    return (EPOCH + datetime.timedelta(microseconds=nanos // 1000)).replace(tzinfo=datetime.timezone.utc).astimezone(zone)


def loaded(value):
    """A semi-structured value; the holes of arrays stand in its text as `undefined`."""
    if "undefined" in value:
        value = re.sub(r'("(?:[^"\\]|\\.)*")|undefined', lambda found: found.group(1) or "null", value)
    return json.loads(value)


def decoder(kind):
    """What makes a Python value of a type from its JSON."""
    return {
        "NUMBER": decimal.Decimal,
        "FLOAT": float,
        "BINARY": bytes.fromhex,
        "DATE": lambda days: datetime.date.fromordinal(EPOCH_DAY + days),
        "TIME": time_of,
        "NTZ": naive,
        "LTZ": naive,
        "TZ": aware,
        "VARIANT": loaded,
        "OBJECT": loaded,
        "ARRAY": loaded,
    }.get(kind)


def decoded(kind, values):
    """The values of an argument, a list."""
    null = SQL_NULL if kind == "VARIANT" else None
    decode = decoder(kind)
    if decode is None:
        return values
    return [null if value is None else decode(value) for value in values]


def unboxed(value):
    """A value of numpy or pandas as Python's own; what is missing there is None."""
    module = type(value).__module__
    if module == "builtins":
        return value
    if module.startswith("pandas") and type(value).__name__ in ("NAType", "NaTType"):
        return None
    if module.startswith("numpy") and hasattr(value, "item"):
        if value.dtype.kind in "mM":
            return None if str(value) == "NaT" else value
        return value.item()
    return value


def wrong(value, wanted):
    return TypeError(f"{wanted} is wanted, not {type(value).__name__}")


def number(value):
    if isinstance(value, (int, float, decimal.Decimal)):
        return str(int(value)) if isinstance(value, bool) else format(decimal.Decimal(str(value)), "f")
    raise wrong(value, "int or decimal.Decimal")


def floating(value):
    if isinstance(value, (int, float, decimal.Decimal)):
        return repr(float(value))
    raise wrong(value, "float")


def text(value):
    if isinstance(value, str):
        return value
    raise TypeError("bad argument type for built-in operation")


def binary(value):
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).hex()
    raise wrong(value, "bytes")


def boolean(value):
    if isinstance(value, bool):
        return value
    raise wrong(value, "bool")


def nanoseconds(value):
    """The count of a time of numpy's or pandas'; None for others."""
    if type(value).__module__.startswith("numpy") and hasattr(value, "dtype"):
        unit = "datetime64[ns]" if value.dtype.kind == "M" else "timedelta64[ns]"
        return int(value.astype(unit).astype("int64"))
    if type(value).__module__.startswith("pandas") and hasattr(value, "value"):
        return value.value
    return None


def date(value):
    nanos = nanoseconds(value)
    if nanos is not None:
        return nanos // 86_400_000_000_000
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return value.toordinal() - EPOCH_DAY
    raise wrong(value, "datetime.date")


def time_value(value):
    nanos = nanoseconds(value)
    if nanos is not None:
        return nanos
    if isinstance(value, datetime.timedelta):
        return value // MICROSECOND * 1000
    if isinstance(value, datetime.time):
        return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000_000 + value.microsecond * 1000
    raise wrong(value, "datetime.time")


def naive_value(value):
    if getattr(value, "tzinfo", None) is not None:
        raise TypeError("a datetime.datetime without a time zone is wanted")
    nanos = nanoseconds(value)
    if nanos is not None:
        return nanos
    if isinstance(value, datetime.datetime):
        return (value - EPOCH) // MICROSECOND * 1000
    raise wrong(value, "datetime.datetime")


def aware_value(value):
    if not isinstance(value, datetime.datetime):
        raise wrong(value, "datetime.datetime")
    offset = value.utcoffset()
    if offset is None:
        raise TypeError("a datetime.datetime with a time zone is wanted")
    nanos = nanoseconds(value)
    if nanos is None:
        nanos = (value.replace(tzinfo=None) - offset - EPOCH) // MICROSECOND * 1000
    return [nanos, offset // datetime.timedelta(minutes=1)]


def embedded(value):
    """What JSON has no form for, inside a VARIANT."""
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, SqlNull):
        return None
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex().upper()
    if isinstance(value, (datetime.date, datetime.time)):
        return str(value)
    plain = unboxed(value)
    if plain is not value:
        return plain
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def semi_structured(value):
    return json.dumps(value, default=embedded, ensure_ascii=False)


def dictionary(value):
    if isinstance(value, dict):
        return semi_structured(value)
    raise wrong(value, "dict")


def sequence(value):
    if isinstance(value, dict) or isinstance(value, str) or not hasattr(value, "__iter__"):
        raise wrong(value, "list")
    return semi_structured(value if isinstance(value, (list, tuple)) else list(value))


ENCODERS = {
    "INT": number,
    "NUMBER": number,
    "FLOAT": floating,
    "VARCHAR": text,
    "BINARY": binary,
    "BOOLEAN": boolean,
    "DATE": date,
    "TIME": time_value,
    "NTZ": naive_value,
    "LTZ": naive_value,
    "TZ": aware_value,
    "OBJECT": dictionary,
    "ARRAY": sequence,
}


def encoder(kind):
    """What makes JSON of a Python value for a type."""
    if kind == "VARIANT":
        return lambda value: None if getattr(value, "is_sql_null", False) else semi_structured(unboxed(value))
    encode = ENCODERS[kind]

    def encoded(value):
        value = unboxed(value)
        return None if value is None or getattr(value, "is_sql_null", False) else encode(value)

    return encoded


# Code --------------------------------------------------------------------------------------------------------------


def version_of(text):
    return tuple(int(part) for part in re.findall(r"\d+", text)[:4])


def satisfied(installed, operator, wanted):
    if operator in ("=", "==") and "*" in wanted:
        return installed.startswith(wanted.rstrip("*"))
    left, right = version_of(installed), version_of(wanted)
    width = max(len(left), len(right))
    left, right = (side + (0,) * (width - len(side)) for side in (left, right))
    return {"=": left == right, "==": left == right, "!=": left != right, ">=": left >= right, "<=": left <= right,
            ">": left > right, "<": left < right}[operator]


def check_packages(packages):
    for package in packages:
        found = re.match(r"\s*([A-Za-z0-9._-]+)\s*(\[[^\]]*\])?\s*(.*)$", package)
        if not found:
            raise Refusal(f"'{package}' in PACKAGES is no package.")
        name, _, conditions = found.groups()
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            raise Refusal(f"The package '{name}' is not installed for {sys.executable}. "
                          f"Install it: {sys.executable} -m pip install '{package.strip()}'") from None
        for operator, wanted in re.findall(r"(==|>=|<=|!=|=|>|<)\s*([0-9A-Za-z.*+!-]+)", conditions):
            if not satisfied(installed, operator, wanted):
                raise Refusal(f"The package '{name}' is installed for {sys.executable} in version {installed}, not "
                              f"{operator}{wanted}. Install it: {sys.executable} -m pip install '{package.strip()}'")


class Modules:
    """The modules that were made of bodies."""

    def __init__(self):
        self.known = collections.OrderedDict()

    def handler(self, code):
        """The function or class that a request calls."""
        body, name = code["body"], code["handler"]
        key = (code["scope"], name, body)
        if key in self.known:
            self.known.move_to_end(key)
            return self.known[key]
        check_packages(code["packages"])
        module_name, _, own = name.rpartition(".")
        if body.strip():
            own = name
            module = types.ModuleType("_udf_code")
            module.__file__ = CODE
            show_source(body)
            exec(compile(body, CODE, "exec"), module.__dict__)
        elif module_name:
            module = importlib.import_module(module_name)
        else:
            raise Refusal(f"The handler '{name}' names no module, and there is no body.")
        try:
            handler = module
            for part in own.split("."):
                handler = getattr(handler, part)
        except AttributeError:
            raise Refusal(f"Function '{name}' is not defined in the code of the handler.") from None
        self.known[key] = handler
        while len(self.known) > MOST_MODULES:
            self.known.popitem(last=False)
        return handler


def show_source(body):
    """Has tracebacks show the lines of a body."""
    linecache.cache[CODE] = (len(body), None, body.splitlines(True), CODE)


def told(error, body):
    """An exception as Snowflake tells it: without the frames of this program."""
    if isinstance(error, Refusal):
        return str(error)
    show_source(body)
    shown = traceback.TracebackException.from_exception(error)
    seen = set()

    def strip(part):
        if part is None or id(part) in seen:
            return
        seen.add(id(part))
        own = [frame for frame in part.stack if frame.filename != __file__ and not frame.filename.startswith("<frozen")]
        part.stack = traceback.StackSummary.from_list(own)
        strip(part.__cause__)
        strip(part.__context__)

    strip(shown)
    return "".join(shown.format())


class Logged(logging.Handler):
    """What a handler logs in one call, to be told with its result."""

    PLAIN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

    def __init__(self):
        super().__init__(1)
        self.records = []

    def emit(self, record):
        if len(self.records) >= MOST_RECORDS:
            return
        try:
            attributes = {"code.lineno": record.lineno, "code.function": record.funcName, "code.filepath": record.pathname}
            attributes.update((name, value) for name, value in vars(record).items() if name not in self.PLAIN)
            attributes = json.loads(json.dumps(attributes, default=str))
            self.records.append([record.levelno, record.getMessage(), record.name, attributes])
        except Exception:
            self.handleError(record)

    def begin(self, level):
        root = logging.getLogger()
        root.setLevel(level)
        if self not in root.handlers:
            root.addHandler(self)

    def taken(self):
        records, self.records = self.records, []
        return records


LOGGED = Logged()

# Calls -------------------------------------------------------------------------------------------------------------


def series(pandas, argument, values):
    """An argument as pandas holds it."""
    kind = argument["kind"]
    if kind == "INT":
        precision = argument["precision"]
        width = 16 if precision <= 4 else 32 if precision <= 9 else 64
        limit = 1 << (width - 1)
        if all(value is None or -limit <= value < limit for value in values):
            return pandas.Series(pandas.array(values, dtype=f"Int{width}"))
        return pandas.Series([None if value is None else decimal.Decimal(value) for value in values], dtype=object)
    if kind == "FLOAT":
        return pandas.Series([None if value is None else float(value) for value in values], dtype="float64")
    if kind == "BOOLEAN":
        return pandas.Series(pandas.array(values, dtype="boolean"))
    if kind == "VARCHAR":
        return pandas.Series(pandas.array(values, dtype="string"))
    if kind in ("DATE", "NTZ", "LTZ"):
        unit = 86_400_000_000_000 if kind == "DATE" else 1
        counts = [None if value is None else value * unit for value in values]
        return pandas.Series(pandas.to_datetime(pandas.Series(counts, dtype="Int64"), unit="ns"))
    if kind == "TIME":
        return pandas.Series(pandas.to_timedelta(pandas.Series(values, dtype="Int64"), unit="ns"))
    if kind == "TZ":
        def stamp(value):
            zone = datetime.timezone(datetime.timedelta(minutes=value[1]))
            return pandas.Timestamp(value[0], unit="ns", tz="UTC").tz_convert(zone)

        return pandas.Series([pandas.NA if value is None else stamp(value) for value in values], dtype=object)
    return pandas.Series(decoded(kind, values), dtype=object)


def vectorized(handler, request):
    """The values that a handler gives for batches of rows."""
    import pandas

    if handler._sf_vectorized_input is not pandas.DataFrame:
        raise Refusal("Unsupported feature 'a vectorized handler whose input is no pandas.DataFrame'.")
    rows, results = request["rows"], []
    size = min(getattr(handler, "_sf_max_batch_size", None) or MOST_ROWS, MOST_ROWS)
    for start in range(0, rows, size):
        end = min(start + size, rows)
        columns = zip(request["arguments"], request["columns"])
        frame = pandas.DataFrame({
            at: series(pandas, argument, values[start:end]) for at, (argument, values) in enumerate(columns)
        }, index=range(end - start))
        made = list(handler(frame))
        if len(made) != end - start:
            raise ValueError(f"the handler returned {len(made)} values for {end - start} rows")
        # What pandas holds for a missing number is a missing value.
        results.extend(None if isinstance(value, float) and value != value else value for value in made)
    return results


def arguments_of(request):
    columns = [decoded(argument["kind"], values) for argument, values in zip(request["arguments"], request["columns"])]
    return zip(*columns) if columns else (() for _ in range(request["rows"]))


def scalar(handler, request):
    encode = encoder(request["returns"][0]["kind"])
    if getattr(handler, "_sf_vectorized_input", None) is not None:
        results = vectorized(handler, request)
    else:
        results = (handler(*arguments) for arguments in arguments_of(request))
    return {"columns": [[encode(result) for result in results]]}


def table(handler, request):
    """The rows of arguments are one partition. Each row that is given tells of which of them it comes, if of any."""
    encoders = [encoder(column["kind"]) for column in request["returns"]]
    columns, inputs = [[] for _ in encoders], []
    for method in ("process", "end_partition"):
        function = getattr(handler, method, None)
        marks = ("_sf_vectorized_input", "_sf_vectorized_process")
        if any(hasattr(function, mark) for mark in marks):
            raise Refusal("Unsupported feature 'vectorized table functions in PYTHON'.")

    def add(results, row):
        for result in results if results is not None else ():
            if result is None:
                break
            if not isinstance(result, (tuple, list)):
                # `yield (value)` is documented to give one column, although it is no tuple.
                result = (result,)
            if len(result) != len(columns):
                raise ValueError(f"a row has {len(result)} values, RETURNS TABLE has {len(columns)} columns")
            for column, encode, value in zip(columns, encoders, result):
                column.append(encode(value))
            inputs.append(row)

    instance = handler()
    for row, arguments in enumerate(arguments_of(request)):
        add(instance.process(*arguments), row)
    if hasattr(instance, "end_partition"):
        add(instance.end_partition(), None)
    return {"columns": columns, "inputs": inputs}


def connected(settings):
    try:
        from snowflake.snowpark import Session
    except ImportError:
        raise Refusal("A procedure in PYTHON needs the package 'snowflake-snowpark-python', which is not installed for "
                      f"{sys.executable}. Install it: {sys.executable} -m pip install snowflake-snowpark-python") from None
    return Session.builder.configs({name: value for name, value in settings.items() if value is not None}).create()


def column_type(data_type):
    """A Snowpark type as SQL writes it, and the kind of its values."""
    name = type(data_type).__name__
    if name == "DecimalType":
        kind = "NUMBER" if data_type.scale else "INT"
        return f"NUMBER({data_type.precision},{data_type.scale})", kind
    if name == "TimestampType":
        zone = str(getattr(data_type, "tz", "")).rpartition(".")[2].upper()
        zone = zone if zone in ("NTZ", "LTZ", "TZ") else "NTZ"
        return f"TIMESTAMP_{zone}", zone
    known = {
        "ByteType": ("NUMBER(38,0)", "INT"), "ShortType": ("NUMBER(38,0)", "INT"), "IntegerType": ("NUMBER(38,0)", "INT"),
        "LongType": ("NUMBER(38,0)", "INT"), "FloatType": ("FLOAT", "FLOAT"), "DoubleType": ("FLOAT", "FLOAT"),
        "StringType": ("VARCHAR", "VARCHAR"), "BooleanType": ("BOOLEAN", "BOOLEAN"), "BinaryType": ("BINARY", "BINARY"),
        "DateType": ("DATE", "DATE"), "TimeType": ("TIME", "TIME"), "VariantType": ("VARIANT", "VARIANT"),
        "ArrayType": ("ARRAY", "ARRAY"), "MapType": ("OBJECT", "OBJECT"),
    }
    if name not in known:
        raise Refusal(f"Unsupported feature 'a column of {data_type} in the result of a procedure in PYTHON'.")
    return known[name]


def frame_columns(frame):
    if not (hasattr(frame, "collect") and hasattr(frame, "schema")):
        raise wrong(frame, "a Snowpark DataFrame")
    fields = [(field.name, *column_type(field.datatype)) for field in frame.schema.fields]
    rows = frame.collect()

    def column(at, kind):
        encode = encoder(kind)
        if kind in ("VARIANT", "ARRAY", "OBJECT"):
            return [row[at] for row in rows]
        if kind == "LTZ":
            return [None if row[at] is None else naive_value(row[at].astimezone().replace(tzinfo=None)) for row in rows]
        return [encode(row[at]) for row in rows]

    return {
        "schema": [[name, sql] for name, sql, _ in fields],
        "columns": [column(at, kind) for at, (_, _, kind) in enumerate(fields)],
    }


def procedure(handler, request):
    session = connected(request["session"])
    try:
        (arguments,) = arguments_of(request)
        result = handler(session, *arguments)
        if request["returns"] is None:
            return frame_columns(result)
        if hasattr(result, "collect") and hasattr(result, "schema"):
            raise wrong(result, "a value")
        return {"columns": [[encoder(request["returns"][0]["kind"])(result)]]}
    finally:
        session.close()


CALLS = {"scalar": scalar, "table": table, "procedure": procedure}


def answer(modules, request):
    body = request["code"]["body"]
    try:
        if os.environ.get("TZ") != request["timezone"]:
            os.environ["TZ"] = request["timezone"]
            time.tzset()
        LOGGED.begin(request["log_level"])
        handler = modules.handler(request["code"])
        return CALLS[request["call"]](handler, request)
    except Refusal as refusal:
        return {"refused": str(refusal)}
    except BaseException as error:  # Also SystemExit, which a handler may raise.
        return {"raised": told(error, body)}


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

    def read():
        # With its parent this program ends, whatever it is doing.
        while True:
            head = requests.read(4)
            if len(head) < 4:
                own = os.path.dirname(folder)
                if os.path.basename(own).startswith("snowglobe-python-"):
                    shutil.rmtree(own, ignore_errors=True)
                os._exit(0)
            (length,) = struct.unpack(">I", head)
            waiting.put(requests.read(length))

    threading.Thread(target=read, daemon=True).start()
    modules = Modules()
    while True:
        reply = answer(modules, json.loads(waiting.get()))
        logged = LOGGED.taken()
        if logged:
            reply["log"] = logged
        body = json.dumps(reply).encode()
        replies.write(struct.pack(">I", len(body)) + body)
        replies.flush()


main()

"""Procedures, whose sessions are Snowpark's."""

import sys

from .code import Refusal
from .functions import arguments_of
from .values import encoder, naive_value, wrong


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

"""Values of SQL's types in Python, and as the server has them.

`decoded` makes Python values of an argument's, `encoder` makes of a result what JSON can hold.
"""

import datetime
import decimal
import json
import re

EPOCH = datetime.datetime(1970, 1, 1)
EPOCH_DAY = EPOCH.toordinal()
MICROSECOND = datetime.timedelta(microseconds=1)


class SqlNull:
    """A VARIANT that is SQL NULL, which None is not: None is JSON's null."""

    is_sql_null = True

    def __repr__(self):
        return "sqlNullWrapper"


SQL_NULL = SqlNull()


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
        "BINARY": lambda value: value if isinstance(value, bytes) else bytes.fromhex(value),
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

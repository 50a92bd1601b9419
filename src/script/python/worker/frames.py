"""Vectorized functions: arguments as pandas holds them, and the values of batches."""

import datetime
import decimal

from . import arrow
from .code import Refusal
from .values import decoded, wrong

MOST_ROWS = 4096


def width_of(argument):
    """The bits of the integers that a NUMBER without a fraction becomes."""
    precision = argument["precision"]
    return 16 if precision <= 4 else 32 if precision <= 9 else 64


def from_column(pandas, argument, column):
    """An argument that came as Arrow."""
    import pyarrow

    kind = argument["kind"]
    if kind == "INT":
        width = width_of(argument)
        held = {16: pyarrow.int16(), 32: pyarrow.int32(), 64: pyarrow.int64()}[width]
        mapped = {16: pandas.Int16Dtype(), 32: pandas.Int32Dtype(), 64: pandas.Int64Dtype()}[width]
        return column.cast(held).to_pandas(types_mapper={held: mapped}.get)
    if kind == "FLOAT":
        # A handler may write into what it gets.
        return column.to_pandas().copy()
    if kind == "BOOLEAN":
        return column.to_pandas(types_mapper={pyarrow.bool_(): pandas.BooleanDtype()}.get)
    if kind == "VARCHAR":
        return column.to_pandas(types_mapper={pyarrow.string(): pandas.StringDtype()}.get)
    if kind == "DATE":
        return column.cast(pyarrow.date32()).cast(pyarrow.timestamp("ns")).to_pandas()
    if kind in ("NTZ", "LTZ"):
        return column.cast(pyarrow.timestamp("ns")).to_pandas()
    if kind == "TIME":
        return column.cast(pyarrow.duration("ns")).to_pandas()
    return pandas.Series(decoded(kind, column.to_pylist()), dtype=object)


def series(pandas, argument, values):
    """An argument as pandas holds it."""
    if arrow.is_column(values):
        return from_column(pandas, argument, values)
    kind = argument["kind"]
    if kind == "INT":
        width = width_of(argument)
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


def batches(handler, request):
    """What a handler gives for each batch of rows: a sequence of as many values as the batch has rows."""
    import pandas

    if handler._sf_vectorized_input is not pandas.DataFrame:
        raise Refusal("Unsupported feature 'a vectorized handler whose input is no pandas.DataFrame'.")
    rows = request["rows"]
    size = min(getattr(handler, "_sf_max_batch_size", None) or MOST_ROWS, MOST_ROWS)
    for start in range(0, rows, size):
        end = min(start + size, rows)
        columns = zip(request["arguments"], request["columns"])
        frame = pandas.DataFrame({
            at: series(pandas, argument, values[start:end]) for at, (argument, values) in enumerate(columns)
        }, index=range(end - start))
        made = handler(frame)
        if isinstance(made, pandas.DataFrame):
            raise wrong(made, "pandas.Series or an array")
        if not hasattr(made, "__len__"):
            made = list(made)
        if len(made) != end - start:
            raise ValueError(f"the handler returned {len(made)} values for {end - start} rows")
        yield made

"""Columns as Arrow, where `pyarrow` is installed: what comes is kept as it is until somebody wants its values."""

import importlib.util

#: Whether the server may send columns as Arrow. The package is imported with the first of them.
AVAILABLE = importlib.util.find_spec("pyarrow") is not None


def columns(stream):
    """The columns of a stream, by the places of the arguments that they are."""
    import pyarrow

    table = pyarrow.ipc.open_stream(stream).read_all()
    return {int(name): table.column(name).combine_chunks() for name in table.column_names}


def stream(columns):
    """A stream of columns by their places, for the server."""
    import pyarrow

    batch = pyarrow.record_batch(list(columns.values()), names=[str(place) for place in columns])
    sink = pyarrow.BufferOutputStream()
    with pyarrow.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def is_column(values):
    return hasattr(values, "to_pylist")


def plain(values):
    """A column's values, a list."""
    return values.to_pylist() if is_column(values) else values


def packed(kind, values, missing):
    """The values of a result as a column; None where they are no plain values of the type, which others tell apart.

    `missing` says whether NaN stands for a missing value.
    """
    import pyarrow

    wanted = {
        "INT": (pyarrow.int64(), pyarrow.types.is_integer),
        "NUMBER": (pyarrow.int64(), pyarrow.types.is_integer),
        "FLOAT": (pyarrow.float64(), lambda held: pyarrow.types.is_integer(held) or pyarrow.types.is_floating(held)),
        "VARCHAR": (pyarrow.string(), lambda held: pyarrow.types.is_string(held) or pyarrow.types.is_large_string(held)),
        "BOOLEAN": (pyarrow.bool_(), pyarrow.types.is_boolean),
    }.get(kind)
    if wanted is None:
        return None
    to, fits = wanted
    try:
        column = pyarrow.array(values, from_pandas=missing)
        if isinstance(column, pyarrow.ChunkedArray):
            column = column.combine_chunks()
        if column.type == to:
            return column
        return column.cast(to) if fits(column.type) or pyarrow.types.is_null(column.type) else None
    except (pyarrow.ArrowException, OverflowError, TypeError, ValueError):
        return None

"""Functions: scalar ones, row by row or vectorized, and table functions over a partition."""

from . import arrow
from .code import Refusal
from .frames import batches
from .values import decoded, encoder


def arguments_of(request):
    columns = [decoded(argument["kind"], arrow.plain(values)) for argument, values in zip(request["arguments"], request["columns"])]
    return zip(*columns) if columns else (() for _ in range(request["rows"]))


def scalar(handler, request):
    kind = request["returns"][0]["kind"]
    if getattr(handler, "_sf_vectorized_input", None) is not None:
        missing, pieces = True, list(batches(handler, request))
    else:
        missing, pieces = False, [[handler(*arguments) for arguments in arguments_of(request)]]
    if request["arrow"]:
        columns = [arrow.packed(kind, piece, missing) for piece in pieces]
        if all(column is not None for column in columns):
            return {"columns": [columns]}
    encode = encoder(kind)
    # What pandas holds for a missing number is a missing value.
    absent = lambda value: missing and isinstance(value, float) and value != value
    return {"columns": [[encode(None if absent(value) else value) for piece in pieces for value in piece]]}


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

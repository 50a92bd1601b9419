"""The code of handlers: packages, modules that are made of bodies, and what goes wrong in them."""

import collections
import importlib
import importlib.metadata
import linecache
import os
import re
import sys
import traceback
import types

from .values import SQL_NULL

CODE = "_udf_code.py"
MOST_MODULES = 32
OWN = os.path.dirname(__file__)


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
        own = [frame for frame in part.stack if not frame.filename.startswith(OWN) and not frame.filename.startswith("<frozen")]
        part.stack = traceback.StackSummary.from_list(own)
        strip(part.__cause__)
        strip(part.__context__)

    strip(shown)
    return "".join(shown.format())

"""Finds the program `snowglobe`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

OPTION = "--snowglobe"
INI = "snowglobe_program"
VARIABLE = "SNOWGLOBE"

WHAT_TO_DO = f"""\
Build it in Snowglobe's repository with `cargo build --release`, which makes target/release/snowglobe, and say where it
is, in one of these ways:
  pytest {OPTION}=PATH
  {INI} = PATH    in pytest's configuration, relative to its file
  {VARIABLE}=PATH    in the environment
  a folder in PATH that has it"""


class ProgramNotFound(Exception):
    """There is no program to start; the text says what to do."""


def find(config: pytest.Config) -> str:
    """The program's path: from the option, else the configuration, else the environment, else PATH.

    Each may also be a name that is in PATH. Raises `ProgramNotFound` where the first that is given leads to nothing.
    """
    started_in = config.invocation_params.dir
    settings = [
        (OPTION, config.getoption("snowglobe_program"), started_in),
        (INI, config.getini(INI), config.inipath.parent if config.inipath else config.rootpath),
        (VARIABLE, os.environ.get(VARIABLE), started_in),
    ]
    for source, value, folder in settings:
        if not value:
            continue
        path = Path(value).expanduser()
        found = shutil.which(folder / path) or (shutil.which(value) if len(path.parts) == 1 else None)
        if found is None:
            raise ProgramNotFound(f"{source} says {value}, which is no program that can be run.\n{WHAT_TO_DO}")
        return str(found)
    found = shutil.which("snowglobe")
    if found is None:
        raise ProgramNotFound(f"The program snowglobe is not in PATH, and nothing says where it is.\n{WHAT_TO_DO}")
    return found

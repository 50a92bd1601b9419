"""Tests of Snowflake SQL with pytest, against a Snowglobe server of their own.

`plugin` is what pytest loads: the option, the marker and the fixture `snowglobe`. The fixture's value is a `Snowglobe`
(`globe`), a database on a `Server` (`server`), which is the program that `program` finds. `clock` is what moving the
time answers, `s3` puts objects into buckets.
"""

from .clock import Advanced, PipeLoad, TaskRun
from .globe import Snowglobe
from .s3 import S3
from .server import ServerError

__all__ = ["S3", "Advanced", "PipeLoad", "ServerError", "Snowglobe", "TaskRun"]

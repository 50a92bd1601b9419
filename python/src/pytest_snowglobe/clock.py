"""What the server's clock answers, as Python's values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any


@dataclass(frozen=True)
class TaskRun:
    """A task that ran while time went on."""

    name: str
    """DATABASE.SCHEMA.TASK, quoted where it must be."""
    state: str
    """As in TASK_HISTORY: SUCCEEDED, FAILED, SKIPPED, …"""
    scheduled: datetime
    query_id: str | None
    error: str | None


@dataclass(frozen=True)
class PipeLoad:
    """What a pipe loaded while time went on."""

    name: str
    files: int
    rows: int
    rejected: list[str]
    """The files that were not loaded."""
    error: str | None


@dataclass(frozen=True)
class Advanced:
    """What happened while time went on, in the order in which it did."""

    now: datetime
    tasks: list[TaskRun]
    pipes: list[PipeLoad]

    @property
    def failures(self) -> list[str]:
        """What went wrong on the way, a line each: tasks that failed, files that pipes did not load."""
        tasks = [
            f"task {run.name}, due at {run.scheduled}: {run.state}: {run.error}" for run in self.tasks if run.error
        ]
        refused = [
            f"pipe {load.name}: {load.error or 'not loaded'}: {', '.join(load.rejected)}"
            for load in self.pipes
            if load.error or load.rejected
        ]
        return tasks + refused


def moment(text: str) -> datetime:
    """A moment as the server writes it, such as 2026-01-01T00:05:00.25Z; what is below a microsecond is cut off."""
    parts = re.fullmatch(r"([-\d]+T[:\d]+)(?:\.(\d+))?Z", text)
    if parts is None:
        raise ValueError(f"{text} is not a moment in UTC")
    second = datetime.fromisoformat(parts[1]).replace(tzinfo=timezone.utc)
    return second + timedelta(microseconds=int((parts[2] or "").ljust(6, "0")[:6]))


def wanted(by: str | timedelta | datetime) -> dict[str, str]:
    """How far the clock shall go, in the server's words."""
    if isinstance(by, str):
        return {"by": by}
    if isinstance(by, timedelta):
        return {"by": f"{by // timedelta(microseconds=1)} microseconds"}
    if by.tzinfo is None:
        raise ValueError(f"{by} has no time zone")
    return {"to": by.astimezone(timezone.utc).isoformat()}


def advanced(answer: dict[str, Any]) -> Advanced:
    """The server's answer to a request that moved the clock."""
    return Advanced(
        now=moment(answer["now"]),
        tasks=[
            TaskRun(run["name"], run["state"], moment(run["scheduled"]), run["queryId"], run["error"])
            for run in answer["tasks"]
        ],
        pipes=[
            PipeLoad(load["name"], load["files"], load["rows"], load["rejected"], load["error"])
            for load in answer["pipes"]
        ],
    )

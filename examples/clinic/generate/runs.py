"""Counts the runs of programs on one machine, so that each has its own process id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from examples.clinic.generate import programs as p
from examples.clinic.generate.story import SUPPLIER, Host
from examples.clinic.generate.sysmon import SYSTEM_USER, Parent, Process, Program, user_of


@dataclass(slots=True)
class Runs:
    """Numbers the runs on one machine; not frozen: it is a counter."""

    host: Host
    numbers: Iterator[int] = field(default_factory=count)

    def system(self, program: Program, command: str, parent: Parent = p.SERVICES) -> Process:
        """Return a run by Windows itself."""
        return Process(self.host, program, command, SYSTEM_USER, "System", parent, next(self.numbers))

    def user(self, account: str, program: Program, command: str, parent: Parent | None = None) -> Process:
        """Return a person's run."""
        user = user_of(account)
        level = "High" if account == SUPPLIER.account else "Medium"
        return Process(self.host, program, command, user, level, parent or p.desktop(user), next(self.numbers))

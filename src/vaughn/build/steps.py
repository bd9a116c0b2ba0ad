"""One line per step of a build, with its seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Report = Callable[[str], None]
"""Takes one line of progress. What it raises stops the build where it stands."""


def silent(_: str) -> None:
    """Reports nothing."""


@dataclass
class Step:
    """A step under way; what is noted stands at the end of its line."""

    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.notes.append(text)


@dataclass(frozen=True)
class Steps:
    """Times the steps of a build."""

    report: Report

    @contextmanager
    def __call__(self, name: str) -> Iterator[Step]:
        """Run a step; its line is reported when it ends well."""
        step, start = Step(), time.perf_counter()
        yield step
        notes = ", ".join(step.notes)
        self.report(f"{name:<12}{time.perf_counter() - start:7.2f} s  {notes}".rstrip())

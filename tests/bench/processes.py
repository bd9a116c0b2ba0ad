"""Processes under measurement: who belongs to a service, and how much memory they hold together."""

from __future__ import annotations

from pathlib import Path


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for one in found:
        found += children(one)
    return found


def children(pid: int) -> list[int]:
    """Those that a process started and that still are."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def held_mb(pid: int) -> int:
    """MiB of the whole family (PSS, so that shared pages count once)."""
    total = 0
    for one in family(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total >> 10


def workers(pid: int) -> list[int]:
    """The query workers of a service: the children of its templates."""
    return [each for template in children(pid) for each in children(template)]

"""A process that holds two releases against each other and writes how they differ, as JSON, to its standard output.

`python -m vaughn.store.comparing BEFORE AFTER MOST MEMORY PARENT`: folders of releases, entries of each list, MiB of
address space above what the process has at its start, and the process id of whoever asks. Walking two dumps takes an
interpreter for itself, seconds for every million quads; in the service's own, everybody would wait for it. It steps
back behind everything else, and ends with whoever asks.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

from vaughn.errors import ReleaseMissing
from vaughn.store import hygiene
from vaughn.store.compare import compare
from vaughn.store.release import open_release

MISSING, SHORT = 3, 4
"""Exit codes: a release is not there or not whole; there was not memory enough."""

_NICE = 10
_MIB = 1 << 20


def written(before: Path, after: Path, most: int) -> bytes:
    """How two releases differ. Raises FileNotFoundError, ReleaseMissing."""
    changes = compare(open_release(before), open_release(after)).cut(most)
    return json.dumps(changes.as_json(), ensure_ascii=False).encode()


def main(before: str, after: str, most: str, memory_mb: str, parent: str) -> int:
    """The whole life of the process; its exit code."""
    hygiene.die_with(int(parent))
    os.nice(_NICE)
    space = hygiene.address_space() + int(memory_mb) * _MIB
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    try:
        sys.stdout.buffer.write(written(Path(before), Path(after), int(most)))
    except (FileNotFoundError, ReleaseMissing):
        return MISSING
    except MemoryError:
        return SHORT
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Runs the suites that lie beside the checkout against a server of ours and prints a table: `make conformance`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from protocol import graph_store, released, result_formats, service_description, sparql_protocol
from protocol.manifests import SUITES
from protocol.wire import Wire
from servers import serving_on_socket

Faults = Mapping[str, str]
"""What each test faults, "" where it passes."""


def main() -> int:
    """0 where every test passes or fails for a known reason, 1 otherwise, 2 without the suites."""
    if not SUITES.is_dir():
        print(f"no suites at {SUITES}")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        released.write(Path(folder))
        with serving_on_socket(Path(folder), log=subprocess.DEVNULL) as (_, port):
            found = run(port)
    return report(found)


def run(port: int) -> dict[str, Faults]:
    """Every suite against the server on a port."""
    wire, endpoint = Wire(port), f"http://127.0.0.1:{port}/sparql"
    protocol = {case.name: sparql_protocol.fault(case, wire) for case in sparql_protocol.cases()}
    reads = {read.name: graph_store.fault(read, wire) for read in graph_store.reads()}
    writes = [graph_store.refusal_fault(write, wire) for write in graph_store.writes()]
    return {
        "SPARQL 1.1 Protocol, queries": {name: it for name, it in protocol.items() if "update" not in name},
        "SPARQL 1.1 Protocol, updates (refused)": {name: it for name, it in protocol.items() if "update" in name},
        "Graph Store Protocol, reads": reads,
        "Graph Store Protocol, writes (refused)": {f"write {place}": it for place, it in enumerate(writes)},
        "Service Description": {name: fault(wire, endpoint) for name, fault in service_description.CASES.items()},
        "Result formats: CSV, TSV, JSON": {it.name: result_formats.fault(it, wire) for it in result_formats.cases()},
    }


def report(found: Mapping[str, Faults]) -> int:
    """Print the table and what failed; 1 where a failure is not a known one."""
    print(f"{'suite':<42}{'passed':>8}{'of':>6}")
    for suite, faults in found.items():
        print(f"{suite:<42}{sum(not fault for fault in faults.values()):>8}{len(faults):>6}")
    print("\nThe suite words its three tests of the Service Description; what is checked for each is ours.")
    for name in graph_store.left_out():
        print(f"left out, since nothing is created here: the read of a graph that the server named, in {name}")
    failed = [(name, fault) for faults in found.values() for name, fault in faults.items() if fault]
    for name, fault in failed:
        print(f"\nfailed: {name}\n  {result_formats.KNOWN.get(name, fault)}")
    return int(any(_unknown(name for name, _ in failed)))


def _unknown(names: Iterable[str]) -> list[str]:
    return [name for name in names if name not in result_formats.KNOWN]


if __name__ == "__main__":
    sys.exit(main())

"""What a worker cannot do, whatever it is asked to run."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from releases import serving, write_release
from vaughn.errors import QueryRefused
from vaughn.settings import Settings
from vaughn.store.engine import Form, Request
from vaughn.store.release import Release

pytestmark = pytest.mark.anyio

OPENED_WITH_A_STORE = 16
SERVICE = "SELECT * {{ SERVICE {silent} <http://{host}:{port}/sparql> {{ ?s ?p ?o }} }}"
KEEPER = """
import asyncio, sys
from pathlib import Path
from vaughn.settings import Settings
from vaughn.store.engine import Form, Request
from vaughn.store.pool import WorkerPool
from vaughn.store.release import open_release

async def main():
    pool = await WorkerPool.start(open_release(Path(sys.argv[1])), Settings(), 1)
    print(*pool.processes, flush=True)
    await pool.run(Request("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", Form.SELECT, "json"))

asyncio.run(main())
"""


@pytest.mark.parametrize("memory_quads", [Settings().memory_quads, 0], ids=["in memory", "on disk"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_worker_cannot_open_a_connection_even_past_the_guard(
    town: Release, memory_quads: int, host: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        async with serving(town, memory_quads=memory_quads) as pool:
            silent = await pool.run(Request(SERVICE.format(silent="SILENT", host=host, port=port), Form.SELECT, "json"))
            with pytest.raises(QueryRefused, match="engine"):
                await pool.run(Request(SERVICE.format(silent="", host=host, port=port), Form.SELECT, "json"))
            assert b'"bindings":[{}]' in silent.body
            with pytest.raises(BlockingIOError):
                listener.accept()


async def test_a_worker_holds_one_socket_a_page_for_last_words_and_nothing_of_the_services(town: Release) -> None:
    with socket.create_server(("127.0.0.1", 0)):
        async with serving(town) as pool:
            await pool.run(Request("ASK {}", Form.ASK, "json"))
            for pid in pool.processes[1:]:
                held = {path.name: str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()}
                assert held.pop("3").startswith("socket:")
                assert held.pop("2").startswith("/memfd:last words")
                assert set(held.values()) == {"/dev/null"}


async def test_a_worker_is_the_first_to_go_when_memory_is_short(town: Release) -> None:
    async with serving(town) as pool:
        await pool.run(Request("ASK {}", Form.ASK, "json"))
        scores = [Path(f"/proc/{pid}/oom_score_adj").read_text(encoding="ascii").strip() for pid in pool.processes]
    assert scores[1:] == ["1000", "1000"]
    assert scores[0] != "1000"


async def test_a_worker_has_no_descriptor_left_and_its_limits_are_set(town: Release) -> None:
    async with serving(town, workers=1, query_seconds=5.0) as pool:
        await asyncio.gather(*(pool.run(Request("ASK {}", Form.ASK, "json")) for _ in range(4)))
        limits = [limits_of(pid) for pid in pool.processes[1:]]
        held = [len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pool.processes[1:]]
    assert [int(limit["Max open files"]) for limit in limits] == held
    assert {limit["Max core file size"] for limit in limits} == {"0"}
    assert "unlimited" not in {limit["Max address space"] for limit in limits}
    assert "7" in {limit["Max cpu time"] for limit in limits}  # 5 s, rounded up with what was used, and one more


async def test_a_worker_reads_every_file_of_a_store_that_has_more_than_are_opened_with_it(tmp_path: Path) -> None:
    release = write_release(tmp_path / "release", b"")
    store = ox.Store(str(release.store_path))
    for number in range(3):
        fact = ox.NamedNode(f"http://example.org/{number}"), ox.NamedNode("http://example.org/p"), ox.Literal(number)
        for graph in (ox.DefaultGraph(), ox.NamedNode("http://example.org/g")):
            store.add(ox.Quad(*fact, graph))
        store.flush()
    del store
    assert len(list(release.store_path.glob("*.sst"))) > OPENED_WITH_A_STORE
    everywhere = (
        "SELECT * { ?a ?b 2 . ?d <http://example.org/p> ?f . GRAPH ?g { ?h ?i 1 . <http://example.org/0> ?j ?k } }"
    )
    async with serving(release, memory_quads=0) as pool:
        answer = await pool.run(Request(everywhere, Form.SELECT, "csv"))
    assert answer.body.count(b"\n") == 4


def limits_of(pid: int) -> dict[str, str]:
    """The soft limits of a process by their names in /proc."""
    lines = Path(f"/proc/{pid}/limits").read_text(encoding="ascii").splitlines()[1:]
    return {line[:26].strip(): line[26:].split()[0] for line in lines}


async def test_a_service_that_is_killed_leaves_no_orphans(town: Release) -> None:
    command = [sys.executable, "-c", KEEPER, str(town.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        processes = [int(pid) for pid in keeper.stdout.readline().split()]
        await asyncio.sleep(0.1)
        keeper.send_signal(signal.SIGKILL)
    assert len(processes) == 3
    deadline = time.monotonic() + 2
    while running(processes) and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    assert running(processes) == []


def running(processes: list[int]) -> list[int]:
    """Those that still run; a zombie whose parent is gone does not."""
    found = []
    for pid in processes:
        with contextlib.suppress(FileNotFoundError):
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
            found += [pid] if state != "Z" else []
    return found

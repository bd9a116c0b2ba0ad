"""The Graph Store Protocol, read side: the W3C suite's reads give back what it wrote, and its writes are refused."""

from __future__ import annotations

import pytest

from protocol import graph_store
from protocol.graph_store import Read
from protocol.manifests import Exchange
from protocol.params import params
from protocol.wire import Wire

READS = params((read.name, read) for read in graph_store.reads())
WRITES = params((f"{write.method} {write.target}", write) for write in graph_store.writes())


@pytest.mark.shared
@pytest.mark.parametrize("read", READS)
def test_a_read_gives_back_what_the_suite_wrote(read: Read, wire: Wire) -> None:
    assert graph_store.fault(read, wire) == ""


@pytest.mark.shared
@pytest.mark.parametrize("write", WRITES)
def test_a_write_is_refused(write: Exchange, wire: Wire) -> None:
    assert graph_store.refusal_fault(write, wire) == ""


@pytest.mark.shared
def test_a_connection_lives_on_after_head_of_nothing(wire: Wire) -> None:
    missing = "/graphs?graph=http%3A%2F%2Fwww.example%2Fnothing"
    answers = [wire.send("HEAD", missing), wire.send("GET", missing), wire.send("HEAD", missing)]
    assert [answer.status for answer in answers] == [404, 404, 404]
    assert [bool(answer.body) for answer in answers] == [False, True, False]

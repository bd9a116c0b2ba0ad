"""One worker as the service sees it, with the test at the other end of its socket."""

from __future__ import annotations

import asyncio
import socket

import pytest

from vaughn.errors import WorkerDied
from vaughn.store import frames
from vaughn.store.frames import Reply
from vaughn.store.handle import Worker

pytestmark = pytest.mark.anyio


async def test_a_request_larger_than_the_socket_arrives_whole() -> None:
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    worker, payload = Worker(1, 0, ours), frames.pack(b"x" * 3_000_000)
    with theirs:
        worker.ask(payload)
        received = bytearray()
        while len(received) < len(payload):
            received += await asyncio.get_running_loop().sock_recv(theirs, 1 << 16)
        worker.close()
    assert received == payload


async def test_a_reply_is_told_with_its_worker() -> None:
    ours, theirs = socket.socketpair()
    worker, replies = Worker(1, 0, ours), []
    worker.listen(lambda told, reply: replies.append((told, reply)))
    reply = Reply(b"body", 0.5, False)
    with theirs:
        theirs.send(frames.pack(*frames.encode_reply(reply)))
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)
    assert replies == [(worker, reply)]
    assert worker.answered == 1
    worker.close()


async def test_asking_a_process_that_is_going_waits_for_the_news_of_its_death() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    worker = Worker(1, 0, ours)
    job = worker.ask(frames.pack(b"x"))
    assert not job.done()
    worker.close()


async def test_asking_a_worker_that_is_gone_fails_at_once() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    worker = Worker(1, 0, ours)
    worker.close()
    worker.close()
    with pytest.raises(WorkerDied):
        await worker.ask(b"x")
    assert worker.job is None

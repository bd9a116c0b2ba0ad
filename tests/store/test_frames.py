"""Frames over a socket, whole or in pieces."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace

import pytest

from vaughn.errors import (
    QueryBroken,
    QueryRefused,
    QuerySyntax,
    ResultTooLarge,
    StoreError,
    UpdateRefused,
    WorkerDied,
)
from vaughn.store.engine import Form, Inspection, Request
from vaughn.store.frames import (
    FrameReader,
    Reply,
    ReplyReader,
    decode_reply,
    decode_request,
    encode_reply,
    encode_request,
    pack,
    receive,
    send,
)

REQUEST = Request("SELECT * {}", Form.SELECT, "json", default_graphs=("https://example.org/g",), seconds=1.5)


@pytest.mark.parametrize("text", ["SELECT * {}", "", "two\nlines\r\n", "\u00e9 \U0001f600 \x00", '"', "\ud800"])
def test_a_request_crosses_unchanged(text: str) -> None:
    request = replace(REQUEST, text=text)
    assert decode_request(encode_request(request)) == request


def test_whose_query_it_is_and_when_it_came_does_not_cross() -> None:
    assert decode_request(encode_request(replace(REQUEST, client="192.0.2.1", arrived=1.0))) == REQUEST


def test_what_is_to_be_looked_at_crosses_unchanged() -> None:
    inspection = Inspection("ASK {}", 1000, 64, 32, seconds=0.5)
    assert decode_request(encode_request(replace(inspection, client="192.0.2.1", arrived=1.0))) == inspection


@pytest.mark.parametrize("reply", [Reply(b"", 0.0, False), Reply(b"R\x00\xff", 0.25, True, partial=True)])
def test_a_result_crosses_unchanged(reply: Reply) -> None:
    assert decode_reply(b"".join(encode_reply(reply))) == reply


@pytest.mark.parametrize(
    "error",
    [
        QuerySyntax("odd", 2, 3),
        QuerySyntax("odd"),
        QueryRefused("engine", "no"),
        ResultTooLarge(9, "bytes"),
        UpdateRefused("DROP"),
        QueryBroken("IndexError"),
    ],
)
def test_an_error_crosses_with_its_data(error: StoreError) -> None:
    crossed = decode_reply(b"".join(encode_reply(Reply(error, 0.5, False)))).outcome
    assert type(crossed) is type(error)
    assert vars(crossed) == vars(error)


@pytest.mark.parametrize("frame", [b"", b"E", b"".join(encode_reply(Reply(b"x", 0, False))).replace(b"R", b"E", 1)])
def test_an_answer_that_makes_no_sense_counts_as_a_death(frame: bytes) -> None:
    reply = decode_reply(frame)
    assert isinstance(reply.outcome, WorkerDied)
    assert reply.worn


def test_a_frame_that_comes_in_pieces_is_put_together() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader, frame = FrameReader(), pack(b"first") + pack(b"second")
        read = []
        for byte in frame:
            theirs.send(bytes([byte]))
            read.append(reader.read(ours))
        theirs.close()
        assert [whole for whole in read if whole is not None] == [b"first", b"second"]
        with pytest.raises(EOFError):
            reader.read(ours)


@pytest.mark.parametrize("size", [1 << 18, (1 << 18) + 1, 3_000_000, 70_000_000])
def test_a_long_frame_is_put_together_and_the_next_begins_where_it_ends(size: int) -> None:
    ours, theirs = socket.socketpair()
    payloads = [bytes(range(256)) * (size // 256), b"next", b"x" * size]
    with ours, theirs:
        sender = threading.Thread(target=theirs.sendall, args=[b"".join(map(pack, payloads))])
        sender.start()
        reader = FrameReader()
        read: list[memoryview | bytes] = []
        while len(read) < len(payloads):
            read.extend(frame for frame in [reader.read(ours)] if frame is not None)
        sender.join()
    assert read == payloads


def test_replies_of_every_length_are_read_as_they_were_sent() -> None:
    ours, theirs = socket.socketpair()
    sizes = [1, (1 << 18) + 1, 0, 1 << 18, 3_000_000, 70_000_000]
    replies = [*(Reply(b"r" * size, 0.5, False, partial=True) for size in sizes), Reply(UpdateRefused("ADD"), 1, True)]

    def answer() -> None:
        for reply in replies:
            send(theirs, *encode_reply(reply))

    with ours, theirs:
        sender = threading.Thread(target=answer)
        sender.start()
        reader, read = ReplyReader(), list[Reply]()
        while len(read) < len(replies):
            read.extend(reply for reply in [reader.read(ours)] if reply is not None)
        sender.join()
    assert read[:-1] == replies[:-1]
    assert isinstance(read[-1].outcome, UpdateRefused)


def test_a_length_that_no_memory_has_takes_none_until_the_bytes_come() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall((1 << 60).to_bytes(8, "big") + b"x")
        reader = FrameReader()
        assert reader.read(ours) is None
        theirs.sendall(b"y")
        theirs.close()
        assert reader.read(ours) is None
        with pytest.raises(EOFError):
            reader.read(ours)


def test_a_blocking_socket_gives_whole_frames_and_then_its_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(pack(b"one") + pack(b"") + pack(b"cut short")[:10])
        theirs.close()
        assert [receive(ours), receive(ours), receive(ours)] == [b"one", b"", None]

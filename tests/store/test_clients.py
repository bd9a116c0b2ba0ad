"""Limits on one client, and what is remembered of it."""

from __future__ import annotations

import pytest

from vaughn.errors import ClientBusy
from vaughn.store.clients import Clients


def test_a_client_may_have_so_many_queries_and_no_more() -> None:
    clients = Clients(most=2, turn=1.5)
    with clients.admitted("a"), clients.admitted("a"), clients.admitted("b"):
        with pytest.raises(ClientBusy) as caught, clients.admitted("a"):
            pass
        assert (caught.value.limit, caught.value.retry_after) == (2, 2)


def test_a_query_that_left_in_any_way_makes_room() -> None:
    clients = Clients(most=1, turn=1)
    with pytest.raises(KeyError), clients.admitted("a"):
        raise KeyError
    with clients.admitted("a"):
        pass
    assert len(clients) == 0


def test_who_gives_no_name_is_not_counted() -> None:
    clients = Clients(most=1, turn=1)
    with clients.admitted(None), clients.admitted(None):
        clients.remember(None)
        assert not clients.heavy(None)
    assert len(clients) == 0


def test_a_slow_query_is_remembered_for_a_while_and_for_its_client_only() -> None:
    clients = Clients(most=1, turn=1)
    clients.remember("a")
    assert clients.heavy("a")
    assert not clients.heavy("b")


def test_what_is_past_is_forgotten_altogether() -> None:
    clients = Clients(most=1, turn=1, memory=0.0)
    for number in range(1000):
        clients.remember(str(number))
    assert not clients.heavy("999")
    assert len(clients) == 1

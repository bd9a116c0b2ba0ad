"""Limits on one client, and what is remembered of it."""

from __future__ import annotations

import pytest

from vaughn.errors import ClientBusy
from vaughn.store.clients import MOST, Clients, Rank


def test_a_client_may_have_so_many_queries_and_no_more() -> None:
    clients = Clients(most=2, turn=1.5)
    for client in "aab":
        clients.admit(client)
    with pytest.raises(ClientBusy) as caught:
        clients.admit("a")
    assert (caught.value.limit, caught.value.retry_after) == (2, 2)


def test_a_query_that_left_makes_room() -> None:
    clients = Clients(most=1, turn=1)
    clients.admit("a")
    clients.leave("a")
    clients.admit("a")
    clients.leave("a")
    assert len(clients) == 0


def test_who_gives_no_name_is_not_counted_and_exempt() -> None:
    clients = Clients(most=1, turn=1)
    for _ in range(2):
        clients.admit(None)
    clients.slow(None)
    assert clients.rank(None) is Rank.LIGHT
    clients.leave(None)
    assert len(clients) == 0


def test_a_quick_answer_makes_a_client_light_and_nobody_else() -> None:
    clients = Clients(most=1, turn=1)
    assert clients.rank("a") is Rank.UNKNOWN
    clients.quick("a")
    assert (clients.rank("a"), clients.rank("b")) == (Rank.LIGHT, Rank.UNKNOWN)


def test_whoever_warms_up_with_look_ups_loses_the_rank_with_the_first_slow_query() -> None:
    clients = Clients(most=1, turn=1)
    for _ in range(1000):
        clients.quick("a")
    clients.slow("a")
    assert clients.rank("a") is Rank.HEAVY
    clients.quick("a")
    assert clients.rank("a") is Rank.HEAVY


def test_an_answer_that_was_not_quick_takes_the_rank_until_one_is() -> None:
    clients = Clients(most=1, turn=1)
    clients.quick("a")
    clients.dear("a")
    assert clients.rank("a") is Rank.UNKNOWN
    clients.quick("a")
    assert clients.rank("a") is Rank.LIGHT


def test_what_is_past_is_forgotten_altogether() -> None:
    clients = Clients(most=1, turn=1, memory=0.0)
    for number in range(1000):
        clients.quick(str(number))
        clients.slow(str(number))
    assert clients.rank("999") is Rank.UNKNOWN
    assert len(clients) <= 2


def test_a_client_of_many_addresses_takes_no_more_memory_and_drives_out_nobody_who_is_here() -> None:
    clients = Clients(most=1, turn=1)
    for number in range(3 * MOST):
        clients.quick(f"light {number}")
        clients.slow(f"heavy {number}")
        if number % 1000 == 0:
            clients.quick("neighbour")
    assert len(clients) == 2 * MOST
    assert clients.rank("neighbour") is Rank.LIGHT

"""How far the key of a node reaches."""

from __future__ import annotations

import pytest

from vaughn.build.node_keys import neighbours, node_keys
from vaughn.turtle import parse_turtle

NODE = "https://a.example/node"
CHAIN = """
@prefix : <https://a.example/> .
:far :p :referrer . :referrer :p :node . :node :p :one . :one :p :two . :two :p :three . :three :p "end" .
"""


def _key(text: str, salt: str = "") -> str:
    return node_keys(neighbours(parse_turtle(text).triples), salt, [NODE])[NODE]


@pytest.mark.parametrize("changed", [":node", ":one", ":two", ":referrer"])
def test_a_key_changes_with_the_node_two_steps_on_and_one_step_back(changed: str) -> None:
    assert _key(CHAIN + f'{changed} :q "new" .') != _key(CHAIN)


@pytest.mark.parametrize("changed", [":three", ":far"])
def test_a_key_does_not_change_with_what_is_farther(changed: str) -> None:
    assert _key(CHAIN + f'{changed} :q "new" .') == _key(CHAIN)


def test_a_key_changes_with_a_new_referrer_and_with_the_salt() -> None:
    assert _key(CHAIN + ":other :p :node .") != _key(CHAIN)
    assert _key(CHAIN, "other shapes") != _key(CHAIN)


def test_a_key_does_not_depend_on_labels_of_blank_nodes_or_order() -> None:
    text = CHAIN + ":node :list ( 1 2 ) ."
    assert _key(text) == _key(text)
    assert _key(CHAIN + ":node :q 1, 2 .") == _key(CHAIN + ":node :q 2, 1 .")

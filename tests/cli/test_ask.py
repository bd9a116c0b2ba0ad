"""`vaughn ask` names the claim nearest to a sentence, what its evidence amounts to, and how the wordings differ."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_a_known_sentence_finds_its_claim_with_its_evidence(vaughn: Run) -> None:
    done = vaughn("ask", "OPM could withhold the names at issue in Long v. OPM.", "--most", "1")
    assert done.returncode == 0, done.stderr
    assert "employee-names-could-be-withheld" in done.stdout
    assert "Supported by the evidence recorded here." in done.stdout
    assert "not reviewed by a person" in done.stdout
    assert "opposite wording?" not in done.stdout


def test_its_denial_finds_it_too_and_says_so(vaughn: Run) -> None:
    said = vaughn("ask", "OPM could not withhold the names at issue in Long v. OPM.", "--most", "1").stdout
    assert "employee-names-could-be-withheld" in said
    assert "opposite wording?" in said
    assert "only in yours: not" in said


def test_what_nobody_said_is_not_called_untrue(vaughn: Run) -> None:
    done = vaughn("ask", "Whales migrate along the coast in spring.")
    assert done.stdout.startswith("No similar wording is known.")
    assert "does not mean that there is no such claim" in done.stdout


def test_an_empty_sentence_is_refused(vaughn: Run) -> None:
    done = vaughn("ask", " ")
    assert done.returncode == 2
    assert "the sentence is empty" in done.stderr


def test_swapped_actors_and_another_extent_are_said(vaughn: Run) -> None:
    order = "The Attorney General's FOIA guidelines of 2009 superseded those of 2022."
    assert "other order of words?" in vaughn("ask", order, "--most", "1").stdout
    extent = "All staffing information is legitimately withheld for legal reasons."
    assert "other extent? only one of the two has: all, some" in vaughn("ask", extent, "--most", "1").stdout


def test_a_claim_that_conflicts_is_named_and_no_bound_of_nought(vaughn: Run) -> None:
    said = vaughn("ask", "ERO has 25 field offices", "--most", "1").stdout
    assert "1 for, 0 against on point" in said
    assert "conflicts with: Enforcement and Removal Operations had 24 national field offices. (https:" in said
    assert "claim/ero-has-24-field-offices)" in said
    machines = "OPLA's role in giving counsel is central to DHS's claim that some staffing information is withheld."
    unsupported = vaughn("ask", machines, "--most", "1").stdout
    assert "0 for, 0 against on point; 1 for, not counted (machine-written source)" in unsupported
    assert "at least 0" not in unsupported.lower()

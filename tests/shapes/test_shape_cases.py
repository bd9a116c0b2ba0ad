"""Every node shape has data that conforms and data that fails, with that shape only."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import SH

from shape_cases import DATA, SHAPE, case_name, expectation, files, parts, results, shapes, targeted, world_with

SEVERITIES = {SH.Violation, SH.Warning}


def test_every_shape_with_a_target_has_a_folder_and_every_folder_a_shape() -> None:
    assert sorted(folder.name for folder in DATA.iterdir()) == targeted()


@pytest.mark.parametrize("name", targeted())
def test_a_folder_holds_one_valid_file_and_an_expectation_for_each_invalid_one(name: str) -> None:
    found = {path.name for path in (DATA / name).iterdir()}
    invalid = {path for path in found if path.startswith("invalid") and path.endswith(".ttl")}
    assert invalid
    assert found == {"valid.ttl"} | invalid | {path.replace(".ttl", ".expect") for path in invalid}


@pytest.mark.parametrize("path", files("valid.ttl"), ids=case_name)
def test_valid_data_conforms_to_every_shape(path: Path) -> None:
    with world_with(path) as (world, case):
        assert results(world, shapes(), [str(node) for node in case.subjects()]) == set()


# rdflib compares a date that is no day of the calendar with a bool of NotImplemented (an error from Python 3.14 on).
@pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning")
@pytest.mark.parametrize("path", files("invalid*.ttl"), ids=case_name)
def test_invalid_data_fails_with_its_shape_only_and_on_the_faulty_node_only(path: Path) -> None:
    wanted = expectation(path)
    with world_with(path) as (world, case):
        assert results(world, shapes(), [str(node) for node in case.subjects()]) == wanted.found


@pytest.mark.parametrize("path", files("invalid*.ttl"), ids=case_name)
def test_an_expectation_names_the_shape_of_its_folder_and_shapes_of_that_one(path: Path) -> None:
    wanted = expectation(path)
    assert wanted.shape == path.parent.name
    assert wanted.reporting <= {str(part).split("#")[1] for part in parts(SHAPE[wanted.shape])}

"""Settings are read once, an unknown one is an error, and every one is documented."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from vaughn.errors import SettingsInvalid
from vaughn.settings import PREFIX, Settings

TABLE = Path(__file__).resolve().parents[1] / "docs" / "settings.md"


def test_defaults_hold_where_nothing_is_set() -> None:
    assert Settings.read({"HOME": "/x"}) == Settings()


def test_each_type_is_read() -> None:
    read = Settings.read({"VAUGHN_PORT": "9000", "VAUGHN_QUERY_SECONDS": "0.5", "VAUGHN_BUILD_DIR": "/data/releases"})
    assert (read.port, read.query_seconds, read.build_dir) == (9000, 0.5, Path("/data/releases"))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("VAUGHN_PROT", "9000", "no such setting"),
        ("VAUGHN_PORT", "many", "not a number"),
        ("VAUGHN_PORT", "70000", "must lie between 0 and 65535"),
        ("VAUGHN_RELEASES_KEEP", "1", "must lie between 2 and 1000"),
        ("VAUGHN_QUERY_SECONDS", "nan", "must lie between"),
        ("VAUGHN_PUBLISHER_PAGE", "our page", "must be the address"),
        ("VAUGHN_PUBLISHER_PAGE", "https://example.org/> <x", "must be the address"),
    ],
)
def test_a_setting_that_cannot_be_meant_stops_the_start(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsInvalid, match=says) as caught:
        Settings.read({name: value})
    assert caught.value.name == name


@pytest.mark.parametrize("spec", fields(Settings), ids=lambda spec: spec.name)
def test_the_documentation_names_every_setting_with_its_default(spec: object) -> None:
    name, default = spec.name, spec.default  # type: ignore[attr-defined]
    row = next(
        (line for line in TABLE.read_text(encoding="utf-8").splitlines() if f"`{PREFIX}{name.upper()}`" in line), ""
    )
    assert row, f"{name} is not documented"
    assert f"`{default}`" in row or default is None

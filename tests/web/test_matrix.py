"""Every kind of name against every kind of Accept header, in one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.conftest import BROWSER, Client

HEAD, *ROWS = (line.split("\t") for line in Path(__file__).with_name("matrix.tsv").read_text().splitlines())
CELLS = [(address, accept, cell) for address, *cells in ROWS for accept, cell in zip(HEAD[1:], cells, strict=True)]


@pytest.mark.parametrize(("address", "accept", "cell"), CELLS)
def test_a_name_leads_in_one_step_to_what_suits(client: Client, address: str, accept: str, cell: str) -> None:
    headers = {} if accept == "(none)" else {"Accept": accept}
    response = client.bare(address, headers)
    if cell == "406":
        assert response.status_code == 406
        return
    assert (response.status_code, response.headers["location"]) == (303, cell)
    assert response.headers["vary"] == "Accept"
    document = client.bare(cell.partition("#")[0], headers)
    assert document.status_code == 200
    assert "vary" not in document.headers


@pytest.mark.parametrize("address", ["/claims", "/sources", "/rationales", "/queries", "/about"])
@pytest.mark.parametrize("accept", ["*/*", BROWSER, "text/turtle", "application/json", "image/png", "garbage"])
def test_a_collection_is_a_page_and_says_so(client: Client, address: str, accept: str) -> None:
    response = client.get(address, accept)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "vary" not in response.headers

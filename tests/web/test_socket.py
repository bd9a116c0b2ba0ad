"""The service as a process of its own, over a real socket on the loopback."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx

from servers import serving_on_socket
from web.test_sparql import SELECT


def test_behind_a_proxy_the_description_names_the_address_that_clients_use(build_dir: Path) -> None:
    handed_on = {"Host": "data.example", "X-Forwarded-Proto": "https", "Accept": "text/turtle"}
    with serving_on_socket(build_dir, "--root-path", "/vaughn") as (_, port):
        text = httpx.get(f"http://127.0.0.1:{port}/sparql", headers=handed_on).text
        assert "sd:endpoint <https://data.example/vaughn/sparql>" in text
        for named in ({"X-Forwarded-Host": "data.example"}, {"Forwarded": 'for=192.0.2.1;host="data.example"'}):
            inside = {**handed_on, "Host": "inside:8000", **named}
            assert (
                "<https://data.example/vaughn/sparql>"
                in httpx.get(f"http://127.0.0.1:{port}/sparql", headers=inside).text
            )
        odd = {**handed_on, "X-Forwarded-Host": "x> . <y"}
        assert "<https://data.example/vaughn/sparql>" in httpx.get(f"http://127.0.0.1:{port}/sparql", headers=odd).text
        direct = httpx.get(f"http://127.0.0.1:{port}/sparql/", headers={"Accept": "text/turtle"}).text
        assert f"sd:endpoint <http://127.0.0.1:{port}/vaughn/sparql>" in direct


def test_the_service_answers_and_ends_when_told(build_dir: Path) -> None:
    with serving_on_socket(build_dir) as (server, port), httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert client.post("/sparql", data={"query": SELECT}).json()["results"]["bindings"]
        assert client.get("/", headers={"Accept": "text/html"}).status_code == 200
        head = client.head("/claim/desks-exist.ttl")
        assert (head.status_code, head.content) == (200, b"")
        assert int(head.headers["content-length"]) > 100
        assert client.request(
            "QUERY", "/sparql", content=SELECT, headers={"Content-Type": "application/sparql-query"}
        ).is_success
        assert client.get("/sparql?query=" + "x" * 40_000).status_code == 414
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=10) in (0, -signal.SIGTERM)

"""SERVICE is found wherever the engine's parser finds it, and nowhere else: nothing that passes opens a connection."""

from __future__ import annotations

import contextlib
import random
import re
import socket
import threading
import time
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from vaughn.errors import QuerySyntax
from vaughn.settings import Settings
from vaughn.store.elsewhere import asks_elsewhere, may_ask_elsewhere
from vaughn.store.escapes import decoded
from vaughn.store.guard import inspect

PREFIXES = "PREFIX service: <urn:s#> PREFIX servicep: <urn:sp#> PREFIX p: <urn:p#> PREFIX : <urn:e#> "
_SERVICE = re.compile("service", re.IGNORECASE)


SERVICES = (
    "SERVICE <urn:x> {}", "SERVICE<urn:x>{}", "SERVICE SILENT ?service {}", "SERVICESILENT?x{}", "SERVICEp:x{}",
    "service p:a#b\n{}", "SeRvIcE#{\n#'\np:x#\n{}", "servicep:x {}", "service:x {}", "SERVICE SILENT<urn:a'b>{}",
    "SERVICE <urn:(#'> {}", "SERVICE service:x { ?s ?p service:o }", r"\u0053ERVICE <urn:x> {}",
    r"S\U00000065RVICE\u003Curn:x> {}", "SERVICE servicep:service { SERVICE :x {} }", "service<urn:é>{}",
)  # fmt: skip
HARMLESS = (
    "?service ?p ?o", "?s ?p service:o", "?s ?p service:o { ?a ?b ?c }", "?s service:p ?o", "service:s ?p ?o",
    "?s a service:C , servicep:D { }", "?s ?p ?o ; service:p servicep:o {}", "GRAPH service:g { ?s ?p ?o }",
    "GRAPH servicep:g {}", "?s ?p 'SERVICE <urn:x> {}'", '?s ?p """SERVICE <urn:x> {"""', "# SERVICE <urn:x> {}\n",
    "?s ?p <urn:a#SERVICE>", "?s ?p 'x'@en-service", "?s ?p 'x'@en-service { }", "?s ?p (1service:x 2)",
    "VALUES ?x { 1service:x 1.5service:y 'x'@en-service:x }", "?s ?p 'x'^^service:dt {}", "?s atrue",
    "FILTER service:f(?x)", "FILTER(service:f(?service) < 3)", "FILTER(?a<?b && ?c>'SERVICE <urn:x> {}')",
    "FILTER EXISTS { ?s ?p service:o {} }", "?s service:p/servicep:q service:o {}", "?s ^service:p*|!service:q p:o {}",
    "[ service:p service:o ] service:p servicep:o {}", "_:service ?p _:service2 {}", "?s ?p servicep:o OPTIONAL {}",
    "BIND(service:x AS ?service)", "{ SELECT ?service { ?service ?p service:o {} } }", "?s ?p p:service {}",
    "?s ?p service:o {| service:p service:o |} {}", "?s ?p ?o ~ service:r {| p:p service:o |}",
    "?s ?p 1.5, service:o {}",
    "?s ?p -1.5e3 , service:o {}", "FILTER(?a<'#(x>service') ", "?s ?p <urn:a'(b#service> , service:x {}",
    "<urn:#> ?p service:o {}", "MINUS { ?s ?p servicep:o {} }", "?s ?p true , service:o {}", "?s ?p ?service. {}",
    "?s ?p service:a\\,b {}", "?s ?p service:a.b {}", "?s ?p service:%28 {}", "?s ?p <service:x> {}",
    "GRAPHservice:g {}", "?s ?p ?o FILTERp:f(?x) ?s ?p p:webservice {}",
)  # fmt: skip
GLUED = (
    "?s ?p p:o1.1.SERVICE <urn:x> {}", "?s aservice:.SERVICE?x{}", "?s ?p :.SERVICE<urn:x>{}", "?s ?p true.SERVICE:x{}",
    "?s ?p true.SERVICEp:x {}",
    "?s ?p trueSERVICEp:x {}", "?s ?p 1SERVICEp:x{}", "?s ?p 1.5servicep:x{}", "?s atrueSERVICEp:x {}",
    "?s a1SERVICEp:x {}", "?s ?p 'x'@enSERVICEp:x{}", "?s ?p 'x'SERVICEp:x{}", "?s ?p ?oSERVICEp:x{}",
    "?s ?p ?o SERVICEp:x{}", "?s ?p p:oSERVICEp:x {}", "?s ?p (1)SERVICEp:x{}", "?s ?p [] servicep:x{}",
    "FILTER(1<2)SERVICEp:x{}", "FILTER p:f(?x)SERVICEp:x{}", "FILTERp:f(?a<'x>'SERVICEp:x{}')", "?s ?p ?o~servicep:x{}",
    "?s p:p/servicep:p ?o servicep:x{}", "?s ?p ?o {| ?a ?b |} servicep:x{}", "VALUES ?x {} service:x {}",
    "<< ?s ?p ?o >> ?p service:x {}", "OPTIONAL{}service:x{}", "?s ?p ?o , SERVICEp:x {}",
    "?s ?p ?o ; SERVICEp:x {}", "?s ?p ?o ;; service:p ?x service:x {}", "BIND(1 AS ?z)service:x{}",
    "{} UNION {} service:x {}", "{ SELECT * {} } service:x {}", "'x'^^service:dt service:p 1 servicep:x {}",
)  # fmt: skip
QUERIES = (
    "ASK {{ {} }}", "SELECT * WHERE {{ {} }}", "CONSTRUCT {{ ?s ?p service:o }} WHERE {{ {} }}",
    "DESCRIBE service:x {{ {} }}", "ASK FROM service:g {{ {} }}", "SELECT * FROM NAMED servicep:g {{ {} }} ORDER BY ?s",
    "SELECT (COUNT(?s) AS ?service) {{ {} }} GROUP BY service:f(?p) HAVING (1 < 2) ORDER BY service:f(?p) LIMIT 1",
)  # fmt: skip


STORE = ox.Store()
STORE.add(ox.Quad(ox.NamedNode("urn:s#a"), ox.NamedNode("urn:p#a"), ox.Literal(1)))


def passes(text: str) -> bool:
    try:
        return not asks_elsewhere(text)
    except SyntaxError:
        return False


def texts(seed: int, count: int) -> list[str]:
    """Groups of a few pieces each, in queries of every form."""
    draw = random.Random(seed)  # noqa: S311
    joints = ("", " ", " . ", ".", "\n", " # service\n", " ; ", " , ", ". ")
    pieces = (*HARMLESS * 3, *GLUED, *SERVICES)
    return [
        PREFIXES
        + draw.choice(QUERIES).format(
            "".join(part for _ in range(draw.randint(1, 4)) for part in (draw.choice(pieces), draw.choice(joints)))
        )
        for _ in range(count)
    ]


@pytest.mark.parametrize("piece", HARMLESS)
@pytest.mark.parametrize("query", QUERIES)
def test_what_only_looks_like_service_is_none(query: str, piece: str) -> None:
    assert not asks_elsewhere(PREFIXES + query.format(piece))


@pytest.mark.parametrize("piece", SERVICES)
@pytest.mark.parametrize("query", QUERIES)
def test_service_is_found_at_every_legal_place(query: str, piece: str) -> None:
    for before in ("", "?s ?p ?o ", "?s ?p service:o .", "{}", "FILTER(?a<?b)", "FILTER(?a<'#>')", "?s ?p 'x'"):
        assert asks_elsewhere(decoded(PREFIXES + query.format(f"{before} {piece}")))


@contextlib.contextmanager
def listening() -> Iterator[tuple[str, list[object]]]:
    """An address, and who has asked there; whoever does is sent away."""
    heard: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hear() -> None:
            with contextlib.suppress(OSError):  # it is over
                while True:
                    asking, whence = listener.accept()
                    heard.append(whence)
                    asking.close()

        hearing = threading.Thread(target=hear)
        hearing.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", heard
        listener.shutdown(socket.SHUT_RDWR)
        hearing.join()


def run(text: str, base: str) -> None:
    """By an engine that may open connections."""
    with contextlib.suppress(SyntaxError, RuntimeError, OSError):
        answer = STORE.query(text, base_iri=base)
        for _ in answer if not isinstance(answer, ox.QueryBoolean) else ():
            pass


@pytest.mark.parametrize("seed", range(8))
def test_nothing_that_passes_opens_a_connection(seed: int) -> None:
    with listening() as (here, heard):
        aimed = [decoded(re.sub(r"<urn:[a-z]*#?>", f"<{here}>", text)) for text in texts(seed, 400)]
        passed = [text for text in aimed if passes(text)]
        for text in passed:
            run(text, here)
        assert len(passed) > 40
        assert heard == []


@pytest.mark.parametrize("text", ["ASK { SERVICE SILENT <> {} }", "PREFIX p: <#> ASK { {}servicep:x{} }"])
def test_who_listens_would_hear_of_service(text: str) -> None:
    with listening() as (here, heard):
        run(text, here)
        assert len(heard) == 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ?p ?o ",
        "ASK { ?s ?p service:o ",
        "ASK { SERVICE <urn:x> {} (",
        "ASK { SERVICE <[> {} }",
    ],
)
def test_a_text_that_looks_so_and_is_no_sparql_goes_no_further(text: str) -> None:
    with pytest.raises(SyntaxError):
        asks_elsewhere(text)
    with pytest.raises(QuerySyntax):
        inspect(text, Settings())


@pytest.mark.parametrize("piece", ["service", "service ", "service#", "SERVICE SILENT ", "service\n", "p:service.a "])
def test_looking_for_it_takes_time_that_grows_with_the_text_only(piece: str) -> None:
    began = time.process_time()
    may_ask_elsewhere(piece.replace("#", "") * 100_000)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("name", ["?\u1680", "p:\u1680x", "p:" + "x" * 200, "x" * 100 + ":y", "p:a\\.b", "?x", ":"])
@pytest.mark.parametrize("before", ["", " ", "\n", "#c\n", " SILENT ", "SILENT", " SILENT#\n"])
def test_every_service_looks_like_one(before: str, name: str) -> None:
    assert may_ask_elsewhere(f"SERVICE{before}{name}{{}}")

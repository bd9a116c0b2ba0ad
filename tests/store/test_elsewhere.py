"""SERVICE is found wherever the engine's parser finds it, and nowhere else.

That parser is asked: a text that it reads, and reads no longer once the letters of SERVICE are others everywhere, asks
elsewhere. Nothing is fetched, as `urn:` is no scheme to fetch by.
"""

from __future__ import annotations

import random
import re

import pyoxigraph as ox
import pytest

from vaughn.store.elsewhere import asks_elsewhere
from vaughn.store.escapes import decoded

PREFIXES = "PREFIX service: <urn:s#> PREFIX servicep: <urn:sp#> PREFIX p: <urn:p#> PREFIX : <urn:e#> "
_SERVICE = re.compile("service", re.IGNORECASE)


def reads(text: str) -> bool:
    try:
        ox.Store().query(text)
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):  # it was read, and SERVICE failed
        return True
    return True


def asks(text: str) -> bool:
    """Whether the engine's parser finds SERVICE in a text that it reads."""
    return not reads(_SERVICE.sub(lambda found: found[0].replace("c", "x").replace("C", "X"), text))


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
    text = PREFIXES + query.format(piece)
    assert reads(text)
    assert not asks_elsewhere(text)


@pytest.mark.parametrize("piece", SERVICES)
@pytest.mark.parametrize("query", QUERIES)
def test_service_is_found_at_every_legal_place(query: str, piece: str) -> None:
    for before in ("", "?s ?p ?o ", "?s ?p service:o .", "{}", "FILTER(?a<?b)", "FILTER(?a<'#>')", "?s ?p 'x'"):
        text = decoded(PREFIXES + query.format(f"{before} {piece}"))
        assert asks(text)
        assert asks_elsewhere(text)


@pytest.mark.parametrize("seed", range(8))
def test_every_text_that_the_engine_reads_is_read_alike(seed: int) -> None:
    read = [text for text in map(decoded, texts(seed, 400)) if reads(text)]
    assert len(read) > 40
    assert {text for text in read if asks_elsewhere(text) and not asks(text) and "<<" not in text} == set()
    assert {text for text in read if asks(text) and not asks_elsewhere(text)} == set()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ?p ?o ",
        "SELECT ?service { FILTER((?service ) }",
        "SELECT * { ?s <urn:service> ?o }}",
        "ASK { ?s ?p service:o ",
    ],
)
def test_a_text_without_an_end_is_no_service_for_the_word(text: str) -> None:
    assert not asks_elsewhere(text)


@pytest.mark.parametrize("piece", SERVICES)
def test_a_text_without_an_end_is_refused_for_its_service(piece: str) -> None:
    assert asks_elsewhere(decoded(f"ASK {{ {piece} ("))

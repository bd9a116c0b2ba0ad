"""rdflib-endpoint on a file of N-Triples, for the measurement of speed; run by a Python that has it installed."""

from __future__ import annotations

import os

from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint  # type: ignore[import-not-found,unused-ignore]

app = SparqlEndpoint(graph=Graph().parse(os.environ["BENCH_TRIPLES"], format="nt"), path="/sparql")

# Vaughn. `make` alone lists what can be done.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help install build serve test check lint fmt conformance bench bench-search bench-monsters bench-http bench-load bench-scale clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml .ci/constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vaughn needs Python 3.11 or newer; try: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt -e '.[dev]'
	@touch $@

install: $(READY) ## create the environment in .venv

build: $(READY) ## build the release from ontology/, graph/ and queries/
	$(BIN)/vaughn build

serve: $(READY) ## build the release and serve it on http://127.0.0.1:8000
	$(BIN)/vaughn build
	$(BIN)/vaughn serve

test: $(READY) ## run all tests, in two processes
	$(BIN)/python -m pytest -n 2 --dist loadfile

check: lint test ## everything the gate asks: lint, then all tests

lint: $(READY) ## style, types, floors, Turtle, shapes, queries and checks
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/vaughn fmt --check
	$(BIN)/vaughn check

fmt: $(READY) ## format Python and Turtle in place
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/vaughn fmt

conformance: $(READY) ## run the W3C suites that lie beside the checkout and print a table
	PYTHONPATH=tests $(BIN)/python -m protocol.conformance

bench: $(READY) ## measure the reasoner: 10k, 100k and 1M triples (minutes)
	$(BIN)/python tests/bench/closure.py

bench-search: $(READY) ## measure nearest wordings on both sets of sentences
	$(BIN)/python tests/bench/search_sentences.py build/current calibration
	$(BIN)/python tests/bench/search_sentences.py build/current held-out

bench-monsters: $(READY) ## measure neighbours of hostile queries, and memory (a minute)
	PYTHONPATH=tests $(BIN)/python -m bench.monsters

bench-http: $(READY) ## measure answers a second beside other servers (minutes)
	PYTHONPATH=tests $(BIN)/python -m bench.http_ratios

bench-load: $(READY) ## measure answers while workers, releases and engines fail (minutes)
	PYTHONPATH=tests $(BIN)/python -m bench.load

bench-scale: $(READY) ## measure releases of 100k, 1M and 5M triples (many minutes, 5 GB of disk)
	PYTHONPATH=tests $(BIN)/python -m bench.scale

clean: ## remove the environment, releases and caches
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

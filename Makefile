# Two commands matter: `make run` and `make test`. Both set up .venv by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Processes that the tests are spread over, each with a Kafka and a Postgres of its own; 0: none but this one.
WORKERS ?= 2

.PHONY: help setup run test chaos drill compiled bench bench-store bench-projector bench-log check lint types docs audit lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

setup: $(STAMP)  ## create .venv from the hash-pinned requirements, and nothing else

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else "frontlog needs Python 3.11, 3.12 or 3.13; this is %d.%d: name another with `make PYTHON=python3.12 ...`" % v)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the pinned requirements into $(VENV)"
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input -q --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input -q --no-deps --no-build-isolation -e .
	@touch $(STAMP)

run: setup  ## run everything here, post the samples, print what was found, serve (ONCE=1: end after the table)
	@$(BIN)/frontlog up $(if $(ONCE),--once)

test: setup  ## run every test; on Kafka too, where Java 17 and Maven are
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

chaos: setup  ## break a whole system by a seeded schedule and compare what it kept (ARGS='--seed 7 --log postgres')
	@$(BIN)/python -m tests.chaos $(ARGS)

drill: setup  ## provoke every alert of the runbook on a running system, and mend it (ARGS='FloodStop DeadLetters')
	@$(BIN)/python -m tests.drill $(ARGS)

compiled: setup  ## C extensions of the extractor in .compiled (needs gcc): PYTHONPATH=.compiled runs them
	@$(BIN)/python deploy/compile.py .compiled

# One thread for the arithmetic, and a heap that keeps what was freed: giving it back and taking it again costs the bare
# model a third of its speed in some rounds, and nothing in others.
STEADY := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MALLOC_TRIM_THRESHOLD_=4294967296

bench: compiled  ## measure the extractor beside the bare model, start-up and memory; as written, and compiled
	@$(STEADY) $(BIN)/python -m tests.bench.extractor --told $(ARGS)
	@$(STEADY) PYTHONPATH=.compiled:. $(BIN)/python -P -m tests.bench.extractor $(ARGS)

bench-store: setup  ## time the documented queries over 20,000 seeded events (ARGS='--events 1000000')
	@$(BIN)/python -m tests.bench.store $(ARGS)

bench-projector: setup  ## measure the projector beside COPY of the same rows (ARGS='--profile')
	@$(BIN)/python -m tests.bench.projector $(ARGS)

bench-log: setup  ## measure log and webhook beside COPY and aiokafka (Kafka needs Java 17 and Maven)
	@$(BIN)/python -m tests.bench.log $(ARGS)

check: lint types  ## lint, types, import rules, generated pages

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python docs/generate.py --check

types: setup
	@$(BIN)/mypy

docs: setup  ## write the pages that are made from the code
	@$(BIN)/python docs/generate.py
	@$(BIN)/python -m services.contracts.schemas --write

audit:  ## look for known vulnerabilities of the pinned requirements
	@PYTHON="$(PYTHON)" .ci/audit

clean:  ## remove .venv, caches and the embedded default's data
	@if test -f .frontlog/lock; then echo "removing the data in .frontlog"; fi
	rm -rf .venv .frontlog .compiled .compiled.part .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

lock:  ## pin every requirement again, with hashes, for each extra
	@command -v uv >/dev/null || { echo "make lock needs uv on the PATH"; exit 1; }
	@for extra in ingest extract store console local dev audit compile; do \
	  case $$extra in ingest|extract|store) spans="--extra otel";; *) spans="";; esac; \
	  uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --no-emit-package frontlog --extra $$extra $$spans pyproject.toml -o requirements/$$extra.txt; done

# Two commands matter to a newcomer: `make demo` and `make test`. Each sets up all that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What Tocsin needs to run; what its tests and its contributors need besides.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Tests wait for Kafka more than they work: three for each core.
PYTEST_WORKERS ?= $(shell $(PYTHON) -c 'import os; print(3 * (os.cpu_count() or 1))')

# Where this is set, each of the two hundred processes that the tests start compiles the whole product anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test pythons soak lint bench setup lock clean screenshots rooms
.DEFAULT_GOAL := help

help: ## Show this help
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

$(INSTALLED): requirements.lock requirements-build.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Tocsin runs on Python 3.11, 3.12 and 3.13; try make PYTHON=python3.13" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP_INSTALL) --require-hashes -r requirements.lock -r requirements-build.lock
	$(PIP_INSTALL) --no-deps --no-build-isolation -e .
	$(BIN)/python -m alerts.cli.warm_up
	@touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.lock
	$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(INSTALLED_DEV) ## Make a working .venv, with what the tests need

demo: $(INSTALLED) ## Replay a crisis through the real chain, and wait for you to acknowledge it
	$(BIN)/tocsin demo

test: setup ## Run the tests
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist worksteal

pythons: setup ## Run the tests that need no server with the other Pythons that are installed, 3.11 to 3.13
	$(BIN)/python -m tests.other_pythons -n $(PYTEST_WORKERS) --dist worksteal $(PYTHONS_ARGS)

soak: setup ## Disturb workers by a random plan, and count what is lost; SOAK_ARGS="--help" tells how
	$(BIN)/python -m tests.soak $(SOAK_ARGS)

lint: setup ## Check style, types and the design's arrows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## Print the product's own figures, beside its peers
	$(BIN)/tocsin benchmark

screenshots: setup ## Take the README's pictures anew, from a run of the demo
	$(BIN)/python -m tests.alerts.simulation.demo.screenshots docs/images

rooms: setup ## Draw the picture of the rooms in docs/architecture.md anew
	$(BIN)/python -m tests.rooms

lock: setup ## Pin the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group build -o requirements-build.lock

clean: ## Remove what the commands above made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis tests/kafka/lib

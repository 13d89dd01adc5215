# Needs make, git and Python 3.11 or newer. Everything is installed into .venv, from the hashed lists in .lock.

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
PYTHON ?= python3.11 python3.12 python3.13 python3.14 python3
UV ?= uv
LOCK = $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --upgrade -q
LOCALE := scheduler/locale
POT := build/menzhen.pot

.PHONY: help demo test bench lock words fresh clean

help:
	@echo "make demo    plan the bundled week scenarios/typical into out/demo"
	@echo "make test    style, types and all tests"
	@echo "make bench   measure speed and memory (WRITE=1 writes docs/benchmarks.md)"
	@echo "make lock    choose the newest versions anew and write .lock (needs uv)"
	@echo "make words   bring the Chinese catalogue up to date with the sources"
	@echo "make fresh   write anew everything that is generated from the sources (weeks, tables, samples, catalogue)"
	@echo "make clean   remove .venv, out and everything that was made"

demo: .venv/runtime
	@$(BIN)/menzhen plan scenarios/typical --out out/demo

test: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal

bench: .venv/dev
	@$(BIN)/pytest tests/benchmarks $(if $(WRITE),--write docs/benchmarks.md)

words: .venv/dev
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F .babel/mapping.cfg -k message -k marked --no-location --sort-output \
		-o $(POT) scheduler api
	@$(BIN)/pybabel -q update -D menzhen -i $(POT) -d $(LOCALE) --no-fuzzy-matching --ignore-obsolete \
		--ignore-pot-creation-date
	@$(BIN)/pybabel compile -D menzhen -d $(LOCALE) --statistics

# In this order: samples run on the bundled weeks and print the catalogue's words.
fresh: words
	@$(BIN)/python -m scenarios.bundled
	@$(BIN)/python -m scenarios.table
	@$(BIN)/python -m tests.docs.made
	@$(BIN)/python -m api.spec
	@$(BIN)/python -m tests.docs.samples
	@$(BIN)/python -m tests.docs.python_samples

# The runtime lists are held to the versions of the other, so that tests run on what users get.
lock:
	@mkdir -p .lock
	$(LOCK) --group build --group dev -o .lock/dev.txt
	$(LOCK) --group build -c .lock/dev.txt -o .lock/requirements.txt
	$(LOCK) --group build --extra dask -c .lock/dev.txt -o .lock/dask.txt

clean:
	rm -rf .venv out build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/dev: .lock/dev.txt pyproject.toml | .venv/runtime
	@echo "Installing the tools for tests into .venv ..."
	@$(PIP) install --require-hashes -r .lock/dev.txt
	@touch $@

.venv/runtime: .lock/requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing Menzhen into .venv ..."
	@$(PIP) install --require-hashes -r .lock/requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# The first Python that is new enough; one that can make no environment leaves none behind.
.venv/bin/python:
	@for python in $(PYTHON); do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    $$python -m venv .venv || { rm -rf .venv; exit 1; }; exit 0; \
	  fi; \
	done; \
	echo "No Python 3.11 or newer was found. Install one, or name it: make demo PYTHON=/path/to/python3" >&2; exit 1

# Two commands: `make crawl` (the demo newspaper, or URL=https://... for a real site) and `make test`.
PYTHON ?= python3
BIN := .venv/bin
URL ?=
DATA ?= ../shared/data

.PHONY: setup crawl test check train clean
.DEFAULT_GOAL := test

# The stamp is newer than pyproject.toml exactly when the environment holds what it asks for.
.venv/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

setup: .venv/.installed

crawl: setup
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m crawler.run $(if $(URL),--url "$(URL)")

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(BIN)/python -m pytest

# Retrain the shipped models: labelled pages and our hand labels in, models/ out. Deterministic for a seed.
train: setup
	$(BIN)/winnow train $(DATA)/wcxb-dev $(DATA)/dragnet $(DATA)/readability $(DATA)/forms $(DATA)/widgets \
		gold/hand-labels.jsonl --out models

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache

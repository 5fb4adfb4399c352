# Two commands: `make crawl` (the demo newspaper, or URL=https://... for a real site) and `make test`.
PYTHON ?= python3
BIN := .venv/bin
URL ?=
DATA ?= ../shared/data

.PHONY: setup crawl test check train clean
.DEFAULT_GOAL := test

# Each stamp is newer than what it is made of exactly when the environment holds it. A crawl needs far less than the tests.
COMPILED := hatch_build.py $(shell find classifier -name '_*.pyx')
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

.venv/.crawl: pyproject.toml $(COMPILED)
	@echo "Setting up .venv (only the first time; this may take a minute)"
	@$(PYTHON) -m venv .venv
	@$(PIP_INSTALL) -e .
	@touch $@

.venv/.installed: .venv/.crawl
	@echo "Installing what development needs (only the first time; this may take a few minutes)"
	@$(PIP_INSTALL) -e '.[dev]'
	@touch $@

setup: .venv/.installed

crawl: .venv/.crawl
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m crawler $(if $(URL),--url "$(URL)")

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check
	$(BIN)/python -m pytest

# Retrain the shipped models: labelled pages and our hand labels in, models/ out. Deterministic for a seed.
train: setup
	$(BIN)/python -m classifier.forms.training $(DATA) --out models/forms.npz
	$(BIN)/python -m classifier.spam.training $(DATA) --out models/spam.npz
	$(BIN)/winnow train $(DATA)/wcxb-dev $(DATA)/dragnet $(DATA)/readability $(DATA)/forms $(DATA)/widgets \
		gold/hand-labels.jsonl --out models --seed 1

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache

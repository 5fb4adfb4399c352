# Two commands: `make crawl` (the demo newspaper, or URL=https://... for a real site) and `make test`.
PYTHON ?= python3
BIN := .venv/bin
URL ?=

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

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache

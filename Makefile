PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Wheels only: building from source would fetch build tools that no hash covers.
INSTALL := $(BIN)/python -m pip install --disable-pip-version-check -qq \
	--only-binary :all: --require-hashes
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-python-downloads \
	--generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help setup develop demo test bench check fmt lock

help: ## List these verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/runtime ## Install what Offramp runs with into .venv

develop: $(VENV)/development ## Install what tests and checks need as well

demo: setup ## Serve Offramp with a sample tenant; Ctrl-C stops it (ONCE=1: load, report, exit)
	@exec $(BIN)/python manage.py demo $(if $(ONCE),--once)

test: develop ## Run every test on SQLite, what asks a database on PostgreSQL too
	@exec $(BIN)/python -m tests.run

bench: develop ## Measure importing against the floor (ROWS=10000000: another size)
	@exec $(BIN)/python -m tests.bench $(if $(ROWS),--rows $(ROWS))

check: develop ## Check style, types, imports and migrations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

fmt: develop ## Format the code and mend what ruff can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: develop ## Write the lock files anew from pyproject.toml (UPGRADE=1: newest versions)
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Offramp needs Python 3.11 or later, and '$(PYTHON)' is not that." >&2; \
		echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/runtime: requirements.txt | $(BIN)/python
	@echo "Installing what Offramp runs with into $(VENV)."
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/development: requirements-dev.txt | $(VENV)/runtime
	@echo "Installing what tests and checks need into $(VENV)."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

# Every verb of Lectern. `make help` lists them.
PORT ?= 8000
DATA_DIR ?= var
export PORT DATA_DIR

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && { echo $$name; break; }; done)
BIN := .venv/bin
SERVED := .venv/.served
TESTED := .venv/.tested

.DEFAULT_GOAL := help
.PHONY: help setup run backup restore test check format faults bench bench-small openapi screenshots browser

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(SERVED): requirements.txt
	@test -n "$(PYTHON)" || { echo "Lectern needs Python 3.11, 3.12 or 3.13, and none is on the PATH. Install one, or name it: make run PYTHON=/path/to/python3.12"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { echo "Making .venv failed. On Debian and Ubuntu: apt install python3-venv"; rm -rf .venv; exit 1; }
	@echo "Installing the packages of requirements.txt into .venv …"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(TESTED): $(SERVED) requirements-dev.txt
	@echo "Installing the packages of requirements-dev.txt into .venv …"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: $(SERVED) ## make .venv and install the packages, nothing else

run: $(SERVED) ## serve Lectern with its own PostgreSQL, Valkey, worker and beat (PORT=8000, DATA_DIR=var)
	@exec $(BIN)/python -m config.supervisor

backup: $(SERVED) ## write everything into one file (FILE=… to name it)
	@$(BIN)/python -m config.backup save $(FILE)

restore: $(SERVED) ## bring a backup back: make restore FILE=…
	@$(BIN)/python -m config.backup load $(FILE)

test: $(TESTED) browser check ## all checks and all tests, against real servers
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(TESTED) ## formatting, lint, types, architecture, migrations, deployment
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@SITE_URL=https://lectern.example.org DATA_DIR=.venv/check $(BIN)/python manage.py check --deploy --fail-level WARNING
	@DATA_DIR=.venv/check $(BIN)/mypy accounts papers digests config manage.py
	@$(BIN)/lint-imports
	@DATA_DIR=.venv/check $(BIN)/python manage.py makemigrations --check --dry-run

format: $(TESTED) ## bring the code into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

faults: $(TESTED) ## the long versions of the tests that kill real processes or try every hour of every zone
	@FAULTS=full $(BIN)/python -m pytest tests/faults tests/digests/test_calendar_everywhere.py

bench: $(TESTED) ## all benchmarks; figures are in docs/benchmarks.md
	@$(BIN)/python -m benchmarks

bench-small: $(TESTED) ## the benchmarks on little data, to see that they run
	@$(BIN)/python -m benchmarks --small

openapi: $(SERVED) ## write docs/openapi.json anew, after a change of the REST API
	@DJANGO_SETTINGS_MODULE=config.settings DATA_DIR=.venv/check $(BIN)/python -c \
		"import django; django.setup(); from config.described import write_snapshot; write_snapshot()"

screenshots: $(TESTED) ## pictures of every page of a running Lectern into screenshots/
	@$(BIN)/python -m tests.browser.screenshots http://127.0.0.1:$(PORT) screenshots

browser:
	@command -v chromium >/dev/null || test -z "$(CI)" || test "$$(id -u)" != 0 || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; }

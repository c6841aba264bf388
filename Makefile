# The commands of the project. `make` alone lists them. Works with GNU make 3.81 (macOS).
PYTHON ?= python3
BIN := .venv/bin
# As many tests at a time as there are cores, but no more than Redis and PostgreSQL have room for.
WORKERS ?= -n logical --maxprocesses 8 --dist worksteal
QUICK_PART := -p no:playwright -m "not slow and not browser and not pdfa and not peer"
TEMPLATES := $(wildcard templates simulator/templates)
# What is compiled is kept (.gitignore has it): else every worker of a test, and every process it starts, compiles all anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup setup-pdfa demo demo-reset run manage test test-quick lint check bench figures backup restore screens kills \
	duty messages peers

help:
	@echo "make setup        everything that running and testing need, in .venv and node_modules"
	@echo "make setup-pdfa   the independent PDF/A validator too (60 MB); the tests marked pdfa are skipped without it"
	@echo "make demo         the whole of SocialDesk with practice platforms (PORT=8000); Ctrl-C ends it"
	@echo "make demo-reset   remove the demo's data"
	@echo "make manage ARGS=\"shell\"   one management command, with the demo's database"
	@echo "make run ARGS=\"CMD ...\"    any command, with the demo's database"
	@echo "make check        style, types, imports, migrations and the quick tests"
	@echo "make lint         the same without tests"
	@echo "make test         all tests; ARGS goes to pytest"
	@echo "make screens      a picture of every page, at three widths, light and dark, in screens/"
	@echo "make kills        an export of 200 records whose worker is killed twice (make test: one of 24)"
	@echo "make duty         one person who answers thirty comments by keys alone (make test: nine)"
	@echo "make messages     bring the catalogues in locale/ in step with the code (ARGS=--missing: what is not translated)"
	@echo "make bench        the figures for speed, one JSON line each (ONLY=LOG1 for one)"
	@echo "make figures      the promises of reliability, one JSON line each (ONLY=R6, QUICK=1, FILE=cases.jsonl)"
	@echo "make backup       the database and all files into a folder (TO=folder), with what they hold"
	@echo "make restore FROM=folder     put a backup back and check it (OVER_DATA=1 also over data; stop the demo first)"
	@echo "make peers        our connectors against real servers of others (installs 660 MB outside the repository)"
	@echo "make test-quick   the tests without browsers and long-running processes"

setup:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "There is no $(PYTHON). SocialDesk needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) scripts/setup.py

setup-pdfa: setup
	@$(BIN)/python -m pip install --quiet -r requirements-pdfa.txt

demo: setup
	@exec $(BIN)/python -m socialdesk.supervisor demo

demo-reset: setup
	@exec $(BIN)/python -m socialdesk.supervisor reset

run: setup
	@exec $(BIN)/python -m socialdesk.run $(ARGS)

manage: setup
	@exec $(BIN)/python -m socialdesk.run manage.py $(ARGS)

test: setup
	@CHROMIUM="$$(sh scripts/browser.sh)"; if [ -n "$$CHROMIUM" ]; then export CHROMIUM; fi; \
		exec $(BIN)/python -m pytest $(WORKERS) $(ARGS)

test-quick: setup
	@exec $(BIN)/python -m pytest $(WORKERS) $(QUICK_PART) $(ARGS)

screens: setup
	@CHROMIUM="$$(sh scripts/browser.sh)"; if [ -n "$$CHROMIUM" ]; then export CHROMIUM; fi; \
		SOCIALDESK_SCREENS=1 exec $(BIN)/python -m pytest tests/browser/test_pages_are_accessible.py $(ARGS)

kills: setup
	@SOCIALDESK_RECORDS=200 exec $(BIN)/python -m pytest tests/archive/test_killed_export.py $(ARGS)

duty: setup
	@CHROMIUM="$$(sh scripts/browser.sh)"; if [ -n "$$CHROMIUM" ]; then export CHROMIUM; fi; \
		SOCIALDESK_ON_DUTY=30 exec $(BIN)/python -m pytest tests/browser/test_alone_on_duty_in_the_browser.py $(ARGS)

messages: setup
	@$(BIN)/python scripts/messages.py $(ARGS)
	@$(BIN)/python scripts/compile_messages.py

peers: setup
	@$(BIN)/python scripts/peers.py
	@exec $(BIN)/python -m pytest -m peer tests/peers $(ARGS)

backup: setup
	@exec $(BIN)/python -m socialdesk.run manage.py backup $(TO)

restore: setup
	@test -n "$(FROM)" || { echo "Say which backup: make restore FROM=folder"; exit 2; }
	@exec $(BIN)/python -m socialdesk.run manage.py restore "$(FROM)" $(if $(OVER_DATA),--over-data)

bench: setup
	@exec $(BIN)/python -m benchmarks

figures: setup
	@CHROMIUM="$$(sh scripts/browser.sh)"; if [ -n "$$CHROMIUM" ]; then export CHROMIUM; fi; \
		exec $(BIN)/python -m benchmarks.reliability

lint: export SOCIALDESK_TEST = 1
lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if [ -n "$(TEMPLATES)" ]; then echo "$(BIN)/djlint --lint $(TEMPLATES)"; $(BIN)/djlint --quiet --lint $(TEMPLATES); fi
	$(BIN)/mypy --explicit-package-bases .
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

check: lint test-quick

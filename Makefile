# GNU make 3.81 (macOS) and newer. Needs Python 3.11 or newer and git; everything else goes into .venv.

PYTHON ?= python3
ADDRESS ?= 127.0.0.1:8000
# Findings about dates must not depend on the day on which the tests run.
AS_OF := 2026-11-22

BIN := .venv/bin
READY := .venv/.ready
LOCK_UV := .cache/lock/bin/uv

export NO_MKDOCS_2_WARNING := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX

.DELETE_ON_ERROR:
.PHONY: help setup site build lint test unit pictures mutants bench soak lock clean
.DEFAULT_GOAL := help

help:
	@echo 'make site    set up, lint the runbooks, build the site and serve it on http://$(ADDRESS)'
	@echo 'make build   the same without serving: the site is written to site/'
	@echo 'make test    set up, then every check and test'
	@echo 'make unit    the fast tests only, at every save: no browser, no builds, no git, no servers'
	@echo 'make pictures   take the screenshots of the docs anew'
	@echo 'make mutants    break the runbooks in every way that the tests know, and see what is found'
	@echo 'make bench   measure the speed of the linter beside other checkers'
	@echo 'make soak    kill writers and drills a hundred times at random moments'
	@echo 'make lock    remake requirements-dev.txt from pyproject.toml'
	@echo 'make clean   remove everything that make made'

setup: $(READY)

$(READY): requirements-dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || \
	  { echo 'Drillbook needs Python 3.11 or newer, and there is no "$(PYTHON)" here; try: make PYTHON=python3.11' >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Drillbook needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1); try: make PYTHON=python3.11" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo 'Drillbook needs the venv module of $(PYTHON); on Debian and Ubuntu: apt-get install python3-venv' >&2; exit 2; }
	@echo 'Setting up .venv (a minute or two the first time) ...'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

lint: $(READY)
	$(BIN)/drillbook lint

site: lint
	$(BIN)/mkdocs serve --livereload -a $(ADDRESS)

# Never with --quiet: that hides the warnings which --strict counts.
build: lint
	$(BIN)/mkdocs build --strict

# Pytest comes last, so that its closing line is the last one.
test: $(READY)
	@sh tests/tools.sh
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/drillbook lint --as-of $(AS_OF)
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -q -n 2 --dist loadgroup

unit: $(READY)
	PYTHONHASHSEED=0 $(BIN)/python -m pytest -n auto --dist worksteal -m 'not browser and not slow'

# The pictures that README and docs show.
pictures: $(READY)
	DRILLBOOK_PICTURES=1 $(BIN)/python -m pytest -m browser -k picture

# Every way to break the runbooks of this repository, and whether the linter notices.
mutants: $(READY)
	$(BIN)/python -m tests.mutants

# Speed beside other checkers, as ratios of one run; installs them below .cache/bench.
bench: $(READY)
	$(BIN)/python bench/lint.py
	$(BIN)/python bench/site.py

# What random moments can break, often: writers and drills that are killed a hundred times.
soak: $(READY)
	DRILLBOOK_SOAK=100 $(BIN)/python -m pytest -q tests/test_append.py tests/drills/test_leading.py -k killed

# uv resolves once for all systems and Python versions; the file names no registry, so that any mirror serves.
lock: $(LOCK_UV)
	$(LOCK_UV) pip compile --quiet --universal --upgrade --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --extra site --extra live --extra drills --group dev pyproject.toml -o .cache/requirements-dev.txt
	@{ echo '# Made by `make lock` from pyproject.toml: the base, the extras "site", "live" and "drills" and the group "dev".'; \
	  grep -v '^ *#' .cache/requirements-dev.txt; } > requirements-dev.txt

$(LOCK_UV):
	@$(PYTHON) -m venv --clear .cache/lock
	@.cache/lock/bin/python -m pip install --quiet 'uv>=0.9'

clean:
	rm -rf .venv .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist site
	find linter tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Two commands do all the set-up: `make run` and `make test`. No root, no Docker; Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check format lock clean

help: ## show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: $(RUN_STAMP) ## embedded database and broker, a simulated county, a board to open; Ctrl-C stops everything
	@exec $(BIN)/yian demo

test: $(DEV_STAMP) ## the whole test suite; `make test ARGS="tests/alerts -k fire"` for a part
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

check: $(DEV_STAMP) ## format, lint, types, import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

format: $(DEV_STAMP) ## put every file into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## renew both lock files: versions and hashes, no address of a registry; needs uv
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--group dev pyproject.toml -o requirements-dev.lock

clean: ## remove the environment and what was built
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "颐安需要 Python 3.11 以上；可用 make run PYTHON=python3.12 · Python 3.11 or newer is needed" >&2; exit 1; }
	@echo "建立环境 · making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "缺少 venv；Debian 上请安装 python3-venv · the venv module is missing" >&2; rm -rf $(VENV); exit 1; }

# The project is found by a .pth file, so that running it needs nothing that only builds it.
$(RUN_STAMP): requirements.lock | $(BIN)/python
	@echo "安装锁定的依赖（首次约一分钟）· installing what the lock names, about a minute the first time"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "yian.pth").write_text(str(pathlib.Path.cwd()))'
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m yian "$$@"\n' > $(BIN)/yian && chmod +x $(BIN)/yian
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(RUN_STAMP)
	@echo "安装开发工具 · installing the tools for development"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

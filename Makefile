# Everything runs in .venv, which the first target makes; Debian or Ubuntu with python3, make and git suffices.
.PHONY: install demo test torture lint bench wheelhouse clean

SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Chinese file names and output must work under LC_ALL=C too
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

install: $(READY)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv >/dev/null 2>&1 || { \
		echo "installing python3-venv" >&2; rm -rf .venv; \
		sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		$$sudo apt-get update -qq && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$package && \
		$(PYTHON) -m venv .venv; }
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@

# always a fresh one: the demonstration refuses a folder with files in it
demo: $(READY)
	rm -rf demo
	$(BIN)/ducha demo demo

lint: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

# hours: killed processes, mutated and hostile files, bursts; before a release, and when sync/ has changed much
torture: $(READY)
	$(BIN)/python -m pytest -s --timeout=0 tests/torture

bench: $(READY)
	$(BIN)/python -m bench

# for the office's Windows computers without internet: wheels, a script and a page (docs/离线安装.md)
wheelhouse: $(READY)
	$(BIN)/python offline/wheelhouse.py dist/wheelhouse

clean:
	rm -rf .venv demo build dist .mypy_cache .ruff_cache .hypothesis .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

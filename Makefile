# The one entrance. Everything it needs is set up in .venv and .tools; nothing is installed elsewhere
# but, for the tests on Debian, the real servers and browser they run against.
UV_VERSION := 0.13.8
UV := .tools/bin/uv
RUN := $(UV) run --frozen --no-sync

.PHONY: demo test check bench clean
.DEFAULT_GOAL := demo

$(UV):
	@echo "Setting up in this folder, once." >&2
	@python3 -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.demo: $(UV) pyproject.toml uv.lock
	@$(UV) sync --frozen --quiet --inexact --no-default-groups --extra demo
	@touch $@

.venv/.dev: $(UV) pyproject.toml uv.lock
	@$(UV) sync --frozen --quiet --all-extras
	@touch $@ .venv/.demo

demo: .venv/.demo
	@$(RUN) bandmate demo $(ARGS)

test: .venv/.dev
	sh tests/parts/install.sh
	$(RUN) pytest $(ARGS)

check: .venv/.dev
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) codespell
	$(RUN) lint-imports
	$(RUN) pyright

bench: .venv/.dev
	@$(RUN) bandmate bench $(ARGS)

clean:
	rm -rf .venv .tools .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# The one entrance. Everything it needs is set up in .venv and .tools; nothing is installed elsewhere
# but, for the tests on Debian, the real servers and browser they run against.
UV_VERSION := 0.13.8
UV := .tools/bin/uv
RUN := $(UV) run --frozen --no-sync

.PHONY: demo test test-bluez torture check bench accuracy sensors bench-page bench-peers check-discovery pictures dashboards dashboard-schema dashboard-pictures fuzz clean
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
	$(RUN) pytest -n 2 --dist worksteal -m "not box and not alone" $(ARGS)
	$(RUN) pytest -m alone $(ARGS) || [ $$? -eq 5 ] # 5: ARGS chose none of these

# Debian's BlueZ in a virtual machine, and what the link to a sensor costs in every fault.
test-bluez: .venv/.dev
	sh tests/parts/install.sh --box
	$(RUN) pytest -m box tests/bluez_box $(ARGS)

KILLS ?= 50
# The service killed again and again, while broker and database come and go.
torture: .venv/.dev
	sh tests/parts/install.sh
	BANDMATE_KILLS=$(KILLS) $(RUN) pytest tests/torture $(ARGS)

check: .venv/.dev
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) codespell
	$(RUN) lint-imports
	$(RUN) pyright --threads 2

bench: .venv/.dev
	@$(RUN) bandmate bench $(ARGS)

BANDMATE_DATA ?= ../shared/data
# The accuracy sheet and its pictures, everything in it measured anew.
accuracy: .venv/.dev
	@BANDMATE_DATA=$(BANDMATE_DATA) PYTHONPATH=tests $(RUN) python -m accuracy.sheet $(ARGS)

# The page of sensors, from their profiles.
sensors: .venv/.dev
	@$(RUN) bandmate profiles list --markdown > docs/sensors.md

.tools/gateway:
	@python3 -m venv $@
	@$@/bin/python -m pip install --quiet --disable-pip-version-check TheengsGateway==1.8.0

# Beside others: a popular TypeScript library, which npm brings; plain clients of broker and database;
# a popular gateway, in an environment and a process of its own.
bench-peers: .venv/.dev .tools/gateway
	@npm install --silent --no-save --prefix .tools/peer @hangtime/grip-connect@0.13.0
	@$(RUN) python tests/peers/decode.py .tools/peer
	@PYTHONPATH=tests $(RUN) python tests/peers/ways_out.py --outages
	@PYTHONPATH=tests $(RUN) python tests/peers/alerts.py
	@PYTHONPATH=tests $(RUN) python tests/peers/gateway.py .tools/gateway/bin/python

# What the coach page costs a slow phone, and how soon it has painted what a sensor tells.
bench-page: .venv/.dev
	@PYTHONPATH=tests $(RUN) python tests/peers/page.py

# The pictures of the coach page in the docs.
pictures: .venv/.dev
	@PYTHONPATH=tests $(RUN) python tests/peers/pictures.py docs/coach-page

# Grafana's dashboards, from their source.
dashboards: .venv/.dev
	@PYTHONPATH=deploy/grafana/source $(RUN) python -m boards.build deploy/grafana/dashboards

# Grafana's own components, which npm brings: some 630 MB.
.tools/grafana/node_modules: tests/peers/grafana/package-lock.json
	@mkdir -p .tools/grafana
	@cp tests/peers/grafana/* tests/peers/grafana/.npmrc .tools/grafana
	@npm ci --silent --prefix .tools/grafana
	@touch $@

# The pictures of the dashboards in the docs; it fails where one of them has nothing to show.
dashboard-pictures: .venv/.dev .tools/grafana/node_modules
	@cp tests/peers/grafana/* .tools/grafana
	@npm run --silent --prefix .tools/grafana bundle
	@PYTHONPATH=tests $(RUN) python -m peers.dashboards .tools/grafana docs/dashboards

# What tests hold them against: Grafana's own types, which npm brings, as JSON Schema.
dashboard-schema: .venv/.dev
	@npm install --silent --no-save --ignore-scripts --prefix .tools/grafana-types \
		@grafana/schema@11.6.0 ts-json-schema-generator@2.4.0
	@$(RUN) python tests/dashboards/make_schema.py .tools/grafana-types

HOME_ASSISTANT := homeassistant==2025.4.4
.tools/home-assistant: $(UV)
	@$(UV) venv --quiet --python 3.13 $@
	@$(UV) pip install --quiet --python $@/bin/python --no-deps $(HOME_ASSISTANT)
	@$(UV) pip install --quiet --python $@/bin/python -r tests/peers/home_assistant.txt

# What is published for Home Assistant's discovery, by its own schemas; it needs Python 3.13.
check-discovery: .venv/.dev .tools/home-assistant
	@$(RUN) python -c "from bandmate.sinks.discovery import discovery as d; \
		print(d('home', 'left', '0.1.0').payload.decode())" \
		| .tools/home-assistant/bin/python tests/peers/home_assistant.py

SECONDS ?= 60
# Every decoder under a coverage-guided fuzzer; what it finds is left in .fuzz.
fuzz: .venv/.dev
	@mkdir -p .fuzz
	@$(UV) run --frozen --inexact --all-extras --group fuzz python tests/fuzz/fuzz_decoder.py \
		-max_total_time=$(SECONDS) -max_len=700 -artifact_prefix=.fuzz/ .fuzz

clean:
	rm -rf .venv .tools .pytest_cache .ruff_cache .hypothesis .import_linter_cache .fuzz

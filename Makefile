# make run    everything up on this machine, with the demonstration, until Ctrl-C
# make test   linters, types, import contract and every test, in a real browser too
# make bench  filings a second; what the lists cost behind a million finished demands, against few; deliveries a second, and
#             beside a dead channel; how good suggestions are
# make telas  the pictures of docs/telas anew, from the journey in the browser
# make deps   requirements*.txt anew from requirements*.in

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export PIP_REQUIRE_VIRTUALENV := 1
# Tests run on every core; each has a database and a queue of its own.
NUCLEOS ?= logical

.PHONY: run test bench telas deps chromium

run: $(VENV)/.para-rodar
	@exec $(BIN)/python -m peticionamento.servidores

test: $(VENV)/.para-testar chromium
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(NUCLEOS)

bench: $(VENV)/.para-testar
	$(BIN)/python -m bench.protocolo
	$(BIN)/python -m bench.listas
	$(BIN)/python -m bench.entregas
	$(BIN)/python -m bench.sugestoes

telas: $(VENV)/.para-testar chromium
	TELAS=docs/telas $(BIN)/pytest -q tests/browser

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "É preciso Python 3.11 ou mais novo (make PYTHON=/caminho/do/python3)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null \
	  || { echo "Falta o módulo venv do Python; no Debian: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# Installed again only when the list changes.
$(VENV)/.para-rodar: requirements.txt | $(BIN)/python
	@echo "Instalando o que falta em $(VENV)…"
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.para-testar: requirements-dev.txt | $(BIN)/python
	@echo "Instalando o que falta em $(VENV)…"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

chromium: $(VENV)/.para-testar
	@$(BIN)/python -m tests.chromium

# For every Python from 3.11 on and every system at once: markers say what is whose.
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --upgrade

deps: $(VENV)/.para-testar
	@$(PIP) install uv
	$(UV_COMPILE) --output-file requirements.txt requirements.in
	$(UV_COMPILE) --output-file requirements-dev.txt requirements-dev.in

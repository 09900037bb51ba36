# make ask            creates .venv, installs, indexes corpus/, answers (Q="..." changes the question)
# make test           the whole gate: format, lint, types, layers, tests with coverage, docs
# make slow           the tests that the gate leaves out for their time, such as the command with rerankers and Milvus
# make docs           writes docs/cli.md anew from --help
# make milvus         tests failures of a real Milvus server, and, with QA_MILVUS_URI, a whole cluster
# make report         measures anew on the gold questions, and writes eval/REPORT.md
# make fuzz           throws arbitrary files and questions at reading, indexing and asking (SECONDS=60)
# make hostile        all tests of hostile input, with the largest articles and 10,000 damaged files a format: an hour
# make soak           asks from many threads and processes while an index is updated (SECONDS=300)
# make peers          installs what benchmarks/speed.py compares with, into an environment of its own
# make clean          removes what the others have made, but for the peers

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
export Q ?= what did Almagro request?

.PHONY: ask test format lint types layers tests slow docs docs-check report fuzz hostile soak milvus peers clean

ask: .venv/.installed
	@$(BIN)/qa index
	@$(BIN)/qa ask "$$Q" || [ $$? -eq 1 ]

test: lint types layers tests docs-check

format: .venv/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: .venv/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/.installed-dev
	$(BIN)/mypy

layers: .venv/.installed-dev
	$(BIN)/lint-imports

tests: .venv/.installed-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" --cov --cov-report=term

slow: .venv/.installed-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile -m slow

milvus: .venv/.installed-dev
	QA_MILVUS_SERVER=1 $(BIN)/python -m pytest tests/backends/milvus/test_milvus_server.py tests/cluster

docs: .venv/.installed-dev
	$(BIN)/python docs/generate.py

docs-check: .venv/.installed-dev
	$(BIN)/python docs/generate.py --check

report: .venv/.installed
	$(BIN)/python eval/report.py

fuzz: SECONDS ?= 60
fuzz: .venv/.installed-fuzz
	$(BIN)/python -m tests.fuzz .fuzz -max_total_time=$(SECONDS) -max_len=2048 -timeout=25 -rss_limit_mb=2048 -artifact_prefix=.fuzz/

hostile: .venv/.installed-dev
	$(BIN)/python -m pytest tests/hostile tests/hostile/large.py tests/hostile/mutated.py

soak: SECONDS ?= 300
soak: .venv/.installed
	$(BIN)/python benchmarks/soak.py --seconds $(SECONDS) --write benchmarks/soak.md

peers: .venv-peers/.installed

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .fuzz .coverage* $(addprefix index/,CURRENT PENDING LOCK WRITER generations calibration.json stamps.json)

.venv/.installed: pyproject.toml requirements.txt constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --no-deps --requirement requirements.txt --editable .
	@$(BIN)/python -m compileall -q qa
	@touch $@

.venv/.installed-dev: .venv/.installed
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

.venv/.installed-fuzz: .venv/.installed-dev
	$(PIP) install --quiet --constraint constraints.txt --editable '.[dev,fuzz]'
	@touch $@

.venv-peers/.installed: benchmarks/peers/requirements.txt constraints.txt
	$(PYTHON) -m venv .venv-peers
	@echo '*' > .venv-peers/.gitignore
	.venv-peers/bin/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt --requirement benchmarks/peers/requirements.txt
	@touch $@

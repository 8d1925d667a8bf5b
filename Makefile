# `make run` and `make test` are all the set-up there is: each makes .venv where it is missing and installs what it needs.
.DELETE_ON_ERROR:
.PHONY: lock run test lint bench peers docs fuzz faults demo-elastic fresh system clean

PYTHON ?= python3
BIN := .venv/bin
UV := .cache/boot/bin/uv
# Behind TLS inspection uv must trust the machine's own certificates; bytecode makes every start 2–4 times faster.
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never
export UV_COMPILE_BYTECODE := 1
export UV_NO_PROGRESS := 1
SYNC = $(UV) pip sync --quiet --python $(BIN)/python --require-hashes
SELF = $(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .

# Exit code 3 is a partial result that says what is missing: this clinic's wireless log never came.
run: .venv/run-ready
	$(BIN)/sentinel run examples/clinic/site.toml --out out/clinic --store out/clinic/sentinel.db || [ $$? -eq 3 ]

test: .venv/test-ready .cache/oracle/ready .cache/oscal/ready .cache/nine/ready system
	$(MAKE) --no-print-directory lint
	$(BIN)/pytest -q -n 2 --dist worksteal

lint: .venv/test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/test-ready
	for file in bench/bench_*.py; do $(BIN)/python $$file || exit 1; done

# The peers of bench/bench_detect.py (needs Rust 1.97 or newer, and a quarter of an hour) and bench/bench_report.py (needs Pango).
peers:
	$(PYTHON) -m venv .cache/peers/weasyprint
	.cache/peers/weasyprint/bin/pip install --quiet weasyprint==66.0
	cargo install rsigma --version 0.26.0 --root .cache/peers

docs: .venv/test-ready
	$(BIN)/sentinel content schemas --out docs/schemas
	$(BIN)/python docs/make_commands.py

# A million inputs for the readers of logs, 71,300 each, and as many for all else; FUZZ=60 gives two and a half times that.
fuzz: .venv/test-ready
	SENTINEL_FUZZ=$(or $(FUZZ),23) $(BIN)/pytest -q -n 2 --dist worksteal -m "hypothesis or fuzz"

# Two runners of a watch, killed 200 times behind a line and over a server that fail, 1,000 faults in all: some minutes.
faults: .venv/test-ready system
	$(BIN)/python -m tests.watching.faults

# The clinic's logs through a real Elasticsearch, started for that and gone afterwards.
demo-elastic: .venv/test-ready system
	$(BIN)/python -m tests.elastic.demo

# A bare Debian 12 in a folder: clone, run and test there, twice. Needs root and debootstrap.
fresh:
	tests/packaging/fresh_machine.sh

# System packages that tests use: installed where that is possible, named exactly where it is not.
system:
	tests/packaging/system_packages.sh

clean:
	rm -rf .venv .cache out dist

$(UV): requirements/boot.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Sentinel needs Python 3.11 or newer as $(PYTHON)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .cache/boot
	.cache/boot/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/boot.txt

# Not .venv/bin/python: that is a link to the machine's Python, as old as that.
.venv/pyvenv.cfg: | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .venv

# The test environment holds all that `make run` needs, so it is never made smaller again.
.venv/run-ready: requirements/run.txt pyproject.toml | .venv/pyvenv.cfg
	if [ -e .venv/test-ready ]; then $(SYNC) requirements/dev.txt; else $(SYNC) requirements/run.txt; fi
	$(SELF)
	touch $@

.venv/test-ready: requirements/dev.txt pyproject.toml | .venv/pyvenv.cfg
	$(SYNC) requirements/dev.txt
	$(SELF)
	touch $@ .venv/run-ready

# A second Sigma engine that tests compare with. It needs another pySigma than ours, so it has an environment of its own.
.cache/oracle/ready: requirements/oracle.txt | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .cache/oracle
	$(UV) pip sync --quiet --python .cache/oracle/bin/python --require-hashes requirements/oracle.txt
	touch $@

# What tests hold our OSCAL to. It asks for other versions of libraries than we do, so it has an environment of its own.
.cache/oscal/ready: requirements/oscal.txt | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .cache/oscal
	$(UV) pip sync --quiet --python .cache/oscal/bin/python --require-hashes requirements/oscal.txt
	touch $@

# Client and server of Elasticsearch 9, with the Java that it asks for. One environment cannot hold two clients.
.cache/nine/ready: requirements/nine.txt pyproject.toml | $(UV)
	$(UV) venv --quiet --clear --python $(PYTHON) .cache/nine
	$(UV) pip sync --quiet --python .cache/nine/bin/python --require-hashes requirements/nine.txt
	$(UV) pip install --quiet --python .cache/nine/bin/python --no-deps --no-build-isolation --editable .
	touch $@

lock: $(UV)
	for name in boot run dev oracle oscal nine; do $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header requirements/$$name.in -o requirements/$$name.txt || exit 1; done

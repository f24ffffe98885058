# make demo | demo-reset | test | check | torture | bench | messages | states | lock
#   PYTHON=python3.13   another Python (3.11 or later), with an environment of its own
#   PORT=8123           another port for the demonstration
#   SEED=2718           the same campaigns of `make torture` again

PYTHON ?= python3
PORT ?= 8000
VENV ?= $(if $(filter python3,$(PYTHON)),.venv,.venv-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
RUN := $(BIN)/python
UV := uv==0.13.9
JOBS ?= 2
# Of the campaigns of `make torture`: printed, so that a run can be repeated.
SEED := $(or $(SEED),$(shell od -An -N4 -tu4 /dev/urandom | tr -d ' '))

export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
export PYTHONUNBUFFERED := 1
# Without cached bytecode every process compiles its libraries anew, 3 s each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo demo-reset test check static torture bench messages states lock compiled
.SILENT:

demo: compiled
	$(RUN) manage.py demo --port $(PORT)

demo-reset: compiled
	$(RUN) -m sibportal.embedded.reset
	$(RUN) manage.py demo --port $(PORT)

# The static checks keep one core busy for a minute: they run beside the tests and speak at the end.
test: compiled
	start=$$(date +%s); status=0; checked=$$(mktemp); \
	$(MAKE) static > $$checked 2>&1 & check=$$!; \
	{ $(RUN) -m tools.chromium && $(BIN)/pytest -q -n $(JOBS); } || status=$$?; \
	wait $$check || status=$$?; cat $$checked; rm $$checked; \
	taken=$$(( $$(date +%s) - start )); \
	echo "make test took $$(( taken / 60 )) min $$(( taken % 60 )) s"; exit $$status

check: compiled
	$(MAKE) static

static:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run --settings tests.settings
	$(RUN) -m tools.templates
	$(RUN) -m tools.catalogues check

torture: compiled
	$(RUN) -m tools.chromium
	echo "seed $(SEED) (make torture SEED=$(SEED) repeats this run)"
	SIB_TORTURE_SEED=$(SEED) $(BIN)/pytest -q -m torture -n $(JOBS)
	$(BIN)/pytest -q -m hypothesis --hypothesis-profile=torture --hypothesis-seed=$(SEED) -n $(JOBS)
	$(RUN) -m tests.torture.guards

bench: compiled
	$(BIN)/pytest -q -s -m bench -p no:randomly

messages: $(VENV)/installed
	$(RUN) -m tools.catalogues update

states: $(VENV)/installed
	$(RUN) -m tools.states

lock: $(VENV)/installed
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --constraint requirements.lock --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --quiet \
		--output-file requirements-production.lock

compiled: $(VENV)/installed
	$(RUN) -m tools.catalogues compile

$(VENV)/installed: requirements.lock
	command -v $(PYTHON) >/dev/null || { \
		echo "$(PYTHON) was not found: install Python 3.11 or later, or name one with PYTHON=..." >&2; exit 1; }
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11: name a later one with PYTHON=..." >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) lacks venv and ensurepip: install them (Debian: apt-get install python3-venv)." >&2; exit 1; }
	echo "Creating the environment $(VENV) …"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -qq --disable-pip-version-check $(UV)
	$(BIN)/uv pip install --quiet --python $(RUN) --require-hashes -r requirements.lock
	touch $@

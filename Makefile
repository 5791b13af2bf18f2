# One command per intention. CI calls the same ones.
#   make run     the app, in an environment of its own; MODEL=path/to/model.keras shows a model of yours, too
#   make test    everything that is tested, with a Chromium; ARGS="tests/vizcore -k gain" gives pytest these arguments
#                in place of the whole suite
#   make check   formatting and lint of Python, JavaScript and CSS, and the types; make format puts right what it can
#   make bench   the measurements, written to benchmarks/results.md
#   make images  the pictures of the documentation

VENV ?= .venv
# The first Python on the machine that TensorFlow has wheels for; PYTHON=… chooses another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$python && break; done)
PORT ?= 8501
BIN := $(VENV)/bin
# The patterns are for the formatter, not for the shell.
BROWSER_FILES := 'ui/**/*.js' 'ui/**/*.css' 'vizcore/**/*.js'

.PHONY: run test check format bench images clean

run: $(VENV)/app
	$(if $(MODEL),VIZCORE_MODEL="$(MODEL)") $(BIN)/streamlit run streamlit_app.py --server.port $(PORT)

# The journeys are last and one by one: two of them at once would wait for each other.
test: $(VENV)/dev
	CHROMIUM="$$($(BIN)/python scripts/chromium.py)" && export CHROMIUM && \
	$(if $(ARGS),$(BIN)/pytest $(ARGS),$(BIN)/pytest -m "not browser" -n 2 --dist worksteal; code=$$?; $(BIN)/pytest -m browser -n 2 --dist worksteal && exit $$code)

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/oxfmt --check $(BROWSER_FILES)
	$(BIN)/oxlint --deny-warnings ui vizcore
	CHROMIUM="$$($(BIN)/python scripts/chromium.py)" && export CHROMIUM && $(BIN)/python -m scripts.lint_css

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/oxlint --fix --silent ui vizcore || true # what is left, make check reports
	$(BIN)/oxfmt $(BROWSER_FILES)

bench: $(VENV)/bench
	CHROMIUM="$$($(BIN)/python scripts/chromium.py)" && export CHROMIUM && $(BIN)/python -m benchmarks.run

images: $(VENV)/dev
	CHROMIUM="$$($(BIN)/python scripts/chromium.py)" && export CHROMIUM && $(BIN)/python -m scripts.pictures

clean:
	rm -rf $(VENV) $(VENV)-tutorial static/plotly-*.gz

# The environment, remade when what it is made from has changed. Each stage is a file that says it is complete.
$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed and none was found. Install one, or say where it is: make run PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) could not make an environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/app: $(VENV)/made requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev: $(VENV)/app requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# The tutorial's own way draws with matplotlib. Keras imports it when it is there, so it gets an environment of its own.
$(VENV)/bench: $(VENV)/dev benchmarks/requirements.txt
	$(BIN)/python -m venv $(VENV)-tutorial
	$(VENV)-tutorial/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@

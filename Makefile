# Two commands matter: `make demo` and `make test`. Both are safe to repeat.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test thin lint check bench bench-compare fuzz thorough services install packages catalogues clock screens screenshots

# make demo LAN=1: HTTPS for phones in the same network too.
demo: install
	@$(PY) -m cluster.runtime.demo $(if $(LAN),--lan)

# Style, types and schema are looked at beside the first tests: deploy/run_tests.sh.
test:
	@began=$$(date +%s); $(MAKE) --no-print-directory packages catalogues; ended=$$?; \
	  echo "Installed in $$(($$(date +%s) - began)) s"; exit $$ended
	@$(PY) manage.py services run -- sh deploy/run_tests.sh $(PY)

# The web application where only its own packages and the tests' are installed: neither torch nor Flower.
thin: packages
	@sh deploy/make_venv.sh "$(PYTHON)" .venv-thin web,test
	.venv-thin/bin/python manage.py catalogues compile
	.venv-thin/bin/python manage.py services run -- sh deploy/run_tests.sh .venv-thin/bin/python thin

lint: install
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

check: install catalogues
	DJANGO_SETTINGS_MODULE=cluster.settings.test $(PY) manage.py check --fail-level WARNING
	DJANGO_SETTINGS_MODULE=cluster.settings.test $(PY) -W ignore manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=cluster.settings.test $(PY) manage.py spectacular --validate --fail-on-warn --file .dure/openapi.yaml

bench: install catalogues
	$(PY) manage.py services run -- $(PY) -m tests.benchmarks

# The last `make bench` beside the committed one; fails where a ratio is worse by more than 20 %.
bench-compare: install
	$(PY) -m tests.benchmarks.table

# make fuzz SEED=7 COUNT=20000: tries across firms, more than the tests make.
fuzz: install catalogues
	FUZZ_SEED=$(or $(SEED),20261124) FUZZ_COUNT=$(or $(COUNT),20000) \
	  $(PY) manage.py services run -- $(PY) -m pytest -s tests/fuzz

# All that `make test` tries in turns and samples: hostile input everywhere, long sequences of acts, whole schemas.
thorough: install catalogues
	DURE_THOROUGH=1 $(PY) manage.py services run -- $(PY) -m pytest -n $(shell nproc) --dist loadfile \
	  tests/contract tests/properties tests/walk tests/fuzz

# make clock AT='2026-12-31 14:58' ONLY=tests/apps/capacity: tests at another time (UTC), so that a weekday or the end of a month
# shows what holds only today. It takes Debian's `faketime`; the times of files stay those of the machine.
clock: install catalogues
	LD_PRELOAD=$$(ls /usr/lib/*/faketime/libfaketime.so.1) \
	  FAKETIME=$$(printf %+d $$(($$(date -ud "$(AT)" +%s) - $$(date +%s)))) \
	  $(PY) manage.py services run -- $(PY) -m pytest -m "not processes and not browser" -n $(shell nproc) \
	  --dist loadfile $(or $(ONLY),tests/apps tests/properties)

services: install
	$(PY) manage.py services up

install: $(VENV)/installed
$(VENV)/installed: pyproject.toml
	@sh deploy/make_venv.sh "$(PYTHON)" "$(VENV)"
	@touch $@

packages:
	@sh deploy/test_packages.sh

catalogues: install
	@$(PY) manage.py catalogues compile

# Every page in three widths, both languages and both themes (`make test` has them take turns): artifacts/pages.
screens: packages install catalogues
	DURE_EVERY_LOOK=1 $(PY) manage.py services run -- $(PY) -m pytest tests/pages/test_screens.py -n $(shell nproc)

# The picture of the README, as the page tests made it.
screenshots: packages install catalogues
	DURE_EVERY_LOOK=1 $(PY) manage.py services run -- $(PY) -m pytest tests/pages/test_screens.py -k "today-buyer-en"
	cp artifacts/pages/today-buyer-1440-light-en.png docs/images/today-buyer.png

# Two commands matter: `make serve` runs the mirror, `make test` checks it. Each sets up what it needs.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
POSE_MODELS := assets/models/pose_full.task
SHOP := assets/shop/garments/.built
CLIENT_SOURCES := $(shell find web_client -path web_client/node_modules -prune -o -path web_client/dist -prune -o -type f -print)

# The libraries that OpenCV and MediaPipe expect of the system, as `soname:Debian package`.
LIBRARIES := libGL.so.1:libgl1 libgthread-2.0.so.0:libglib2.0-0 libEGL.so.1:libegl1 libGLESv2.so.2:libgles2

.PHONY: setup serve test lint bench browser clean

setup: .venv/.libraries .venv/.installed $(POSE_MODELS) $(SHOP) web_client/dist/index.html

serve: setup
	$(BIN)/geoul serve

test: setup browser
	cd web_client && npm test
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd web_client && npm run check

bench: setup
	$(BIN)/geoul bench frame --json
	$(BIN)/geoul bench layers --json
	$(BIN)/geoul bench garments --json
	$(BIN)/geoul bench steady --json

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Geoul needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.11 setup"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.libraries: Makefile | .venv/bin/python
	@missing=""; for pair in $(LIBRARIES); do \
	  /sbin/ldconfig -p | grep -q "$${pair%%:*}" || missing="$$missing $${pair##*:}"; done; \
	$(call install,$$missing)
	@touch $@

# Runs `apt-get install` where that is allowed, and says what to install where it is not.
define install
if [ -n "$(strip $(1))" ]; then \
  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; \
  else echo "Please install these system packages (or their like) and run make again:$(1)"; exit 1; fi; fi
endef

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	@touch $@

web_client/node_modules/.installed: web_client/package.json web_client/package-lock.json
	@command -v npm >/dev/null || { echo "Geoul needs Node.js 20 or newer, with npm, to build its pages."; exit 1; }
	cd web_client && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(POSE_MODELS): web_client/node_modules/.installed .venv/.installed .venv/.libraries fitting/pose_bundle.py
	$(BIN)/python -m fitting.pose_bundle
	@touch $@

$(SHOP): .venv/.installed .venv/.libraries $(wildcard garments/*.py garments/*/*.py assets/shop/photos/* assets/shop/meshes/* assets/shop/*.json assets/models/*.onnx)
	$(BIN)/python -m garments.build_shop
	@touch $@

web_client/dist/index.html: web_client/node_modules/.installed $(CLIENT_SOURCES)
	cd web_client && npm run build --silent
	@touch $@

browser: .venv/.libraries
	@missing=""; command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || command -v google-chrome >/dev/null || missing=" chromium"; $(call install,$$missing)

clean:
	rm -rf .venv web_client/node_modules web_client/dist assets/models/pose_*.task assets/shop/garments

# The two commands of a fresh machine are `make film` and `make test`; `make check` is what CI runs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
BRIEF  ?= examples/tire.yaml
OUT    ?= films
SEED   ?= 11
PORT   ?= 8000
# The graph to serve: local (no models), tiny (small models, made on the spot), gpu.
ENGINES ?= local
# A folder of your own videos to caption; without one, 200 that are made on the spot.
VIDEOS  ?=
CAPTIONS ?= captions
# Processes that run the tests which boot nothing, a file in one; a third one runs PyTorch beside them:
# one more than two cores, because many wait for a child that decodes.
TESTERS ?= 2
# How much is learnt: loop, or loop-short.
RECIPE  ?= loop
HOME_DIR := .sian
READY  := $(if $(filter tiny,$(ENGINES)),$(VENV)/installed-cpu $(HOME_DIR)/tiny/vision,$(VENV)/installed)
GRAPH  := graphs/$(ENGINES).yaml
# uv takes a fifth of pip's processor time. torch comes by pip all the same: where a machine's pip is
# set up for a CPU build of it, uv would not see that, and load gigabytes for CUDA. Compiled when it is
# installed, by uv with all cores: a cluster's dozen processes would each do it for themselves, where
# nobody may write bytecode at every start.
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt
UV     := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python \
          --constraint constraints.txt --override overrides.txt

.DEFAULT_GOAL := help
.PHONY: studio studio-dev help film captions loop up down test prove check lint style types bench gallery lock clean

help:  ## what there is to do
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

film: $(READY)  ## film examples/tire.yaml, or BRIEF=my.yaml; ENGINES=tiny: with small models
	@$(BIN)/sian film $(BRIEF) --seed $(SEED) --out $(OUT) --port $(PORT) --graph $(GRAPH)

captions: $(VENV)/installed-crawl  ## caption VIDEOS=folder into a dataset of clips, as a Ray job
	@test -n "$(VIDEOS)" || $(BIN)/python -m tests.generated_videos $(HOME_DIR)/videos --seed 1 --count 200
	@$(BIN)/python -m crawl.caption.folder $(or $(VIDEOS),$(HOME_DIR)/videos) --evidence "make captions" --out $(HOME_DIR)/videos.jsonl
	@$(BIN)/sian job --port $(PORT) -- python -m crawl.caption --manifest $(HOME_DIR)/videos.jsonl --out $(CAPTIONS)

loop: $(VENV)/installed-training  ## learn both models small, promote them, film with them; RECIPE=loop-short: less
	@$(BIN)/python -m training.loop --home $(HOME_DIR)/$(RECIPE) --settings training/loop/$(RECIPE).yaml --port $(PORT)

up: $(READY)  ## leave the cluster serving on 127.0.0.1:8000
	@$(BIN)/sian up --port $(PORT) --graph $(GRAPH)

down:  ## stop what `make up` started
	@if [ -x $(BIN)/sian ]; then $(BIN)/sian down; fi

test: $(VENV)/installed-dev  ## every test but the long proofs, phase by phase
	@$(BIN)/python -m tests --workers $(TESTERS)

prove: $(VENV)/installed-dev  ## the long proofs, before a release
	@$(BIN)/python -m tests --workers 1 --lanes 1 -m prove

lint: style types  ## ruff, import-linter, pyright

style: $(VENV)/installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: $(VENV)/installed-dev
	@$(BIN)/pyright --pythonpath $(BIN)/python

# Style first, in seconds. Types beside the tests, because pyright uses one core for a minute; what it
# says is shown in one piece when it ends.
check: style  ## lint and every test
	@mkdir -p .tests
	@{ $(MAKE) --no-print-directory types > .tests/types.txt 2>&1; code=$$?; cat .tests/types.txt; exit $$code; } & \
	  types=$$!; $(MAKE) --no-print-directory test; tests=$$?; wait $$types && exit $$tests

bench: $(VENV)/installed-bench  ## the figures of tests/bench/README.md
	@$(BIN)/python -m tests.bench

studio: $(VENV)/installed-dev  ## build the Studio's page from serve/studio/src
	@$(BIN)/python -m serve.studio build

studio-dev: $(VENV)/installed-dev  ## the Studio with reload, against the cluster on PORT
	@SIAN_URL=http://127.0.0.1:$(PORT) $(BIN)/python -m serve.studio dev

gallery: $(VENV)/installed-dev  ## every product and prop that drafts draw, as one page: goods.html
	@$(BIN)/python -m deployments.engines.animatic.goods.page goods.html

lock: $(VENV)/installed-dev  ## make constraints.txt anew from pyproject.toml, for every extra
	@$(BIN)/uv pip compile --quiet --python-version 3.11 --all-extras --override overrides.txt --upgrade \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  --output-file constraints.txt pyproject.toml
	@# torch pins its own triton, another one for each build.
	@sed -i -e '/^triton==/d' -e '/^pip==/d' -e '/^setuptools==/d' constraints.txt

clean:  ## forget the virtual environment (productions and films stay)
	@rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 15) else "Python 3.11 to 3.14 is wanted, this is " + sys.version.split()[0] + "; name one with PYTHON=python3.12")'
	@echo "setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/bin/uv: $(VENV)/bin/python constraints.txt
	@$(PIP) uv
	@touch $@

$(VENV)/installed: $(VENV)/bin/uv pyproject.toml constraints.txt
	@echo "installing (once) ..."
	@$(UV) --editable .
	@touch $@

$(VENV)/installed-crawl: $(VENV)/bin/uv pyproject.toml constraints.txt
	@echo "installing what the jobs need (once) ..."
	@$(UV) --editable '.[crawl]'
	@touch $@ $(VENV)/installed

$(VENV)/torch: $(VENV)/bin/python constraints.txt
	@echo "installing torch (once) ..."
	@$(PIP) torch
	@touch $@

$(VENV)/installed-cpu: $(VENV)/bin/uv $(VENV)/torch pyproject.toml constraints.txt overrides.txt
	@echo "installing the models' libraries, 4 GB (once) ..."
	@$(UV) --editable '.[cpu]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-training: $(VENV)/bin/uv $(VENV)/torch pyproject.toml constraints.txt overrides.txt
	@echo "installing what training needs, 4 GB (once) ..."
	@$(UV) --editable '.[cpu,crawl,training]'
	@touch $@ $(VENV)/installed $(VENV)/installed-crawl $(VENV)/installed-cpu

$(VENV)/installed-dev: $(VENV)/bin/uv $(VENV)/torch pyproject.toml constraints.txt overrides.txt
	@echo "installing the tools for tests and the models' libraries, 4 GB (once) ..."
	@# The whole would take three minutes of a core to compile, and tests import a fifth: what each of
	@# their processes needs is compiled here, the rest by the first that imports it.
	@$(UV:--compile-bytecode=) --editable '.[dev]'
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -c 'import graphs.build'
	@touch $@ $(VENV)/installed $(VENV)/installed-crawl $(VENV)/installed-cpu $(VENV)/installed-training

$(HOME_DIR)/tiny/vision: | $(VENV)/installed-cpu
	@echo "making small models ..."
	@$(BIN)/python -m deployments.engines.tiny $(HOME_DIR)/tiny > /dev/null

$(VENV)/installed-bench: $(VENV)/installed-dev
	@$(UV) --editable '.[dev,bench]'
	@touch $@

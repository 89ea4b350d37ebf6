# Everything a person needs: make demo, make test, make check. What is behind each stands in otklik/site and setup/.
.PHONY: demo setup training develop test test-all quick check check-types check-documents check-faults check-style check-layers release format lock bench bench-desk bench-reports bench-understanding bench-load bundle images chaos pictures clean

demo: setup
	@exec .venv/bin/otklik demo $(ARGS)

setup:
	@python3 setup/bootstrap.py

# What `otklik train` needs beside, 190 MB.
training:
	@python3 setup/bootstrap.py training

develop:
	@python3 setup/bootstrap.py develop

test: develop
	@.venv/bin/python -m tests.run $(ARGS)

test-all: develop
	@.venv/bin/python -m tests.run --all $(ARGS)

quick: develop
	@.venv/bin/python -m tests.run --quick $(ARGS)

# Beside each other, each with its own words whole.
check: develop
	@$(MAKE) --no-print-directory -j2 --output-sync=target check-types check-documents check-faults check-style check-layers

check-types:
	.venv/bin/mypy otklik sandbox tests bench

check-documents:
	@.venv/bin/python -m tests.run --documents

check-faults:
	.venv/bin/bandit -q -r otklik sandbox setup -c pyproject.toml
	@.venv/bin/python setup/advisories.py
	@.venv/bin/python -m bench.faults --check

check-style:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

check-layers:
	.venv/bin/lint-imports

format: develop
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

lock: develop
	for set in run training develop node; do .venv/bin/uv pip compile -q --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header requirements/$$set.in -o requirements/$$set.txt; done

bench: develop
	@.venv/bin/python -m bench.latency $(ARGS)

bench-desk: develop
	@.venv/bin/python -m bench.desk $(ARGS)

bench-reports: develop
	@.venv/bin/python -m bench.reports $(ARGS)

bench-understanding: develop
	@.venv/bin/python -m bench.understanding $(ARGS)

bench-load: develop
	@.venv/bin/python -m bench.load $(ARGS)

release: develop
	@.venv/bin/python -m tests.release
	@.venv/bin/python setup/advisories.py --release
	@.venv/bin/python setup/images.py --check
	@.venv/bin/python setup/bundle.py $(ARGS)

images: develop
	@.venv/bin/python setup/images.py

# Of the environment that is there: a server's does not become a developer's by this.
bundle: $(if $(wildcard .venv/built-develop),develop,setup)
	@.venv/bin/python setup/bundle.py $(ARGS)

chaos: develop
	@.venv/bin/python -m bench.chaos $(ARGS)

pictures: develop
	@.venv/bin/python -m tests.pictures $(ARGS)

clean:
	rm -rf .venv node_modules otklik/desk/static/vendor otklik/reports/fonts

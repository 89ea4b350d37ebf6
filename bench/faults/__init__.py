"""What the tests catch: sixty faults, declared in the TOML files beside this, are put into a copy of the product, and
a test of each tier has to go red.

    python -m bench.faults --check                                    do the declarations still fit the product?
    python -m bench.faults --near --tier NAME [FAULT …] -- WORDS      each fault alone, on the tests nearest to it
    python -m bench.faults --together --tier NAME -- WORDS            what survived, at once, on the whole tier
    python -m bench.faults --table                                    all results as a table, also into README.md

WORDS are pytest's and say which tests the tier has: `-p tests.progress --tier first`. `--at COMMIT` takes the product
and the tests of another commit. `DATABASE_URL` is handed on.
"""

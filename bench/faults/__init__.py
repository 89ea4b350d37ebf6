"""What the tests catch: sixty faults, declared in the TOML files beside this, are put into a copy of the product one at
a time, and the tests that execute the touched lines have to go red.

    python -m bench.faults --check                        do the declarations still fit the product?
    python -m bench.faults --map --tier NAME -- WORDS     run a tier once, and note which test executes which line
    python -m bench.faults --run --tier NAME [FAULT …]    put each fault in: does a test of the tier go red?
    python -m bench.faults --table                        all results as a table, also into README.md
"""

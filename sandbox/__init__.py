"""The sandbox: social networks as strict local emulators, for training, demonstrations and tests.

It runs in a process of its own and keeps its own SQLite file. It imports nothing of the rest of Otklik and
nothing of the rest imports it: it is reached only over HTTP, exactly as the real networks are. It must not know
what an incident, an agency or an answer is.

A new network is one folder `sandbox/<network>/` with `NETWORK` in its `__init__.py` and one line in
`registry.py`. The folder brings its own tables (SQL), URLs, templates and counts; the framework gives the state
(`state.py`), the clock, the faults, the switches, the Host and token guards and the page frame.
"""

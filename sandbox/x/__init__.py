"""The X emulator: the API of version 2 over `/x/2/`, webhooks of the X Activity API.

It runs from tables of its own (`operations/`); the tests compare them and every answer with the published OpenAPI
plus `errata.py`. It must not know who calls it.
"""

from sandbox.network import Network
from sandbox.x import acts, counts, crc, events, stage, switchboard, tables

NETWORK = Network(
    kind="x",
    title="Учебная X",
    tables=tables.SQL,
    urls="sandbox.x.urls",
    control_urls="sandbox.x.control_urls",
    places=counts.places,
    counts=counts.counts,
    switches=switchboard.SWITCHES,
    unready={"title": "Service Unavailable", "detail": "Being prepared", "type": "about:blank", "status": 503},
    fault_kinds=frozenset(),
    start=crc.start,
    acts=acts.XActs(),
    shelves=acts.SHELVES,
    pushes=events.PUSHES,
    stage=stage.STAGE,
)

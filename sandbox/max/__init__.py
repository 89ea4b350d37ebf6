"""The MAX emulator: the Bot API under `/max/`, webhooks, long polling, uploads.

It runs from small tables of its own (`methods/`); the tests compare them and every answer with the published
schema plus `errata.py`. It must not know who calls it.
"""

from sandbox.max import counts, hooks, stage, switchboard, tables
from sandbox.max.acts import SHELVES, MaxActs
from sandbox.network import Network

NETWORK = Network(
    kind="max",
    title="Учебный MAX",
    tables=tables.SQL,
    urls="sandbox.max.urls",
    control_urls="sandbox.max.control_urls",
    places=counts.places,
    counts=counts.counts,
    switches=switchboard.SWITCHES,
    unready={"code": "service.unavailable", "message": "Service is being prepared"},
    fault_kinds=frozenset({"not_ready", "soft_refusal", "soft_error"}),
    start=hooks.start,
    acts=MaxActs(),
    shelves=SHELVES,
    pushes=hooks.PUSHES,
    stage=stage.STAGE,
)

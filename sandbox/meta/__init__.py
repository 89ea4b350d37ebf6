"""Facebook and Instagram as one strict local emulator of the Graph API, with the webhooks of both.

It runs from small tables of its own (`spec.py`, `edges_*.py`); the tests compare them and every answer with the
published specification plus `errata.py`. It must not know who calls it.
"""

from sandbox.meta import counts, events, stage, switchboard, tables
from sandbox.meta.acts import SHELVES, MetaActs
from sandbox.network import Network

NETWORK = Network(
    kind="meta",
    title="Учебные Facebook и Instagram",
    tables=tables.SQL,
    urls="sandbox.meta.urls",
    control_urls="sandbox.meta.control_urls",
    places=counts.places,
    counts=counts.counts,
    switches=switchboard.SWITCHES,
    unready={"error": {"message": "Being prepared", "type": "OAuthException", "code": 2, "is_transient": True}},
    fault_kinds=frozenset({*events.OWN_FAULTS}),
    acts=MetaActs(),
    shelves=SHELVES,
    pushes=events.PUSHES,
    stage=stage.STAGE,
)

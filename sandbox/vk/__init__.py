"""The VKontakte emulator: API 5.199 over `/vk/method/`, Callback API, Bots Long Poll, uploads and people's pages.

It runs from small tables of its own (`methods/`); the tests compare them and every answer with the published
schema plus `errata.py`. It must not know who calls it.
"""

from sandbox.network import Network
from sandbox.vk import counts, push, reading, switchboard, tables
from sandbox.vk.citizens import Citizens
from sandbox.vk.stage import ACTS, STAGE

NETWORK = Network(
    kind="vk",
    title="Учебная ВКонтакте",
    tables=tables.SQL,
    urls="sandbox.vk.urls",
    control_urls="sandbox.vk.control_urls",
    places=counts.places,
    counts=counts.counts,
    switches=switchboard.SWITCHES,
    unready={"error": {"error_code": 10, "error_msg": "Internal server error: being prepared"}},
    fault_kinds=frozenset({"failed1", "failed2", "failed3"}),
    start=push.start,
    acts=ACTS,
    shelves=reading.SHELVES,
    stage=STAGE,
    people=Citizens(),
)

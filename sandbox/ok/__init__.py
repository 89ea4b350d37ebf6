"""The Odnoklassniki emulator: the signed REST API, the groups' Bot API with its webhook and long poll.

There is no published schema: the tables of `methods/` are written by hand, each with its source, and the tests
compare them with the network's pages. It must not know who calls it.
"""

from sandbox.network import Network
from sandbox.ok import counts, push, stage, switchboard, tables
from sandbox.ok.acts import SHELVES, OkActs

NETWORK = Network(
    kind="ok",
    title="Учебные Одноклассники",
    tables=tables.SQL,
    urls="sandbox.ok.urls",
    control_urls="sandbox.ok.control_urls",
    places=counts.places,
    counts=counts.counts,
    switches=switchboard.SWITCHES,
    unready={"error_code": 2, "error_msg": "SERVICE : being prepared", "error_data": None},
    fault_kinds=frozenset({"lost_anchor"}),
    acts=OkActs(),
    shelves=SHELVES,
    pushes=push.PUSHES,
    stage=stage.STAGE,
)

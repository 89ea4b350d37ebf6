"""The Telegram emulator: the Bot API 10.1 over `/telegram/bot<token>/`, files, webhooks, chats with their rules.

It runs from small tables of its own (`methods/`); the tests compare them and every answer with the published
description plus `errata.py`. It must not know who calls it.
"""

from sandbox.network import Network
from sandbox.telegram import counts, hooks, showing, stage, switchboard, tables
from sandbox.telegram.acts import TelegramActs

NETWORK = Network(
    kind="telegram",
    title="Учебный Telegram",
    tables=tables.SQL,
    urls="sandbox.telegram.urls",
    control_urls="sandbox.telegram.control_urls",
    places=counts.places,
    counts=counts.counts,
    switches=switchboard.SWITCHES,
    unready={"ok": False, "error_code": 503, "description": "Service Unavailable: being prepared"},
    fault_kinds=frozenset(),
    acts=TelegramActs(),
    shelves=showing.SHELVES,
    pushes=hooks.PUSHES,
    stage=stage.STAGE,
)

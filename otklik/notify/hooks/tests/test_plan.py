import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from otklik.incidents.workflow import MOVES
from otklik.notify.hooks import kinds, plan, sign
from otklik.notify.hooks.plan import Meaning

BODY = '{"type":"card.new","data":{"place":"krasnodar","theme":"Нет воды"}}'.encode()


def test_what_a_status_means_and_how_long_to_pause() -> None:
    pauses = [plan.pause_after(misses, lambda: 0.0) for misses in range(1, 9)]
    assert [int(one.total_seconds()) for one in pauses] == [5, 30, 120, 600, 3600, 10800, 10800, 10800]
    assert plan.pause_after(4, lambda: 1.0) == timedelta(minutes=12)
    assert plan.pause_after(0, lambda: 0.0) == timedelta(seconds=5)
    meanings = {
        Meaning.DONE: (200, 204),
        Meaning.REFUSED: (301, 400, 500),
        Meaning.GONE: (410,),
        Meaning.AWAY: (429, 503),
    }
    for meaning, statuses in meanings.items():
        assert [plan.meaning_of(status) for status in statuses] == [meaning] * len(statuses)


CLOSING, TAKING = {"from": "rating", "to": "done"}, {"from": "assigned", "to": "in_work"}
AGAIN, AGREEING = {"from": "assigned", "to": "assigned"}, {"from": "approval", "to": "approval"}


def test_an_entry_is_the_narrowest_event_that_was_asked_for() -> None:
    for verb, move, wanted, kind in (
        ("close", CLOSING, kinds.KINDS, kinds.CLOSED),
        ("close", CLOSING, [kinds.STATE], kinds.STATE),
        ("close", CLOSING, [kinds.NEW], ""),
        ("take", TAKING, kinds.KINDS, kinds.STATE),
        ("agree", AGREEING, kinds.KINDS, ""),
        ("assign", AGAIN, [kinds.STATE], ""),
        ("assign", AGAIN, kinds.KINDS, kinds.ASSIGNED),
    ):
        assert kinds.kind_of(f"incident.{verb}", move, wanted) == kind, (verb, wanted)
    besides = {"open", "promised_together", "spoken", "rated", "undo"}
    assert {verb.removeprefix("incident.") for verb in kinds.OF_VERB} - besides <= set(MOVES)
    assert "incident.take" in kinds.verbs_of([kinds.STATE], MOVES)
    assert kinds.verbs_of([kinds.NEW], MOVES) == {"incident.open"}


def test_an_independent_library_and_the_recipe_of_the_guide_accept_our_signatures_by_either_secret() -> None:
    fresh, earlier, now = sign.fresh_secret(), sign.fresh_secret(), datetime.now(UTC)
    assert (fresh[:6], len(base64.b64decode(fresh[6:])), fresh == earlier) == ("whsec_", 32, False)
    fresh_headers = sign.headers([fresh], "e-1", now, BODY)
    assert Webhook(fresh).verify(BODY, fresh_headers)["type"] == "card.new"
    both = sign.headers([fresh, earlier], "e-1", now, BODY)
    assert Webhook(fresh).verify(BODY, both) == Webhook(earlier).verify(BODY, both)
    for secret, body, headers in (
        *((fresh, BODY + b" ", fresh_headers), (fresh, BODY.replace(b"new", b"old"), fresh_headers)),
        *((fresh, BODY, fresh_headers | {"webhook-id": "e-2"}), (sign.fresh_secret(), BODY, both)),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)
    guide = (Path(__file__).resolve().parents[4] / "docs/user/administrator.md").read_text()
    recipe = guide[guide.index("    import base64, hashlib, hmac, time") :].partition("\n\n## ")[0]
    known: dict[str, Any] = {}
    exec(dedent(recipe), known)  # noqa: S102 our own words
    (fresh, earlier, other), now = (sign.fresh_secret() for _ in range(3)), datetime.now(UTC)
    headers = sign.headers([fresh, earlier], "e-1", now, BODY)
    old = sign.headers([fresh], "e-1", now - timedelta(minutes=6), BODY)
    for secret, signed, body, ours in (
        *((fresh, headers, BODY, True), (earlier, headers, BODY, True), (fresh, headers, BODY + b" ", False)),
        *((other, headers, BODY, False), (fresh, old, BODY, False)),
    ):
        assert known["is_ours"](secret, signed, body) is ours

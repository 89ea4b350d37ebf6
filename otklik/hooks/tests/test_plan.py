"""Pauses, what an answer means, which entry is which event, and signatures that somebody else's library accepts."""

import base64
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from otklik.hooks import kinds, plan, sign
from otklik.hooks.plan import Meaning
from otklik.incidents.workflow import MOVES

BODY = '{"type":"card.new","data":{"place":"krasnodar","theme":"Нет воды"}}'.encode()


def test_pauses_grow_to_three_hours_and_spread_by_a_fifth() -> None:
    told = [plan.pause_after(misses, lambda: 0.0) for misses in range(1, 9)]
    assert [int(one.total_seconds()) for one in told] == [5, 30, 120, 600, 3600, 10800, 10800, 10800]
    assert plan.pause_after(4, lambda: 1.0) == timedelta(minutes=12)
    assert plan.pause_after(0, lambda: 0.0) == timedelta(seconds=5)


def test_what_a_status_means() -> None:
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


@pytest.mark.parametrize(
    ("verb", "move", "wanted", "kind"),
    [
        ("close", CLOSING, kinds.KINDS, kinds.CLOSED),
        ("close", CLOSING, [kinds.STATE], kinds.STATE),
        ("close", CLOSING, [kinds.NEW], ""),
        ("take", TAKING, kinds.KINDS, kinds.STATE),
        ("agree", AGREEING, kinds.KINDS, ""),
        ("assign", AGAIN, [kinds.STATE], ""),
        ("assign", AGAIN, kinds.KINDS, kinds.ASSIGNED),
    ],
)
def test_an_entry_is_the_narrowest_event_that_was_asked_for(
    verb: str, move: dict[str, str], wanted: Collection[str], kind: str
) -> None:
    assert kinds.kind_of(f"incident.{verb}", move, wanted) == kind


def test_the_verbs_are_moves_and_records_that_there_are() -> None:
    besides = {"open", "promised_together", "spoken", "rated", "undo"}
    assert {verb.removeprefix("incident.") for verb in kinds.OF_VERB} - besides <= set(MOVES)
    assert "incident.take" in kinds.verbs_of([kinds.STATE], MOVES)
    assert kinds.verbs_of([kinds.NEW], MOVES) == {"incident.open"}


def test_an_independent_library_accepts_the_signature() -> None:
    secret, now = sign.fresh_secret(), datetime.now(UTC)
    told = sign.headers([secret], "e-1", now, BODY)
    assert Webhook(secret).verify(BODY, told)["type"] == "card.new"
    for spoilt in (BODY + b" ", BODY.replace(b"new", b"old")):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(spoilt, told)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, told | {"webhook-id": "e-2"})


def test_while_a_secret_is_changed_both_receivers_find_theirs() -> None:
    fresh, earlier, now = sign.fresh_secret(), sign.fresh_secret(), datetime.now(UTC)
    told = sign.headers([fresh, earlier], "e-1", now, BODY)
    assert Webhook(fresh).verify(BODY, told) == Webhook(earlier).verify(BODY, told)
    with pytest.raises(WebhookVerificationError):
        Webhook(sign.fresh_secret()).verify(BODY, told)


def test_a_secret_is_32_random_bytes() -> None:
    secret = sign.fresh_secret()
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret != sign.fresh_secret()


def test_the_recipe_of_the_guide_reads_our_signatures() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs/user/administrator.md").read_text()
    recipe = guide[guide.index("    import base64, hashlib, hmac, time") :].partition("\n\n## ")[0]
    known: dict[str, Any] = {}
    exec(dedent(recipe), known)  # noqa: S102 our own words
    (fresh, earlier, other), now = (sign.fresh_secret() for _ in range(3)), datetime.now(UTC)
    headers = sign.headers([fresh, earlier], "e-1", now, BODY)
    old = sign.headers([fresh], "e-1", now - timedelta(minutes=6), BODY)
    for secret, signed, body, ours in (
        (fresh, headers, BODY, True),
        (earlier, headers, BODY, True),
        (fresh, headers, BODY + b" ", False),
        (other, headers, BODY, False),
        (fresh, old, BODY, False),
    ):
        assert known["is_ours"](secret, signed, body) is ours

"""Pauses, what an answer means, which entry is which event, and signatures that somebody else's library accepts."""

import base64
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


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, Meaning.DONE),
        (204, Meaning.DONE),
        (301, Meaning.REFUSED),
        (400, Meaning.REFUSED),
        (410, Meaning.GONE),
        (429, Meaning.AWAY),
        (500, Meaning.REFUSED),
        (503, Meaning.AWAY),
    ],
)
def test_what_a_status_means(status: int, meaning: Meaning) -> None:
    assert plan.meaning_of(status) is meaning


def test_an_entry_is_the_narrowest_event_that_was_asked_for() -> None:
    close = {"from": "rating", "to": "done"}
    assert kinds.kind_of("incident.close", close, kinds.KINDS) == kinds.CLOSED
    assert kinds.kind_of("incident.close", close, [kinds.STATE]) == kinds.STATE
    assert kinds.kind_of("incident.close", close, [kinds.NEW]) == ""
    assert kinds.kind_of("incident.take", {"from": "assigned", "to": "in_work"}, kinds.KINDS) == kinds.STATE
    assert kinds.kind_of("incident.agree", {"from": "approval", "to": "approval"}, kinds.KINDS) == ""
    assert kinds.kind_of("incident.assign", {"from": "assigned", "to": "assigned"}, [kinds.STATE]) == ""
    assert kinds.kind_of("incident.assign", {"from": "assigned", "to": "assigned"}, kinds.KINDS) == kinds.ASSIGNED


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
    fresh, earlier = sign.fresh_secret(), sign.fresh_secret()
    told = sign.headers([fresh, earlier], "e-1", datetime.now(UTC), BODY)
    assert known["is_ours"](fresh, told, BODY)
    assert known["is_ours"](earlier, told, BODY)
    assert not known["is_ours"](fresh, told, BODY + b" ")
    assert not known["is_ours"](sign.fresh_secret(), told, BODY)
    old = sign.headers([fresh], "e-1", datetime.now(UTC) - timedelta(minutes=6), BODY)
    assert not known["is_ours"](fresh, old, BODY)

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client

from otklik.inbox.models import Message
from otklik.inbox.take_in import apply
from otklik.incidents.models import Incident
from otklik.networks.base import Origin
from otklik.networks.models import Account, RawEvent
from otklik.networks.raw import plain
from otklik.networks.registry import NETWORKS
from tests.make import inbox
from tests.region import build_people, listen, settle
from tests.sandbox.town import Town

pytestmark = pytest.mark.django_db
SECRET = "hook-secret-for-tests"
GROUP = 4242


@pytest.fixture
def account() -> Account:
    people = build_people()
    voice = inbox.account(external_id=str(GROUP), hook_secret=SECRET, confirmation="c0de")
    inbox.source(voice, place=people["place"])
    return voice


def push(account: Account, body: bytes | dict[str, Any], **headers: str) -> HttpResponseBase:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client(headers=headers).post(f"/hooks/vk/{account.hook_key}/", data=raw, content_type="application/json")


def comment(number: int, words: str, **more: Any) -> dict[str, Any]:
    """A new comment as the network pushes it."""
    where = {"id": number, "from_id": 77, "post_id": 5, "owner_id": -GROUP, "post_owner_id": -GROUP}
    thing = {**where, "date": 1_790_000_000, "text": words}
    event = {"type": "wall_reply_new", "group_id": GROUP, "event_id": f"e{number}", "v": "5.199", "secret": SECRET}
    return event | {"object": thing | more}


def body_of(response: HttpResponseBase) -> bytes:
    return bytes(getattr(response, "content", b""))


def test_a_good_event_is_answered_exactly_ok_and_its_secret_is_not_stored(account: Account) -> None:
    response = push(account, {"type": "confirmation", "group_id": GROUP})
    assert (body_of(response), RawEvent.objects.count()) == (b"c0de", 0), "the code is given bare"
    for _ in range(3):  # it is pushed again, and stored once
        response = push(account, comment(1, "Темно во дворе"), **{"X-Retry-Counter": "1"})
        assert (response.status_code, body_of(response)) == (200, b"ok")
    assert SECRET.encode() not in bytes(RawEvent.objects.get().body)
    settle()
    assert Incident.objects.count() == 1


UNPROVEN = (
    *(b"", b"not json", b"\xff\xfe\x00", b"[]", b"null", b"{}", b'{"secret": 5, "group_id": 4242}'),
    b'{"type": "wall_reply_new", "group_id": 4242, "secret": "wrong"}',
    b'{"type": "wall_reply_new", "group_id": 1, "secret": "hook-secret-for-tests"}',
    b'{"secret": "hook-secret-for-tests"}',
    b"[" * 100_000 + b"]" * 100_000,
    b'{"group_id": ' + b"9" * 5000 + b', "secret": "hook-secret-for-tests"}',
    b'{"group_id": NaN, "secret": "hook-secret-for-tests"}',
    b'{"group_id": 4242, "secret": "\\ud800"}',
    json.dumps(comment(1, "Темно")).encode()[:-1] + b', "secret": "wrong"}',
)


def test_a_body_that_does_not_prove_who_sent_it_is_refused(account: Account) -> None:
    for body in UNPROVEN:
        assert push(account, body).status_code == 403, body[:60]
    over = push(account, b'{"x": "' + b"a" * settings.WEBHOOK_MAX_BYTES + b'"}')
    assert over.status_code == 413, "over the limit it is not even read"
    assert not RawEvent.objects.exists()


def test_an_unknown_address_is_not_there_and_a_nul_in_one_is_answered_with_a_page(account: Account) -> None:
    ways = {f"/hooks/vk/{account.hook_key}x/": 404, f"/hooks/ok/{account.hook_key}/": 404, "/hooks/vk/short/": 404}
    for path, status in (ways | {"/hooks/vk/%00/": 400}).items():
        assert Client().post(path, data=b"{}", content_type="application/json").status_code == status, path
    for path in ("/queue/?q=%00abc", "/find/?q=%00", "/%00/"):
        answer = Client().get(path)
        assert answer.status_code == 400, path
        assert "Запрос не получилось понять" in answer.content.decode(), path


BROKEN: tuple[dict[str, Any], ...] = (
    *({"id": "not a number"}, {"id": None}, {"text": None}, {"text": {"a": []}}, {"from_id": 1.5}),
    *({"date": 10**30}, {"date": -(10**12)}, {"attachments": "photo"}, {"parents_stack": {"a": 1}}),
    {"attachments": [None, 5, {"type": "photo"}, {"type": "photo", "photo": {"sizes": [{"url": "javascript:x"}]}}]},
    {"post_id": float("nan")},
)


def test_a_broken_event_and_one_of_an_unknown_kind_is_kept_and_breaks_nothing(account: Account) -> None:
    assert body_of(push(account, comment(99, "x") | {"type": "something_of_2031"})) == b"ok"
    settle()
    raw = RawEvent.objects.get()
    assert (raw.events, raw.due_at) == (0, None)
    assert b"something_of_2031" in bytes(raw.body)
    for number, thing in enumerate(BROKEN):
        response = push(account, comment(number, "Темно", **thing))
        assert (response.status_code, body_of(response)) == (200, b"ok"), thing
    push(account, comment(100, "А это целый комментарий"))
    settle()
    assert RawEvent.objects.count() == len(BROKEN) + 2
    assert not RawEvent.objects.filter(set_aside_at__isnull=False).exists()
    assert Message.objects.filter(text="А это целый комментарий").exists()


TEXTS = {text: text.strip() for text in ("🔥🔥🔥", "Яма " * 4000, "", "<script>alert(1)</script>")}
TEXTS |= {"до\x00после": "до", "\ud800 половинка": "половинка", "\x1b[31m красное": "красное"}
TEXTS |= {"\u202eслева направо\u200b": "слева направо"}
"""What is written, and what of it stands on the card."""


def test_any_text_becomes_a_card_and_an_id_beyond_53_bits_stays_exact(account: Account) -> None:
    for number, text in enumerate(TEXTS, 1):
        assert body_of(push(account, comment(number, text, from_id=100 + number))) == b"ok"
    settle()
    there = dict(Message.objects.values_list("external_id", "text"))
    for number, kept in enumerate(TEXTS.values(), 1):
        assert kept in there[f"wall-{GROUP}_5?reply={number}"], number
    assert not any("\x00" in text for text in there.values())
    assert Incident.objects.count() == len(TEXTS)
    big = 2**60 + 1
    push(account, comment(big, "Большой номер", from_id=2**55 + 3))
    settle()
    message = Message.objects.get(text="Большой номер")
    assert message.external_id == f"wall-{GROUP}_5?reply={big}"
    assert message.author.external_id == f"id{2**55 + 3}"


def test_events_that_overtake_each_other_end_the_same(account: Account) -> None:
    late = comment(1, "Темно")
    edit = comment(1, "Темно на Мира") | {"type": "wall_reply_edit", "event_id": "e-edit"}
    gone = comment(2, "x") | {"type": "wall_reply_delete", "event_id": "e-gone"}
    gone["object"] = {"owner_id": -GROUP, "id": 2, "deleter_id": 77, "post_id": 5}
    for event in (edit, late, gone, comment(2, "Удалено раньше, чем услышано")):
        push(account, event)
        settle()
    assert Message.objects.get(external_id__endswith="reply=1").text == "Темно на Мира"
    removed, raw = Message.objects.get(external_id__endswith="reply=2"), RawEvent.objects.latest("pk")
    assert removed.deleted_at is not None
    (post,) = NETWORKS["vk"].parse(plain(raw))
    for seconds in (-1, 1):  # a listing that was read before the deletion, and one that was read after it
        raw.origin, raw.received_at = Origin.WATCH, removed.deleted_at + timedelta(seconds=seconds)
        with transaction.atomic():
            apply(post, raw, frozenset(), raw.received_at)
        assert (Message.objects.get(pk=removed.pk).deleted_at is None) == (seconds > 0)
    assert Incident.objects.count() == 2


@contextmanager
def full_disk() -> Iterator[None]:
    """The database cannot grow (SQLite, which then gives up the whole transaction), or cannot be written
    (PostgreSQL)."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")  # what other tests have written and taken back is room, too
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
            yield
            cursor.execute("PRAGMA max_page_count = 1073741823")
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_answered_try_later_and_the_retry_is_taken(account: Account) -> None:
    event = comment(1, "Темно " * 10_000)
    with full_disk():
        response = push(account, event)
        assert response.status_code == 503
        assert response.headers["Retry-After"]
    assert body_of(push(account, event)) == b"ok"
    settle()
    assert Incident.objects.count() == 1


@pytest.mark.processes
@pytest.mark.enable_socket
def test_a_comment_heard_by_push_by_poll_and_through_two_accounts_is_one_message(town: Town, region: Any) -> None:
    number = town.comment("Темно во дворе")
    twin = inbox.account(external_id="999", tokens={"service": town.service}, options={"watch_seconds": 1})
    inbox.source(twin, str(town.group), kind="foreign")
    region.own.hook_secret = SECRET
    region.own.save()
    event = comment(number, "Темно во дворе", post_id=town.post, owner_id=town.wall, post_owner_id=town.wall)
    event["group_id"] = town.group
    event["object"]["from_id"] = town.anna
    assert body_of(push(region.own, event)) == b"ok"
    listen()
    heard = RawEvent.objects.values_list("origin", flat=True)
    assert {"push", "poll", "watch"} <= set(heard) or {"push", "backfill", "watch"} <= set(heard)
    assert Message.objects.filter(external_id__endswith=f"reply={number}").count() == 1
    assert Incident.objects.count() == 1

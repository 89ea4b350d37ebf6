"""What events come to does not depend on how they fall into batches, nor on who takes them in at the same moment."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.inbox.forgotten import mark
from otklik.inbox.models import Author, Edition, Forgotten, Gone, Hint, Media, Message, Thread
from otklik.inbox.take_in import take_in
from otklik.networks.base import Origin
from otklik.networks.models import Account, RawEvent, Reconciliation, Source
from tests.at_once import at_once
from tests.make import inbox
from tests.tiers import fewer

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
NOW = AT + timedelta(days=1)
GROUP, WALL, ELSEWHERE = 12, -12, -30
FORGOTTEN = 7
COMMENTING = ("", "open", "shut")
PUSHES = ("wall_reply_new", "wall_reply_edit", "wall_reply_restore", "wall_reply_delete")
WORDS = ("", "Нет воды", "Нет воды!", "Нет\r\nсвета", "Спасибо\x00")
NAMES = ("", "Анна", "Анна Жилина")
Row = dict[str, Any]


def comment(number: int, author: int, text: str, **more: Any) -> Row:
    """A citizen's comment on our wall, or our own where the author is the community."""
    body = {"id": number, "owner_id": WALL, "post_id": 5, "from_id": author, "text": text, "date": stamp(number)}
    return body | more


def stamp(minutes: int) -> int:
    return int((AT + timedelta(minutes=minutes)).timestamp())


def photo(number: int) -> Row:
    return {"type": "photo", "photo": {"id": number, "sizes": [{"url": f"https://vk.com/{number}.jpg", "type": "z"}]}}


PHOTOS = st.lists(st.builds(photo, st.integers(1, 2)), max_size=2)
COMMENTS = st.builds(
    comment,
    st.integers(1, 3),
    st.sampled_from((3, 4, FORGOTTEN, -GROUP)),
    st.sampled_from(WORDS),
    attachments=PHOTOS,
    likes=st.builds(lambda count: {"count": count}, st.integers(0, 2)),
    owner_id=st.sampled_from((WALL, WALL, ELSEWHERE)),
    reply_to_comment=st.sampled_from((0, 0, 1)),
)


def pushed(kind: str, thing: Row) -> tuple[Origin, Row, Row]:
    return Origin.PUSH, {"type": kind, "group_id": GROUP, "object": thing}, {}


def polled(kind: str, thing: Row) -> tuple[Origin, Row, Row]:
    return Origin.POLL, {"updates": [{"type": kind, "group_id": GROUP, "object": thing}]}, {}


def listed(origin: Origin, things: list[Row], name: str, since: int, commenting: str) -> tuple[Origin, Row, Row]:
    """A page of comments with their authors' names; of the history before `since` nothing is wanted."""
    profiles = [{"id": person, "first_name": name} for thing in things if (person := thing.get("from_id", 0)) > 0]
    context = {"method": "wall.getComments", "group_id": str(GROUP), "owner_id": str(WALL), "post_id": "5"}
    if since:
        context["since"] = (AT + timedelta(minutes=since)).isoformat()
    return (
        origin,
        {"response": {"items": things, "profiles": profiles}},
        context | ({"commenting": commenting} if commenting else {}),
    )


def stub(number: int) -> Row:
    return {"id": number, "owner_id": WALL, "post_id": 5, "deleted": True}


PAYLOADS = st.lists(
    st.one_of(
        st.builds(pushed, st.sampled_from(PUSHES), COMMENTS),
        st.builds(polled, st.sampled_from(PUSHES), COMMENTS),
        st.builds(
            listed,
            st.sampled_from((Origin.WATCH, Origin.BACKFILL, Origin.LINK)),
            st.lists(st.one_of(COMMENTS, st.builds(stub, st.integers(1, 3))), max_size=4),
            st.sampled_from(NAMES),
            st.sampled_from((0, 0, 2)),
            st.sampled_from(COMMENTING),
        ),
    ),
    min_size=2,
    max_size=8,
)


def town() -> Account:
    """A community that is pushed to and read back, another that is read, and somebody who was forgotten."""
    ours = inbox.account("vk", str(GROUP), options={"push": True})
    own = inbox.source(ours, str(WALL))
    inbox.source(ours, str(ELSEWHERE), kind=Source.Kind.FOREIGN)
    Reconciliation.objects.create(source=own, since=AT - timedelta(days=9), due_at=NOW + timedelta(days=1))
    Forgotten.objects.create(mark=mark("vk", f"id{FORGOTTEN}"), at=AT + timedelta(minutes=2))
    return ours


def stored(ours: Account, payloads: Sequence[tuple[Origin, Row, Row]], at: datetime = AT) -> list[RawEvent]:
    """Claimed already; the first came at `at`, each some minutes after the one before."""
    source = Source.objects.get(external_id=str(WALL))
    return [
        RawEvent.objects.create(
            account=ours,
            source=source,
            network="vk",
            origin=origin,
            body=json.dumps(body).encode(),
            context=context,
            received_at=at + timedelta(minutes=3 * number),
            due_at=NOW,
            lease="ours",
        )
        for number, (origin, body, context) in enumerate(payloads)
    ]


def rows() -> dict[str, list[Row]]:
    """All that taking in writes, with names in place of ids."""
    named = {
        Message: ("author__external_id", "thread__external_id", "source__external_id", "raw__received_at"),
        Author: ("heard_by__external_id",),
        Thread: ("source__external_id",),
        Hint: ("account__external_id", "source__external_id", "raw__received_at"),
        Edition: ("message__external_id",),
        Media: ("message__external_id",),
        Source: (),
        Reconciliation: (),
        Gone: (),
        RawEvent: (),
    }
    rows_by_model = {}
    for model, more in named.items():
        plain = [field.name for field in model._meta.concrete_fields if not field.is_relation and field.name != "id"]
        rows_by_model[model.__name__] = sorted(model._default_manager.values(*plain, *more), key=repr)
    return rows_by_model


def taken_in(payloads: Sequence[tuple[Origin, Row, Row]], sizes: Sequence[int]) -> dict[str, list[Row]]:
    """The rows that these payloads come to in batches of such sizes. Nothing of it stays."""
    with transaction.atomic():
        raws = stored(Account.objects.get(), payloads)
        for size in sizes:
            batch, raws = raws[:size], raws[size:]
            take_in(batch, NOW)
        rows_by_model = rows()
        transaction.set_rollback(True)
    return rows_by_model


@pytest.mark.django_db
def test_events_come_to_the_same_rows_in_whatever_batches_they_are_taken_in() -> None:
    town()

    @settings(max_examples=fewer(150), deadline=None, suppress_health_check=list(HealthCheck))
    @given(payloads=PAYLOADS, first=st.integers(1, 7))
    def same(payloads: list[tuple[Origin, Row, Row]], first: int) -> None:
        one_by_one = taken_in(payloads, [1] * len(payloads))
        assert taken_in(payloads, [len(payloads)]) == one_by_one
        assert taken_in(payloads, [first, len(payloads)]) == one_by_one

    same()


@pytest.mark.django_db
def test_a_batch_of_64_is_taken_in_by_a_few_statements(django_assert_max_num_queries: Any) -> None:
    ours = town()
    fresh = [pushed("wall_reply_new", comment(n, n, f"Нет воды {n}", attachments=[photo(n)])) for n in range(100, 164)]
    raws = stored(ours, fresh)
    with django_assert_max_num_queries(24), transaction.atomic():
        take_in(raws, NOW)
    assert (Message.objects.count(), Author.objects.count(), Media.objects.count()) == (64, 64, 64)
    page = [comment(n, n, f"Нет света {n}") for n in range(100, 164)]
    again = stored(ours, [listed(Origin.WATCH, page, "Анна", 0, "")], NOW)
    with django_assert_max_num_queries(24), transaction.atomic():
        take_in(again, NOW)
    assert (Edition.objects.count(), Media.objects.count()) == (64, 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_take_in_the_same_at_once_lose_nothing_and_double_nothing() -> None:
    """A push and a listing tell the same comments at the same moment, the listing from the newest back."""
    ours = town()
    for turn in range(10):
        numbers = range(100 * (turn + 1), 100 * (turn + 1) + 12)
        comments = [comment(n, n, f"Нет воды {n}", post_id=turn + 5, attachments=[photo(n)]) for n in numbers]
        pushes = stored(ours, [pushed("wall_reply_new", one) for one in comments])
        page = [comment(n, n, f"Нет воды {n}, третий день", post_id=turn + 5, attachments=[]) for n in numbers]
        pages = stored(ours, [listed(Origin.WATCH, page[::-1], "Анна", 0, "")], NOW)
        assert at_once(_take_in_alone, [pushes, pages]) == ["done", "done"]
        here = Message.objects.filter(external_id__startswith=f"wall{WALL}_{turn + 5}?")
        assert sorted(here.values_list("text", flat=True)) == sorted(one["text"] for one in page)
        assert Thread.objects.filter(external_id=f"wall{WALL}_{turn + 5}").count() == 1
        assert set(Author.objects.filter(messages__in=here).values_list("name", flat=True)) == {"Анна"}
        assert Edition.objects.filter(message__in=here).count() in (0, 12)


@pytest.mark.django_db(transaction=True)
def test_an_end_that_is_heard_at_the_same_moment_as_its_text_is_not_lost() -> None:
    ours = town()
    for number in range(200, 230):
        news = stored(ours, [polled("wall_reply_new", comment(number, 3, "Нет воды"))])
        ends = stored(ours, [polled("wall_reply_delete", comment(number, 3, ""))])
        assert at_once(_take_in_alone, [news, ends]) == ["done", "done"]
    assert Message.objects.filter(deleted_at=None).count() == 0
    assert Message.objects.count() == 30


def _take_in_alone(raws: list[RawEvent]) -> str:
    with transaction.atomic():
        take_in(raws, NOW)
        if connection.vendor == "postgresql":  # long enough for the other to meet what is not committed yet
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.02)")
    return "done"

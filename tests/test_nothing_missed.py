"""What no push told is found under posts of every age: comments, replies in branches, edits and deletions."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.db.models import F, Sum
from pytest_django import Settings

from otklik.flow.loop import turn_once
from otklik.flow.steps import FLOW
from otklik.inbox.models import Message
from otklik.lib import clock
from otklik.networks.models import Account, Reconciliation, Source, Token
from tests.region import build_people, joined, listen, settle
from tests.sandbox.process import Sandbox
from tests.stages import EVERY, Stage

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
RECONCILE = next(step for step in FLOW if step.name == "reconcile")
DAY = 24 * 3600
READ_BACK = ["vk", "ok", "max", "instagram", "facebook", "guest in vk", "guest in ok", "guest in max"]


@pytest.fixture(params=READ_BACK)
def stage(request: pytest.FixtureRequest, sandbox: Sandbox) -> Stage:
    return EVERY[request.param](sandbox)


@pytest.fixture
def account(stage: Stage, switched_on: None) -> Iterable[Account]:
    """Its community is read at its newest posts alone, as where events are pushed."""
    with joined(stage.sandbox):
        people = build_people()
        stage.options = {**stage.options, "push": True, "posts": 3, "topics": 3}
        yield stage.account(people["agency"], people["place"])


def post(stage: Stage, days: float) -> str:
    """A post that is so old."""
    place = stage.place or str(stage.options.get("channels", [stage.external_id])[0])
    at = int(clock.now().timestamp() - days * DAY)
    body = stage.sandbox.control(f"{stage.kind}/texts", place=place, text=f"Новости {days:.2f}", at=at)
    return str(body["address"])


def comment(stage: Stage, text: str, under: str, at: int = 0) -> str:
    body = stage.sandbox.control(f"{stage.kind}/texts", text=text, person=stage.anna, under=under, at=at)
    return str(body["address"])


def read_back() -> None:
    """Let rounds that are due go on to their ends, and what they brought through all steps."""
    while Reconciliation.objects.filter(due_at__lte=clock.now() + timedelta(seconds=5)).update(due_at=clock.now()):
        turn_once(RECONCILE)
        assert not list(Reconciliation.objects.exclude(error="").values_list("error", flat=True))
    settle()


def held(addresses: Iterable[str]) -> dict[str, str]:
    """The texts that we hold at these addresses and do not think deleted."""
    rows = Message.objects.filter(external_id__in=list(addresses), deleted_at=None)
    return dict(rows.values_list("external_id", "text"))


def away() -> None:
    """Nobody was there for an hour; then the place is read as ever."""
    Source.objects.update(last_poll_at=F("last_poll_at") - timedelta(hours=1))
    listen()


def test_an_hour_without_pushes_loses_nothing_under_posts_of_any_age(stage: Stage, account: Account) -> None:
    posts = []
    for days in (59, 45, 31, 30, 20, 14, 7, 3, 1, 0.5, 0.1, 0.01):
        posts.append(post(stage, days))
        # In MAX all of them are of today: its times never go back, and the town has just been founded.
        comment(stage, "Старое слово", posts[-1], at=int(clock.now().timestamp() - days * DAY) + 60)
    listen()
    read_back()
    before = [
        [comment(stage, f"Слово {number} {turn}", address) for turn in range(3)] for number, address in enumerate(posts)
    ]
    Reconciliation.objects.update(due_at=clock.now())
    read_back()
    assert len(held(address for each in before for address in each)) == 3 * len(posts)
    missed = {
        comment(stage, f"Не слышали {number}", address): f"Не слышали {number}" for number, address in enumerate(posts)
    }
    missed |= {comment(stage, f"Ответ {number}", each[0]): f"Ответ {number}" for number, each in enumerate(before)}
    for each in before:
        if stage.edits:
            stage.edit(each[1], "Исправлено")
            missed[each[1]] = "Исправлено"
        stage.delete(each[2])
    away()
    read_back()
    assert {address: held(missed).get(address) for address in missed} == missed
    assert not held(each[2] for each in before)
    row = Reconciliation.objects.get(source__kind="foreign" if stage.place else "own")
    assert (row.whole_until, row.cursor) == (row.began_at, {})
    history = Message.objects.filter(text="Старое слово", raw__context__has_key="since")
    assert stage.network == "max" or not history.exists()
    spent = calls()
    assert 0 < spent <= 20 * len(posts)
    for _ in range(2):  # what is gone by now is counted anew, and then all is quiet
        before_it = calls()
        Reconciliation.objects.update(due_at=clock.now())
        read_back()
    assert calls() - before_it <= (len(posts) + 3 if stage.network == "max" else 3)


def calls() -> int:
    return int(Token.objects.aggregate(all=Sum("back_calls"))["all"])


@pytest.mark.parametrize("stage", ["vk"], indirect=True)
def test_a_round_that_has_used_up_the_day_goes_on_where_it_stopped(
    stage: Stage, account: Account, settings: Settings
) -> None:
    posts = [post(stage, days) for days in range(1, 9)]
    listen()
    missed = [comment(stage, "Не слышали", address) for address in posts]
    settings.RECONCILE_CALLS = 5
    assert Reconciliation.objects.update(due_at=clock.now()) == 1
    turn_once(RECONCILE)
    settle()
    row = Reconciliation.objects.get()
    assert row.due_at is not None
    assert row.due_at.date() > clock.now().date()
    assert row.whole_until is None
    assert 0 < len(row.cursor["posts"]) < len(posts)
    assert 0 < len(held(missed)) < len(missed)
    Token.objects.update(back_calls=0)  # the next day
    settings.RECONCILE_CALLS = 7
    Reconciliation.objects.update(due_at=clock.now())
    read_back()
    assert len(held(missed)) == len(missed)


@pytest.mark.parametrize("stage", ["x"], indirect=True)
def test_x_tells_replies_to_old_posts_by_its_search(stage: Stage, account: Account) -> None:
    stage.options["push"] = True
    old = [
        str(stage.sandbox.control("x/texts", place=stage.external_id, text=f"Новости {days}", at=at)["address"])
        for days in (59, 20, 3)
        for at in [int(clock.now().timestamp() - days * DAY)]
    ]
    listen()
    missed = [comment(stage, "@rechnoy не слышали", address) for address in old]
    away()
    assert len(held(missed)) == len(missed)
